// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/worlddata.h"

#include "base/hash.h"

#include <algorithm>

namespace narscope::sim {

namespace {

constexpr qint64 ownCommits = 9 * 3600; ///< seconds between commits in the projects' own repositories
constexpr quint16 ownRevisions = 40; ///< what is built from them counts from here

} // namespace

QByteArray World::Private::ownRevision(const JobsetState &state, qint64 time) const
{
    return hashOf(state.plan.facts.repository + QByteArray::number(time / ownCommits), HashAlgorithm::Sha1).base16();
}

// What each package is at a commit, whether the jobset wants it or not, so that all jobsets mean the same by
// it; but nothing behind the last that it needs. Those that cannot be evaluated, and what needs them, have
// none.
std::vector<Instance> World::Private::instances(const JobsetState &state, CommitIndex commit, qint64 time)
{
    const SourceState &sources = life.state(commit);
    const quint16 release = recipes.releaseRevision(life.version(commit));
    std::vector<Instance> list(universe.size());
    std::vector<Instance> needs;
    for (quint32 i = 0; i < state.neededEnd; ++i) {
        const Attr attr{i};
        quint16 revision = isReleased(universe.kind(attr)) ? release : life.revision(sources, attr);
        if (state.plan.selection == Selection::One && attr == state.one)
            revision = quint16(ownRevisions + time / ownCommits - historyStart / ownCommits);
        needs.clear();
        bool whole = !life.isBroken(attr, revision);
        for (const Attr dependency : universe.dependencies(attr)) {
            needs.push_back(list[index(dependency)]);
            whole = whole && needs.back() != Instance::None;
        }
        if (whole)
            list[i] = recipes.intern(attr, revision, needs);
    }
    return list;
}

const EvalRow &World::Private::evaluate(quint32 jobset, CommitIndex commit, qint64 time, bool settled)
{
    JobsetState &state = jobsets[jobset];
    const Evaluation *before = state.evals.empty() ? nullptr : &evals.at(state.evals.back()).eval;
    EvalRow row;
    row.eval = {.id = EvalId{nextEval++},
        .jobset = JobsetIndex{quint16(jobset)},
        .commit = commit,
        .revision = state.plan.facts.branch.isEmpty() ? ownRevision(state, time) : life.source().commit(commit).sha,
        .time = time,
        .checkoutSeconds = 4 + int(chance(quint64(time), 21) % 30),
        .evalSeconds = int(settled ? 480 : qMax<qint64>(5, time - state.times.started - 40)),
        .builds = std::vector<quint32>(state.jobs.size())};
    const std::vector<Instance> list = instances(state, commit, time);
    for (quint32 i = 0; i < state.neededEnd; ++i) {
        for (const System system : allSystems) {
            if (list[i] == Instance::None || (state.needed[i] & bit(system)) == 0)
                continue;
            const MakingIndex making
                = farm.want({.instance = list[i], .system = system}, time, (gates[i] & bit(system)) != 0, settled);
            const quint32 place = state.places[i].at(size_t(system));
            if (place != 0)
                row.eval.builds[place - 1] = buildFor(jobset, place - 1, making, time, before);
        }
    }
    if (!state.plan.aggregate.isEmpty())
        row.eval.builds.back() = aggregateFor(jobset, row.eval, time, settled);
    row.finishedAt = time;
    for (const quint32 number : row.eval.builds)
        row.finishedAt = number == 0 ? row.finishedAt : qMax(row.finishedAt, farm.time(course(number).stop));
    state.times.lastChecked = state.times.errorTime = time;
    state.lastCommit = commit;
    state.lastRevision = row.eval.revision;
    state.evals.push_back(row.eval.id);
    evalOrder.push_back(row.eval.id);
    const EvalId id = row.eval.id;
    return evals.emplace(id, std::move(row)).first->second;
}

quint32 World::Private::buildFor(quint32 jobset, quint32 job, MakingIndex making, qint64 time, const Evaluation *before)
{
    if (before != nullptr && before->builds[job] != 0 && builds[before->builds[job]].making == making)
        return before->builds[job];
    const quint64 key = quint64(jobset) << 32 | quint64(making);
    if (const auto known = byMaking.find(key); known != byMaking.end())
        return known->second;
    const quint32 number = quint32(builds.size());
    // What is new to Hydra only in the evaluation that the history begins with was queued before it was
    // built.
    const quint32 queued = std::min(farm.seconds(time),
        before == nullptr && farm.at(making).owner == 0
            ? farm.at(making).start - quint32(chance(number, 31) % 1800) - 10
            : farm.seconds(time));
    const bool isNew = farm.at(making).owner == 0;
    builds.push_back({.making = making, .queued = queued, .job = job, .jobset = quint16(jobset)});
    byMaking.emplace(key, number);
    if (isNew && isToFailFirst(jobset, job, making, time)) {
        failFirst(number);
    } else {
        if (isNew && making == triedOnce)
            farm.again(making, time);
        own(making, number);
    }
    open.push_back(number);
    return number;
}

// The build that wants a derivation first owns it, and all that is made only for it.
void World::Private::own(MakingIndex making, quint32 build)
{
    std::vector<MakingIndex> todo{making};
    while (!todo.empty()) {
        const MakingIndex next = todo.back();
        todo.pop_back();
        if (farm.at(next).owner != 0)
            continue;
        farm.at(next).owner = build;
        for (const Drv input : recipes.inputs(farm.at(next).drv())) {
            if (const MakingIndex needed = farm.find(input); needed != MakingIndex::None)
                todo.push_back(needed);
        }
    }
}

quint32 World::Private::aggregateFor(quint32 jobset, const Evaluation &eval, qint64 time, bool settled)
{
    const JobsetState &state = jobsets[jobset];
    std::vector<Drv> constituents;
    for (const JobIndex job : state.constituents) {
        if (const quint32 number = eval.builds[size_t(job)]; number != 0)
            constituents.push_back(drvOf(number));
    }
    const QByteArray name = (state.plan.facts.project == "nixos" ? "nixos-" : "nixpkgs-") + life.version(eval.commit);
    const Drv drv{.instance = recipes.internAggregate(name, constituents), .system = state.jobs.back().system};
    const Evaluation *before = state.evals.empty() ? nullptr : &evals.at(state.evals.back()).eval;
    return buildFor(jobset, quint32(state.jobs.size() - 1), farm.want(drv, time, true, settled), time, before);
}

BuildCourse World::Private::course(quint32 number) const
{
    const BuildRow &build = builds[number];
    const Making &making = farm.at(build.making);
    if (const auto first = firstTries.find(number); first != firstTries.end())
        return {.start = first->second.start, .stop = first->second.stop};
    if (making.owner == number)
        return {.start = making.start, .stop = making.stop};
    if (making.stop > build.queued) // it waits for the other build's step
        return {.start = std::max(making.start, build.queued + 1), .stop = making.stop + 1, .cachedFrom = making.owner};
    const quint32 checked = build.queued + 3 + quint32(chance(number, 32) % 40);
    return {.start = checked, .stop = checked, .cachedFrom = making.owner};
}

BuildFacts World::Private::facts(quint32 number) const
{
    const BuildRow &build = builds[number];
    const Making &making = farm.at(build.making);
    const BuildCourse when = course(number);
    const quint32 present = farm.seconds(now);
    BuildFacts facts{.id = BuildId{firstBuildId + number},
        .jobset = JobsetIndex{build.jobset},
        .job = JobIndex{build.job},
        .drv = making.drv(),
        .queuedAt = farm.time(build.queued)};
    if (when.start <= present) {
        facts.startedAt = farm.time(when.start);
        facts.phase = when.stop <= present ? BuildFacts::Phase::Finished : BuildFacts::Phase::Running;
        if (making.owner == number && making.machine != 0)
            facts.machine = MachineIndex{quint16(making.machine - 1)};
        if (const auto first = firstTries.find(number); first != firstTries.end())
            facts.machine = MachineIndex{quint16(first->second.machine - 1)};
    }
    if (facts.finished()) {
        facts.stoppedAt = farm.time(when.stop);
        facts.status = status(number);
        facts.cachedFrom = BuildId{when.cachedFrom == 0 ? 0 : firstBuildId + when.cachedFrom};
        if (making.cause != MakingIndex::None)
            facts.cause = BuildId{firstBuildId + farm.at(making.cause).owner};
    }
    return facts;
}

const EvalRow *World::Private::evalRow(EvalId id) const
{
    const auto found = evals.find(id);
    return found == evals.end() ? nullptr : &found->second;
}

} // namespace narscope::sim
