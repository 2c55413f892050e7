// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/runnermetrics.h"

#include "sim/service.h"
#include "sim/services.h"

#include <array>
#include <map>

namespace narscope::sim {

namespace {

const QByteArray prefix = "hydraqueuerunner_";

struct Writer {
    std::vector<MetricSeries> series;

    void gauge(const char *name, double value)
    {
        series.push_back({.name = prefix + name, .type = "gauge", .labels = {}, .value = value});
    }
    void counter(const char *name, double value)
    {
        series.push_back({.name = prefix + name, .type = "counter", .labels = {}, .value = value});
    }
    void labelled(const char *name, const char *label, const QByteArray &of, double value)
    {
        series.push_back({.name = prefix + name, .type = "gauge", .labels = {{label, of}}, .value = value});
    }
};

void addTotals(Writer &w, const World &world)
{
    const RunnerFacts runner = world.runner();
    const double steps = qMax<double>(1, double(runner.stepsDone));
    w.counter("builds_read", double(runner.buildsDone + runner.buildsUnfinished));
    w.gauge("builds_unfinished", double(runner.buildsUnfinished));
    w.counter("builds_finished", double(runner.buildsDone));
    w.counter("builds_succeeded", double(runner.buildsSucceeded));
    w.counter("builds_failed", double(runner.buildsFailed));
    w.counter("steps_started", double(runner.stepsDone + runner.stepsBuilding));
    w.counter("steps_finished", double(runner.stepsDone));
    w.gauge("steps_building", double(runner.stepsBuilding));
    w.gauge("steps_waiting", double(runner.stepsWaiting));
    w.gauge("steps_runnable", double(runner.stepsRunnable));
    w.gauge("steps_unfinished", double(runner.stepsUnfinished));
    w.gauge("steps_unsupported", 0);
    w.counter("steps_retries", double(runner.retries));
    w.gauge("steps_avg_total_time_ms", double(runner.totalStepMs) / steps);
    w.gauge("steps_avg_build_time_ms", double(runner.totalStepMs) * 0.91 / steps);
    w.gauge("steps_avg_import_time_ms", double(runner.totalStepMs) * 0.03 / steps);
    w.gauge("steps_avg_upload_time_ms", double(runner.totalStepMs) * 0.03 / steps);
    w.counter("steps_total_time_ms", double(runner.totalStepMs));
    w.gauge("machines_total", double(world.machines().size()));
    w.gauge("machines_in_use", runner.machinesInUse);
    w.gauge("s3_uploads_pending", double(runner.uploadsPending));
    w.gauge("current_time_seconds", double(world.now()));
    w.gauge("uptime_seconds", double(world.now() - runner.startedAt));
}

/// The runner's queues hold what runs too; «waiting» is what found no slot. Steps that wait for others are in no queue.
void addSystems(Writer &w, const World &world)
{
    constexpr std::array names{"machine_type_runnable", "machine_type_running", "machine_type_waiting",
        "machine_type_disabled", "machine_type_wait_time"};
    for (size_t i = 0; i < names.size(); ++i) {
        for (const System system : allSystems) {
            const SystemSteps steps = world.systemSteps(system);
            const std::array values{double(steps.runnable + steps.running), double(steps.running),
                double(steps.runnable), 0.0, double(steps.waitSeconds)};
            w.labelled(names.at(i), "machine_type", name(system), values.at(i));
        }
    }
}

void addWaits(Writer &w, const World &world)
{
    const QByteArray metric = "job_wait_time_seconds";
    const auto add = [&w](const QByteArray &name, QList<std::pair<QByteArray, QByteArray>> labels, qint64 value) {
        w.series.push_back(
            {.name = prefix + name, .type = "histogram", .labels = std::move(labels), .value = double(value)});
    };
    for (const System system : allSystems) {
        const WaitFacts waits = world.waits(system);
        qint64 below = 0;
        for (size_t i = 0; i < waits.counts.size(); ++i) {
            below += waits.counts.at(i);
            const QByteArray bound
                = i < WaitFacts::bounds.size() ? QByteArray::number(WaitFacts::bounds.at(i)) : QByteArray("+Inf");
            add(metric + "_bucket", {{"machine_type", name(system)}, {"le", bound}}, below);
        }
        add(metric + "_sum", {{"machine_type", name(system)}}, waits.seconds);
        add(metric + "_count", {{"machine_type", name(system)}}, waits.count);
    }
}

void addMachines(Writer &w, const World &world)
{
    constexpr std::array names{"machine_current_jobs", "machine_steps_done", "machine_total_step_time_ms",
        "machine_consecutive_failures", "machine_last_ping_timestamp", "machine_idle_since_timestamp"};
    for (size_t i = 0; i < names.size(); ++i) {
        for (quint16 m = 0; m < world.machines().size(); ++m) {
            const MachineLoadFacts load = world.load(MachineIndex{m});
            const std::array values{double(load.currentJobs), double(load.stepsDone), double(load.totalStepMs),
                double(load.consecutiveFailures), double(world.now() - m % 10), double(load.idleSince)};
            w.labelled(names.at(i), "hostname", world.machines()[m].host, values.at(i));
        }
        const LeftMachine left = world.leftMachine();
        const std::array values{0.0, double(left.stepsDone), double(left.stepsDone) * 90'000, 0.0, double(left.leftAt),
            double(left.leftAt)};
        w.labelled(names.at(i), "hostname", left.host, values.at(i));
    }
}

void addJobsets(Writer &w, const World &world)
{
    qint64 all = 1;
    for (quint16 j = 0; j < world.jobsets().size(); ++j)
        all += world.secondsUsed(JobsetIndex{j});
    for (const char *metric : {"jobset_share_used", "jobset_seconds"}) {
        for (quint16 j = 0; j < world.jobsets().size(); ++j) {
            const double seconds = double(world.secondsUsed(JobsetIndex{j}));
            const QByteArray jobset = world.jobsets()[j].project + ':' + world.jobsets()[j].name;
            w.labelled(metric, "jobset_name", jobset,
                QByteArrayView(metric) == "jobset_seconds" ? seconds : seconds / double(all));
        }
    }
}

QByteArray numberText(double value)
{
    return QByteArray::number(value, 'g', 15);
}

class QueueRunnerService final : public HttpService {
public:
    explicit QueueRunnerService(const Stage &stage)
        : m_stage(stage)
    {
    }
    HttpAnswer answer(const HttpRequest &request) override
    {
        const World &world = m_stage.now();
        if (request.path != "/metrics")
            return {
                .status = 404, .type = "text/html", .body = "<html><head><title>404 Not Found</title></head></html>\n"};
        return {.type = "text/plain; version=0.0.4", .body = metricsText(runnerMetrics(world))};
    }

private:
    const Stage &m_stage;
};

} // namespace

std::vector<MetricSeries> runnerMetrics(const World &world)
{
    Writer writer;
    addTotals(writer, world);
    addSystems(writer, world);
    addWaits(writer, world);
    addMachines(writer, world);
    addJobsets(writer, world);
    return writer.series;
}

std::vector<PastSeries> runnerPast(const World &world, qint64 from, qint64 until, qint64 step)
{
    std::map<std::pair<QByteArray, QByteArray>, PastSeries> series;
    const auto add = [&series](const char *name, const char *label, const QByteArray &of, qint64 time, qint64 value) {
        auto &one = series[{name, of}];
        one.name = prefix + name;
        one.labels = {{label, of}};
        one.points.emplace_back(time, double(value));
    };
    const LeftMachine left = world.leftMachine();
    for (const FarmMoment &moment : world.farmMoments(from, until, step)) {
        for (const System system : allSystems) {
            const auto &one = moment.systems[size_t(system)];
            add("machine_type_waiting", "machine_type", name(system), moment.time, one.waiting);
            add("machine_type_running", "machine_type", name(system), moment.time, one.running);
            add("machine_type_runnable", "machine_type", name(system), moment.time, one.waiting + one.running);
            add("job_wait_time_seconds_count", "machine_type", name(system), moment.time, one.taken);
        }
        for (size_t m = 0; m < moment.machines.size(); ++m) {
            add("machine_current_jobs", "hostname", world.machines()[m].host, moment.time, moment.machines[m].jobs);
            add("machine_steps_done", "hostname", world.machines()[m].host, moment.time, moment.machines[m].done);
        }
        if (moment.time <= left.leftAt) {
            const qint64 age = left.leftAt - world.runner().startedAt;
            const qint64 done = left.stepsDone * (moment.time - world.runner().startedAt) / qMax<qint64>(1, age);
            add("machine_current_jobs", "hostname", left.host, moment.time, 2);
            add("machine_steps_done", "hostname", left.host, moment.time, done);
        }
    }
    std::vector<PastSeries> list;
    for (auto &[key, one] : series)
        list.push_back(std::move(one));
    return list;
}

QByteArray metricsText(const std::vector<MetricSeries> &series)
{
    QByteArray text;
    QByteArray last;
    for (const MetricSeries &one : series) {
        const QByteArray family = one.type == "histogram" ? one.name.first(one.name.lastIndexOf('_')) : one.name;
        if (family != last)
            text += "# TYPE " + family + ' ' + one.type + '\n';
        last = family;
        QByteArrayList labels;
        for (const auto &[label, value] : one.labels)
            labels.append(label + "=\"" + value + '"');
        text += one.name + (labels.isEmpty() ? QByteArray() : '{' + labels.join(',') + '}') + ' '
            + numberText(one.value) + '\n';
    }
    return text;
}

void addQueueRunner(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<QueueRunnerService>(stage));
}

} // namespace narscope::sim
