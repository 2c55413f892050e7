// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/store.h"
#include "history/values.h"
#include "hydra/buildtable.h"

// What is written of builds and evaluations. Each runs on the writer's thread, inside a transaction. Private
// to app/history.

namespace narscope::history {

void writeBuild(Writing &writing, const QString &server, const BuildSight &sight, qint64 now);
/// Rows `from` to below `until` of the table.
void writeTable(Writing &writing, const QString &server, const hydra::BuildTable &table, qsizetype from,
    qsizetype until, qint64 now);
void writeEvals(Writing &writing, const QString &server, const JobsetName &jobset,
    const QList<hydra::EvalSummary> &evals, qint64 now);
void writeHeader(Writing &writing, const QString &server, const hydra::EvalHeader &header, qint64 now);
void writeEvalJobs(Writing &writing, const QString &server, const hydra::EvalJobs &jobs, qint64 now);
void writeSteps(Writing &writing, const QString &server, const QList<StepPast> &steps, qint64 now);
void writeEvent(
    Writing &writing, Event::Kind kind, const QByteArray &key, const QString &before, const QString &after, qint64 now);

} // namespace narscope::history
