// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrapages.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// One job through all evaluations of its jobset.

namespace narscope::sim {

namespace {

constexpr size_t latestBuilds = 10;
constexpr size_t matrixColumns = 15;

bool isInLatest(const World &world, JobsetIndex jobset, std::optional<JobIndex> job)
{
    const std::span<const EvalId> evaluations = world.evaluations(jobset);
    return job && !evaluations.empty() && world.build(*world.evaluation(evaluations.back()), *job);
}

QByteArray statusTab(const HydraView &view, const QByteArray &url, const std::vector<BuildFacts> &history)
{
    std::vector<BuildFacts> latest;
    std::vector<BuildFacts> queued;
    for (const BuildFacts &build : history) {
        if (!build.finished())
            queued.push_back(build);
        else if (latest.size() < latestBuilds)
            latest.push_back(build);
    }
    QByteArray tab;
    if (!latest.empty())
        tab += "      <h3>Latest builds</h3>"
            + buildList(view, latest, {.jobColumn = false, .tail = tailRow(5, url + "/all", "More...")});
    if (!queued.empty())
        tab += "      <h3>Queued builds</h3>"
            + buildList(view, queued,
                {.jobColumn = false,
                    .timeTitle = "Queued at",
                    .badge = "<span class=\"badge badge-secondary\">Queued</span>"});
    return cat("  <div id=\"tabs-status\" class=\"tab-pane active\">", tab, "  </div>\n");
}

// Rows: the newest aggregate's jobs. Columns: the last aggregates.
QByteArray constituentsTab(const HydraView &view, const std::vector<BuildFacts> &history)
{
    const size_t columns = qMin(history.size(), matrixColumns);
    std::vector<std::vector<BuildFacts>> matrix;
    QByteArray head;
    for (size_t i = 0; i < columns; ++i) {
        matrix.push_back(view.world.constituents(history[i]));
        head += cat("            <th class=\"rotate\"><div><span>",
            link(buildUrl(view, history[i].id), piece(history[i].id.value)), "</span></div></th>");
    }
    QByteArray rows;
    for (const BuildFacts &constituent : matrix.empty() ? std::vector<BuildFacts>() : matrix.front()) {
        QByteArray cells;
        for (const std::vector<BuildFacts> &column : matrix) {
            const auto found = std::ranges::find(column, constituent.job, &BuildFacts::job);
            cells += found == column.end()
                ? "                <td>                </td>"_ba
                : cat("                <td>",
                      link(buildUrl(view, found->id),
                          statusIcon(
                              view.base, found->finished() ? std::optional<int>(found->status) : std::nullopt, 16)),
                      "</td>");
        }
        const QByteArray job = view.world.jobName(constituent.jobset, constituent.job);
        rows += cat("            <tr>\n              <th style=\"width: 1em;\">",
            link(jobUrl(view, constituent.jobset, job), escaped(job)), "</th>", cells, "            </tr>");
    }
    return cat("    <div id=\"tabs-constituents\" class=\"tab-pane\">\n      <table class=\"table "
               "table-striped table-condensed "
               "table-header-rotated\">\n        <thead>\n          <tr>\n            <th>Job</th>",
        head, "</tr>\n        </thead>\n        <tbody>", rows, "        </tbody>\n      </table>\n    </div>\n");
}

} // namespace

QByteArray jobPage(const HydraView &view, JobsetIndex jobset, const QByteArray &name)
{
    const std::optional<JobIndex> job = view.world.findJob(jobset, name);
    const std::vector<BuildFacts> history = job ? view.world.history(jobset, *job) : std::vector<BuildFacts>();
    const bool aggregate = job && !view.world.jobAttr(jobset, *job);
    const QByteArray url = jobUrl(view, jobset, name);
    const QByteArray warning = isInLatest(view.world, jobset, job)
        ? QByteArray()
        : cat("<div class=\"alert alert-warning\">This job is not a member of the\n",
              link(jobsetUrl(view, jobset) + "/evals", "latest evaluation"),
              " of its jobset. This means it was\nremoved or had an evaluation error.</div>\n");
    return framed(jobFrame(view, jobset, name, {}, {}),
        cat(warning, "<ul class=\"nav nav-tabs\">\n", tabLink("tabs-status", "Status", true),
            aggregate ? tabLink("tabs-constituents", "Constituents") : QByteArray(), tabLink("tabs-charts", "Charts"),
            tabLink("tabs-links", "Links"), "</ul>\n\n<div id=\"generic-tabs\" class=\"tab-content\">\n\n",
            statusTab(view, url, history), aggregate ? constituentsTab(view, history) : QByteArray(),
            lazyTab("tabs-charts"), "  <div id=\"tabs-links\" class=\"tab-pane\">\n    <ul>\n      <li>",
            link(url + "/latest", "Latest successful build"), "</li>\n      <li>",
            link(url + "/latest-finished", "Latest successful build from a finished evaluation"),
            "</li>\n    </ul>\n  </div>\n\n</div>\n"));
}

QByteArray jobBuildsPage(const HydraView &view, JobsetIndex jobset, const QByteArray &name, qint64 page)
{
    const std::optional<JobIndex> job = view.world.findJob(jobset, name);
    std::vector<BuildFacts> finished = job ? view.world.history(jobset, *job) : std::vector<BuildFacts>();
    std::erase_if(finished, [](const BuildFacts &build) { return !build.finished(); });
    const auto total = static_cast<qint64>(finished.size());
    const qint64 from = std::min(total, (page - 1) * rowsPerPage);
    const qint64 count = std::min<qint64>(rowsPerPage, total - from);
    const auto shown = std::span(finished).subspan(static_cast<size_t>(from), static_cast<size_t>(count));
    return framed(jobFrame(view, jobset, name, "Latest builds for job ", "Latest builds for job "),
        cat("<p>Showing builds ", from + 1, " - ", from + count, " out of ", total,
            " in order of descending finish time.</p>\n", buildList(view, shown, {.jobColumn = false}),
            pagination(jobUrl(view, jobset, name) + "/all", page, (total + rowsPerPage - 1) / rowsPerPage)));
}

} // namespace narscope::sim
