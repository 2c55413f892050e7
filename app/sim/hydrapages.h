// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/hydrahtml.h"
#include "sim/world.h"

#include <map>

// Hydra's HTML pages (hydra.md §5). Each gives the whole page as UTF-8.

namespace narscope::sim {

/// The jobs of each jobset by name, which is the order of Hydra's lists; worked out once.
class JobOrder {
public:
    [[nodiscard]] const std::vector<JobIndex> &of(const World &world, JobsetIndex jobset);

private:
    std::map<JobsetIndex, std::vector<JobIndex>> m_orders;
};

/// What a page is made from.
struct HydraView {
    World &world;
    QByteArray base; ///< of links, without a slash at the end
    JobOrder &order;
};

[[nodiscard]] QByteArray projectsPage(const HydraView &view);
[[nodiscard]] QByteArray projectPage(const HydraView &view, const ProjectFacts &project);
[[nodiscard]] QByteArray jobsetPage(const HydraView &view, JobsetIndex jobset);
/// Of one jobset, or of all of them.
[[nodiscard]] QByteArray evaluationsPage(const HydraView &view, std::optional<JobsetIndex> jobset, qint64 page);

struct EvaluationQuery {
    QByteArray filter;
    const Evaluation *comparedWith = nullptr;
    bool full = false;
};
[[nodiscard]] QByteArray evaluationPage(
    const HydraView &view, const Evaluation &evaluation, const EvaluationQuery &query);
[[nodiscard]] QByteArray evaluationErrorsPage(const HydraView &view, const Evaluation &evaluation);
/// The errors of a jobset's last evaluation, as its page shows them in a frame.
[[nodiscard]] QByteArray jobsetErrorsPage(const HydraView &view, JobsetIndex jobset);

[[nodiscard]] QByteArray buildPage(const HydraView &view, const BuildFacts &build);
[[nodiscard]] QByteArray stepPage(const HydraView &view, const BuildFacts &build, const StepFacts &step);
/// The page around a log: of a step or, without one, of the whole build.
[[nodiscard]] QByteArray logPage(
    const HydraView &view, const BuildFacts &build, const std::optional<StepFacts> &step, bool tail);
/// `job` need not exist.
[[nodiscard]] QByteArray jobPage(const HydraView &view, JobsetIndex jobset, const QByteArray &job);
[[nodiscard]] QByteArray jobBuildsPage(
    const HydraView &view, JobsetIndex jobset, const QByteArray &job, qint64 page); ///< finished ones

[[nodiscard]] QByteArray machinesPage(const HydraView &view);
[[nodiscard]] QByteArray queueSummaryPage(const HydraView &view);
[[nodiscard]] QByteArray stepsPage(const HydraView &view, qint64 page);
[[nodiscard]] QByteArray runningBuildsPage(const HydraView &view);
[[nodiscard]] QByteArray queuePage(const HydraView &view);
[[nodiscard]] QByteArray latestBuildsPage(const HydraView &view, qint64 page);
[[nodiscard]] QByteArray preformattedPage(const HydraView &view, const QByteArray &title, const QByteArray &text);
/// "404 Not Found" and the like.
[[nodiscard]] QByteArray errorPage(const HydraView &view, int status, const QByteArray &message);

// Shared by the pages above.

inline constexpr int rowsPerPage = 20;

[[nodiscard]] Frame frame(const HydraView &view, const QByteArray &title);
/// With the menus and the heading of a jobset: "<before> project:jobset".
[[nodiscard]] Frame jobsetFrame(const HydraView &view, JobsetIndex jobset, const QByteArray &before);
[[nodiscard]] Frame jobFrame(const HydraView &view, JobsetIndex jobset, const QByteArray &job, const QByteArray &before,
    const QByteArray &beforeHtml);
[[nodiscard]] QByteArray jobsetUrl(const HydraView &view, JobsetIndex jobset);
[[nodiscard]] QByteArray jobUrl(const HydraView &view, JobsetIndex jobset, const QByteArray &job);
[[nodiscard]] QByteArray buildUrl(const HydraView &view, BuildId build);
/// "<tt>project:jobset</tt>" with links; the jobset's link is the row's when asked.
[[nodiscard]] QByteArray jobsetLinks(const HydraView &view, JobsetIndex jobset, bool rowLink);
[[nodiscard]] QByteArray jobLinks(const HydraView &view, JobsetIndex jobset, const QByteArray &job);
[[nodiscard]] QByteArray evaluationTable(
    const HydraView &view, std::span<const Evaluation *const> evaluations, bool showJobset, const QByteArray &moreUrl);
[[nodiscard]] QByteArray inputTable(const QList<EvaluationInput> &inputs);
[[nodiscard]] QByteArray inputChanges(const QList<EvaluationInput> &before, const QList<EvaluationInput> &after);

struct BuildListForm {
    bool jobColumn = true;
    bool fullNames = false; ///< "project:jobset:job"
    QByteArrayView timeTitle = "Finished at";
    QByteArrayView badge = {}; ///< HTML instead of the icon, for queued and running ones
    QByteArray tail = {}; ///< a last row
};
[[nodiscard]] QByteArray buildListRow(const HydraView &view, const BuildFacts &build, const BuildListForm &form);
[[nodiscard]] QByteArray buildList(const QByteArray &rows, const BuildListForm &form);
[[nodiscard]] QByteArray buildList(
    const HydraView &view, std::span<const BuildFacts> builds, const BuildListForm &form);
/// A list's last row, over all its columns.
[[nodiscard]] QByteArray tailRow(int columns, const QByteArray &url, const QByteArray &text);

} // namespace narscope::sim
