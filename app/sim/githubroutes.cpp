// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubroutes.h"

#include "base/hash.h"
#include "sim/hydrahtml.h"

#include <algorithm>
#include <ranges>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

constexpr QByteArrayView site = "https://github.com/NixOS/nixpkgs";

HttpAnswer notFound()
{
    return gitHubError(404, "Not Found");
}

// One page of a list of `total` things.
struct Page {
    qsizetype from = 0;
    qsizetype to = 0;
    qsizetype number = 1;
    QByteArray link; ///< the Link header; empty: everything is on this page
};

Page page(const GitHubAsk &ask, qsizetype total, qsizetype perPage = 30)
{
    const auto number = [&](QByteArrayView name, qsizetype otherwise) {
        const qsizetype value = ask.http.parameter(name).value_or(QByteArray()).toLongLong();
        return value < 1 ? otherwise : value;
    };
    const qsizetype size = qMin<qsizetype>(100, number("per_page", perPage));
    const qsizetype current = qMin<qsizetype>(number("page", 1), 1'000'000);
    const qsizetype last = qMax<qsizetype>(1, (total + size - 1) / size);
    const auto target = [&](qsizetype to, QByteArrayView rel) {
        QByteArray query;
        for (const auto &[key, value] : ask.http.query) {
            if (key != "page")
                query += cat(encoded(key), "=", encoded(value), "&");
        }
        return cat("<", ask.http.base(), ask.http.path, "?", query, "page=", to, ">; rel=\"", rel, "\"");
    };
    QByteArrayList links;
    if (current < last)
        links << target(current + 1, "next") << target(last, "last");
    if (current > 1)
        links << target(current - 1, "prev") << target(1, "first");
    return {.from = qMin(total, (current - 1) * size),
        .to = qMin(total, current * size),
        .number = current,
        .link = links.join(", ")};
}

HttpAnswer paged(JsonWriter &json, const Page &page)
{
    HttpAnswer answer = gitHubJson(json);
    if (!page.link.isEmpty())
        answer.headers.emplace_back("Link", page.link);
    return answer;
}

// A branch or a SHA.
std::optional<CommitIndex> resolved(const Source &source, const QByteArray &name)
{
    const auto branch = source.branches().find(name);
    return branch != source.branches().end() ? std::optional(branch->second) : source.find(name);
}

const PullRequest *pullOfHead(const Source &source, CommitIndex commit)
{
    for (const auto &[number, pull] : source.pullRequests()) {
        if (pull.head == commit)
            return &pull;
    }
    return nullptr;
}

HttpAnswer reviews(const GitHubAsk &ask, const PullRequest &pull)
{
    const Page part = page(ask, pull.reviews.size());
    JsonWriter json;
    writeReviews(json, ask.world, pull, part.from, part.to);
    return paged(json, part);
}

HttpAnswer files(const GitHubAsk &ask, const PullRequest &pull)
{
    const QList<QByteArray> names = ask.world.changedFiles(pull);
    const Page part = page(ask, names.size());
    JsonWriter json;
    json.beginArray();
    for (qsizetype i = part.from; i < part.to; ++i) {
        json.beginObject();
        json.field("sha", hashOf(names[i], HashAlgorithm::Sha1).base16());
        json.field("filename", names[i]);
        json.field("status", "modified");
        json.field("additions", 1);
        json.field("deletions", 1);
        json.field("changes", 2);
        json.endObject();
    }
    json.endArray();
    return paged(json, part);
}

bool passes(const GitHubAsk &ask, const PullRequest &pull)
{
    const QByteArray state = ask.http.parameter("state").value_or("open");
    const QByteArray base = ask.http.parameter("base").value_or(QByteArray());
    const QByteArray head = ask.http.parameter("head").value_or(QByteArray());
    const bool open = pull.state == PullRequestState::Open;
    return (state == "all" || (state == "open") == open) && (base.isEmpty() || base == pull.base)
        && (head.isEmpty() || head.mid(head.indexOf(':') + 1) == pull.headBranch);
}

