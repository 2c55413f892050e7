// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channels/channelmap.h"
#include "channels/client.h"
#include "watch/change.h"
#include "watch/farmstate.h"

#include <array>

// What is known of one channel and of the job that gates it. Facts only, each with when it was seen.

namespace narscope::watch {

using channels::Epoch;

/// Who says where a channel points; independent of one another.
enum class PointerView { Cdn, S3, Git, Prometheus };
inline constexpr size_t pointerViews = 4;
/// "cdn", "s3", "git", "prometheus".
[[nodiscard]] QString word(PointerView view);

struct Pointing {
    QString release; ///< empty for those that tell the revision alone
    QString revision; ///< 40 hex digits; empty for those that tell the release alone
    QString folder; ///< below the releases' address
    Epoch movedAt; ///< where the view tells it
    QString servedBy; ///< the CDN's nodes

    /// Whether both name the same commit, as far as they tell; nothing when that cannot be said.
    [[nodiscard]] std::optional<bool> agreesWith(const Pointing &other) const;
    bool operator==(const Pointing &) const = default;
};

/// The gate job in one evaluation.
struct GateAt {
    EvalId eval;
    QString revision; ///< of nixpkgs; empty when the page did not tell
    BuildId build; ///< 0: the evaluation has no such job
    hydra::BuildState state = hydra::BuildState::Unknown;
    Epoch finishedAt;

    [[nodiscard]] bool isDecided() const { return build.value == 0 || hydra::isFinished(state); }
    [[nodiscard]] bool isGreen() const { return state == hydra::BuildState::Succeeded; }
    bool operator==(const GateAt &) const = default;
};

/// What stands behind a failed job.
struct GateCause {
    QString name; ///< of what failed: «openssh-10.3p1»
    BuildId build; ///< where its log is
    hydra::BuildState state = hydra::BuildState::Unknown;
    QString status; ///< as Hydra writes it

    bool operator==(const GateCause &) const = default;
};

/// A job that the gate needs and that fails.
struct Blocker {
    QString job;
    BuildId build;
    hydra::BuildState state = hydra::BuildState::Unknown;
    std::optional<GateCause> cause; ///< nothing: not looked at

    bool operator==(const Blocker &) const = default;
};

/// A commit between the last good evaluation and the first bad one.
struct WindowCommit {
    QString sha;
    QString headline;
    std::optional<PullRequestNr> pullRequest; ///< as its headline tells
    bool isSuspect = false; ///< its headline names the cause

    bool operator==(const WindowCommit &) const = default;
};
struct CommitWindow {
    QString from; ///< revision of the last good evaluation
    QString to; ///< of the first bad one
    qint64 total = 0;
    QList<WindowCommit> commits; ///< as many as were asked for, oldest first

    bool operator==(const CommitWindow &) const = default;
};

/// Why the gate fails in its newest decided evaluation.
struct GateTrouble {
    EvalId eval;
    BuildId gate;
    int constituents = 0;
    QList<Blocker> blockers; ///< those that fail by themselves first
    EvalId firstBad; ///< of the unbroken row of failures up to `eval`
    bool firstBadIsSure = false; ///< false: evaluations before it were not looked at
    EvalId lastGood; ///< 0: not known
    std::optional<CommitWindow> window;

    bool operator==(const GateTrouble &) const = default;
};

/// The gate job over time, as Prometheus remembers it.
struct GateDay {
    qint64 begins = 0; ///< midnight UTC
    int failed = 0; ///< hours
    int known = 0; ///< hours with a value

    bool operator==(const GateDay &) const = default;
};

struct ChannelFacts {
    channels::Channel channel;
    std::array<Seen<Pointing>, pointerViews> views;
    Epoch disagreeSince; ///< since when we see the views disagree
    Seen<channels::ReleaseIndex> release; ///< of the folder that the CDN names
    Seen<bool> gateFailed; ///< Prometheus: its last finished build
    Seen<QString> unit; ///< state of the unit that publishes: "active", "failed", ...
    QList<qint64> moves; ///< when it moved, oldest first, as Prometheus remembers 30 days
    QList<GateDay> days; ///< oldest first; the last is today
    Seen<hydra::JobsetOverview> jobset; ///< that gates it
    Seen<hydra::Jobset> errors; ///< of it; asked for when nothing newer was evaluated
    Seen<EvalList> evals; ///< of it
    QList<GateAt> gates; ///< newest first; of evaluations newer than the release's, as far as asked for
    std::optional<GateTrouble> trouble;
    QueuePoints left; ///< builds of the newest evaluation: unfinished and finished ones
    EvalId leftOf;

    [[nodiscard]] const Seen<Pointing> &view(PointerView which) const { return views.at(size_t(which)); }
    [[nodiscard]] Seen<Pointing> &view(PointerView which) { return views.at(size_t(which)); }
    /// The first view that tells something: CDN, S3, Prometheus, git.
    [[nodiscard]] const Seen<Pointing> *pointing() const;
    /// The newest that any source tells.
    [[nodiscard]] Epoch movedAt() const;
    /// The evaluation that the release was made of; 0: not known.
    [[nodiscard]] EvalId releasedEval() const;
    /// Newer than the release's, newest first.
    [[nodiscard]] QList<hydra::EvalSummary> newerEvals() const;
    /// The median pause between two moves; nothing with fewer than three moves.
    [[nodiscard]] std::optional<qint64> usualPause() const;
    [[nodiscard]] const GateAt *gateOf(EvalId eval) const;
};

/// Views that name another commit than the CDN's (or than the first that is known).
[[nodiscard]] QList<PointerView> disagreeing(const ChannelFacts &facts);

} // namespace narscope::watch
