// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/subject.h"
#include "hydra/types.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

// What is remembered, as values. Times are seconds since 1970 (UTC). `server` is the id of a server
// (net::Server::id). Empty text and missing optionals mean that nobody told.

namespace narscope::history {

using hydra::Epoch;

/// One look at a build. What a source does not tell stays as it was known before.
struct BuildSight {
    BuildId id{};
    JobName job{}; ///< may be empty when the build is known already
    QString nixName{};
    QString system{};
    hydra::BuildState state = hydra::BuildState::Unknown;
    /// Whether the source tells a running build from a queued one; Hydra's JSON does not (hydra.md §6.1).
    bool tellsRunning = false;
    qint64 queuedAt = 0;
    Epoch startedAt{};
    Epoch stoppedAt{};
    QString drvPath{};
    QList<hydra::BuildOutput> outputs{};

    bool operator==(const BuildSight &) const = default;
};
[[nodiscard]] BuildSight sightOf(const hydra::Build &build);
[[nodiscard]] BuildSight sightOf(const hydra::BuildDetails &details);
/// A row of a page; `jobset` counts when the row names none.
[[nodiscard]] BuildSight sightOf(const hydra::BuildRow &row, const JobsetName &jobset);

/// A stretch of time in which a build was seen the same.
struct BuildSpell {
    qint64 seenFrom = 0;
    qint64 seenUntil = 0; ///< last confirmed, to ten minutes
    hydra::BuildState state = hydra::BuildState::Unknown;
    Epoch startedAt{};
    Epoch stoppedAt{};
    QString drvPath{};

    bool operator==(const BuildSpell &) const = default;
};

/// All that is known of a build. A finished one that was restarted or repointed has several spells.
struct BuildPast {
    QString server{};
    BuildId id{};
    JobName job{};
    QString nixName{};
    QString system{};
    qint64 queuedAt = 0;
    QList<hydra::BuildOutput> outputs{}; ///< by name
    QList<BuildSpell> spells{}; ///< oldest first, at least one; the last one is how it was last seen

    [[nodiscard]] const BuildSpell &last() const { return spells.last(); }
    bool operator==(const BuildPast &) const = default;
};

struct EvalPast {
    QString server{};
    JobsetName jobset{};
    hydra::EvalSummary summary{}; ///< counts as last seen
    QList<hydra::EvalInput> inputs{}; ///< empty until its page was seen; never changes
    qint64 seenFrom = 0;
    qint64 seenUntil = 0;

    /// The revision of the input called nixpkgs, or of the only one with a revision.
    [[nodiscard]] QString revision() const;
    bool operator==(const EvalPast &) const = default;
};

/// A build as a member of an evaluation.
struct EvalMember {
    BuildPast build{};
    hydra::EvalCategory category = hydra::EvalCategory::Unfinished;

    bool operator==(const EvalMember &) const = default;
};

/// A step, as last seen.
struct StepPast {
    BuildId build{};
    StepNr number{};
    QString machine{};
    QString drvName{}; ///< base name of the derivation or first output
    hydra::BuildState state = hydra::BuildState::Unknown;
    Epoch startedAt{};
    Epoch stoppedAt{};
    std::optional<qint64> durationSeconds{}; ///< where a page tells only that
    std::optional<BuildId> propagatedFrom{};
    qint64 seenFrom = 0;
    qint64 seenUntil = 0;

    bool operator==(const StepPast &) const = default;
};
[[nodiscard]] QList<StepPast> stepsOf(const hydra::BuildDetails &details);
[[nodiscard]] StepPast stepOf(const hydra::RunningStep &step);

/// A machine as last seen, also one that has vanished.
struct MachinePast {
    QString server{};
    hydra::Machine machine{}; ///< as last seen, without `load` and `jobs`
    qint64 seenFrom = 0;
    qint64 seenUntil = 0;

    bool operator==(const MachinePast &) const = default;
};

/// What our own history counts of a machine's steps.
struct MachineTally {
    QString machine{};
    qint64 succeeded = 0;
    qint64 failed = 0;
    qint64 other = 0; ///< running, aborted, cancelled

    bool operator==(const MachineTally &) const = default;
};

/// Where a channel pointed, seen one way, over a stretch of time.
struct ChannelSpell {
    QString channel{}; ///< «nixos-unstable»
    QString view{}; ///< who told: "cdn", "s3", "git", "prometheus"
    QString revision{}; ///< full sha
    QString release{}; ///< «nixos-26.05pre851234.c8f3a9d1b2e4»
    Epoch movedAt{}; ///< when the source says it moved
    qint64 seenFrom = 0;
    qint64 seenUntil = 0;

