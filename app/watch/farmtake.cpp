// SPDX-License-Identifier: GPL-3.0-or-later
// What Hydra and its runner tell: builders, what runs on them, and the queue.
#include "watch/farmtake.h"

#include "watch/farmparts.h"

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 day = 24 * 3600;
constexpr size_t mostAges = 4000;

void addConfigured(hydra::Machine &machine, const FarmMemory &memory)
{
    const auto known = memory.configured.find(machine.name);
    if (machine.maxJobs > 0 || known == memory.configured.end())
        return;
    machine.maxJobs = known->second.maxJobs;
    machine.speedFactor = known->second.speedFactor;
    machine.hasCapacity = machine.currentJobs.value_or(0) < machine.maxJobs;
}

void takeMachine(FarmState &state, FarmMemory &memory, const hydra::Machine &machine, qint64 now)
{
    auto &line = builderOf(state, machine.name, now);
    setConnected(state, line, true, now);
    line.machine = machine;
    addConfigured(line.machine, memory);
    line.isKnownWhole = true;
    line.lastSeen = machine.lastPing.value_or(now);
    auto &point = pointAt(line, now);
    point.jobs = machine.currentJobs;
    point.done = grow(memory.done[machine.name], double(machine.stepsDone));
    point.succeeded = machine.succeeded;
    point.failed = machine.failed;
    if (!machine.load)
        return;
    const auto share = [](const std::optional<hydra::Pressure> &pressure) {
        return pressure ? std::optional(pressure->avg60 / 100) : std::nullopt;
    };
    point.load = machine.load->load1;
    if (machine.load->memoryUsed && machine.memory.value_or(0) > 0)
        point.memory = double(*machine.load->memoryUsed) / double(*machine.memory);
    point.cpuWait = share(machine.load->cpuSome);
    point.memoryWait = share(machine.load->memSome);
    point.ioWait = share(machine.load->ioSome);
}

void takeShares(FarmState &state, FarmMemory &memory, const QList<hydra::JobsetShare> &shares)
{
    memory.shares = shares;
    double all = 0;
    for (const auto &share : shares)
        all += double(share.seconds);
    for (const auto &share : shares)
        lineOf(state, share.jobset).timeShare = all > 0 ? std::optional(double(share.seconds) / all) : std::nullopt;
}

QString drvPathOf(const hydra::Machine &machine, const QString &drvName)
{
    constexpr qsizetype hashAndDash = 33;
    for (const auto &job : machine.jobs) {
        if (job.size() > hashAndDash
            && (job.sliced(hashAndDash) == drvName || job.sliced(hashAndDash) == drvName + ".drv"_L1))
            return u"/nix/store/"_s + job;
    }
    return {};
}

void noteLeft(FarmMemory &memory, const FarmMemory::Seen &seen, qint64 now)
{
    auto &ages = memory.ages[seen.phase];
    if (ages.size() >= mostAges)
        ages.erase(ages.begin(), ages.begin() + qsizetype(mostAges / 2));
    // It left some time between the two looks; the later one never makes the alarm too early.
    ages.push_back(double(now - seen.since));
}

void noteAges(FarmMemory &memory, std::map<QString, FarmMemory::Seen> running, qint64 sinceLook, qint64 now)
{
    constexpr qint64 longestGap = 600;
    for (const auto &[key, before] : memory.steps) {
        const auto still = running.find(key);
        if (sinceLook <= longestGap && (still == running.end() || still->second.phase != before.phase))
            noteLeft(memory, before, now);
    }
    memory.steps = std::move(running);
}

/// The page tells how old the step is, not how long it is in its state. Up to building that is nearly the
/// same; what comes after is timed from the first look that saw it.
qint64 stateBegan(const FarmMemory &memory, const QString &key, const hydra::RunningStep &step, qint64 now)
{
    if (const auto before = memory.steps.find(key); before != memory.steps.end() && before->second.phase == step.phase)
        return before->second.since;
    static const QStringList early{u"Preparing"_s, u"Connecting"_s, u"Sending inputs"_s, u"Building"_s};
    return early.contains(step.phase) ? now - step.seconds.value_or(0) : now;
}

} // namespace

