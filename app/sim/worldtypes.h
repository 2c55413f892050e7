// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "sim/recipes.h"
#include "sim/source.h"

#include <QByteArray>
#include <QList>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

// What the simulated services tell, as values. Times are epoch seconds of the simulator's clock; 0: not (yet).

namespace narscope::sim {

/// A place in World::jobsets().
enum class JobsetIndex : quint16 { };
/// A place in a jobset's list of jobs, the same in all its evaluations.
enum class JobIndex : quint32 { };
/// A place in World::machines().
enum class MachineIndex : quint16 { };
/// A place in World::channels().
enum class ChannelIndex : quint16 { };

struct ProjectFacts {
    QByteArray name;
    QByteArray displayName;
    QByteArray description;
    QByteArray homepage;
    QByteArray owner;
    bool enabled = true;
    bool hidden = false;
};

/// A configured input of a jobset.
struct InputFacts {
    QByteArray name;
    QByteArray type; ///< "git", "boolean", "nix", "string"
    QByteArray value;
};

struct JobsetFacts {
    QByteArray project;
    QByteArray name;
    QByteArray formerName; ///< in the same project; requests for it are answered by a redirect. Mostly empty
    QByteArray description;
    int enabled = 1; ///< Hydra's 0 disabled, 1 enabled, 2 one-shot, 3 one at a time
    bool visible = true;
    QByteArray flake; ///< flake reference; empty: a legacy jobset
    QByteArray exprInput;
    QByteArray exprPath;
    QByteArray branch; ///< of nixpkgs; empty: its sources are another repository's
    QByteArray repository; ///< "https://github.com/NixOS/nixpkgs.git"
    QByteArray jobPrefix; ///< "nixpkgs." in the jobsets of nixos
    int checkInterval = 0; ///< seconds
    int shares = 0;
    int keep = 0;
    QByteArray fetchError; ///< its repository or branch cannot be fetched
    QList<InputFacts> inputs;
};

/// Where a jobset's evaluator is now.
struct JobsetTimes {
    qint64 lastChecked = 0;
    qint64 triggered = 0; ///< an evaluation waits since then
    qint64 started = 0; ///< an evaluation runs since then
    qint64 errorTime = 0;
};

struct EvaluationInput {
    QByteArray name;
    QByteArray type;
    QByteArray value; ///< of those that are no sources
    QByteArray uri;
    QByteArray revision; ///< 40 hex digits
    QByteArray storePath;
};

/// An evaluation that has ended. Nothing in it changes any more.
struct Evaluation {
    EvalId id;
    JobsetIndex jobset{};
    CommitIndex commit = CommitIndex::None; ///< of nixpkgs
    QByteArray revision; ///< of the jobset's own repository, which for most is nixpkgs
    qint64 time = 0; ///< its end: Hydra's timestamp
    int checkoutSeconds = 0;
    int evalSeconds = 0;
    std::vector<quint32> builds; ///< by JobIndex: World::buildAt()'s number; 0: the job is missing here
};

struct Counts {
    int succeeded = 0;
    int failed = 0; ///< finished in any other way
    int scheduled = 0;
    [[nodiscard]] int total() const { return succeeded + failed + scheduled; }
};

struct BuildFacts {
    enum class Phase { Queued, Running, Finished };
    BuildId id;
    JobsetIndex jobset{};
    JobIndex job{};
    Drv drv;
    Phase phase = Phase::Queued;
    int status = 0; ///< Hydra's code (hydra.md 6.1) once finished
    qint64 queuedAt = 0;
    qint64 startedAt = 0;
    qint64 stoppedAt = 0;
    BuildId cachedFrom; ///< 0: it was really built; else the build that did it
    BuildId cause; ///< 0: none; else the build of the dependency that failed first
    std::optional<MachineIndex> machine; ///< of its own step; none while queued and when nothing ran
    [[nodiscard]] bool finished() const { return phase == Phase::Finished; }
    [[nodiscard]] bool succeeded() const { return finished() && status == 0; }
};

struct ProductFacts {
    QByteArray type; ///< "nix-build", "file", "doc", "report"
    QByteArray subtype; ///< "iso", "manual", ...
    QByteArray name;
    QByteArray path;
    QByteArray defaultPath;
    std::optional<qint64> size;
    QByteArray sha256; ///< base 16
};

struct MetricFacts {
    QByteArray name;
    double value = 0;
    QByteArray unit;
};

/// Hydra's numbers for what a busy step does.
enum class Busy {
    No = 0,
    Preparing = 1,
    Connecting = 10,
    SendingInputs = 20,
    Building = 30,
    Waiting = 35,
    Receiving = 40,
    Post = 50
};

struct StepFacts {
    BuildId build;
    StepNr number;
    Drv drv;
    bool substitution = false;
    Busy busy = Busy::No;
    std::optional<int> status; ///< Hydra's code; none while busy
    std::optional<MachineIndex> machine;
    qint64 startedAt = 0;
    qint64 stoppedAt = 0;
    BuildId propagatedFrom; ///< 0: it ran here
    QByteArray errorMessage; ///< of an aborted one
    bool hasLog = false;
};

struct MachineFacts {
    QByteArray host; ///< "elated-minsky.builder.nixos.org"
    std::vector<System> systems;
    QList<QByteArray> features; ///< the mandatory ones too
    QList<QByteArray> mandatoryFeatures;
    int maxJobs = 1;
    double speed = 1;
    int cpus = 1;
    qint64 memory = 0; ///< bytes
    double score = 0;
    QByteArray nixVersion;
};

/// How a machine is now.
struct MachineLoadFacts {
    double load1 = 0;
    double load5 = 0;
    double load15 = 0;
    qint64 memoryUsed = 0;
    double cpuPressure = 0; ///< percent over 10 s
    double ioPressure = 0;
    double storeFreePercent = 0;
    int currentJobs = 0;
    qint64 stepsDone = 0;
    qint64 succeeded = 0;
    qint64 failed = 0;
    qint64 totalStepMs = 0;
    qint64 lastFailure = 0;
    qint64 disabledUntil = 0; ///< after several failures in a row
    int consecutiveFailures = 0;
    qint64 idleSince = 0; ///< 0: it works
};

struct QueuedFacts {
    int queued = 0; ///< not finished
    int running = 0;
    qint64 oldest = 0; ///< queuedAt
    qint64 newest = 0;
};

/// The queue runner's steps for one system type.
struct SystemSteps {
    qint64 runnable = 0;
    qint64 running = 0;
    qint64 waiting = 0; ///< for their dependencies
    qint64 waitSeconds = 0; ///< of the runnable ones, summed
};

/// How long steps of one system type waited for a slot, since the runner's start.
struct WaitFacts {
    /// Upper bounds of the buckets, in seconds; one more holds the rest.
    static constexpr std::array<qint64, 10> bounds{1, 10, 60, 300, 900, 1800, 3600, 7200, 21'600, 86'400};
    std::array<qint64, 11> counts{}; ///< not cumulative
    qint64 count = 0; ///< steps that were given to a machine
    qint64 seconds = 0; ///< of all of them

