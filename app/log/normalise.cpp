// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/compare.h"

#include <algorithm>
#include <array>

namespace narscope::log {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
bool isWord(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isHex(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// A run of letters and digits that is a hash of some kind: hex of 7 and more with a digit and a letter, or nix32.
bool isHash(QByteArrayView word)
{
    const bool hasDigit = std::ranges::any_of(word, isDigit);
    const bool hasLetter = std::ranges::any_of(word, [](char c) { return !isDigit(c); });
    if (!hasDigit || !hasLetter)
        return false;
    if (word.size() >= 7 && std::ranges::all_of(word, isHex))
        return true;
    return word.size() == 32 && std::ranges::all_of(word, [](char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z' && c != 'e' && c != 'o' && c != 't' && c != 'u');
    });
}

/// Folders whose next component is made anew for each build.
qsizetype temporaryPrefix(QByteArrayView text)
{
    constexpr std::array<QByteArrayView, 4> prefixes{"/build/", "/tmp/", "/private/tmp/", "/var/tmp/"};
    for (const auto prefix : prefixes) {
        if (text.startsWith(prefix))
            return prefix.size();
    }
    return 0;
}

bool isUnit(QByteArrayView word)
{
    constexpr std::array<QByteArrayView, 14> units{
        "s", "ms", "us", "ns", "m", "min", "h", "sec", "secs", "seconds", "second", "minutes", "minute", "hours"};
    return std::ranges::find(units, word) != units.end();
}

class Normaliser {
public:
    explicit Normaliser(QByteArrayView line)
        : m_line(line)
    {
    }
    QByteArray run()
    {
        m_out.reserve(m_line.size());
        while (m_at < m_line.size())
            step();
        return std::move(m_out);
    }

private:
    [[nodiscard]] QByteArrayView rest() const { return m_line.sliced(m_at); }
    [[nodiscard]] QByteArrayView wordAt(qsizetype at) const
    {
        auto end = at;
        while (end < m_line.size() && isWord(m_line[end]))
            ++end;
        return m_line.sliced(at, end - at);
    }
    void step()
    {
        if (m_line[m_at] == '/' && takeTemporary())
            return;
        if (!isWord(m_line[m_at])) {
            m_out += m_line[m_at++];
            return;
        }
        const auto word = wordAt(m_at);
        if (isDigit(word.front()) && takeNumber())
            return;
        m_out += isHash(word) ? QByteArrayView("#") : word;
        m_at += word.size();
    }
    /// «/build/tmp.x12/…», «/tmp/nix-build-hello.drv-0/…»
    bool takeTemporary()
    {
        const auto prefix = temporaryPrefix(rest());
        if (prefix == 0)
            return false;
        m_out += rest().first(prefix);
        m_at += prefix;
        const auto begin = m_at;
        while (m_at < m_line.size()
            && (isWord(m_line[m_at]) || m_line[m_at] == '.' || m_line[m_at] == '-' || m_line[m_at] == '+'))
            ++m_at;
        const auto name = m_line.sliced(begin, m_at - begin);
        m_out += std::ranges::any_of(name, isDigit) || name.startsWith("tmp") ? QByteArrayView("#") : name;
        return true;
    }
    /// Numbers that change from run to run: with a unit of time, of a clock, a percentage, «12/340», «[1234]», hex
    /// addresses.
    bool takeNumber()
    {
        auto end = m_at;
        while (end < m_line.size()
            && (isDigit(m_line[end])
                || ((m_line[end] == '.' || m_line[end] == ':') && end + 1 < m_line.size() && isDigit(m_line[end + 1]))))
            ++end;
        const auto number = m_line.sliced(m_at, end - m_at);
        const char before = m_at > 0 ? m_line[m_at - 1] : ' ';
        const char after = end < m_line.size() ? m_line[end] : ' ';
        const auto unit = wordAt(after == ' ' ? qMin(end + 1, m_line.size()) : end);
        const bool isClock = number.count(':') == 2 || (number.contains(':') && number.contains('.'));
        const bool isProgress = after == '%' || (before == '[' && (after == '/' || after == ']'))
            || (before == '/' && after == ']') || (before == '(' && after == '/') || (before == '/' && after == ')');
        if (number.startsWith("0") && after == 'x') {
            m_out += "0x#";
            m_at = end + wordAt(end).size();
            return true;
        }
        const bool isKernelTime = after == ']' && number.contains('.'); // «[   97.140000]»
        while (isKernelTime && m_out.endsWith(' '))
            m_out.chop(1);
        if (isClock || isProgress || isKernelTime || isUnit(unit)) {
            m_out += '#';
            m_at = end;
            return true;
        }
        return false;
    }

    QByteArrayView m_line;
    qsizetype m_at = 0;
    QByteArray m_out;
};

} // namespace

QByteArray normalised(QByteArrayView visibleLine)
{
    return Normaliser(visibleLine.trimmed()).run();
}

} // namespace narscope::log
