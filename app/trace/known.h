// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channels/client.h"
#include "github/branchgraph.h"
#include "github/containment.h"
#include "github/types.h"
#include "hydra/types.h"
#include "nix/ladder.h"
#include "trace/types.h"

#include <QHash>
#include <QMap>

#include <deque>

// What a trace has learnt so far, as the sources said it. Flows fill it, picture.h makes the trace of it.
// Private to app/trace.

namespace narscope::trace {

/// One question and what came of it.
template <typename T> struct Look {
    std::optional<T> value; ///< the last good answer
    qint64 at = 0; ///< when it came
    QList<QByteArray> answers; ///< digests of what it rests on
    QUrl source;
    std::optional<Problem> problem; ///< of the last try
    bool tooDear = false; ///< not asked: the round's requests are spent

    explicit operator bool() const { return value.has_value(); }
    [[nodiscard]] T value_or(T other) const { return value.value_or(std::move(other)); }
    const T &operator*() const { return *value; }
    const T *operator->() const { return &*value; }
};

/// How long a job's builds took from their queueing to their end, in Narscope's own history.
struct UsualTime {
    qint64 least = 0; ///< seconds; a fifth were quicker
    qint64 most = 0; ///< a fifth were slower
    qint64 queuedAt = 0; ///< of the build that is waited for; 0: not known
};

/// An evaluation of a jobset's list.
struct EvalAt {
    EvalId id;
    qint64 time = 0; ///< its end
    QString revision; ///< of nixpkgs; empty when the page does not reach back to where it was set
    int scheduled = 0;
    bool hasErrors = false;

    bool operator==(const EvalAt &) const = default;
};

/// The evaluation in which a commit was found.
struct FoundEval {
    EvalAt eval;
    bool isFirst = true; ///< false: an earlier one may have it too
    QList<QByteArray> answers; ///< that its revision has the commit
    QUrl source;
    QString how;
    bool byHashes = false; ///< by a clone on this machine
    bool byOrder = false; ///< concluded from its place among other evaluations of the branch
    qint64 at = 0; ///< when it was found
};

struct KnownPath {
    QString output;
    QString path;
    Look<nix::PathReport> report;
};

struct KnownBuild {
    QString attr;
    QString system;
    JobsetName jobset;
    hydra::BuildRow row;
    Look<hydra::Build> build; ///< of one that made outputs
    Look<hydra::BuildDetails> details; ///< of one that failed
    QList<KnownPath> paths;
    KnownPath ofFailed; ///< the main output of one that failed, looked for when a person wants everything
    std::optional<UsualTime> usual; ///< of its job
    std::optional<qint64> waiting; ///< steps that wait for a machine of its system, when it is queued
    QString formerDrv; ///< the derivation it had before, when Hydra has changed it
};

/// A jobset that evaluates a branch.
struct KnownJobset {
    JobsetName name;
    QString branch;
    QString prefix; ///< of packages' jobs: "nixpkgs." in the jobsets of nixos
    QStringList systems; ///< looked for here; empty: all
    bool builds = false; ///< its builds are followed; else it only gates a channel
    Look<QList<EvalAt>> evals; ///< newest first
    std::optional<FoundEval> found;
    int round = 0; ///< in which `evals` was asked last
    bool searched = false; ///< all that was seen was asked about
    QHash<qint64, qint64> finishedSince; ///< by evaluation: when it was first seen with nothing unfinished
    QHash<QString, bool> answered; ///< by revision: what was asked about
    QMap<QString, Look<hydra::EvalJobs>> jobs; ///< by attribute, of the evaluation found
    Look<hydra::EvalErrors> errors;
};

struct KnownBranch {
    QString name;
    Look<github::Containing> contained;
    QString impliedBy; ///< a branch further down that has it
    bool byHashes = false; ///< a clone on this machine says so
    QString carrier; ///< the merge that brought it, which only a clone can tell; empty: not known
};

struct KnownChannel {
    github::ChannelBranch channel;
    std::optional<channels::ChannelState> state;
    std::optional<channels::GateState> gate;
    QString askedFor; ///< the revision that `contained` is about
    Look<github::Containing> contained;
    bool byHashes = false; ///< a clone on this machine says that it has the commit
    bool olderThanChange = false; ///< published before the change was merged: it cannot have it
    Look<channels::Pointer> pointer;
    Look<channels::ReleaseIndex> index;
    Look<hydra::JobPage> gatePage;
    Look<hydra::BuildDetails> gateBuild;
    std::optional<UsualTime> usual; ///< of the gate's job
};

/// The way of one pull request.
struct KnownPull {
    TrackId id;
    TrackKind kind = TrackKind::PullRequest;
    TrackId parent;
    PullRequestNr number;
    Look<github::PullRequest> pull;
    Look<QList<github::TimelineEvent>> timeline;
    Look<QList<github::CommitStatus>> statuses;
    QString statusesOf; ///< head
    Look<QList<github::CheckRun>> checks;
    Look<github::Commit> commit; ///< of the merge
    Look<github::EvaluationComparison> comparison; ///< needs a token
    QStringList attrs;
    Grade attrsGrade = Grade::Local;
    QString attrsSource;
    QList<KnownBranch> branches; ///< development branches, base first
    QList<KnownJobset> jobsets;
    QList<KnownBuild> builds;
    QList<KnownChannel> channels;
    QString noBackport; ///< a branch that a label asks for and no backport was found for

