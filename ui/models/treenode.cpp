// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/treenode.h"

#include "base/format.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 idleAfter = 30 * 86'400;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(narscope::ui::HydraTree)
};

template <typename T> TreeValues noteOf(const watch::Seen<T> &seen, const QString &nothing)
{
    TreeValue note{.key = {.kind = TreeKind::Note}, .text = nothing};
    if (seen.problem) {
        note.text = seen.problem->sentence;
        note.mark = Mark::Warning;
        note.problem = seen.problem->sentence;
    } else if (!seen.value) {
        note.text = Words::tr("Loading …");
        note.loading = true;
    }
    return {note};
}

template <typename T> void addState(TreeValue &value, const watch::Seen<T> &seen)
{
    value.loading = seen.loading && !seen.value;
    value.stale = seen.problem && seen.value;
    value.problem = seen.problem ? seen.problem->sentence : QString();
}

bool isIdle(const hydra::JobsetOverview &jobset, qint64 now)
{
    const auto &times = jobset.times;
    if (times.evaluating || times.triggered || jobset.scheduled > 0)
        return false;
    return !times.lastChecked || *times.lastChecked < now - idleAfter;
}

TreeValue valueOf(const TreeServer &server, const hydra::JobsetOverview &jobset)
{
    TreeValue value{.key = {.kind = TreeKind::Jobset, .text = jobset.name.jobset},
        .text = jobset.name.jobset,
        .hint = wordOf(jobset),
        .mark = markOf(jobset),
        .failed = jobset.failed,
        .left = jobset.scheduled,
        .time = jobset.times.lastChecked,
        .subject = Subject::ofJobset(server.id, jobset.name)};
    if (const auto it = server.evals.constFind(jobset.name); it != server.evals.cend()) {
        addState(value, *it);
        if (it->value && !it->value->evals.isEmpty())
            value.time = it->value->evals.first().time;
    }
    return value;
}

TreeValues jobsetsWhere(const TreeServer &server, const QString &project, qint64 now, bool idle)
{
    const auto seen = server.jobsets.value(project);
    TreeValues values;
    const auto jobsets = seen.value.value_or(QList<hydra::JobsetOverview>{});
    for (const auto &jobset : jobsets) {
        if (isIdle(jobset, now) == idle)
            values.push_back(valueOf(server, jobset));
    }
    std::ranges::sort(values, {}, &TreeValue::text);
    return values;
}

/// A project names all its jobsets, the list of them has those that Hydra shows.
QString jobsetCount(const hydra::Project &project, const watch::Seen<QList<hydra::JobsetOverview>> &shown)
{
    const auto count = project.jobsets.size();
    auto text = count == 1 ? Words::tr("1 jobset") : Words::tr("%1 jobsets").arg(formatCount(count));
    if (const auto hidden = shown.value ? count - shown.value->size() : 0; hidden > 0)
        text += Words::tr(", %1 hidden").arg(formatCount(hidden));
    return text;
}

} // namespace

Mark markOf(const hydra::EvalSummary &eval)
{
    if (eval.scheduled > 0)
        return Mark::Running;
    return eval.failed > 0 ? Mark::Failed : Mark::Succeeded;
}

QString wordOf(const hydra::EvalSummary &eval)
{
    if (eval.scheduled > 0)
        return Words::tr("building");
    if (eval.failed > 0)
        return Words::tr("some failed");
    return Words::tr("all succeeded");
}

Mark markOf(const hydra::JobsetOverview &jobset)
{
    if (!jobset.fetchError.isEmpty())
        return Mark::Warning;
    if (jobset.times.evaluating || jobset.scheduled > 0)
        return Mark::Running;
    if (jobset.times.triggered || jobset.total == 0)
        return Mark::Queued;
    return jobset.failed > 0 ? Mark::Failed : Mark::Succeeded;
}

QString wordOf(const hydra::JobsetOverview &jobset)
{
    if (!jobset.fetchError.isEmpty())
        return Words::tr("inputs not fetched");
    if (jobset.times.evaluating)
        return Words::tr("evaluating");
    if (jobset.scheduled > 0)
        return Words::tr("building");
    if (jobset.times.triggered)
        return Words::tr("evaluation waits");
    if (jobset.total == 0)
        return Words::tr("no builds");
    return jobset.failed > 0 ? Words::tr("some failed") : Words::tr("all succeeded");
}

TreeValue serverValue(const TreeServer &server)
{
    TreeValue value{.key = {.kind = TreeKind::Server, .text = server.id},
        .text = server.name,
        .subject = Subject::ofServer(server.id)};
    addState(value, server.projects);
    return value;
}

TreeValues projectValues(const TreeServer &server)
{
    TreeValues values;
    const auto projects = server.projects.value.value_or(QList<hydra::Project>{});
    for (const auto &project : projects) {
        if (project.hidden)
            continue;
        TreeValue value{.key = {.kind = TreeKind::Project, .text = project.name},
            .text = project.name,
            .hint = jobsetCount(project, server.jobsets.value(project.name)),
            .subject = Subject::ofProject(server.id, project.name)};
        addState(value, server.jobsets.value(project.name));
        values.push_back(std::move(value));
    }
    std::ranges::sort(values, {}, &TreeValue::text);
    return values.empty() ? noteOf(server.projects, Words::tr("No projects")) : values;
}

TreeValues jobsetValues(const TreeServer &server, const QString &project, qint64 now)
{
    auto values = jobsetsWhere(server, project, now, false);
    const auto idle = jobsetsWhere(server, project, now, true).size();
    if (values.empty() && idle == 0)
        return noteOf(server.jobsets.value(project), Words::tr("No jobsets"));
    if (idle > 0) {
        values.push_back({.key = {.kind = TreeKind::Idle, .text = project},
            .hint = Words::tr("%1 not evaluated for 30 d").arg(formatCount(qint64(idle)))});
    }
    return values;
}

TreeValues idleValues(const TreeServer &server, const QString &project, qint64 now)
{
    return jobsetsWhere(server, project, now, true);
}

TreeValues evalValues(const TreeServer &server, const JobsetName &jobset)
{
    const auto seen = server.evals.value(jobset);
    const auto list = seen.value.value_or(watch::EvalList{});
    if (list.evals.isEmpty())
        return noteOf(seen, Words::tr("Not evaluated yet"));
    const auto shown = std::min<qsizetype>(server.shownEvals.value(jobset, fewEvals), list.evals.size());
    TreeValues values;
    for (const auto &eval : list.evals.first(shown)) {
        values.push_back({.key = {.kind = TreeKind::Evaluation, .number = eval.id.value},
            .text = eval.id.text(),
            .hint = wordOf(eval),
            .mark = markOf(eval),
            .failed = eval.failed,
            .left = eval.scheduled,
            .time = eval.time,
            .subject = Subject::ofEvaluation(server.id, eval.id)});
    }
    const auto older = std::max<qsizetype>(list.total.value_or(0), list.evals.size()) - shown;
    if (older > 0 || list.hasOlder) {
        values.push_back({.key = {.kind = TreeKind::Older},
            .hint = older > 0 ? Words::tr("%1 older …").arg(formatCount(older)) : Words::tr("older …")});
    }
    return values;
}

} // namespace narscope::ui
