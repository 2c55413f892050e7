// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/troubles.h"

#include "ui/widgets/health.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// Worst first.
int weight(Mark mark)
{
    switch (mark) {
    case Mark::Failed:
        return 0;
    case Mark::TimedOut:
        return 1;
    case Mark::Aborted:
        return 2;
    case Mark::Succeeded:
        return 3;
    default:
        return 4;
    }
}

void addChannels(const watch::ChannelBoard &board, Outlook &outlook)
{
    for (const auto &line : board.channels) {
        if (line.verdict.severity != watch::Severity::Trouble)
            continue;
        outlook.troubles.append({.mark = Mark::Failed,
            .text = line.channel.name + u": "_s + line.verdict.brief,
            .subject = Subject::ofChannel(line.channel.name),
            .place = {}});
    }
    if (board.seenAt > 0)
        outlook.worst = Mark::Succeeded;
}

void addStandings(const QList<watch::Standing> &standings, Milliseconds now, Outlook &outlook)
{
    const auto seconds = now.count() / 1000;
    for (const auto &standing : standings) {
        if (standing.isGood)
            outlook.worst = Mark::Succeeded;
        const bool isPutOff = standing.acknowledgedUntil > seconds || standing.snoozedUntil > seconds;
        // A channel that is watched is listed once, by its verdict.
        const bool isListed
            = std::ranges::contains(outlook.troubles, std::optional(standing.subject), &Trouble::subject);
        if (standing.isGood.value_or(true) || isPutOff || isListed)
            continue;
        const auto subject
            = standing.subject.kind == SubjectKind::Server ? std::nullopt : std::optional(standing.subject);
        outlook.troubles.append({.mark = Mark::Failed,
            .text = standing.name + (standing.text.isEmpty() ? QString() : u": "_s + standing.text),
            .subject = subject,
            .place = u"overview"_s});
    }
}

void addServers(const QList<net::ServerMeter> &meters, Milliseconds now, Outlook &outlook)
{
    for (const auto &meter : meters) {
        const auto health = healthOf(meter, now);
        if (health.mark == Mark::Succeeded)
            outlook.worst = Mark::Succeeded;
        else if (health.mark != Mark::Queued)
            outlook.troubles.append({.mark = health.mark, .text = health.text, .subject = {}, .place = u"activity"_s});
    }
}

} // namespace

QString Outlook::sentence() const
{
    const auto say
        = [](const char *text, int n = -1) { return QCoreApplication::translate("Outlook", text, nullptr, n); };
    if (troubles.isEmpty())
        return worst == Mark::Queued ? say("nothing is known yet") : say("all is well");
    return troubles.size() == 1 ? say("1 thing is wrong") : say("%1 things are wrong").arg(troubles.size());
}

Outlook outlookOf(const watch::ChannelBoard &board, const QList<watch::Standing> &standings,
    const QList<net::ServerMeter> &meters, Milliseconds now)
{
    Outlook outlook;
    addServers(meters, now, outlook);
    addChannels(board, outlook);
    addStandings(standings, now, outlook);
    std::ranges::stable_sort(outlook.troubles, {}, [](const Trouble &trouble) { return weight(trouble.mark); });
    if (!outlook.troubles.isEmpty())
        outlook.worst = outlook.troubles.first().mark;
    return outlook;
}

} // namespace narscope::ui
