// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/subject.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUrl>

#include <optional>

// The way of a change from its pull request to the machines of its users, as values. Times are seconds since
// 1970 (UTC). Ids stay the same from one value of a trace to the next, so a view can compare two by identity.
// Texts of servers in it are hostile: show them as plain text.

namespace narscope::trace {

/// How well one hop is proved, strongest first (distribution.md §3). Never summed up for a whole trace.
enum class Grade {
    HashLinked, ///< follows from hashes that anybody can compute again
    Signed, ///< somebody's key signed exactly this
    AssertedOverTls, ///< a named host says so
    Local, ///< this machine says so, or Narscope concludes it from what others said
    Gap, ///< nobody vouches for it
};

/// Top to bottom, as they are drawn.
enum class Lane { PullRequest, Branch, Evaluation, Build, Cache, Channel };

/// What a stop stands for; within a lane from left to right.
enum class StopKind {
    Opened,
    Checks,
    Approved,
    Merged,
    InBranch, ///< the commit is in this branch
    Evaluated, ///< the first evaluation of a jobset that has the commit
    Built, ///< one job of that evaluation
    Signed, ///< an output's narinfo is in the cache, and its signature holds
    Contents, ///< the NAR served is the one signed
    Gate, ///< the job that lets the channel move
    ChannelBranch, ///< the channel's git branch has the commit
    Served, ///< the channel serves a release with the commit
    Image, ///< an ISO of that release
    Start, ///< where a backward trace begins: a path, a file, this system
};

enum class StopState {
    Reached,
    Running, ///< somebody works on it now
    Waiting,
    Failed,
    NotNeeded, ///< will never be, and nothing is wrong: the excuse says why
    NotTried, ///< Narscope has not looked: the excuse says what it would take
    Unknown, ///< Narscope looked and could not find out: the excuse says why
};

/// What a hop says. Words are stable: bundles and JSON carry them.
enum class Claim {
    CheckedAs, ///< checks of this head ended so
    ApprovedBy,
    MergedAs, ///< this pull request is this commit
    ContainedIn, ///< commit in branch
    EvaluatedIn, ///< the revision evaluated has the commit
    BuiltAs, ///< the evaluation's job is this build
    OutputOf, ///< this path is an output of this build
    SignedAs, ///< the cache's key signed this path's contents
    HasContents, ///< the NAR served has the signed hash
    GatedBy, ///< the channel moves by this job
    ReleasedAs, ///< the channel's release comes from this evaluation and revision
    ServedAs, ///< users of the channel get this release
    ImageOf, ///< this image is part of the release
    DerivedFrom, ///< this path comes from this derivation
    FoundOn, ///< this machine has it
    TouchedBy, ///< this pull request changed the attribute in the evaluation's window
};

using TrackId = QString; ///< «pr/533911», «back»
using StopId = QString; ///< «pr/533911/built/hello/x86_64-linux»
using HopId = QString; ///< «FROM>TO»

/// One exact answer of a server or a local file that hops rest on. Compared without its body: the digest
/// stands for it.
struct Answer {
    QByteArray sha256; ///< of the body, base 16
    QUrl url; ///< as asked
    QUrl finalUrl; ///< after redirects
    qint64 at = 0;
    int status = 0; ///< HTTP; 0: local
    QByteArray contentType;
    QByteArray location; ///< of a redirect that is the answer itself
    QByteArray node; ///< the CDN's own word for which of its nodes answered; empty when it said none
    qint64 size = 0;
    QByteArray body; ///< empty when `size` is more than a trace keeps (maxKeptBody)

    friend bool operator==(const Answer &a, const Answer &b)
    {
        return a.sha256 == b.sha256 && a.url == b.url && a.at == b.at && a.status == b.status
            && a.location == b.location;
    }
};
inline constexpr qint64 maxKeptBody = 4 * 1024 * 1024;

/// One named thing that a hop's evidence says.
struct Field {
    QString name; ///< «NarHash»
    QString value;

