// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/jsonitems.h"
#include "github/parsers.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::github {

namespace {

Result<CheckRun> readCheckRun(element item, const QString &path)
{
    const JsonObject check(item);
    auto name = json::requiredText(check, "name", path);
    if (!name)
        return std::unexpected(std::move(name.error()));
    const auto app = check.object("app");
    const auto output = check.object("output");
    CheckRun read{.id = check.number("id", 0),
        .name = std::move(*name),
        .headSha = check.text("head_sha"),
        .externalId = check.text("external_id"),
        .app = app.text("slug"),
        .appId = app.number("id", 0),
        .status = check.text("status"),
        .conclusion = check.text("conclusion"),
        .verdict = Verdict::Unknown,
        .title = output.text("title"),
        .summary = output.text("summary"),
        .text = output.text("text"),
        .startedAt = timeOf(check, "started_at"),
        .completedAt = timeOf(check, "completed_at"),
        .suite = check.object("check_suite").number("id", 0),
        .details = addressOf(check, "details_url"),
        .page = addressOf(check, "html_url")};
    read.verdict = checkVerdict(read.app, read.status, read.conclusion, read.title);
    return read;
}

Result<CheckSuite> readSuite(element item, const QString &path)
{
    const JsonObject suite(item);
    const auto id = json::requiredNumber(suite, "id", path);
    if (!id)
        return std::unexpected(id.error());
    return CheckSuite{.id = *id,
        .app = suite.object("app").text("slug"),
        .status = suite.text("status"),
        .conclusion = suite.text("conclusion"),
        .checks = suite.integer("latest_check_runs_count"),
        .updatedAt = timeOf(suite, "updated_at")};
}

Result<CommitStatus> readStatus(element item, const QString &path)
{
    const JsonObject status(item);
    auto context = json::requiredText(status, "context", path);
    if (!context)
        return std::unexpected(std::move(context.error()));
    const auto state = status.text("state");
    return CommitStatus{.context = std::move(*context),
        .state = state,
        .verdict = statusVerdict(state),
        .description = status.text("description"),
        .target = addressOf(status, "target_url"),
        .createdAt = timeOf(status, "created_at"),
        .creator = loginOf(status, "creator")};
}

Result<WorkflowRun> readRun(element item, const QString &path)
{
    const JsonObject run(item);
    const auto id = json::requiredNumber(run, "id", path);
    if (!id)
        return std::unexpected(id.error());
    const auto status = run.text("status");
    const auto conclusion = run.text("conclusion");
    return WorkflowRun{.id = RunId(*id),
        .name = run.text("name"),
        .path = run.text("path"),
        .event = run.text("event"),
        .status = status,
        .conclusion = conclusion,
        .verdict = runVerdict(status, conclusion),
        .headSha = shaOf(run, "head_sha"),
        .headBranch = run.text("head_branch"),
        .title = run.text("display_title"),
        .actor = loginOf(run, "actor"),
        .number = run.integer("run_number"),
        .attempt = run.integer("run_attempt", 1),
        .createdAt = timeOf(run, "created_at"),
        .startedAt = timeOf(run, "run_started_at"),
        .updatedAt = timeOf(run, "updated_at"),
        .page = addressOf(run, "html_url")};
}

QList<JobStep> stepsOf(const JsonObject &job)
{
    QList<JobStep> steps;
    job.eachOf("steps", [&steps](element item) {
        const JsonObject step(item);
        steps.append({.number = step.integer("number"),
            .name = step.text("name"),
            .verdict = runVerdict(step.text("status"), step.text("conclusion")),
            .startedAt = timeOf(step, "started_at"),
            .completedAt = timeOf(step, "completed_at")});
    });
    return steps;
}

Result<RunJob> readJob(element item, const QString &path)
{
    const JsonObject job(item);
    auto name = json::requiredText(job, "name", path);
    if (!name)
        return std::unexpected(std::move(name.error()));
    const auto conclusion = job.text("conclusion");
    return RunJob{.id = job.number("id", 0),
        .run = RunId(job.number("run_id", 0)),
        .name = std::move(*name),
        .workflow = job.text("workflow_name"),
        .conclusion = conclusion,
        .verdict = runVerdict(job.text("status"), conclusion),
        .startedAt = timeOf(job, "started_at"),
        .completedAt = timeOf(job, "completed_at"),
        .steps = stepsOf(job),
        .page = addressOf(job, "html_url")};
}

Result<Artifact> readArtifact(element item, const QString &path)
{
    const JsonObject artifact(item);
    const auto id = json::requiredNumber(artifact, "id", path);
    if (!id)
        return std::unexpected(id.error());
    const auto run = artifact.object("workflow_run");
    return Artifact{.id = ArtifactId(*id),
        .name = artifact.text("name"),
        .size = artifact.number("size_in_bytes", 0),
        .digest = artifact.text("digest"),
        .expired = artifact.flag("expired"),
        .createdAt = timeOf(artifact, "created_at"),
        .expiresAt = timeOf(artifact, "expires_at"),
        .run = RunId(run.number("id", 0)),
        .headSha = shaOf(run, "head_sha")};
}

AttributeChange changeOf(const JsonObject &change)
{
    return {.added = change.texts("added"), .changed = change.texts("changed"), .removed = change.texts("removed")};
}

QMap<QString, AttributeChange> changesIn(const JsonObject &top, std::string_view key)
{
    QMap<QString, AttributeChange> changes;
    top.eachIn(key, [&changes](std::string_view name, element value) {
        changes.insert(json::utf8Text(name), changeOf(JsonObject(value)));
    });
    return changes;
}

QMap<QString, QStringList> namesIn(const JsonObject &top, std::string_view key)
{
    QMap<QString, QStringList> names;
    const auto lists = top.object(key);
    lists.each([&](std::string_view name, element) { names.insert(json::utf8Text(name), lists.texts(name)); });
    return names;
}

Result<EvaluationComparison> readComparison(element value)
{
    const JsonObject top(value);
    if (!top.object("attrdiff").isObject())
        return json::malformedJson(u"$.attrdiff"_s, u"missing"_s);
    EvaluationComparison read{.all = changeOf(top.object("attrdiff")),
        .byKernel = changesIn(top, "attrdiffByKernel"),
        .byPlatform = changesIn(top, "attrdiffByPlatform"),
        .rebuildsByPlatform = namesIn(top, "rebuildsByPlatform"),
        .rebuildsByKernel = namesIn(top, "rebuildsByKernel"),
        .rebuildCountByKernel = {},
        .labels = {}};
    top.eachIn("rebuildCountByKernel", [&read](std::string_view kernel, element count) {
        read.rebuildCountByKernel.insert(json::utf8Text(kernel), json::clampedInt(json::numberOf(count).value_or(0)));
    });
    top.eachIn("labels", [&read](std::string_view label, element holds) {
        if (json::numberOf(holds).value_or(0) != 0)
            read.labels.append(json::utf8Text(label));
    });
    return read;
}

} // namespace

