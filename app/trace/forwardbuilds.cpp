// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/verifyinput.h"
#include "trace/attrs.h"
#include "trace/forwardask.h"
#include "trace/places.h"

#include <algorithm>
#include <ranges>

using namespace Qt::StringLiterals;

// From the evaluation that has the commit to the paths in the cache.

namespace narscope::trace {

namespace {

constexpr qint64 missingAgain = 300; ///< seconds until a path that the cache has not is asked for again

bool isOpen(const Look<hydra::EvalJobs> &jobs)
{
    return !jobs || std::ranges::any_of(jobs->rows, [](const hydra::BuildRow &row) {
        return row.category != hydra::EvalCategory::Removed && !hydra::isFinished(row.state);
    });
}

bool isForGood(const hydra::BuildRow &row)
{
    return row.category == hydra::EvalCategory::Removed || row.state == hydra::BuildState::Succeeded;
}

bool hasOutputs(hydra::BuildState state)
{
    return state == hydra::BuildState::Succeeded || state == hydra::BuildState::FailedWithOutput;
}

bool isMissingFrom(const Look<hydra::EvalJobs> &jobs)
{
    return jobs && std::ranges::none_of(jobs->rows, [](const hydra::BuildRow &row) { return row.id.value != 0; });
}

QList<KnownPath> pathsOf(const QList<hydra::BuildOutput> &outputs)
{
    QList<KnownPath> paths;
    for (const auto &output : outputs) {
        if (!output.path.isEmpty())
            paths << KnownPath{.output = output.name, .path = output.path};
    }
    // The main output first: it is what people install.
    std::ranges::stable_sort(paths, {}, [](const KnownPath &path) { return path.output == "out"_L1 ? 0 : 1; });
    return paths;
}

/// Between a fifth and four fifths of the sorted list.
UsualTime middle(QList<qint64> seconds)
{
    std::ranges::sort(seconds);
    const auto last = seconds.size() - 1;
    return {.least = seconds[last / 5], .most = seconds[last - last / 5]};
}

bool isGood(const KnownPath &path)
{
    return path.report && path.report->info;
}

} // namespace

Task<void> Forward::askBuilding(KnownPull *pull)
{
    const auto *branch = furthest(pull);
    if (!branch || pull->commitSha().isEmpty())
        co_return;
    const auto last = branch->name;
    for (auto &jobset : pull->jobsets) {
        if (!jobset.builds || jobset.branch != last)
            continue;
        auto recalling = recallFound(pull, &jobset);
        co_await std::move(recalling);
        if (!jobset.found) {
            auto evals = askEvals(pull, &jobset);
            co_await std::move(evals);
            if (jobset.evals) {
                auto search = searchEval(pull, &jobset);
                co_await std::move(search);
            }
            m_publish();
        }
        if (jobset.found) {
            auto jobs = askJobs(pull, &jobset);
            co_await std::move(jobs);
            listBuilds(pull, jobset);
            m_publish();
        }
    }
}

Task<void> Forward::askJobs(KnownPull *pull, KnownJobset *jobset)
{
    const auto eval = jobset->found->eval.id;
    for (const auto &attr : std::as_const(pull->attrs)) {
        auto &jobs = jobset->jobs[attr];
        if (!isOpen(jobs))
            continue;
        const hydra::EvalJobsQuery query{.filter = jobset->prefix + attr + u'.'};
        const auto reason = why(*pull, u"%1 in evaluation %2"_s.arg(attr).arg(eval.value));
        auto asking = m_sources.hydra.evalJobs(eval, query, hydraAsk(reason));
        auto looking = look(&jobs, m_budget.allowsHydra(), std::move(asking), reason, m_sources.hydra.evalUrl(eval));
        const bool good = co_await std::move(looking);
        if (good && m_sources.history)
            m_sources.history->addEvalJobs(m_sources.hydra.server().id, *jobs);
        // What an evaluation has never changes, and what succeeded stays so.
        if (good && std::ranges::all_of(jobs->rows, isForGood))
            keep(jobs);
    }
    auto errors = askErrors(pull, jobset);
    co_await std::move(errors);
}

Task<void> Forward::askErrors(KnownPull *pull, KnownJobset *jobset)
{
    const bool anyMissing = std::ranges::any_of(jobset->jobs, isMissingFrom);
    if (!anyMissing || jobset->errors || !jobset->found->eval.hasErrors)
        co_return;
    const auto eval = jobset->found->eval.id;
    const auto reason = why(*pull, u"errors of evaluation %1"_s.arg(eval.value));
    auto asking = m_sources.hydra.evalErrors(eval, hydraAsk(reason));
    const QUrl page(m_sources.hydra.evalUrl(eval).toString() + u"/errors"_s);
    auto looking = look(&jobset->errors, m_budget.allowsHydra(), std::move(asking), reason, page);
    co_await std::move(looking);
}

void Forward::listBuilds(KnownPull *pull, const KnownJobset &jobset)
{
    for (const auto &[attr, jobs] : jobset.jobs.asKeyValueRange()) {
        if (!jobs)
            continue;
        for (const auto &row : jobs->rows) {
            const auto parts = jobParts(row.job, jobset.prefix);
            const bool isWanted = parts && parts->attr == attr && hasSystem(parts->system)
                && (jobset.systems.isEmpty() || jobset.systems.contains(parts->system));
            if (!isWanted)
                continue;
            const auto same = std::ranges::find_if(pull->builds,
                [&](const KnownBuild &build) { return build.attr == parts->attr && build.system == parts->system; });
            if (same == pull->builds.end())
                pull->builds << KnownBuild{
                    .attr = parts->attr, .system = parts->system, .jobset = jobset.name, .row = row};
            else if (same->row.id == row.id)
                same->row = row;
            else // the branch further down has an evaluation of its own
                *same = KnownBuild{.attr = parts->attr, .system = parts->system, .jobset = jobset.name, .row = row};
        }
    }
    std::ranges::stable_sort(pull->builds, {},
        [pull](const KnownBuild &build) { return std::pair(pull->attrs.indexOf(build.attr), rank(build.system)); });
}

Task<void> Forward::askBuilds(KnownPull *pull, bool firstOnly)
{
    for (auto &build : pull->builds) {
        // The outputs of further attributes would be one more request for each system: the first is followed
        // to the end.
        const bool isFollowed = m_order.everyOutput || pull->attrs.value(0) == build.attr;
        if (hasOutputs(build.row.state) && isFollowed) {
            auto asking = askBuild(pull, &build);
            co_await std::move(asking);
        } else if (hydra::isFailing(build.row.state) && build.row.id.value != 0 && isFollowed && !firstOnly) {
            auto asking = askFailure(pull, &build);
            co_await std::move(asking);
            auto looking = askPathOfFailed(&build);
            co_await std::move(looking);
        } else if (!hydra::isFinished(build.row.state) && build.row.id.value != 0 && !build.usual && !firstOnly) {
            auto remembering = usualTime({build.jobset, build.row.job});
            build.usual = co_await std::move(remembering);
        }
        m_publish();
        if (firstOnly)
            co_return;
    }
}

Task<void> Forward::askBuild(KnownPull *pull, KnownBuild *build)
{
    if (!build->build) {
        const auto id = build->row.id;
        const auto reason = why(*pull, u"build %1"_s.arg(id.value));
        auto asking = m_sources.hydra.build(id, hydraAsk(reason));
        auto looking
            = look(&build->build, m_budget.allowsHydra(), std::move(asking), reason, m_sources.hydra.buildUrl(id));
        const bool good = co_await std::move(looking);
        if (!good)
            co_return;
        // Hydra may give a build another derivation later: a day is how long that may stay unseen.
        constexpr qint64 day = 24 * 3600;
        if (build->build->state() == hydra::BuildState::Succeeded)
            keep(build->build, day);
        build->paths = pathsOf(build->build->outputs);
        auto remembering = formerDrv(build->row.id, build->build->drvPath);
        build->formerDrv = co_await std::move(remembering);
        if (m_sources.history)
            m_sources.history->addBuilds(m_sources.hydra.server().id, {history::sightOf(*build->build)});
        m_publish();
    }
    for (auto &path : build->paths) {
        const bool isRecent = path.report.at + missingAgain > m_sources.clock.nowSeconds();
        if (isGood(path) || (path.report && isRecent))
            continue;
        auto asking = askPath(&path);
        co_await std::move(asking);
    }
}

Task<QString> Forward::formerDrv(BuildId id, QString drvPath)
{
    if (!m_sources.history)
        co_return QString();
    auto asking = m_sources.history->build(m_sources.hydra.server().id, id);
    const auto past = co_await std::move(asking);
    if (!past || !*past)
        co_return QString();
    for (const auto &spell : (*past)->spells | std::views::reverse) {
        if (!spell.drvPath.isEmpty() && spell.drvPath != drvPath)
            co_return spell.drvPath;
    }
    co_return QString();
}

Task<std::optional<UsualTime>> Forward::usualTime(JobName job)
{
    constexpr qsizetype enough = 3;
    if (!m_sources.history)
        co_return std::nullopt;
    auto asking = m_sources.history->buildsOfJob(m_sources.hydra.server().id, job);
    const auto builds = co_await std::move(asking);
    QList<qint64> seconds;
    qint64 queuedAt = 0;
    for (const auto &build : builds.value_or(QList<history::BuildPast>())) {
        const auto &last = build.last();
        if (!hydra::isFinished(last.state))
            queuedAt = std::max(queuedAt, build.queuedAt);
        else if (last.state == hydra::BuildState::Succeeded && last.stoppedAt && build.queuedAt > 0
            && *last.stoppedAt >= build.queuedAt)
            seconds << *last.stoppedAt - build.queuedAt;
    }
    if (seconds.size() < enough)
        co_return std::nullopt;
    auto usual = middle(seconds);
    usual.queuedAt = queuedAt;
    co_return usual;
}

Task<void> Forward::askFailure(KnownPull *pull, KnownBuild *build)
{
    if (build->details)
        co_return;
    const auto id = build->row.id;
    const auto reason = why(*pull, u"why build %1 failed"_s.arg(id.value));
    auto asking = m_sources.hydra.buildDetails(id, hydraAsk(reason));
    auto looking
        = look(&build->details, m_budget.allowsHydra(), std::move(asking), reason, m_sources.hydra.buildUrl(id));
    co_await std::move(looking);
}

/// A path that is not there should not be asked for: the CDN may remember that it is missing until after a restarted
/// build made it. So only when a person wants everything, and once.
Task<void> Forward::askPathOfFailed(KnownBuild *build)
{
    if (!m_order.everyOutput || !build->details || build->ofFailed.report || hasOutputs(build->row.state))
        co_return;
    const auto paths = pathsOf(build->details->outputs);
    if (paths.isEmpty())
        co_return;
    build->ofFailed = paths.first();
    auto asking = askPath(&build->ofFailed);
    co_await std::move(asking);
}

Task<void> Forward::askQueues(KnownPull *pull)
{
    const bool anyQueued = std::ranges::any_of(pull->builds, [](const KnownBuild &build) {
        return build.row.id.value != 0 && build.row.state == hydra::BuildState::Queued;
    });
    if (!anyQueued)
        co_return;
    const auto reason = why(*pull, u"how many steps wait"_s);
    const hydra::Ask ask = hydraAsk(reason);
    auto asking = m_sources.channels.query(u"hydraqueuerunner_machine_type_waiting"_s, ask);
    auto looking = look(&m_known.queues, true, std::move(asking), reason, QUrl(m_sources.channels.places().prometheus));
    co_await std::move(looking);
    for (auto &build : pull->builds) {
        build.waiting.reset();
        for (const auto &sample : m_known.queues.value_or({})) {
            if (sample.label(u"machine_type"_s) == build.system && sample.point.value >= 0)
                build.waiting = qint64(sample.point.value);
        }
    }
}

Task<void> Forward::askPath(KnownPath *path)
{
    const auto target = nix::verifyTarget(path->path);
    if (!target) {
        path->report.problem = target.error();
        co_return;
    }
    auto checking = m_sources.verifier.check(*target);
    auto report = co_await std::move(checking);
    path->report.at = m_sources.clock.nowSeconds();
    path->report.answers.clear();
    for (const auto &evidence : report.evidence) {
        path->report.answers << evidence.sha256.base16();
        path->report.source = evidence.url;
    }
    path->report.value = std::move(report);
}

} // namespace narscope::trace
