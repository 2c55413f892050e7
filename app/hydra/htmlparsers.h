// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "hydra/types.h"

#include <QByteArrayView>

// Hydra's HTML pages into values: pure, thread-safe. A page that is not Hydra's is ProblemKind::CrawlerGuard;
// one that lacks what it is about is ProblemKind::Malformed.

namespace narscope::hydra {

[[nodiscard]] Result<EvalPage> parseEvalPage(QByteArrayView body); ///< /evals, /jobset/P/J/evals, /jobset/P/J
[[nodiscard]] Result<EvalHeader> parseEvalHeader(QByteArrayView body); ///< /eval/N
[[nodiscard]] Result<EvalJobs> parseEvalJobs(QByteArrayView body); ///< /eval/N
[[nodiscard]] Result<EvalErrors> parseEvalErrors(QByteArrayView body); ///< /eval/N/errors
[[nodiscard]] Result<BuildDetails> parseBuildDetails(QByteArrayView body); ///< /build/N
[[nodiscard]] Result<JobPage> parseJobPage(QByteArrayView body); ///< /job/P/J/X
[[nodiscard]] Result<QueueSummary> parseQueueSummary(QByteArrayView body); ///< /queue-summary
[[nodiscard]] Result<QList<MachineActivity>> parseMachineActivity(QByteArrayView body); ///< /machines
[[nodiscard]] Result<QList<RunningStep>> parseLatestSteps(QByteArrayView body); ///< /steps

/// Splits evaluation errors by job: «in job ‘NAME’:» begins one, «at top-level:» the rest.
[[nodiscard]] QList<EvalError> splitEvalErrors(const QString &text);
/// «2d 3h 4m 5s», with parts left out; nothing for another text.
[[nodiscard]] std::optional<qint64> parseDuration(const QString &text);

} // namespace narscope::hydra
