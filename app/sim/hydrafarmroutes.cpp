// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydraroutes.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

// /api, /search and the pages of one part.

namespace narscope::sim {

namespace {

// The `nr` that /api wants, or the answer instead.
struct Number {
    qint64 value = 0;
    std::optional<HttpAnswer> instead = {};
};

Number wantedNumber(const HydraAsk &ask)
{
    const auto text = ask.http.parameter("nr");
    if (!text || text->isEmpty() || *text == "0")
        return {.instead = failure(ask, 500, "Parameter not defined!")};
    bool isNumber = false;
    const qint64 number = text->toLongLong(&isNumber);
    if (!isNumber || number < 0)
        return {.instead = failure(ask, 500,
                    "DBIx::Class::Storage::DBI::_select_args(): The rows attribute must be a positive "
                    "integer if present\n")};
    return {.value = number};
}

// Which builds /api/latestbuilds is asked for.
struct BuildFilter {
    QByteArray project;
    QByteArray jobset;
    QByteArray job;
    QByteArray system;

    [[nodiscard]] bool passes(const World &world, const BuildFacts &build) const
    {
        const JobsetFacts &of = world.jobset(build.jobset);
        return (project.isEmpty() || project == of.project) && (jobset.isEmpty() || jobset == of.name)
            && (system.isEmpty() || system == name(world.jobSystem(build.jobset, build.job)))
            && (job.isEmpty() || job == world.jobName(build.jobset, build.job));
    }
};

HttpAnswer latestBuilds(const HydraAsk &ask)
{
    constexpr qint64 gap = 1000; ///< so many numbers without a build: there are none below
    const Number wanted = wantedNumber(ask);
    if (wanted.instead)
        return *wanted.instead;
    const auto text = [&](QByteArrayView name) { return ask.http.parameter(name).value_or(QByteArray()); };
    const BuildFilter filter{
        .project = text("project"), .jobset = text("jobset"), .job = text("job"), .system = text("system")};
    JsonWriter json;
    json.beginArray();
    qint64 given = 0;
    qint64 missing = 0;
    for (qint64 id = ask.world().newestBuild().value; given < wanted.value && missing < gap && id > 0; --id) {
        const auto build = ask.world().build(BuildId(id));
        missing = build ? 0 : missing + 1;
        if (!build || !build->finished() || !filter.passes(ask.world(), *build))
            continue;
        writeLatestBuild(json, ask.world(), *build);
        ++given;
    }
    json.endArray();
    return jsonAnswer(json);
}

std::vector<BuildFacts> unfinished(const World &world)
{
    std::vector<BuildFacts> builds;
    for (const quint32 number : world.unfinished())
        builds.push_back(world.buildAt(number));
    return builds;
}

HttpAnswer apiQueue(const HydraAsk &ask)
{
    const Number wanted = wantedNumber(ask);
    if (wanted.instead)
        return *wanted.instead;
    std::vector<BuildFacts> builds = unfinished(ask.world());
    std::ranges::stable_sort(builds, std::greater(), [&](const BuildFacts &b) { return priority(ask.world(), b); });
    JsonWriter json;
    json.beginArray();
    for (size_t i = 0; i < qMin(builds.size(), static_cast<size_t>(wanted.value)); ++i)
        writeLatestBuild(json, ask.world(), builds[i]);
    json.endArray();
    return jsonAnswer(json);
}

HttpAnswer jobsetOverviews(const HydraAsk &ask)
{
    const QByteArray project = ask.http.parameter("project").value_or(QByteArray());
    const std::vector<ProjectFacts> &projects = ask.world().projects();
    if (std::ranges::find(projects, project, &ProjectFacts::name) == projects.end())
        return failure(ask, 404, cat("Project ", project, " doesn't exist."));
    JsonWriter json;
    json.beginArray();
    for (size_t i = 0; i < ask.world().jobsets().size(); ++i) {
        const JobsetFacts &jobset = ask.world().jobsets()[i];
        if (jobset.project == project && jobset.visible)
            writeJobsetOverview(json, ask.world(), static_cast<JobsetIndex>(i));
    }
    json.endArray();
    return jsonAnswer(json);
}

bool isQueryText(const QByteArray &query)
{
    return std::ranges::all_of(query, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || QByteArrayView("_-/.").contains(c);
    });
}

// Builds of the jobsets' latest evaluations whose package name has the text.
std::vector<BuildFacts> buildsNamed(const World &world, const QByteArray &text, size_t limit)
{
    std::vector<BuildFacts> builds;
    for (size_t i = 0; i < world.jobsets().size(); ++i) {
        const std::span<const EvalId> evaluations = world.evaluations(static_cast<JobsetIndex>(i));
        if (evaluations.empty())
            continue;
        for (const quint32 number : world.evaluation(evaluations.back())->builds) {
            if (builds.size() >= limit)
                return builds;
            const BuildFacts build = number == 0 ? BuildFacts() : world.buildAt(number);
            if (number != 0 && world.nixName(build).toLower().contains(text))
                builds.push_back(build);
        }
    }
    return builds;
}

// What /search finds: by the hash of a path that was told before, or by name.
struct Found {
    std::vector<BuildFacts> byOutput;
    std::vector<BuildFacts> byDerivation;
};

Found searched(World &world, const QByteArray &query, size_t limit)
{
    QByteArray text = query.toLower();
    if (const qsizetype store = text.indexOf("nix/store/"); store >= 0)
        text = text.mid(store + 10);
    const QByteArray hash = text.first(qMin<qsizetype>(text.size(), nix::StorePath::hashLength));
    if (!nix::isHashPart(hash)) {
        const std::vector<BuildFacts> builds = buildsNamed(world, text, limit);
        return {.byOutput = builds, .byDerivation = builds};
    }
    const auto path = world.find(hash);
    std::vector<BuildFacts> builds = path ? world.buildsOf(path->drv) : std::vector<BuildFacts>();
    builds.resize(qMin(builds.size(), limit));
    return path && path->output < 0 ? Found{.byOutput = {}, .byDerivation = builds}
                                    : Found{.byOutput = builds, .byDerivation = {}};
}

void writeBuilds(JsonWriter &json, World &world, QByteArrayView key, const std::vector<BuildFacts> &builds)
{
    json.key(key);
    json.beginArray();
    for (const BuildFacts &build : builds)
        writeBuild(json, world, build);
    json.endArray();
}

HttpAnswer searchJson(const HydraAsk &ask, const QByteArray &query, const Found &found)
{
    const World &world = ask.world();
    const auto has = [needle = query.toLower()](const QByteArray &text) { return text.toLower().contains(needle); };
    JsonWriter json;
    json.beginObject();
    json.key("projects");
    json.beginArray();
    for (const ProjectFacts &project : world.projects()) {
        if (!project.hidden && (has(project.name) || has(project.displayName) || has(project.description)))
            writeProject(json, world, project);
    }
    json.endArray();
    json.key("jobsets");
    json.beginArray();
    for (size_t i = 0; i < world.jobsets().size(); ++i) {
        const JobsetFacts &jobset = world.jobsets()[i];
        if (jobset.visible && (has(jobset.name) || has(jobset.description)))
            writeJobset(json, world, static_cast<JobsetIndex>(i));
    }
    json.endArray();
    writeBuilds(json, ask.world(), "builds", found.byOutput);
    writeBuilds(json, ask.world(), "buildsdrv", found.byDerivation);
    json.endObject();
    return jsonAnswer(json);
}

HttpAnswer listed(const HydraAsk &ask, bool runningOnly)
{
    if (!ask.json)
        return pageAnswer(runningOnly ? runningBuildsPage(ask.view) : queuePage(ask.view));
    JsonWriter json;
    json.beginArray();
    for (const BuildFacts &build : unfinished(ask.world())) {
        if (!runningOnly || build.phase == BuildFacts::Phase::Running)
            writeBuild(json, ask.world(), build, BuildColumns::Listed);
    }
    json.endArray();
    return jsonAnswer(json);
}

HttpAnswer evaluations(const HydraAsk &ask)
{
    const qint64 page = ask.page();
    if (page < 1)
        return failure(ask, 500,
            "DBIx::Class::Storage::DBI::_select_args(): A supplied offset attribute must be a non-negative "
            "integer\n");
    if (!ask.json)
        return pageAnswer(evaluationsPage(ask.view, {}, page));
    const std::span<const EvalId> all = ask.world().allEvaluations();
    const auto total = static_cast<qint64>(all.size());
    JsonWriter json;
    json.beginArray();
    for (qint64 i = (page - 1) * rowsPerPage; i < qMin(total, page * rowsPerPage); ++i)
        writeEvaluationSummary(json, ask.world(), *ask.world().evaluation(all[static_cast<size_t>(total - 1 - i)]));
    json.endArray();
    return jsonAnswer(json);
}

HttpAnswer runnerStatus(const HydraAsk &ask)
{
    JsonWriter json;
    if (ask.oldRunner)
        writeOldRunnerStatus(json, ask.world());
    else
        writeRunnerStatus(json, ask.world(), ask.view.base);
    if (ask.json)
        return jsonAnswer(json);
    return pageAnswer(preformattedPage(ask.view, "Queue runner status", json.take()));
}

HttpAnswer machines(const HydraAsk &ask)
{
    if (!ask.json)
        return pageAnswer(machinesPage(ask.view));
    JsonWriter json;
    writeMachines(json, ask.world());
    return jsonAnswer(json);
}

HttpAnswer projects(const HydraAsk &ask)
{
    if (!ask.json)
        return pageAnswer(projectsPage(ask.view));
    JsonWriter json;
    json.beginArray();
    for (const ProjectFacts &project : ask.world().projects())
        writeProject(json, ask.world(), project);
    json.endArray();
    return jsonAnswer(json);
}

// Ages of the running steps, as one histogram a machine.
HttpAnswer durations(const HydraAsk &ask)
{
    static constexpr std::array<qint64, 14> bounds{
        60, 600, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 259200, 345600, 518400, 604800, 691200};
    constexpr QByteArrayView metric = "hydra_machine_build_duration";
    QByteArray text = cat("# HELP ", metric,
        " How long builds are taking per server. Note: counts are gauges, NOT counters.\n# TYPE ", metric,
        " histogram\n");
    std::map<QByteArray, std::vector<qint64>> ages;
    for (const StepFacts &step : ask.world().runningSteps()) {
        if (step.machine)
            ages[ask.world().machine(*step.machine).host].push_back(ask.world().now() - step.startedAt);
    }
    for (const auto &[host, seconds] : ages) {
        const QByteArray label = cat("{machine=\"", host, "\"");
        qint64 sum = 0;
        for (const qint64 age : seconds)
            sum += age;
        text += cat(metric, "_count", label, "} ", seconds.size(), "\n", metric, "_sum", label, "} ", sum, "\n");
        for (const qint64 bound : bounds) {
            const auto below = std::ranges::count_if(seconds, [bound](qint64 age) { return age <= bound; });
            text += cat(metric, "_bucket", label, ",le=\"", bound, "\"} ", below, "\n");
        }
        text += cat(metric, "_bucket", label, ",le=\"+Inf\"} ", seconds.size(), "\n");
    }
    return textAnswer(text);
}

} // namespace

