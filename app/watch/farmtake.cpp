// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/farmtake.h"

#include "watch/farmmath.h"

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 day = 24 * 3600;
constexpr qint64 remembered = 14 * day;
constexpr qint64 silentAfter = 300; ///< seconds without a ping: a builder sends one every few
constexpr qint64 fresh = 3600;
constexpr qint64 settling = 300; ///< seconds after the runner's start within which builders connect again
constexpr qsizetype mostEvents = 200;
constexpr qsizetype mostBuilders = 2000;
constexpr size_t mostAges = 4000;

double grow(FarmMemory::Counter &counter, double raw)
{
    counter.total = counter.known ? continued(counter.total, counter.raw, raw) : counter.total;
    counter.raw = raw;
    counter.known = true;
    return counter.total;
}

void addEvent(FarmState &state, FarmEvent event)
{
    const auto before
        = std::ranges::find_if(state.events, [&](const FarmEvent &other) { return other.time <= event.time; });
    state.events.insert(before - state.events.begin(), std::move(event));
    if (state.events.size() > mostEvents)
        state.events.removeLast();
}

SystemQueueLine &lineOf(FarmState &state, const QString &system)
{
    const auto it = std::ranges::find(state.systems, system, &SystemQueueLine::system);
    if (it != state.systems.end())
        return *it;
    state.systems.append(SystemQueueLine{.system = system});
    return state.systems.back();
}

JobsetQueueLine &lineOf(FarmState &state, const JobsetName &jobset)
{
    const auto it = std::ranges::find(state.jobsets, jobset, &JobsetQueueLine::jobset);
    if (it != state.jobsets.end())
        return *it;
    state.jobsets.append(JobsetQueueLine{.jobset = jobset});
    return state.jobsets.back();
}

BuilderLine *findBuilder(FarmState &state, const QString &name)
{
    const auto it = std::ranges::find(state.builders, name, [](const BuilderLine &line) { return line.machine.name; });
    return it == state.builders.end() ? nullptr : &*it;
}

BuilderLine &builderOf(FarmState &state, const QString &name, qint64 now)
{
    if (auto *known = findBuilder(state, name))
        return *known;
    BuilderLine line{.machine = {}, .firstSeen = now, .lastSeen = now};
    line.machine.name = name;
    const auto place = std::ranges::lower_bound(
        state.builders, name, {}, [](const BuilderLine &other) { return other.machine.name; });
    return *state.builders.insert(place, std::move(line));
}

/// Pages tell only the first label of a host's name.
BuilderLine *findByLabel(FarmState &state, const QString &label)
{
    if (auto *exact = findBuilder(state, label))
        return exact;
    const auto it = std::ranges::find(
        state.builders, label, [](const BuilderLine &line) { return line.machine.name.section(u'.', 0, 0); });
    return it == state.builders.end() ? nullptr : &*it;
}

void setConnected(FarmState &state, BuilderLine &line, bool connected, qint64 now)
{
    if (line.isConnected == connected)
        return;
    if (!connected && state.totals.uptime.value_or(settling) < double(settling))
        return;
    line.isConnected = connected;
    if (connected) {
        addEvent(state,
            {.time = now, .kind = FarmEventKind::CameBack, .builder = line.machine.name, .count = now - line.lastSeen});
        return;
    }
    addEvent(state,
        {.time = line.lastSeen,
            .kind = FarmEventKind::Left,
            .builder = line.machine.name,
            .count = line.machine.currentJobs.value_or(0)});
    line.steps.reset();
}

void noteUptime(FarmState &state, double uptime, qint64 now)
{
    if (state.totals.uptime && uptime < *state.totals.uptime)
        addEvent(state, {.time = now - qint64(uptime), .kind = FarmEventKind::RunnerRestarted});
    state.totals.uptime = uptime;
}

