// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/worlddata.h"

#include <algorithm>
#include <cmath>

namespace narscope::sim {

const std::vector<MachineFacts> &World::machines() const
{
    return d->farm.machines();
}

const MachineFacts &World::machine(MachineIndex machine) const
{
    return d->farm.machines()[size_t(machine)];
}

MachineLoadFacts World::load(MachineIndex machine) const
{
    MachineLoadFacts load = d->machineTotals[size_t(machine)];
    const MachineFacts &which = this->machine(machine);
    const quint32 present = d->farm.seconds(d->now);
    for (const MakingIndex index : d->openMakings) {
        const Making &making = d->farm.at(index);
        if (making.start <= present && making.machine == size_t(machine) + 1U)
            ++load.currentJobs;
    }
    // Swings a little from minute to minute around what the jobs make of it.
    const double wave = double(d->chance(quint64(d->now / 60), 50 + quint64(machine)) % 100) / 100;
    const double busy = double(load.currentJobs) / which.maxJobs;
    load.load1 = busy * which.cpus * (0.7 + 0.5 * wave);
    load.load5 = busy * which.cpus * 0.9;
    load.load15 = busy * which.cpus * 0.8 + 0.2;
    load.memoryUsed = qint64(double(which.memory) * (0.06 + 0.7 * busy * (0.5 + wave / 2)));
    load.cpuPressure = busy * 40 * wave;
    load.ioPressure = busy * 12 * (1 - wave);
    load.storeFreePercent = 35 + double(d->chance(quint64(d->now / 86'400), 90 + quint64(machine)) % 400) / 10;
    if (load.currentJobs > 0)
        load.idleSince = 0;
    else if (load.idleSince == 0)
        load.idleSince = d->runner.startedAt;
    return load;
}

QueuedFacts World::queued(JobsetIndex jobset) const
{
    QueuedFacts facts;
    for (const quint32 number : d->open) {
        if (JobsetIndex{d->builds[number].jobset} == jobset)
            d->add(facts, number);
    }
    return facts;
}

QueuedFacts World::queued(System system) const
{
    QueuedFacts facts;
    for (const quint32 number : d->open) {
        if (d->drvOf(number).system == system)
            d->add(facts, number);
    }
    return facts;
}

void World::Private::add(QueuedFacts &facts, quint32 number) const
{
    const qint64 queued = farm.time(builds[number].queued);
    ++facts.queued;
    facts.running += course(number).start <= farm.seconds(now) ? 1 : 0;
    facts.oldest = facts.oldest == 0 ? queued : qMin(facts.oldest, queued);
    facts.newest = qMax(facts.newest, queued);
}

quint32 World::Private::readyAt(const Making &making) const
{
    quint32 ready = making.owner == 0 ? 0 : builds[making.owner].queued;
    for (const Drv input : recipes.inputs(making.drv())) {
        const MakingIndex needed = farm.find(input);
        ready = needed == MakingIndex::None ? ready : std::max(ready, farm.at(needed).stop);
    }
    return ready;
}

SystemSteps World::systemSteps(System system) const
{
    SystemSteps steps;
    const quint32 present = d->farm.seconds(d->now);
    for (const MakingIndex index : d->openMakings) {
        const Making &making = d->farm.at(index);
        if (making.drv().system != system)
            continue;
        const quint32 ready = d->readyAt(making);
        if (making.start <= present) {
            ++steps.running;
        } else if (ready > present) {
            ++steps.waiting;
        } else {
            ++steps.runnable;
            steps.waitSeconds += present - ready;
        }
    }
    return steps;
}

RunnerFacts World::runner() const
{
    RunnerFacts facts = d->runner;
    const quint32 present = d->farm.seconds(d->now);
    facts.buildsUnfinished = qint64(d->open.size());
    facts.stepsUnfinished = qint64(d->openMakings.size());
    std::vector<bool> used(d->farm.machines().size());
    for (const MakingIndex index : d->openMakings) {
        const Making &making = d->farm.at(index);
        if (making.start <= present) {
            ++facts.stepsBuilding;
            used[making.machine - 1U] = true;
            continue;
        }
        ++(d->readyAt(making) > present ? facts.stepsWaiting : facts.stepsRunnable);
    }
    facts.machinesInUse = int(std::ranges::count(used, true));
    facts.uploadsPending = qint64(d->chance(quint64(d->now / 30), 61) % 4) * (facts.stepsBuilding > 0 ? 1 : 0);
    return facts;
}

qint64 World::secondsUsed(JobsetIndex jobset) const
{
    return d->jobsets[size_t(jobset)].secondsUsed;
}

} // namespace narscope::sim
