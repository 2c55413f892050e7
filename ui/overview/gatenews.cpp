// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/gatenews.h"

#include "base/format.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(GateNews)
};

} // namespace

void GateNews::take(const watch::ChannelBoard &board, qint64 now)
{
    for (const auto &line : board.channels) {
        using enum watch::ChannelVerdictKind;
        // While something newer is evaluated or built, and where the gate was not looked into, nothing is decided.
        const auto kind = line.verdict.kind;
        const bool isFree = kind == Moved || kind == Green;
        if (isFree || (kind == Blocked && !line.blockers.isEmpty()))
            takeLine(line, now);
    }
}

void GateNews::takeLine(const watch::ChannelLine &line, qint64 now)
{
    const auto &channel = line.channel.name;
    QStringList jobs;
    for (const auto &blocker : line.blockers)
        jobs << blocker.job;
    m_now[channel] = jobs;
    if (!m_seen.contains(channel)) {
        m_seen[channel] = jobs;
        return;
    }
    const auto &seen = m_seen[channel];
    QList<News> news;
    const auto add = [&](News one) {
        const auto before = std::ranges::find_if(m_news, [&one](const News &known) {
            return known.channel == one.channel && known.job == one.job && known.isOver == one.isOver;
        });
        one.time = before == m_news.end() ? now : before->time;
        news << one;
    };
    for (const auto &blocker : line.blockers) {
        if (!seen.contains(blocker.job))
            add({.channel = channel, .job = blocker.job, .build = blocker.build, .state = blocker.state});
    }
    for (const auto &job : seen) {
        if (!jobs.contains(job))
            add({.channel = channel, .job = job, .isOver = true});
    }
    m_news.removeIf([&channel](const News &one) { return one.channel == channel; });
    m_news += news;
}

void GateNews::markSeen()
{
    for (auto it = m_now.cbegin(); it != m_now.cend(); ++it)
        m_seen[it.key()] = it.value();
    m_news.clear();
}

void GateNews::setSeen(const Seen &seen)
{
    m_seen = seen;
    m_news.clear();
}

FactRows GateNews::rows(const QString &server, qint64 now) const
{
    FactRows rows;
    for (const auto &one : m_news) {
        const auto what = one.isOver ? Words::tr("Blocks %1 no longer") : Words::tr("Newly fails, blocks %1");
        rows.append({.key = u"gate %1 %2 %3"_s.arg(one.channel, one.job).arg(one.isOver),
            .cells = {{.text = one.job, .tip = one.job, .mark = one.isOver ? Mark::Succeeded : markOf(one.state)},
                {.text = what.arg(one.channel)},
                {.text = formatAge(std::chrono::seconds(std::max<qint64>(0, now - one.time))),
                    .tip = formatExactTime(one.time),
                    .quiet = true,
                    .right = true}},
            .subject = one.isOver ? Subject::ofChannel(one.channel) : Subject::ofBuild(server, one.build),
            .copy = one.job + u": "_s + what.arg(one.channel)});
    }
    // What fails stands before what does no longer.
    std::ranges::stable_sort(rows, {}, [](const FactRow &row) { return row.cells.front().mark == Mark::Succeeded; });
    return rows;
}

} // namespace narscope::ui
