// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "trace/types.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// What people read of a trace: one sentence for each excuse, one for the whole.

namespace narscope::trace {

namespace {

QString age(std::optional<qint64> since, qint64 now)
{
    return since && now > *since ? formatAge(std::chrono::seconds(now - *since)) : QString();
}

/// « for 11 h», or nothing.
QString waited(const Excuse &excuse, qint64 now)
{
    const auto text = age(excuse.since, now);
    return text.isEmpty() ? text : u" for "_s + text;
}

/// « (likely 21 Nov 14:00 to 18:00)».
QString likely(const Excuse &excuse, qint64 now)
{
    if (!excuse.likely)
        return {};
    const auto &band = *excuse.likely;
    if (band.to <= now)
        return u"; it is overdue"_s;
    const auto in = [now](qint64 time) { return formatAge(std::chrono::seconds(std::max<qint64>(time - now, 0))); };
    const auto span = band.from <= now ? u"within "_s + in(band.to) : u"in %1 to %2"_s.arg(in(band.from), in(band.to));
    return (band.fromHistory ? u"; likely "_s : u"; usually "_s) + span;
}

QString named(const Excuse &excuse)
{
    if (excuse.blockers.isEmpty())
        return excuse.waitsFor;
    const auto &first = excuse.blockers.first();
    QString text = first.name;
    if (!first.cause.isEmpty())
        text += u" ("_s + first.cause + u')';
    if (excuse.blocking > 1)
        text += u" and %1 more"_s.arg(formatCount(excuse.blocking - 1));
    return text;
}

QString gate(const Excuse &excuse, qint64 now)
{
    if (excuse.blockers.isEmpty())
        return u"%1 waits%2: its gate %3 fails"_s.arg(excuse.what, waited(excuse, now), excuse.waitsFor);
    return u"%1 waits%2 for %3, which %4"_s.arg(
        excuse.what, waited(excuse, now), named(excuse), excuse.blocking > 1 ? u"fail"_s : u"fails"_s);
}

QString unfinished(const Excuse &excuse, qint64 now)
{
    const auto left = excuse.remaining == 1 ? u", 1 build left"_s
        : excuse.remaining > 1              ? u", %1 builds left"_s.arg(formatCount(excuse.remaining))
                                            : QString();
    return u"%1 waits%2 for %3%4"_s.arg(excuse.what, waited(excuse, now), excuse.waitsFor, left);
}

QString waiting(const Excuse &excuse)
{
    if (excuse.remaining <= 0)
        return {};
    return excuse.remaining == 1 ? u"; 1 step waits for a machine of its system"_s
                                 : u"; %1 steps wait for a machine of its system"_s.arg(formatCount(excuse.remaining));
}

QString ofPullRequest(const Excuse &excuse, qint64 now)
{
    switch (excuse.kind) {
    case ExcuseKind::NotMerged:
        return u"%1 is open%2 and not merged"_s.arg(excuse.what, waited(excuse, now));
    case ExcuseKind::MergeConflict:
        return u"%1 cannot be merged: it conflicts with %2"_s.arg(excuse.what, excuse.waitsFor);
    case ExcuseKind::ChecksPending:
        return u"%1 waits%2 for its checks"_s.arg(excuse.what, waited(excuse, now));
    case ExcuseKind::ChecksFailed:
        return u"%1 has failing checks: %2"_s.arg(excuse.what, named(excuse));
    case ExcuseKind::NeedsReview:
        return u"%1 waits%2 for a review"_s.arg(excuse.what, waited(excuse, now));
    case ExcuseKind::InMergeQueue:
        return u"%1 is in the merge queue of %2%3%4%5"_s.arg(excuse.what, excuse.waitsFor, waited(excuse, now),
            excuse.remaining > 0 ? u", position %1"_s.arg(excuse.remaining) : QString(), likely(excuse, now));
    case ExcuseKind::Closed:
        return u"%1 was closed without being merged"_s.arg(excuse.what);
    default:
        return u"%1 is a draft"_s.arg(excuse.what);
    }
}

QString ofFarm(const Excuse &excuse, qint64 now)
{
    switch (excuse.kind) {
    case ExcuseKind::BranchNotMergedYet:
        return u"%1 does not have it yet: %2%3"_s.arg(excuse.what, excuse.waitsFor, likely(excuse, now));
    case ExcuseKind::NotEvaluatedYet:
        return u"%1 waits%2 for %3%4"_s.arg(excuse.what, waited(excuse, now), excuse.waitsFor, likely(excuse, now));
    case ExcuseKind::JobMissing:
        return u"%1 is not built: %2"_s.arg(excuse.what, named(excuse));
    case ExcuseKind::EvaluationFailed:
        return u"%1 could not be evaluated: %2"_s.arg(excuse.what, named(excuse));
    case ExcuseKind::Queued:
        return u"%1 is queued%2%3%4"_s.arg(excuse.what, waited(excuse, now), waiting(excuse), likely(excuse, now));
    case ExcuseKind::Building:
        return u"%1 is being built%2%3"_s.arg(excuse.what, waited(excuse, now), likely(excuse, now));
    case ExcuseKind::BuildFailed:
        return u"%1 does not build: %2"_s.arg(excuse.what, named(excuse));
    case ExcuseKind::DependencyFailed:
        return u"%1 is not built because a dependency failed: %2"_s.arg(excuse.what, named(excuse));
    case ExcuseKind::NotBuilt:
        return u"%1 has nothing to sign: %2"_s.arg(excuse.what, excuse.waitsFor);
    case ExcuseKind::NotInCache:
        return u"%1 is not in the cache: %2"_s.arg(excuse.what, excuse.waitsFor);
    default:
        return u"%1 is in the cache and wrong: %2"_s.arg(excuse.what, excuse.waitsFor);
    }
}

QString ofChannel(const Excuse &excuse, qint64 now)
{
    switch (excuse.kind) {
    case ExcuseKind::GateFailed:
        return gate(excuse, now);
    case ExcuseKind::GateUnfinished:
    case ExcuseKind::EvaluationUnfinished:
        return unfinished(excuse, now) + likely(excuse, now);
    case ExcuseKind::UpdateDue:
        return u"%1 is due: its gate is green, and %2%3"_s.arg(excuse.what, excuse.waitsFor, likely(excuse, now));
    case ExcuseKind::NoSuchThere:
        return u"%1: %2"_s.arg(excuse.what, excuse.waitsFor);
    case ExcuseKind::NotAsked:
        return u"%1: not looked at, %2"_s.arg(excuse.what, excuse.waitsFor);
    default:
        break;
    }
    return u"%1 could not be found out: %2"_s.arg(
        excuse.what, excuse.problem ? excuse.problem->sentence : excuse.waitsFor);
}

QString bare(const Excuse &excuse, qint64 now)
{
    if (excuse.kind <= ExcuseKind::Draft)
        return ofPullRequest(excuse, now);
    return excuse.kind <= ExcuseKind::BadInCache ? ofFarm(excuse, now) : ofChannel(excuse, now);
}

QStringList channelsIn(const Trace &trace, bool reached)
{
    QStringList names;
    for (const auto &stop : trace.stops) {
        if (stop.kind == StopKind::Served && (stop.state == StopState::Reached) == reached
            && stop.state != StopState::NotNeeded && !names.contains(stop.name))
            names << stop.name;
    }
    return names;
}

QString joined(const QStringList &names)
{
    if (names.size() < 2)
        return names.join(QString());
    return names.first(names.size() - 1).join(u", "_s) + u" and "_s + names.last();
}

QString furthest(const Trace &trace)
{
    QStringList branches;
    for (const auto &stop : trace.stops) {
        if (stop.kind == StopKind::InBranch && stop.state == StopState::Reached)
            branches << stop.name;
    }
    return branches.isEmpty() ? QString() : branches.last();
}

QString forwardHeadline(const Trace &trace, qint64 now)
{
    const auto served = channelsIn(trace, true);
    const auto open = channelsIn(trace, false);
    if (!served.isEmpty() && open.isEmpty())
        return u"In %1."_s.arg(joined(served));
    if (!served.isEmpty())
        return u"In %1; not yet in %2."_s.arg(joined(served), joined(open));
    if (const auto branch = furthest(trace); !branch.isEmpty())
        return u"In %1; in no channel yet."_s.arg(branch);
    for (const auto &excuse : trace.excuses) {
        if (const auto *stop = trace.stop(excuse.stop); stop && stop->kind == StopKind::Merged)
            return sentence(excuse, now);
    }
    return trace.problems.isEmpty() ? u"Nothing is known yet."_s : trace.problems.first().sentence;
}

QString backwardHeadline(const Trace &trace)
{
    for (const auto &hop : trace.hops) {
        if (hop.claim == Claim::TouchedBy && hop.grade)
            return u"%1 comes from %2."_s.arg(hop.subject, hop.object);
    }
    const Hop *last = nullptr;
    for (const auto &hop : trace.hops) {
        if (hop.grade)
            last = &hop;
    }
    if (last)
        return u"Followed back to %1."_s.arg(last->object);
    return trace.problems.isEmpty() ? u"Nothing is known yet."_s : trace.problems.first().sentence;
}

template <typename List, typename Id, typename Key> auto find(const List &list, const Id &id, Key key)
{
    const auto found = std::ranges::find(list, id, key);
    return found == list.end() ? nullptr : &*found;
}

} // namespace

QString sentence(const Excuse &excuse, qint64 now)
{
    auto text = bare(excuse, now).trimmed();
    while (text.endsWith(u'.'))
        text.chop(1);
    return text + u'.';
}

QString headline(const Trace &trace, qint64 now)
{
    return trace.direction == Direction::Forward ? forwardHeadline(trace, now) : backwardHeadline(trace);
}

const Track *Trace::track(const TrackId &id) const
{
    return find(tracks, id, &Track::id);
}

const Stop *Trace::stop(const StopId &id) const
{
    return find(stops, id, &Stop::id);
}

const Excuse *Trace::excuse(const StopId &id) const
{
    return find(excuses, id, &Excuse::stop);
}

const Answer *Trace::answer(const QByteArray &sha256) const
{
    return find(answers, sha256, &Answer::sha256);
}

QList<Hop> Trace::into(const StopId &id) const
{
    QList<Hop> found;
    std::ranges::copy_if(hops, std::back_inserter(found), [&](const Hop &hop) { return hop.to == id; });
    return found;
}

int Trace::reached(Grade grade) const
{
    return int(std::ranges::count_if(hops, [grade](const Hop &hop) { return hop.grade == grade; }));
}

bool Trace::isOpen() const
{
    return std::ranges::any_of(stops, [](const Stop &stop) {
        return stop.state == StopState::Running || stop.state == StopState::Waiting || stop.state == StopState::NotTried
            || stop.state == StopState::Unknown || (stop.state == StopState::Failed && stop.lane == Lane::Channel);
    });
}

} // namespace narscope::trace
