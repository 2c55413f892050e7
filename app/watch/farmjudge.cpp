// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/farmjudge.h"

#include "watch/farmmath.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 silentAfter = 120;
constexpr int manyInARow = 3; ///< failures

bool isDisabled(const hydra::Machine &machine, qint64 now)
{
    return !machine.enabled || machine.disabledUntil.value_or(0) > now;
}

/// A resource beyond its limit; the first that explains the builder's refusal.
std::optional<FarmTrouble> shortage(const hydra::Machine &machine)
{
    if (!machine.load || !machine.limits)
        return {};
    const auto &load = *machine.load;
    const auto &limits = *machine.limits;
    FarmTrouble trouble{.kind = TroubleKind::NoCapacity, .builder = machine.name};
    const auto found = [&trouble](const QString &what, double value, double limit) {
        trouble.what = what;
        trouble.value = value;
        trouble.limit = limit;
        return trouble;
    };
    const auto above = [](const std::optional<hydra::Pressure> &pressure, const std::optional<double> &limit) {
        return pressure && limit && pressure->avg10 > *limit;
    };
    const auto below = [](const std::optional<double> &free, const std::optional<double> &least) {
        return free && least && *free < *least;
    };
    if (below(load.storeFreePercent, limits.storeFreePercent))
        return found(u"disk"_s, *load.storeFreePercent, *limits.storeFreePercent);
    if (below(load.buildDirFreePercent, limits.buildDirFreePercent))
        return found(u"disk"_s, *load.buildDirFreePercent, *limits.buildDirFreePercent);
    if (above(load.memSome, limits.memPressure))
        return found(u"memory"_s, load.memSome->avg10, *limits.memPressure);
    if (above(load.cpuSome, limits.cpuPressure))
        return found(u"cpu"_s, load.cpuSome->avg10, *limits.cpuPressure);
    if (above(load.ioSome, limits.ioPressure))
        return found(u"io"_s, load.ioSome->avg10, *limits.ioPressure);
    if (limits.load1 && load.load1 > *limits.load1)
        return found(u"load"_s, load.load1, *limits.load1);
    return {};
}

std::optional<BuilderRecord> recordOf(const BuilderLine &line)
{
    constexpr qint64 telling = 20; ///< builds; a share of fewer says nothing
    if (!line.machine.succeeded || !line.machine.failed)
        return {};
    BuilderRecord seen;
    const BuilderPoint *before = nullptr;
    for (const auto &point : line.points) {
        if (!point.succeeded || !point.failed)
            continue;
        if (before) {
            seen.succeeded += qint64(continued(0, double(*before->succeeded), double(*point.succeeded)));
            seen.failed += qint64(continued(0, double(*before->failed), double(*point.failed)));
        } else {
            seen.since = point.time;
        }
        before = &point;
    }
    return seen.total() >= telling
        ? seen
        : BuilderRecord{.succeeded = *line.machine.succeeded, .failed = *line.machine.failed};
}

void judgeSteps(FarmState &state, const FarmMemory &memory)
{
    std::map<QString, UsualAge> usual;
    for (auto &line : state.builders) {
        if (!line.steps)
            continue;
        for (auto &step : *line.steps) {
            const auto &phase = step.step.phase;
            if (!usual.contains(phase)) {
                const auto ages = memory.ages.find(phase);
                usual[phase] = usualAge(phase, ages == memory.ages.end() ? std::vector<double>{} : ages->second);
            }
            step.usual = usual[phase];
            step.isStuck = step.inState > step.usual.limit;
        }
        std::ranges::stable_sort(*line.steps, std::greater{},
            [](const StepLine &step) { return std::pair(step.isStuck, step.step.seconds.value_or(0)); });
    }
}

/// Without a histogram: what the builders of this system ended, when they serve no other one.
std::optional<double> takenByBuilders(const FarmState &state, const FarmMemory &memory, const QString &machineType)
{
    double sum = 0;
    bool any = false;
    for (const auto &line : state.builders) {
        if (!serves(line.machine, machineType))
            continue;
        const auto counter = memory.done.find(line.machine.name);
        if (line.machine.systems.size() > 1 || counter == memory.done.end())
            return {};
        sum += counter->second.total;
        any = true;
    }
    return any ? std::optional(sum) : std::nullopt;
}

