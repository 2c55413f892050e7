// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/farmjson.h"
#include "hydra/jsonparsers.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::hydra {

namespace {

/// Epoch seconds in the flat form, RFC 3339 in the nested one.
std::optional<qint64> timeOf(const JsonObject &runner)
{
    if (const auto epoch = runner.number("time"))
        return epoch;
    const auto time = QDateTime::fromString(runner.text("time"), Qt::ISODateWithMs);
    return time.isValid() ? std::optional(time.toSecsSinceEpoch()) : std::nullopt;
}

QueueRunnerStatus::Reach reachOf(const QString &status)
{
    if (status == "up"_L1)
        return QueueRunnerStatus::Reach::Up;
    if (status == "unreachable"_L1)
        return QueueRunnerStatus::Reach::Unreachable;
    // Hydra's own answer where no runner's address is configured.
    if (status == "unknown"_L1)
        return QueueRunnerStatus::Reach::NotConfigured;
    return QueueRunnerStatus::Reach::Other;
}

JobsetName jobsetOf(const QString &key, const JsonObject &jobset)
{
    if (jobset.has("projectName"))
        return {jobset.text("projectName"), jobset.text("name")};
    return {key.section(u':', 0, 0), key.section(u':', 1)};
}

QList<JobsetShare> readShares(const JsonObject &jobsets)
{
    QList<JobsetShare> shares;
    double all = 0;
    jobsets.each([&](std::string_view key, element value) {
        const JsonObject jobset(value);
        const auto seconds = jobset.number("seconds", 0);
        all += static_cast<double>(seconds);
        shares.append(
            {jobsetOf(utf8Text(key), jobset), jobset.real("shareUsed").value_or(0), seconds, jobset.integer("shares")});
    });
    for (auto &share : shares) {
        if (share.shares > 0 && all > 0)
            share.share = static_cast<double>(share.seconds) / all;
    }
    std::ranges::sort(shares, {}, &JobsetShare::jobset);
    return shares;
}

QList<SystemQueue> sortedQueues(QList<SystemQueue> queues)
{
    std::ranges::sort(queues, {}, &SystemQueue::system);
    return queues;
}

QList<SystemQueue> nestedQueues(const JsonObject &runner)
{
    QList<SystemQueue> queues;
    runner.eachIn("queueStats", [&queues](std::string_view system, element value) {
        const JsonObject stats(value);
        queues.append({.system = utf8Text(system),
            .runnable = stats.number("totalRunnable", 0),
            .running = stats.number("activeRunnable", 0),
            .waiting = stats.number("nrRunnableWaiting", 0),
            .disabled = stats.number("nrRunnableDisabled", 0),
            .waitMs = stats.number("waitTimeMs")});
    });
    return sortedQueues(std::move(queues));
}

/// The flat form counts by machine type: «x86_64-linux», or «x86_64-linux:kvm,big-parallel» with features.
QList<SystemQueue> flatQueues(const JsonObject &runner)
{
    QList<SystemQueue> queues;
    runner.eachIn("machineTypes", [&queues](std::string_view type, element value) {
        const JsonObject stats(value);
        const auto wait = stats.number("waitTime");
        queues.append({.system = utf8Text(type),
            .runnable = stats.number("runnable", 0),
            .running = stats.number("running", 0),
            .waiting = 0,
            .disabled = 0,
            .waitMs = wait && std::abs(*wait) < 1'000'000'000'000 ? std::optional(*wait * 1000) : std::nullopt});
    });
    return sortedQueues(std::move(queues));
}

/// Both generations have these under the same names.
QueueRunnerStatus commonOf(const JsonObject &runner, const JsonObject &top)
{
    QueueRunnerStatus status;
    status.status = runner.text("status");
    status.reach = reachOf(status.status);
    status.time = timeOf(runner);
    status.uptime = runner.real("uptime");
    status.buildsDone = runner.number("nrBuildsDone", 0);
    status.stepsDone = runner.number("nrStepsDone", 0);
    status.retries = runner.number("nrRetries", 0);
    status.machines = readMachines(top.object("machines"));
    status.jobsets = readShares(top.object("jobsets"));
    return status;
}

QueueRunnerStatus readNested(const JsonObject &runner, const JsonObject &top)
{
    auto status = commonOf(runner, top);
    status.form = QueueRunnerStatus::Form::Nested;
    status.queuedBuilds = runner.number("buildCount", 0);
    const auto begun = runner.number("nrStepsStarted", 0);
    status.activeSteps = runner.number("nrStepsBuilding", qMax(qint64(0), begun - qMin(begun, status.stepsDone)));
    status.runnableSteps = runner.number("runnableCount", 0);
    status.unfinishedSteps = runner.number("stepCount", 0);
    status.uploadsPending = runner.number("s3UploadsPending");
    status.machinesTotal = runner.maybeInteger("machinesTotal");
    status.machinesInUse = runner.maybeInteger("machinesInUse");
    status.systems = nestedQueues(runner);
    return status;
}

QueueRunnerStatus readFlat(const JsonObject &top)
{
    auto status = commonOf(top, top);
    if (status.reach != QueueRunnerStatus::Reach::Up)
        return status;
    status.form = QueueRunnerStatus::Form::Flat;
    status.queuedBuilds = top.number("nrQueuedBuilds", 0);
    status.activeSteps = top.number("nrActiveSteps", 0);
    status.runnableSteps = top.number("nrRunnableSteps", 0);
    status.unfinishedSteps = top.number("nrUnfinishedSteps", 0);
    status.machinesTotal = static_cast<int>(status.machines.size());
    status.machinesInUse = static_cast<int>(
        std::ranges::count_if(status.machines, [](const Machine &m) { return m.currentJobs.value_or(0) > 0; }));
    status.systems = flatQueues(top);
    return status;
}

} // namespace

Result<QueueRunnerStatus> parseQueueRunnerStatus(QByteArrayView body)
{
    return readJson<QueueRunnerStatus>(body, [](element value) -> Result<QueueRunnerStatus> {
        const JsonObject top(value);
        const auto runner = top.object("queueRunner");
        if (runner.isObject())
            return readNested(runner, top);
        if (const auto status = requiredText(top, "status", u"$"_s); !status)
            return std::unexpected(status.error());
        return readFlat(top);
    });
}

} // namespace narscope::hydra
