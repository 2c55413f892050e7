// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "hydra/farmtypes.h"

#include <QList>

#include <array>
#include <optional>

// A Hydra's farm as values: what waits, what runs where, and what stands out. Facts only; the words are the
// window's.

namespace narscope::watch {

/// One look at the queue of one system type.
struct QueuePoint {
    qint64 time = 0; ///< seconds since 1970
    double waiting = 0; ///< steps that could run now and have no slot
    double running = 0;
    std::optional<double> taken{}; ///< steps given to a builder since the series began; only grows

    bool operator==(const QueuePoint &) const = default;
};
using QueuePoints = QList<QueuePoint>; ///< oldest first

/// How well estimates made in the last day came true.
struct PastError {
    int judged = 0; ///< estimates whose outcome is known
    int inBand = 0; ///< of these, the truth lay within the band
    double median = 0; ///< distance of the band's middle from the truth, as a share of the truth

    bool operator==(const PastError &) const = default;
};

/// In how many seconds all that waits now will have been taken.
struct ClearBand {
    qint64 low = 0;
    std::optional<qint64> high{}; ///< nothing: at the slowest recent pace never
    std::optional<PastError> past{};

    bool operator==(const ClearBand &) const = default;
};

enum class WaitKind {
    Nothing, ///< nothing waits
    Unknown, ///< the builders are not known yet
    Busy, ///< every slot is taken
    NoBuilder, ///< no builder for it is or was connected
    BuildersGone, ///< those that could build it are
    NoCapacity, ///< slots are free, but their builders take nothing
    Free, ///< slots are free: it will be taken at the next round
};

/// Why steps of one system wait, as far as the runner tells.
struct WaitReason {
    WaitKind kind = WaitKind::Unknown;
    int slots = 0; ///< of connected builders that could build it
    int busy = 0; ///< of these
    int held = 0; ///< free slots of builders that take nothing now
    QStringList builders{}; ///< those gone, or those that take nothing
    bool shared = false; ///< some of these builders serve other systems too

    bool operator==(const WaitReason &) const = default;
};

struct SystemQueueLine {
    QString system; ///< an old runner's with features: «x86_64-linux:kvm,big-parallel»
    qint64 waiting = 0;
    qint64 running = 0;
    qint64 disabled = 0; ///< steps that only builders now disabled could build
    std::optional<qint64> builds{}; ///< queued builds, those that wait for dependencies too
    std::optional<double> perHour{}; ///< steps taken in the last hour
    std::optional<qint64> usualWait{}; ///< seconds, median
    std::optional<ClearBand> clear{};
    WaitReason why{};
    QueuePoints points{};

    bool operator==(const SystemQueueLine &) const = default;
};

struct JobsetQueueLine {
    JobsetName jobset;
    std::optional<qint64> queued{}; ///< builds
    std::optional<qint64> oldest{}; ///< seconds since 1970
    std::optional<qint64> newest{};
    std::optional<double> timeShare{}; ///< of the builders' time that the runner remembers, 0 to 1
    std::optional<double> entitled{}; ///< by its shares, among the jobsets that have something queued, 0 to 1
    std::optional<int> turn{}; ///< 1: its steps go first when a slot is free

    bool operator==(const JobsetQueueLine &) const = default;
};

/// One look at a builder.
struct BuilderPoint {
    qint64 time = 0;
    std::optional<int> jobs{};
    std::optional<double> done{}; ///< steps since the series began; only grows
    std::optional<double> load{}; ///< over one minute
    std::optional<double> memory{}; ///< used, 0 to 1
    std::optional<double> cpuWait{}; ///< share of time that work waited for it, 0 to 1 (Linux PSI)
    std::optional<double> memoryWait{};
    std::optional<double> ioWait{};
    std::optional<qint64> succeeded{}; ///< as the runner counts: from zero with each connection
    std::optional<qint64> failed{};

    bool operator==(const BuilderPoint &) const = default;
};
using BuilderPoints = QList<BuilderPoint>; ///< oldest first

/// How long steps stay in a state before they leave it.
struct UsualAge {
    qint64 limit = 0; ///< seconds; older is stuck
    int seen = 0; ///< steps that left the state while we looked
    bool measured = false; ///< the limit is their 99th percentile; else a fixed one, as too few were seen

    bool operator==(const UsualAge &) const = default;
};

struct StepLine {
    hydra::RunningStep step;
    QString drvPath{}; ///< whole path, where the runner's list of jobs tells it
    qint64 inState = 0; ///< seconds, at least; `step.seconds` is its whole age
    UsualAge usual{};
    bool isStuck = false;

    bool operator==(const StepLine &) const = default;
};

/// Finished builds of a builder, by what we saw of its counters within a day; before that by the counters
/// themselves.
struct BuilderRecord {
    qint64 succeeded = 0;
    qint64 failed = 0;
    qint64 since = 0; ///< seconds since 1970; 0: since it connected

