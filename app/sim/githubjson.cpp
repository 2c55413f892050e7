// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubjson.h"

#include "base/hash.h"
#include "sim/hydrahtml.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

constexpr QByteArrayView site = "https://github.com/NixOS/nixpkgs";

// Ids of people, labels, forks: any number, but always the same.
qint64 idOf(QByteArrayView text)
{
    quint64 id = 0;
    for (const char c : text)
        id = mix(id, static_cast<unsigned char>(c));
    return static_cast<qint64>(id % 200'000'000) + 1;
}

QByteArray madeSha(const QByteArray &text)
{
    return hashOf(text, HashAlgorithm::Sha1).base16();
}

bool isBot(const QByteArray &login)
{
    return login.endsWith("[bot]");
}

void writePerson(JsonWriter &json, QByteArrayView key, const QByteArray &login, qint64 time)
{
    json.key(key);
    json.beginObject();
    json.field("name", login);
    json.field("email", login + "@users.noreply.github.com");
    json.field("date", isoTime(time));
    json.endObject();
}

void writeLabels(JsonWriter &json, const PullRequest &pull)
{
    json.key("labels");
    json.beginArray();
    for (const QByteArray &label : pull.labels) {
        json.beginObject();
        json.field("id", idOf(label));
        json.field("name", label);
        json.field("color", "eeffee");
        json.field("default", false);
        json.field("description", nullptr);
        json.endObject();
    }
    json.endArray();
}

void writeRepository(JsonWriter &json, const QByteArray &owner)
{
    json.key("repo");
    json.beginObject();
    json.field("id", owner == "NixOS" ? nixpkgsId : idOf(owner + "/nixpkgs"));
    json.field("full_name", owner + "/nixpkgs");
    json.field("default_branch", "master");
    json.endObject();
}

void writeEnd(
    JsonWriter &json, QByteArrayView key, const QByteArray &owner, const QByteArray &branch, const QByteArray &sha)
{
    json.key(key);
    json.beginObject();
    json.field("label", owner + ':' + branch);
    json.field("ref", branch);
    json.field("sha", sha);
    writeUser(json, "user", owner);
    writeRepository(json, owner);
    json.endObject();
}

// An OpenPGP signature packet that names its issuer (RFC 9580 §5.2) and whose numbers are made up.
QByteArray armoredSignature(const QByteArray &sha)
{
    const QByteArray issuer = QByteArray::fromHex("b5690eeebb952194");
    const QByteArray number = QByteArray::fromHex(sha) + QByteArray::fromHex(sha).first(12);
    QByteArray packet = QByteArray::fromHex("04000108"); // version 4, of a document, RSA, SHA-256
    packet += QByteArray::fromHex("0006") + QByteArray::fromHex("05026925c0de"); // hashed: when
    packet += QByteArray::fromHex("000a") + QByteArray::fromHex("0910") + issuer; // unhashed: by whom
    packet += QByteArray::fromHex("abcd") + QByteArray::fromHex("0100") + number;
    const QByteArray whole = '\x88' + QByteArray(1, static_cast<char>(packet.size())) + packet;
    return "-----BEGIN PGP SIGNATURE-----\n\n" + whole.toBase64() + "\n-----END PGP SIGNATURE-----\n";
}

void writeVerification(JsonWriter &json, const Commit &commit, bool byGitHub)
{
    json.key("verification");
    json.beginObject();
    json.field("verified", byGitHub);
    json.field("reason", byGitHub ? "valid"_ba : "unsigned"_ba);
    json.field("signature", byGitHub ? std::optional(armoredSignature(commit.sha)) : std::nullopt);
    json.field("payload", byGitHub ? std::optional<QByteArray>("tree ...") : std::nullopt);
    writeIsoTime(json, "verified_at", byGitHub ? commit.time + 1 : 0);
    json.endObject();
}

// GitHub works it out when somebody first asks, and says null until then.
struct Mergeability {
    std::optional<bool> mergeable;
    QByteArray state;
};

Mergeability mergeability(const World &world, const PullRequest &pull)
{
    constexpr qint64 computing = 20;
    if (pull.state != PullRequestState::Open)
        return {.mergeable = false, .state = "dirty"};
    if (world.now() - pull.updatedAt < computing)
        return {.mergeable = {}, .state = "unknown"};
    if (pull.draft)
        return {.mergeable = true, .state = "draft"};
    const std::vector<Check> checks = world.checks(pull);
    const bool allGreen = std::ranges::all_of(
        checks, [](const Check &c) { return c.conclusion == "success" || c.conclusion == "skipped"; });
    return {.mergeable = true, .state = allGreen ? "clean"_ba : "unstable"_ba};
}

// The merge commit; while open the one that GitHub tries out, which is in no branch.
std::optional<QByteArray> mergeSha(const World &world, const PullRequest &pull)
{
    const Source &source = world.source();
    if (pull.merge != CommitIndex::None)
        return source.commit(pull.merge).sha;
    if (pull.state == PullRequestState::Closed || !mergeability(world, pull).mergeable)
        return {};
    return madeSha("test merge " + source.commit(pull.head).sha + source.commit(source.head(pull.base)).sha);
}

// "17 lines more, 5 less": small, as most are.
struct Size {
    int additions;
    int deletions;
};

Size sizeOf(const PullRequest &pull)
{
    const quint64 chance = mix(static_cast<quint64>(pull.number.value));
    return {.additions = static_cast<int>(chance % 40) + 1, .deletions = static_cast<int>(chance / 64 % 20) + 1};
}

