// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/jsonitems.h"
#include "github/parsers.h"

#include <QDateTime>

#include <array>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::github {

namespace {

template <typename T> struct Word {
    QLatin1StringView word;
    T value;
};

constexpr std::array<Word<MergeState>, 8> mergeStates{{
    {"clean"_L1, MergeState::Clean},
    {"unstable"_L1, MergeState::Unstable},
    {"blocked"_L1, MergeState::Blocked},
    {"behind"_L1, MergeState::Behind},
    {"dirty"_L1, MergeState::Conflict},
    {"draft"_L1, MergeState::Draft},
    {"has_hooks"_L1, MergeState::HasHooks},
    {"unknown"_L1, MergeState::Unknown},
}};

constexpr std::array<Word<ReviewState>, 5> reviewStates{{
    {"approved"_L1, ReviewState::Approved},
    {"changes_requested"_L1, ReviewState::ChangesRequested},
    {"commented"_L1, ReviewState::Commented},
    {"dismissed"_L1, ReviewState::Dismissed},
    {"pending"_L1, ReviewState::Pending},
}};

template <typename T, std::size_t N> T valueOf(const std::array<Word<T>, N> &table, const QString &word, T otherwise)
{
    const auto it = std::ranges::find(table, word.toLower(), &Word<T>::word);
    return it == table.end() ? otherwise : it->value;
}

PullState pullState(const JsonObject &pull)
{
    if (pull.flag("merged") || !pull.text("merged_at").isEmpty())
        return PullState::Merged;
    return pull.text("state") == "open"_L1 ? PullState::Open : PullState::Closed;
}

QList<Label> labelsOf(const JsonObject &pull)
{
    QList<Label> labels;
    pull.eachOf("labels", [&labels](element item) {
        const JsonObject label(item);
        labels.append({.name = label.text("name"), .color = label.text("color")});
    });
    return labels;
}

QStringList namesIn(const JsonObject &pull, std::string_view list, std::string_view key)
{
    QStringList names;
    pull.eachOf(list, [&](element item) {
        if (const auto name = JsonObject(item).text(key); !name.isEmpty())
            names.append(name);
    });
    return names;
}

std::optional<bool> maybeFlag(const JsonObject &object, std::string_view key)
{
    const auto value = object.number(key);
    return value ? std::optional(*value != 0) : std::nullopt;
}

/// Events name who did it and when in different members.
Result<TimelineEvent> readEvent(element item, const QString &path)
{
    const JsonObject event(item);
    auto kind = json::requiredText(event, "event", path);
    if (!kind)
        return std::unexpected(std::move(kind.error()));
    TimelineEvent read{.kind = std::move(*kind)};
    read.actor = loginOf(event, "actor");
    if (read.actor.isEmpty())
        read.actor = loginOf(event, "user");
    for (const auto key : {"created_at", "submitted_at"}) {
        if (read.at == 0)
            read.at = timeOf(event, key);
    }
    if (read.at == 0)
        read.at = timeOf(event.object("committer"), "date");
    read.label = event.object("label").text("name");
    read.commit = event.has("commit_id") ? shaOf(event, "commit_id") : shaOf(event, "sha");
    read.state = event.text("state");
    const auto source = event.object("source").object("issue");
    const auto from = source.object("pull_request");
    if (!from.isObject())
        return read;
    read.from = PullRequestNr(source.number("number", 0));
    read.fromTitle = source.text("title");
    read.fromMergedAt = timeOf(from, "merged_at");
    read.fromOpen = read.fromMergedAt == 0 && source.text("state") != "closed"_L1;
    read.fromPage = addressOf(source, "html_url");
    return read;
}

} // namespace

qint64 timeOf(const JsonObject &object, std::string_view key)
{
    const auto text = object.text(key);
    if (text.isEmpty() || text.size() > 40)
        return 0;
    const auto time = QDateTime::fromString(text, Qt::ISODateWithMs);
    return time.isValid() ? time.toSecsSinceEpoch() : 0;
}

