// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/hydracommands.h"

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

template <typename T> QJsonValue orNull(const std::optional<T> &value)
{
    return value ? QJsonValue(*value) : QJsonValue();
}

QJsonValue orNull(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

template <typename T> QJsonValue orNull(const std::optional<Id<T>> &id)
{
    return id ? QJsonValue(id->value) : QJsonValue();
}

QJsonObject toJson(const hydra::JobsetTimes &times)
{
    return {{u"lastChecked"_s, orNull(times.lastChecked)}, {u"evaluatingSince"_s, orNull(times.evaluating)},
        {u"pendingSince"_s, orNull(times.pendingSince())}};
}

QJsonObject toJson(const hydra::EvalSummary &eval)
{
    QJsonArray changes;
    for (const auto &change : eval.changes)
        changes.append(QJsonObject{{u"input"_s, change.name}, {u"revision"_s, change.revision}});
    return {{u"id"_s, eval.id.value}, {u"time"_s, eval.time}, {u"succeeded"_s, eval.succeeded},
        {u"failed"_s, eval.failed}, {u"queued"_s, eval.scheduled}, {u"delta"_s, orNull(eval.delta)},
        {u"hasErrors"_s, eval.hasErrors}, {u"changes"_s, changes}};
}

QJsonObject toJson(const hydra::EvalInput &input)
{
    return {{u"name"_s, input.name}, {u"type"_s, input.type}, {u"value"_s, input.value},
        {u"revision"_s, orNull(input.revision)}, {u"storePath"_s, orNull(input.storePath)}};
}

QJsonObject toJson(const hydra::InputDiff &diff)
{
    return {{u"input"_s, diff.name}, {u"text"_s, diff.text}, {u"from"_s, orNull(diff.fromRevision)},
        {u"to"_s, orNull(diff.toRevision)}};
}

QJsonObject toJson(const hydra::BuildOutput &output)
{
    return {{u"name"_s, output.name}, {u"path"_s, orNull(output.path)}};
}

QJsonObject toJson(const hydra::BuildProduct &product)
{
    return {{u"number"_s, product.number}, {u"type"_s, product.type}, {u"subtype"_s, product.subtype},
        {u"name"_s, product.name}, {u"path"_s, product.path}, {u"size"_s, orNull(product.size)},
        {u"sha256"_s, orNull(product.sha256)}};
}

QJsonObject toJson(const hydra::BuildMetric &metric)
{
    return {{u"name"_s, metric.name}, {u"value"_s, metric.value}, {u"unit"_s, orNull(metric.unit)}};
}

QJsonObject toJson(const hydra::JobsetQueue &queue)
{
    return {{u"project"_s, queue.jobset.project}, {u"jobset"_s, queue.jobset.jobset}, {u"queued"_s, queue.queued},
        {u"oldest"_s, orNull(queue.oldest)}, {u"newest"_s, orNull(queue.newest)}};
}

QJsonObject toJson(const hydra::SystemQueue &queue)
{
    return {{u"system"_s, queue.system}, {u"runnable"_s, queue.runnable}, {u"running"_s, queue.running},
        {u"waiting"_s, queue.waiting}, {u"disabled"_s, queue.disabled}};
}

/// As toJsonArray, for the types of this file alone.
template <typename T> QJsonArray listOf(const QList<T> &list)
{
    QJsonArray array;
    for (const auto &one : list)
        array.append(toJson(one));
    return array;
}

QJsonValue statusOf(const hydra::Build &build)
{
    return build.finished && build.status ? QJsonValue(static_cast<int>(*build.status)) : QJsonValue();
}

QString reachWord(hydra::QueueRunnerStatus::Reach reach)
{
    using enum hydra::QueueRunnerStatus::Reach;
    return reach == Up           ? u"up"_s
        : reach == Unreachable   ? u"unreachable"_s
        : reach == NotConfigured ? u"not-configured"_s
                                 : u"other"_s;
}

} // namespace

QJsonObject toJson(const hydra::Project &project)
{
    auto jobsets = project.jobsets;
    jobsets.sort();
    return {{u"name"_s, project.name}, {u"displayName"_s, project.displayName}, {u"description"_s, project.description},
        {u"homepage"_s, orNull(project.homepage)}, {u"owner"_s, project.owner}, {u"enabled"_s, project.enabled},
        {u"hidden"_s, project.hidden}, {u"jobsets"_s, QJsonArray::fromStringList(jobsets)}};
}

QJsonObject toJson(const hydra::JobsetOverview &jobset)
{
    return {{u"project"_s, jobset.name.project}, {u"name"_s, jobset.name.jobset}, {u"succeeded"_s, jobset.succeeded},
        {u"failed"_s, jobset.failed}, {u"queued"_s, jobset.scheduled}, {u"total"_s, jobset.total},
        {u"times"_s, toJson(jobset.times)}, {u"checkInterval"_s, jobset.checkInterval},
        {u"fetchError"_s, orNull(jobset.fetchError)}, {u"hasErrors"_s, jobset.hasErrors}};
}

QJsonObject toJson(const hydra::EvalPage &page)
{
    const auto jobset = page.jobset.value_or(JobsetName());
    return {{u"project"_s, jobset.project}, {u"jobset"_s, jobset.jobset}, {u"page"_s, page.paging.page},
        {u"total"_s, orNull(page.paging.total)}, {u"hasNext"_s, page.paging.hasNext}, {u"evals"_s, listOf(page.evals)}};
}

