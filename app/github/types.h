// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "github/verdict.h"

#include <QList>
#include <QMap>
#include <QStringList>
#include <QUrl>

#include <optional>

// What GitHub knows of nixpkgs, as values. Sources: pull-requests.md part B (REST 2022-11-28, GraphQL schema
// of 2026-07). Times are epoch seconds, 0 where GitHub gives none. Shas are 40 hex digits in lower case.

namespace narscope::github {

using RunId = Id<struct RunTag>; ///< a workflow run
using ArtifactId = Id<struct ArtifactTag>;

enum class PullState { Open, Closed, Merged };

/// Meaningless once it is closed or merged. Unknown: GitHub is computing it; asking again in some seconds
/// helps.
enum class MergeState { Unknown, Clean, Unstable, Blocked, Behind, Conflict, Draft, HasHooks };

struct Label {
    QString name;
    QString color; ///< six hex digits

    bool operator==(const Label &) const = default;
};

/// Where a pull request stands in its branch's merge queue. Only GraphQL tells.
struct QueueEntry {
    PullRequestNr number;
    QString title;
    int position = 0; ///< from 1
    QString state; ///< QUEUED, AWAITING_CHECKS, MERGEABLE, UNMERGEABLE, LOCKED
    qint64 enqueuedAt = 0;
    std::optional<qint64> estimatedSeconds; ///< to its merge
    QString headCommit; ///< the queue's own merge commit that is tested

    bool operator==(const QueueEntry &) const = default;
};

struct PullRequest {
    PullRequestNr number;
    QString title;
    QString author; ///< login; empty when the account is gone
    PullState state = PullState::Open;
    bool draft = false;
    QString base; ///< branch it is aimed at now
    QString baseSha;
    QString head; ///< branch name in the fork
    QString headSha;
    QString headRepository; ///< owner/name; empty when the fork is gone
    QString mergeCommit; ///< only of a merged one; empty for some merged before 2016
    QString testMergeCommit; ///< of an open one: GitHub's trial merge, in no branch. Never ask where it is
                             ///< contained
    qint64 mergedAt = 0;
    QString mergedBy;
    std::optional<bool> mergeable; ///< nothing: being computed
    MergeState mergeState = MergeState::Unknown;
    bool autoMerge = false;
    std::optional<QueueEntry> queue;
    QList<Label> labels;
    QStringList requestedReviewers;
    QStringList requestedTeams;
    int commits = 0;
    int changedFiles = 0;
    int additions = 0;
    int deletions = 0;
    int comments = 0;
    qint64 createdAt = 0;
    qint64 updatedAt = 0;
    qint64 closedAt = 0;
    QUrl page;

    bool operator==(const PullRequest &) const = default;
};

enum class ReviewState { Approved, ChangesRequested, Commented, Dismissed, Pending, Unknown };

struct Review {
    qint64 id = 0;
    QString user; ///< empty when the account is gone
    ReviewState state = ReviewState::Unknown;
    qint64 submittedAt = 0;
    QString commit; ///< the head that was reviewed
    QString association; ///< MEMBER, CONTRIBUTOR, ...
    QUrl page;

    bool operator==(const Review &) const = default;
};

/// A check run of an app: GitHub Actions (15368) or OfBorg (20500).
struct CheckRun {
    qint64 id = 0;
    QString name; ///< "Eval / x86_64-linux", "bar, foo on x86_64-linux"
    QString headSha;
    QString externalId; ///< OfBorg's attempt
    QString app; ///< slug: github-actions, ofborg
    qint64 appId = 0;
    QString status; ///< as GitHub says: queued, in_progress, completed, ...
    QString conclusion; ///< as GitHub says; a failed build of OfBorg's is «neutral»
    Verdict verdict = Verdict::Unknown; ///< what it means (verdict.h)
    QString title; ///< of its output
    QString summary;
    QString text; ///< of OfBorg: the last lines of the log
    qint64 startedAt = 0;
    qint64 completedAt = 0;
    qint64 suite = 0;
    QUrl details; ///< the app's own page
    QUrl page;

    bool operator==(const CheckRun &) const = default;
    [[nodiscard]] bool isOfBorg() const { return app == QLatin1String("ofborg"); }
    /// Its colour at GitHub is not its verdict: neutral there, failed here.
    [[nodiscard]] bool isDisguised() const { return isFailure(verdict) && conclusion == QLatin1String("neutral"); }
};

/// All checks of one app on one commit.
struct CheckSuite {
    qint64 id = 0;
    QString app;
    QString status;
    QString conclusion; ///< OfBorg's is «success» with failed builds in it
    int checks = 0;
    qint64 updatedAt = 0;

