// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/jsonlayout.h"

namespace narscope::hydra {

namespace {

constexpr qsizetype mostText = 4 * 1024 * 1024; ///< bytes laid out
constexpr int step = 2; ///< spaces a level
constexpr int deepest = 32; ///< levels that are moved to the right

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

class Layout {
public:
    explicit Layout(QByteArrayView json)
        : m_json(json)
    {
    }

    LaidOut run()
    {
        while (m_at < m_json.size() && m_out.size() < mostText)
            take(m_json[m_at++]);
        return {.text = std::move(m_out), .isCut = m_at < m_json.size()};
    }

private:
    void take(char c)
    {
        if (isSpace(c))
            return;
        if (c == '"')
            return takeString();
        if (c == '{' || c == '[')
            return opens(c);
        if (c == '}' || c == ']')
            return closes(c);
        m_out += c;
        if (c == ',')
            newLine();
        else if (c == ':')
            m_out += ' ';
    }

    void takeString()
    {
        const auto begin = m_at - 1;
        for (; m_at < m_json.size() && m_json[m_at] != '"'; ++m_at) {
            if (m_json[m_at] == '\\')
                ++m_at;
        }
        m_at = qMin(m_at + 1, m_json.size());
        m_out += m_json.sliced(begin, m_at - begin);
    }

    void opens(char c)
    {
        m_out += c;
        while (m_at < m_json.size() && isSpace(m_json[m_at]))
            ++m_at;
        if (m_at < m_json.size() && m_json[m_at] == (c == '{' ? '}' : ']')) {
            m_out += m_json[m_at++];
            return;
        }
        ++m_depth;
        newLine();
    }

    void closes(char c)
    {
        m_depth = qMax(0, m_depth - 1);
        newLine();
        m_out += c;
    }

    void newLine()
    {
        m_out += '\n';
        m_out.append(qMin(m_depth, deepest) * step, ' ');
    }

    QByteArrayView m_json;
    qsizetype m_at = 0;
    int m_depth = 0;
    QByteArray m_out;
};

} // namespace

LaidOut laidOut(QByteArrayView json)
{
    return Layout(json).run();
}

} // namespace narscope::hydra