    void add(qint64 waited)
    {
        const auto bucket = std::ranges::find_if(bounds, [waited](qint64 bound) { return waited <= bound; });
        ++counts.at(size_t(bucket - bounds.begin()));
        ++count;
        seconds += waited;
    }
};

/// The farm as it was at some moment.
struct FarmMoment {
    qint64 time = 0;
    struct OfSystem {
        qint64 waiting = 0; ///< ready, without a machine
        qint64 running = 0;
        qint64 taken = 0; ///< since the runner's start
    };
    struct OfMachine {
        qint64 jobs = 0;
        qint64 done = 0; ///< since the runner's start
    };
    std::vector<OfSystem> systems; ///< in the order of allSystems
    std::vector<OfMachine> machines;
};

/// A builder that left the farm: its pings stopped, the exporter goes on telling of it.
struct LeftMachine {
    QByteArray host;
    qint64 leftAt = 0;
    qint64 stepsDone = 0;
};

/// The queue runner's counters since its start.
struct RunnerFacts {
    qint64 startedAt = 0;
    qint64 buildsDone = 0;
    qint64 buildsSucceeded = 0;
    qint64 buildsFailed = 0;
    qint64 buildsUnfinished = 0;
    qint64 stepsDone = 0;
    qint64 stepsBuilding = 0;
    qint64 stepsUnfinished = 0;
    qint64 stepsRunnable = 0; ///< ready, waiting for a machine
    qint64 stepsWaiting = 0; ///< for their dependencies
    qint64 retries = 0;
    qint64 totalStepMs = 0;
    qint64 uploadsPending = 0;
    int machinesInUse = 0;
};

struct ChannelFacts {
    QByteArray name; ///< "nixos-unstable"
    JobsetIndex gateJobset{};
    QByteArray gateJob; ///< "tested"
    QByteArray status; ///< "rolling", "stable", "deprecated", as channels.nix has it
    QByteArray variant; ///< "primary", "small", "darwin"
    QByteArray releasePrefix; ///< "nixos/unstable" below releases.nixos.org
};

/// A channel's state from some time on.
struct Release {
    ChannelIndex channel{};
    QByteArray name; ///< "nixos-26.11pre812345.abcdef012345"
    EvalId eval;
    CommitIndex commit = CommitIndex::None;
    qint64 time = 0;
};

/// A build that OfBorg began; it says so only in its log API and on its bus.
struct OfBorgAttempt {
    QByteArray id; ///< UUID
    System system = System::X86Linux;
    qint64 startedAt = 0;
    qint64 completedAt = 0;
};

/// A pull request that shows one of the ways things go, for tests and for the manual.
struct Story {
    QByteArray name; ///< "merged-to-staging", "merged-to-master", "release-branch", "backport", "unmerged", "reverted",
                     ///< "job-missing", "failed-constituent", "wrong-nar", "failed-but-cached", "channel-still"
    PullRequestNr pullRequest;
    QByteArray attr;
};

} // namespace narscope::sim
