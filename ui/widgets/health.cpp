// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/health.h"

#include "base/format.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

QString say(const char *words)
{
    return QCoreApplication::translate("Health", words);
}

/// A refusal about one thing is the thing's trouble, not the server's.
bool isServersFault(const Problem &problem)
{
    switch (problem.kind) {
    case ProblemKind::NotFound:
    case ProblemKind::Forbidden:
    case ProblemKind::NotAllowed:
    case ProblemKind::TooLarge:
    case ProblemKind::Cancelled:
    case ProblemKind::NoRecord:
        return false;
    default:
        return true;
    }
}

QString tipOf(const net::ServerMeter &meter, Milliseconds now)
{
    QStringList lines{meter.url.toString()};
    lines << say("%1 requests in the last minute, %2 in the last hour")
                 .arg(formatCount(meter.lastMinute), formatCount(meter.lastHour));
    if (meter.allowedPerSecond > 0)
        lines << say("at most %1").arg(rateText(meter.allowedPerSecond));
    if (meter.lastGood)
        lines << say("last good answer %1 ago").arg(formatAge(now - *meter.lastGood));
    if (meter.lastProblem && meter.lastProblemAt)
        lines << say("last problem %1 ago: %2").arg(formatAge(now - *meter.lastProblemAt), meter.lastProblem->sentence);
    return lines.join(u'\n');
}

} // namespace

QString shortTime(Milliseconds time)
{
    if (time < Milliseconds(1'000))
        return QString::number(time.count()) + u" ms"_s;
    if (time < Milliseconds(10'000))
        return QString::number(double(time.count()) / 1'000, 'f', 1) + u" s"_s;
    return formatDuration(time);
}

QString rateText(double perSecond)
{
    constexpr double readable = 0.1;
    return perSecond < readable ? say("1 in %1 s").arg(qRound(1 / perSecond)) : QString::number(perSecond) + u"/s"_s;
}

bool isFailing(const net::ServerMeter &meter)
{
    return meter.lastProblem && meter.lastProblemAt && (!meter.lastGood || *meter.lastProblemAt > *meter.lastGood);
}

Health healthOf(const net::ServerMeter &meter, Milliseconds now)
{
    const auto tip = tipOf(meter, now);
    if (meter.backOffUntil && *meter.backOffUntil > now)
        return {
            Mark::TimedOut, say("%1: next try in %2").arg(meter.name, formatDuration(*meter.backOffUntil - now)), tip};
    if (isFailing(meter) && isServersFault(*meter.lastProblem)) {
        const bool unreachable = meter.lastProblem->kind == ProblemKind::Network;
        return {unreachable ? Mark::Aborted : Mark::Failed,
            meter.name + u": "_s + (unreachable ? say("no connection") : word(meter.lastProblem->kind)), tip};
    }
    if (meter.sent == 0 && !meter.lastGood)
        return {Mark::Queued, say("%1: not asked yet").arg(meter.name), tip};
    return {Mark::Succeeded, meter.name + u' ' + QString::number(meter.perSecond, 'f', 2) + u"/s"_s, tip};
}

std::optional<Milliseconds> lastGoodOf(const QList<net::ServerMeter> &meters)
{
    std::optional<Milliseconds> newest;
    for (const auto &meter : meters) {
        if (meter.lastGood && (!newest || *meter.lastGood > *newest))
            newest = meter.lastGood;
    }
    return newest;
}

bool isOffline(const QList<net::ServerMeter> &meters)
{
    bool asked = false;
    for (const auto &meter : meters) {
        if (!isFailing(meter) && !meter.lastGood)
            continue;
        asked = true;
        if (!isFailing(meter) || meter.lastProblem->kind != ProblemKind::Network)
            return false;
    }
    return asked;
}

} // namespace narscope::ui
