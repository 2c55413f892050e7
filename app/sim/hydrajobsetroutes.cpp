// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydraroutes.h"

#include <algorithm>
#include <memory>
#include <ranges>

using namespace Qt::StringLiterals;

// /project, /jobset, /job and /eval.

namespace narscope::sim {

namespace {

const ProjectFacts *findProject(const World &world, const QByteArray &name)
{
    const auto found = std::ranges::find(world.projects(), name, &ProjectFacts::name);
    return found == world.projects().end() ? nullptr : &*found;
}

// Evaluations of a page, newest first.
std::vector<const Evaluation *> pageOf(const World &world, std::span<const EvalId> all, qint64 page)
{
    std::vector<const Evaluation *> shown;
    const auto total = static_cast<qint64>(all.size());
    for (qint64 i = (page - 1) * rowsPerPage; i < qMin(total, page * rowsPerPage); ++i)
        shown.push_back(world.evaluation(all[static_cast<size_t>(total - 1 - i)]));
    return shown;
}

HttpAnswer negativePage(const HydraAsk &ask)
{
    return failure(ask, 500,
        "DBIx::Class::Storage::DBI::_select_args(): A supplied offset attribute must be a non-negative "
        "integer\n");
}

HttpAnswer jobsetEvaluations(const HydraAsk &ask, JobsetIndex jobset)
{
    const qint64 page = ask.page();
    if (page < 1)
        return negativePage(ask);
    if (!ask.json)
        return pageAnswer(evaluationsPage(ask.view, jobset, page));
    const std::span<const EvalId> all = ask.world().evaluations(jobset);
    const qint64 last = (static_cast<qint64>(all.size()) + rowsPerPage - 1) / rowsPerPage;
    JsonWriter json;
    json.beginObject();
    json.key("evals");
    json.beginArray();
    for (const Evaluation *evaluation : pageOf(ask.world(), all, page))
        writeEvaluation(json, ask.world(), *evaluation);
    json.endArray();
    json.field("first", "?page=1");
    json.field("last", cat("?page=", last));
    if (page < last)
        json.field("next", cat("?page=", page + 1));
    if (page > 1)
        json.field("previous", cat("?page=", page - 1));
    json.endObject();
    return jsonAnswer(json);
}

HttpAnswer jobsetErrors(const HydraAsk &ask, JobsetIndex jobset)
{
    if (!ask.json)
        return pageAnswer(jobsetErrorsPage(ask.view, jobset));
    JsonWriter json;
    writeJobset(json, ask.world(), jobset, ask.world().errors(jobset));
    return jsonAnswer(json);
}

HttpAnswer latestEvaluation(const HydraAsk &ask, JobsetIndex jobset)
{
    const Evaluation *latest = ask.world().latestFinished(jobset);
    if (latest == nullptr)
        return failure(ask, 404, "No evaluation found.");
    return redirect(
        ask, 302, cat("/eval/", latest->id.value, ask.rest(4), "?name=", encoded(ask.world().jobset(jobset).name)));
}

// The job's builds under jobs of an evaluation that has nothing unfinished, newest first.
std::optional<BuildFacts> latestFinishedBuild(const World &world, JobsetIndex jobset, JobIndex job)
{
    for (const EvalId id : std::views::reverse(world.evaluations(jobset))) {
        const Evaluation &evaluation = *world.evaluation(id);
        const auto build = world.build(evaluation, job);
        if (build && build->succeeded() && world.counts(evaluation).scheduled == 0)
            return build;
    }
    return {};
}

HttpAnswer toBuild(const HydraAsk &ask, const std::optional<BuildFacts> &build, qsizetype restFrom)
{
    if (!build)
        return failure(ask, 404, "There is no successful build to redirect to.");
    return redirect(ask, 302, cat("/build/", build->id.value, ask.rest(restFrom)));
}

std::optional<BuildFacts> newestGood(const std::vector<BuildFacts> &history)
{
    const auto good = std::ranges::find_if(history, &BuildFacts::succeeded);
    return good == history.end() ? std::nullopt : std::optional(*good);
}

HttpAnswer latestFor(const HydraAsk &ask, const World &world, JobsetIndex jobset, std::optional<JobIndex> job,
    const std::vector<BuildFacts> &history)
{
    const QByteArray system = ask.at(5);
    if (system.isEmpty())
        return failure(ask, 404, "You need to specify a platform type in the URL.");
    const bool fits = job && name(world.jobSystem(jobset, *job)) == system;
    const auto good = fits ? newestGood(history) : std::nullopt;
    if (!good)
        return failure(ask, 404, cat("There is no successful build for platform `", system, "' to redirect to."));
    return toBuild(ask, good, 6);
}

HttpAnswer shield(const HydraAsk &ask, const std::vector<BuildFacts> &history)
{
    const auto last = std::ranges::find_if(history, &BuildFacts::finished);
    if (last == history.end())
        return failure(ask, 404, "There is no finished build for this job.");
    const bool cancelled = last->status == 4;
    JsonWriter json;
    json.beginObject();
    json.field("schemaVersion", 1);
    json.field("label", "hydra build");
    json.field("color", last->succeeded() ? "green"_ba : cancelled ? "yellow"_ba : "red"_ba);
    json.field("message", last->succeeded() ? "passing"_ba : cancelled ? "cancelled"_ba : "failing"_ba);
    json.endObject();
    return jsonAnswer(json);
}

// The succeeded builds with a number each, oldest first: what Hydra's charts are drawn from.
template <typename Value> HttpAnswer chart(const std::vector<BuildFacts> &history, Value value)
{
    JsonWriter json;
    json.beginArray();
    for (const BuildFacts &build : std::views::reverse(history)) {
        if (!build.succeeded())
            continue;
        json.beginObject();
        json.field("id", build.id.value);
        json.field("timestamp", build.queuedAt);
        json.field("value", value(build));
        json.endObject();
    }
    json.endArray();
    return jsonAnswer(json);
}

HttpAnswer metricChart(const HydraAsk &ask, const std::vector<BuildFacts> &history)
{
    JsonWriter json;
    json.beginArray();
    for (const BuildFacts &build : std::views::reverse(history)) {
        for (const MetricFacts &metric : ask.world().metrics(build)) {
            if (metric.name != ask.at(5))
                continue;
            json.beginObject();
            json.field("id", build.id.value);
            json.field("timestamp", build.queuedAt);
            json.field("value", metric.value);
            json.field("unit", metric.unit.isEmpty() ? std::optional<QByteArray>() : metric.unit);
            json.endObject();
        }
    }
    json.endArray();
    return jsonAnswer(json);
}

HttpAnswer jobMetrics(const HydraAsk &ask, const std::vector<BuildFacts> &history)
{
    const auto last = std::ranges::find_if(history, &BuildFacts::finished);
    if (last == history.end())
        return failure(ask, 500, "There is no finished build for this job.");
    const QByteArray labels = cat("{project=\"", ask.at(1), "\",jobset=\"", ask.at(2), "\",job=\"", ask.at(3), "\"} ");
    const auto series = [&](QByteArrayView name, QByteArrayView type, qint64 value) {
        return cat("# TYPE ", name, " ", type, "\n", name, labels, value, "\n");
    };
    return textAnswer(series("hydra_build_closure_size", "gauge", ask.world().closureSize(*last))
        + series("hydra_build_output_size", "gauge", ask.world().outputSize(*last))
        + series("hydra_job_completion_time", "counter", last->stoppedAt)
        + series("hydra_job_failed", "gauge", last->succeeded() ? 0 : 1));
}

// The evaluation to compare with, or why there is none such.
struct ComparisonSource {
    const Evaluation *evaluation = nullptr;
    QByteArray fault;
};

const Evaluation *atLeastOlder(const World &world, const Evaluation &evaluation, qint64 seconds)
{
    for (const EvalId id : std::views::reverse(world.evaluations(evaluation.jobset))) {
        const Evaluation *older = world.evaluation(id);
        if (older->time <= evaluation.time - seconds)
            return older;
    }
    return nullptr;
}

ComparisonSource comparisonSource(const HydraAsk &ask, const Evaluation &evaluation)
{
    const World &world = ask.world();
    const QByteArray compare = ask.http.parameter("compare").value_or(QByteArray());
    if (compare.isEmpty())
        return {.evaluation = world.previous(evaluation), .fault = {}};
    bool isNumber = false;
    const qint64 number = compare.toLongLong(&isNumber);
    if (isNumber && number < 0)
        return {.evaluation = atLeastOlder(world, evaluation, -number), .fault = {}};
    if (isNumber) {
        const Evaluation *other = world.evaluation(EvalId(number));
        return {.evaluation = other,
            .fault = other == nullptr ? cat("Evaluation ", compare, " doesn't exist.") : QByteArray()};
    }
    const auto jobset = world.findJobset(world.jobset(evaluation.jobset).project, compare);
    if (!jobset)
        return {.evaluation = nullptr, .fault = cat("Jobset ", compare, " doesn't exist.")};
    return {.evaluation = world.latestFinished(*jobset), .fault = {}};
}

HttpAnswer evaluationHtml(const HydraAsk &ask, const Evaluation &evaluation)
{
    const ComparisonSource source = comparisonSource(ask, evaluation);
    if (!source.fault.isEmpty())
        return failure(ask, 404, source.fault);
    const QByteArray full = ask.http.parameter("full").value_or(QByteArray());
    return pageAnswer(evaluationPage(ask.view, evaluation,
        {.filter = ask.http.parameter("filter").value_or(QByteArray()),
            .comparedWith = source.evaluation,
            .full = !full.isEmpty() && full != "0"}));
}

// Written piece by piece: nixpkgs has 250,000 of them.
class BuildsWriting {
public:
    BuildsWriting(World &world, const Evaluation &evaluation)
        : m_world(world)
    {
        std::ranges::copy_if(evaluation.builds, std::back_inserter(m_numbers), [](quint32 n) { return n != 0; });
        m_json.beginArray();
    }
    [[nodiscard]] QByteArray next()
    {
        constexpr size_t perChunk = 500;
        if (m_ended)
            return {};
        const size_t end = qMin(m_numbers.size(), m_next + perChunk);
        for (; m_next < end; ++m_next)
            writeBuild(m_json, m_world, m_world.buildAt(m_numbers[m_next]));
        m_ended = end == m_numbers.size();
        if (m_ended)
            m_json.endArray();
        return m_json.take();
    }

private:
    World &m_world;
    std::vector<quint32> m_numbers;
    size_t m_next = 0;
    bool m_ended = false;
    JsonWriter m_json;
};

HttpAnswer evaluationBuilds(const HydraAsk &ask, const Evaluation &evaluation)
{
    auto writing = std::make_shared<BuildsWriting>(ask.world(), evaluation);
    return {.type = "application/json", .more = [writing] { return writing->next(); }};
}

HttpAnswer storePaths(const HydraAsk &ask, const Evaluation &evaluation)
{
    std::vector<QByteArray> paths;
    for (const quint32 number : evaluation.builds) {
        const BuildFacts build = number == 0 ? BuildFacts() : ask.world().buildAt(number);
        if (!build.succeeded())
            continue;
        for (const OutputOf &output : ask.world().recipes().outputs(build.drv))
            paths.push_back(output.path.text());
    }
    std::ranges::sort(paths);
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    JsonWriter json;
    json.beginArray();
    for (const QByteArray &path : paths)
        json.value(path);
    json.endArray();
    return jsonAnswer(json);
}

HttpAnswer evaluationJob(const HydraAsk &ask, const Evaluation &evaluation)
{
    const auto job = ask.world().findJob(evaluation.jobset, ask.at(3));
    const auto build = job ? ask.world().build(evaluation, *job) : std::nullopt;
    if (!build)
        return failure(ask, 404, "This evaluation has no job with the specified name.");
    return redirect(ask, 302, cat("/build/", build->id.value, ask.rest(4)));
}

HttpAnswer jobPart(
    const HydraAsk &ask, JobsetIndex jobset, std::optional<JobIndex> job, const std::vector<BuildFacts> &history)
{
    const World &world = ask.world();
    const QByteArray part = ask.at(4);
    if (part == "latest")
        return toBuild(ask, newestGood(history), 5);
    if (part == "latest-for")
        return latestFor(ask, world, jobset, job, history);
    if (part == "latest-finished")
        return toBuild(ask, job ? latestFinishedBuild(world, jobset, *job) : std::nullopt, 5);
    if (part == "shield")
        return shield(ask, history);
    if (part == "prometheus")
        return jobMetrics(ask, history);
    if (part == "build-times")
        return chart(history, [](const BuildFacts &b) { return b.stoppedAt - b.startedAt; });
    if (part == "closure-sizes")
        return chart(history, [&](const BuildFacts &b) { return world.closureSize(b); });
    if (part == "output-sizes")
        return chart(history, [&](const BuildFacts &b) { return world.outputSize(b); });
    if (part == "metric")
        return metricChart(ask, history);
    return pageNotFound(ask);
}

} // namespace

HttpAnswer answerProject(const HydraAsk &ask)
{
    if (ask.size() < 2)
        return pageNotFound(ask);
    const ProjectFacts *project = findProject(ask.world(), ask.at(1));
    if (project == nullptr)
        return failure(ask, 404, cat("Project ", ask.at(1), " doesn't exist."));
    if (ask.size() > 2)
        return pageNotFound(ask);
    if (!ask.json)
        return pageAnswer(projectPage(ask.view, *project));
    JsonWriter json;
    writeProject(json, ask.world(), *project);
    return jsonAnswer(json);
}

HttpAnswer answerJobset(const HydraAsk &ask)
{
    if (ask.size() < 3)
        return pageNotFound(ask);
    const NamedJobset named = namedJobset(ask);
    if (!named.jobset)
        return named.instead;
    const QByteArray part = ask.at(3);
    if (part == "evals")
        return jobsetEvaluations(ask, *named.jobset);
    if (part == "errors")
        return jobsetErrors(ask, *named.jobset);
    if (part == "latest-eval")
        return latestEvaluation(ask, *named.jobset);
    if (!part.isEmpty())
        return pageNotFound(ask);
    if (!ask.json)
        return pageAnswer(jobsetPage(ask.view, *named.jobset));
    JsonWriter json;
    writeJobset(json, ask.world(), *named.jobset);
    return jsonAnswer(json);
}

HttpAnswer answerJob(const HydraAsk &ask)
{
    if (ask.size() < 4)
        return pageNotFound(ask);
    const NamedJobset named = namedJobset(ask);
    if (!named.jobset)
        return named.instead;
    const QByteArray name = ask.at(3);
    if (ask.size() == 4)
        return pageAnswer(jobPage(ask.view, *named.jobset, name));
    if (ask.size() == 5 && ask.at(4) == "all")
        return pageAnswer(jobBuildsPage(ask.view, *named.jobset, name, std::max<qint64>(1, ask.page())));
    const auto job = ask.world().findJob(*named.jobset, name);
    const std::vector<BuildFacts> history = job ? ask.world().history(*named.jobset, *job) : std::vector<BuildFacts>();
    return jobPart(ask, *named.jobset, job, history);
}

HttpAnswer answerEvaluation(const HydraAsk &ask)
{
    if (ask.size() < 2)
        return pageNotFound(ask);
    if (auto fault = numberFault(ask, ask.at(1)))
        return *fault;
    const Evaluation *evaluation = ask.world().evaluation(EvalId(ask.at(1).toLongLong()));
    if (evaluation == nullptr)
        return failure(ask, 404, cat("Evaluation ", ask.at(1), " doesn't exist."));
    const QByteArray part = ask.at(2);
    if (part == "builds")
        return ask.json ? evaluationBuilds(ask, *evaluation) : noTemplate(ask);
    if (part == "store-paths")
        return ask.json ? storePaths(ask, *evaluation) : noTemplate(ask);
    if (part == "job" && ask.size() > 3)
        return evaluationJob(ask, *evaluation);
    if (!part.isEmpty() && part != "errors")
        return pageNotFound(ask);
    if (!ask.json)
        return part.isEmpty() ? evaluationHtml(ask, *evaluation)
                              : pageAnswer(evaluationErrorsPage(ask.view, *evaluation));
    JsonWriter json;
    writeEvaluation(json, ask.world(), *evaluation);
    return jsonAnswer(json);
}

} // namespace narscope::sim
