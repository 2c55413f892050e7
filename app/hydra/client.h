// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "base/task.h"
#include "hydra/buildlist.h"
#include "hydra/buildtable.h"
#include "hydra/types.h"
#include "net/http.h"
#include "net/servers.h"

namespace narscope::hydra {

/// For whom something is asked.
struct Ask {
    QString why; ///< which view, watch or command; shown in the ledger
    net::Priority priority = net::Priority::Background;
};

/// What is known of the server, learnt from its answers.
struct Features {
    QString version; ///< as its pages' footer has it
    std::optional<bool> stepPages; ///< /build/N/step/M exists (2026-07); before, /nixlog/M
    std::optional<bool> fullRevisions; ///< evaluation lists tell whole revisions (2026-04)
    std::optional<bool> queueRunner; ///< /queue-runner-status answers with a runner's state

    bool operator==(const Features &) const = default;
};

struct EvalJobsQuery {
    QString filter; ///< part of a job's name; Hydra's own wildcards % and _ work
    QString compare; ///< evaluation id, jobset name, or -SECONDS; empty: the evaluation before
    bool full = false; ///< all rows instead of 250 a category: tens of MB; explicit only
};

struct LatestBuildsQuery {
    int count = 10; ///< 1 to 1000
    QString project;
    QString jobset;
    QString job;
    QString system;
};

/// Asks one Hydra. Reads only; asks exactly what it is told, never retries, never pages by itself. Belongs to
/// the thread of its Http; must outlive its tasks. Parsing runs on pools.parse.
/// Cost classes A, B, C are hydra.md §4: nothing marked «explicit» may be called without a person asking.
class Client {
public:
    Client(net::Http &http, net::Server server, Pools &pools);

    [[nodiscard]] const net::Server &server() const { return m_server; }
    [[nodiscard]] const Features &features() const { return m_features; }

    Task<Result<QList<Project>>> projects(Ask ask); ///< A
    Task<Result<Project>> project(QString name, Ask ask); ///< A-B; has no counts
    Task<Result<QList<JobsetOverview>>> jobsetOverviews(QString project, Ask ask); ///< B; visible jobsets with counts
    Task<Result<Jobset>> jobset(JobsetName name, Ask ask); ///< B; follows renames
    Task<Result<Jobset>> jobsetErrors(JobsetName name, Ask ask); ///< A; with errorMessage

    Task<Result<EvalPage>> evals(JobsetName jobset, int page, Ask ask); ///< B, HTML; page from 1; follows renames
    Task<Result<EvalPage>> latestEvals(int page, Ask ask); ///< B, HTML; of all jobsets: the best change detector
    /// B, HTML with a filter that lets nothing through: inputs, timings, comparison; no counts.
    Task<Result<EvalHeader>> evalHeader(EvalId eval, Ask ask);
    /// HTML; B with a filter of 3 characters or more, else C: explicit.
    Task<Result<EvalJobs>> evalJobs(EvalId eval, EvalJobsQuery query, Ask ask);
    Task<Result<EvalErrors>> evalErrors(EvalId eval, Ask ask); ///< A, HTML
    Task<Result<BuildTable>> evalBuilds(EvalId eval, Ask ask); ///< D, explicit; up to 300 s and 512 MB
    /// B: the build of a job in an evaluation; NotFound when the evaluation has no such job.
    Task<Result<BuildId>> evalJobBuild(EvalId eval, QString job, Ask ask);

    Task<Result<Build>> build(BuildId build, Ask ask); ///< A-B
    Task<Result<QByteArray>> buildJson(BuildId build, Ask ask); ///< A-B: the same, byte for byte as Hydra answered
    Task<Result<BuildInfo>> buildInfo(BuildId build, Ask ask); ///< A
    Task<Result<BuildDetails>> buildDetails(BuildId build, Ask ask); ///< A-B, HTML
    Task<Result<QList<Build>>> constituents(BuildId build, Ask ask); ///< B; empty: not an aggregate
    Task<Result<StepInfo>> step(BuildId build, StepNr step, Ask ask); ///< A; newer servers only
    /// A: where a step's raw log is, by either generation's path. NotFound: it has none.
    Task<Result<QUrl>> stepLog(BuildId build, StepNr step, Ask ask);

    Task<Result<JobPage>> jobPage(JobName job, Ask ask); ///< B, HTML; follows renames
    Task<Result<BuildList>> jobBuilds(JobName job, int page, Ask ask); ///< B, HTML; page from 1; follows renames
    Task<Result<Shield>> shield(JobName job, Ask ask); ///< A; NotFound: never built
    Task<Result<BuildId>> latest(JobName job, Ask ask); ///< A; newest that succeeded
    Task<Result<BuildId>> latestFinished(JobName job, Ask ask); ///< B; of an evaluation with nothing unfinished

    Task<Result<QueueSummary>> queueSummary(Ask ask); ///< B, HTML
    Task<Result<QList<Machine>>> machines(Ask ask); ///< A-B; empty when the runner is down
    Task<Result<QList<MachineActivity>>> machineActivity(Ask ask); ///< A-B, HTML: what runs where
    Task<Result<QList<RunningStep>>> latestSteps(int page, Ask ask); ///< B, HTML, on demand: finished steps
    Task<Result<QueueRunnerStatus>> queueRunnerStatus(Ask ask); ///< A
    Task<Result<QList<LatestBuild>>> latestBuilds(LatestBuildsQuery query, Ask ask); ///< A-B
    /// D, explicit: letters, digits and _ - / . only; limit 1 to 50.
    Task<Result<SearchResult>> search(QString query, int limit, Ask ask);

    /// The log of a derivation, path or base name; no request. tail: last lines only.
    [[nodiscard]] QUrl logUrl(const QString &drvPath, std::optional<int> tail = {}) const;
    [[nodiscard]] QUrl buildUrl(BuildId build) const;
    [[nodiscard]] QUrl evalUrl(EvalId eval) const;
    [[nodiscard]] QUrl jobsetUrl(const JobsetName &jobset) const;
    [[nodiscard]] QUrl projectUrl(const QString &project) const;
    [[nodiscard]] QUrl jobUrl(const JobName &job) const;

private:
    /// Follows renames until a redirect leads to a build.
    Task<Result<BuildId>> redirectToBuild(net::Request request);
    Task<Result<QUrl>> redirectOf(net::Request request);
    void learn(const PageFacts &page);
    void learn(const QList<EvalSummary> &evals);

    net::Http &m_http;
    net::Server m_server;
    Pools &m_pools;
    Features m_features;
};

/// The queue runner's own Prometheus endpoint (ServerKind::QueueRunner): off Hydra's workers.
[[nodiscard]] Task<Result<Metrics>> queueRunnerMetrics(net::Http &http, QUrl metrics, Pools &pools, Ask ask);

} // namespace narscope::hydra
