// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/worlddata.h"

#include <algorithm>

namespace narscope::sim {

namespace {

constexpr qint64 minute = 60;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;
constexpr qint64 publishingTime = 4 * minute; ///< from the upload to the redirect
constexpr qint64 farmBefore = 40 * day; ///< the farm's seconds begin so long before the history
constexpr qint64 runnerAge = 31 * hour;
constexpr int failedWithOutput = 6; ///< Hydra's code

// A large world is told of a shorter time: each evaluation costs time and memory.
qint64 historyLength(int jobs)
{
    return jobs > 20'000 ? 3 * day : 6 * day;
}

const QList<QByteArray> &gatePackages(const QByteArray &aggregate)
{
    static const QList<QByteArray> tested{"nixos.channel", "nixos.manual", "nixos.iso_minimal", "nixos.iso_graphical",
        "emacs", "nix", "python3", "openssh"};
    static const QList<QByteArray> unstable{
        "tarball", "stdenv", "bash", "coreutils", "curl", "git", "linux", "nix", "python3", "go", "rustc", "nodejs"};
    static const QList<QByteArray> darwin{"stdenv", "bash", "curl", "git", "nix", "python3", "rustc"};
    return aggregate == "tested" ? tested : aggregate == "unstable" ? unstable : darwin;
}

} // namespace

World::Private::Private(WorldConfig configuration)
    : config(configuration)
    , historyStart(config.start - historyLength(config.jobs))
    , now(historyStart)
    , universe(config.seed, config.jobs)
    , recipes(universe)
    , contents(recipes, config.seed,
          [this](Drv drv) { return !drv.source && farm.at(farm.find(drv)).status == failedWithOutput; })
    , life(universe, config.seed, historyStart, config.start)
    , farm(recipes, life, config.seed, plannedMachines(config.jobs), historyStart - farmBefore)
    , projects(plannedProjects())
    , gates(universe.size())
    , channels(plannedChannels())
    , releases(channels.size())
    , machineTotals(farm.machines().size())
{
    runner.startedAt = config.start - runnerAge;
    makeJobsets();
    makeChannels();
    advance(config.start);
    addStories();
}

void World::Private::makeJobsets()
{
    for (const JobsetPlan &plan : plannedJobsets()) {
        JobsetState state{.plan = plan};
        addJobs(state);
        addConstituents(state);
        markNeeds(state);
        jobsetFacts.push_back(plan.facts);
        jobsets.push_back(std::move(state));
    }
    markGates();
    for (quint32 i = 0; i < jobsets.size(); ++i) {
        JobsetState &state = jobsets[i];
        const qint64 first = historyStart + i * 10;
        state.lastTrigger = first;
        state.times.lastChecked = state.plan.selection == Selection::Nothing ? first - 30 * day : first;
        if (state.plan.selection != Selection::Nothing)
            evaluate(i,
                state.plan.facts.branch.isEmpty() ? life.source().head("master")
                                                  : life.source().head(state.plan.facts.branch),
                first, true);
        if (state.plan.facts.enabled != 0)
            later(first + qint64(chance(i, 11) % quint64(state.plan.every)) + 5 * minute, What::Trigger, i);
    }
}

quint8 World::Private::wantedSystems(const JobsetState &state, Attr attr, const std::set<Attr> &small) const
{
    const Kind kind = universe.kind(attr);
    const quint8 all = universe.platforms(attr);
    const bool isPackage = kind == Kind::Package || kind == Kind::Bootstrap;
    const bool isTarball = kind == Kind::Tarball && universe.attrName(attr) == "tarball";
    switch (state.plan.selection) {
    case Selection::Nixpkgs:
        return isPackage || isTarball ? all : 0;
    case Selection::Darwin:
        return isTarball ? all : isPackage ? quint8(all & (bit(System::X86Darwin) | bit(System::ArmDarwin))) : 0;
    case Selection::Nixos:
        return quint8(all & (bit(System::X86Linux) | bit(System::ArmLinux)));
    case Selection::Small:
        return small.contains(attr) ? quint8(all & bit(System::X86Linux)) : 0;
    case Selection::One:
        return attr == state.one ? all : 0;
    case Selection::Nothing:
        break;
    }
    return 0;
}

void World::Private::addJobs(JobsetState &state)
{
    std::set<Attr> small;
    for (const QByteArray &name : smallPackages())
        small.insert(*universe.find(name));
    state.one = universe.find(state.plan.one);
    state.places.resize(state.plan.selection == Selection::Nothing ? 0 : universe.size());
    for (quint32 i = 0; i < state.places.size(); ++i) {
        const quint8 wanted = wantedSystems(state, Attr{i}, small);
        for (const System system : allSystems) {
            if ((wanted & bit(system)) == 0)
                continue;
            state.jobs.push_back({.attr = Attr{i}, .system = system});
            state.places[i].at(size_t(system)) = quint32(state.jobs.size());
        }
    }
}

void World::Private::addConstituents(JobsetState &state)
{
    if (state.plan.aggregate.isEmpty())
        return;
    const QList<QByteArray> &packages = gatePackages(state.plan.aggregate);
    for (quint32 i = 0; i < state.jobs.size(); ++i) {
        const Job &job = state.jobs[i];
        const bool isNixos = state.plan.aggregate == "tested";
        const bool here = !isNixos || job.system == System::X86Linux;
        if (here && (packages.contains(universe.attrName(job.attr)) || universe.kind(job.attr) == Kind::Test))
            state.constituents.push_back(JobIndex{i});
    }
    state.jobs.push_back({.attr = {},
        .system = state.plan.selection == Selection::Darwin ? System::ArmDarwin : System::X86Linux,
        .aggregate = true});
}

void World::Private::markNeeds(JobsetState &state)
{
    state.needed.resize(state.places.size());
    for (quint32 i = quint32(state.places.size()); i-- > 0;) {
        for (const System system : allSystems) {
            if (state.places[i].at(size_t(system)) != 0)
                state.needed[i] |= bit(system);
        }
        state.neededEnd = state.needed[i] != 0 ? qMax(state.neededEnd, i + 1) : state.neededEnd;
        for (const Attr dependency : universe.dependencies(Attr{i}))
            state.needed[index(dependency)] |= quint8(state.needed[i] & universe.platforms(dependency));
    }
}

void World::Private::markGates()
{
    for (const JobsetState &state : jobsets) {
        for (const JobIndex job : state.constituents)
            gates[index(state.jobs[size_t(job)].attr)] |= bit(state.jobs[size_t(job)].system);
    }
    for (quint32 i = universe.size(); i-- > 0;) {
        for (const Attr dependency : universe.dependencies(Attr{i}))
            gates[index(dependency)] |= gates[i];
    }
}

void World::Private::makeChannels()
{
    for (quint32 i = 0; i < channels.size(); ++i) {
        const EvalId first = jobsets[size_t(channels[i].gateJobset)].evals.front();
        later(historyStart + qint64(i + 1) * 3 * minute, What::Advance, i, first);
    }
}

void World::Private::later(qint64 time, What what, quint32 subject, EvalId eval)
{
    events.push({.time = time, .order = order++, .what = what, .subject = subject, .eval = eval});
}

void World::Private::advance(qint64 until)
{
    if (until <= now)
        return;
    for (;;) {
        const qint64 own = events.top().time;
        if (qMin(own, life.next()) > until)
            break;
        if (life.next() <= own) {
            life.step();
            continue;
        }
        const Event event = events.top();
        events.pop();
        happen(event);
    }
    now = until;
    settle();
}

void World::Private::happen(const Event &event)
{
    switch (event.what) {
    case What::Trigger:
        return trigger(event.time, event.subject);
    case What::Start:
        return startEvaluation(event.time, event.subject);
    case What::End:
        return endEvaluation(event.time, event.subject);
    case What::Advance:
        return advanceChannel(event);
    }
}

void World::Private::trigger(qint64 time, quint32 jobset)
{
    JobsetState &state = jobsets[jobset];
    state.lastTrigger = time;
    const bool isNew = state.plan.facts.branch.isEmpty()
        ? ownRevision(state, time) != state.lastRevision
        : life.source().head(state.plan.facts.branch) != state.lastCommit;
    if (state.plan.selection != Selection::Nothing && isNew) {
        state.times.triggered = time;
        later(time + 20 + qint64(chance(quint64(time), jobset) % 280), What::Start, jobset);
        return;
    }
    state.times.lastChecked = time;
    state.times.errorTime = state.plan.facts.fetchError.isEmpty() ? state.times.errorTime : time;
    later(time + state.plan.every, What::Trigger, jobset);
}

void World::Private::startEvaluation(qint64 time, quint32 jobset)
{
    JobsetState &state = jobsets[jobset];
    state.times.triggered = 0;
    state.times.started = time;
    const QByteArray branch
        = state.plan.facts.branch.isEmpty() ? QByteArray("nixos-unstable-small") : state.plan.facts.branch;
    state.nextCommit = life.source().head(branch);
    const qint64 takes = state.plan.selection == Selection::One ? 40
        : state.plan.selection == Selection::Small              ? 160
                                                                : 500;
    later(time + takes + qint64(chance(quint64(time), jobset + 100U) % quint64(takes)), What::End, jobset);
}

// From 14 hours after the start of the demonstration one jobset does not evaluate at all, for 16 hours.
bool World::Private::cannotEvaluate(quint32 jobset, qint64 time) const
{
    const JobsetFacts &facts = jobsets[jobset].plan.facts;
    return facts.project == "nixos" && facts.name == "release-26.05-small" && time > config.start + 14 * hour
        && time < config.start + 30 * hour;
}

void World::Private::endEvaluation(qint64 time, quint32 jobset)
{
    JobsetState &state = jobsets[jobset];
    if (cannotEvaluate(jobset, time)) {
        state.evalFault = "error: undefined variable 'lib'\n       at nixos/release-small.nix:41:12\n";
        state.times.lastChecked = state.times.errorTime = time;
        state.times.started = 0;
        return later(qMax(time + minute, state.lastTrigger + state.plan.every), What::Trigger, jobset);
    }
    state.evalFault.clear();
    const EvalRow &made = evaluate(jobset, state.nextCommit, time, false);
    later(qMax(time + minute, state.lastTrigger + state.plan.every), What::Trigger, jobset);
    for (quint32 i = 0; i < channels.size(); ++i) {
        if (channels[i].gateJobset != JobsetIndex{quint16(jobset)})
            continue;
        const quint32 gate = made.eval.builds.back();
        if (gate != 0 && farm.at(builds[gate].making).status == 0)
            planPublishing(
                i, made.eval.id, made.finishedAt + 10 * minute + qint64(chance(quint64(time), i) % 15) * minute);
    }
    state.times.started = 0;
}

// Two channels' files cannot be uploaded for some hours: of one at the start of the demonstration, so that its gate
// is green and it stands still; of the other later, so that it is seen to happen.
qint64 World::Private::failsUntil(quint32 channel, qint64 time) const
{
    const QByteArray &name = channels[channel].name;
    const auto within = [&](qint64 from, qint64 until) {
        return time > config.start + from && time < config.start + until ? config.start + until : 0;
    };
    return name == "nixos-26.05-small"   ? within(-12 * hour, 9 * hour)
        : name == "nixos-unstable-small" ? within(4 * hour, 13 * hour)
                                         : 0;
}

void World::Private::planPublishing(quint32 channel, EvalId eval, qint64 time)
{
    unitSpells.push_back({.channel = channel, .failed = false, .from = time - publishingTime, .until = time});
    later(time, What::Advance, channel, eval);
}

// The script that moves a channel never goes back in time.
void World::Private::advanceChannel(const Event &event)
{
    auto &waiting = refused[event.subject];
    if (const qint64 until = failsUntil(event.subject, event.time); until != 0) {
        waiting = std::max(waiting, event.eval);
        const qint64 again = until + qint64(chance(quint64(event.time), event.subject) % 10) * minute + publishingTime;
        unitSpells.push_back(
            {.channel = event.subject, .failed = true, .from = event.time, .until = again - publishingTime});
        return planPublishing(event.subject, event.eval, again);
    }
    std::vector<Release> &list = releases[event.subject];
    // Of several that wait, the script publishes the newest alone.
    if (event.eval < waiting || (!list.empty() && list.back().eval >= event.eval))
        return;
    const ChannelFacts &channel = channels[event.subject];
    const CommitIndex commit = evals.at(event.eval).eval.commit;
    const QByteArray kind = channel.name.startsWith("nixos") ? "nixos-" : "nixpkgs-";
    list.push_back({.channel = ChannelIndex{quint16(event.subject)},
        .name = kind + life.version(commit),
        .eval = event.eval,
        .commit = commit,
        .time = event.time});
    life.moveBranch(channel.name, commit);
}

// Moves what has ended by now from the open lists to the done ones, and counts it.
void World::Private::settle()
{
    for (; seenMakings < farm.size(); ++seenMakings) {
        if (farm.at(MakingIndex{quint32(seenMakings)}).machine != 0)
            openMakings.push_back(MakingIndex{quint32(seenMakings)});
    }
    const quint32 present = farm.seconds(now);
    const auto isOverMaking = [&](MakingIndex making) { return farm.at(making).stop <= present; };
    const auto firstOver = std::stable_partition(
        openMakings.begin(), openMakings.end(), [&](MakingIndex m) { return !isOverMaking(m); });
    std::vector<MakingIndex> over(firstOver, openMakings.end());
    openMakings.erase(firstOver, openMakings.end());
    std::ranges::sort(over, {}, [&](MakingIndex m) { return std::pair(farm.at(m).stop, m); });
    for (const MakingIndex making : over)
        countMaking(farm.at(making));
    doneMakings.insert(doneMakings.end(), over.begin(), over.end());

    const auto firstDone = std::stable_partition(
        open.begin(), open.end(), [&](quint32 number) { return course(number).stop > present; });
    std::vector<std::pair<quint32, quint32>> ended;
    for (auto it = firstDone; it != open.end(); ++it)
        ended.emplace_back(course(*it).stop, *it);
    open.erase(firstDone, open.end());
    std::ranges::sort(ended);
    for (const auto &[stop, number] : ended) {
        done.push_back(number);
        if (farm.time(stop) < runner.startedAt)
            continue;
        ++runner.buildsDone;
        ++(status(number) == 0 ? runner.buildsSucceeded : runner.buildsFailed);
    }
}

void World::Private::countMaking(const Making &making)
{
    const qint64 took = making.stop - making.start;
    if (making.owner != 0)
        jobsets[builds[making.owner].jobset].secondsUsed += took;
    if (farm.time(making.stop) < runner.startedAt)
        return;
    ++runner.stepsDone;
    runner.totalStepMs += took * 1000;
    runner.retries += farm.retriedAt(making) != 0 ? 1 : 0;
    waits.at(size_t(making.drv().system)).add(waited(making));
    MachineLoadFacts &machine = machineTotals[making.machine - 1U];
    ++machine.stepsDone;
    machine.totalStepMs += took * 1000;
    machine.idleSince = farm.time(making.stop);
    if (making.succeeded()) {
        ++machine.succeeded;
        machine.consecutiveFailures = 0;
        return;
    }
    ++machine.failed;
    machine.lastFailure = farm.time(making.stop);
    machine.consecutiveFailures += making.status == 3 ? 1 : 0;
}

} // namespace narscope::sim
