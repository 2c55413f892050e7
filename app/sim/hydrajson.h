// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/jsonwriter.h"
#include "sim/world.h"

// Hydra's objects as its JSON has them (hydra.md §3), key by key.

namespace narscope::sim {

void writeProject(JsonWriter &json, const World &world, const ProjectFacts &project);
/// `errors`: the text only /jobset/P/J/errors tells.
void writeJobset(JsonWriter &json, const World &world, JobsetIndex jobset, const QByteArray &errors = {});
void writeJobsetOverview(JsonWriter &json, const World &world, JobsetIndex jobset);
void writeEvaluation(JsonWriter &json, const World &world, const Evaluation &evaluation);
/// An element of /evals: the evaluation with its counts and what changed.
void writeEvaluationSummary(JsonWriter &json, const World &world, const Evaluation &evaluation);
/// Listed: as /queue and /status tell a build, with null for the columns that they do not read.
enum class BuildColumns { All, Listed };
void writeBuild(JsonWriter &json, World &world, const BuildFacts &build, BuildColumns columns = BuildColumns::All);
/// A row of /api/latestbuilds and /api/queue.
void writeLatestBuild(JsonWriter &json, const World &world, const BuildFacts &build);
void writeStep(JsonWriter &json, World &world, const BuildFacts &build, const StepFacts &step);
void writeMachines(JsonWriter &json, const World &world);
/// /queue-runner-status of the runner since 2026, and of the one before it.
void writeRunnerStatus(JsonWriter &json, World &world, const QByteArray &cacheUrl);
void writeOldRunnerStatus(JsonWriter &json, const World &world);

/// Hydra's per-jobset priority: images and tests go before the rest.
[[nodiscard]] int priority(const World &world, const BuildFacts &build);
/// Inputs whose revision is another one than in the evaluation before.
[[nodiscard]] QList<EvaluationInput> changedInputs(const World &world, const Evaluation &evaluation);

} // namespace narscope::sim