/// Two sources may tell of the same moment.
BuilderPoint &pointAt(BuilderLine &line, qint64 now)
{
    constexpr qint64 same = 20;
    if (line.points.isEmpty() || now - line.points.back().time > same)
        line.points.append({.time = now});
    return line.points.back();
}

void addPoint(SystemQueueLine &line, qint64 now, std::optional<double> taken)
{
    line.points.append({.time = now, .waiting = double(line.waiting), .running = double(line.running), .taken = taken});
}

void noteDone(FarmState &state, FarmMemory &memory, double stepsDone, qint64 now)
{
    memory.allDonePoints.append({.time = now, .done = grow(memory.allDone, stepsDone)});
    state.totals.donePerHour = donePerHour(memory.allDonePoints, now);
}

std::optional<qint64> whole(std::optional<double> value)
{
    return value && std::abs(*value) < 1e15 ? std::optional(qint64(*value)) : std::nullopt;
}

struct MetricsReader {
    const hydra::Metrics &metrics;

    [[nodiscard]] std::optional<qint64> number(QByteArrayView name) const
    {
        return whole(metrics.value("hydraqueuerunner_" + name.toByteArray()));
    }
    /// By the value of the label.
    [[nodiscard]] std::map<QString, double> by(const QByteArray &label, QByteArrayView name) const
    {
        std::map<QString, double> values;
        for (const auto &sample : metrics.named("hydraqueuerunner_" + name.toByteArray())) {
            if (std::isfinite(sample.value))
                values[QString::fromUtf8(sample.label(label))] = sample.value;
        }
        return values;
    }
};

void takeTotals(FarmState &state, FarmMemory &memory, const MetricsReader &read, qint64 now)
{
    auto &totals = state.totals;
    totals.unfinishedBuilds = read.number("builds_unfinished");
    totals.running = read.number("steps_building");
    totals.runnable = read.number("steps_runnable");
    totals.dependent = read.number("steps_waiting");
    totals.unsupported = read.number("steps_unsupported");
    totals.uploads = read.number("s3_uploads_pending");
    const auto toInt = [](std::optional<qint64> value) {
        return value ? std::optional(int(std::min<qint64>(*value, mostBuilders))) : std::nullopt;
    };
    totals.builders = toInt(read.number("machines_total"));
    totals.buildersInUse = toInt(read.number("machines_in_use"));
    if (const auto queued = read.number("overflow_copies_queued_total"))
        totals.overflow = std::max<qint64>(0,
            *queued - read.number("overflow_copies_succeeded_total").value_or(0)
                - read.number("overflow_copies_failed_total").value_or(0));
    if (const auto uptime = read.number("uptime_seconds"))
        noteUptime(state, double(*uptime), now);
    if (const auto done = read.number("steps_finished"))
        noteDone(state, memory, double(*done), now);
}

std::map<QString, std::vector<Bucket>> waitBuckets(const hydra::Metrics &metrics)
{
    std::map<QString, std::vector<Bucket>> buckets;
    for (const auto &sample : metrics.named("hydraqueuerunner_job_wait_time_seconds_bucket")) {
        bool ok = false;
        const double bound
            = sample.label("le") == "+Inf" ? std::numeric_limits<double>::infinity() : sample.label("le").toDouble(&ok);
        if ((ok || std::isinf(bound)) && sample.value >= 0)
            buckets[QString::fromUtf8(sample.label("machine_type"))].push_back({bound, sample.value});
    }
    for (auto &[system, list] : buckets)
        std::ranges::sort(list, {}, &Bucket::bound);
    return buckets;
}

