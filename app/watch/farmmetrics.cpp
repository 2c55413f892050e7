// SPDX-License-Identifier: GPL-3.0-or-later
// The runner's own Prometheus page.
#include "watch/farmparts.h"

#include "watch/farmmath.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 fresh = 3600;

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

} // namespace

void takeMetrics(FarmState &state, FarmMemory &memory, const hydra::Metrics &metrics, qint64 now)
{
    const MetricsReader read{metrics};
    takeTotals(state, memory, read, now);
    takeSystems(state, memory, read, now);
    takeBuilders(state, memory, read, now);
    forgetOld(state, memory, now);
}

} // namespace narscope::watch
