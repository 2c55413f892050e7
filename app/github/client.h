// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "base/task.h"
#include "github/token.h"
#include "github/types.h"
#include "net/http.h"
#include "net/servers.h"

namespace narscope::github {

struct GraphQlQuery;

/// For whom something is asked.
struct Ask {
    QString why; ///< which view, watch or command; shown in the ledger
    net::Priority priority = net::Priority::Background;
};

struct RepositoryName {
    QString owner = QStringLiteral("NixOS");
    QString name = QStringLiteral("nixpkgs");

    bool operator==(const RepositoryName &) const = default;
    [[nodiscard]] QString text() const { return owner + u'/' + name; }
};

/// Which check runs of a commit.
struct CheckQuery {
    qint64 app = 0; ///< its number: actionsApp, ofborgApp; 0: all
    bool all = false; ///< also older runs of the same name
};
inline constexpr qint64 actionsApp = 15368;
inline constexpr qint64 ofborgApp = 20500;

/// The policy of GitHub for somebody who has a token: 5000 requests an hour instead of 60.
[[nodiscard]] net::Policy policyWithToken(net::Policy policy);

/// Asks GitHub about one repository. Reads only. Belongs to the thread of its Http; must outlive its tasks.
/// Parsing runs on pools.parse.
///
/// Each call is one request unless its comment says otherwise; every answer is kept with its ETag and
/// confirmed next time (which is free only with a token). When the quota is used up, calls end at once with
/// RateLimited, whose sentence and retryAfter say when it resets.
class Client {
public:
    Client(net::Http &http, net::Server server, Pools &pools, const Clock &clock, Token token = {},
        RepositoryName repository = {});

    [[nodiscard]] const net::Server &server() const { return m_server; }
    [[nodiscard]] const RepositoryName &repository() const { return m_repository; }
    [[nodiscard]] bool hasToken() const { return !m_token.isEmpty(); }
    /// As the newest answer told it; nothing before the first. Of the core API, not of search or GraphQL.
    [[nodiscard]] const std::optional<Quota> &quota() const { return m_quota; }
    /// Requests that went to GitHub for this client, confirmations too.
    [[nodiscard]] int spent() const { return m_spent; }

    Task<Result<PullRequest>> pull(PullRequestNr number, Ask ask); ///< NotFound also for the number of an issue
    Task<Result<QList<Review>>> reviews(PullRequestNr number, Ask ask); ///< oldest first; a request for each 100
    Task<Result<QList<TimelineEvent>>> timeline(PullRequestNr number, Ask ask); ///< a request for each 100, at most 3
    Task<Result<QList<CheckRun>>> checkRuns(
        QString sha, CheckQuery query, Ask ask); ///< a request for each 100, at most 3
    Task<Result<QList<CheckSuite>>> checkSuites(QString sha, Ask ask);
    Task<Result<QList<CommitStatus>>> statuses(QString sha, Ask ask); ///< newest first, the newest 100
    Task<Result<QList<WorkflowRun>>> runsOfHead(QString sha, Ask ask); ///< newest first
    /// The last runs of one workflow file («periodic-merge-6h.yml»), newest first; count 1 to 100.
    Task<Result<QList<WorkflowRun>>> workflowRuns(QString file, int count, Ask ask);
    Task<Result<QList<RunJob>>> jobs(RunId run, Ask ask); ///< a request for each 100, at most 3
    Task<Result<QList<Artifact>>> artifacts(RunId run, QString name, Ask ask); ///< newest first
    /// Two requests, and needs a token; the bytes are held to the artifact's digest.
    Task<Result<EvaluationComparison>> evaluationComparison(Artifact artifact, Ask ask);
    Task<Result<Commit>> commit(QString shaOrBranch, Ask ask); ///< with its signature
    /// The pull requests that a commit belongs to; the one that brought it first.
    Task<Result<QList<PullRequest>>> pullsOfCommit(QString sha, Ask ask);
    /// How `head` stands to `base`, branches or shas; without files, and with one commit at most.
    Task<Result<Comparison>> compare(QString base, QString head, Ask ask);
    /// The commits that `head` has and `base` has not, oldest first; a request for each 100, at most `most`.
    Task<Result<Comparison>> commitsBetween(QString base, QString head, int most, Ask ask);
    Task<Result<QList<Branch>>> branches(QString prefix, Ask ask); ///< «nix»: all channel branches in one request
    /// The backport to one branch by the name of its head branch; nothing when there is none. Core quota.
    Task<Result<std::optional<PullRequest>>> backport(PullRequestNr original, QString branch, Ask ask);

    // GraphQL: Forbidden without a token.
    Task<Result<PullOverview>> overview(PullRequestNr number, Ask ask);
    /// Branches that do not exist are left out.
    Task<Result<QList<BranchReach>>> reach(QString sha, QStringList branches, Ask ask);

    [[nodiscard]] QUrl pullPage(PullRequestNr number) const; ///< on github.com
    [[nodiscard]] QUrl commitPage(const QString &sha) const;

private:
    template <typename T> Task<Result<T>> get(QUrl url, Result<T> (*parse)(QByteArrayView), Ask ask);
    template <typename T>
    Task<Result<QList<T>>> getPages(QUrl url, Result<QList<T>> (*parse)(QByteArrayView), int most, Ask ask);
    template <typename T> Task<Result<T>> query(GraphQlQuery question, Result<T> (*parse)(QByteArrayView), Ask ask);
    Task<Result<net::Response>> fetch(net::Request request);
    [[nodiscard]] net::Request request(QUrl url, const Ask &ask) const;
    [[nodiscard]] QUrl url(const QString &path, const QList<std::pair<QString, QString>> &query = {}) const;
    [[nodiscard]] QUrl ofRepository(const QString &path, const QList<std::pair<QString, QString>> &query = {}) const;
    void noteQuota(const net::Response &response);
    void noteUsedUp(const Problem &problem);

    net::Http &m_http;
    net::Server m_server;
    Pools &m_pools;
    const Clock &m_clock;
    Token m_token;
    RepositoryName m_repository;
    std::optional<Quota> m_quota;
    int m_spent = 0;
};

} // namespace narscope::github
