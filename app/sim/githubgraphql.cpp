// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubroutes.h"

#include "sim/hydrahtml.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

// GraphQL for the four questions of pull-requests.md B.1. The selection of a query is not followed: every
// answer has all members that those questions may select.

namespace narscope::sim {

namespace {

QJsonValue timeOrNull(qint64 time)
{
    return time == 0 ? QJsonValue() : QJsonValue(QString::fromLatin1(isoTime(time)));
}

QJsonObject login(const QByteArray &name)
{
    return {{u"login"_s, QString::fromUtf8(name)}};
}

QJsonValue oid(const Source &source, CommitIndex commit)
{
    if (commit == CommitIndex::None)
        return {};
    return QJsonObject{{u"oid"_s, QString::fromLatin1(source.commit(commit).sha)}};
}

QJsonObject nodes(const QJsonArray &list)
{
    return {{u"totalCount"_s, list.size()}, {u"nodes"_s, list}};
}

QString stateOf(const PullRequest &pull)
{
    return pull.state == PullRequestState::Open  ? u"OPEN"_s
        : pull.state == PullRequestState::Merged ? u"MERGED"_s
                                                 : u"CLOSED"_s;
}

QJsonObject simplePull(const Source &source, const PullRequest &pull)
{
    const bool isMerged = pull.state == PullRequestState::Merged;
    return {{u"number"_s, pull.number.value}, {u"title"_s, QString::fromUtf8(pull.title)},
        {u"url"_s, u"https://github.com/NixOS/nixpkgs/pull/%1"_s.arg(pull.number.value)}, {u"state"_s, stateOf(pull)},
        {u"isDraft"_s, pull.draft}, {u"merged"_s, isMerged}, {u"mergedAt"_s, timeOrNull(isMerged ? pull.closedAt : 0)},
        {u"author"_s, login(pull.author)}, {u"baseRefName"_s, QString::fromUtf8(pull.base)},
        {u"headRefName"_s, QString::fromUtf8(pull.headBranch)},
        {u"headRefOid"_s, QString::fromLatin1(source.commit(pull.head).sha)},
        {u"mergeCommit"_s, oid(source, pull.merge)}};
}

/// REST's answer about the same, for what both have.
QJsonObject restOf(const GitHubAsk &ask, const PullRequest &pull)
{
    JsonWriter json;
    writePullRequest(json, ask.world, pull, true);
    return QJsonDocument::fromJson(json.take()).object();
}

QJsonArray contexts(const GitHubAsk &ask, const PullRequest &pull)
{
    QJsonArray list;
    for (const CheckRun &run : checkRuns(ask.world, pull, true)) {
        JsonWriter json;
        writeCheckRun(json, ask.stage, run);
        const QJsonObject rest = QJsonDocument::fromJson(json.take()).object();
        const QJsonValue conclusion = rest.value("conclusion"_L1);
        list.append(QJsonObject{{u"__typename"_s, u"CheckRun"_s}, {u"databaseId"_s, rest.value("id"_L1)},
            {u"name"_s, rest.value("name"_L1)}, {u"status"_s, rest.value("status"_L1).toString().toUpper()},
            {u"conclusion"_s, conclusion.isNull() ? QJsonValue() : QJsonValue(conclusion.toString().toUpper())},
            {u"title"_s, rest.value("output"_L1).toObject().value("title"_L1)},
            {u"summary"_s, rest.value("output"_L1).toObject().value("summary"_L1)},
            {u"startedAt"_s, rest.value("started_at"_L1)}, {u"completedAt"_s, rest.value("completed_at"_L1)},
            {u"detailsUrl"_s, rest.value("details_url"_L1)}, {u"permalink"_s, rest.value("html_url"_L1)},
            {u"externalId"_s, rest.value("external_id"_L1)}, {u"isRequired"_s, false},
            {u"checkSuite"_s,
                QJsonObject{{u"app"_s,
                    QJsonObject{{u"slug"_s, rest.value("app"_L1).toObject().value("slug"_L1)},
                        {u"databaseId"_s, rest.value("app"_L1).toObject().value("id"_L1)}}}}}});
    }
    QByteArrayList seen;
    for (const CommitStatus &status : commitStatuses(ask.world, pull)) {
        if (seen.contains(status.context))
            continue;
        seen += status.context;
        list.append(QJsonObject{{u"__typename"_s, u"StatusContext"_s},
            {u"context"_s, QString::fromUtf8(status.context)}, {u"state"_s, QString::fromUtf8(status.state).toUpper()},
            {u"description"_s, QString::fromUtf8(status.description)},
            {u"targetUrl"_s, QString::fromUtf8(status.target)}, {u"createdAt"_s, timeOrNull(status.time)},
            {u"creator"_s, login(status.creator)}, {u"isRequired"_s, status.context == "no PR failures"}});
    }
    return list;
}

QJsonArray opinionsOf(const GitHubAsk &ask, const PullRequest &pull)
{
    QJsonArray list;
    for (const Review &review : pull.reviews) {
        if (review.state != "COMMENTED")
            list.append(QJsonObject{{u"state"_s, QString::fromLatin1(review.state)},
                {u"submittedAt"_s, timeOrNull(review.time)}, {u"author"_s, login(review.user)},
                {u"commit"_s, oid(ask.source(), pull.head)}});
    }
    return list;
}

/// The queue of a branch, in the order of the merges.
std::vector<const PullRequest *> queueOf(const GitHubAsk &ask, const QByteArray &branch)
{
    std::vector<const PullRequest *> queue;
    for (const auto &[number, pull] : ask.source().pullRequests()) {
        if (pull.base == branch && pull.isQueued(ask.world.now()))
            queue.push_back(&pull);
    }
    std::ranges::stable_sort(queue, {}, &PullRequest::mergeAt);
    return queue;
}

QJsonObject queueEntry(const GitHubAsk &ask, const PullRequest &pull, qsizetype position)
{
    return {{u"position"_s, position}, {u"state"_s, position == 1 ? u"AWAITING_CHECKS"_s : u"QUEUED"_s},
        {u"enqueuedAt"_s, timeOrNull(pull.enqueuedAt())}, {u"estimatedTimeToMerge"_s, pull.mergeAt - ask.world.now()},
        {u"headCommit"_s, QJsonValue()},
        {u"pullRequest"_s, QJsonObject{{u"number"_s, pull.number.value}, {u"title"_s, QString::fromUtf8(pull.title)}}}};
}

QJsonValue entryOf(const GitHubAsk &ask, const PullRequest &pull)
{
    const auto queue = queueOf(ask, pull.base);
    const auto found = std::ranges::find(queue, &pull);
    return found == queue.end() ? QJsonValue() : QJsonValue(queueEntry(ask, pull, found - queue.begin() + 1));
}

QJsonArray entriesOf(const GitHubAsk &ask, const QByteArray &branch)
{
    QJsonArray entries;
    for (const PullRequest *pull : queueOf(ask, branch))
        entries.append(queueEntry(ask, *pull, entries.size() + 1));
    return entries;
}

QJsonObject wholePull(const GitHubAsk &ask, const PullRequest &pull)
{
    const QJsonObject rest = restOf(ask, pull);
    QJsonObject whole = simplePull(ask.source(), pull);
    QJsonArray labels;
    for (const QByteArray &label : pull.labels)
        labels.append(QJsonObject{{u"name"_s, QString::fromUtf8(label)}, {u"color"_s, u"eeffee"_s}});
    const QJsonValue mergeable = rest.value("mergeable"_L1);
    const bool isOpen = pull.state == PullRequestState::Open;
    whole.insert(u"createdAt"_s, timeOrNull(pull.openedAt));
    whole.insert(u"updatedAt"_s, timeOrNull(pull.updatedAt));
    whole.insert(u"closedAt"_s, timeOrNull(pull.closedAt));
    whole.insert(
        u"mergedBy"_s, pull.state == PullRequestState::Merged ? QJsonValue(login(pull.mergedBy)) : QJsonValue());
    whole.insert(u"baseRefOid"_s, rest.value("base"_L1).toObject().value("sha"_L1));
    whole.insert(u"headRepository"_s,
        QJsonObject{
            {u"nameWithOwner"_s, rest.value("head"_L1).toObject().value("repo"_L1).toObject().value("full_name"_L1)}});
    whole.insert(u"potentialMergeCommit"_s,
        isOpen && mergeable.isBool() ? QJsonValue(QJsonObject{{u"oid"_s, rest.value("merge_commit_sha"_L1)}})
                                     : QJsonValue());
    whole.insert(u"mergeable"_s,
        !isOpen || !mergeable.isBool() ? u"UNKNOWN"_s
            : mergeable.toBool()       ? u"MERGEABLE"_s
                                       : u"CONFLICTING"_s);
    whole.insert(u"mergeStateStatus"_s, isOpen ? rest.value("mergeable_state"_L1).toString().toUpper() : u"UNKNOWN"_s);
    whole.insert(u"reviewDecision"_s, pull.reviews.isEmpty() ? u"REVIEW_REQUIRED"_s : u"APPROVED"_s);
    whole.insert(u"autoMergeRequest"_s, QJsonValue());
    whole.insert(u"mergeQueueEntry"_s, entryOf(ask, pull));
    for (const auto &[key, from] : {std::pair(u"additions"_s, u"additions"_s),
             std::pair(u"deletions"_s, u"deletions"_s), std::pair(u"changedFiles"_s, u"changed_files"_s)})
        whole.insert(key, rest.value(from));
    whole.insert(u"labels"_s, nodes(labels));
    whole.insert(u"latestOpinionatedReviews"_s, nodes(opinionsOf(ask, pull)));
    whole.insert(u"reviewRequests"_s, nodes({}));
    const QJsonArray all = contexts(ask, pull);
    QJsonObject page = nodes(all);
    page.insert(u"pageInfo"_s, QJsonObject{{u"hasNextPage"_s, false}});
    const QJsonObject commit{{u"oid"_s, QString::fromLatin1(ask.source().commit(pull.head).sha)},
        {u"statusCheckRollup"_s, QJsonObject{{u"contexts"_s, page}}}};
    whole.insert(u"commits"_s, nodes({QJsonObject{{u"commit"_s, commit}}}));
    return whole;
}

QJsonObject reach(const GitHubAsk &ask, const QString &text, const QJsonObject &variables)
{
    static const QRegularExpression alias(u"(\\w+): ref\\(qualifiedName: (?:\\$(\\w+)|\"([^\"]+)\")\\)"_s);
    const auto commit = ask.source().find(variables.value("sha"_L1).toString().toLatin1());
    QJsonObject answer;
    for (auto matches = alias.globalMatch(text); matches.hasNext();) {
        const auto match = matches.next();
        const QString ref = match.hasCaptured(2) ? variables.value(match.captured(2)).toString() : match.captured(3);
        const auto branch = ask.source().branches().find(ref.mid(11).toLatin1());
        if (branch == ask.source().branches().end() || !commit) {
            answer.insert(match.captured(1), QJsonValue());
            continue;
        }
        const auto ahead = static_cast<qint64>(ask.source().between(branch->second, *commit).size());
        const auto behind = static_cast<qint64>(ask.source().between(*commit, branch->second).size());
        const QString status = ahead == 0 ? (behind == 0 ? u"IDENTICAL"_s : u"BEHIND"_s)
            : behind == 0                 ? u"AHEAD"_s
                                          : u"DIVERGED"_s;
        answer.insert(match.captured(1),
            QJsonObject{{u"target"_s, oid(ask.source(), branch->second)},
                {u"compare"_s, QJsonObject{{u"status"_s, status}, {u"aheadBy"_s, ahead}, {u"behindBy"_s, behind}}}});
    }
    return answer;
}

QJsonValue commitPulls(const GitHubAsk &ask, const QJsonObject &variables)
{
    const auto commit = ask.source().find(variables.value("sha"_L1).toString().toLatin1());
    if (!commit)
        return {};
    const PullRequest *pull = ask.source().pullRequest(ask.source().commit(*commit).pullRequest);
    if (pull == nullptr)
        pull = pullOfHead(ask.source(), *commit);
    QJsonArray list;
    if (pull != nullptr)
        list.append(simplePull(ask.source(), *pull));
    return QJsonObject{
        {u"oid"_s, QString::fromLatin1(ask.source().commit(*commit).sha)}, {u"associatedPullRequests"_s, nodes(list)}};
}

HttpAnswer answered(QJsonObject data)
{
    return {.type = "application/json; charset=utf-8",
        .body = QJsonDocument(QJsonObject{{u"data"_s, data}}).toJson(QJsonDocument::Compact)};
}

HttpAnswer notFound(const QString &path)
{
    const QJsonObject error{{u"type"_s, u"NOT_FOUND"_s}, {u"path"_s, QJsonArray{u"repository"_s, path}},
        {u"message"_s, u"Could not resolve to a PullRequest with that number."_s}};
    const QJsonObject top{{u"data"_s, QJsonObject{{u"repository"_s, QJsonObject{{path, QJsonValue()}}}}},
        {u"errors"_s, QJsonArray{error}}};
    return {.type = "application/json; charset=utf-8", .body = QJsonDocument(top).toJson(QJsonDocument::Compact)};
}

QJsonObject inRepository(const QString &key, const QJsonValue &value)
{
    return {{u"repository"_s, QJsonObject{{key, value}}}};
}

} // namespace

HttpAnswer answerGraphQl(const GitHubAsk &ask)
{
    const QJsonObject asked = QJsonDocument::fromJson(ask.http.body).object();
    const QString text = asked.value("query"_L1).toString();
    const QJsonObject variables = asked.value("variables"_L1).toObject();
    if (text.contains("compare(headRef"_L1))
        return answered({{u"repository"_s, reach(ask, text, variables)}});
    if (text.contains("mergeQueue(branch"_L1)) {
        const QString branch = variables.value("branch"_L1).toString();
        const QJsonObject queue{{u"url"_s, u"https://github.com/NixOS/nixpkgs/queue/"_s + branch},
            {u"nextEntryEstimatedTimeToMerge"_s, 300}, {u"entries"_s, nodes(entriesOf(ask, branch.toUtf8()))}};
        return answered(inRepository(u"mergeQueue"_s, queue));
    }
    if (text.contains("object(oid"_L1))
        return answered(inRepository(u"object"_s, commitPulls(ask, variables)));
    const PullRequest *pull = ask.source().pullRequest(PullRequestNr(variables.value("number"_L1).toInteger()));
    if (!text.contains("pullRequest(number"_L1))
        return gitHubError(400, "Problems parsing JSON");
    if (pull == nullptr)
        return notFound(u"pullRequest"_s);
    return answered(inRepository(u"pullRequest"_s, wholePull(ask, *pull)));
}

} // namespace narscope::sim
