// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/database.h"
#include "history/values.h"

// Questions about builds and evaluations; what they mean is told in history.h. Private to app/history.

namespace narscope::history {

[[nodiscard]] std::optional<BuildPast> readBuild(Database &database, const QString &server, BuildId id);
[[nodiscard]] QList<BuildPast> readBuildsOfJob(
    Database &database, const QString &server, const JobName &job, int limit);
[[nodiscard]] QList<BuildPast> readBuildsOfPath(Database &database, const QString &storePath);
[[nodiscard]] std::optional<EvalPast> readEval(Database &database, const QString &server, EvalId id);
[[nodiscard]] QList<EvalPast> readEvals(
    Database &database, const QString &server, const JobsetName &jobset, int limit, std::optional<EvalId> before);
/// The newest of each jobset that had ended by then.
[[nodiscard]] QList<EvalPast> readEvalsAt(Database &database, const QString &server, qint64 time);
[[nodiscard]] QList<EvalPast> readEvalsOfRevision(Database &database, const QString &server, const QString &revision);
[[nodiscard]] QList<EvalMember> readMembers(Database &database, const QString &server, EvalId eval);
[[nodiscard]] QList<StepPast> readSteps(Database &database, const QString &server, BuildId build);
[[nodiscard]] QList<StepPast> readStepsOnMachine(
    Database &database, const QString &server, const QString &machine, qint64 since, int limit);
[[nodiscard]] QList<MachineTally> readTallies(Database &database, const QString &server, qint64 since);
[[nodiscard]] QList<qint64> readStepDurations(Database &database, const QString &server, qint64 since, int limit);
[[nodiscard]] QList<Event> readEvents(Database &database, qint64 since, int limit);

} // namespace narscope::history