HttpAnswer pulls(const GitHubAsk &ask)
{
    std::vector<const PullRequest *> all;
    for (const auto &[number, pull] : ask.source().pullRequests() | std::views::reverse) {
        if (passes(ask, pull))
            all.push_back(&pull);
    }
    const Page part = page(ask, static_cast<qsizetype>(all.size()));
    JsonWriter json;
    json.beginArray();
    for (qsizetype i = part.from; i < part.to; ++i)
        writePullRequest(json, ask.world, *all[static_cast<size_t>(i)], false);
    json.endArray();
    return paged(json, part);
}

HttpAnswer pull(const GitHubAsk &ask)
{
    if (ask.path.size() == 1)
        return pulls(ask);
    const PullRequest *found = ask.source().pullRequest(PullRequestNr(ask.at(1).toLongLong()));
    if (found == nullptr)
        return notFound();
    if (ask.at(2) == "reviews")
        return reviews(ask, *found);
    if (ask.at(2) == "files")
        return files(ask, *found);
    if (ask.path.size() > 2)
        return notFound();
    JsonWriter json;
    writePullRequest(json, ask.world, *found, true);
    return gitHubJson(json);
}

HttpAnswer issue(const GitHubAsk &ask)
{
    const PullRequest *found = ask.source().pullRequest(PullRequestNr(ask.at(1).toLongLong()));
    if (found == nullptr || ask.at(2) != "timeline")
        return notFound();
    const std::vector<QByteArray> events = timeline(ask.world, *found);
    const Page part = page(ask, static_cast<qsizetype>(events.size()));
    JsonWriter json;
    json.beginArray();
    for (qsizetype i = part.from; i < part.to; ++i)
        json.raw(events[static_cast<size_t>(i)]);
    json.endArray();
    return paged(json, part);
}

HttpAnswer commitChecks(const GitHubAsk &ask, const PullRequest *pull)
{
    const bool latest = ask.http.parameter("filter").value_or("latest") != "all";
    const qint64 app = ask.http.parameter("app_id").value_or(QByteArray()).toLongLong();
    std::vector<CheckRun> runs
        = pull == nullptr ? std::vector<CheckRun>() : checkRuns(ask.world, *pull, latest);
    std::erase_if(runs, [app](const CheckRun &run) {
        return app != 0 && app != (run.check.app == Check::App::Actions ? actionsApp : ofborgApp);
    });
    const Page part = page(ask, static_cast<qsizetype>(runs.size()));
    JsonWriter json;
    json.beginObject();
    json.field("total_count", runs.size());
    json.key("check_runs");
    json.beginArray();
    for (qsizetype i = part.from; i < part.to; ++i)
        writeCheckRun(json, ask.stage, runs[static_cast<size_t>(i)]);
    json.endArray();
    json.endObject();
    return paged(json, part);
}

qint64 statusId(const PullRequest &pull, qsizetype place, size_t total)
{
    return 30'000'000'000 + pull.number.value * 10 + static_cast<qint64>(total) - place;
}

HttpAnswer statuses(const GitHubAsk &ask, const PullRequest *pull)
{
    const std::vector<CommitStatus> all
        = pull == nullptr ? std::vector<CommitStatus>() : commitStatuses(ask.world, *pull);
    const Page part = page(ask, static_cast<qsizetype>(all.size()));
    JsonWriter json;
    json.beginArray();
    for (qsizetype i = part.from; i < part.to; ++i)
        writeStatus(json, all[static_cast<size_t>(i)], statusId(*pull, i, all.size()));
    json.endArray();
    return paged(json, part);
}

