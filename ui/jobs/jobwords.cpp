// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobwords.h"

#include "base/format.h"
#include "ui/jobs/words.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(narscope::ui::JobsPlace)
};

QString agoOf(hydra::Epoch time, qint64 now)
{
    return time ? ago(*time, now) : QString();
}

QString joined(QStringList parts, const QString &between)
{
    parts.removeAll(QString());
    return parts.join(between);
}

DetailRow buildRow(const QString &label, const hydra::BuildRow &build, EvalId eval, const QString &server, qint64 now)
{
    const bool hasEval = eval.value != 0;
    const auto what = hasEval ? Words::tr("evaluation %1").arg(eval.value) : Words::tr("build %1").arg(build.id.value);
    return {.label = label,
        .text = joined({what, agoOf(build.finished, now)}, u", "_s),
        .whole = joined({what, build.finished ? formatExactTime(*build.finished) : QString()}, u", "_s),
        .mark = markOf(build.state),
        .subject = hasEval ? Subject::ofEvaluation(server, eval) : Subject::ofBuild(server, build.id)};
}

DetailRow noneRow(const QString &label, const trace::JobCourse &course)
{
    return {.label = label,
        .text = course.hasOlder ? Words::tr("none among the last %1 builds").arg(course.builds.size())
                                : Words::tr("never: all of its builds are here"),
        .whole = {},
        .quiet = true};
}

/// «3 builds in a row since evaluation 1824991, 11 h ago.»
QString failingSince(const trace::JobCourse &course, qint64 now)
{
    const auto &turn = *course.turn;
    const auto since = turn.firstBadEval.value != 0 ? Words::tr("evaluation %1").arg(turn.firstBadEval.value)
                                                    : Words::tr("build %1").arg(turn.firstBad.id.value);
    const auto when = joined({since, agoOf(turn.firstBad.finished, now)}, u", "_s);
    if (!turn.lastGood && !course.hasOlder)
        return Words::tr("never succeeded; first build: %1.").arg(when);
    const auto begins = turn.lastGood ? Words::tr("since %1").arg(when) : Words::tr("since %1, or longer").arg(when);
    return turn.failures == 1 ? begins + u'.' : Words::tr("%1: %2 builds in a row.").arg(begins).arg(turn.failures);
}

FactRow rowOf(const hydra::BuildRow &build, const QString &word, const QString &server, qint64 now)
{
    return {.key = build.id.text(),
        .cells = {{.text = word, .mark = markOf(build.state)}, {.text = build.id.text()}, {.text = build.nixName},
            {.text = agoOf(build.finished, now),
                .tip = build.finished ? formatExactTime(*build.finished) : QString(),
                .quiet = true}},
        .subject = Subject::ofBuild(server, build.id),
        .copy = build.id.text()};
}

} // namespace

Sentence sentenceOf(const trace::JobCourse &course, qint64 now)
{
    if (!course.exists)
        return {.mark = Mark::Unknown,
            .what = Words::tr("Hydra has no build of this job."),
            .why = Words::tr("Its name may be wrong, or it never came out of an evaluation."),
            .quiet = {}};
    Sentence sentence{.mark = Mark::Queued, .what = Words::tr("Not built yet;"), .why = {}, .quiet = {}};
    const auto waiting = course.queued.isEmpty()
        ? QString()
        : (course.queued.size() == 1 ? Words::tr("1 build waits")
                                     : Words::tr("%1 builds wait").arg(course.queued.size()));
    if (course.builds.isEmpty()) {
        sentence.why = waiting + u'.';
    } else if (course.turn) {
        const auto &newest = course.builds.first();
        sentence.mark = course.turn->failures == 1 ? markOf(course.turn->firstBad.state) : markOf(newest.state);
        sentence.what = Words::tr("Fails");
        sentence.why = failingSince(course, now);
    } else {
        const auto &newest = course.builds.first();
        sentence.mark = markOf(newest.state);
        sentence.what = hydra::word(newest.state);
        sentence.why = Words::tr("in its newest build, %1.")
                           .arg(joined({newest.id.text(), agoOf(newest.finished, now)}, u", "_s));
    }
    const auto *any = !course.builds.isEmpty() ? &course.builds.first()
                                               : (course.queued.isEmpty() ? nullptr : &course.queued.first());
    sentence.quiet = joined(
        {any ? any->nixName : QString(), any ? any->system : QString(), course.builds.isEmpty() ? QString() : waiting,
            course.inLatestEval ? QString() : Words::tr("not in the newest evaluation")},
        u" · "_s);
    return sentence;
}