    bool operator==(const ChannelSpell &) const = default;
};

/// One number of one series at one time: «queue/runnable/x86_64-linux», «machine/NAME/load1». Who samples
/// chooses the names; a name begins with its kind and a slash.
struct Sample {
    QString series{};
    double value = 0;

    bool operator==(const Sample &) const = default;
};
struct SamplePoint {
    qint64 time = 0;
    double value = 0; ///< the mean where points were joined
    double least = 0;
    double most = 0;

    bool operator==(const SamplePoint &) const = default;
};

struct LogOpened {
    QString server{};
    BuildId build{}; ///< 0: not a build's
    QString drv{}; ///< derivation or file
    QString title{};
    QString source{}; ///< who answered
    hydra::BuildState state = hydra::BuildState::Unknown;
    qint64 time = 0;

    bool operator==(const LogOpened &) const = default;
};

/// What a check of a store path found; the report is the evidence.
struct Verification {
    QString path{};
    qint64 time = 0;
    QString verdict{}; ///< the report's own word
    QByteArray report{}; ///< JSON, whole

    bool operator==(const Verification &) const = default;
};

/// An answer that never changes: a pull request's merge commit, a commit's pull requests, a commit's date.
struct Fact {
    QString subject{}; ///< «NixOS/nixpkgs#412345», a commit, a store path
    QString claim{}; ///< «merge-commit», «pull-request», «committed-at»
    QString object{};
    QString source{}; ///< the URL that said so
    qint64 time = 0;
    QByteArray digest{}; ///< SHA-256 of the response, 32 bytes

    bool operator==(const Fact &) const = default;
};

/// Requests sent to a host in one hour.
struct RequestCount {
    QString server{}; ///< server id
    QString host{};
    qint64 hour = 0; ///< hours since 1970
    int requests = 0;
    int failures = 0;
    qint64 bytes = 0; ///< of bodies, after decoding

    bool operator==(const RequestCount &) const = default;
};

/// Something a person has done with a subject: seen at a state, acknowledged. One value a subject and name.
struct Mark {
    QString subject{}; ///< see subjectKey, or any other stable word
    QString name{}; ///< «seen», «looked-at»
    QString value{};
    qint64 time = 0;

    bool operator==(const Mark &) const = default;
};

/// The last good answer to a question, so that a view can begin with it. The writer of a kind owns its form.
struct Document {
    QString server{};
    QString kind{}; ///< «evals», «jobset»
    QString key{}; ///< «nixpkgs:unstable», «1824917»
    QByteArray body{};
    qint64 seenAt = 0;

    bool operator==(const Document &) const = default;
};

/// Something that happened, for «what changed since».
struct Event {
    enum class Kind { Evaluation, Build, Channel };
    Kind kind = Kind::Evaluation;
    qint64 time = 0; ///< when it was first seen
    Subject subject{}; ///< of a channel: kind Channel
    QString before{}; ///< state key or revision before; empty: nothing was known
    QString after{};

    bool operator==(const Event &) const = default;
};

/// The last value of a series before some time.
struct SeriesValue {
    QString series{};
    qint64 time = 0;
    double value = 0;

    bool operator==(const SeriesValue &) const = default;
};

/// How it looked at some moment: of each thing what was last seen before it.
struct Moment {
    qint64 time = 0;
    QList<ChannelSpell> channels{}; ///< one of each channel and view; its seenUntil may lie before the moment
    QList<EvalPast> evals{}; ///< the newest of each jobset; counts as they were seen last of all
    QList<SeriesValue> values{}; ///< by series; none older than an hour

    [[nodiscard]] bool isEmpty() const { return channels.isEmpty() && evals.isEmpty() && values.isEmpty(); }
    bool operator==(const Moment &) const = default;
};

/// How long things are kept, in days; 0: for good.
struct Retention {
    int builds = 730;
    int steps = 180;
    int samples = 90; ///< after a week one an hour is kept
    int documents = 60;
    int logs = 365;
    int verifications = 0;
    int requests = 400;
    qint64 largest = 4LL << 30; ///< bytes; the oldest builds go first. 0: no limit

    bool operator==(const Retention &) const = default;
};

struct KindSize {
    QString kind{}; ///< «builds», «samples»
    qint64 rows = 0;
    qint64 bytes = 0; ///< with its indexes; -1: this SQLite cannot tell
    Epoch oldest{};

    bool operator==(const KindSize &) const = default;
};
struct HistorySize {
    QString file{};
    qint64 bytes = 0; ///< with the write-ahead log
    QList<KindSize> kinds{};
};

/// A stable name of a subject: «build:hydra.nixos.org:309998812», «path:/nix/store/…».
[[nodiscard]] QString subjectKey(const Subject &subject);

} // namespace narscope::history
