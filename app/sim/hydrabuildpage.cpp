// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrajson.h"
#include "sim/hydrapages.h"

#include <algorithm>
#include <ranges>

using namespace Qt::StringLiterals;

// A build, its steps and the pages around their logs.

namespace narscope::sim {

namespace {

constexpr QByteArrayView notAvailable = "<em>n/a</em>";
constexpr QByteArrayView notGiven = "<em>not given</em>";

QByteArray logLinks(const QByteArray &logUrl)
{
    return cat(link(logUrl, "log"), ", ", link(logUrl + "/raw", "raw"), ", ", link(logUrl + "/tail", "tail"));
}

QByteArray logButtons(const QByteArray &logUrl)
{
    const auto button
        = [](const QByteArray &url, const QByteArray &text) { return link(url, text, "btn btn-secondary btn-sm"); };
    return cat(button(logUrl, "pretty"), "\n", button(logUrl + "/raw", "raw"), "\n", button(logUrl + "/tail", "tail"));
}

QByteArray stepPaths(const HydraView &view, const StepFacts &step)
{
    QByteArray paths;
    for (const OutputOf &output : view.world.recipes().outputs(step.drv))
        paths += cat(paths.isEmpty() ? "" : ",<br/>", output.path.text());
    return cat(step.substitution ? "Substitution of <tt>" : "Build of <tt>", paths, "</tt>");
}

QByteArray stepMachine(const HydraView &view, const StepFacts &step)
{
    if (!step.machine)
        return notAvailable.toByteArray();
    const QByteArray &host = view.world.machine(*step.machine).host;
    return escaped(host.first(host.indexOf('.') < 0 ? host.size() : host.indexOf('.')));
}

QByteArray busyHtml(Busy busy)
{
    switch (busy) {
    case Busy::No:
        break;
    case Busy::Preparing:
        return "<strong>Preparing</strong>";
    case Busy::Connecting:
        return "<strong>Connecting</strong>";
    case Busy::SendingInputs:
        return "<strong>Sending inputs</strong>";
    case Busy::Building:
        return "<strong>Building</strong>";
    case Busy::Waiting:
        return "<strong>Waiting to receive outputs</strong>";
    case Busy::Receiving:
        return "<strong>Receiving outputs</strong>";
    case Busy::Post:
        return "<strong>Post-processing</strong>";
    }
    return "<strong>Unknown state</strong>";
}

QByteArray stepDuration(const HydraView &view, const StepFacts &step)
{
    if (step.busy != Busy::No)
        return durationText(view.world.now() - step.startedAt);
    const bool ran = step.machine.has_value() && step.stoppedAt != 0 && step.propagatedFrom.value == 0;
    return ran ? durationText(step.stoppedAt - step.startedAt) : cat("      ", notAvailable);
}

QByteArray stepStatus(const StepFacts &step)
{
    return step.status ? stepStatusHtml(*step.status, step.errorMessage) : cat("      ", busyHtml(step.busy));
}

QByteArray stepTableRow(const HydraView &view, const StepFacts &step)
{
    const QByteArray url = cat(buildUrl(view, step.build), "/step/", step.number.value);
    const QByteArray logs = step.hasLog ? cat(" (", logLinks(url + "/log"), ")") : QByteArray();
    const QByteArray propagated = step.propagatedFrom.value == 0
        ? QByteArray()
        : cat("              (propagated from ",
              link(buildUrl(view, step.propagatedFrom), cat("build ", step.propagatedFrom.value)), ")");
    return cat("                    <tr>\n            <td>", link(url, piece(step.number.value), "row-link"),
        "</td>\n            <td>                ", stepPaths(view, step), "            </td>\n            <td>",
        stepDuration(view, step), "</td>\n            <td>", stepMachine(view, step),
        "</td>\n            <td class=\"step-status\">", stepStatus(step), logs, propagated,
        "            </td>\n          </tr>");
}

QByteArray stepTable(const QByteArray &rows)
{
    return cat("  <table class=\"table table-striped table-condensed clickable-rows\">\n    <thead>\n      "
               "<tr><th>Nr</th><th>Step</th><th>Duration</th><th>Machine</th><th>Status</th></tr>\n    "
               "</thead>\n    <tbody>",
        rows, "    </tbody>\n  </table>");
}

// Newest first, as Hydra lists them.
template <typename Pick> QByteArray pickedSteps(const HydraView &view, const std::vector<StepFacts> &steps, Pick pick)
{
    QByteArray rows;
    for (const StepFacts &step : std::views::reverse(steps)) {
        if (pick(step))
            rows += stepTableRow(view, step);
    }
    return rows;
}

QByteArray constituentSummary(const std::vector<BuildFacts> &constituents)
{
    const auto failed
        = std::ranges::count_if(constituents, [](const BuildFacts &b) { return b.finished() && b.status != 0; });
    const auto pending = std::ranges::count_if(constituents, [](const BuildFacts &b) { return !b.finished(); });
    if (constituents.empty())
        return {};
    const QByteArray still = pending == 0 ? QByteArray() : cat("                      (", pending, " still pending)");
    if (failed == 0 && pending == 0)
        return cat(";\n                  all ", constituents.size(), " constituent builds succeeded");
    return cat(";\n                  ", failed, " out of ", constituents.size(), " constituent builds failed", still);
}

QByteArray partOf(const HydraView &view, const BuildFacts &build)
{
    const std::vector<EvalId> evaluations = view.world.evaluationsWith(build);
    if (evaluations.empty())
        return {};
    const EvalId latest = evaluations.back();
    QByteArray text = link(cat(view.base, "/eval/", latest.value), cat("evaluation ", latest.value));
    if (const size_t others = evaluations.size() - 1; others > 0)
        text += cat(" (and ", link(buildUrl(view, build.id) + "/evals", cat(others, " others")), ")");
    return text;
}

// The last good build of the same job before this one.
std::optional<BuildFacts> lastGood(const World &world, const BuildFacts &build)
{
    for (const BuildFacts &older : world.history(build.jobset, build.job)) {
        if (older.id < build.id && older.succeeded())
            return older;
    }
    return {};
}

QByteArray changesSince(const HydraView &view, const BuildFacts &build)
{
    const auto good = lastGood(view.world, build);
    const std::vector<EvalId> after = view.world.evaluationsWith(build);
    const std::vector<EvalId> before = good ? view.world.evaluationsWith(*good) : std::vector<EvalId>();
    if (after.empty() || before.empty())
        return {};
    return inputChanges(view.world.inputs(*view.world.evaluation(before.back())),
        view.world.inputs(*view.world.evaluation(after.front())));
}

QByteArray productTable(const HydraView &view, const BuildFacts &build)
{
    QByteArray rows;
    int number = 0;
    for (const ProductFacts &product : view.world.products(build)) {
        ++number;
        if (product.type == "nix-build")
            continue;
        const QByteArray url = cat(buildUrl(view, build.id), "/download/", number, "/", encoded(product.name));
        rows += cat("      <tr class=\"product\">            <td>", product.type == "doc" ? "Documentation" : "File",
            "</td>\n            <td>", escaped(product.subtype), "</td>        <td>\n          ",
            link(url, cat("<tt>", escaped(product.name), "</tt>")), "\n        </td>\n      </tr>\n");
    }
    if (rows.isEmpty())
        return {};
    return cat("      <h3>Build products</h3>\n\n  <table class=\"table table-striped\">\n    <tr>\n       "
               "<th></th>\n       "
               "<th>Type</th>\n       <th>Link</th>\n       <th>Actions</th>\n    </tr>\n",
        rows, "  </table>\n");
}

QByteArray summaryRows(const HydraView &view, const BuildFacts &build, const std::vector<StepFacts> &steps,
    const std::vector<BuildFacts> &constituents)
{
    const auto status = build.finished() ? std::optional<int>(build.status) : std::nullopt;
    const bool running = build.phase == BuildFacts::Phase::Running;
    QByteArray rows = infoRow("Build ID:", piece(build.id.value))
        + infoRow("Status:", statusHtml(status, running) + constituentSummary(constituents))
        + infoRow("System:", cat("<tt>", name(view.world.jobSystem(build.jobset, build.job)), "</tt>"));
    if (const QByteArray release = view.world.releaseName(build); !release.isEmpty())
        rows += infoRow("Release name:", cat("<tt>", escaped(release), "</tt>"));
    else
        rows += infoRow("Nix name:", cat("<tt>", escaped(view.world.nixName(build)), "</tt>"));
    rows += infoRow("Part of:", partOf(view, build));
    if (build.cachedFrom.value != 0)
        rows += infoRow("Cached from:", link(buildUrl(view, build.cachedFrom), cat("build ", build.cachedFrom.value)));
    if (build.finished()) {
        if (build.cachedFrom.value == 0)
            rows += infoRow("Duration:", durationText(build.stoppedAt - build.startedAt));
        rows += infoRow("Finished at:", timeTag(build.stoppedAt, view.world.now(), TimeForm::Absolute));
    }
    const bool hasLog = std::ranges::any_of(steps, [&](const StepFacts &s) { return s.hasLog && s.drv == build.drv; });
    if (hasLog)
        rows += infoRow("Logfile:", logButtons(buildUrl(view, build.id) + "/log"));
    return rows;
}

QByteArray summaryTab(const HydraView &view, const BuildFacts &build, const std::vector<StepFacts> &steps,
    const std::vector<BuildFacts> &constituents)
{
    const auto status = build.finished() ? std::optional<int>(build.status) : std::nullopt;
    QByteArray tab
        = cat("  <div id=\"tabs-summary\" class=\"tab-pane active\">\n\n    <table>\n      <tr>\n        <td>",
            statusIcon(view.base, status, 128), "        </td>\n        <td>\n          <table class=\"info-table\">\n",
            summaryRows(view, build, steps, constituents),
            "          </table>\n        </td>\n      </tr>\n    </table>\n", productTable(view, build));
    const QByteArray running = pickedSteps(view, steps, [](const StepFacts &s) { return s.busy != Busy::No; });
    if (!running.isEmpty())
        tab += "      <h3>Running build steps</h3>" + stepTable(running);
    const QByteArray failed = pickedSteps(view, steps, [](const StepFacts &s) { return s.status && *s.status != 0; });
    if (build.finished() && build.status != 0) {
        if (!failed.isEmpty())
            tab += "        <h3>Failed build steps</h3>" + stepTable(failed);
        tab += changesSince(view, build);
    }
    return tab + "\n  </div>\n\n";
}

QByteArray outputTable(const HydraView &view, Drv drv)
{
    QByteArray rows;
    for (const OutputOf &output : view.world.recipes().outputs(drv))
        rows += cat("      <tr>\n        <th><tt>", output.name, "</tt></th>\n        <td><tt>", output.path.text(),
            "</tt></td>\n      </tr>");
    return cat("  <table class=\"info-table\">", rows, "  </table>");
}

struct Meta {
    QByteArray description;
    QByteArray license;
    QByteArray homepage;
    QByteArray maintainers;
};

Meta metaOf(const World &world, const BuildFacts &build)
{
    const std::optional<Attr> attr = world.jobAttr(build.jobset, build.job);
    if (!attr)
        return {
            .description = "Release-critical builds for the channel", .license = {}, .homepage = {}, .maintainers = {}};
    const Universe &universe = world.universe();
    QByteArray maintainers;
    for (const QByteArray &maintainer : universe.maintainers(*attr))
        maintainers += (maintainers.isEmpty() ? "" : ", ") + maintainer + "@users.noreply.github.com";
    return {.description = universe.description(*attr),
        .license = universe.license(*attr),
        .homepage = universe.homepage(*attr),
        .maintainers = maintainers};
}

QByteArray metaRows(const Meta &meta)
{
    const auto shown = [](const QByteArray &text) { return text.isEmpty() ? notGiven.toByteArray() : escaped(text); };
    return infoRow("Short description:", shown(meta.description)) + infoRow("License:", shown(meta.license))
        + infoRow("Homepage:",
            meta.homepage.isEmpty() ? notGiven.toByteArray() : link(escaped(meta.homepage), escaped(meta.homepage)))
        + infoRow("Maintainer(s):", shown(meta.maintainers));
}

QByteArray detailsTab(const HydraView &view, const BuildFacts &build)
{
    const World &world = view.world;
    const qint64 now = world.now();
    const JobsetFacts &jobset = world.jobset(build.jobset);
    QByteArray rows = infoRow("Queued at:", timeTag(build.queuedAt, now, TimeForm::Absolute));
    if (build.finished())
        rows += infoRow("Build started:", timeTag(build.startedAt, now, TimeForm::Absolute))
            + infoRow("Build finished:", timeTag(build.stoppedAt, now, TimeForm::Absolute));
    else
        rows += infoRow("Priority:", piece(priority(world, build)));
    if (jobset.flake.isEmpty())
        rows += infoRow("Nix expression:",
            cat("file <tt>", escaped(jobset.exprPath), "</tt> in input <tt>", escaped(jobset.exprInput), "</tt>"));
    rows += infoRow("Nix name:", cat("<tt>", escaped(world.nixName(build)), "</tt>")) + metaRows(metaOf(world, build))
        + infoRow("System:", cat("<tt>", name(world.jobSystem(build.jobset, build.job)), "</tt>"))
        + infoRow("Derivation store path:", cat("<tt>", view.world.recipes().drvPath(build.drv).text(), "</tt>"))
        + infoRow("Output store paths:", outputTable(view, build.drv));
    const auto sizeRow = [&](QByteArrayView title, qint64 bytes) {
        const QByteArray url = jobUrl(view, build.jobset, world.jobName(build.jobset, build.job)) + "#tabs-charts";
        return bytes == 0 ? QByteArray()
                          : infoRow(title, cat(mebibytes(bytes), "\n            (", link(url, "history"), ")"));
    };
    rows += sizeRow("Closure size:", world.closureSize(build)) + sizeRow("Output size:", world.outputSize(build));
    return cat("  <div id=\"tabs-details\" class=\"tab-pane\">\n\n    <table class=\"info-table\">\n", rows,
        "    </table>\n\n  </div>\n\n");
}

QByteArray constituentsTab(const HydraView &view, const std::vector<BuildFacts> &constituents)
{
    if (constituents.empty())
        return {};
    return cat("    <div id=\"tabs-constituents\" class=\"tab-pane\">\n\n      <p>This build is an aggregate "
               "of the following builds:</p>\n",
        buildList(view, constituents, {}), "\n    </div>\n\n");
}

QByteArray inputsTab(const HydraView &view, const BuildFacts &build)
{
    const std::vector<EvalId> evaluations = view.world.evaluationsWith(build);
    const QList<EvaluationInput> inputs = evaluations.empty()
        ? QList<EvaluationInput>()
        : view.world.inputs(*view.world.evaluation(evaluations.front()));
    return cat("  <div id=\"tabs-buildinputs\" class=\"tab-pane\">\n", inputTable(inputs), "\n  </div>\n");
}

} // namespace

QByteArray buildPage(const HydraView &view, const BuildFacts &build)
{
    const QByteArray job = view.world.jobName(build.jobset, build.job);
    const std::vector<StepFacts> steps = view.world.steps(build);
    const std::vector<BuildFacts> constituents = view.world.constituents(build);
    const QByteArray before = cat("Build ", build.id.value, " of job ");
    const QByteArray allSteps = stepTable(pickedSteps(view, steps, [](const StepFacts &) { return true; }));
    return framed(jobFrame(view, build.jobset, job, before, before),
        cat("<ul class=\"nav nav-tabs\">\n", tabLink("tabs-summary", "Summary", true),
            constituents.empty() ? QByteArray() : tabLink("tabs-constituents", "Constituents"),
            tabLink("tabs-details", "Details"), tabLink("tabs-buildinputs", "Inputs"),
            tabLink("tabs-buildsteps", "Build Steps"), tabLink("tabs-build-deps", "Build Dependencies"),
            "</ul>\n\n<div id=\"generic-tabs\" class=\"tab-content\">\n\n",
            summaryTab(view, build, steps, constituents), constituentsTab(view, constituents), detailsTab(view, build),
            inputsTab(view, build), "    <div id=\"tabs-buildsteps\" class=\"tab-pane\">", allSteps, "    </div>\n",
            lazyTab("tabs-build-deps"), "</div>\n"));
}

QByteArray stepPage(const HydraView &view, const BuildFacts &build, const StepFacts &step)
{
    const QByteArray job = view.world.jobName(build.jobset, build.job);
    const QByteArray url = cat(buildUrl(view, build.id), "/step/", step.number.value);
    const QByteArray before = cat("Step ", step.number.value, " of build ", build.id.value, " of job ");
    const QByteArray beforeHtml = cat(
        "Step ", step.number.value, " of ", link(buildUrl(view, build.id), cat("build ", build.id.value)), " of job ");
    QByteArray rows = infoRow("Type:", step.substitution ? "Substitution" : "Build")
        + infoRow("Derivation:", cat("<tt>", view.world.recipes().drvPath(step.drv).text(), "</tt>"))
        + infoRow("System:", cat("<tt>", name(step.drv.system), "</tt>"))
        + infoRow("Output store paths:", outputTable(view, step.drv)) + infoRow("Machine:", stepMachine(view, step))
        + infoRow("Duration:", stepDuration(view, step)) + infoRow("Status:", stepStatus(step));
    if (step.propagatedFrom.value != 0)
        rows += infoRow(
            "Propagated from:", link(buildUrl(view, step.propagatedFrom), cat("build ", step.propagatedFrom.value)));
    if (step.hasLog)
        rows += infoRow("Logfile:", logButtons(url + "/log"));
    return framed(jobFrame(view, build.jobset, job, before, beforeHtml),
        cat("\n<table class=\"info-table\">\n", rows, "</table>\n"));
}

QByteArray logPage(const HydraView &view, const BuildFacts &build, const std::optional<StepFacts> &step, bool tail)
{
    const QByteArray job = view.world.jobName(build.jobset, build.job);
    const QByteArray ofBuild = link(buildUrl(view, build.id), cat("build ", build.id.value));
    QByteArray url = buildUrl(view, build.id);
    QByteArray before = "Log of ";
    QByteArray beforeHtml = "Log of ";
    if (step) {
        url += cat("/step/", step->number.value);
        before += cat("step ", step->number.value, " of ");
        beforeHtml += cat(link(url, cat("step ", step->number.value)), " of ");
    }
    before += cat("build ", build.id.value, " of job ");
    beforeHtml += ofBuild + " of job ";
    const nix::StorePath &drv = view.world.recipes().drvPath(step ? step->drv : build.drv);
    const QByteArray full = tail ? cat("  The ", link(url + "/log", "full log"), " is also available.") : QByteArray();
    return framed(jobFrame(view, build.jobset, job, before, beforeHtml),
        cat("<p>\n  Below ", tail ? "are the last lines of" : "is", " the build log (", link(url + "/log/raw", "raw"),
            ")\n  of derivation <tt>", drv.text(), "</tt>.", full,
            "</p>\n\n<div class=\"card bg-light\"><div class=\"card-body\"><pre class=\"log\" "
            "id=\"contents\" data-log=\"",
            view.base, "/log/", encoded(drv.baseName()), tail ? "?tail=50" : "",
            "\">\n<em>Loading...</em>\n</pre></div></div>\n"));
}

} // namespace narscope::sim
