// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/htmlparsers.h"
#include "hydra/pageparts.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

MachineActivity machineOf(HtmlNode cell)
{
    static const QRegularExpression done(u"\\((\\d+) steps done, ([0-9.]+) s/step\\)"_s);
    MachineActivity machine;
    const auto name = cell.first(GUMBO_TAG_TT);
    machine.name = name.text();
    machine.disabled = name.attribute("style").contains("line-through"_L1);
    machine.primarySystem = cell.first(GUMBO_TAG_SPAN, "muted"_L1).first(GUMBO_TAG_TT).text();
    if (const auto match = done.match(cell.text()); match.hasMatch()) {
        machine.stepsDone = match.captured(1).toLongLong();
        machine.secondsPerStep = match.captured(2).toDouble();
    }
    return machine;
}

/// Before 2026-06 the step's number and its derivation («What») had columns of their own.
RunningStep stepOf(const QList<HtmlNode> &cells, const QString &machine)
{
    const bool hasNumber = cells.size() >= 6;
    RunningStep step;
    step.machine = machine;
    step.job = firstLink(cells[0], jobOf).value_or(JobName());
    step.build = firstLink(cells[1], buildOf).value_or(BuildId());
    step.step = firstLink(cells[2], hydra::stepOf);
    bool isNumber = false;
    if (const auto number = cells[2].text().toLongLong(&isNumber); hasNumber && isNumber)
        step.step = StepNr(number);
    step.drvName = cells[hasNumber ? 3 : 2].text();
    step.phase = cells[hasNumber ? 4 : 3].text();
    step.seconds = parseDuration(cells[hasNumber ? 5 : 4].text());
    return step;
}

void readMachineRow(HtmlNode row, QList<MachineActivity> &machines)
{
    const auto cells = row.cells();
    if (cells.isEmpty() || (cells.first().is(GUMBO_TAG_TH) && cells.size() > 1))
        return;
    if (cells.first().is(GUMBO_TAG_TH))
        machines.append(machineOf(cells.first()));
    else if (machines.isEmpty())
        return;
    else if (cells.size() >= 5)
        machines.last().steps.append(stepOf(cells, machines.last().name));
    else
        machines.last().idle = cells.first().text();
}

std::optional<RunningStep> finishedStep(HtmlNode row)
{
    const auto cells = row.cells();
    if (cells.size() < 8 || cells.first().is(GUMBO_TAG_TH))
        return {};
    RunningStep step;
    step.state = stateIn(cells[0]).value_or(BuildState::Unknown);
    step.drvName = cells[1].text();
    step.job = firstLink(cells[2], jobOf).value_or(JobName());
    step.build = firstLink(cells[3], buildOf).value_or(BuildId());
    step.step = StepNr(cells[4].text().toLongLong());
    step.finished = timeIn(cells[5]);
    step.seconds = parseDuration(cells[6].text());
    step.machine = cells[7].text();
    return step;
}

} // namespace

Result<QList<MachineActivity>> parseMachineActivity(QByteArrayView body)
{
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    const auto table = tableWith(tree->root(), {u"Job"_s, u"Build"_s, u"Step"_s});
    if (!table)
        return malformedPage(u"list of machines"_s, tree->root());
    QList<MachineActivity> machines;
    for (const auto &row : table.rows())
        readMachineRow(row, machines);
    return machines;
}

Result<QList<RunningStep>> parseLatestSteps(QByteArrayView body)
{
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    auto table = tableWith(tree->root(), {QString(), u"Step"_s, u"Job"_s});
    if (!table)
        table = tableWith(tree->root(), {QString(), u"What"_s, u"Job"_s}); // before 2026-06
    if (!table)
        return malformedPage(u"list of steps"_s, tree->root());
    QList<RunningStep> steps;
    for (const auto &row : table.rows()) {
        if (auto step = finishedStep(row))
            steps.append(std::move(*step));
    }
    return steps;
}

Result<QueueSummary> parseQueueSummary(QByteArrayView body)
{
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    // The rows stand in a <tdata>, which no HTML knows; the parser moves them into the table.
    const auto jobsets = tableWith(tree->root(), {u"Jobset"_s});
    if (!jobsets)
        return malformedPage(u"queue summary"_s, tree->root());
    QueueSummary summary;
    for (const auto &row : jobsets.rows()) {
        const auto cells = row.cells();
        if (const auto jobset = cells.size() >= 4 ? firstLink(cells[0], jobsetOf) : std::nullopt)
            summary.jobsets.append({*jobset, cells[1].text().toLongLong(), timeIn(cells[2]), timeIn(cells[3])});
    }
    for (const auto &row : tableWith(tree->root(), {u"System type"_s}).rows()) {
        const auto cells = row.cells();
        if (cells.size() >= 2 && !cells[0].is(GUMBO_TAG_TH))
            summary.systems.append({cells[0].text(), cells[1].text().toLongLong()});
    }
    return summary;
}

} // namespace narscope::hydra
