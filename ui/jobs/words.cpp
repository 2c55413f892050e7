// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/words.h"

#include "base/format.h"
#include "ui/models/treenode.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(narscope::ui::JobsPlace)
};

QString lasting(qint64 seconds)
{
    return formatDuration(std::chrono::seconds(seconds));
}

QString joined(QStringList parts)
{
    parts.removeAll(QString());
    return parts.join(u" · "_s);
}

QString timings(const hydra::EvalHeader &header)
{
    const auto revision = header.nixpkgsRevision();
    return joined({revision.isEmpty() ? QString() : Words::tr("nixpkgs %1").arg(shortRevision(revision)),
        header.evalSeconds ? Words::tr("evaluated in %1").arg(lasting(*header.evalSeconds)) : QString(),
        header.checkoutSeconds && *header.checkoutSeconds > 60
            ? Words::tr("inputs fetched in %1").arg(lasting(*header.checkoutSeconds))
            : QString()});
}

QString notKnown()
{
    return Words::tr("Nothing is known of it yet.");
}

QString jobsWord(qint64 count)
{
    return count == 1 ? Words::tr("1 job") : Words::tr("%1 jobs").arg(formatCount(count));
}

Sentence ofCounts(const hydra::EvalHeader &counts)
{
    using hydra::EvalCategory;
    const int broke = counts.count(EvalCategory::NowFail);
    const int left = counts.count(EvalCategory::Unfinished);
    const int fixed = counts.count(EvalCategory::NowSucceed);
    const auto notBuilt = left == 0
        ? QString()
        : Words::tr("%1 of %2 are not built yet.").arg(formatCount(left), formatCount(counts.total()));
    if (broke > 0) {
        const auto what
            = broke == 1 ? Words::tr("1 job newly fails;") : Words::tr("%1 jobs newly fail;").arg(formatCount(broke));
        return {.mark = Mark::Failed,
            .what = what,
            .why = Words::tr("%1 newly succeed. ").arg(formatCount(fixed)) + notBuilt,
            .quiet = {}};
    }
    if (left > 0)
        return {.mark = Mark::Running, .what = Words::tr("Nothing newly fails so far;"), .why = notBuilt, .quiet = {}};
    const int still = counts.count(EvalCategory::StillFail);
    const auto why = still == 0
        ? Words::tr("all of %1 are well.").arg(jobsWord(counts.total()))
        : Words::tr("%1 of %2 still fail.").arg(formatCount(still), formatCount(counts.total()));
    return {.mark = still == 0 ? Mark::Succeeded : Mark::Failed,
        .what = Words::tr("Nothing newly fails;"),
        .why = why,
        .quiet = {}};
}

Sentence ofSummary(const hydra::EvalSummary &summary)
{
    const int total = summary.succeeded + summary.failed + summary.scheduled;
    if (summary.scheduled > 0) {
        return {.mark = Mark::Running,
            .what = Words::tr("Building:"),
            .why = Words::tr("%1 of %2 are not built yet, %3 failed.")
                .arg(formatCount(summary.scheduled), formatCount(total), formatCount(summary.failed)),
            .quiet = {}};
    }
    return {.mark = markOf(summary),
        .what = summary.failed == 0 ? Words::tr("All %1 succeeded.").arg(jobsWord(total))
                                    : Words::tr("%1 failed,").arg(jobsWord(summary.failed)),
        .why = summary.failed == 0 ? QString() : Words::tr("%1 succeeded.").arg(formatCount(summary.succeeded)),
        .quiet = {}};
}

QString machineOf(const hydra::BuildDetails &details)
{
    for (const auto &step : details.steps) {
        if (!step.machine.isEmpty() && step.kind == hydra::StepRow::Kind::Build)
            return step.machine;
    }
    return {};
}

/// Where, how long and after what wait: «on goofy-hopcroft after 3 m 02 s; waited 41 m».
QString courseOf(
    const std::optional<hydra::Build> &build, const std::optional<hydra::BuildDetails> &details, qint64 now)
{
    const auto state = stateOf(build, details);
    const auto machine = details ? machineOf(*details) : QString();
    QStringList parts;
    if (!machine.isEmpty())
        parts << Words::tr("on %1").arg(machine);
    if (build && build->durationSeconds() && hydra::isFinished(state))
        parts << Words::tr("after %1").arg(lasting(*build->durationSeconds()));
    if (state == hydra::BuildState::Running && details && details->startedAt)
        parts << Words::tr("for %1").arg(lasting(now - *details->startedAt));
    if (state == hydra::BuildState::Queued && build)
        parts << Words::tr("for %1").arg(lasting(now - build->queuedAt));
    auto course = parts.join(u' ');
    if (build && build->waitSeconds())
        course += (course.isEmpty() ? QString() : u"; "_s) + Words::tr("waited %1").arg(lasting(*build->waitSeconds()));
    return course.isEmpty() ? course : course + u'.';
}

} // namespace

QString ago(qint64 time, qint64 now)
{
    const auto age = formatAge(std::chrono::seconds(now - time));
    return now - time < 1 ? age : Words::tr("%1 ago").arg(age);
}

QString shortRevision(const QString &revision)
{
    return revision.first(qMin<qsizetype>(12, revision.size()));
}

hydra::BuildState stateOf(const std::optional<hydra::Build> &build, const std::optional<hydra::BuildDetails> &details)
{
    if (details && (!build || !build->finished))
        return details->state;
    return build ? build->state() : hydra::BuildState::Unknown;
}

