// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/jsonitems.h"
#include "github/parsers.h"

#include <QDateTime>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

// GraphQL spells in capitals what REST spells small, and names members its own way.

namespace narscope::github {

namespace {

/// An answer without data, or with an error that nothing in the data makes up for.
std::optional<Problem> problemIn(const JsonObject &top)
{
    std::optional<Problem> found;
    top.eachOf("errors", [&found](element item) {
        if (found)
            return;
        const JsonObject error(item);
        const auto type = error.text("type");
        const auto kind = type == "NOT_FOUND"_L1 ? ProblemKind::NotFound
            : type == "RATE_LIMITED"_L1          ? ProblemKind::RateLimited
            : type == "FORBIDDEN"_L1             ? ProblemKind::Forbidden
                                                 : ProblemKind::ServerError;
        found = problem(
            kind, u"$.errors"_s, error.text("message").first(qMin<qsizetype>(500, error.text("message").size())))
                    .error();
    });
    return found;
}

Result<JsonObject> repositoryIn(element value)
{
    const JsonObject top(value);
    const auto repository = top.object("data").object("repository");
    if (repository.isObject())
        return repository;
    if (auto found = problemIn(top))
        return std::unexpected(std::move(*found));
    return json::malformedJson(u"$.data.repository"_s, u"missing"_s);
}

QString oidOf(const JsonObject &object, std::string_view key)
{
    return shaOf(object.object(key), "oid");
}

std::optional<bool> mergeableOf(const QString &word)
{
    if (word == "MERGEABLE"_L1 || word == "CONFLICTING"_L1)
        return word == "MERGEABLE"_L1;
    return {};
}

QueueEntry entryOf(const JsonObject &entry)
{
    const auto pull = entry.object("pullRequest");
    return {.number = PullRequestNr(pull.number("number", 0)),
        .title = pull.text("title"),
        .position = entry.integer("position"),
        .state = entry.text("state"),
        .enqueuedAt = timeOf(entry, "enqueuedAt"),
        .estimatedSeconds = entry.number("estimatedTimeToMerge"),
        .headCommit = oidOf(entry, "headCommit")};
}

Result<PullRequest> pullOf(element item, const QString &path)
{
    const JsonObject pull(item);
    const auto number = json::requiredNumber(pull, "number", path);
    if (!number)
        return std::unexpected(number.error());
    const auto state = pull.text("state");
    const bool isOpen = state == "OPEN"_L1;
    PullRequest read{.number = PullRequestNr(*number), .title = pull.text("title"), .author = loginOf(pull, "author")};
    read.state = state == "MERGED"_L1 ? PullState::Merged : isOpen ? PullState::Open : PullState::Closed;
    read.draft = pull.flag("isDraft");
    read.base = pull.text("baseRefName");
    read.baseSha = shaOf(pull, "baseRefOid");
    read.head = pull.text("headRefName");
    read.headSha = shaOf(pull, "headRefOid");
    read.headRepository = pull.object("headRepository").text("nameWithOwner");
    read.mergeCommit = oidOf(pull, "mergeCommit");
    read.testMergeCommit = isOpen ? oidOf(pull, "potentialMergeCommit") : QString();
    read.mergedAt = timeOf(pull, "mergedAt");
    read.mergedBy = loginOf(pull, "mergedBy");
    read.mergeable = isOpen ? mergeableOf(pull.text("mergeable")) : std::nullopt;
    read.mergeState = isOpen ? mergeState(pull.text("mergeStateStatus")) : MergeState::Unknown;
    read.autoMerge = pull.object("autoMergeRequest").isObject();
    pull.object("labels").eachOf("nodes", [&read](element label) {
        const JsonObject object(label);
        read.labels.append({.name = object.text("name"), .color = object.text("color")});
    });
    pull.object("reviewRequests").eachOf("nodes", [&read](element request) {
        const auto who = JsonObject(request).object("requestedReviewer");
        if (who.has("login"))
            read.requestedReviewers.append(who.text("login"));
        else if (who.has("slug"))
            read.requestedTeams.append(who.text("slug"));
    });
    read.commits = pull.object("commits").integer("totalCount");
    read.changedFiles = pull.integer("changedFiles");
    read.additions = pull.integer("additions");
    read.deletions = pull.integer("deletions");
    read.createdAt = timeOf(pull, "createdAt");
    read.updatedAt = timeOf(pull, "updatedAt");
    read.closedAt = timeOf(pull, "closedAt");
    read.page = addressOf(pull, "url");
    if (const auto entry = pull.object("mergeQueueEntry"); entry.isObject()) {
        read.queue = entryOf(entry);
        read.queue->number = read.number;
        read.queue->title = read.title;
    }
    return read;
}

CheckRun checkOf(const JsonObject &context, const QString &sha)
{
    const auto app = context.object("checkSuite").object("app");
    CheckRun check{.id = context.number("databaseId", 0),
        .name = context.text("name"),
        .headSha = sha,
        .externalId = context.text("externalId"),
        .app = app.text("slug"),
        .appId = app.number("databaseId", 0),
        .status = context.text("status").toLower(),
        .conclusion = context.text("conclusion").toLower(),
        .verdict = Verdict::Unknown,
        .title = context.text("title"),
        .summary = context.text("summary"),
        .text = {},
        .startedAt = timeOf(context, "startedAt"),
        .completedAt = timeOf(context, "completedAt"),
        .suite = 0,
        .details = addressOf(context, "detailsUrl"),
        .page = addressOf(context, "permalink")};
    check.verdict = checkVerdict(check.app, check.status, check.conclusion, check.title);
    return check;
}

CommitStatus statusOf(const JsonObject &context)
{
    const auto state = context.text("state").toLower();
    return {.context = context.text("context"),
        .state = state,
        .verdict = statusVerdict(state),
        .description = context.text("description"),
        .target = addressOf(context, "targetUrl"),
        .createdAt = timeOf(context, "createdAt"),
        .creator = loginOf(context, "creator")};
}

void readContexts(const JsonObject &commit, PullOverview &read)
{
    const auto contexts = commit.object("statusCheckRollup").object("contexts");
    read.complete = !contexts.object("pageInfo").flag("hasNextPage");
    contexts.eachOf("nodes", [&](element item) {
        const JsonObject context(item);
        const bool isCheck = context.text("__typename") == "CheckRun"_L1;
        if (isCheck)
            read.checks.append(checkOf(context, shaOf(commit, "oid")));
        else
            read.statuses.append(statusOf(context));
        if (context.flag("isRequired"))
            read.required.append(isCheck ? read.checks.constLast().name : read.statuses.constLast().context);
    });
}

std::optional<Quota> quotaOf(const JsonObject &data)
{
    const auto limit = data.object("rateLimit");
    if (!limit.isObject())
        return {};
    return Quota{.limit = limit.integer("limit"),
        .used = limit.integer("used"),
        .remaining = limit.integer("remaining"),
        .reset = timeOf(limit, "resetAt")};
}

Result<PullOverview> readOverview(element top)
{
    const auto repository = repositoryIn(top);
    if (!repository)
        return std::unexpected(repository.error());
    const auto found = repository->find("pullRequest");
    if (!found || found->is_null()) {
        auto missing = problemIn(JsonObject(top));
        return missing ? std::unexpected(std::move(*missing))
                       : problem(ProblemKind::NotFound, u"$.data.repository.pullRequest"_s);
    }
    auto pull = pullOf(*found, u"$.data.repository.pullRequest"_s);
    if (!pull)
        return std::unexpected(std::move(pull.error()));
    const JsonObject object(*found);
    PullOverview read{.pull = std::move(*pull), .reviewDecision = object.text("reviewDecision")};
    object.object("latestOpinionatedReviews").eachOf("nodes", [&read](element item) {
        const JsonObject review(item);
        read.opinions.append({.id = review.number("databaseId", 0),
            .user = loginOf(review, "author"),
            .state = reviewState(review.text("state")),
            .submittedAt = timeOf(review, "submittedAt"),
            .commit = oidOf(review, "commit"),
            .association = {},
            .page = addressOf(review, "url")});
    });
    object.object("commits").eachOf(
        "nodes", [&read](element item) { readContexts(JsonObject(item).object("commit"), read); });
    read.quota = quotaOf(JsonObject(top).object("data"));
    return read;
}

Result<QList<BranchReach>> readReach(element top)
{
    const auto repository = repositoryIn(top);
    if (!repository)
        return std::unexpected(repository.error());
    QList<BranchReach> branches;
    std::optional<Problem> wrong;
    repository->each([&](std::string_view alias, element value) {
        const JsonObject ref(value);
        const auto comparison = ref.object("compare");
        if (!comparison.isObject())
            return;
        const auto status = compareStatus(comparison.text("status"));
        if (!status) {
            wrong = json::malformedJson(u"$.data.repository."_s + json::utf8Text(alias), comparison.text("status"))
                        .error();
            return;
        }
        branches.append({.branch = json::utf8Text(alias),
            .head = oidOf(ref, "target"),
            .comparison = {.status = *status,
                .aheadBy = comparison.number("aheadBy", 0),
                .behindBy = comparison.number("behindBy", 0),
                .totalCommits = comparison.number("aheadBy", 0),
                .base = oidOf(ref, "target"),
                .mergeBase = {},
                .commits = {}}});
    });
    if (wrong)
        return std::unexpected(std::move(*wrong));
    if (branches.isEmpty()) {
        if (auto found = problemIn(JsonObject(top)))
            return std::unexpected(std::move(*found));
    }
    return branches;
}

} // namespace

Result<PullOverview> parseOverview(QByteArrayView body)
{
    return json::readJson<PullOverview>(body, readOverview);
}

Result<QList<BranchReach>> parseReach(QByteArrayView body)
{
    return json::readJson<QList<BranchReach>>(body, readReach);
}

} // namespace narscope::github
