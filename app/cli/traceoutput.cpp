// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/traceoutput.h"

#include "base/format.h"
#include "cli/command.h"
#include "cli/input.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

using namespace trace;

void say(const QString &line)
{
    print(terminalText(line.toUtf8()));
}

QString mark(StopState state)
{
    switch (state) {
    case StopState::Reached:
        return u"✓"_s;
    case StopState::Failed:
        return u"✕"_s;
    case StopState::Running:
        return u"◔"_s;
    case StopState::Waiting:
        return u"○"_s;
    default:
        return u"–"_s;
    }
}

QString nameOf(const Stop &stop)
{
    QStringList parts;
    for (const auto &part : {stop.attr, stop.name, stop.output}) {
        if (!part.isEmpty() && part != "out"_L1)
            parts << part;
    }
    return parts.join(u' ');
}

QString gradesInto(const Trace &trace, const Stop &stop)
{
    QStringList grades;
    for (const auto &hop : trace.into(stop.id)) {
        if (hop.grade)
            grades << title(*hop.grade);
    }
    return grades.join(u", "_s);
}

void printStop(const Trace &trace, const Stop &stop, qint64 now)
{
    const auto at = stop.at ? formatTime(*stop.at, now) : QString();
    const auto shown
        = stop.state == StopState::Reached || stop.state == StopState::Failed ? stop.text : word(stop.state);
    say(u"  %1 %2  %3  %4  %5  %6"_s
            .arg(mark(stop.state), title(stop.kind).leftJustified(9), nameOf(stop).leftJustified(26),
                at.leftJustified(12), shown.leftJustified(34), gradesInto(trace, stop))
            .trimmed()
            .prepend(u"  "_s));
}

void printTrack(const Trace &trace, const Track &track, qint64 now)
{
    const auto number = track.pullRequest != 0 ? u"#%1 "_s.arg(track.pullRequest) : QString();
    const auto base = track.base.isEmpty() ? QString() : u" (into %1)"_s.arg(track.base);
    say(number + track.title + base);
    if (!track.attrs.isEmpty())
        say(u"  attributes: %1%2"_s.arg(
            track.attrs.join(u", "_s), track.attrsSource.isEmpty() ? QString() : u" ("_s + track.attrsSource + u')'));
    auto lane = std::optional<Lane>();
    for (const auto &stop : trace.stops) {
        if (stop.track != track.id)
            continue;
        if (lane != stop.lane)
            say(title(stop.lane));
        lane = stop.lane;
        printStop(trace, stop, now);
    }
}

void printFindings(const Trace &trace)
{
    for (const auto &finding : trace.findings) {
        say(u"! "_s + finding.sentence);
        if (!finding.advice.isEmpty())
            say(u"  "_s + finding.advice);
    }
}

void printSpent(const Trace &trace)
{
    QStringList parts;
    for (const auto &spent : trace.spent)
        parts << u"%1 %2"_s.arg(spent.host).arg(spent.requests);
    if (!parts.isEmpty())
        say(u"Requests: "_s + parts.join(u", "_s));
}

/// Whether a stop's reason is of its own: what waits behind another one says the same again.
bool isOwn(const Stop &stop, const Excuse &excuse)
{
    const bool follows = stop.kind == StopKind::Gate || stop.kind == StopKind::ChannelBranch
        || (stop.kind == StopKind::Signed && excuse.kind == ExcuseKind::NotBuilt) || stop.state == StopState::NotNeeded
        || (stop.kind == StopKind::Contents && excuse.kind == ExcuseKind::NotAsked);
    return !follows;
}

} // namespace

QStringList reasons(const trace::Trace &trace, qint64 now)
{
    QStringList sentences;
    for (const auto &excuse : trace.excuses) {
        const auto *stop = trace.stop(excuse.stop);
        const auto text = sentence(excuse, now);
        if (stop && isOwn(*stop, excuse) && !sentences.contains(text))
            sentences << text;
    }
    return sentences;
}

void printTrace(const trace::Trace &trace, qint64 now)
{
    say(headline(trace, now));
    for (const auto &track : trace.tracks) {
        print({});
        printTrack(trace, track, now);
    }
    const auto open = reasons(trace, now);
    if (!open.isEmpty() || !trace.findings.isEmpty())
        print({});
    for (const auto &reason : open)
        say(u"· "_s + reason);
    printFindings(trace);
    print({});
    printSpent(trace);
}

void printWhy(const trace::Trace &trace, qint64 now)
{
    say(headline(trace, now));
    for (const auto &reason : reasons(trace, now))
        say(reason);
    printFindings(trace);
}

int exitCodeOf(const trace::Trace &trace)
{
    const auto has = [&](StopState state) { return std::ranges::contains(trace.stops, state, &Stop::state); };
    if (has(StopState::Failed) || !trace.findings.isEmpty())
        return Failing;
    return has(StopState::Unknown) || !trace.problems.isEmpty() ? NotFoundOut : Fine;
}

} // namespace narscope::cli
