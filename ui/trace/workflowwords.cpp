// SPDX-License-Identifier: GPL-3.0-or-later
// The workflows that run by the clock, in words.
#include "ui/trace/pullwords.h"

#include "base/format.h"
#include "github/runs.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype mostRuns = 20;

QString say(const char *words)
{
    return QCoreApplication::translate("Workflows", words);
}

QString span(qint64 seconds)
{
    return formatDuration(std::chrono::seconds(std::max<qint64>(0, seconds)));
}

Mark markOf(const watch::WorkflowReport &report)
{
    if (report.problem)
        return Mark::Unknown;
    if (github::failuresInARow(report.runs) > 0)
        return Mark::Failed;
    return report.isLate ? Mark::Warning : Mark::Succeeded;
}

QString stateOf(const watch::WorkflowReport &report, qint64 now)
{
    if (report.problem)
        return report.problem->sentence;
    QStringList words;
    const auto failures = github::failuresInARow(report.runs);
    if (failures > 0)
        words << (failures == 1 ? say("its last run failed") : say("its last %1 runs failed").arg(failures));
    if (report.isLate)
        words << (report.runs.isEmpty()
                ? say("has never run")
                : say("late: last run %1 ago, every %2")
                      .arg(span(now - report.runs.front().createdAt), span(report.workflow.everySeconds)));
    words << report.workflow.what;
    if (failures == 0 && !report.isLate)
        words << say("every %1").arg(span(report.workflow.everySeconds));
    return words.join(u"; "_s);
}

FactRow rowOf(const github::RunJob &job, qint64 now)
{
    const bool hasTook = job.startedAt > 0 && job.completedAt >= job.startedAt;
    return {.key = u"job/"_s + QString::number(job.id),
        .cells = {{.text = say("Job %1").arg(job.name.simplified()), .mark = narscope::ui::markOf(job.verdict)},
            {.text = wordFor(job.verdict)},
            {.text = hasTook ? span(job.completedAt - job.startedAt) : QString(), .right = true},
            {.text = job.startedAt > 0 ? formatTime(job.startedAt, now) : QString(),
                .tip = formatExactTime(job.startedAt),
                .quiet = true},
            {.text = say("in the last run that ended"), .quiet = true}},
        .copy = job.page.toString(QUrl::FullyEncoded)};
}

FactRow rowOf(const github::WorkflowRun &run, qint64 now)
{
    const bool isOver = github::isFinal(run.verdict);
    return {.key = u"run/"_s + run.id.text(),
        .cells = {{.text = say("Run #%1").arg(run.number), .tip = run.title, .mark = narscope::ui::markOf(run.verdict)},
            {.text = wordFor(run.verdict)},
            {.text = isOver ? span(run.updatedAt - run.startedAt) : QString(), .right = true},
            {.text = formatTime(run.createdAt, now), .tip = formatExactTime(run.createdAt), .quiet = true},
            {.text = run.event, .quiet = true}},
        .copy = run.page.toString(QUrl::FullyEncoded)};
}

} // namespace

Sentence sentenceOf(const watch::WorkflowNews &news, qint64 now)
{
    Sentence sentence{.quiet = wordsOf(news.asked, now)};
    if (news.reports.isEmpty()) {
        sentence.mark = news.problem ? Mark::Warning : Mark::Running;
        sentence.what = news.problem ? news.problem->sentence : say("Asking GitHub for the last runs …");
        return sentence;
    }
    QStringList bad;
    bool isKnown = true;
    for (const auto &report : news.reports) {
        isKnown = isKnown && !report.problem;
        if (!report.problem && (report.isLate || github::failuresInARow(report.runs) > 0))
            bad << report.workflow.file;
    }
    sentence.mark = !bad.isEmpty() ? Mark::Failed : isKnown ? Mark::Succeeded : Mark::Unknown;
    sentence.what = !bad.isEmpty() ? say("%1 fails or is late.").arg(bad.join(u", "_s))
        : isKnown                  ? say("The workflows that run by the clock are on time.")
                                   : say("Not all of them could be asked about.");
    return sentence;
}

FactRows workflowRows(const watch::WorkflowNews &news, qint64 now)
{
    FactRows rows;
    for (const auto &report : news.reports) {
        rows << FactRow{.key = u"group/"_s + report.workflow.file,
            .cells = {{.text = report.workflow.file, .mark = markOf(report), .bold = true},
                {.text = stateOf(report, now), .quiet = true}, {.right = true}}};
        for (const auto &job : report.jobs)
            rows << rowOf(job, now);
        for (const auto &run : report.runs.first(std::min(mostRuns, report.runs.size())))
            rows << rowOf(run, now);
    }
    return rows;
}

QStringList workflowHeaders()
{
    return {say("Workflow"), say("Result"), say("Took"), say("When"), say("By")};
}

} // namespace narscope::ui
