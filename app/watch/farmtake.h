// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/values.h"
#include "hydra/farmtypes.h"
#include "watch/farmstate.h"

#include <map>
#include <vector>

// What each answer changes in the picture of a farm: values in, values out. Judgement comes after, in
// farmjudge.h.

namespace narscope::watch {

/// What the picture is made from and the window need not know.
struct FarmMemory {
    struct Counter {
        double raw = 0; ///< as last told; begins again at zero when the runner does
        double total = 0; ///< what it grew by since we look
        bool known = false;
    };
    struct Seen {
        QString phase;
        qint64 since = 0; ///< in this state, as far as we know
    };

    std::map<QString, Counter> taken; ///< by system, from the histogram of waiting times
    std::map<QString, Counter> done; ///< by builder
    Counter allDone; ///< steps of the whole runner
    QList<BuilderPoint> allDonePoints; ///< `done` of all builders together
    std::map<QString, Seen> steps; ///< by builder, build and derivation: running when last looked
    std::map<QString, std::vector<double>> ages; ///< by state: how long steps were in it when they left
    QList<hydra::JobsetShare> shares; ///< as last told
    std::map<QString, BuilderRecord> own; ///< by the first label of a builder's name
    std::map<QString, hydra::Machine> configured; ///< by builder: slots and speed, which an old runner does not tell
};

/// The runner's own Prometheus page.
void takeMetrics(FarmState &state, FarmMemory &memory, const hydra::Metrics &metrics, qint64 now);
/// /queue-runner-status of either generation. `hasMetrics`: these count the queues; then only builders are
/// taken from here.
void takeRunner(
    FarmState &state, FarmMemory &memory, const hydra::QueueRunnerStatus &status, bool hasMetrics, qint64 now);
/// /machines as JSON: what an old runner's status leaves out.
void takeConfigured(FarmState &state, FarmMemory &memory, const QList<hydra::Machine> &machines);
/// The page of /machines: what runs where.
void takeActivity(FarmState &state, FarmMemory &memory, const QList<hydra::MachineActivity> &machines, qint64 now);
void takeQueue(FarmState &state, const hydra::QueueSummary &queue);

/// One line of a queue's past from Prometheus.
struct PastQueue {
    QString system;
    QueuePoints points; ///< `taken` as told: it may begin again
};
struct PastBuilder {
    QString name;
    BuilderPoints points; ///< `done` as told
};
/// The last day as Prometheus remembers it, before anything seen since. A builder whose line ended is gone
/// since then.
void takePast(FarmState &state, FarmMemory &memory, QList<PastQueue> queues, QList<PastBuilder> builders, qint64 now);

/// What our own history knows: builders as they were last, how their steps ended, how long steps took
/// (seconds, sorted).
struct KeptFarm {
    QList<history::MachinePast> builders;
    QList<history::MachineTally> tallies;
    qint64 talliesSince = 0;
    QList<qint64> durations;
    QList<PastQueue> queues;
};
void takeKept(FarmState &state, FarmMemory &memory, KeptFarm kept, qint64 now);
/// Load, memory and pressure of builders as our own history kept them; before what was seen since. Builders that are
/// not known are left out.
void takeLoads(FarmState &state, const QList<PastBuilder> &loads);

/// Drops what is older than a day, and builders not seen for two weeks.
void forgetOld(FarmState &state, FarmMemory &memory, qint64 now);

} // namespace narscope::watch
