// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrapages.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// Machines, queue, steps and the server-wide lists of builds.

namespace narscope::sim {

namespace {

QByteArray shortHost(const QByteArray &host)
{
    return host.first(host.indexOf('.') < 0 ? host.size() : host.indexOf('.'));
}

QByteArray busyText(Busy busy)
{
    switch (busy) {
    case Busy::No:
        break;
    case Busy::Preparing:
        return "Preparing";
    case Busy::Connecting:
        return "Connecting";
    case Busy::SendingInputs:
        return "Sending inputs";
    case Busy::Building:
        return "Building";
    case Busy::Waiting:
        return "Waiting to receive outputs";
    case Busy::Receiving:
        return "Receiving outputs";
    case Busy::Post:
        return "Post-processing";
    }
    return "Unknown state";
}

QByteArray gibibytes(qint64 bytes)
{
    return piece(bytes / (1024LL * 1024 * 1024)) + "GiB";
}

QByteArray listItem(QByteArrayView title, const QByteArray &html)
{
    return cat("                <li><b>", title, ":&nbsp;</b>", html, "</li>\n");
}

QByteArray joinedTt(const QList<QByteArray> &texts)
{
    QByteArray all;
    for (const QByteArray &text : texts)
        all += cat(all.isEmpty() ? "" : ", ", "<tt>", escaped(text), "</tt>");
    return all;
}

QByteArray loadText(double load)
{
    return cat("<tt>", QByteArray::number(load, 'f', 2), "</tt>");
}

QByteArray yesNo(bool yes)
{
    return yes ? "<span class=\"text-success\">Yes</span>"_ba : "<span class=\"text-danger\">No</span>"_ba;
}

// HTML inside an attribute, as Hydra has it.
QByteArray machinePopover(const MachineFacts &machine, const MachineLoadFacts &load)
{
    QList<QByteArray> systems;
    for (const System system : machine.systems)
        systems += name(system);
    const QByteArray items = listItem("System types", joinedTt(systems))
        + listItem("Supported Features", joinedTt(machine.features))
        + listItem("Mandatory Features", joinedTt(machine.mandatoryFeatures))
        + listItem("Capacity", yesNo(load.currentJobs < machine.maxJobs))
        + listItem("Scheduling Score", QByteArray::number(machine.score, 'g', 9))
        + listItem("Load",
            cat(loadText(load.load1), "&nbsp;&nbsp;&nbsp;", loadText(load.load5), "&nbsp;&nbsp;&nbsp;",
                loadText(load.load15)))
        + listItem("Memory",
            cat("<tt>", gibibytes(load.memoryUsed), "</tt> of <tt>", gibibytes(machine.memory), "</tt> used (<tt>",
                gibibytes(machine.memory - load.memoryUsed), "</tt> free)"));
    return cat("  <button type=\"button\" class=\"btn hydra-popover btn-secondary btn-sm\" data-toggle=\"popover\" "
               "data-html=\"true\" data-placement=\"bottom\" data-content=\"",
        escaped(cat("              <ul class=\"list-unstyled mb-0\">\n", items, "              </ul>")),
        "\">Details  </button>");
}

QByteArray machineHead(const HydraView &view, MachineIndex index)
{
    const MachineFacts &machine = view.world.machine(index);
    const MachineLoadFacts load = view.world.load(index);
    const double secondsPerStep = load.stepsDone == 0 ? 0 : double(load.totalStepMs) / 1000 / double(load.stepsDone);
    return cat("    <thead>\n      <tr>\n        <th colspan=\"7\">\n          <tt ",
        load.disabledUntil > view.world.now() ? "style=\"text-decoration: line-through;\"" : "", ">",
        escaped(shortHost(machine.host)),
        "</tt>            <span class=\"muted\" style=\"font-weight: normal;\">\n              (<tt>",
        name(machine.systems.front()), "</tt>)\n            </span>\n            &nbsp;", machinePopover(machine, load),
        "            <span class=\"muted\" style=\"font-weight: normal;\">\n              (", load.stepsDone,
        " steps done, ", QByteArray::number(secondsPerStep, 'f', 1),
        " s/step)\n            </span>        </th>\n      </tr>\n    </thead>\n");
}

QByteArray runningStepRow(const HydraView &view, const StepFacts &step)
{
    const auto build = view.world.build(step.build);
    const QByteArray drvName = escaped(view.world.recipes().drvPath(step.drv).name());
    const QByteArray url = buildUrl(view, step.build);
    const bool hasLog = step.busy >= Busy::Building;
    const QByteArray job = view.world.jobName(build->jobset, build->job);
    return cat("        <tr>\n          <td><tt>", jobLinks(view, build->jobset, job), "</tt></td>\n          <td>",
        link(url, piece(step.build.value)), "</td>\n          <td>",
        hasLog ? cat("<a class=\"row-link\" href=\"", url, "/step/", step.number.value, "/log/tail\"><tt>", drvName,
                     "</tt></a>")
               : cat("<tt>", drvName, "</tt>"),
        "</td>\n          <td>", busyText(step.busy), "</td>\n          <td style=\"width: 10em\">",
        durationText(view.world.now() - step.startedAt), " </td>\n        </tr>");
}

QByteArray machineRows(const HydraView &view, MachineIndex index, const std::vector<StepFacts> &running)
{
    QByteArray rows;
    for (const StepFacts &step : running) {
        if (step.machine == index)
            rows += runningStepRow(view, step);
    }
    if (rows.isEmpty()) {
        const qint64 since = view.world.load(index).idleSince;
        rows = since == 0
            ? "        <tr><td colspan=\"6\">Idle</td></tr>"_ba
            : cat("        <tr><td colspan=\"6\">Idle since ", durationText(view.world.now() - since), "</td></tr>");
    }
    return cat("    <tbody>", rows, "    </tbody>");
}

QByteArray queueRow(const HydraView &view, JobsetIndex index, const QueuedFacts &queued)
{
    const qint64 now = view.world.now();
    return cat("        <tr>\n          <td>", jobsetLinks(view, index, true), "</td>\n          <td>", queued.queued,
        "</td>\n          <td>", timeTag(queued.oldest, now, TimeForm::Relative), "</td>\n          <td>",
        timeTag(queued.newest, now, TimeForm::Relative), "</td>\n        </tr>");
}

QByteArray queuedJobsets(const HydraView &view)
{
    std::vector<std::pair<QueuedFacts, JobsetIndex>> queues;
    for (size_t i = 0; i < view.world.jobsets().size(); ++i) {
        const auto index = static_cast<JobsetIndex>(i);
        if (const QueuedFacts queued = view.world.queued(index); queued.queued > 0)
            queues.emplace_back(queued, index);
    }
    std::ranges::stable_sort(queues, std::greater(), [](const auto &q) { return q.first.queued; });
    QByteArray rows;
    for (const auto &[queued, index] : queues)
        rows += queueRow(view, index, queued);
    return rows;
}

QByteArray queuedSystems(const HydraView &view)
{
    std::vector<std::pair<int, System>> systems;
    for (const System system : allSystems) {
        if (const int queued = view.world.queued(system).queued; queued > 0)
            systems.emplace_back(queued, system);
    }
    std::ranges::stable_sort(systems, std::greater(), &std::pair<int, System>::first);
    QByteArray rows;
    for (const auto &[queued, system] : systems)
        rows += cat("        <tr>\n          <td><tt>", name(system), "</tt></td>\n          <td>", queued,
            "</td>\n        </tr>");
    return rows;
}

QByteArray stepRow(const HydraView &view, const StepFacts &step)
{
    const auto build = view.world.build(step.build);
    const QByteArray job = view.world.jobName(build->jobset, build->job);
    QByteArray drvName = view.world.recipes().drvPath(step.drv).name().toByteArray();
    drvName.chop(4);
    return cat("    <tr>\n        <td>", statusIcon(view.base, step.status, 16), "</td>\n        <td><tt>",
        escaped(drvName), "</tt></td>\n        <td><tt>", jobLinks(view, build->jobset, job),
        "</tt></td>\n        <td>", link(buildUrl(view, step.build), piece(step.build.value)), "</td>\n        <td>",
        link(cat(buildUrl(view, step.build), "/step/", step.number.value, "/log/tail"), piece(step.number.value),
            "row-link"),
        "</td>\n        <td>", timeTag(step.stoppedAt, view.world.now(), TimeForm::Relative),
        "</td>\n        <td style=\"width: 10em\">", durationText(qMax<qint64>(0, step.stoppedAt - step.startedAt)),
        " </td>\n        <td><tt>",
        step.machine ? escaped(shortHost(view.world.machine(*step.machine).host)) : QByteArray(),
        "</tt></td>\n      </tr>");
}

std::vector<BuildFacts> unfinishedBuilds(const World &world, bool runningOnly)
{
    std::vector<BuildFacts> builds;
    for (const quint32 number : world.unfinished()) {
        const BuildFacts build = world.buildAt(number);
        if (!runningOnly || build.phase == BuildFacts::Phase::Running)
            builds.push_back(build);
    }
    return builds;
}

} // namespace

QByteArray machinesPage(const HydraView &view)
{
    const std::vector<StepFacts> running = view.world.runningSteps();
    QByteArray machines;
    for (size_t i = 0; i < view.world.machines().size(); ++i) {
        const auto index = static_cast<MachineIndex>(i);
        machines += machineHead(view, index) + machineRows(view, index, running);
    }
    return framed(frame(view, "Machine status"),
        cat("<table class=\"table table-condensed table-striped\">\n  <thead>\n    <tr>\n      <th>Job</th>\n"
            "      <th>Build</th>\n      <th>Step</th>\n      <th>Status</th>\n      <th>Since</th>\n    "
            "</tr>\n  </thead>",
            machines, "</table>\n"));
}

QByteArray queueSummaryPage(const HydraView &view)
{
    // <tdata> is Hydra's own slip for <tbody>.
    return framed(frame(view, "Queue summary"),
        cat("  <table class=\"table table-striped table-condensed clickable-rows\">\n    <thead>\n      "
            "<tr>\n"
            "        <th>Jobset</th>\n        <th># Queued</th>\n        <th>Oldest queued</th>\n        "
            "<th>Newest queued</th>\n"
            "      </tr>\n    </thead>\n    <tdata>",
            queuedJobsets(view),
            "    </tdata>\n  </table>\n\n  <table class=\"table table-striped table-condensed\">\n    "
            "<thead>\n      <tr>\n"
            "        <th>System type</th>\n        <th># Queued</th>\n      </tr>\n    </thead>\n    <tdata>",
            queuedSystems(view), "    </tdata>\n  </table>\n"));
}

QByteArray stepsPage(const HydraView &view, qint64 page)
{
    QByteArray rows;
    for (const StepFacts &step : view.world.latestSteps(static_cast<int>((page - 1) * rowsPerPage), rowsPerPage))
        rows += stepRow(view, step);
    const qint64 total = view.world.runner().stepsDone;
    return framed(frame(view, "Latest steps"),
        cat("<p>Showing steps ", (page - 1) * rowsPerPage + 1, " - ", page * rowsPerPage, " of about ", total,
            " in\norder of descending finish time.</p>\n\n<table class=\"table table-striped table-condensed "
            "clickable-rows\">\n"
            "  <thead>\n    <tr>\n      <th></th>\n      <th>Step</th>\n      <th>Job</th>\n      "
            "<th>Build</th>\n      <th>Step</th>\n"
            "      <th>When</th>\n      <th>Duration</th>\n      <th>Machine</th>\n    </tr>\n  </thead>\n  "
            "<tbody>",
            rows, "  </tbody>\n</table>\n", pagination({}, page, (total + rowsPerPage - 1) / rowsPerPage)));
}

QByteArray runningBuildsPage(const HydraView &view)
{
    const BuildListForm form{
        .fullNames = true, .timeTitle = "Queued at", .badge = "<span class=\"badge badge-success\">Started</span>"};
    return framed(frame(view, "Running builds"), buildList(view, unfinishedBuilds(view.world, true), form));
}

QByteArray queuePage(const HydraView &view)
{
    const BuildListForm form{
        .fullNames = true, .timeTitle = "Queued at", .badge = "<span class=\"badge badge-secondary\">Queued</span>"};
    return framed(frame(view, "Build queue"), buildList(view, unfinishedBuilds(view.world, false), form));
}

QByteArray latestBuildsPage(const HydraView &view, qint64 page)
{
    const qint64 total = view.world.finishedBuilds();
    const auto builds = view.world.latestFinishedBuilds(static_cast<int>((page - 1) * rowsPerPage), rowsPerPage);
    return framed(frame(view, "Latest builds"),
        cat("<p>Showing builds ", (page - 1) * rowsPerPage + 1, " - ",
            (page - 1) * rowsPerPage + static_cast<qint64>(builds.size()), " out of ", total,
            " in order of descending finish time.</p>\n", buildList(view, builds, {.fullNames = true}),
            pagination(view.base + "/all", page, (total + rowsPerPage - 1) / rowsPerPage)));
}

} // namespace narscope::sim