QList<DetailRow> turnRows(const trace::JobCourse &course, qint64 now)
{
    if (!course.turn)
        return {};
    const auto &turn = *course.turn;
    const auto &server = course.order.server;
    QList<DetailRow> rows{buildRow(turn.lastGood || !course.hasOlder ? Words::tr("First bad") : Words::tr("Bad since"),
        turn.firstBad, turn.firstBadEval, server, now)};
    if (turn.lastGood) {
        rows << buildRow(Words::tr("Last good"), *turn.lastGood, turn.lastGoodEval, server, now);
    } else {
        rows << noneRow(Words::tr("Last good"), course);
    }
    return rows;
}

QList<DetailRow> lastRows(const trace::JobCourse &course, qint64 now)
{
    QList<DetailRow> rows;
    const auto &server = course.order.server;
    const auto good = std::ranges::find(course.builds, hydra::BuildState::Succeeded, &hydra::BuildRow::state);
    if (good != course.builds.end())
        rows << buildRow(Words::tr("Last good"), *good, {}, server, now);
    const auto bad
        = std::ranges::find_if(course.builds, [](const auto &build) { return hydra::isFailing(build.state); });
    if (bad != course.builds.end())
        rows << buildRow(Words::tr("Last bad"), *bad, {}, server, now);
    else if (!course.builds.isEmpty())
        rows << noneRow(Words::tr("Last bad"), course);
    return rows;
}

QList<StripMark> stripOf(const trace::JobCourse &course, qsizetype most, qint64 now)
{
    QList<StripMark> marks;
    for (const auto &build : course.builds.first(std::min(most, course.builds.size()))) {
        const QStringList words{
            hydra::word(build.state), Words::tr("build %1").arg(build.id.value), agoOf(build.finished, now)};
        marks.prepend({.mark = markOf(build.state),
            .words = joined(words, u", "_s),
            .subject = Subject::ofBuild(course.order.server, build.id),
            .isHere = build.id == course.order.at});
    }
    return marks;
}

FactRows jobBuildRows(const trace::JobCourse &course, qint64 now)
{
    FactRows rows;
    for (const auto &build : course.queued)
        rows << rowOf(build, Words::tr("Waits"), course.order.server, now);
    for (const auto &build : course.builds)
        rows << rowOf(build, hydra::word(build.state), course.order.server, now);
    return rows;
}

FactRows siblingRows(const trace::JobCourse &course, qint64 now)
{
    FactRows rows;
    for (const auto &sibling : course.siblings) {
        const auto &newest = sibling.newest;
        rows << FactRow{.key = sibling.system,
            .cells = {{.text = newest ? hydra::word(newest->state(), newest->status) : Words::tr("Not built here"),
                          .mark = newest ? markOf(newest->state()) : Mark::NotAvailable},
                {.text = sibling.system}, {.text = newest ? newest->nixName : QString()},
                {.text = newest ? Words::tr("queued %1").arg(ago(newest->queuedAt, now)) : QString(),
                    .tip = newest ? formatExactTime(newest->queuedAt) : QString(),
                    .quiet = true}},
            .subject = newest ? std::optional(Subject::ofJob(course.order.server, sibling.job)) : std::nullopt,
            .copy = sibling.job.job};
    }
    return rows;
}

FactRows suspectRows(const trace::Suspects &suspects, qint64 now)
{
    FactRows rows;
    for (const auto &suspect : suspects.named) {
        const bool hasPull = suspect.pullRequest.value != 0;
        rows << FactRow{.key = suspect.sha,
            .cells = {{.text = hasPull ? u'#' + suspect.pullRequest.text() : suspect.sha.first(12), .mono = !hasPull},
                {.text = suspect.headline, .tip = suspect.headline},
                {.text = ago(suspect.committedAt, now), .tip = formatExactTime(suspect.committedAt), .quiet = true}},
            .subject = hasPull ? Subject::ofPullRequest(suspect.pullRequest) : Subject::ofCommit(suspect.sha),
            .copy = suspect.sha};
    }
    return rows;
}

QList<DetailRow> heldBy(const watch::ChannelBoard &board, const QString &server, BuildId build)
{
    QList<DetailRow> rows;
    if (board.server != server)
        return rows;
    const auto isIt = [build](const watch::Blocker &blocker) {
        return blocker.build == build || (blocker.cause && blocker.cause->build == build);
    };
    for (const auto &line : board.channels) {
        if (line.failedBuild != build && std::ranges::none_of(line.blockers, isIt))
            continue;
        const auto name = line.channel.name;
        rows << DetailRow{.label = rows.isEmpty() ? Words::tr("Channel") : QString(),
            .text = joined({name, line.verdict.brief}, u": "_s),
            .whole = line.verdict.sentence,
            .mark = line.verdict.severity == watch::Severity::Trouble ? Mark::DependencyFailed : Mark::Queued,
            .subject = Subject::ofChannel(name)};
    }
    return rows;
}

} // namespace narscope::ui
