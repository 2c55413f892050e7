// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrajson.h"
#include "sim/hydrapages.h"

#include <QHash>

#include <algorithm>

using namespace Qt::StringLiterals;

// Projects, jobsets and lists of evaluations.

namespace narscope::sim {

namespace {

constexpr qsizetype shortRevision = 12;
constexpr size_t evaluationsOnJobsetPage = 10;

QByteArray projectRow(const HydraView &view, const ProjectFacts &project)
{
    const QByteArray text = escaped(project.description);
    return cat("    <tr class=\"project ", project.enabled ? "" : "disabled-project",
        "\">\n      <td><span class=\"\"><a class=\"row-link\"href=\"", view.base, "/project/", encoded(project.name),
        "\"><tt>", escaped(project.name), "</tt></a></span></td>\n      <td>", escaped(project.displayName),
        "</td>\n      <td>", project.homepage.isEmpty() ? text : link(escaped(project.homepage), text),
        "</td>\n    </tr>");
}

QByteArray jobsetRow(const HydraView &view, JobsetIndex index)
{
    const JobsetFacts &jobset = view.world.jobset(index);
    const std::span<const EvalId> evaluations = view.world.evaluations(index);
    const Counts counts
        = evaluations.empty() ? Counts() : view.world.counts(*view.world.evaluation(evaluations.back()));
    const JobsetTimes times = view.world.times(index);
    const auto badge = [](QByteArrayView kind, int count) {
        return count == 0 ? QByteArray() : cat("<span class=\"badge badge-", kind, "\">", count, "</span>");
    };
    return cat("        <tr class=\"jobset", jobset.visible ? "" : " hidden-jobset",
        jobset.enabled == 0 ? " disabled-jobset" : "", "\">\n          <td><span class=\"\">",
        link(jobsetUrl(view, index), escaped(jobset.name), "row-link"), "</span></td>\n          <td>",
        escaped(jobset.description), "</td>\n          <td>",
        times.lastChecked == 0 ? "-"_ba : timeTag(times.lastChecked, view.world.now(), TimeForm::Relative),
        "</td>\n          <td>", badge("success", counts.succeeded), "</td>\n          <td>",
        badge("danger", counts.failed), "</td>\n          <td>", badge("secondary", counts.scheduled),
        "</td>\n        </tr>");
}

QByteArray jobsetsOf(const HydraView &view, const ProjectFacts &project)
{
    QByteArray rows;
    for (size_t i = 0; i < view.world.jobsets().size(); ++i) {
        if (view.world.jobsets()[i].project == project.name)
            rows += jobsetRow(view, static_cast<JobsetIndex>(i));
    }
    if (rows.isEmpty())
        return "      <p>No jobsets have been defined yet.</p>";
    return cat("      <p>This project has the following jobsets:</p>\n    <table class=\"table table-striped "
               "table-condensed "
               "clickable-rows\">\n      <thead>\n        <tr>\n          <th>Name</th>\n          "
               "<th>Description</th>\n"
               "          <th>Last checked</th>\n          <th colspan=\"3\">Jobs</th>\n        </tr>\n      "
               "</thead>\n      <tbody>",
        rows, "      </tbody>\n    </table>");
}

QByteArray changesCell(const HydraView &view, const Evaluation &evaluation)
{
    QByteArray cell;
    for (const EvaluationInput &input : changedInputs(view.world, evaluation)) {
        cell += cat(cell.isEmpty() ? "" : ", ", escaped(input.name), " → ",
            revisionLink(input.revision, input.revision.first(qMin(shortRevision, input.revision.size()))));
    }
    if (cell.isEmpty())
        cell = "-";
    if (!view.world.errors(evaluation).isEmpty())
        cell += "            <span class=\"badge badge-warning\">Eval Errors</span>";
    return cell;
}

QByteArray deltaBadge(const HydraView &view, const Evaluation &evaluation, const Counts &counts)
{
    const Evaluation *before = view.world.previous(evaluation);
    const int delta = before == nullptr ? 0 : counts.succeeded - view.world.counts(*before).succeeded;
    if (delta > 0)
        return cat("              <span class='badge badge-success'><strong>+", delta, "</strong></span>");
    if (delta < 0 && counts.scheduled == 0)
        return cat("              <span class='badge badge-danger'><strong>", delta, "</strong></span>");
    return {};
}

QByteArray evaluationRow(const HydraView &view, const Evaluation &evaluation, bool showJobset)
{
    const Counts counts = view.world.counts(evaluation);
    const auto badge = [](QByteArrayView kind, int count) {
        return count == 0 ? QByteArray() : cat("            <span class=\"badge badge-", kind, "\">", count, "</span>");
    };
    return cat("        <tr>\n          <td>",
        link(cat(view.base, "/eval/", evaluation.id.value), piece(evaluation.id.value), "row-link"), "</td>",
        showJobset ? cat("          <td>", jobsetLinks(view, evaluation.jobset, false), "</td>") : QByteArray(),
        "          <td class=\"nowrap\">", timeTag(evaluation.time, view.world.now(), TimeForm::Relative),
        "</td>\n          <td>", changesCell(view, evaluation),
        "          </td>\n          <td align='right' class=\"nowrap\">\n            <span class=\"badge "
        "badge-success\">",
        counts.succeeded, "</span>\n          </td>\n          <td align=\"right\" class=\"nowrap\">",
        badge("danger", counts.failed), "          </td>\n          <td align=\"right\" class=\"nowrap\">",
        badge("secondary", counts.scheduled), "          </td>\n          <td align='right' class=\"nowrap\">",
        deltaBadge(view, evaluation, counts), "          </td>\n        </tr>");
}

QByteArray evaluationHead(const HydraView &view, bool showJobset)
{
    const auto countHead
        = [&](const QByteArray &icon) { return cat("        <th style=\"width: 2em\">\n", icon, "\n        </th>\n"); };
    const QByteArray delta = cat("      <img src=\"", view.base,
        "/static/images/delta.svg\" height=\"12\" width=\"12\" title=\"Delta\" alt=\"Delta\" "
        "class=\"build-status\" />");
    return cat("    <thead>\n      <tr>\n        <th rowspan=\"2\">#</th>",
        showJobset ? "        <th rowspan=\"2\">Jobset</th>" : "",
        "        <th rowspan=\"2\" style=\"width: 10em\">Date</th>\n        <th rowspan=\"2\">Input "
        "changes</th>\n"
        "        <th colspan=\"4\">Jobs</th>\n      </tr>\n      <tr>\n",
        countHead(statusIcon(view.base, 0, 12)), countHead(statusIcon(view.base, 1, 12)),
        countHead(statusIcon(view.base, std::nullopt, 12)), countHead(delta), "      </tr>\n    </thead>\n");
}

QByteArray jobsetTimesTable(const HydraView &view, JobsetIndex index)
{
    const qint64 now = view.world.now();
    const JobsetTimes times = view.world.times(index);
    const std::span<const EvalId> evaluations = view.world.evaluations(index);
    const Evaluation *last = evaluations.empty() ? nullptr : view.world.evaluation(evaluations.back());
    const bool bad
        = (last != nullptr && !view.world.errors(*last).isEmpty()) || !view.world.jobset(index).fetchError.isEmpty();
    QByteArray rows = infoRow("Last checked:",
        times.lastChecked == 0 ? "<em>never</em>"_ba
                               : cat(timeTag(times.lastChecked, now, TimeForm::Absolute), ", ",
                                     bad ? "<em class=\"text-warning\">with errors!</em>" : "<em>no errors</em>"));
    if (last != nullptr) {
        const int seconds = last->checkoutSeconds + last->evalSeconds;
        rows += infoRow("Last evaluation:",
            cat(timeTag(last->time, now, TimeForm::Absolute), "            (took ", seconds,
                seconds == 1 ? " second)" : " seconds)"));
    }
    if (times.started != 0)
        rows += infoRow("Evaluation running since:", timeTag(times.started, now, TimeForm::Relative));
    else if (times.triggered != 0)
        rows += infoRow("Evaluation pending since:", timeTag(times.triggered, now, TimeForm::Relative));
    return cat("    <table class=\"info-table\">\n", rows, "    </table>\n\n    <br/>\n");
}

QByteArray inputTypeWord(const QByteArray &type)
{
    static const QHash<QByteArray, QByteArray> words{{"git", "Git checkout"}, {"boolean", "Boolean"},
        {"string", "String value"}, {"nix", "Nix expression"}, {"path", "Local path or URL"}};
    return words.value(type, type);
}

QByteArray configurationTab(const HydraView &view, JobsetIndex index)
{
    static const QByteArray states[] = {"Disabled", "Enabled", "One-shot", "One-at-a-time"};
    const JobsetFacts &jobset = view.world.jobset(index);
    QByteArray rows = infoRow("State:", states[qBound(0, jobset.enabled, 3)])
        + infoRow("Description:", escaped(jobset.description));
    if (jobset.flake.isEmpty())
        rows += infoRow("Nix expression:",
            cat("\n          <tt>", escaped(jobset.exprPath), "</tt> in input\n          <tt>",
                escaped(jobset.exprInput), "</tt>\n"));
    else
        rows += infoRow("Flake URI:", cat("<tt>", escaped(jobset.flake), "</tt>"));
    rows += infoRow("Check interval:", piece(jobset.checkInterval))
        + infoRow("Scheduling shares:", piece(jobset.shares))
        + infoRow("Number of evaluations to keep:", piece(jobset.keep));
    QByteArray inputs;
    for (const InputFacts &input : jobset.inputs)
        inputs
            += cat("  <tr class=\"input \" >\n    <td>\n      <tt>", escaped(input.name), "</tt>\n    </td>\n    <td>",
                inputTypeWord(input.type), "    </td>\n    <td class=\"inputalts\" id=\"input-", escaped(input.name),
                "\">        <tt class=\"inputalt\">", escaped(input.value), "        </tt>    </td>\n  </tr>");
    return cat("  <div id=\"tabs-configuration\" class=\"tab-pane\">\n\n    <table class=\"info-table\">\n", rows,
        "    </table>\n  <h3>Inputs</h3>\n  <table class=\"table table-striped table-condensed\">\n    "
        "<thead>\n"
        "      <tr><th>Input name</th><th>Type</th><th>Values</th></tr>\n    </thead>\n    <tbody "
        "class=\"inputs\">",
        inputs, "    </tbody>\n  </table>  </div>\n");
}

} // namespace

QByteArray inputTable(const QList<EvaluationInput> &inputs)
{
    QByteArray rows;
    for (const EvaluationInput &input : inputs) {
        const QByteArray value = input.uri.isEmpty() ? input.value : input.uri;
        const QByteArray revision = input.revision.isEmpty()
            ? QByteArray()
            : cat("<tt class=\"rev-copy\" title=\"Click to copy\">", input.revision, "</tt>");
        rows += cat("        <tr>\n          <td><tt>", escaped(input.name), "</tt></td>\n          <td>",
            inputTypeWord(input.type), "</td>\n          <td>              <tt>", escaped(value),
            "</tt>          </td>\n          <td>", revision, "</td>\n          <td><tt>", escaped(input.storePath),
            "</tt></td>\n        </tr>");
    }
    return cat("  <table class=\"table table-striped table-condensed\">\n    <thead>\n      "
               "<tr><th>Name</th><th>Type</th>"
               "<th>Value</th><th>Revision</th><th>Store path</th></tr>\n    </thead>\n    <tbody>",
        rows, "    </tbody>\n  </table>");
}

QByteArray inputChanges(const QList<EvaluationInput> &before, const QList<EvaluationInput> &after)
{
    QByteArray rows;
    for (const EvaluationInput &input : after) {
        const auto old = std::ranges::find(before, input.name, &EvaluationInput::name);
        if (old == before.end() || old->revision == input.revision || input.revision.isEmpty())
            continue;
        QByteArray repository = input.uri;
        if (repository.endsWith(".git"))
            repository.chop(4);
        rows += cat("                  <tr><td>\n                    <b>", escaped(input.name),
            "</b></td><td><tt>        <a target=\"_blank\" href=\"", escaped(repository), "/compare/", old->revision,
            "...", input.revision, "\">", old->revision.first(shortRevision), " to ",
            input.revision.first(shortRevision),
            "</a></tt>\n                    (<a class=\"rev-copy\" href=\"javascript:void(0)\" title=\"Click "
            "to copy full revision: ",
            input.revision, "\">copy</a>)\n                  </td></tr>");
    }
    if (rows.isEmpty())
        return {};
    return cat("      <h3>Changes</h3>  <table class=\"table table-striped table-condensed\">      "
               "<tr><th>Input</th><th>Changes</th></tr>",
        rows, "  </table>");
}

QByteArray evaluationTable(
    const HydraView &view, std::span<const Evaluation *const> evaluations, bool showJobset, const QByteArray &moreUrl)
{
    QByteArray rows;
    for (const Evaluation *evaluation : evaluations)
        rows += evaluationRow(view, *evaluation, showJobset);
    if (!moreUrl.isEmpty())
        rows += tailRow(showJobset ? 8 : 7, moreUrl, "More...");
    return cat("  <table class=\"table table-condensed table-striped clickable-rows\">\n",
        evaluationHead(view, showJobset), "    <tbody>", rows, "    </tbody>\n  </table>");
}

QByteArray projectsPage(const HydraView &view)
{
    QByteArray rows;
    for (const ProjectFacts &project : view.world.projects()) {
        if (!project.hidden)
            rows += projectRow(view, project);
    }
    Frame f = frame(view, "Overview");
    f.heading = "Projects";
    return framed(f,
        cat("<p>The following projects are hosted on this server:\n</p>\n\n<table class=\"table "
            "table-condensed table-striped "
            "clickable-rows\">\n  <thead>\n    <tr>\n      <th>Id</th>\n      <th>Name</th>\n      "
            "<th>Description</th>\n"
            "    </tr>\n  </thead>\n  <tbody>",
            rows, "  </tbody>\n</table>\n"));
}

QByteArray projectPage(const HydraView &view, const ProjectFacts &project)
{
    Frame f = frame(view, "Project " + project.name);
    f.project = project.name;
    const QByteArray rows = infoRow("Display name:", escaped(project.displayName))
        + infoRow("Description:", escaped(project.description))
        + infoRow("Homepage:", link(escaped(project.homepage), escaped(project.homepage)))
        + infoRow("Owner:", cat("<tt>", escaped(project.owner), "</tt>"))
        + infoRow("Enabled:", project.enabled ? "Yes" : "No");
    return framed(f,
        cat("<ul class=\"nav nav-tabs\">\n", tabLink("tabs-project", "Jobsets", true),
            tabLink("tabs-configuration", "Configuration"),
            "</ul>\n\n<div class=\"tab-content\">\n  <div id=\"tabs-project\" class=\"tab-pane active\">",
            jobsetsOf(view, project),
            "  </div>\n\n  <div id=\"tabs-configuration\" class=\"tab-pane\">\n    <table "
            "class=\"info-table\">\n",
            rows, "    </table>\n  </div>\n\n</div>\n"));
}

QByteArray jobsetPage(const HydraView &view, JobsetIndex index)
{
    std::vector<const Evaluation *> newest;
    const std::span<const EvalId> all = view.world.evaluations(index);
    for (size_t i = 0; i < qMin(all.size(), evaluationsOnJobsetPage); ++i)
        newest.push_back(view.world.evaluation(all[all.size() - 1 - i]));
    const QByteArray url = jobsetUrl(view, index);
    const bool bad = (!newest.empty() && !view.world.errors(*newest.front()).isEmpty())
        || !view.world.jobset(index).fetchError.isEmpty();
    const QByteArray errorsTab
        = bad ? tabLink("tabs-errors", "<span class=\"text-warning\">Evaluation Errors</span>") : QByteArray();
    const QByteArray errors = bad ? cat("  <div id=\"tabs-errors\" class=\"tab-pane\">\n    <iframe src=\"", url,
                                        "/errors\" loading=\"lazy\"></iframe>\n  </div>\n")
                                  : QByteArray();
    return framed(jobsetFrame(view, index, {}),
        cat("<ul class=\"nav nav-tabs\">\n", tabLink("tabs-evaluations", "Evaluations", true), errorsTab,
            tabLink("tabs-jobs", "Jobs"), tabLink("tabs-configuration", "Configuration"),
            tabLink("tabs-links", "Links"),
            "</ul>\n\n<div id=\"generic-tabs\" class=\"tab-content\">\n\n  <div id=\"tabs-evaluations\" "
            "class=\"tab-pane active\">\n\n",
            jobsetTimesTable(view, index),
            evaluationTable(view, newest, false, newest.empty() ? QByteArray() : url + "/evals"), "\n  </div>\n\n",
            errors, configurationTab(view, index), lazyTab("tabs-jobs"),
            "  <div id=\"tabs-links\" class=\"tab-pane\">\n    <ul>\n      <li>",
            link(url + "/latest-eval", "Latest finished evaluation"), "</li>\n    </ul>\n  </div>\n</div>\n"));
}

QByteArray evaluationsPage(const HydraView &view, std::optional<JobsetIndex> jobset, qint64 page)
{
    const std::span<const EvalId> all = jobset ? view.world.evaluations(*jobset) : view.world.allEvaluations();
    const auto total = static_cast<qint64>(all.size());
    std::vector<const Evaluation *> shown;
    for (qint64 i = (page - 1) * rowsPerPage; i < qMin(total, page * rowsPerPage); ++i)
        shown.push_back(view.world.evaluation(all[static_cast<size_t>(total - 1 - i)]));
    const qint64 from = (page - 1) * rowsPerPage + 1;
    const QByteArray table = evaluationTable(view, shown, !jobset, {});
    const Frame f = jobset ? jobsetFrame(view, *jobset, "Evaluations of jobset ") : frame(view, "Latest evaluations");
    return framed(f,
        cat("<p>Showing evaluations ", from, " - ", from - 1 + static_cast<qint64>(shown.size()), " out of ", total,
            ".</p>\n", table, pagination({}, page, (total + rowsPerPage - 1) / rowsPerPage)));
}

} // namespace narscope::sim
