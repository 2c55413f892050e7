// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "watch/change.h"

// The rows of the small tables, made from what Hydra said; plain functions.

namespace narscope::ui {

[[nodiscard]] FactRows stepRows(const hydra::BuildDetails &details, const QString &server);
[[nodiscard]] FactRows inputRows(const QList<hydra::EvalInput> &inputs);
[[nodiscard]] FactRows inputRows(const QList<hydra::JobsetInput> &inputs);
[[nodiscard]] FactRows changeRows(const QList<hydra::InputDiff> &changes);
[[nodiscard]] FactRows productRows(const QList<hydra::BuildProduct> &products);
[[nodiscard]] FactRows metricRows(const QList<hydra::BuildMetric> &metrics);
[[nodiscard]] FactRows evalRows(const QList<EvalId> &evals, const QString &server);
[[nodiscard]] FactRows evalRows(const watch::EvalList &evals, const QString &server, qint64 now);
[[nodiscard]] FactRows constituentRows(const QList<hydra::BuildRow> &builds, const QString &server);
[[nodiscard]] FactRows jobsetRows(const QList<hydra::JobsetOverview> &jobsets, const QString &server, qint64 now);
[[nodiscard]] FactRows projectRows(const QList<hydra::Project> &projects, const QString &server);
/// Lines of a long text; `most` of them and a last row that says how many are left out.
[[nodiscard]] FactRows lineRows(const QString &text, qsizetype most);

} // namespace narscope::ui