void judgeQueues(FarmState &state, const FarmMemory &memory, qint64 now)
{
    for (auto &line : state.systems) {
        if (!memory.taken.contains(line.system) && !line.points.isEmpty() && !line.points.back().taken)
            line.points.back().taken = takenByBuilders(state, memory, line.system);
        line.perHour = takenPerHour(line.points, now);
        line.clear = clearBand(line.points);
        line.why = whyWaiting(state, line, now);
    }
    const auto isIdle = [&](const SystemQueueLine &line) {
        const bool saw
            = std::ranges::any_of(line.points, [](const QueuePoint &p) { return p.waiting > 0 || p.running > 0; });
        const bool served
            = std::ranges::any_of(state.builders, [&](const BuilderLine &b) { return serves(b.machine, line.system); });
        return !saw && !served && line.waiting == 0 && line.running == 0 && line.builds.value_or(0) == 0;
    };
    state.systems.removeIf(isIdle);
    std::ranges::stable_sort(state.systems, [](const SystemQueueLine &a, const SystemQueueLine &b) {
        return std::tuple(-a.waiting, -a.running, a.system) < std::tuple(-b.waiting, -b.running, b.system);
    });
}

/// The runner gives a slot to the jobset that used least for its shares; an old one tells that figure itself.
void judgeTurns(FarmState &state, const FarmMemory &memory)
{
    auto order = memory.shares;
    const auto used = [](const hydra::JobsetShare &share) {
        return share.shares > 0 ? double(share.seconds) / share.shares : share.share;
    };
    std::ranges::stable_sort(order, {}, used);
    for (auto &line : state.jobsets) {
        line.turn.reset();
        line.entitled.reset();
    }
    double all = 0;
    int turn = 0;
    for (const auto &share : std::as_const(order)) {
        const auto line = std::ranges::find(state.jobsets, share.jobset, &JobsetQueueLine::jobset);
        if (line == state.jobsets.end())
            continue;
        const bool waits = line->queued.value_or(0) > 0;
        line->turn = waits ? std::optional(++turn) : std::nullopt;
        line->entitled = waits && share.shares > 0 ? std::optional(double(share.shares)) : std::nullopt;
        all += line->entitled.value_or(0);
    }
    for (auto &line : state.jobsets) {
        if (line.entitled && all > 0)
            line.entitled = *line.entitled / all;
    }
}

/// `answered`: when the runner last told of its builders.
void addBuilderTroubles(
    QList<FarmTrouble> &troubles, const BuilderLine &line, double othersShare, qint64 answered, qint64 now)
{
    const auto &machine = line.machine;
    if (!line.isConnected) {
        troubles.append({.kind = TroubleKind::Gone,
            .builder = machine.name,
            .seconds = now - line.lastSeen,
            .count = machine.currentJobs.value_or(0)});
        return;
    }
    // The oldest comes first, and stands for all.
    if (const auto count = line.steps ? std::ranges::count_if(*line.steps, &StepLine::isStuck) : 0; count > 0) {
        const auto &step = *std::ranges::find_if(*line.steps, &StepLine::isStuck);
        troubles.append({.kind = TroubleKind::Stuck,
            .builder = machine.name,
            .what = step.step.phase,
            .seconds = step.inState,
            .limit = double(step.usual.limit),
            .count = qint64(count)});
    }
    if (answered - line.lastSeen > silentAfter && machine.lastPing)
        troubles.append({.kind = TroubleKind::Silent, .builder = machine.name, .seconds = now - line.lastSeen});
    if (const auto held = whatHolds(machine, now))
        troubles.append(*held);
    if (machine.consecutiveFailures >= manyInARow)
        troubles.append({.kind = TroubleKind::Failing, .builder = machine.name, .count = machine.consecutiveFailures});
    else if (line.record && failsOftener(*line.record, othersShare))
        troubles.append({.kind = TroubleKind::Failing,
            .builder = machine.name,
            .value = line.record->failedShare(),
            .limit = othersShare});
}

QList<FarmTrouble> troublesOf(const FarmState &state, qint64 now)
{
    QList<FarmTrouble> troubles;
    if (state.reach == hydra::QueueRunnerStatus::Reach::Unreachable)
        troubles.append({.kind = TroubleKind::RunnerDown});
    const qint64 answered = std::max(state.of(FarmSource::Metrics).seenAt, state.of(FarmSource::Runner).seenAt);
    for (const auto &line : state.builders)
        addBuilderTroubles(troubles, line, othersFailedShare(state, line.machine.name), answered, now);
    for (const auto &line : state.systems) {
        const qint64 count = std::max(line.waiting, line.builds.value_or(0));
        if (count > 0 && (line.why.kind == WaitKind::NoBuilder || line.why.kind == WaitKind::BuildersGone))
            troubles.append({.kind = TroubleKind::NoBuilder,
                .builder = line.why.builders.value(0),
                .system = line.system,
                .count = count});
    }
    std::ranges::stable_sort(troubles, {}, &FarmTrouble::kind);
    return troubles;
}

