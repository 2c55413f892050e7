// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/buildlog.h"
#include "sim/worlddata.h"

#include <algorithm>
#include <array>

namespace narscope::sim {

namespace {

constexpr quint32 fetchSeconds = 6; ///< what the tarball takes, at the beginning of a build

} // namespace

// What was made on behalf of a build: itself last, before it what only it needed.
std::vector<MakingIndex> World::Private::ownMakings(quint32 number) const
{
    std::vector<MakingIndex> list;
    std::vector<MakingIndex> todo{builds[number].making};
    while (!todo.empty()) {
        const MakingIndex next = todo.back();
        todo.pop_back();
        if (farm.at(next).owner != number || std::ranges::find(list, next) != list.end())
            continue;
        list.push_back(next);
        for (const Drv input : recipes.inputs(farm.at(next).drv())) {
            if (const MakingIndex needed = farm.find(input); needed != MakingIndex::None)
                todo.push_back(needed);
        }
    }
    std::ranges::sort(list, {}, [this](MakingIndex making) { return std::pair(farm.at(making).start, making); });
    return list;
}

// The shares of a step's time that its phases take.
Busy World::Private::phase(const Making &making) const
{
    const double length = qMax(1U, making.stop - making.start);
    const double part = double(farm.seconds(now) - making.start) / length;
    constexpr std::array<std::pair<double, Busy>, 7> phases{
        {{0.005, Busy::Preparing}, {0.01, Busy::Connecting}, {0.04, Busy::SendingInputs}, {0.95, Busy::Building},
            {0.955, Busy::Waiting}, {0.985, Busy::Receiving}, {1.0, Busy::Post}}};
    const auto found = std::ranges::find_if(phases, [part](const auto &phase) { return part < phase.first; });
    return found == phases.end() ? Busy::Post : found->second;
}

void World::Private::addSteps(std::vector<StepFacts> &steps, const Making &making, BuildId build) const
{
    const quint32 present = farm.seconds(now);
    if (making.machine == 0 || making.start > present)
        return;
    const auto add = [&](Drv drv, quint32 start, quint32 stop, int status) {
        StepFacts step{.build = build,
            .number = StepNr{qint64(steps.size()) + 1},
            .drv = drv,
            .machine = MachineIndex{quint16(making.machine - 1)},
            .startedAt = farm.time(start),
            .propagatedFrom = {},
            .errorMessage = {},
            .hasLog = true};
        if (stop <= present) {
            step.stoppedAt = farm.time(stop);
            step.status = status;
        } else {
            step.busy = drv.source ? Busy::Building : phase(making);
            step.hasLog = step.busy >= Busy::Building;
        }
        if (step.status == 3)
            step.errorMessage = "while connecting to the builder: failed to start SSH connection to '"
                + farm.machines()[making.machine - 1U].host + "'";
        steps.push_back(step);
    };
    quint32 start = making.start;
    if (recipes.hasSource(making.drv().instance) && making.stop - start > 2 * fetchSeconds) {
        add({.instance = making.drv().instance, .system = making.drv().system, .source = true}, start,
            start + fetchSeconds, 0);
        start += fetchSeconds;
        if (start > present)
            return;
    }
    if (const quint32 again = farm.retriedAt(making); again != 0) {
        add(making.drv(), start, again, 3);
        start = again + 1;
        if (start > present)
            return;
    }
    add(making.drv(), start, making.stop, making.status);
}

std::vector<StepFacts> World::steps(const BuildFacts &build) const
{
    std::vector<StepFacts> steps;
    const quint32 number = d->numberOf(build);
    if (const auto first = d->firstTries.find(number); first != d->firstTries.end()) {
        Making tried = d->farm.at(d->builds[number].making);
        tried.start = first->second.start;
        tried.stop = first->second.stop;
        tried.machine = first->second.machine;
        tried.status = quint8(d->status(number));
        d->addSteps(steps, tried, build.id);
        return steps;
    }
    for (const MakingIndex making : d->ownMakings(number))
        d->addSteps(steps, d->farm.at(making), build.id);
    const Making &own = d->farm.at(d->builds[number].making);
    if (!build.finished() || own.cause == MakingIndex::None || own.owner != number)
        return steps;
    // The failure of a dependency that another build made is told here too.
    const Making &cause = d->farm.at(own.cause);
    if (cause.owner != number) {
        steps.push_back({.build = build.id,
            .number = StepNr{qint64(steps.size()) + 1},
            .drv = cause.drv(),
            .status = int(cause.status),
            .machine = std::nullopt,
            .startedAt = build.startedAt,
            .stoppedAt = build.stoppedAt,
            .propagatedFrom = BuildId{firstBuildId + cause.owner},
            .errorMessage = {},
            .hasLog = true});
    }
    return steps;
}

std::vector<StepFacts> World::runningSteps() const
{
    std::vector<StepFacts> list;
    const quint32 present = d->farm.seconds(d->now);
    for (const MakingIndex index : d->openMakings) {
        const Making &making = d->farm.at(index);
        if (making.start > present || making.owner == 0)
            continue;
        for (const StepFacts &step : steps(d->facts(making.owner))) {
            if (!step.status && step.drv.instance == Instance{making.instance})
                list.push_back(step);
        }
    }
    std::ranges::sort(list, {},
        [](const StepFacts &step) { return std::tuple(step.startedAt, step.build.value, step.number.value); });
    return list;
}

std::vector<StepFacts> World::latestSteps(int offset, int limit) const
{
    std::vector<StepFacts> list;
    for (size_t i = size_t(qMax(0, offset)); i < d->doneMakings.size() && list.size() < size_t(limit); ++i) {
        const Making &making = d->farm.at(d->doneMakings[d->doneMakings.size() - 1 - i]);
        const std::vector<StepFacts> all = making.owner == 0 ? std::vector<StepFacts>{} : steps(d->facts(making.owner));
        const auto last = std::ranges::find_if(all.rbegin(), all.rend(),
            [&making](const StepFacts &step) { return step.drv == making.drv() && step.propagatedFrom.value == 0; });
        if (last != all.rend())
            list.push_back(*last);
    }
    return list;
}

std::optional<QByteArray> World::log(Drv drv)
{
    const quint32 present = d->farm.seconds(d->now);
    if (drv.source) {
        if (!isBuilt(drv))
            return std::nullopt;
        return fetchLog(d->recipes, drv);
    }
    const MakingIndex index = d->farm.find(drv);
    if (index == MakingIndex::None)
        return std::nullopt;
    const Making &making = d->farm.at(index);
    const quint32 again = d->farm.retriedAt(making);
    const quint32 start = again != 0 && again <= present ? again : making.start; // a new attempt writes the log anew
    if (making.machine == 0 || start > present)
        return std::nullopt;
    const double part = making.stop <= present ? 1 : double(present - start) / qMax(1U, making.stop - start);
    return buildLog(d->recipes, drv, making.status, making.stop - start, part);
}

} // namespace narscope::sim
