// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrajson.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

constexpr int importMs = 900; ///< of a step, besides building: what an average machine needs
constexpr int uploadMs = 400;

struct StepTimes {
    qint64 steps = 0;
    qint64 total = 0; ///< ms

    [[nodiscard]] qint64 overhead(int each) const { return qMin(total, steps * each); }
    [[nodiscard]] qint64 build() const { return qMax<qint64>(0, total - overhead(importMs + uploadMs)); }
    [[nodiscard]] qint64 average(qint64 sum) const { return steps == 0 ? 0 : sum / steps; }
};

void writeTexts(JsonWriter &json, QByteArrayView key, const QList<QByteArray> &texts)
{
    json.key(key);
    json.beginArray();
    for (const QByteArray &text : texts)
        json.value(text);
    json.endArray();
}

void writeSystems(JsonWriter &json, QByteArrayView key, const MachineFacts &machine)
{
    QList<QByteArray> names;
    for (const System system : machine.systems)
        names += name(system);
    writeTexts(json, key, names);
}

void writeStall(JsonWriter &json, QByteArrayView key, double percent)
{
    json.key(key);
    json.beginObject();
    json.field("avg10", percent);
    json.field("avg60", percent * 0.8);
    json.field("avg300", percent * 0.6);
    json.field("total", static_cast<qint64>(percent * 1e6));
    json.endObject();
}

void writePressure(JsonWriter &json, const MachineFacts &machine, const MachineLoadFacts &load)
{
    json.key("pressure");
    const bool isMac = std::ranges::any_of(
        machine.systems, [](System s) { return s == System::X86Darwin || s == System::ArmDarwin; });
    if (isMac) { // no PSI outside Linux
        json.value(nullptr);
        return;
    }
    json.beginObject();
    writeStall(json, "cpuSome", load.cpuPressure);
    writeStall(json, "memSome", 0);
    writeStall(json, "memFull", 0);
    writeStall(json, "ioSome", load.ioPressure);
    writeStall(json, "ioFull", load.ioPressure / 2);
    json.field("irqFull", nullptr);
    json.endObject();
}

void writeStepTimes(JsonWriter &json, const StepTimes &times)
{
    json.field("avgStepTimeMs", times.average(times.total));
    json.field("avgStepImportTimeMs", times.average(times.overhead(importMs)));
    json.field("avgStepBuildTimeMs", times.average(times.build()));
    json.field("avgStepUploadTimeMs", times.average(times.overhead(uploadMs)));
    json.field("totalStepTimeMs", times.total);
    json.field("totalStepImportTimeMs", times.overhead(importMs));
    json.field("totalStepBuildTimeMs", times.build());
    json.field("totalStepUploadTimeMs", times.overhead(uploadMs));
}

void writeStats(JsonWriter &json, const World &world, MachineIndex index)
{
    constexpr qint64 pingSeconds = 4;
    const MachineLoadFacts load = world.load(index);
    json.key("stats");
    json.beginObject();
    json.field("currentJobs", load.currentJobs);
    json.field("nrStepsDone", load.stepsDone);
    writeStepTimes(json, {.steps = load.stepsDone, .total = load.totalStepMs});
    json.field("idleSince", load.idleSince);
    json.field("lastFailure", load.lastFailure);
    json.field("disabledUntil", load.disabledUntil);
    json.field("consecutiveFailures", load.consecutiveFailures);
    json.field("lastPing", world.now() - pingSeconds);
    json.field("sinceLastPing", pingSeconds);
    json.field("load1", load.load1);
    json.field("load5", load.load5);
    json.field("load15", load.load15);
    json.field("memUsage", load.memoryUsed);
    writePressure(json, world.machine(index), load);
    json.field("buildDirFreePercent", qMin(99.0, load.storeFreePercent + 20));
    json.field("storeFreePercent", load.storeFreePercent);
    json.field("currentUploadingPathCount", 0);
    json.field("currentDownloadingPathCount", 0);
    json.field("jobsInLast30sStart", world.now() - world.now() % 30);
    json.field("jobsInLast30sCount", qMin(load.currentJobs, 2));
    json.field("failedBuilds", load.failed);
    json.field("succeededBuilds", load.succeeded);
    json.endObject();
}

void writeCapacity(JsonWriter &json, const MachineFacts &machine, const MachineLoadFacts &load)
{
    constexpr double pressureLimit = 75;
    const bool roomForJobs = load.currentJobs < machine.maxJobs;
    const bool relaxed = load.cpuPressure < pressureLimit;
    json.field("hasCapacity", roomForJobs && relaxed);
    json.field("hasStaticCapacity", roomForJobs);
    json.field("hasDynamicCapacity", relaxed);
}

void writeThresholds(JsonWriter &json)
{
    json.field("buildDirAvailThreshold", 10.0);
    json.field("storeAvailThreshold", 10.0);
    json.field("load1Threshold", 8.0);
    json.field("cpuPsiThreshold", 75.0);
    json.field("memPsiThreshold", 80.0);
    json.field("ioPsiThreshold", nullptr);
}

