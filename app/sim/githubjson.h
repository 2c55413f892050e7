// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/jsonwriter.h"
#include "sim/services.h"

// GitHub's REST objects for NixOS/nixpkgs, with the keys that pull-requests.md B.1 lists.

namespace narscope::sim {

inline constexpr qint64 nixpkgsId = 4'542'716;
inline constexpr qint64 actionsApp = 15'368;
inline constexpr qint64 ofborgApp = 20'500;

/// "2026-11-25T14:58:30Z"
[[nodiscard]] QByteArray isoTime(qint64 epoch);
void writeIsoTime(JsonWriter &json, QByteArrayView key, qint64 epoch); ///< null for 0
void writeUser(JsonWriter &json, QByteArrayView key, const QByteArray &login);

/// `verified`: with what GitHub thinks of its signature, which lists leave out here as the samples do.
void writeCommit(JsonWriter &json, const Source &source, CommitIndex commit, bool verified = false);
/// What changes on a system: the package and all that need it.
[[nodiscard]] QList<QByteArray> rebuiltAttributes(const World &world, const PullRequest &pull, System system);
/// `whole`: with what only a single pull request has (merged, mergeable, counts); lists have the simple form.
void writePullRequest(JsonWriter &json, const World &world, const PullRequest &pull, bool whole);
void writeReviews(JsonWriter &json, const World &world, const PullRequest &pull, qsizetype from, qsizetype to);

/// A check as one of GitHub's check runs.
struct CheckRun {
    const PullRequest *pull = nullptr;
    Check check;
    qint64 id = 0;
    bool asQueued = false; ///< OfBorg's first report of it, which stays beside the result
};
/// `latest`: only the newest of a name and app, as GitHub shows unless asked.
[[nodiscard]] std::vector<CheckRun> checkRuns(const World &world, const PullRequest &pull, bool latest);
void writeCheckRun(JsonWriter &json, const Stage &stage, const CheckRun &run);

struct CommitStatus {
    QByteArray context;
    QByteArray state; ///< "pending", "success", "error", "failure"
    QByteArray description; ///< empty: null
    QByteArray target;
    QByteArray creator;
    qint64 time = 0;
};
/// Newest first.
[[nodiscard]] std::vector<CommitStatus> commitStatuses(const World &world, const PullRequest &pull);
void writeStatus(JsonWriter &json, const CommitStatus &status, qint64 id);

/// The run of the workflow «PR» for a pull request's head.
[[nodiscard]] qint64 runId(const PullRequest &pull);
[[nodiscard]] const PullRequest *pullOfRun(const World &world, qint64 runId);
void writeRun(JsonWriter &json, const World &world, const PullRequest &pull);
void writeJob(JsonWriter &json, const World &world, const CheckRun &run);

/// What happened to a pull request, oldest first; each entry is a whole JSON object.
[[nodiscard]] std::vector<QByteArray> timeline(const World &world, const PullRequest &pull);

} // namespace narscope::sim
