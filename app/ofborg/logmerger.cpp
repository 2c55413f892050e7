// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/logmerger.h"

namespace narscope::ofborg {

namespace {

constexpr std::size_t mostEarly = 50'000;
/// How far beyond the first missing line one may be.
constexpr qint64 mostAhead = 200'000;
constexpr std::size_t mostBlank = 1'000'000;

} // namespace

void LogMerger::addLine(qint64 number, QByteArray text)
{
    if (number < next()) {
        if (!text.isEmpty() && m_blank.erase(number) > 0) {
            if (number >= m_next)
                m_ready[number - m_next] = std::move(text);
            else
                m_repairs[number] = std::move(text);
        }
        return;
    }
    if (number > next() && (m_early.size() >= mostEarly || number - next() > mostAhead)) {
        m_hasLost = true;
        return;
    }
    m_early.emplace(number, std::move(text));
    advance();
}

void LogMerger::advance()
{
    while (!m_early.empty() && m_early.begin()->first == next()) {
        auto line = m_early.extract(m_early.begin());
        if (line.mapped().isEmpty() && m_blank.size() < mostBlank)
            m_blank.insert(line.key());
        m_ready.append(std::move(line.mapped()));
    }
}

void LogMerger::addFile(const QByteArray &file, bool complete)
{
    m_hasLost = false;
    qint64 number = 1;
    for (qsizetype at = 0; at < file.size(); ++number) {
        const auto end = file.indexOf('\n', at);
        if (end < 0 && !complete)
            break;
        auto text = file.mid(at, (end < 0 ? file.size() : end) - at);
        at = end < 0 ? file.size() : end + 1;
        // What the bus said of a line goes before the empty place that the file has for it.
        if (number < next() || !text.isEmpty() || !m_early.contains(number))
            addLine(number, std::move(text));
        advance();
    }
    if (!complete)
        return;
    // Whatever came early and is not in the whole file either: the lines between are lost for good.
    while (!m_early.empty())
        addLine(next(), {});
}

LineRun LogMerger::take()
{
    LineRun run{.first = m_next, .lines = std::exchange(m_ready, {})};
    m_next += run.lines.size();
    return run;
}

QList<LineRun> LogMerger::takeRepairs()
{
    QList<LineRun> runs;
    for (auto &[number, text] : std::exchange(m_repairs, {}))
        runs.append({.first = number, .lines = {text}});
    return runs;
}

} // namespace narscope::ofborg