Sentence sentenceOf(const EvalFacts &facts, qint64 now)
{
    Sentence sentence;
    if (facts.counts)
        sentence = ofCounts(*facts.counts);
    else if (facts.summary)
        sentence = ofSummary(*facts.summary);
    else
        sentence = {
            .mark = Mark::None, .what = Words::tr("Evaluation %1").arg(facts.id.value), .why = {}, .quiet = notKnown()};
    const auto &header = facts.counts ? facts.counts : facts.header;
    if (!header && !facts.summary)
        return sentence;
    const auto time
        = header && header->time ? header->time : (facts.summary ? std::optional(facts.summary->time) : std::nullopt);
    const auto results = facts.summary
        ? Words::tr("%1 succeeded, %2 failed")
              .arg(formatCount(facts.summary->succeeded), formatCount(facts.summary->failed))
        : QString();
    sentence.quiet
        = joined({header ? timings(*header) : QString(), time ? formatTime(*time, now) : QString(), results});
    return sentence;
}

Sentence sentenceOf(
    BuildId id, const std::optional<hydra::Build> &build, const std::optional<hydra::BuildDetails> &details, qint64 now)
{
    if (!build && !details)
        return {.mark = Mark::None, .what = Words::tr("Build %1").arg(id.value), .why = {}, .quiet = notKnown()};
    const auto state = stateOf(build, details);
    const auto word = build && build->finished ? hydra::word(state, build->status) : hydra::word(state);
    const auto name = build ? build->nixName : details->nixName;
    const auto system = build ? build->system : details->system;
    const auto ended = build ? build->stoppedAt : details->finishedAt;
    const auto queued = build ? build->queuedAt : details->queuedAt.value_or(0);
    const auto when
        = ended ? Words::tr("finished %1").arg(ago(*ended, now)) : Words::tr("queued %1").arg(ago(queued, now));
    const auto reused
        = details && details->cachedFrom ? Words::tr("result of build %1").arg(details->cachedFrom->value) : QString();
    return {.mark = markOf(state),
        .what = word,
        .why = courseOf(build, details, now),
        .quiet = joined({name, system, Words::tr("build %1").arg(id.value), when, reused})};
}

Sentence sentenceOf(const JobsetName &name, const std::optional<hydra::Jobset> &jobset,
    const std::optional<watch::EvalList> &evals, qint64 now)
{
    Sentence sentence{.mark = Mark::None, .what = name.text(), .why = {}, .quiet = notKnown()};
    if (evals && !evals->evals.isEmpty()) {
        const auto &newest = evals->evals.first();
        sentence = ofSummary(newest);
        sentence.why += Words::tr(" Newest evaluation %1, %2.").arg(newest.id.text(), ago(newest.time, now));
    } else if (evals) {
        sentence.what = Words::tr("Not evaluated yet.");
        sentence.mark = Mark::Queued;
        sentence.quiet.clear();
    }
    if (!jobset)
        return sentence;
    if (!jobset->fetchError.isEmpty() || !jobset->errorMessage.isEmpty())
        sentence.why += jobset->fetchError.isEmpty() ? Words::tr(" The last evaluation had errors.")
                                                     : Words::tr(" Its inputs could not be fetched.");
    const auto checked
        = jobset->times.lastChecked ? Words::tr("looked at %1").arg(ago(*jobset->times.lastChecked, now)) : QString();
    const auto running = jobset->times.evaluating
        ? Words::tr("evaluating for %1").arg(lasting(now - *jobset->times.evaluating))
        : (jobset->times.triggered ? Words::tr("an evaluation waits") : QString());
    sentence.quiet = joined({jobset->description, running, checked});
    return sentence;
}

Sentence sentenceOf(const QString &project, const std::optional<QList<hydra::JobsetOverview>> &jobsets)
{
    if (!jobsets)
        return {.mark = Mark::None, .what = project, .why = {}, .quiet = notKnown()};
    const auto building = std::ranges::count_if(*jobsets, [](const auto &j) { return j.scheduled > 0; });
    const auto broken = std::ranges::count_if(*jobsets, [](const auto &j) { return !j.fetchError.isEmpty(); });
    qint64 left = 0;
    for (const auto &jobset : *jobsets)
        left += jobset.scheduled;
    const auto what = building == 0 ? Words::tr("Nothing builds in %1.").arg(project)
                                    : Words::tr("%1 of %2 jobsets build;").arg(building).arg(jobsets->size());
    const auto why = building == 0 ? QString() : Words::tr("%1 are not built yet.").arg(jobsWord(left));
    return {.mark = building == 0 ? Mark::Succeeded : Mark::Running,
        .what = what,
        .why = why,
        .quiet = broken == 0 ? QString() : Words::tr("%1 cannot fetch their inputs").arg(broken)};
}

Sentence sentenceOf(const std::optional<QList<hydra::Project>> &projects, const QString &server)
{
    if (!projects)
        return {.mark = Mark::None, .what = server, .why = {}, .quiet = notKnown()};
    const auto visible = std::ranges::count_if(*projects, [](const auto &p) { return !p.hidden; });
    return {.mark = Mark::None,
        .what = Words::tr("%1 builds %2 projects.").arg(server, formatCount(visible)),
        .why = Words::tr("Open one to see its jobsets."),
        .quiet = {}};
}

} // namespace narscope::ui
