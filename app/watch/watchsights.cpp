// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "watch/watchdesk.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

using hydra::BuildState;

/// Neither a success nor a failure of the job's own: the level before stays.
bool tellsNothing(BuildState state)
{
    return !hydra::isFinished(state) || state == BuildState::Aborted || state == BuildState::Cancelled
        || state == BuildState::Obsolete || state == BuildState::Unknown;
}

const hydra::BuildRow *decidingRow(const hydra::JobPage &page)
{
    const auto it = std::ranges::find_if(
        page.latest, [](const hydra::BuildRow &row) { return row.id.value > 0 && !tellsNothing(row.state); });
    return it == page.latest.end() ? nullptr : &*it;
}

/// A build that is restarted and ends again is another run.
QString runOf(BuildId build, hydra::Epoch stopped)
{
    return u"%1@%2"_s.arg(build.value).arg(stopped.value_or(0));
}

/// «hash-name» or a whole path without directory and hash.
QString nameOfPath(const QString &base)
{
    constexpr qsizetype hashAndDash = 33;
    const auto name = base.size() > hashAndDash && base[hashAndDash - 1] == u'-' ? base.sliced(hashAndDash) : base;
    return name.endsWith(".drv"_L1) ? name.chopped(4) : name;
}

} // namespace

std::optional<BuildId> decidingBuild(const hydra::JobPage &page)
{
    const auto *row = decidingRow(page);
    return row ? std::optional(row->id) : std::nullopt;
}

Sight sightOf(const hydra::JobPage &page, const QString &server)
{
    Sight sight{.item = u"job:"_s + server + u':' + page.job.jobset.text() + u':' + page.job.job,
        .subject = Subject::ofJob(server, page.job),
        .name = page.job.job};
    if (const auto *row = decidingRow(page)) {
        sight.isGood = row->state == BuildState::Succeeded;
        sight.run = runOf(row->id, row->finished);
        sight.subject = Subject::ofBuild(server, row->id);
        if (!*sight.isGood)
            sight.failed = row->id;
        sight.text = u"Build %1 of %2: %3."_s.arg(row->id.value)
                         .arg(page.job.jobset.text(), hydra::word(row->state).toLower());
    }
    if (!page.queued.isEmpty()) {
        const auto newest = std::ranges::max(page.queued, {}, &hydra::BuildRow::id).id;
        sight.running = newest.text();
        sight.begun = Subject::ofBuild(server, newest);
    }
    return sight;
}

void explain(Sight &sight, const hydra::BuildDetails &details)
{
    // The same for all builds that fail by it, whichever of several failures is listed first.
    const hydra::StepRow *cause = nullptr;
    for (const auto &step : details.steps) {
        const bool isFailure = step.kind == hydra::StepRow::Kind::Build && hydra::isFailing(step.state)
            && step.state != BuildState::DependencyFailed && !step.paths.isEmpty();
        if (isFailure && (!cause || step.paths.front() < cause->paths.front()))
            cause = &step;
    }
    if (!cause) {
        sight.cause = details.drvPath.section(u'/', -1);
        return;
    }
    const auto base = cause->paths.front().section(u'/', -1);
    sight.cause = base;
    const auto name = nameOfPath(base);
    const bool isOwn = details.state != BuildState::DependencyFailed;
    const auto where = cause->machine.isEmpty() ? QString() : u" on "_s + cause->machine;
    const auto how = cause->state == BuildState::Failed ? QString() : u": "_s + hydra::word(cause->state).toLower();
    sight.text = (isOwn ? u"%1 failed%2%3."_s : u"Its dependency %1 failed%2%3."_s).arg(name, where, how);
}

Sight sightOf(const hydra::EvalPage &page, const JobsetName &jobset, const QString &server)
{
    Sight sight{.item = u"jobset:"_s + server + u':' + jobset.text(),
        .subject = Subject::ofJobset(server, jobset),
        .name = jobset.text()};
    if (page.evals.isEmpty())
        return sight;
    const auto &newest = page.evals.front();
    if (newest.scheduled > 0) {
        sight.running = newest.id.text();
        sight.begun = Subject::ofEvaluation(server, newest.id);
    }
    // Errors of an evaluation are known before its builds are done.
    const auto ended
        = newest.hasErrors ? page.evals.begin() : std::ranges::find(page.evals, 0, &hydra::EvalSummary::scheduled);
    if (ended == page.evals.end())
        return sight;
    sight.isGood = !ended->hasErrors;
    sight.run = ended->id.text();
    sight.subject = Subject::ofEvaluation(server, ended->id);
    sight.text = u"Evaluation %1%2: %3 succeeded, %4 failed."_s.arg(ended->id.value)
                     .arg(ended->hasErrors ? u" has errors"_s : QString(), formatCount(ended->succeeded),
                         formatCount(ended->failed));
    return sight;
}

