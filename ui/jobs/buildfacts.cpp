// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/buildfacts.h"

#include "base/format.h"
#include "ui/jobs/words.h"
#include "ui/models/treenode.h"
#include "ui/widgets/pathrow.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(narscope::ui::JobsPlace)
};

FactCell mono(const QString &text, const QString &whole)
{
    return {.text = text, .tip = whole, .mono = true};
}

FactCell number(const QString &text)
{
    return {.text = text, .right = true};
}

FactCell quiet(const QString &text, const QString &tip = {})
{
    return {.text = text, .tip = tip, .quiet = true};
}

FactCell count(qint64 n)
{
    return {.text = n == 0 ? QString() : formatCount(n), .right = true};
}

FactRow inputRow(const QString &name, const QString &type, const QString &value, const QString &revision)
{
    return {.key = name,
        .cells = {{.text = name}, quiet(type), {.text = value, .tip = value}, mono(shortRevision(revision), revision)},
        .copy = revision.isEmpty() ? value : revision};
}

QString changesOf(const hydra::EvalSummary &eval)
{
    QStringList words;
    for (const auto &change : eval.changes)
        words << change.name + u' ' + shortRevision(change.revision.isEmpty() ? change.shown : change.revision);
    return words.isEmpty() ? Words::tr("same inputs") : words.join(u", "_s);
}

} // namespace

FactRows stepRows(const hydra::BuildDetails &details, const QString &server)
{
    FactRows rows;
    for (const auto &step : details.steps) {
        const auto path = step.paths.value(0);
        const auto took
            = step.durationSeconds ? formatDuration(std::chrono::seconds(*step.durationSeconds)) : step.durationText;
        auto state = step.status.isEmpty() ? hydra::word(step.state) : step.status;
        if (step.propagatedFrom)
            state += Words::tr(" in build %1").arg(step.propagatedFrom->value);
        rows << FactRow{.key = step.number.text(),
            .cells = {{.text = step.number.text(), .mark = markOf(step.state)},
                mono(shortPathName(path), step.paths.join(u'\n')), {.text = step.machine}, {.text = state},
                number(took)},
            .subject = step.propagatedFrom ? std::optional(Subject::ofBuild(server, *step.propagatedFrom))
                : path.isEmpty()           ? std::nullopt
                                           : std::optional(Subject::ofStorePath(path)),
            .copy = path};
    }
    return rows;
}

FactRows inputRows(const QList<hydra::EvalInput> &inputs)
{
    FactRows rows;
    for (const auto &input : inputs)
        rows << inputRow(input.name, input.type, input.uri.isEmpty() ? input.value : input.uri, input.revision);
    return rows;
}

FactRows inputRows(const QList<hydra::JobsetInput> &inputs)
{
    FactRows rows;
    for (const auto &input : inputs)
        rows << inputRow(input.name, input.type, input.value, {});
    return rows;
}

FactRows changeRows(const QList<hydra::InputDiff> &changes)
{
    FactRows rows;
    for (const auto &change : changes)
        rows << FactRow{.key = change.name,
            .cells = {{.text = change.name}, {.text = change.text, .tip = change.text}},
            .copy = change.toRevision};
    return rows;
}

FactRows productRows(const QList<hydra::BuildProduct> &products)
{
    FactRows rows;
    for (const auto &product : products) {
        const auto type = product.subtype.isEmpty() ? product.type : product.type + u", "_s + product.subtype;
        rows << FactRow{.key = QString::number(product.number),
            .cells = {{.text = product.name, .tip = product.path}, quiet(type),
                number(product.size ? formatSize(*product.size) : QString()),
                mono(elideMiddle(product.sha256, 8), product.sha256)},
            .copy = product.path};
    }
    return rows;
}

FactRows metricRows(const QList<hydra::BuildMetric> &metrics)
{
    FactRows rows;
    for (const auto &metric : metrics) {
        const auto value = QString::number(metric.value, 'g', 10);
        rows << FactRow{
            .key = metric.name, .cells = {{.text = metric.name}, number(value), quiet(metric.unit)}, .copy = value};
    }
    return rows;
}