void takeRunner(
    FarmState &state, FarmMemory &memory, const hydra::QueueRunnerStatus &status, bool hasMetrics, qint64 now)
{
    state.reach = status.reach;
    if (status.reach != hydra::QueueRunnerStatus::Reach::Up)
        return;
    state.form = status.form;
    if (status.uptime)
        noteUptime(state, *status.uptime, now);
    for (const auto &machine : status.machines.first(std::min(status.machines.size(), mostBuilders)))
        takeMachine(state, memory, machine, now);
    std::set<QString> connected;
    for (const auto &machine : status.machines)
        connected.insert(machine.name);
    for (auto &line : state.builders) {
        if (!connected.contains(line.machine.name))
            setConnected(state, line, false, now);
    }
    takeShares(state, memory, status.jobsets);
    if (hasMetrics)
        return;
    auto &totals = state.totals;
    totals.unfinishedBuilds = status.queuedBuilds;
    totals.running = status.activeSteps;
    totals.runnable = status.runnableSteps;
    totals.uploads = status.uploadsPending;
    totals.builders = status.machinesTotal;
    totals.buildersInUse = status.machinesInUse;
    noteDone(state, memory, double(status.stepsDone), now);
    for (const auto &queue : status.systems) {
        auto &line = lineOf(state, queue.system);
        line.running = queue.running;
        line.waiting = status.form == hydra::QueueRunnerStatus::Form::Nested ? queue.waiting : queue.runnable;
        line.disabled = queue.disabled;
        addPoint(line, now, {});
    }
    forgetOld(state, memory, now);
}

void takeConfigured(FarmState &state, FarmMemory &memory, const QList<hydra::Machine> &machines)
{
    memory.configured.clear();
    for (const auto &machine : machines.first(std::min(machines.size(), mostBuilders)))
        memory.configured[machine.name] = machine;
    for (auto &line : state.builders)
        addConfigured(line.machine, memory);
}

void takeActivity(FarmState &state, FarmMemory &memory, const QList<hydra::MachineActivity> &machines, qint64 now)
{
    std::map<QString, FarmMemory::Seen> running;
    std::set<QString> listed;
    // Builders that nothing but the page tells of come and go with it.
    const auto isOfPage
        = [&memory](const BuilderLine &line) { return !line.isKnownWhole && !memory.done.contains(line.machine.name); };
    for (const auto &machine : machines.first(std::min(machines.size(), mostBuilders))) {
        auto *line = findByLabel(state, machine.name);
        if (!line) {
            line = &builderOf(state, machine.name, now);
            if (!machine.primarySystem.isEmpty())
                line->machine.systems = {machine.primarySystem};
        }
        listed.insert(line->machine.name);
        if (isOfPage(*line)) {
            setConnected(state, *line, true, now);
            line->lastSeen = now;
        }
        if (!line->isKnownWhole) {
            line->machine.enabled = !machine.disabled;
            line->machine.stepsDone = machine.stepsDone.value_or(line->machine.stepsDone);
        }
        QList<StepLine> steps;
        for (const auto &step : machine.steps) {
            const auto key = u"%1 %2 %3"_s.arg(line->machine.name, step.build.text(), step.drvName);
            const qint64 since = stateBegan(memory, key, step, now);
            steps.append({.step = step, .drvPath = drvPathOf(line->machine, step.drvName), .inState = now - since});
            running[key] = {.phase = step.phase, .since = since};
        }
        line->steps = steps;
    }
    for (auto &line : state.builders) {
        if (isOfPage(line) && !listed.contains(line.machine.name))
            setConnected(state, line, false, now);
    }
    const qint64 before = state.of(FarmSource::Activity).seenAt;
    noteAges(memory, std::move(running), before == 0 ? day : now - before, now);
}

void takeQueue(FarmState &state, const hydra::QueueSummary &queue)
{
    for (auto &line : state.jobsets)
        line.queued = 0;
    for (const auto &jobset : queue.jobsets) {
        auto &line = lineOf(state, jobset.jobset);
        line.queued = jobset.queued;
        line.oldest = jobset.oldest;
        line.newest = jobset.newest;
    }
    for (auto &line : state.systems)
        line.builds = 0;
    for (const auto &[system, builds] : queue.systems)
        lineOf(state, system).builds = builds;
    std::ranges::stable_sort(
        state.jobsets, std::greater{}, [](const JobsetQueueLine &line) { return line.queued.value_or(0); });
}

} // namespace narscope::watch