    bool operator==(const CheckSuite &) const = default;
};

struct CommitStatus {
    QString context; ///< "no PR failures", "Eval Summary", "ofborg-eval"
    QString state; ///< success, failure, error, pending
    Verdict verdict = Verdict::Unknown;
    QString description;
    QUrl target;
    qint64 createdAt = 0;
    QString creator;

    bool operator==(const CommitStatus &) const = default;
};

struct WorkflowRun {
    RunId id;
    QString name; ///< "PR", "Eval", "Merge Group", "Periodic Merges (6h)"
    QString path; ///< .github/workflows/...
    QString event;
    QString status;
    QString conclusion;
    Verdict verdict = Verdict::Unknown;
    QString headSha;
    QString headBranch;
    QString title;
    QString actor;
    int number = 0;
    int attempt = 1;
    qint64 createdAt = 0;
    qint64 startedAt = 0;
    qint64 updatedAt = 0;
    QUrl page;

    bool operator==(const WorkflowRun &) const = default;
};

struct JobStep {
    int number = 0;
    QString name;
    Verdict verdict = Verdict::Unknown;
    qint64 startedAt = 0;
    qint64 completedAt = 0;

    bool operator==(const JobStep &) const = default;
};

struct RunJob {
    qint64 id = 0;
    RunId run;
    QString name; ///< "Eval / compare": the part before " / " is its group
    QString workflow;
    QString conclusion;
    Verdict verdict = Verdict::Unknown;
    qint64 startedAt = 0;
    qint64 completedAt = 0;
    QList<JobStep> steps;
    QUrl page;

    bool operator==(const RunJob &) const = default;
};

struct Artifact {
    ArtifactId id;
    QString name;
    qint64 size = 0; ///< bytes of the zip
    QString digest; ///< "sha256:..." of the zip; empty on old ones
    bool expired = false;
    qint64 createdAt = 0;
    qint64 expiresAt = 0;
    RunId run;
    QString headSha;

    bool operator==(const Artifact &) const = default;
};

/// Attribute paths without their system.
struct AttributeChange {
    QStringList added;
    QStringList changed;
    QStringList removed;

    bool operator==(const AttributeChange &) const = default;
};

/// changed-paths.json of the artifact «comparison»: what the pull request does to the package set. Does not
/// know what Hydra ignores (unfree, broken).
struct EvaluationComparison {
    AttributeChange all;
    QMap<QString, AttributeChange> byKernel; ///< linux, darwin; empty before 2026-04
    QMap<QString, AttributeChange> byPlatform; ///< x86_64-linux, ...; empty before 2026-04
    QMap<QString, QStringList> rebuildsByPlatform; ///< a platform without rebuilds is absent
    QMap<QString, QStringList> rebuildsByKernel;
    QMap<QString, int> rebuildCountByKernel;
    QStringList labels; ///< those that hold

    bool operator==(const EvaluationComparison &) const = default;
};

/// The status «Eval Summary»: counts without a token.
struct EvaluationCounts {
    int added = 0;
    int removed = 0;
    int changed = 0;
    int rebuildLinux = 0;
    int rebuildDarwin = 0;
    std::optional<int> removedLinux;
    std::optional<int> removedDarwin;
    std::optional<RunId> run; ///< the run that counted

    bool operator==(const EvaluationCounts &) const = default;
};

/// What the labels `10.rebuild-...` say of one kernel. Up to ten minutes late.
struct RebuildRange {
    int least = 0;
    std::optional<int> most; ///< nothing: no upper end
    bool stdenv = false;

    bool operator==(const RebuildRange &) const = default;
};

/// Whose key is on a commit, as GitHub tells it.
struct Signature {
    enum class Kind { None, OpenPgp, Ssh, Smime };

    Kind kind = Kind::None;
    bool verified = false; ///< GitHub's word; it is not checked here
    QString reason; ///< "valid", "unsigned", "unknown_key", ...
    QString keyId; ///< OpenPGP: 16 hex digits; SSH: SHA256:...; empty when it does not say
    bool byGitHub = false; ///< GitHub's own key (web-flow): made on the web or by the queue, not by a person

    bool operator==(const Signature &) const = default;
};

struct Commit {
    QString sha;
    QString message;
    QString authorName;
    QString author; ///< login; empty when GitHub knows no account
    qint64 authoredAt = 0;
    QString committerName;
    QString committer; ///< login; web-flow: GitHub itself
    qint64 committedAt = 0;
    QStringList parents;
    Signature signature;
    QUrl page;

