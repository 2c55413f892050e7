// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "watch/farmstate.h"

// The farm's lists as rows of words and small graphics: plain functions of its state and the time.

namespace narscope::ui {

enum QueueColumn { QueueSystem, QueueWaiting, QueueTrend, QueueRunning, QueueRate, QueueUsual, QueueClear, QueueWhy };
enum BuilderColumn {
    BuilderName,
    BuilderState,
    BuilderSystems,
    BuilderSlots,
    BuilderRate,
    BuilderCpu,
    BuilderMemory,
    BuilderDisk,
    BuilderFailed,
    BuilderHeard
};
enum StepColumn { StepDrv, StepBuild, StepJob, StepPhase, StepAge, StepUsual };
enum JobsetColumn { JobsetsName, JobsetsQueued, JobsetsTurn, JobsetsTime, JobsetsOldest };

[[nodiscard]] QStringList queueHeaders();
[[nodiscard]] QStringList builderHeaders();
[[nodiscard]] QStringList stepHeaders();
[[nodiscard]] QStringList jobsetHeaders();
[[nodiscard]] QStringList eventHeaders();

/// Keys: the system, the builder's name.
[[nodiscard]] FactRows queueRows(const watch::FarmState &state, qint64 now);
/// Trouble first, then the busy ones, the idle ones last. `unseen`: builders whose trouble is new.
[[nodiscard]] FactRows builderRows(
    const watch::FarmState &state, const QString &server, const QStringList &unseen, qint64 now);
[[nodiscard]] FactRows stepRows(const watch::BuilderLine &builder, const QString &server);
[[nodiscard]] FactRows jobsetRows(const watch::FarmState &state, const QString &server, qint64 now);
[[nodiscard]] FactRows eventRows(const watch::FarmState &state, const QString &server, qint64 now);

/// What stands out about one builder, worst first.
[[nodiscard]] QList<watch::FarmTrouble> troublesOf(const watch::FarmState &state, const QString &builder);
} // namespace narscope::ui
