// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/worlddata.h"

#include <algorithm>

// The farm's past, for those who keep it: counted back from what it is now.

namespace narscope::sim {

namespace {

/// Moments at equal distances; which of them lie at or after a time.
struct Moments {
    qint64 from = 0;
    qint64 step = 1;
    size_t count = 0;

    [[nodiscard]] size_t after(qint64 time) const
    {
        return time <= from ? 0 : std::min(count, size_t((time - from + step - 1) / step));
    }
};

/// A number at each moment, put together from stretches of time.
class Tally {
public:
    explicit Tally(size_t moments)
        : m_changes(moments + 1)
    {
    }
    void add(size_t first, size_t end)
    {
        if (first >= end)
            return;
        ++m_changes[first];
        --m_changes[end];
    }
    [[nodiscard]] std::vector<qint64> values() const
    {
        std::vector<qint64> values;
        qint64 value = 0;
        for (size_t i = 0; i + 1 < m_changes.size(); ++i)
            values.push_back(value += m_changes[i]);
        return values;
    }

private:
    std::vector<qint64> m_changes;
};

} // namespace

qint64 World::Private::waited(const Making &making) const
{
    const quint32 ready = readyAt(making);
    return ready == 0 || ready > making.start ? 0 : making.start - ready;
}

WaitFacts World::waits(System system) const
{
    WaitFacts facts = d->waits.at(size_t(system));
    const quint32 present = d->farm.seconds(d->now);
    for (const MakingIndex index : d->openMakings) {
        const Making &making = d->farm.at(index);
        if (making.drv().system == system && making.start <= present)
            facts.add(d->waited(making));
    }
    return facts;
}

LeftMachine World::leftMachine() const
{
    constexpr qint64 leftBeforeStart = 40 * 60;
    constexpr qint64 secondsPerStep = 95;
    const qint64 left = d->config.start - leftBeforeStart;
    return {.host = "norwegian-blue.mac.nixos.org",
        .leftAt = left,
        .stepsDone = (left - d->runner.startedAt) / secondsPerStep};
}

std::vector<FarmMoment> World::farmMoments(qint64 from, qint64 until, qint64 step) const
{
    const qint64 begin = std::max(from, d->runner.startedAt);
    const qint64 end = std::min(until, d->now);
    if (begin > end)
        return {};
    const Moments moments{begin, step, size_t((end - begin) / step + 1)};
    const size_t all = moments.count;
    std::vector<Tally> waiting(systemCount, Tally(all)), running(systemCount, Tally(all)),
        takenLater(systemCount, Tally(all));
    std::vector<Tally> jobs(machines().size(), Tally(all)), doneLater(machines().size(), Tally(all));
    const auto count = [&](const Making &making) {
        const auto system = size_t(making.drv().system);
        const size_t start = moments.after(d->farm.time(making.start));
        const size_t stop = moments.after(d->farm.time(making.stop));
        const quint32 ready = d->readyAt(making);
        waiting[system].add(ready == 0 ? start : moments.after(d->farm.time(ready)), start);
        running[system].add(start, stop);
        jobs[making.machine - 1U].add(start, stop);
        if (d->farm.time(making.start) <= d->now)
            takenLater[system].add(0, start);
        if (d->farm.time(making.stop) <= d->now)
            doneLater[making.machine - 1U].add(0, stop);
    };
    for (const MakingIndex index : d->openMakings)
        count(d->farm.at(index));
    for (auto it = d->doneMakings.rbegin(); it != d->doneMakings.rend() && d->farm.time(d->farm.at(*it).stop) >= begin;
        ++it)
        count(d->farm.at(*it));
    std::vector<FarmMoment> list(all);
    for (size_t i = 0; i < all; ++i)
        list[i] = {.time = begin + qint64(i) * step,
            .systems = std::vector<FarmMoment::OfSystem>(systemCount),
            .machines = std::vector<FarmMoment::OfMachine>(jobs.size())};
    const auto spread = [&](const Tally &tally, auto &&set) {
        const auto values = tally.values();
        for (size_t i = 0; i < all; ++i)
            set(list[i], values[i]);
    };
    for (size_t s = 0; s < systemCount; ++s) {
        const qint64 taken = waits(System(s)).count;
        spread(waiting[s], [s](FarmMoment &moment, qint64 value) { moment.systems[s].waiting = value; });
        spread(running[s], [s](FarmMoment &moment, qint64 value) { moment.systems[s].running = value; });
        spread(takenLater[s], [s, taken](FarmMoment &moment, qint64 value) {
            moment.systems[s].taken = std::max<qint64>(0, taken - value);
        });
    }
    for (size_t m = 0; m < jobs.size(); ++m) {
        const qint64 done = d->machineTotals[m].stepsDone;
        spread(jobs[m], [m](FarmMoment &moment, qint64 value) { moment.machines[m].jobs = value; });
        spread(doneLater[m], [m, done](FarmMoment &moment, qint64 value) {
            moment.machines[m].done = std::max<qint64>(0, done - value);
        });
    }
    return list;
}

} // namespace narscope::sim
