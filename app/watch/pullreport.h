// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/branchgraph.h"
#include "github/client.h"
#include "ofborg/client.h"

namespace narscope::watch {

/// Where a group of checks («Eval», «Lint») stands: its worst, and how many.
struct CheckGroup {
    QString name; ///< empty: jobs that stand in none
    github::Verdict verdict = github::Verdict::Unknown;
    int total = 0;
    int failed = 0;
    int waiting = 0; ///< queued or running

    bool operator==(const CheckGroup &) const = default;
};

/// Everything about one pull request that its own servers tell. What could not be learnt is in `problems`,
/// and the rest stands.
struct PullReport {
    github::PullRequest pull;
    QList<github::Review> opinions;
    github::Approvals approvals;
    QList<github::CommitStatus> statuses; ///< the newest of each context
    github::Verdict required = github::Verdict::Queued; ///< «no PR failures»
    QList<github::CheckRun> checks; ///< of the head, the newest of each name
    QList<CheckGroup> groups; ///< of the checks of GitHub Actions
    QList<github::WorkflowRun> runs; ///< of the head, newest first
    std::optional<github::Commit> mergeCommit;
    QList<github::Backport> backports;
    QStringList wantedBackports; ///< branches that labels ask for
    QList<ofborg::Attempt> attempts; ///< of this head, and those that do not say of which
    int olderAttempts = 0; ///< of former heads
    std::optional<github::EvaluationCounts> counts;
    std::optional<github::RebuildRange> onLinux; ///< by the labels
    std::optional<github::RebuildRange> onDarwin;
    std::optional<github::EvaluationComparison> comparison; ///< only with a token
    QList<Problem> problems;

    bool operator==(const PullReport &) const = default;
};

/// Asks for all of it: up to 7 requests to GitHub and one to OfBorg; with a token up to 6, and what only a
/// token gives. OfBorg may be null. The clients must outlive the task. Only what GitHub says of the pull
/// request itself must come.
[[nodiscard]] Task<Result<PullReport>> pullReport(
    github::Client &github, ofborg::Client *ofborg, PullRequestNr number, github::Ask ask);

/// In place of the attempts before; those of former heads are only counted.
void takeAttempts(PullReport &report, const QList<ofborg::Attempt> &attempts);
[[nodiscard]] QList<CheckGroup> checkGroups(const QList<github::CheckRun> &checks);
/// Plain sentences: what stands between an open pull request and its merge, or a merged one and its backports,
/// the weightiest first. Empty: nothing that these servers know of.
[[nodiscard]] QStringList whatIsMissing(const PullReport &report);
/// Whether something failed that has to be mended before it can be merged.
[[nodiscard]] bool isFailing(const PullReport &report);

/// A workflow that runs by the clock, and its last runs.
struct WorkflowReport {
    github::PeriodicWorkflow workflow;
    QList<github::WorkflowRun> runs; ///< newest first
    QList<github::RunJob> jobs; ///< of the newest run that ended
    bool isLate = false; ///< two turns have passed without a run
    std::optional<Problem> problem;

    bool operator==(const WorkflowReport &) const = default;
};
/// Two requests for each workflow.
[[nodiscard]] Task<QList<WorkflowReport>> workflowReports(
    github::Client &github, QList<github::PeriodicWorkflow> workflows, qint64 now, github::Ask ask);

} // namespace narscope::watch
