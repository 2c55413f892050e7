// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/graphqlqueries.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::github {

QByteArray GraphQlQuery::body() const
{
    QJsonObject variables;
    for (const auto &[name, value] : texts)
        variables.insert(name, value);
    for (const auto &[name, value] : numbers)
        variables.insert(name, value);
    return QJsonDocument(QJsonObject{{u"query"_s, QString::fromLatin1(text)}, {u"variables"_s, variables}})
        .toJson(QJsonDocument::Compact);
}

GraphQlQuery overviewQuery(qint64 number)
{
    return {.text = "query Pull($owner: String!, $name: String!, $number: Int!) {"
                    " rateLimit { limit used remaining resetAt }"
                    " repository(owner: $owner, name: $name) { pullRequest(number: $number) {"
                    " number title url state isDraft createdAt updatedAt mergedAt closedAt merged"
                    " author { login } mergedBy { login } baseRefName baseRefOid headRefName headRefOid"
                    " headRepository { nameWithOwner } mergeCommit { oid } potentialMergeCommit { oid }"
                    " mergeable mergeStateStatus reviewDecision autoMergeRequest { enabledAt }"
                    " additions deletions changedFiles"
                    " mergeQueueEntry { position state enqueuedAt estimatedTimeToMerge headCommit { oid } }"
                    " labels(first: 100) { nodes { name color } }"
                    " latestOpinionatedReviews(first: 100) { nodes { databaseId state submittedAt url author { login } "
                    "commit { oid } } }"
                    " reviewRequests(first: 50) { nodes { requestedReviewer { __typename ... on User { login } ... on "
                    "Team { slug } } } }"
                    " commits(last: 1) { totalCount nodes { commit { oid statusCheckRollup { contexts(first: 100) {"
                    " totalCount pageInfo { hasNextPage } nodes { __typename"
                    " ... on CheckRun { databaseId name status conclusion title summary startedAt completedAt "
                    "detailsUrl permalink externalId"
                    " isRequired(pullRequestNumber: $number) checkSuite { app { slug databaseId } } }"
                    " ... on StatusContext { context state description targetUrl createdAt creator { login }"
                    " isRequired(pullRequestNumber: $number) } } } } } } } } } }",
        .texts = {},
        .numbers = {{u"number"_s, number}}};
}

GraphQlQuery reachQuery(const QString &sha, const QList<QString> &branches)
{
    QByteArray parameters;
    QByteArray fields;
    GraphQlQuery query{.text = {}, .texts = {{u"sha"_s, sha}}, .numbers = {}};
    for (qsizetype i = 0; i < branches.size(); ++i) {
        const auto alias = "b" + QByteArray::number(i);
        parameters += ", $" + alias + ": String!";
        fields += ' ' + alias + ": ref(qualifiedName: $" + alias
            + ") { target { oid } compare(headRef: $sha) { status aheadBy behindBy } }";
        query.texts.emplaceBack(QString::fromLatin1(alias), u"refs/heads/"_s + branches[i]);
    }
    query.text = "query Reach($owner: String!, $name: String!, $sha: String!" + parameters
        + ") { repository(owner: $owner, name: $name) {" + fields + " } }";
    return query;
}

} // namespace narscope::github