Result<QList<CheckRun>> parseCheckRuns(QByteArrayView body)
{
    return json::readJson<QList<CheckRun>>(
        body, [](element top) { return readListUnder(top, "check_runs", readCheckRun); });
}

Result<QList<CheckSuite>> parseCheckSuites(QByteArrayView body)
{
    return json::readJson<QList<CheckSuite>>(
        body, [](element top) { return readListUnder(top, "check_suites", readSuite); });
}

Result<QList<CommitStatus>> parseStatuses(QByteArrayView body)
{
    return json::readJson<QList<CommitStatus>>(body, [](element top) { return json::readList(top, readStatus); });
}

Result<QList<WorkflowRun>> parseRuns(QByteArrayView body)
{
    return json::readJson<QList<WorkflowRun>>(
        body, [](element top) { return readListUnder(top, "workflow_runs", readRun); });
}

Result<QList<RunJob>> parseJobs(QByteArrayView body)
{
    return json::readJson<QList<RunJob>>(body, [](element top) { return readListUnder(top, "jobs", readJob); });
}

Result<QList<Artifact>> parseArtifacts(QByteArrayView body)
{
    auto artifacts = json::readJson<QList<Artifact>>(
        body, [](element top) { return readListUnder(top, "artifacts", readArtifact); });
    if (artifacts)
        std::ranges::stable_sort(*artifacts, std::greater(), &Artifact::createdAt);
    return artifacts;
}

Result<EvaluationComparison> parseEvaluationComparison(QByteArrayView body)
{
    return json::readJson<EvaluationComparison>(body, readComparison);
}

} // namespace narscope::github