// One for each context, the newest.
HttpAnswer combinedStatus(const GitHubAsk &ask, const PullRequest *pull, const QByteArray &sha)
{
    const std::vector<CommitStatus> all
        = pull == nullptr ? std::vector<CommitStatus>() : commitStatuses(ask.world, *pull);
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
        writeStatus(list, all[i], statusId(*pull, static_cast<qsizetype>(i), all.size()));
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

HttpAnswer commit(const GitHubAsk &ask)
{
    static const QByteArrayList parts{"check-runs", "statuses", "status", "pulls"};
    const QByteArray part
        = ask.path.size() > 2 && parts.contains(ask.path.last()) ? ask.path.last() : QByteArray();
    const QByteArray name = ask.path.mid(1, ask.path.size() - (part.isEmpty() ? 1 : 2)).join('/');
    const auto found = resolved(ask.source(), name);
    if (!found)
        return gitHubError(422, "No commit found for SHA: " + name);
    const QByteArray &sha = ask.source().commit(*found).sha;
    if (part.isEmpty() && ask.http.header("accept").contains("application/vnd.github.sha"))
        return {.type = "application/vnd.github.sha; charset=utf-8", .body = sha};
    if (part == "check-runs")
        return commitChecks(ask, pullOfHead(ask.source(), *found));
    if (part == "statuses")
        return statuses(ask, pullOfHead(ask.source(), *found));
    if (part == "status")
        return combinedStatus(ask, pullOfHead(ask.source(), *found), sha);
    if (part == "pulls")
        return commitPulls(ask, *found);
    JsonWriter json;
    writeCommit(json, ask.source(), *found);
    return gitHubJson(json);
}

QByteArray comparisonState(size_t ahead, size_t behind)
{
    if (ahead == 0)
        return behind == 0 ? "identical" : "behind";
    return behind == 0 ? "ahead" : "diverged";
}

void writeComparedFiles(JsonWriter &json, const GitHubAsk &ask, const std::vector<CommitIndex> &commits)
{
    QByteArrayList names;
    for (const CommitIndex index : commits) {
        const PullRequest *pull = ask.source().pullRequest(ask.source().commit(index).pullRequest);
        for (const QByteArray &name : pull == nullptr ? QList<QByteArray>() : ask.world.changedFiles(*pull)) {
            if (!names.contains(name) && names.size() < 300)
                names += name;
        }
    }
    json.key("files");
    json.beginArray();
    for (const QByteArray &name : names) {
        json.beginObject();
        json.field("sha", hashOf(name, HashAlgorithm::Sha1).base16());
        json.field("filename", name);
        json.field("status", "modified");
        json.field("additions", 1);
        json.field("deletions", 1);
        json.field("changes", 2);
        json.endObject();
    }
    json.endArray();
}

HttpAnswer compare(const GitHubAsk &ask)
{
    constexpr qsizetype commitsPerPage = 100;
    const QByteArray range = ask.from(1);
    const qsizetype dots = range.indexOf("...");
    const auto base = resolved(ask.source(), range.first(qMax<qsizetype>(0, dots)));
    const auto head = dots < 0 ? std::nullopt : resolved(ask.source(), range.mid(dots + 3));
    if (!base || !head)
        return notFound();
    std::vector<CommitIndex> ahead = ask.source().between(*base, *head);
    std::ranges::reverse(ahead); // oldest first here
    const size_t behind = ask.source().between(*head, *base).size();
    const QByteArray &from = ask.source().commit(*base).sha;
    const QByteArray &to = ask.source().commit(*head).sha;
    const Page part = page(ask, static_cast<qsizetype>(ahead.size()), commitsPerPage);
    JsonWriter json;
    json.beginObject();
    json.field("url", cat("https://api.github.com/repos/NixOS/nixpkgs/compare/", range));
    json.field("html_url", cat(site, "/compare/", range));
    json.field("permalink_url", cat(site, "/compare/NixOS:", from.first(7), "...NixOS:", to.first(7)));
    json.key("base_commit");
    writeCommit(json, ask.source(), *base);
    json.key("merge_base_commit");
    writeCommit(json, ask.source(), ask.source().mergeBase(*base, *head));
    json.field("status", comparisonState(ahead.size(), behind));
    json.field("ahead_by", ahead.size());
    json.field("behind_by", behind);
    json.field("total_commits", qMin<size_t>(ahead.size(), 10'000));
    json.key("commits");
    json.beginArray();
    for (qsizetype i = part.from; i < part.to; ++i)
        writeCommit(json, ask.source(), ahead[static_cast<size_t>(i)]);
    json.endArray();
    if (part.number == 1) // later pages have no such key
        writeComparedFiles(json, ask, ahead);
    json.endObject();
    return paged(json, part);
}

HttpAnswer branch(const GitHubAsk &ask)
{
    const QByteArray name = ask.from(1);
    const auto found = ask.source().branches().find(name);
    if (found == ask.source().branches().end())
        return gitHubError(404, "Branch not found");
    JsonWriter json;
    json.beginObject();
    json.field("name", name);
    json.key("commit");
    writeCommit(json, ask.source(), found->second);
    json.field("protected", true);
    json.endObject();
    return gitHubJson(json);
}

void writeRef(JsonWriter &json, const GitHubAsk &ask, const QByteArray &name, CommitIndex commit)
{
    json.beginObject();
    json.field("ref", "refs/heads/" + name);
    json.key("object");
    json.beginObject();
    json.field("sha", ask.source().commit(commit).sha);
    json.field("type", "commit");
    json.endObject();
    json.endObject();
}

HttpAnswer git(const GitHubAsk &ask)
{
    const QByteArray name = ask.from(3);
    if (ask.at(2) != "heads")
        return notFound();
    JsonWriter json;
    if (ask.at(1) == "ref") {
        const auto found = ask.source().branches().find(name);
        if (found == ask.source().branches().end())
            return notFound();
        writeRef(json, ask, name, found->second);
        return gitHubJson(json);
    }
    if (ask.at(1) != "matching-refs")
        return notFound();
    json.beginArray();
    for (const auto &[branch, commit] : ask.source().branches()) {
        if (branch.startsWith(name))
            writeRef(json, ask, branch, commit);
    }
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
    const Page part = page(ask, static_cast<qsizetype>(runs.size()));
    JsonWriter json;
    json.beginObject();
    json.field("total_count", runs.size());
    json.key("jobs");
    json.beginArray();
    for (qsizetype i = part.from; i < part.to; ++i)
        writeJob(json, ask.world, runs[static_cast<size_t>(i)]);
    json.endArray();
    json.endObject();
    return paged(json, part);
}

HttpAnswer actions(const GitHubAsk &ask)
{
    const bool ofWorkflow
        = ask.at(1) == "workflows" && ask.at(2) == "pull-request-target.yml" && ask.at(3) == "runs";
    if (ofWorkflow || (ask.at(1) == "runs" && ask.path.size() == 2))
        return runsOfHead(ask);
    const PullRequest *found = ask.at(1) == "runs" ? pullOfRun(ask.world, ask.at(2).toLongLong()) : nullptr;
    if (found == nullptr)
        return notFound();
    if (ask.at(3) == "jobs")
        return jobs(ask, *found);
    if (ask.path.size() > 3)
        return notFound();
    JsonWriter json;
    writeRun(json, ask.world, *found);
    return gitHubJson(json);
}

HttpAnswer repository()
{
    JsonWriter json;
    json.beginObject();
    json.field("id", nixpkgsId);
    json.field("name", "nixpkgs");
    json.field("full_name", "NixOS/nixpkgs");
    writeUser(json, "owner", "NixOS");
    json.field("html_url", site);
    json.field("default_branch", "master");
    json.endObject();
    return gitHubJson(json);
}

} // namespace

HttpAnswer gitHubJson(JsonWriter &json)
{
    return {.type = "application/json; charset=utf-8", .body = json.take()};
}

HttpAnswer gitHubError(int status, const QByteArray &message)
{
    JsonWriter json;
    json.beginObject();
    json.field("message", message);
    json.field("documentation_url", "https://docs.github.com/rest");
    json.field("status", piece(status));
    json.endObject();
    HttpAnswer answer = gitHubJson(json);
    answer.status = status;
    return answer;
}

HttpAnswer answerRepository(const GitHubAsk &ask)
{
    const QByteArray part = ask.at(0);
    if (part.isEmpty())
        return repository();
    if (part == "pulls")
        return pull(ask);
    if (part == "issues")
        return issue(ask);
    if (part == "commits" && ask.path.size() > 1)
        return commit(ask);
    if (part == "compare")
        return compare(ask);
    if (part == "branches")
        return branch(ask);
    if (part == "git")
        return git(ask);
    if (part == "actions")
        return actions(ask);
    return notFound();
}

} // namespace narscope::sim
