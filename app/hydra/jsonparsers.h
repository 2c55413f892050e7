// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "hydra/buildtable.h"
#include "hydra/types.h"

#include <QByteArrayView>

// Bodies of Hydra's JSON answers into values: pure, thread-safe. A body that is no JSON, is nested too deep or
// lacks what identifies the thing (id, name) is ProblemKind::Malformed with the JSON path in `where`;
// anything else that is missing or of an odd type is as if it were null.

namespace narscope::hydra {

[[nodiscard]] Result<QList<Project>> parseProjects(QByteArrayView body); ///< /
[[nodiscard]] Result<Project> parseProject(QByteArrayView body); ///< /project/P
[[nodiscard]] Result<QList<JobsetOverview>> parseJobsetOverviews(QByteArrayView body); ///< /api/jobsets
[[nodiscard]] Result<Jobset> parseJobset(QByteArrayView body); ///< /jobset/P/J and .../errors
[[nodiscard]] Result<Build> parseBuild(QByteArrayView body); ///< /build/N
[[nodiscard]] Result<QList<Build>> parseBuilds(QByteArrayView body); ///< constituents, /queue, /status
/// /eval/N/builds, up to 512 MB. Takes the bytes: their array grows by the padding that simdjson needs.
[[nodiscard]] Result<BuildTable> parseEvalBuilds(QByteArray body);
[[nodiscard]] Result<BuildInfo> parseBuildInfo(QByteArrayView body); ///< /build/N/api/get-info
[[nodiscard]] Result<StepInfo> parseStep(QByteArrayView body); ///< /build/N/step/M
[[nodiscard]] Result<Shield> parseShield(QByteArrayView body); ///< /job/P/J/X/shield
[[nodiscard]] Result<QList<LatestBuild>> parseLatestBuilds(QByteArrayView body); ///< /api/latestbuilds, /api/queue
[[nodiscard]] Result<SearchResult> parseSearch(QByteArrayView body); ///< /search
[[nodiscard]] Result<QList<Machine>> parseMachines(QByteArrayView body); ///< /machines
[[nodiscard]] Result<QueueRunnerStatus> parseQueueRunnerStatus(QByteArrayView body); ///< /queue-runner-status

/// What an error body says: {"error": "..."}, the alert of an error page, or a short plain text. Empty when it
/// says nothing that helps a person.
[[nodiscard]] QString errorText(QByteArrayView body);

} // namespace narscope::hydra