void writeRunnerMachine(JsonWriter &json, World &world, MachineIndex index, const std::vector<StepFacts> &running,
    const QByteArray &cacheUrl)
{
    constexpr double bogoMips = 5200;
    const MachineFacts &machine = world.machine(index);
    json.beginObject();
    writeSystems(json, "systems", machine);
    json.field("hostname", machine.host);
    json.field("uptime", double(world.now() - world.runner().startedAt));
    json.field("cpuCount", machine.cpus);
    json.field("bogomips", bogoMips);
    json.field("speedFactor", machine.speed);
    json.field("maxJobs", machine.maxJobs);
    writeThresholds(json);
    json.field("score", machine.score);
    json.field("totalMem", machine.memory);
    writeTexts(json, "supportedFeatures", machine.features);
    writeTexts(json, "mandatoryFeatures", machine.mandatoryFeatures);
    json.field("cgroups", true);
    writeTexts(json, "substituters", {cacheUrl});
    json.field("useSubstitutes", true);
    json.field("nixVersion", machine.nixVersion);
    writeStats(json, world, index);
    QList<QByteArray> jobs;
    for (const StepFacts &step : running) {
        if (step.machine == index)
            jobs += world.recipes().drvPath(step.drv).baseName();
    }
    writeTexts(json, "jobs", jobs);
    writeCapacity(json, machine, world.load(index));
    json.endObject();
}

void writeQueueStats(JsonWriter &json, const World &world)
{
    json.key("queueStats");
    json.beginObject();
    for (const System system : allSystems) {
        const SystemSteps steps = world.systemSteps(system);
        json.key(name(system));
        json.beginObject();
        json.field("activeRunnable", steps.running);
        json.field("totalRunnable", steps.running + steps.runnable);
        json.field("nrRunnableWaiting", steps.runnable);
        json.field("nrRunnableDisabled", 0);
        json.field("avgRunnableTime", steps.waitSeconds / qMax<qint64>(1, steps.runnable));
        json.field("waitTimeMs", steps.waitSeconds * 1000);
        json.endObject();
    }
    json.endObject();
}

void writeProcess(JsonWriter &json)
{
    json.key("proc");
    json.beginObject();
    json.field("pid", 1234);
    json.field("vsizeBytes", 1'834'582'016);
    json.field("rssBytes", 212'123'648);
    json.field("sharedBytes", 28'311'552);
    json.field("cgroup", nullptr);
    json.endObject();
}

QList<QByteArray> allFeatures(const World &world)
{
    QList<QByteArray> features;
    for (const MachineFacts &machine : world.machines()) {
        for (const QByteArray &feature : machine.features) {
            if (!features.contains(feature))
                features += feature;
        }
    }
    std::ranges::sort(features);
    return features;
}

void writeRunner(JsonWriter &json, const World &world)
{
    const RunnerFacts runner = world.runner();
    json.key("queueRunner");
    json.beginObject();
    json.field("status", "up");
    json.field("time",
        QDateTime::fromSecsSinceEpoch(world.now(), QTimeZone::UTC).toString(u"yyyy-MM-ddTHH:mm:ssZ"_s).toLatin1());
    json.field("uptime", double(world.now() - runner.startedAt));
    writeProcess(json);
    writeTexts(json, "supportedFeatures", allFeatures(world));
    json.field("buildCount", runner.buildsUnfinished);
    json.field("jobsetCount", world.jobsets().size());
    json.field("stepCount", runner.stepsUnfinished);
    json.field("runnableCount", runner.stepsRunnable);
    writeQueueStats(json, world);
    json.field("nrBuildsRead", runner.buildsDone + runner.buildsUnfinished);
    json.field("nrBuildsDone", runner.buildsDone);
    json.field("nrStepsStarted", runner.stepsDone + runner.stepsBuilding);
    json.field("nrStepsDone", runner.stepsDone);
    json.field("nrRetries", runner.retries);
    json.field("maxNrRetries", 2);
    json.field("machinesTotal", world.machines().size());
    json.field("machinesInUse", runner.machinesInUse);
    json.endObject();
}

void writeShares(JsonWriter &json, const World &world)
{
    json.key("jobsets");
    json.beginObject();
    for (size_t i = 0; i < world.jobsets().size(); ++i) {
        const JobsetFacts &jobset = world.jobsets()[i];
        json.key(jobset.project + ':' + jobset.name);
        json.beginObject();
        json.field("id", i + 1);
        json.field("projectName", jobset.project);
        json.field("name", jobset.name);
        json.field("seconds", world.secondsUsed(static_cast<JobsetIndex>(i)));
        json.field("shares", jobset.shares);
        json.endObject();
    }
    json.endObject();
}

void writeOldMachine(JsonWriter &json, const World &world, MachineIndex index)
{
    const MachineFacts &machine = world.machine(index);
    const MachineLoadFacts load = world.load(index);
    json.key("ssh://builder@" + machine.host);
    json.beginObject();
    json.field("enabled", true);
    writeSystems(json, "systemTypes", machine);
    writeTexts(json, "supportedFeatures", machine.features);
    writeTexts(json, "mandatoryFeatures", machine.mandatoryFeatures);
    json.field("nrStepsDone", load.stepsDone);
    json.field("currentJobs", load.currentJobs);
    json.field("disabledUntil", load.disabledUntil);
    json.field("lastFailure", load.lastFailure);
    json.field("consecutiveFailures", load.consecutiveFailures);
    if (load.currentJobs == 0)
        json.field("idleSince", load.idleSince);
    if (load.stepsDone > 0) {
        json.field("totalStepTime", load.totalStepMs / 1000);
        json.field("totalStepBuildTime", load.totalStepMs / 1000);
        json.field("avgStepTime", double(load.totalStepMs) / 1000 / double(load.stepsDone));
        json.field("avgStepBuildTime", double(load.totalStepMs) / 1000 / double(load.stepsDone));
    }
    json.endObject();
}

void writeOldShares(JsonWriter &json, const World &world)
{
    json.key("jobsets");
    json.beginObject();
    for (size_t i = 0; i < world.jobsets().size(); ++i) {
        const JobsetFacts &jobset = world.jobsets()[i];
        const qint64 seconds = world.secondsUsed(static_cast<JobsetIndex>(i));
        json.key(jobset.project + ':' + jobset.name);
        json.beginObject();
        json.field("shareUsed", double(seconds) / qMax(1, jobset.shares));
        json.field("seconds", seconds);
        json.endObject();
    }
    json.endObject();
}

void writeMachineTypes(JsonWriter &json, const World &world)
{
    json.key("machineTypes");
    json.beginObject();
    for (const System system : allSystems) {
        const SystemSteps steps = world.systemSteps(system);
        json.key(name(system));
        json.beginObject();
        json.field("runnable", steps.runnable);
        json.field("running", steps.running);
        if (steps.runnable > 0)
            json.field("waitTime", steps.waitSeconds);
        json.endObject();
    }
    json.endObject();
}

} // namespace

