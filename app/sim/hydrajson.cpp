// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrajson.h"

#include <algorithm>

namespace narscope::sim {

namespace {

void writeInputs(JsonWriter &json, const QList<EvaluationInput> &inputs)
{
    const auto textOrNull = [](const QByteArray &text) {
        return text.isEmpty() ? std::optional<QByteArray>() : std::optional<QByteArray>(text);
    };
    json.key("jobsetevalinputs");
    json.beginObject();
    for (const EvaluationInput &input : inputs) {
        json.key(input.name);
        json.beginObject();
        json.field("revision", textOrNull(input.revision));
        json.field("value", textOrNull(input.value));
        json.field("type", input.type);
        json.field("uri", textOrNull(input.uri));
        json.field("dependency", nullptr);
        json.endObject();
    }
    json.endObject();
}

void writeOutputs(JsonWriter &json, World &world, const BuildFacts &build)
{
    json.key("buildoutputs");
    json.beginObject();
    for (const OutputOf &output : world.recipes().outputs(build.drv)) {
        json.key(output.name);
        json.beginObject();
        json.field("path", output.path.text());
        json.endObject();
    }
    json.endObject();
}

void writeProducts(JsonWriter &json, World &world, const BuildFacts &build)
{
    json.key("buildproducts");
    json.beginObject();
    int number = 0;
    for (const ProductFacts &product : world.products(build)) {
        json.key(QByteArray::number(++number));
        json.beginObject();
        json.field("type", product.type);
        json.field("subtype", product.subtype);
        json.field("name", product.name);
        json.field("path", product.path);
        json.field("defaultpath", product.defaultPath);
        json.field("filesize", product.size);
        json.field("sha256hash", product.sha256.isEmpty() ? std::optional<QByteArray>() : product.sha256);
        json.endObject();
    }
    json.endObject();
}

void writeMetrics(JsonWriter &json, const World &world, const BuildFacts &build)
{
    json.key("buildmetrics");
    json.beginObject();
    for (const MetricFacts &metric : world.metrics(build)) {
        json.key(metric.name);
        json.beginObject();
        json.field("value", metric.value);
        json.field("unit", metric.unit.isEmpty() ? std::optional<QByteArray>() : metric.unit);
        json.endObject();
    }
    json.endObject();
}

} // namespace

void writeProject(JsonWriter &json, const World &world, const ProjectFacts &project)
{
    json.beginObject();
    json.field("name", project.name);
    json.field("displayname", project.displayName);
    json.field("description", project.description);
    json.field("homepage", project.homepage);
    json.field("owner", project.owner);
    json.field("enabled", project.enabled);
    json.field("enable_dynamic_run_command", false);
    json.field("hidden", project.hidden);
    json.key("jobsets");
    json.beginArray();
    for (const JobsetFacts &jobset : world.jobsets()) {
        if (jobset.project == project.name)
            json.value(jobset.name);
    }
    json.endArray();
    json.endObject();
}

void writeJobset(JsonWriter &json, const World &world, JobsetIndex index, const QByteArray &errors)
{
    const JobsetFacts &jobset = world.jobset(index);
    const JobsetTimes times = world.times(index);
    json.beginObject();
    json.field("name", jobset.name);
    json.field("project", jobset.project);
    json.field("description", jobset.description);
    json.field("nixexprinput", jobset.exprInput);
    json.field("nixexprpath", jobset.exprPath);
    json.field("errormsg", errors);
    json.field("emailoverride", "");
    json.field("fetcherrormsg", jobset.fetchError);
    json.field("flake", jobset.flake);
    json.field("type", jobset.flake.isEmpty() ? 0 : 1);
    json.field("enabled", jobset.enabled);
    json.field("keepnr", jobset.keep);
    json.field("checkinterval", jobset.checkInterval);
    json.field("schedulingshares", jobset.shares);
    json.timeField("errortime", times.errorTime);
    json.timeField("lastcheckedtime", times.lastChecked);
    json.timeField("triggertime", times.triggered);
    json.timeField("starttime", times.started);
    json.field("enableemail", false);
    json.field("enable_dynamic_run_command", false);
    json.field("visible", jobset.visible);
    json.key("inputs");
    json.beginObject();
    for (const InputFacts &input : jobset.inputs) {
        json.key(input.name);
        json.beginObject();
        json.field("name", input.name);
        json.field("type", input.type);
        json.field("value", input.value);
        json.field("emailresponsible", false);
        json.endObject();
    }
    json.endObject();
    json.endObject();
}

void writeJobsetOverview(JsonWriter &json, const World &world, JobsetIndex index)
{
    const JobsetFacts &jobset = world.jobset(index);
    const JobsetTimes times = world.times(index);
    const std::span<const EvalId> evaluations = world.evaluations(index);
    const Counts counts = evaluations.empty() ? Counts() : world.counts(*world.evaluation(evaluations.back()));
    json.beginObject();
    json.field("project", jobset.project);
    json.field("name", jobset.name);
    json.field("nrscheduled", counts.scheduled);
    json.field("nrsucceeded", counts.succeeded);
    json.field("nrfailed", counts.failed);
    json.field("nrtotal", counts.total());
    json.timeField("lastcheckedtime", times.lastChecked);
    json.timeField("starttime", times.started);
    json.timeField("triggertime", times.triggered);
    json.timeField("errortime", times.errorTime);
    json.field("checkinterval", jobset.checkInterval);
    json.field("fetcherrormsg", jobset.fetchError.isEmpty() ? std::optional<QByteArray>() : jobset.fetchError);
    json.field("haserrormsg", false);
    json.endObject();
}

void writeEvaluation(JsonWriter &json, const World &world, const Evaluation &evaluation)
{
    const JobsetFacts &jobset = world.jobset(evaluation.jobset);
    const bool isFlake = !jobset.flake.isEmpty();
    json.beginObject();
    json.field("id", evaluation.id.value);
    json.field("timestamp", evaluation.time);
    json.field("checkouttime", evaluation.checkoutSeconds);
    json.field("evaltime", evaluation.evalSeconds);
    json.field("hasnewbuilds", 1);
    json.field("flake", isFlake ? std::optional<QByteArray>(jobset.flake + '/' + evaluation.revision) : std::nullopt);
    json.key("builds");
    json.beginArray();
    for (const quint32 number : evaluation.builds) {
        if (number != 0)
            json.value(world.buildAt(number).id.value);
    }
    json.endArray();
    writeInputs(json, isFlake ? QList<EvaluationInput>() : world.inputs(evaluation));
    json.endObject();
}

QList<EvaluationInput> changedInputs(const World &world, const Evaluation &evaluation)
{
    const Evaluation *before = world.previous(evaluation);
    const QList<EvaluationInput> old = before == nullptr ? QList<EvaluationInput>() : world.inputs(*before);
    QList<EvaluationInput> changed;
    for (const EvaluationInput &input : world.inputs(evaluation)) {
        const bool same = std::ranges::any_of(
            old, [&](const EvaluationInput &o) { return o.name == input.name && o.revision == input.revision; });
        if (!input.revision.isEmpty() && !same)
            changed += input;
    }
    return changed;
}

void writeEvaluationSummary(JsonWriter &json, const World &world, const Evaluation &evaluation)
{
    const Counts counts = world.counts(evaluation);
    const Evaluation *before = world.previous(evaluation);
    json.beginObject();
    json.key("eval");
    writeEvaluation(json, world, evaluation);
    json.field("nrScheduled", counts.scheduled);
    json.field("nrSucceeded", counts.succeeded);
    json.field("nrFailed", counts.failed);
    json.field("diff", before == nullptr ? 0 : counts.succeeded - world.counts(*before).succeeded);
    json.key("changedInputs");
    json.beginArray();
    for (const EvaluationInput &input : changedInputs(world, evaluation)) {
        json.beginObject();
        json.field("revision", input.revision);
        json.field("value", nullptr);
        json.field("type", input.type);
        json.field("uri", input.uri);
        json.field("dependency", nullptr);
        json.endObject();
    }
    json.endArray();
    json.endObject();
}

int priority(const World &world, const BuildFacts &build)
{
    const std::optional<Attr> attr = world.jobAttr(build.jobset, build.job);
    if (!attr)
        return 200;
    switch (world.universe().kind(*attr)) {
    case Kind::Image:
    case Kind::Tarball:
        return 150;
    case Kind::Test:
        return 30;
    case Kind::Bootstrap:
    case Kind::Package:
    case Kind::Document:
        break;
    }
    return 100;
}

void writeBuild(JsonWriter &json, World &world, const BuildFacts &build, BuildColumns columns)
{
    const JobsetFacts &jobset = world.jobset(build.jobset);
    const bool all = columns == BuildColumns::All;
    const QByteArray release = world.releaseName(build);
    json.beginObject();
    json.field("id", build.id.value);
    json.field("finished", build.finished() ? 1 : 0);
    json.field("timestamp", build.queuedAt);
    // A running build's row has no times yet: Hydra writes them when it ends.
    json.timeField("starttime", build.finished() && all ? build.startedAt : 0);
    json.timeField("stoptime", build.finished() ? build.stoppedAt : 0);
    json.field("project", jobset.project);
    json.field("jobset", jobset.name);
    json.field("job", world.jobName(build.jobset, build.job));
    json.field("nixname", world.nixName(build));
    json.field("system", name(world.jobSystem(build.jobset, build.job)));
    json.field("priority", all ? std::optional<int>(priority(world, build)) : std::nullopt);
    json.field("buildstatus", build.finished() ? std::optional<int>(build.status) : std::nullopt);
    json.field("releasename", release.isEmpty() ? std::optional<QByteArray>() : release);
    json.field("drvpath", all ? std::optional<QByteArray>(world.recipes().drvPath(build.drv).text()) : std::nullopt);
    json.key("jobsetevals");
    json.beginArray();
    for (const EvalId eval : world.evaluationsWith(build))
        json.value(eval.value);
    json.endArray();
    writeOutputs(json, world, build);
    writeProducts(json, world, build);
    writeMetrics(json, world, build);
    json.endObject();
}

void writeLatestBuild(JsonWriter &json, const World &world, const BuildFacts &build)
{
    const JobsetFacts &jobset = world.jobset(build.jobset);
    json.beginObject();
    json.field("id", build.id.value);
    json.field("project", jobset.project);
    json.field("jobset", jobset.name);
    json.field("job", world.jobName(build.jobset, build.job));
    json.field("system", name(world.jobSystem(build.jobset, build.job)));
    json.field("nixname", world.nixName(build));
    json.field("finished", build.finished() ? 1 : 0);
    json.field("timestamp", build.queuedAt);
    if (build.finished())
        json.field("buildstatus", build.status);
    else
        json.field("priority", priority(world, build));
    json.endObject();
}

void writeStep(JsonWriter &json, World &world, const BuildFacts &build, const StepFacts &step)
{
    json.beginObject();
    json.field("machine", step.machine ? world.machine(*step.machine).host : QByteArray());
    json.field("system", name(step.drv.system));
    json.field("stepnr", step.number.value);
    json.field("drvpath", world.recipes().drvPath(step.drv).text());
    json.timeField("starttime", step.startedAt);
    json.field("resolveddrvpath", nullptr);
    json.key("build");
    json.beginObject();
    json.key(QByteArray::number(build.id.value));
    writeBuild(json, world, build);
    json.endObject();
    json.endObject();
}

} // namespace narscope::sim
