// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "hydra/buildstate.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>

// Machines, the queue and the queue runner, as values (hydra.md §8).

namespace narscope::hydra {

/// Share of time stalled, in percent (Linux PSI).
struct Pressure {
    double avg10 = 0;
    double avg60 = 0;
    double avg300 = 0;

    bool operator==(const Pressure &) const = default;
};

struct MachineLoad {
    double load1 = 0;
    double load5 = 0;
    double load15 = 0;
    std::optional<qint64> memoryUsed; ///< bytes
    std::optional<Pressure> cpuSome;
    std::optional<Pressure> memSome;
    std::optional<Pressure> memFull;
    std::optional<Pressure> ioSome;
    std::optional<Pressure> ioFull;
    std::optional<double> buildDirFreePercent;
    std::optional<double> storeFreePercent;

    bool operator==(const MachineLoad &) const = default;
};

/// Beyond these a builder of the new runner takes nothing. Percent, but for the load.
struct MachineLimits {
    std::optional<double> buildDirFreePercent;
    std::optional<double> storeFreePercent;
    std::optional<double> load1;
    std::optional<double> cpuPressure;
    std::optional<double> memPressure;
    std::optional<double> ioPressure;

    bool operator==(const MachineLimits &) const = default;
};

/// A builder, from /machines or /queue-runner-status, of the old runner or the new one.
struct Machine {
    QString name; ///< host name; «localhost» for the server itself. Old runners: without «ssh://user@»
    QStringList systems;
    QStringList features; ///< supported, the mandatory ones too
    QStringList mandatoryFeatures;
    int maxJobs = 0;
    double speedFactor = 1;
    std::optional<qint64> memory; ///< bytes
    std::optional<int> cpus;
    std::optional<double> score;
    bool enabled = true;
    bool hasCapacity = true;
    std::optional<int> currentJobs;
    qint64 stepsDone = 0;
    std::optional<qint64> averageStepMs; ///< whole step
    std::optional<qint64> averageBuildMs; ///< the build alone
    std::optional<qint64> succeeded;
    std::optional<qint64> failed;
    int consecutiveFailures = 0;
    std::optional<qint64> lastFailure; ///< epoch seconds
    std::optional<qint64> disabledUntil;
    std::optional<qint64> idleSince; ///< unreliable on the new runner
    std::optional<qint64> lastPing;
    std::optional<qint64> uptime; ///< seconds
    QString nixVersion;
    std::optional<MachineLoad> load;
    std::optional<MachineLimits> limits; ///< /queue-runner-status of the new runner
    QStringList jobs; ///< base names of derivations it runs, /queue-runner-status only

    bool operator==(const Machine &) const = default;
};

/// A step that runs on a machine right now (HTML of /machines), or runs or ran (/steps).
struct RunningStep {
    QString machine; ///< first label of the host name
    JobName job;
    BuildId build;
    std::optional<StepNr> step; ///< newer servers: only while it has a log
    QString drvName; ///< base name of the derivation
    QString phase; ///< «Building», «Sending inputs», ...
    std::optional<qint64> seconds; ///< for how long
    BuildState state = BuildState::Running;
    std::optional<qint64> finished; ///< /steps

    bool operator==(const RunningStep &) const = default;
};

/// What the /machines page tells of one machine.
struct MachineActivity {
    QString name; ///< as written: short
    QString primarySystem;
    bool disabled = false;
    std::optional<qint64> stepsDone;
    std::optional<double> secondsPerStep;
    QString idle; ///< as written, when nothing runs
    QList<RunningStep> steps;

    bool operator==(const MachineActivity &) const = default;
};

/// Work of one system type in the runner's own queue.
struct SystemQueue {
    QString system;
    qint64 runnable = 0;
    qint64 running = 0; ///< new runner: active; old: running
    qint64 waiting = 0;
    qint64 disabled = 0;
    std::optional<qint64> waitMs; ///< summed waiting of the runnable ones

    bool operator==(const SystemQueue &) const = default;
};

struct JobsetShare {
    JobsetName jobset;
    double share = 0; ///< of the time used; new runner: seconds / all seconds
    qint64 seconds = 0;
    int shares = 0;

    bool operator==(const JobsetShare &) const = default;
};

/// /queue-runner-status of either generation.
struct QueueRunnerStatus {
    enum class Reach { Up, Unreachable, NotConfigured, Other };
    enum class Form { None, Flat, Nested };

    Reach reach = Reach::Other;
    Form form = Form::None;
    QString status; ///< as written
    std::optional<qint64> time; ///< epoch seconds
    std::optional<double> uptime; ///< seconds; counters below start again with it
    qint64 queuedBuilds = 0; ///< new runner: builds it has read and not finished
    qint64 activeSteps = 0;
    qint64 runnableSteps = 0;
    qint64 unfinishedSteps = 0;
    qint64 buildsDone = 0;
    qint64 stepsDone = 0;
    qint64 retries = 0;
    std::optional<qint64> uploadsPending;
    std::optional<int> machinesTotal;
    std::optional<int> machinesInUse;
    QList<SystemQueue> systems; ///< by system
    QList<Machine> machines; ///< by name
    QList<JobsetShare> jobsets; ///< by name

    bool operator==(const QueueRunnerStatus &) const = default;
};

struct JobsetQueue {
    JobsetName jobset;
    qint64 queued = 0;
    std::optional<qint64> oldest; ///< epoch seconds
    std::optional<qint64> newest;

    bool operator==(const JobsetQueue &) const = default;
};

struct QueueSummary {
    QList<JobsetQueue> jobsets; ///< the page's order: most first
    QList<std::pair<QString, qint64>> systems; ///< system and builds queued

    [[nodiscard]] qint64 total() const;
    bool operator==(const QueueSummary &) const = default;
};

/// One line of the Prometheus text format.
struct MetricSample {
    QByteArray name;
    QList<std::pair<QByteArray, QByteArray>> labels; ///< as written, unescaped
    double value = 0; ///< may be NaN or infinite
    std::optional<qint64> timeMs;

    [[nodiscard]] QByteArray label(QByteArrayView name) const;
    bool operator==(const MetricSample &) const = default;
};

/// A scrape, in its order.
struct Metrics {
    QList<MetricSample> samples;
    QHash<QByteArray, QByteArray> types; ///< "counter", "gauge", "histogram", "summary" by name

    /// The value of the first sample with this name and without labels, or of any when there is none such.
    [[nodiscard]] std::optional<double> value(QByteArrayView name) const;
    [[nodiscard]] QList<MetricSample> named(QByteArrayView name) const;
};

} // namespace narscope::hydra