/// A builder that got into trouble since the last judgement makes an event.
void noteNew(FarmState &state, const QList<FarmTrouble> &now, qint64 time)
{
    for (const auto &trouble : now) {
        const bool tells = trouble.kind == TroubleKind::Stuck || trouble.kind == TroubleKind::NoCapacity;
        const auto same
            = [&](const FarmTrouble &old) { return old.kind == trouble.kind && old.builder == trouble.builder; };
        if (!tells || std::ranges::any_of(state.troubles, same))
            continue;
        const bool stuck = trouble.kind == TroubleKind::Stuck;
        // Stuck since it grew older than usual, which may be long before we looked.
        const qint64 since = stuck ? time - std::max<qint64>(0, trouble.seconds - qint64(trouble.limit)) : time;
        state.events.prepend({.time = since,
            .kind = stuck ? FarmEventKind::BecameStuck : FarmEventKind::StoppedTaking,
            .builder = trouble.builder,
            .what = trouble.what});
    }
    std::ranges::stable_sort(state.events, std::greater{}, &FarmEvent::time);
}

} // namespace

double othersFailedShare(const FarmState &state, const QString &builder)
{
    BuilderRecord all;
    for (const auto &line : state.builders) {
        if (line.machine.name == builder || !line.record)
            continue;
        all.succeeded += line.record->succeeded;
        all.failed += line.record->failed;
    }
    return all.failedShare();
}

bool failsOftener(const BuilderRecord &record, double othersShare)
{
    constexpr double much = 3; ///< times what the others fail
    constexpr qint64 enough = 50; ///< builds
    constexpr qint64 notByChance = 10; ///< failures
    return record.total() >= enough && record.failed >= notByChance && record.failedShare() > much * othersShare;
}

QString systemOf(const QString &machineType)
{
    return machineType.section(u':', 0, 0);
}

bool serves(const hydra::Machine &machine, const QString &machineType)
{
    if (!machine.systems.contains(systemOf(machineType)))
        return false;
    const auto wanted = machineType.section(u':', 1).split(u',', Qt::SkipEmptyParts);
    if (!machineType.contains(u':'))
        return true;
    return std::ranges::all_of(wanted, [&](const QString &feature) { return machine.features.contains(feature); })
        && std::ranges::all_of(
            machine.mandatoryFeatures, [&](const QString &feature) { return wanted.contains(feature); });
}

std::optional<FarmTrouble> whatHolds(const hydra::Machine &machine, qint64 now)
{
    if (isDisabled(machine, now))
        return FarmTrouble{.kind = TroubleKind::Disabled,
            .builder = machine.name,
            .seconds = std::max<qint64>(0, machine.disabledUntil.value_or(0) - now)};
    if (machine.hasCapacity || machine.currentJobs.value_or(0) >= machine.maxJobs)
        return {};
    return shortage(machine).value_or(FarmTrouble{.kind = TroubleKind::NoCapacity, .builder = machine.name});
}

WaitReason whyWaiting(const FarmState &state, const SystemQueueLine &line, qint64 now)
{
    WaitReason reason;
    QStringList gone;
    QStringList holding;
    bool unknown = std::ranges::none_of(state.builders, &BuilderLine::isKnownWhole);
    for (const auto &builder : state.builders) {
        const auto &machine = builder.machine;
        if (!serves(machine, line.system))
            continue;
        if (!builder.isConnected) {
            gone << machine.name;
            continue;
        }
        reason.shared |= machine.systems.size() > 1;
        unknown |= machine.maxJobs == 0;
        const int busy = std::min(machine.currentJobs.value_or(0), machine.maxJobs);
        reason.slots += machine.maxJobs;
        reason.busy += busy;
        if (whatHolds(machine, now)) {
            reason.held += machine.maxJobs - busy;
            holding << machine.name;
        }
    }
    if (line.waiting == 0 && line.builds.value_or(0) == 0)
        reason.kind = WaitKind::Nothing;
    else if (unknown)
        reason.kind = WaitKind::Unknown;
    else if (reason.slots == 0)
        reason.kind = gone.isEmpty() ? WaitKind::NoBuilder : WaitKind::BuildersGone;
    else if (line.waiting == 0)
        reason.kind = WaitKind::Nothing;
    else if (reason.busy >= reason.slots)
        reason.kind = WaitKind::Busy;
    else
        reason.kind = reason.busy + reason.held >= reason.slots ? WaitKind::NoCapacity : WaitKind::Free;
    reason.builders = reason.kind == WaitKind::BuildersGone ? gone : holding;
    return reason;
}

void judge(FarmState &state, const FarmMemory &memory, qint64 now)
{
    judgeSteps(state, memory);
    for (auto &line : state.builders) {
        line.record = recordOf(line);
        const auto own = memory.own.find(line.machine.name.section(u'.', 0, 0));
        line.own = own == memory.own.end() ? std::nullopt : std::optional(own->second);
    }
    judgeQueues(state, memory, now);
    judgeTurns(state, memory);
    const auto troubles = troublesOf(state, now);
    noteNew(state, troubles, now);
    state.troubles = troubles;
}

} // namespace narscope::watch