void writeWhole(JsonWriter &json, const World &world, const PullRequest &pull)
{
    const Mergeability merge = mergeability(world, pull);
    const Size size = sizeOf(pull);
    json.field("merged", pull.state == PullRequestState::Merged);
    json.field("mergeable", merge.mergeable);
    json.field("rebaseable", merge.mergeable);
    json.field("mergeable_state", merge.state);
    if (pull.state == PullRequestState::Merged)
        writeUser(json, "merged_by", pull.mergedBy);
    else
        json.field("merged_by", nullptr);
    json.field("comments", pull.reviews.size());
    json.field("review_comments", 0);
    json.field("maintainer_can_modify", true);
    json.field("commits", 1);
    json.field("additions", size.additions);
    json.field("deletions", size.deletions);
    json.field("changed_files", world.changedFiles(pull).size());
}

} // namespace

QByteArray isoTime(qint64 epoch)
{
    return QDateTime::fromSecsSinceEpoch(epoch, QTimeZone::UTC).toString(u"yyyy-MM-ddTHH:mm:ssZ"_s).toLatin1();
}

void writeIsoTime(JsonWriter &json, QByteArrayView key, qint64 epoch)
{
    json.field(key, epoch == 0 ? std::optional<QByteArray>() : isoTime(epoch));
}

void writeUser(JsonWriter &json, QByteArrayView key, const QByteArray &login)
{
    json.key(key);
    json.beginObject();
    json.field("login", login);
    json.field("id", idOf(login));
    json.field("type", login == "NixOS" ? "Organization"_ba : isBot(login) ? "Bot"_ba : "User"_ba);
    json.endObject();
}

void writeCommit(JsonWriter &json, const Source &source, CommitIndex index, bool verified)
{
    const Commit &commit = source.commit(index);
    // Merges are made on the web or by the queue, so GitHub commits and signs them.
    const bool byGitHub = verified && commit.parents.size() > 1;
    const QByteArray committer = byGitHub ? "web-flow"_ba : commit.author;
    json.beginObject();
    json.field("sha", commit.sha);
    json.key("commit");
    json.beginObject();
    writePerson(json, "author", commit.author, commit.time);
    writePerson(json, "committer", byGitHub ? "GitHub"_ba : committer, commit.time);
    json.field("message", commit.subject);
    json.key("tree");
    json.beginObject();
    json.field("sha", madeSha("tree " + commit.sha));
    json.endObject();
    json.field("comment_count", 0);
    if (verified)
        writeVerification(json, commit, byGitHub);
    json.endObject();
    json.field("html_url", cat(site, "/commit/", commit.sha));
    writeUser(json, "author", commit.author);
    writeUser(json, "committer", committer);
    json.key("parents");
    json.beginArray();
    for (const CommitIndex parent : commit.parents) {
        const QByteArray &sha = source.commit(parent).sha;
        json.beginObject();
        json.field("sha", sha);
        json.field("html_url", cat(site, "/commit/", sha));
        json.endObject();
    }
    json.endArray();
    json.endObject();
}

void writePullRequest(JsonWriter &json, const World &world, const PullRequest &pull, bool whole)
{
    const Source &source = world.source();
    // Bots and merges of branches push to the repository itself, people to their forks.
    const QByteArray owner = isBot(pull.author) || pull.branchMerge ? "NixOS"_ba : pull.author;
    json.beginObject();
    if (whole)
        json.field("url", cat("https://api.github.com/repos/NixOS/nixpkgs/pulls/", pull.number.value));
    json.field("id", 2'000'000'000 + pull.number.value);
    json.field("html_url", cat(site, "/pull/", pull.number.value));
    json.field("number", pull.number.value);
    json.field("state", pull.state == PullRequestState::Open ? "open"_ba : "closed"_ba);
    json.field("locked", false);
    json.field("title", pull.title);
    writeUser(json, "user", pull.author);
    json.field("body", pull.body);
    writeIsoTime(json, "created_at", pull.openedAt);
    writeIsoTime(json, "updated_at", pull.updatedAt);
    writeIsoTime(json, "closed_at", pull.closedAt);
    writeIsoTime(json, "merged_at", pull.state == PullRequestState::Merged ? pull.closedAt : 0);
    json.field("merge_commit_sha", mergeSha(world, pull));
    json.field("assignee", nullptr);
    for (const QByteArrayView key : {"assignees", "requested_reviewers", "requested_teams"}) {
        json.key(key);
        json.raw("[]");
    }
    writeLabels(json, pull);
    json.field("milestone", nullptr);
    json.field("draft", pull.draft);
    writeEnd(json, "head", owner, pull.headBranch, source.commit(pull.head).sha);
    writeEnd(json, "base", "NixOS", pull.base, source.commit(pull.baseCommit).sha);
    json.field("author_association", isBot(pull.author) ? "CONTRIBUTOR"_ba : "MEMBER"_ba);
    if (whole) {
        json.field("auto_merge", nullptr);
        json.field("active_lock_reason", nullptr);
        writeWhole(json, world, pull);
    }
    json.endObject();
}

void writeReviews(JsonWriter &json, const World &world, const PullRequest &pull, qsizetype from, qsizetype to)
{
    json.beginArray();
    for (qsizetype i = from; i < to; ++i) {
        const Review &review = pull.reviews[i];
        const qint64 id = 3'000'000'000 + pull.number.value * 100 + i;
        json.beginObject();
        json.field("id", id);
        writeUser(json, "user", review.user);
        json.field("body", "");
        json.field("state", review.state);
        json.field("html_url", cat(site, "/pull/", pull.number.value, "#pullrequestreview-", id));
        json.field("author_association", "MEMBER");
        json.field("submitted_at", isoTime(review.time));
        json.field("commit_id", world.source().commit(pull.head).sha);
        json.endObject();
    }
    json.endArray();
}

} // namespace narscope::sim
