// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubroutes.h"

#include "base/hash.h"
#include "sim/hydrahtml.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// What the routes share, and the repository itself: branches, refs, comparisons.

namespace narscope::sim {

namespace {

constexpr QByteArrayView site = "https://github.com/NixOS/nixpkgs";

QByteArray comparisonState(size_t ahead, size_t behind)
{
    if (ahead == 0)
        return behind == 0 ? "identical" : "behind";
    return behind == 0 ? "ahead" : "diverged";
}

void writeComparedFiles(JsonWriter &json, const GitHubAsk &ask, const std::vector<CommitIndex> &commits)
{
    constexpr qsizetype most = 300;
    QByteArrayList names;
    for (const CommitIndex index : commits) {
        const PullRequest *pull = ask.source().pullRequest(ask.source().commit(index).pullRequest);
        for (const QByteArray &name : pull == nullptr ? QList<QByteArray>() : ask.world.changedFiles(*pull)) {
            if (!names.contains(name) && names.size() < most)
                names += name;
        }
    }
    json.key("files");
    json.beginArray();
    for (const QByteArray &name : names)
        writeChangedFile(json, name);
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
        return gitHubNotFound();
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
        return gitHubNotFound();
    JsonWriter json;
    if (ask.at(1) == "ref") {
        const auto found = ask.source().branches().find(name);
        if (found == ask.source().branches().end())
            return gitHubNotFound();
        writeRef(json, ask, name, found->second);
        return gitHubJson(json);
    }
    if (ask.at(1) != "matching-refs")
        return gitHubNotFound();
    json.beginArray();
    for (const auto &[branch, commit] : ask.source().branches()) {
        if (branch.startsWith(name))
            writeRef(json, ask, branch, commit);
    }
    json.endArray();
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

Page page(const GitHubAsk &ask, qsizetype total, qsizetype perPage)
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

void writeChangedFile(JsonWriter &json, const QByteArray &name)
{
    json.beginObject();
    json.field("sha", hashOf(name, HashAlgorithm::Sha1).base16());
    json.field("filename", name);
    json.field("status", "modified");
    json.field("additions", 1);
    json.field("deletions", 1);
    json.field("changes", 2);
    json.endObject();
}

HttpAnswer gitHubJson(JsonWriter &json)
{
    return {.type = "application/json; charset=utf-8", .body = json.take()};
}

HttpAnswer gitHubNotFound()
{
    return gitHubError(404, "Not Found");
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
        return answerPull(ask);
    if (part == "issues")
        return answerIssue(ask);
    if (part == "commits" && ask.path.size() > 1)
        return answerCommit(ask);
    if (part == "compare")
        return compare(ask);
    if (part == "branches")
        return branch(ask);
    if (part == "git")
        return git(ask);
    if (part == "actions")
        return answerActions(ask);
    return gitHubNotFound();
}

} // namespace narscope::sim