    [[nodiscard]] qint64 total() const { return succeeded + failed; }
    [[nodiscard]] double failedShare() const { return total() == 0 ? 0 : double(failed) / double(total()); }
    bool operator==(const BuilderRecord &) const = default;
};

struct BuilderLine {
    hydra::Machine machine; ///< of one that is gone: as it was last
    bool isConnected = true;
    bool isKnownWhole = false; ///< not from metrics alone: systems, slots and load are known
    std::optional<qint64> firstSeen{}; ///< by us
    qint64 lastSeen = 0; ///< its latest sign of life
    std::optional<QList<StepLine>> steps{}; ///< nothing: not asked yet

    BuilderPoints points{};
    std::optional<BuilderRecord> record{};
    std::optional<BuilderRecord> own{}; ///< steps of it in our own history

    bool operator==(const BuilderLine &) const = default;
};

enum class TroubleKind {
    RunnerDown, ///< Hydra cannot reach its queue runner
    Stuck, ///< `what`: state; `seconds`: age; `limit`: usual
    Gone, ///< `seconds`: for how long; `count`: steps it had
    Silent, ///< connected, but no sign of life for `seconds`
    Disabled, ///< `seconds`: until when, from now; 0: by hand
    NoCapacity, ///< `what`: "disk", "memory", "cpu", "io", "load"; `value` and `limit`
    Failing, ///< `count` failures in a row, or `value` failed where the others fail `limit`
    NoBuilder, ///< `system` has `count` waiting and nothing that could build them
};

/// What stands out, one thing each.
struct FarmTrouble {
    TroubleKind kind = TroubleKind::Stuck;
    QString builder{};
    QString system{};
    QString what{};
    qint64 seconds = 0;
    double value = 0;
    double limit = 0;
    qint64 count = 0;

    bool operator==(const FarmTrouble &) const = default;
};

enum class FarmEventKind { Left, CameBack, RunnerRestarted, BecameStuck, StoppedTaking };

struct FarmEvent {
    qint64 time = 0;
    FarmEventKind kind = FarmEventKind::Left;
    QString builder{};
    QString what{}; ///< state, or what is short
    qint64 count = 0; ///< steps it had; seconds that it was away

    bool operator==(const FarmEvent &) const = default;
};

enum class FarmSource { Metrics, Runner, Activity, Queue, Past };
inline constexpr size_t farmSources = 5;

/// How the latest attempt to ask one source went.
struct SourceState {
    bool isAsked = false; ///< somebody looks, and it has an address
    qint64 seenAt = 0; ///< 0: never
    std::optional<Problem> problem{};
    bool loading = false; ///< a person waits

    bool operator==(const SourceState &) const = default;
};

/// Numbers of the whole runner.
struct FarmTotals {
    std::optional<qint64> unfinishedBuilds{};
    std::optional<qint64> running{}; ///< steps
    std::optional<qint64> runnable{}; ///< steps that could run now
    std::optional<qint64> dependent{}; ///< steps that wait for other steps
    std::optional<qint64> unsupported{}; ///< steps that no builder can build
    std::optional<qint64> uploads{}; ///< of outputs, still to be made
    std::optional<qint64> overflow{}; ///< copies from the overflow store to the default one, still to be made
    std::optional<int> builders{};
    std::optional<int> buildersInUse{};
    std::optional<double> donePerHour{};
    std::optional<double> uptime{}; ///< seconds

    bool operator==(const FarmTotals &) const = default;
};

struct FarmState {
    std::array<SourceState, farmSources> sources{};
    hydra::QueueRunnerStatus::Reach reach = hydra::QueueRunnerStatus::Reach::Other;
    hydra::QueueRunnerStatus::Form form = hydra::QueueRunnerStatus::Form::None;
    FarmTotals totals{};
    QList<SystemQueueLine> systems{}; ///< most waiting first
    QList<JobsetQueueLine> jobsets{}; ///< most queued first
    QList<BuilderLine> builders{}; ///< by name
    QList<FarmTrouble> troubles{}; ///< worst first
    QList<FarmEvent> events{}; ///< newest first

    [[nodiscard]] const SourceState &of(FarmSource source) const { return sources.at(size_t(source)); }
    [[nodiscard]] SourceState &of(FarmSource source) { return sources.at(size_t(source)); }
    [[nodiscard]] const BuilderLine *builder(const QString &name) const;
    [[nodiscard]] const SystemQueueLine *system(const QString &name) const;
    [[nodiscard]] qint64 seenAt() const; ///< the newest answer; 0: none yet
    bool operator==(const FarmState &) const = default;
};

/// What another place says of the farm in a few lines.
struct FarmSummary {
    struct Line {
        QString system;
        qint64 waiting = 0;
        QList<double> trend{}; ///< 24 values, an hour each, oldest first; NaN where nothing is known
        std::optional<ClearBand> clear{};

        bool operator==(const Line &) const = default;
    };
    QList<Line> systems{}; ///< most waiting first
    std::optional<int> builders{};
    std::optional<int> buildersInUse{};
    std::optional<double> donePerHour{};
    QList<FarmTrouble> troubles{}; ///< worst first
    qint64 seenAt = 0;
    std::optional<Problem> problem{}; ///< why it is not newer

    bool operator==(const FarmSummary &) const = default;
};
[[nodiscard]] FarmSummary summaryOf(const FarmState &state, qint64 now);

} // namespace narscope::watch