    bool operator==(const Field &) const = default;
};

struct Hop {
    HopId id;
    StopId from; ///< empty: the track begins here
    StopId to;
    Claim claim = Claim::ContainedIn;
    QString subject; ///< of the claim: «#533911», a commit, a path
    QString object;
    std::optional<Grade> grade; ///< none: not reached
    QString sentence; ///< what was proved, and by whom
    QString caveat; ///< what was not; may be empty
    QList<Field> covered; ///< by the hash or the signature
    QList<Field> claimed; ///< said beside it, not covered
    QList<QByteArray> answers; ///< Answer::sha256, those that the claim rests on
    QUrl source; ///< where a person looks; https
    qint64 at = 0; ///< when it was seen
    QString stronger; ///< what would give a better grade; may be empty
    QString command; ///< that checks it by hand in a shell; may be empty

    bool operator==(const Hop &) const = default;
};

struct Stop {
    StopId id;
    TrackId track;
    Lane lane = Lane::PullRequest;
    StopKind kind = StopKind::Opened;
    StopState state = StopState::Unknown;
    QString name; ///< «master», «nixos:unstable», «x86_64-linux», «nixos-unstable»
    QString attr; ///< of Built, Signed, Contents
    QString system; ///< of Built, Signed, Contents, Image
    QString output; ///< of Signed, Contents: «out»
    QString text; ///< short, beside the stop: «41 of 41», «309998812», «failed», a path
    std::optional<Subject> subject; ///< what opens
    std::optional<qint64> at; ///< when it was reached or failed, where that is known
    std::optional<qint64> seconds; ///< how long it took, of a build

    bool operator==(const Stop &) const = default;
};

/// Why a stop is not reached.
enum class ExcuseKind {
    NotMerged, ///< still open
    MergeConflict,
    ChecksPending,
    ChecksFailed,
    NeedsReview,
    InMergeQueue,
    Closed, ///< without being merged
    Draft,
    BranchNotMergedYet, ///< «staging-next has not been merged into master»
    NotEvaluatedYet,
    JobMissing, ///< the evaluation has no such job
    EvaluationFailed,
    Queued,
    Building,
    BuildFailed,
    DependencyFailed,
    NotBuilt, ///< so there is nothing to sign
    NotInCache,
    BadInCache, ///< it is there and wrong
    GateFailed,
    GateUnfinished,
    EvaluationUnfinished, ///< the gate is green, other jobs of the evaluation are not finished
    UpdateDue, ///< gate green, evaluation finished: the updater has not run yet
    NoSuchThere, ///< there is no such thing: no backport, no image in this channel
    NotAsked, ///< it would cost a request more than the trace may spend
    NotFoundOut, ///< a problem, or an answer that does not tell
};

/// Earliest and latest, both since 1970; from our own history, or from how often a thing happens.
struct Band {
    qint64 from = 0;
    qint64 to = 0;
    bool fromHistory = false; ///< of what Narscope itself saw; else of the pipeline's published rhythm

    bool operator==(const Band &) const = default;
};

struct Blocker {
    QString name; ///< «nixos.tests.openssh.x86_64-linux»
    QString cause; ///< «a dependency failed»; may be empty
    std::optional<Subject> subject;

    bool operator==(const Blocker &) const = default;
};

struct Excuse {
    StopId stop;
    ExcuseKind kind = ExcuseKind::NotFoundOut;
    QString what; ///< the stop, for people: «nixos-unstable», «hello on x86_64-linux»
    QString waitsFor; ///< «the next evaluation of nixos:unstable»
    std::optional<qint64> since;
    std::optional<Band> likely;
    QList<Blocker> blockers; ///< the first few
    qint64 blocking = 0; ///< how many in all
    qint64 remaining = 0; ///< unfinished builds, waiting steps, place in a queue, by kind
    QString advice; ///< what one can do; may be empty
    std::optional<Problem> problem;