void writeMachines(JsonWriter &json, const World &world)
{
    json.beginObject();
    for (size_t i = 0; i < world.machines().size(); ++i) {
        const auto index = static_cast<MachineIndex>(i);
        const MachineFacts &machine = world.machine(index);
        json.key(machine.host);
        json.beginObject();
        writeSystems(json, "systemTypes", machine);
        json.field("primarySystemType", name(machine.systems.front()));
        json.field("maxJobs", machine.maxJobs);
        json.field("speedFactor", machine.speed);
        writeTexts(json, "supportedFeatures", machine.features);
        writeTexts(json, "mandatoryFeatures", machine.mandatoryFeatures);
        writeCapacity(json, machine, world.load(index));
        json.field("score", machine.score);
        json.field("memTotal", machine.memory);
        writeStats(json, world, index);
        json.endObject();
    }
    json.endObject();
}

void writeRunnerStatus(JsonWriter &json, World &world, const QByteArray &cacheUrl)
{
    const std::vector<StepFacts> running = world.runningSteps();
    json.beginObject();
    writeRunner(json, world);
    json.key("machines");
    json.beginObject();
    for (size_t i = 0; i < world.machines().size(); ++i) {
        json.key(world.machines()[i].host);
        writeRunnerMachine(json, world, static_cast<MachineIndex>(i), running, cacheUrl);
    }
    json.endObject();
    writeShares(json, world);
    json.field("store", nullptr);
    json.key("s3");
    json.beginObject();
    json.endObject();
    json.endObject();
}

void writeOldRunnerStatus(JsonWriter &json, const World &world)
{
    const RunnerFacts runner = world.runner();
    json.beginObject();
    json.field("status", "up");
    json.field("time", world.now());
    json.field("uptime", world.now() - runner.startedAt);
    json.field("pid", 1234);
    json.field("nrQueuedBuilds", runner.buildsUnfinished);
    json.field("nrUnfinishedSteps", runner.stepsUnfinished);
    json.field("nrRunnableSteps", runner.stepsRunnable);
    json.field("nrActiveSteps", runner.stepsBuilding);
    json.field("nrStepsBuilding", runner.stepsBuilding);
    json.field("nrBuildsRead", runner.buildsDone + runner.buildsUnfinished);
    json.field("nrBuildsDone", runner.buildsDone);
    json.field("nrStepsStarted", runner.stepsDone + runner.stepsBuilding);
    json.field("nrStepsDone", runner.stepsDone);
    json.field("nrRetries", runner.retries);
    json.field("maxNrRetries", 2);
    json.key("machines");
    json.beginObject();
    for (size_t i = 0; i < world.machines().size(); ++i)
        writeOldMachine(json, world, static_cast<MachineIndex>(i));
    json.endObject();
    writeOldShares(json, world);
    writeMachineTypes(json, world);
    json.endObject();
}

} // namespace narscope::sim