void takeSystems(FarmState &state, FarmMemory &memory, const MetricsReader &read, qint64 now)
{
    const auto runnable = read.by("machine_type", "machine_type_runnable");
    const auto running = read.by("machine_type", "machine_type_running");
    const auto waiting = read.by("machine_type", "machine_type_waiting");
    const auto disabled = read.by("machine_type", "machine_type_disabled");
    const auto taken = read.by("machine_type", "job_wait_time_seconds_count");
    const auto waits = waitBuckets(read.metrics);
    const auto in = [](const std::map<QString, double> &values, const QString &system) {
        const auto it = values.find(system);
        return it == values.end() ? std::nullopt : whole(it->second);
    };
    for (const auto &[system, count] : runnable) {
        auto &line = lineOf(state, system);
        line.running = in(running, system).value_or(0);
        line.waiting = in(waiting, system).value_or(std::max<qint64>(0, qint64(count) - line.running));
        line.disabled = in(disabled, system).value_or(0);
        const auto counter = taken.find(system);
        addPoint(line, now,
            counter == taken.end() ? std::nullopt : std::optional(grow(memory.taken[system], counter->second)));
        if (const auto list = waits.find(system); list != waits.end())
            line.usualWait = whole(medianOf(list->second));
    }
}

void takeBuilders(FarmState &state, FarmMemory &memory, const MetricsReader &read, qint64 now)
{
    const auto jobs = read.by("hostname", "machine_current_jobs");
    const auto done = read.by("hostname", "machine_steps_done");
    const auto failures = read.by("hostname", "machine_consecutive_failures");
    const auto pings = read.by("hostname", "machine_last_ping_timestamp");
    const qint64 runnersNow = read.number("current_time_seconds").value_or(now);
    for (const auto &[name, steps] : done) {
        if (state.builders.size() >= mostBuilders && !findBuilder(state, name))
            continue;
        auto &line = builderOf(state, name, now);
        const auto ping = pings.find(name);
        // The exporter may go on telling of a builder that left; its pings stop.
        const bool alive = ping == pings.end() || double(runnersNow) - ping->second < double(silentAfter);
        if (!alive) {
            line.lastSeen = qint64(ping->second);
            setConnected(state, line, false, now);
            continue;
        }
        setConnected(state, line, true, now);
        line.lastSeen = ping == pings.end() ? now : qint64(ping->second);
        line.machine.stepsDone = qint64(steps);
        if (const auto it = jobs.find(name); it != jobs.end())
            line.machine.currentJobs = int(it->second);
        if (const auto it = failures.find(name); it != failures.end())
            line.machine.consecutiveFailures = int(it->second);
        auto &point = pointAt(line, now);
        point.jobs = line.machine.currentJobs;
        point.done = grow(memory.done[name], steps);
    }
    for (auto &line : state.builders) {
        // One known from former days alone is taken as connected until something tells otherwise.
        const bool wasTold = memory.done.contains(line.machine.name) || now - line.lastSeen > fresh;
        if (!done.empty() && !done.contains(line.machine.name) && wasTold)
            setConnected(state, line, false, now);
    }
}

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

/// Puts a remembered counter before what was counted since: adds its growth to later points and to the
/// memory.
template <typename Points, typename Member>
void joinPast(Points &own, Points past, Member counter, FarmMemory::Counter &memory)
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
    const qint64 begin = own.isEmpty() ? std::numeric_limits<qint64>::max() : own.front().time;
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
}

} // namespace

void takeMetrics(FarmState &state, FarmMemory &memory, const hydra::Metrics &metrics, qint64 now)
{
    const MetricsReader read{metrics};
    takeTotals(state, memory, read, now);
    takeSystems(state, memory, read, now);
    takeBuilders(state, memory, read, now);
    forgetOld(state, memory, now);
}

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

void takePast(FarmState &state, FarmMemory &memory, QList<PastQueue> queues, QList<PastBuilder> builders, qint64 now)
{
    for (auto &past : queues) {
        auto &line = lineOf(state, past.system);
        joinPast(line.points, std::move(past.points), &QueuePoint::taken, memory.taken[past.system]);
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
        joinPast(line.points, std::move(past.points), &BuilderPoint::done, memory.done[past.name]);
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
