// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/jsonitems.h"
#include "github/parsers.h"
#include "github/signature.h"

#include <array>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::github {

namespace {

struct StatusWord {
    QLatin1StringView word;
    CompareStatus status;
};

constexpr std::array<StatusWord, 4> statuses{{
    {"identical"_L1, CompareStatus::Identical},
    {"ahead"_L1, CompareStatus::Ahead},
    {"behind"_L1, CompareStatus::Behind},
    {"diverged"_L1, CompareStatus::Diverged},
}};

/// GitHub keeps the signature and what it thinks of it beside the commit.
Signature signatureOf(const JsonObject &verification, const QString &committer)
{
    auto signature = readSignature(verification.text("signature").toLatin1());
    signature.verified = verification.flag("verified");
    signature.reason = verification.text("reason");
    signature.byGitHub = signature.verified && committer == "web-flow"_L1;
    return signature;
}

Result<Comparison> readComparison(element value)
{
    const JsonObject top(value);
    const auto word = json::requiredText(top, "status", u"$"_s);
    if (!word)
        return std::unexpected(word.error());
    const auto status = compareStatus(*word);
    if (!status)
        return json::malformedJson(u"$.status"_s, *word);
    Comparison read{.status = *status,
        .aheadBy = top.number("ahead_by", 0),
        .behindBy = top.number("behind_by", 0),
        .totalCommits = top.number("total_commits", 0),
        .base = shaOf(top.object("base_commit"), "sha"),
        .mergeBase = shaOf(top.object("merge_base_commit"), "sha"),
        .commits = {}};
    if (const auto list = top.find("commits")) {
        auto commits = json::readList(*list, readCommit);
        if (!commits)
            return std::unexpected(std::move(commits.error()));
        read.commits = std::move(*commits);
    }
    return read;
}

Result<Branch> readRef(element item, const QString &path)
{
    constexpr auto heads = "refs/heads/"_L1;
    const JsonObject ref(item);
    auto name = json::requiredText(ref, "ref", path);
    if (!name)
        return std::unexpected(std::move(name.error()));
    const auto sha = shaOf(ref.object("object"), "sha");
    if (!name->startsWith(heads) || sha.isEmpty())
        return json::malformedJson(path, u"not a branch and its commit"_s);
    return Branch{.name = name->sliced(heads.size()), .sha = sha};
}

} // namespace

std::optional<CompareStatus> compareStatus(const QString &word)
{
    const auto it = std::ranges::find(statuses, word.toLower(), &StatusWord::word);
    return it == statuses.end() ? std::nullopt : std::optional(it->status);
}

Result<Commit> readCommit(element item, const QString &path)
{
    const JsonObject top(item);
    const auto sha = shaOf(top, "sha");
    if (sha.isEmpty())
        return json::malformedJson(path + u".sha"_s, u"not the name of a commit"_s);
    const auto commit = top.object("commit");
    const auto author = commit.object("author");
    const auto committer = commit.object("committer");
    Commit read{.sha = sha,
        .message = commit.text("message"),
        .authorName = author.text("name"),
        .author = loginOf(top, "author"),
        .authoredAt = timeOf(author, "date"),
        .committerName = committer.text("name"),
        .committer = loginOf(top, "committer"),
        .committedAt = timeOf(committer, "date"),
        .parents = {},
        .signature = {},
        .page = addressOf(top, "html_url")};
    read.signature = signatureOf(commit.object("verification"), read.committer);
    top.eachOf("parents", [&read](element parent) { read.parents.append(shaOf(JsonObject(parent), "sha")); });
    return read;
}

Result<Commit> parseCommit(QByteArrayView body)
{
    return json::readJson<Commit>(body, [](element top) { return readCommit(top, u"$"_s); });
}

Result<Comparison> parseComparison(QByteArrayView body)
{
    return json::readJson<Comparison>(body, readComparison);
}

Result<QList<Branch>> parseBranches(QByteArrayView body)
{
    return json::readJson<QList<Branch>>(body, [](element top) { return json::readList(top, readRef); });
}

} // namespace narscope::github