FactRows evalRows(const QList<EvalId> &evals, const QString &server)
{
    FactRows rows;
    for (auto eval = evals.crbegin(); eval != evals.crend(); ++eval)
        rows << FactRow{.key = eval->text(),
            .cells = {{.text = eval->text()}},
            .subject = Subject::ofEvaluation(server, *eval),
            .copy = eval->text()};
    return rows;
}

FactRows evalRows(const watch::EvalList &evals, const QString &server, qint64 now)
{
    FactRows rows;
    for (const auto &eval : evals.evals) {
        const auto delta = eval.delta.value_or(0);
        const auto change = delta == 0 ? QString() : (delta > 0 ? u"+"_s : u"−"_s) + formatCount(std::abs(delta));
        rows << FactRow{.key = eval.id.text(),
            .cells = {{.text = eval.id.text(), .mark = markOf(eval)}, {.text = wordOf(eval)}, count(eval.succeeded),
                number(change), count(eval.failed), count(eval.scheduled),
                quiet(ago(eval.time, now), formatExactTime(eval.time)), mono(changesOf(eval), changesOf(eval))},
            .subject = Subject::ofEvaluation(server, eval.id),
            .copy = eval.id.text()};
    }
    return rows;
}

FactRows constituentRows(const QList<hydra::BuildRow> &builds, const QString &server)
{
    FactRows rows;
    for (const auto &build : builds) {
        rows << FactRow{.key = build.id.text(),
            .cells = {{.text = build.job, .mark = markOf(build.state)}, {.text = build.nixName}, {.text = build.system},
                {.text = hydra::word(build.state)}},
            .subject = Subject::ofBuild(server, build.id),
            .copy = build.job};
    }
    // What blocks comes first.
    std::ranges::stable_sort(
        rows, std::greater{}, [](const FactRow &row) { return row.cells[0].mark != Mark::Succeeded; });
    return rows;
}

FactRows jobsetRows(const QList<hydra::JobsetOverview> &jobsets, const QString &server, qint64 now)
{
    FactRows rows;
    for (const auto &jobset : jobsets) {
        const auto checked = jobset.times.lastChecked;
        rows << FactRow{.key = jobset.name.jobset,
            .cells = {{.text = jobset.name.jobset, .tip = jobset.fetchError, .mark = markOf(jobset)},
                {.text = wordOf(jobset)}, count(jobset.succeeded), count(jobset.failed), count(jobset.scheduled),
                quiet(checked ? ago(*checked, now) : Words::tr("never"),
                    checked ? formatExactTime(*checked) : QString())},
            .subject = Subject::ofJobset(server, jobset.name),
            .copy = jobset.name.text()};
    }
    std::ranges::sort(rows, {}, &FactRow::key);
    return rows;
}

FactRows projectRows(const QList<hydra::Project> &projects, const QString &server)
{
    FactRows rows;
    for (const auto &project : projects) {
        if (project.hidden)
            continue;
        rows << FactRow{.key = project.name,
            .cells
            = {{.text = project.name}, count(project.jobsets.size()), quiet(project.description, project.description)},
            .subject = Subject::ofProject(server, project.name),
            .copy = project.name};
    }
    std::ranges::sort(rows, {}, &FactRow::key);
    return rows;
}

FactRows lineRows(const QString &text, qsizetype most)
{
    FactRows rows;
    qsizetype at = 0;
    while (at < text.size() && rows.size() < most) {
        const auto end = text.indexOf(u'\n', at);
        const auto line = text.mid(at, (end < 0 ? text.size() : end) - at);
        rows << FactRow{.key = QString::number(rows.size()), .cells = {{.text = line, .mono = true}}, .copy = line};
        at = end < 0 ? text.size() : end + 1;
    }
    if (at < text.size()) {
        const auto left = QStringView(text).mid(at).count(u'\n') + 1;
        rows << FactRow{
            .key = u"rest"_s, .cells = {quiet(Words::tr("%1 more lines on Hydra's page").arg(formatCount(left)))}};
    }
    return rows;
}

} // namespace narscope::ui