    bool operator==(const Commit &) const = default;
    [[nodiscard]] QString headline() const { return message.section(u'\n', 0, 0); }
};

/// How the head of a comparison stands to its base.
enum class CompareStatus { Identical, Ahead, Behind, Diverged };

struct Comparison {
    CompareStatus status = CompareStatus::Diverged;
    qint64 aheadBy = 0;
    qint64 behindBy = 0;
    qint64 totalCommits = 0; ///< at most 10 000
    QString base; ///< sha; empty where GitHub leaves it out
    QString mergeBase;
    QList<Commit> commits; ///< one page, oldest first

    bool operator==(const Comparison &) const = default;
};

struct Branch {
    QString name; ///< without refs/heads/
    QString sha;

    bool operator==(const Branch &) const = default;
};

/// One branch's answer to «is it in there?», all of them in one GraphQL request.
struct BranchReach {
    QString branch;
    QString head; ///< sha
    Comparison comparison; ///< of the commit against the branch

    bool operator==(const BranchReach &) const = default;
};

struct TimelineEvent {
    QString kind; ///< labeled, reviewed, merged, added_to_merge_queue, cross-referenced, ...
    QString actor;
    qint64 at = 0;
    QString label; ///< of labeled, unlabeled
    QString commit; ///< of merged, reviewed, committed, referenced
    QString state; ///< of reviewed, in lower case
    std::optional<PullRequestNr> from; ///< of cross-referenced, when it was a pull request
    QString fromTitle;
    bool fromOpen = false;
    qint64 fromMergedAt = 0;
    QUrl fromPage;

    bool operator==(const TimelineEvent &) const = default;
};

struct Backport {
    PullRequestNr number;
    QString title;
    QString branch; ///< as its title says: release-26.05
    bool open = false;
    qint64 mergedAt = 0;
    QUrl page;

    bool operator==(const Backport &) const = default;
};

struct Quota {
    int limit = 0;
    int used = 0;
    int remaining = 0;
    qint64 reset = 0; ///< epoch seconds

    bool operator==(const Quota &) const = default;
};

/// One GraphQL answer instead of five REST ones.
struct PullOverview {
    PullRequest pull;
    QString reviewDecision; ///< APPROVED, CHANGES_REQUESTED, REVIEW_REQUIRED, or empty
    QList<Review> opinions; ///< the latest of each reviewer
    QList<CheckRun> checks;
    QList<CommitStatus> statuses;
    QStringList required; ///< names of checks and contexts that must succeed
    bool complete = true; ///< false: more than 100 checks
    std::optional<Quota> quota;

    bool operator==(const PullOverview &) const = default;
};

// What follows from the values.

/// The latest opinion (approved, changes requested, dismissed) of each user; comments are none.
[[nodiscard]] QList<Review> opinions(const QList<Review> &reviews);

struct Approvals {
    int onHead = 0; ///< of this very head: what the merge bot counts
    int older = 0; ///< of a former one
    int changesRequested = 0;

    bool operator==(const Approvals &) const = default;
};
[[nodiscard]] Approvals approvals(const QList<Review> &reviews, const QString &headSha);

/// The newest of each context, in the order of their newest.
[[nodiscard]] QList<CommitStatus> newestStatuses(const QList<CommitStatus> &statuses);
/// The newest run of each name and app; a build that was asked for again is there twice.
[[nodiscard]] QList<CheckRun> newestChecks(const QList<CheckRun> &checks);

[[nodiscard]] std::optional<EvaluationCounts> evaluationCounts(const QList<CommitStatus> &statuses);
/// The verdict of «no PR failures», which every merge needs; Queued while it is absent.
[[nodiscard]] Verdict requiredVerdict(const QList<CommitStatus> &statuses);
/// The narrowest range that a kernel's labels (linux, darwin) tell; nothing when there is none.
[[nodiscard]] std::optional<RebuildRange> rebuildRange(const QList<Label> &labels, const QString &kernel);

/// «bar, foo on x86_64-linux», the name of a check run of OfBorg's.
struct BuildName {
    QStringList attributes; ///< empty: (unknown attributes), the merge failed
    QString system;

    bool operator==(const BuildName &) const = default;
};
[[nodiscard]] std::optional<BuildName> buildName(const QString &checkName);
/// The group of a job or check: «Eval» of «Eval / compare»; empty when it has none.
[[nodiscard]] QString groupOf(const QString &name);
/// The newest run of the pull request's workflow (named PR, before mid-2025 Eval); null when there is none.
[[nodiscard]] const WorkflowRun *pullRequestRun(const QList<WorkflowRun> &runs);
/// Backports that a timeline names: pull requests whose title begins with «[Backport BRANCH]».
[[nodiscard]] QList<Backport> backportsIn(const QList<TimelineEvent> &timeline);

} // namespace narscope::github
