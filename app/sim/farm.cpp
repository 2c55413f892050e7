// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/farm.h"

#include <algorithm>
#include <limits>

namespace narscope::sim {

namespace {

constexpr int failed = 1;
constexpr int dependencyFailed = 2;
constexpr int aborted = 3;
constexpr int failedWithOutput = 6;
constexpr int timedOut = 7;
constexpr int unsupported = 9;
constexpr int logLimit = 10;
constexpr int outputLimit = 11;
constexpr quint32 silentLimit = 4 * 3600; ///< a build that hangs is killed after so many seconds
constexpr quint32 settledSpan = 10 * 24 * 3600;
constexpr quint32 never = std::numeric_limits<qint32>::max();

} // namespace

Farm::Farm(
    const Recipes &recipes, const SourceLife &life, quint64 seed, std::vector<MachineFacts> machines, qint64 begin)
    : m_recipes(recipes)
    , m_life(life)
    , m_seed(seed)
    , m_machines(std::move(machines))
    , m_begin(begin)
    , m_makings(1)
{
    for (size_t i = 0; i < m_machines.size(); ++i) {
        // A machine for two systems gives each half of its places.
        const int share = m_machines[i].maxJobs / int(m_machines[i].systems.size());
        for (const System system : m_machines[i].systems) {
            for (int place = 0; place < share; ++place)
                m_slots.at(size_t(system)).push({.free = 0, .machine = quint16(i)});
        }
    }
}

MakingIndex Farm::find(Drv drv) const
{
    if (drv.source || size_t(drv.instance) >= m_byInstance.size())
        return MakingIndex::None;
    return m_byInstance[size_t(drv.instance)].at(size_t(drv.system));
}

MakingIndex Farm::want(Drv drv, qint64 when, bool isGate, bool settled)
{
    if (const MakingIndex known = find(drv); known != MakingIndex::None)
        return known;
    Making making{.instance = quint32(drv.instance), .system = quint8(drv.system)};
    quint32 ready = settled ? seconds(when) - settledSpan - 3 * 24 * 3600 + quint32(chance(drv, 1) % settledSpan)
                            : seconds(when) + 20;
    int status = 0;
    quint32 failedAt = 0;
    for (const Drv input : m_recipes.inputs(drv)) {
        const MakingIndex needed = find(input);
        if (needed == MakingIndex::None)
            continue;
        const Making &dependency = at(needed);
        ready = std::max(ready, dependency.stop + 5);
        if (dependency.succeeded() || (status != 0 && dependency.stop >= failedAt))
            continue;
        status = dependency.status == failed ? dependencyFailed : dependency.status;
        failedAt = dependency.stop;
        making.cause = dependency.cause != MakingIndex::None ? dependency.cause : needed;
    }
    if (status != 0) {
        // It ends as soon as the dependency has failed, and not before it was asked for.
        making.start = making.stop = std::max(failedAt, settled ? failedAt : seconds(when)) + 2;
        making.status = quint8(status);
    } else {
        schedule(making, ready, settled, outcome(drv, isGate, settled));
    }
    const MakingIndex made{quint32(m_makings.size())};
    m_makings.push_back(making);
    if (m_byInstance.size() <= size_t(drv.instance))
        m_byInstance.resize(size_t(drv.instance) * 5 / 4 + 64);
    m_byInstance[size_t(drv.instance)].at(size_t(drv.system)) = made;
    return made;
}

Making Farm::putOff(MakingIndex index)
{
    Making &making = at(index);
    const Making planned = making;
    making.start = making.stop = never;
    return planned;
}

void Farm::schedule(Making &making, quint32 ready, bool settled, int status)
{
    const Drv drv = making.drv();
    making.status = quint8(status);
    if (status == unsupported) { // no machine can take it; given up after a day
        making.start = making.stop = ready + 24 * 3600;
        return;
    }
    Slots &slots = m_slots.at(size_t(drv.system));
    Slot slot = slots.top();
    const double speed = m_machines[slot.machine].speed;
    making.start = settled ? ready : std::max(ready, slot.free) + quint32(chance(drv, 2) % 9);
    making.stop = making.start + duration(drv, status, speed);
    making.machine = quint16(slot.machine + 1);
    if (settled) {
        making.machine = quint16(chance(drv, 3) % m_machines.size() + 1);
        while (std::ranges::find(m_machines[making.machine - 1U].systems, drv.system)
            == m_machines[making.machine - 1U].systems.end())
            making.machine = quint16(making.machine % m_machines.size() + 1);
        return;
    }
    slots.pop();
    slot.free = making.stop + 3;
    slots.push(slot);
}

quint32 Farm::duration(Drv drv, int status, double speed) const
{
    if (status == timedOut)
        return silentLimit + quint32(chance(drv, 4) % 1200);
    const int usual
        = m_recipes.isAggregate(drv.instance) ? 4 : m_recipes.universe().buildSeconds(m_recipes.attr(drv.instance));
    const double share = status == 0 || status == failedWithOutput ? 1 : double(20 + chance(drv, 5) % 75) / 100;
    const double varied = usual * share * double(80 + chance(drv, 6) % 50) / 100 / speed;
    return quint32(varied) + 2;
}

bool Farm::isUnlikelyToFail(Attr attr) const
{
    const Universe &universe = m_recipes.universe();
    return universe.kind(attr) == Kind::Bootstrap || isReleased(universe.kind(attr)) || m_life.isSpared(attr)
        || universe.dependents(attr) > qMax(8U, universe.size() / 60);
}

// What the package's own state says: it stays until the package changes.
int Farm::bySources(Drv drv) const
{
    const Attr attr = m_recipes.attr(drv.instance);
    const quint64 roll
        = mix(mix(m_seed, index(attr)), mix(m_recipes.revision(drv.instance), quint64(drv.system))) % 1000;
    const bool isTest = m_recipes.universe().kind(attr) == Kind::Test;
    if (isTest && drv.system == System::ArmLinux && roll < 60)
        return unsupported;
    if (roll < 16)
        return failed;
    return roll < 18 ? timedOut : roll == 18 ? logLimit : roll == 19 ? outputLimit : 0;
}

bool Farm::flaps(Attr attr) const
{
    return m_recipes.universe().attrName(attr) == "nixos.options";
}

int Farm::outcome(Drv drv, bool isGate, bool settled) const
{
    if (m_recipes.isAggregate(drv.instance))
        return 0;
    const Attr attr = m_recipes.attr(drv.instance);
    for (const Drv input : m_recipes.inputs(drv)) {
        if (!input.source && m_life.breaks(m_recipes.attr(input.instance), m_recipes.revision(input.instance)) == attr)
            return failed;
    }
    // With every other state of the sources: it goes back and forth.
    if (flaps(attr) && !settled)
        return m_recipes.revision(drv.instance) % 2 == 0 ? 0 : failedWithOutput;
    if (isUnlikelyToFail(attr) || (isGate && settled))
        return 0;
    if (const int own = bySources(drv); own != 0 && !isGate)
        return own;
    const quint64 roll = chance(drv, 7) % 1000;
    if (roll < 4)
        return failed;
    if (m_recipes.universe().kind(attr) == Kind::Test && roll < 8)
        return roll % 2 == 0 ? failedWithOutput : timedOut;
    return roll == 8 ? aborted : roll == 9 && !isGate ? timedOut : 0;
}

quint32 Farm::retriedAt(const Making &making) const
{
    const quint32 length = making.stop - making.start;
    if (making.machine == 0 || length < 30 || chance(making.drv(), 8) % 60 != 0)
        return 0;
    return making.start + length / 4;
}

} // namespace narscope::sim
