// SPDX-License-Identifier: GPL-3.0-or-later
// What was before we looked: Prometheus' last day and our own history; and what is old enough to be forgotten.
#include "watch/farmparts.h"

#include "watch/farmmath.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 day = 24 * 3600;
constexpr qint64 remembered = 14 * day;

template <typename Points> Points thinned(const Points &points, qint64 now)
{
    constexpr qint64 fine = 2 * 3600;
    constexpr qint64 coarse = 290;
    Points kept;
    for (const auto &point : points) {
        if (now - point.time > day + 3600)
            continue;
        if (kept.isEmpty() || now - point.time <= fine || point.time - kept.back().time >= coarse)
            kept.append(point);
    }
    return kept.size() == points.size() ? points : kept;
}

/// Puts a remembered counter before what was counted since, which begins at that time: adds its growth to later
/// points and to the memory.
template <typename Points, typename Member>
void joinPast(Points &own, Points past, qint64 begin, Member counter, FarmMemory::Counter &memory)
{
    double total = 0;
    std::optional<double> raw;
    for (auto &point : past) {
        if (!(point.*counter))
            continue;
        const double told = *(point.*counter);
        total = raw ? continued(total, *raw, told) : total;
        raw = told;
        point.*counter = total;
    }
    past.removeIf([begin](const auto &point) { return point.time >= begin; });
    if (raw && !memory.known) {
        memory = {.raw = *raw, .total = total, .known = true};
    } else if (raw) {
        const double shift = total + std::max(0.0, memory.raw - memory.total - *raw);
        memory.total += shift;
        for (auto &point : own) {
            if (point.*counter)
                *(point.*counter) += shift;
        }
    }
    own = past + own;
    std::ranges::stable_sort(own, {}, [](const auto &point) { return point.time; });
}

constexpr qint64 never = std::numeric_limits<qint64>::max();

qint64 beginOf(const QueuePoints &own)
{
    return own.isEmpty() ? never : own.front().time;
}

/// Loads may be known from before, by our own history.
qint64 beginOf(const BuilderPoints &own)
{
    const auto counted = std::ranges::find_if(own, [](const BuilderPoint &point) { return point.done.has_value(); });
    return counted == own.end() ? never : counted->time;
}

/// Loads that were kept stand beside what other sources tell of the same time.
void addLoads(BuilderPoints &own, const BuilderPoints &past)
{
    const auto told = [](const BuilderPoint &point) { return point.load || point.memory; };
    const auto first = std::ranges::find_if(own, told);
    const qint64 until = first == own.end() ? never : first->time;
    BuilderPoints all = own;
    std::ranges::copy_if(past, std::back_inserter(all), [&](const BuilderPoint &point) { return point.time < until; });
    std::ranges::stable_sort(all, {}, &BuilderPoint::time);
    own = all;
}

} // namespace

void takePast(FarmState &state, FarmMemory &memory, QList<PastQueue> queues, QList<PastBuilder> builders, qint64 now)
{
    for (auto &past : queues) {
        auto &line = lineOf(state, past.system);
        joinPast(
            line.points, std::move(past.points), beginOf(line.points), &QueuePoint::taken, memory.taken[past.system]);
    }
    qint64 newest = 0;
    for (const auto &past : std::as_const(builders))
        newest = past.points.isEmpty() ? newest : std::max(newest, past.points.back().time);
    for (auto &past : builders) {
        if (past.points.isEmpty() || (state.builders.size() >= mostBuilders && !findBuilder(state, past.name)))
            continue;
        const qint64 last = past.points.back().time;
        const bool isNew = !findBuilder(state, past.name);
        auto &line = builderOf(state, past.name, now);
        line.firstSeen = std::min(line.firstSeen.value_or(now), past.points.front().time);
        if (isNew) {
            line.machine.currentJobs = past.points.back().jobs;
            line.lastSeen = last;
        }
        joinPast(
            line.points, std::move(past.points), beginOf(line.points), &BuilderPoint::done, memory.done[past.name]);
        if (isNew && newest - last > silentAfter)
            setConnected(state, line, false, now);
    }
    forgetOld(state, memory, now);
}

void takeKept(FarmState &state, FarmMemory &memory, KeptFarm kept, qint64 now)
{
    for (const auto &past : kept.builders) {
        if (now - past.seenUntil > remembered || state.builders.size() >= mostBuilders)
            continue;
        const bool isNew = !findBuilder(state, past.machine.name);
        auto &line = builderOf(state, past.machine.name, now);
        line.firstSeen = std::min(line.firstSeen.value_or(now), past.seenFrom);
        if (!isNew)
            continue;
        line.machine = past.machine;
        line.machine.currentJobs.reset(); // what it did then says nothing now
        line.machine.hasCapacity = true;
        line.machine.consecutiveFailures = 0;
        line.isKnownWhole = true;
        line.lastSeen = past.seenUntil;
    }
    for (const auto &tally : kept.tallies)
        memory.own[tally.machine.section(u'.', 0, 0)]
            = {.succeeded = tally.succeeded, .failed = tally.failed, .since = kept.talliesSince};
    auto &ages = memory.ages[u"Building"_s];
    if (ages.empty())
        ages.assign(kept.durations.begin(), kept.durations.end());
    takePast(state, memory, std::move(kept.queues), {}, now);
}

void takeLoads(FarmState &state, const QList<PastBuilder> &loads)
{
    for (const auto &past : loads) {
        if (auto *line = findBuilder(state, past.name))
            addLoads(line->points, past.points);
    }
}

void forgetOld(FarmState &state, FarmMemory &memory, qint64 now)
{
    for (auto &line : state.systems)
        line.points = thinned(line.points, now);
    for (auto &line : state.builders)
        line.points = thinned(line.points, now);
    memory.allDonePoints = thinned(memory.allDonePoints, now);
    state.builders.removeIf([&](const BuilderLine &line) {
        const bool isOld = !line.isConnected && now - line.lastSeen > remembered;
        if (isOld)
            memory.done.erase(line.machine.name);
        return isOld;
    });
}

} // namespace narscope::watch