QJsonObject toJson(const hydra::EvalHeader &eval)
{
    return {{u"id"_s, eval.id.value}, {u"project"_s, eval.jobset.project}, {u"jobset"_s, eval.jobset.jobset},
        {u"time"_s, orNull(eval.time)}, {u"checkoutSeconds"_s, orNull(eval.checkoutSeconds)},
        {u"evalSeconds"_s, orNull(eval.evalSeconds)}, {u"comparedWith"_s, orNull(eval.comparedWith)},
        {u"flake"_s, orNull(eval.flake)}, {u"hasErrors"_s, eval.hasErrors},
        {u"nixpkgsRevision"_s, orNull(eval.nixpkgsRevision())}, {u"inputs"_s, listOf(eval.inputs)},
        {u"changes"_s, listOf(eval.changes)}};
}

QJsonObject toJson(const hydra::BuildRow &row)
{
    return {{u"id"_s, row.id.value > 0 ? QJsonValue(row.id.value) : QJsonValue()}, {u"job"_s, row.job},
        {u"state"_s, hydra::key(row.state)}, {u"finished"_s, orNull(row.finished)}, {u"nixName"_s, orNull(row.nixName)},
        {u"system"_s, row.system}};
}

QJsonObject toJson(const hydra::Build &build)
{
    QJsonArray evals;
    for (const auto eval : build.evals)
        evals.append(eval.value);
    return {{u"id"_s, build.id.value}, {u"project"_s, build.job.jobset.project}, {u"jobset"_s, build.job.jobset.jobset},
        {u"job"_s, build.job.job}, {u"nixName"_s, build.nixName}, {u"system"_s, build.system},
        {u"state"_s, hydra::key(build.state())}, {u"finished"_s, build.finished}, {u"status"_s, statusOf(build)},
        {u"priority"_s, orNull(build.priority)}, {u"queuedAt"_s, build.queuedAt},
        {u"startedAt"_s, orNull(build.startedAt)}, {u"stoppedAt"_s, orNull(build.stoppedAt)},
        {u"drvPath"_s, orNull(build.drvPath)}, {u"evals"_s, evals}, {u"outputs"_s, listOf(build.outputs)},
        {u"products"_s, listOf(build.products)}, {u"metrics"_s, listOf(build.metrics)}};
}

QJsonObject toJson(const hydra::StepRow &step)
{
    return {{u"number"_s, step.number.value}, {u"paths"_s, QJsonArray::fromStringList(step.paths)},
        {u"seconds"_s, orNull(step.durationSeconds)}, {u"machine"_s, orNull(step.machine)},
        {u"state"_s, hydra::key(step.state)}, {u"status"_s, step.status},
        {u"propagatedFrom"_s, orNull(step.propagatedFrom)}};
}

QJsonObject toJson(const hydra::JobPage &job)
{
    return {{u"project"_s, job.job.jobset.project}, {u"jobset"_s, job.job.jobset.jobset}, {u"job"_s, job.job.job},
        {u"inLatestEval"_s, job.inLatestEval}, {u"latest"_s, toJsonArray(job.latest)},
        {u"queued"_s, toJsonArray(job.queued)}};
}

QJsonObject toJson(const hydra::Machine &machine)
{
    return {{u"name"_s, machine.name}, {u"systems"_s, QJsonArray::fromStringList(machine.systems)},
        {u"features"_s, QJsonArray::fromStringList(machine.features)}, {u"maxJobs"_s, machine.maxJobs},
        {u"currentJobs"_s, orNull(machine.currentJobs)}, {u"enabled"_s, machine.enabled},
        {u"hasCapacity"_s, machine.hasCapacity}, {u"stepsDone"_s, machine.stepsDone},
        {u"averageBuildMs"_s, orNull(machine.averageBuildMs)}, {u"consecutiveFailures"_s, machine.consecutiveFailures},
        {u"disabledUntil"_s, orNull(machine.disabledUntil)}, {u"memory"_s, orNull(machine.memory)},
        {u"load1"_s, machine.load ? QJsonValue(machine.load->load1) : QJsonValue()}};
}

QJsonObject toJson(const hydra::QueueSummary &queue)
{
    QJsonArray systems;
    for (const auto &[system, queued] : queue.systems)
        systems.append(QJsonObject{{u"system"_s, system}, {u"queued"_s, queued}});
    return {{u"total"_s, queue.total()}, {u"jobsets"_s, listOf(queue.jobsets)}, {u"systems"_s, systems}};
}

QJsonObject toJson(const hydra::QueueRunnerStatus &runner)
{
    return {{u"reach"_s, reachWord(runner.reach)}, {u"time"_s, orNull(runner.time)},
        {u"uptime"_s, orNull(runner.uptime)}, {u"activeSteps"_s, runner.activeSteps},
        {u"runnableSteps"_s, runner.runnableSteps}, {u"unfinishedSteps"_s, runner.unfinishedSteps},
        {u"machinesInUse"_s, orNull(runner.machinesInUse)}, {u"machinesTotal"_s, orNull(runner.machinesTotal)},
        {u"systems"_s, listOf(runner.systems)}};
}

} // namespace narscope::cli
