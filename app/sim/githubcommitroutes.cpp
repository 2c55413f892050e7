// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubroutes.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// Commits with their checks and statuses, and the runs of the workflow.

namespace narscope::sim {

namespace {

HttpAnswer commitChecks(const GitHubAsk &ask, const PullRequest *pull)
{
    const bool latest = ask.http.parameter("filter").value_or("latest") != "all";
    const qint64 app = ask.http.parameter("app_id").value_or(QByteArray()).toLongLong();
    std::vector<CheckRun> runs = pull == nullptr ? std::vector<CheckRun>() : checkRuns(ask.world, *pull, latest);
    std::erase_if(runs, [app](const CheckRun &run) {
        return app != 0 && app != (run.check.app == Check::App::Actions ? actionsApp : ofborgApp);
    });
    return countedList(
        ask, "check_runs", runs.size(), [&](JsonWriter &json, size_t i) { writeCheckRun(json, ask.stage, runs[i]); });
}

// One of each app; OfBorg's concludes with success whatever its builds did.
HttpAnswer checkSuites(const GitHubAsk &ask, const PullRequest *pull)
{
    std::vector<std::vector<CheckRun>> suites(2);
    for (CheckRun &run : pull == nullptr ? std::vector<CheckRun>() : checkRuns(ask.world, *pull, true))
        suites[run.check.app == Check::App::Actions ? 0 : 1].push_back(std::move(run));
    std::erase_if(suites, [](const auto &suite) { return suite.empty(); });
    return countedList(ask, "check_suites", suites.size(), [&](JsonWriter &json, size_t i) {
        const bool isActions = suites[i].front().check.app == Check::App::Actions;
        const auto is = [&](auto what) { return std::ranges::any_of(suites[i], what); };
        const bool isDone = !is([](const CheckRun &run) { return run.check.state != Check::State::Completed; });
        const bool failed = is([](const CheckRun &run) { return run.check.conclusion == "failure"; });
        json.beginObject();
        json.field("id", 20'000'000'000 + pull->number.value * 2 + (isActions ? 0 : 1));
        json.field("head_branch", pull->headBranch);
        json.field("head_sha", ask.source().commit(pull->head).sha);
        json.field("status", isDone ? "completed"_ba : "queued"_ba);
        json.field("conclusion", isDone ? std::optional<QByteArray>(failed ? "failure" : "success") : std::nullopt);
        json.key("app");
        json.beginObject();
        json.field("id", isActions ? actionsApp : ofborgApp);
        json.field("slug", isActions ? "github-actions"_ba : "ofborg"_ba);
        json.endObject();
        json.field("latest_check_runs_count", suites[i].size());
        json.field("created_at", isoTime(pull->openedAt));
        json.field("updated_at", isoTime(ask.world.now()));
        json.endObject();
    });
}

std::vector<CommitStatus> statusesOf(const GitHubAsk &ask, const PullRequest *pull)
{
    return pull == nullptr ? std::vector<CommitStatus>() : commitStatuses(ask.world, *pull);
}

qint64 statusId(const PullRequest &pull, size_t place, size_t total)
{
    return 30'000'000'000 + pull.number.value * 10 + static_cast<qint64>(total - place);
}

HttpAnswer statuses(const GitHubAsk &ask, const PullRequest *pull)
{
    const std::vector<CommitStatus> all = statusesOf(ask, pull);
    return pagedList(ask, all.size(),
        [&](JsonWriter &json, size_t i) { writeStatus(json, all[i], statusId(*pull, i, all.size())); });
}

// One for each context, the newest.
HttpAnswer combinedStatus(const GitHubAsk &ask, const PullRequest *pull, const QByteArray &sha)
{
    const std::vector<CommitStatus> all = statusesOf(ask, pull);
    JsonWriter list;
    QByteArrayList seen;
    QByteArray state = all.empty() ? "pending"_ba : "success"_ba;
    list.beginArray();
    for (size_t i = 0; i < all.size(); ++i) {
        if (seen.contains(all[i].context))
            continue;
        seen += all[i].context;
        if (all[i].state == "error" || all[i].state == "failure")
            state = "failure";
        else if (all[i].state == "pending" && state == "success")
            state = "pending";
        writeStatus(list, all[i], statusId(*pull, i, all.size()));
    }
    list.endArray();
    JsonWriter json;
    json.beginObject();
    json.field("state", state);
    json.key("statuses");
    json.raw(list.take());
    json.field("sha", sha);
    json.field("total_count", seen.size());
    json.endObject();
    return gitHubJson(json);
}

// For a commit of a development branch the pull request that brought it; else the one whose head it is.
HttpAnswer commitPulls(const GitHubAsk &ask, CommitIndex commit)
{
    const PullRequest *pull = ask.source().pullRequest(ask.source().commit(commit).pullRequest);
    if (pull == nullptr)
        pull = pullOfHead(ask.source(), commit);
    JsonWriter json;
    json.beginArray();
    if (pull != nullptr)
        writePullRequest(json, ask.world, *pull, false);
    json.endArray();
    return gitHubJson(json);
}

HttpAnswer runsOfHead(const GitHubAsk &ask)
{
    const auto commit = ask.source().find(ask.http.parameter("head_sha").value_or(QByteArray()));
    const PullRequest *pull = commit ? pullOfHead(ask.source(), *commit) : nullptr;
    JsonWriter json;
    json.beginObject();
    json.field("total_count", pull == nullptr ? 0 : 1);
    json.key("workflow_runs");
    json.beginArray();
    if (pull != nullptr)
        writeRun(json, ask.world, *pull);
    json.endArray();
    json.endObject();
    return gitHubJson(json);
}

HttpAnswer jobs(const GitHubAsk &ask, const PullRequest &pull)
{
    std::vector<CheckRun> runs = checkRuns(ask.world, pull, true);
    std::erase_if(runs, [](const CheckRun &run) { return run.check.app != Check::App::Actions; });
    std::ranges::reverse(runs);
    return countedList(
        ask, "jobs", runs.size(), [&](JsonWriter &json, size_t i) { writeJob(json, ask.world, runs[i]); });
}

} // namespace

HttpAnswer answerCommit(const GitHubAsk &ask)
{
    static const QByteArrayList parts{"check-runs", "check-suites", "statuses", "status", "pulls"};
    const QByteArray part = ask.path.size() > 2 && parts.contains(ask.path.last()) ? ask.path.last() : QByteArray();
    const QByteArray name = ask.path.mid(1, ask.path.size() - (part.isEmpty() ? 1 : 2)).join('/');
    const auto found = resolved(ask.source(), name);
    if (!found)
        return gitHubError(422, "No commit found for SHA: " + name);
    const QByteArray &sha = ask.source().commit(*found).sha;
    if (part.isEmpty() && ask.http.header("accept").contains("application/vnd.github.sha"))
        return {.type = "application/vnd.github.sha; charset=utf-8", .body = sha};
    if (part == "check-runs")
        return commitChecks(ask, pullOfHead(ask.source(), *found));
    if (part == "check-suites")
        return checkSuites(ask, pullOfHead(ask.source(), *found));
    if (part == "statuses")
        return statuses(ask, pullOfHead(ask.source(), *found));
    if (part == "status")
        return combinedStatus(ask, pullOfHead(ask.source(), *found), sha);
    if (part == "pulls")
        return commitPulls(ask, *found);
    JsonWriter json;
    writeCommit(json, ask.source(), *found, true);
    return gitHubJson(json);
}

HttpAnswer answerActions(const GitHubAsk &ask)
{
    const bool ofWorkflow = ask.at(1) == "workflows" && ask.at(2) == "pull-request-target.yml" && ask.at(3) == "runs";
    if (ask.at(1) == "workflows" && ask.at(3) == "runs" && !ofWorkflow)
        return workflowRuns(ask);
    if (ask.at(1) == "artifacts")
        return artifact(ask);
    if (ask.at(1) == "runs" && ask.path.size() > 2) {
        if (auto answer = periodicRun(ask))
            return std::move(*answer);
    }
    if (ofWorkflow || (ask.at(1) == "runs" && ask.path.size() == 2))
        return runsOfHead(ask);
    const PullRequest *found = ask.at(1) == "runs" ? pullOfRun(ask.world, ask.at(2).toLongLong()) : nullptr;
    if (found == nullptr)
        return gitHubNotFound();
    if (ask.at(3) == "jobs")
        return jobs(ask, *found);
    if (ask.at(3) == "artifacts")
        return artifactsOf(ask, *found);
    if (ask.path.size() > 3)
        return gitHubNotFound();
    JsonWriter json;
    writeRun(json, ask.world, *found);
    return gitHubJson(json);
}

} // namespace narscope::sim