HttpAnswer answerApi(const HydraAsk &ask)
{
    const QByteArray part = ask.at(1);
    if (part == "jobsets")
        return jobsetOverviews(ask);
    if (part == "latestbuilds")
        return latestBuilds(ask);
    if (part == "queue")
        return apiQueue(ask);
    if (part == "nrqueue")
        return {.type = "application/json", .body = piece(ask.world().unfinished().size())};
    if (part == "push")
        return failure(ask, 405, "Request must be POSTed.");
    return pageNotFound(ask);
}

HttpAnswer answerSearch(const HydraAsk &ask)
{
    constexpr qint64 most = 50;
    const QByteArray query = ask.http.parameter("query").value_or(QByteArray()).trimmed();
    if (query.isEmpty())
        return failure(ask, 500, "Query is empty.");
    if (!isQueryText(query))
        return failure(ask, 500, "Invalid character in query.");
    const qint64 limit = qBound<qint64>(1, ask.http.parameter("limit").value_or("10").toLongLong(), most);
    const Found found = searched(ask.world(), query, static_cast<size_t>(limit));
    if (ask.json)
        return searchJson(ask, query, found);
    const QByteArray lists = buildList(ask.view, found.byOutput, {.fullNames = true});
    return pageAnswer(
        framed(frame(ask.view, "Search results"), cat("\n  <p>The following builds match your query:</p>\n", lists)));
}

HttpAnswer answerOverall(const HydraAsk &ask)
{
    const QByteArray part = ask.at(0);
    const qint64 page = qMax<qint64>(1, ask.page());
    if (part.isEmpty())
        return projects(ask);
    if (ask.size() > 1)
        return pageNotFound(ask);
    if (part == "queue" || part == "status")
        return listed(ask, part == "status");
    if (part == "queue-summary" || part == "queue_summary")
        return pageAnswer(queueSummaryPage(ask.view));
    if (part == "machines")
        return machines(ask);
    if (part == "steps")
        return pageAnswer(stepsPage(ask.view, page));
    if (part == "evals")
        return evaluations(ask);
    if (part == "all")
        return pageAnswer(latestBuildsPage(ask.view, page));
    if (part == "queue-runner-status" || part == "queue_runner_status")
        return runnerStatus(ask);
    if (part == "prometheus")
        return durations(ask);
    if (part == "robots.txt")
        return textAnswer("User-agent: *\nDisallow: /\nAllow: /$\n");
    if (part == "current-user")
        return failure(ask, 403, "This page requires you to sign in.");
    return pageNotFound(ask);
}

} // namespace narscope::sim
