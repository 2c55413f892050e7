// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/pipelinereport.h"

#include "base/format.h"

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype mostProjects = 50;
constexpr qsizetype mostLines = 20; ///< of one kind

/// A terminal obeys control characters, so a server must not send it any.
QString printable(const QString &text)
{
    QString safe;
    for (const auto c : text) {
        if (c.isPrint())
            safe += c;
    }
    return safe;
}

QString ago(qint64 then, qint64 now)
{
    return formatAge(Milliseconds(1000 * qMax<qint64>(0, now - then))) + u" ago"_s;
}

QString jobsetLine(const hydra::JobsetOverview &jobset, qint64 now)
{
    auto line = u"    %1  %2 jobs: %3 succeeded, %4 failed, %5 queued"_s.arg(
        printable(jobset.name.jobset).leftJustified(28), formatCount(jobset.total), formatCount(jobset.succeeded),
        formatCount(jobset.failed), formatCount(jobset.scheduled));
    if (jobset.times.evaluating)
        line += u"; evaluating, began "_s + ago(*jobset.times.evaluating, now);
    else if (jobset.times.lastChecked)
        line += u"; checked "_s + ago(*jobset.times.lastChecked, now);
    return line;
}

void addProjects(QStringList &lines, const PipelineState &state, qint64 now)
{
    lines << u"Projects: %1"_s.arg(state.projects.size());
    for (const auto &[project, jobsets] : state.projects) {
        lines << u"  %1 (%2 jobsets)"_s.arg(printable(project.name)).arg(jobsets.size());
        for (const auto &jobset : jobsets)
            lines << jobsetLine(jobset, now);
    }
}

void addEvaluations(QStringList &lines, const PipelineState &state, qint64 now)
{
    lines << u"Newest evaluations:"_s;
    for (const auto &eval : state.newest.first(qMin(mostLines, state.newest.size()))) {
        const auto jobset = eval.jobset ? printable(eval.jobset->text()) : QString();
        lines << u"  %1  %2  %3  %4 succeeded, %5 failed, %6 queued"_s.arg(eval.id.text(), jobset.leftJustified(28),
            ago(eval.time, now).leftJustified(9), formatCount(eval.succeeded), formatCount(eval.failed),
            formatCount(eval.scheduled));
    }
}

void addQueue(QStringList &lines, const PipelineState &state)
{
    if (!state.queue)
        return;
    lines << u"Queue: %1 builds"_s.arg(formatCount(state.queue->total()));
    for (const auto &[system, count] : state.queue->systems)
        lines << u"  %1 %2"_s.arg(printable(system).leftJustified(18), formatCount(count));
}

void addMachines(QStringList &lines, const PipelineState &state)
{
    qsizetype running = 0;
    for (const auto &machine : state.machines)
        running += machine.steps.size();
    lines << u"Machines: %1, %2 steps running"_s.arg(state.machines.size()).arg(running);
    for (const auto &machine : state.machines) {
        for (const auto &step : machine.steps.first(qMin(mostLines, machine.steps.size()))) {
            const auto since = step.seconds ? formatDuration(Milliseconds(1000 * *step.seconds)) : u"?"_s;
            lines << u"  %1 %2 %3 for %4"_s.arg(printable(machine.name).leftJustified(18),
                printable(step.drvName).leftJustified(40), printable(step.phase), since);
        }
        if (machine.steps.isEmpty())
            lines << u"  %1 %2"_s.arg(
                printable(machine.name).leftJustified(18), machine.disabled ? u"disabled"_s : u"idle"_s);
    }
}

template <typename T> void take(PipelineState &state, Result<T> &answer, T &into)
{
    if (answer)
        into = std::move(*answer);
    else
        state.problems << answer.error();
}

} // namespace

std::optional<EvalId> PipelineState::worthShowing() const
{
    for (const auto &eval : newest) {
        if (eval.failed > 0 && eval.succeeded > eval.failed)
            return eval.id;
    }
    return newest.isEmpty() ? std::nullopt : std::optional(newest.front().id);
}

Task<PipelineState> askPipeline(hydra::Client &client, QString server)
{
    PipelineState state;
    state.server = std::move(server);
    const hydra::Ask ask{.why = u"the report for the terminal"_s, .priority = net::Priority::Interactive};
    auto projects = co_await client.projects(ask);
    QList<hydra::Project> known;
    take(state, projects, known);
    known.resize(qMin(mostProjects, known.size()));
    for (const auto &project : std::as_const(known)) {
        PipelineState::ProjectState one{.project = project, .jobsets = {}};
        const auto name = project.name;
        auto jobsets = co_await client.jobsetOverviews(name, ask);
        take(state, jobsets, one.jobsets);
        state.projects << one;
    }
    auto evals = co_await client.latestEvals(1, ask);
    hydra::EvalPage page;
    take(state, evals, page);
    state.newest = page.evals;
    auto queue = co_await client.queueSummary(ask);
    if (queue)
        state.queue = *queue;
    else
        state.problems << queue.error();
    auto machines = co_await client.machineActivity(ask);
    take(state, machines, state.machines);
    co_return state;
}

QString describe(const PipelineState &state, qint64 nowSeconds)
{
    QStringList lines{u"Pipeline at %1, %2"_s.arg(printable(state.server), formatExactTime(nowSeconds))};
    addProjects(lines, state, nowSeconds);
    addEvaluations(lines, state, nowSeconds);
    addQueue(lines, state);
    addMachines(lines, state);
    for (const auto &problem : state.problems)
        lines << u"Could not be found out: "_s + printable(problem.sentence) + u" ("_s + printable(problem.where)
                + u')';
    return lines.join(u'\n');
}

} // namespace narscope::ui
