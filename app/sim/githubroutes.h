// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/githubjson.h"
#include "sim/service.h"

// How GitHub answers, path by path. Internal to GitHubService.

namespace narscope::sim {

struct GitHubAsk {
    const HttpRequest &http;
    const Stage &stage;
    World &world;
    QList<QByteArray> path; ///< below /repos/NixOS/nixpkgs

    [[nodiscard]] QByteArray at(qsizetype place) const { return path.value(place); }
    /// The rest of the path as one text: branches may have slashes.
    [[nodiscard]] QByteArray from(qsizetype place) const { return path.mid(place).join('/'); }
    [[nodiscard]] const Source &source() const { return world.source(); }
};

[[nodiscard]] HttpAnswer gitHubJson(JsonWriter &json);
[[nodiscard]] HttpAnswer gitHubError(int status, const QByteArray &message);
[[nodiscard]] HttpAnswer gitHubNotFound();

/// One page of a list of `total` things.
struct Page {
    qsizetype from = 0;
    qsizetype to = 0;
    qsizetype number = 1;
    QByteArray link; ///< the Link header; empty: everything is on this page
};
[[nodiscard]] Page page(const GitHubAsk &ask, qsizetype total, qsizetype perPage = 30);
[[nodiscard]] HttpAnswer paged(JsonWriter &json, const Page &page);

/// A page of a list. `write` writes the item at a place.
template <typename Write> void writePart(JsonWriter &json, const Page &part, Write write)
{
    json.beginArray();
    for (qsizetype i = part.from; i < part.to; ++i)
        write(static_cast<size_t>(i));
    json.endArray();
}
template <typename Write> [[nodiscard]] HttpAnswer pagedList(const GitHubAsk &ask, size_t total, Write write)
{
    const Page part = page(ask, static_cast<qsizetype>(total));
    JsonWriter json;
    writePart(json, part, [&](size_t i) { write(json, i); });
    return paged(json, part);
}
/// The same inside {"total_count": ..., "<key>": [...]}.
template <typename Write>
[[nodiscard]] HttpAnswer countedList(const GitHubAsk &ask, QByteArrayView key, size_t total, Write write)
{
    const Page part = page(ask, static_cast<qsizetype>(total));
    JsonWriter json;
    json.beginObject();
    json.field("total_count", total);
    json.key(key);
    writePart(json, part, [&](size_t i) { write(json, i); });
    json.endObject();
    return paged(json, part);
}

/// A branch or a SHA.
[[nodiscard]] std::optional<CommitIndex> resolved(const Source &source, const QByteArray &name);
[[nodiscard]] const PullRequest *pullOfHead(const Source &source, CommitIndex commit);
void writeChangedFile(JsonWriter &json, const QByteArray &name);

// By the first part of the path.
[[nodiscard]] HttpAnswer answerPull(const GitHubAsk &ask);
[[nodiscard]] HttpAnswer answerIssue(const GitHubAsk &ask);
[[nodiscard]] HttpAnswer answerCommit(const GitHubAsk &ask);
[[nodiscard]] HttpAnswer answerActions(const GitHubAsk &ask);
[[nodiscard]] HttpAnswer answerGraphQl(const GitHubAsk &ask);
[[nodiscard]] HttpAnswer searchIssues(const GitHubAsk &ask);
/// The last runs of a workflow that runs by the clock.
[[nodiscard]] HttpAnswer workflowRuns(const GitHubAsk &ask);
/// One such run, or its jobs; nothing when the number is not of one.
[[nodiscard]] std::optional<HttpAnswer> periodicRun(const GitHubAsk &ask);
[[nodiscard]] HttpAnswer artifactsOf(const GitHubAsk &ask, const PullRequest &pull);
[[nodiscard]] HttpAnswer artifact(const GitHubAsk &ask);
/// What a redirect of artifact() leads to.
[[nodiscard]] HttpAnswer storedArtifact(const HttpRequest &request, World &world);
/// Everything below /repos/NixOS/nixpkgs.
[[nodiscard]] HttpAnswer answerRepository(const GitHubAsk &ask);

} // namespace narscope::sim