QUrl addressOf(const JsonObject &object, std::string_view key)
{
    const QUrl url(object.text(key), QUrl::StrictMode);
    const bool isWeb
        = url.isValid() && (url.scheme() == "https"_L1 || url.scheme() == "http"_L1) && url.userInfo().isEmpty();
    return isWeb ? url : QUrl();
}

QString loginOf(const JsonObject &object, std::string_view key)
{
    return object.object(key).text("login");
}

QString shaOf(const JsonObject &object, std::string_view key)
{
    constexpr qsizetype digits = 40;
    const auto text = object.text(key).toLower();
    const auto isHex = [](QChar c) { return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f'); };
    return text.size() == digits && std::ranges::all_of(text, isHex) ? text : QString();
}

MergeState mergeState(const QString &word)
{
    return valueOf(mergeStates, word, MergeState::Unknown);
}

ReviewState reviewState(const QString &word)
{
    return valueOf(reviewStates, word, ReviewState::Unknown);
}

Result<PullRequest> readPull(element item, const QString &path)
{
    const JsonObject pull(item);
    const auto number = json::requiredNumber(pull, "number", path);
    if (!number)
        return std::unexpected(number.error());
    const auto state = pullState(pull);
    const auto base = pull.object("base");
    const auto head = pull.object("head");
    const auto mergeSha = shaOf(pull, "merge_commit_sha");
    return PullRequest{.number = PullRequestNr(*number),
        .title = pull.text("title"),
        .author = loginOf(pull, "user"),
        .state = state,
        .draft = pull.flag("draft"),
        .base = base.text("ref"),
        .baseSha = shaOf(base, "sha"),
        .head = head.text("ref"),
        .headSha = shaOf(head, "sha"),
        .headRepository = head.object("repo").text("full_name"),
        .mergeCommit = state == PullState::Merged ? mergeSha : QString(),
        .testMergeCommit = state == PullState::Open ? mergeSha : QString(),
        .mergedAt = timeOf(pull, "merged_at"),
        .mergedBy = loginOf(pull, "merged_by"),
        .mergeable = state == PullState::Open ? maybeFlag(pull, "mergeable") : std::nullopt,
        .mergeState = state == PullState::Open ? mergeState(pull.text("mergeable_state")) : MergeState::Unknown,
        .autoMerge = pull.object("auto_merge").isObject(),
        .queue = {},
        .labels = labelsOf(pull),
        .requestedReviewers = namesIn(pull, "requested_reviewers", "login"),
        .requestedTeams = namesIn(pull, "requested_teams", "slug"),
        .commits = pull.integer("commits"),
        .changedFiles = pull.integer("changed_files"),
        .additions = pull.integer("additions"),
        .deletions = pull.integer("deletions"),
        .comments = pull.integer("comments"),
        .createdAt = timeOf(pull, "created_at"),
        .updatedAt = timeOf(pull, "updated_at"),
        .closedAt = timeOf(pull, "closed_at"),
        .page = addressOf(pull, "html_url")};
}

Result<Review> readReview(element item, const QString &path)
{
    const JsonObject review(item);
    const auto state = json::requiredText(review, "state", path);
    if (!state)
        return std::unexpected(state.error());
    return Review{.id = review.number("id", 0),
        .user = loginOf(review, "user"),
        .state = reviewState(*state),
        .submittedAt = timeOf(review, "submitted_at"),
        .commit = shaOf(review, "commit_id"),
        .association = review.text("author_association"),
        .page = addressOf(review, "html_url")};
}

Result<PullRequest> parsePull(QByteArrayView body)
{
    return json::readJson<PullRequest>(body, [](element top) { return readPull(top, u"$"_s); });
}

Result<QList<PullRequest>> parsePulls(QByteArrayView body)
{
    return json::readJson<QList<PullRequest>>(body, [](element top) { return json::readList(top, readPull); });
}

Result<QList<Review>> parseReviews(QByteArrayView body)
{
    return json::readJson<QList<Review>>(body, [](element top) { return json::readList(top, readReview); });
}

Result<QList<TimelineEvent>> parseTimeline(QByteArrayView body)
{
    return json::readJson<QList<TimelineEvent>>(body, [](element top) { return json::readList(top, readEvent); });
}

} // namespace narscope::github