    [[nodiscard]] bool isMerged() const { return pull && pull->state == github::PullState::Merged; }
    [[nodiscard]] QString commitSha() const { return isMerged() ? pull->mergeCommit : QString(); }
};

/// What all tracks of a trace share.
struct KnownForward {
    QString repository;
    QString hydra; ///< id of the server
    std::deque<KnownPull> pulls; ///< backports after what they are of; places stay while it grows
    Look<QList<channels::Sample>> states;
    Look<QList<channels::Sample>> gates;
    Look<QList<github::Branch>> heads; ///< of channel branches
    Look<QList<channels::Sample>> queues; ///< steps that wait, by system
};

/// This machine's system.
struct LocalSystem {
    QString path; ///< of /run/current-system
    QString version; ///< "26.05.4193.a50de1b7d8a5"
    QString revision; ///< 40 hex digits; empty when the system does not know it
    QString generation; ///< «system-42-link»; empty when no profile leads to it
    QList<QByteArray> answers;
};

/// A commit in an evaluation's window that may be the change.
struct KnownTouch {
    QString sha;
    QString headline;
    PullRequestNr number; ///< 0: not known
    bool byMessage = false; ///< the number stands in the message
    Look<QList<github::PullRequest>> pulls;
};

struct KnownBackward {
    QString hydra; ///< id of the server
    QString repository;
    Subject start;
    QString path;
    QString hashPart;
    std::optional<LocalSystem> system;
    std::optional<Problem> noSystem; ///< why there is none, when it was asked for
    QString image; ///< file name of an ISO
    QString channel; ///< that the trace begins with
    QString folder; ///< of a release
    Look<channels::Pointer> pointer; ///< of the channel
    Look<channels::BucketPage> releases; ///< of the channel, those before too
    Look<channels::ReleaseIndex> lastIndex; ///< of the release before
    std::optional<JobName> gate; ///< of the channel
    Look<hydra::Build> gateBuild; ///< in the release's evaluation
    Look<nix::PathReport> report;
    QString drv; ///< whole path, as the narinfo or Hydra has it
    QString foundBy; ///< how the build was found, for people
    bool byOwnIndex = false;
    bool needsSearch = false; ///< only a search on Hydra could find the build
    Look<hydra::Build> build;
    EvalId eval;
    Look<hydra::EvalHeader> header;
    Look<channels::ReleaseIndex> index;
    QString attr;
    QString platform;
    QString revision;
    QString before; ///< revision of the evaluation before
    Look<github::Comparison> window;
    QList<KnownTouch> touches;
};

} // namespace narscope::trace