    bool operator==(const Excuse &) const = default;
};
/// «nixos-unstable waits 11 h for nixos.tests.openssh, which fails.» One sentence, ends with a full stop.
[[nodiscard]] QString sentence(const Excuse &excuse, qint64 now);

enum class FindingKind {
    FailedButInCache,
    SucceededButMissing,
    GateGreenChannelStill,
    ChannelBeyondTimeout,
    DerivationRepointed,
    PointersDisagree,
    WrongNar, ///< the NAR is not the signed one
    BadSignature,
    OutputsDisagree, ///< Hydra's and the cache's word about a path differ
    Reverted, ///< another pull request took the change back
};

/// Two sources that contradict each other, or something that should not be.
struct Finding {
    QString id;
    FindingKind kind = FindingKind::PointersDisagree;
    StopId stop;
    QString sentence; ///< what contradicts what
    QString advice;
    QList<QByteArray> answers; ///< Answer::sha256
    std::optional<Subject> subject;

    bool operator==(const Finding &) const = default;
};

enum class TrackKind { PullRequest, Backport, Backward };

/// One line of the picture: a pull request's own way, a backport's, or a way back.
struct Track {
    TrackId id;
    TrackKind kind = TrackKind::PullRequest;
    TrackId parent; ///< of a backport
    qint64 pullRequest = 0; ///< 0: not known (a way back that has not arrived)
    QString repository; ///< «NixOS/nixpkgs»
    QString title;
    QString author;
    QString base; ///< branch
    QString mergeCommit; ///< 40 hex digits; empty: not merged
    std::optional<qint64> openedAt;
    std::optional<qint64> mergedAt;
    QStringList attrs;
    Grade attrsGrade = Grade::Local; ///< AssertedOverTls: GitHub's evaluation names them; Local: given or guessed
    QString attrsSource; ///< «guessed from the changed files»

    bool operator==(const Track &) const = default;
};

/// What a trace has cost one host.
struct Spent {
    QString host;
    int requests = 0; ///< since the trace began
    int lastRound = 0; ///< in the first round or the latest refresh

    bool operator==(const Spent &) const = default;
};

enum class Direction { Forward, Backward };

/// All that is known of one question. Flat; ids join it.
struct Trace {
    quint64 run = 0; ///< chosen by who asks
    QString asked; ///< as given
    Subject start;
    Direction direction = Direction::Forward;
    int round = 0; ///< 0: the first; each refresh adds one
    bool isRunning = false; ///< more will come in this round
    qint64 startedAt = 0;
    qint64 changedAt = 0;
    QList<Track> tracks;
    QList<Stop> stops; ///< by lane, then as they are to be drawn
    QList<Hop> hops;
    QList<Excuse> excuses; ///< exactly one for each stop that is not reached
    QList<Finding> findings;
    QList<Answer> answers;
    QList<Spent> spent;
    QList<Problem> problems; ///< what could not be asked

    bool operator==(const Trace &) const = default;

    [[nodiscard]] const Track *track(const TrackId &id) const;
    [[nodiscard]] const Stop *stop(const StopId &id) const;
    [[nodiscard]] const Excuse *excuse(const StopId &id) const;
    [[nodiscard]] const Answer *answer(const QByteArray &sha256) const;
    /// Hops that end there.
    [[nodiscard]] QList<Hop> into(const StopId &id) const;
    /// Reached hops of a grade: never summed up.
    [[nodiscard]] int reached(Grade grade) const;
    /// Whether a refresh could change anything.
    [[nodiscard]] bool isOpen() const;
};

/// «In nixpkgs-unstable since yesterday; not yet in nixos-unstable.»
[[nodiscard]] QString headline(const Trace &trace, qint64 now);

/// Stable words for JSON and bundles: "hash-linked", "pull-request", "in-branch", ...
[[nodiscard]] QString word(Grade grade);
[[nodiscard]] QString word(Lane lane);
[[nodiscard]] QString word(StopKind kind);
[[nodiscard]] QString word(StopState state);
[[nodiscard]] QString word(Claim claim);
[[nodiscard]] QString word(ExcuseKind kind);
[[nodiscard]] QString word(FindingKind kind);
[[nodiscard]] QString word(TrackKind kind);
[[nodiscard]] QString word(Direction direction);
/// For people: «hash-linked», «signed», «asserted over TLS», «local», «gap».
[[nodiscard]] QString title(Grade grade);
[[nodiscard]] QString title(Lane lane);
[[nodiscard]] QString title(StopKind kind); ///< the column's word: «built», «signed», «gate»

} // namespace narscope::trace
