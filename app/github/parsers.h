// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "github/types.h"

#include <QByteArrayView>

// Bodies of GitHub's answers to values. Pure; any thread. Malformed when an answer is not what it should be;
// a member that may be missing is empty in the value.

namespace narscope::github {

[[nodiscard]] Result<PullRequest> parsePull(QByteArrayView body);
[[nodiscard]] Result<QList<PullRequest>> parsePulls(QByteArrayView body); ///< also of commits/SHA/pulls
[[nodiscard]] Result<QList<Review>> parseReviews(QByteArrayView body);
[[nodiscard]] Result<QList<TimelineEvent>> parseTimeline(QByteArrayView body);

[[nodiscard]] Result<QList<CheckRun>> parseCheckRuns(QByteArrayView body);
[[nodiscard]] Result<QList<CheckSuite>> parseCheckSuites(QByteArrayView body);
[[nodiscard]] Result<QList<CommitStatus>> parseStatuses(QByteArrayView body);
[[nodiscard]] Result<QList<WorkflowRun>> parseRuns(QByteArrayView body);
[[nodiscard]] Result<QList<RunJob>> parseJobs(QByteArrayView body);
[[nodiscard]] Result<QList<Artifact>> parseArtifacts(QByteArrayView body);
/// changed-paths.json; tens of thousands of names.
[[nodiscard]] Result<EvaluationComparison> parseEvaluationComparison(QByteArrayView body);

[[nodiscard]] Result<Commit> parseCommit(QByteArrayView body);
[[nodiscard]] Result<Comparison> parseComparison(QByteArrayView body);
[[nodiscard]] Result<QList<Branch>> parseBranches(QByteArrayView body); ///< of git/matching-refs

// GraphQL answers with 200 and a list of errors; those become Problems.
[[nodiscard]] Result<PullOverview> parseOverview(QByteArrayView body);
[[nodiscard]] Result<QList<BranchReach>> parseReach(QByteArrayView body); ///< branches as the query's aliases

} // namespace narscope::github