Sight sightOf(const hydra::Build &build, const QString &server)
{
    Sight sight{.item = u"build:%1:%2"_s.arg(server).arg(build.id.value),
        .subject = Subject::ofBuild(server, build.id),
        .name = build.job.job};
    const auto state = build.state();
    if (tellsNothing(state))
        return sight;
    sight.isGood = state == BuildState::Succeeded;
    sight.run = runOf(build.id, build.stoppedAt);
    if (!*sight.isGood)
        sight.failed = build.id;
    sight.text
        = u"Build %1 of %2: %3."_s.arg(build.id.value).arg(build.job.jobset.text(), hydra::word(state).toLower());
    return sight;
}

Sight sightOf(const github::PullRequest &pull, const QString &repository)
{
    Sight sight{.item = u"pr:%1#%2"_s.arg(repository).arg(pull.number.value),
        .subject = Subject::ofPullRequest(pull.number, repository),
        .name = u"#%1"_s.arg(pull.number.value)};
    sight.running = pull.headSha;
    sight.text = pull.title;
    if (pull.state == github::PullState::Open)
        return sight;
    sight.isGood = pull.state == github::PullState::Merged;
    sight.run = *sight.isGood ? u"merged "_s + pull.mergeCommit : u"closed %1"_s.arg(pull.closedAt);
    return sight;
}

Sight arrivalOf(const github::PullRequest &pull, const WatchTarget &target, bool isThere)
{
    return {.item = target.text(),
        .subject = Subject::ofPullRequest(pull.number, target.name),
        .name = u"#%1"_s.arg(pull.number.value),
        .isGood = isThere,
        .run = isThere ? pull.mergeCommit : u"absent"_s,
        .text = u"%1: %2"_s.arg(target.branch, pull.title)};
}

namespace {

/// One of the servers tells of a later move than the one that the line is about: the others follow soon.
bool isMoving(const ChannelLine &line)
{
    const auto *newest = &line.views.front();
    for (const auto &view : line.views) {
        if (view.value && view.value->movedAt && (!newest->value || newest->value->movedAt < view.value->movedAt))
            newest = &view;
    }
    const Pointing own{.release = line.release, .revision = line.revision};
    return newest->value && own.agreesWith(*newest->value) == false;
}

} // namespace

Sight sightOf(const ChannelLine &line, const ChannelBoard &board)
{
    Sight sight{.item = u"channel:"_s + line.channel.name,
        .subject = Subject::ofChannel(line.channel.name),
        .name = line.channel.name,
        .text = line.verdict.sentence};
    for (const auto &eval : board.underWay) {
        if (!eval.gates.contains(line.channel.name) || eval.eval.value <= 0)
            continue;
        sight.running = eval.eval.text();
        sight.begun = Subject::ofEvaluation(board.server, eval.eval);
    }
    if (line.verdict.severity == Severity::Unknown || line.revision.isEmpty() || isMoving(line))
        return sight;
    sight.isGood = line.verdict.severity != Severity::Trouble;
    const auto failed = line.failedBuild ? line.failedBuild->text() : QString();
    sight.run = *sight.isGood ? line.revision : u"trouble "_s + failed;
    if (!*sight.isGood)
        sight.failed = line.failedBuild;
    return sight;
}

Sight sightOf(const QString &builder, const FarmState &state, const QString &server)
{
    Sight sight{.item = u"builder:"_s + server + u':' + builder,
        .subject = Subject::ofBuilder(server, builder),
        .name = builder};
    const auto *line = state.builder(builder);
    if (!line)
        return sight;
    const bool isDisabled = line->isKnownWhole && !line->machine.enabled;
    sight.isGood = line->isConnected && !isDisabled;
    sight.run = *sight.isGood ? u"up"_s : isDisabled ? u"disabled"_s : u"gone"_s;
    sight.text = *sight.isGood ? QString()
        : isDisabled           ? u"It is disabled."_s
                               : u"It is no longer connected to the queue runner."_s;
    return sight;
}

QStringList jobsOfPackage(const QString &attribute, bool allSystems)
{
    QStringList jobs{attribute + u".x86_64-linux"_s};
    if (allSystems)
        jobs << attribute + u".aarch64-linux"_s << attribute + u".aarch64-darwin"_s << attribute + u".x86_64-darwin"_s;
    return jobs;
}

} // namespace narscope::watch
