// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/relate.h"

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

Task<Result<BuildId>> lastGood(hydra::Client &hydra, hydra::Build build, hydra::Ask ask)
{
    const auto name = build.job;
    const auto page = co_await hydra.jobPage(name, ask);
    if (!page)
        co_return std::unexpected(page.error());
    std::optional<BuildId> best;
    for (const auto &row : page->latest) {
        if (row.state == hydra::BuildState::Succeeded && row.id < build.id && (!best || *best < row.id))
            best = row.id;
    }
    if (best)
        co_return *best;
    // The page has the newest ten; what succeeded last may be older.
    const auto newest = co_await hydra.latest(name, ask);
    if (newest && *newest < build.id)
        co_return *newest;
    if (!newest && newest.error().kind != ProblemKind::NotFound)
        co_return std::unexpected(newest.error());
    co_return problemSaying(ProblemKind::NotFound,
        u"No build of this job succeeded before this one, as far as its page tells."_s, name.job);
}

/// «hash-name» or a whole path without directory, hash and «.drv».
QString nameOfPath(const QString &path)
{
    constexpr qsizetype hashAndDash = 33;
    const auto name = path.section(u'/', -1).sliced(qMin(hashAndDash, path.section(u'/', -1).size()));
    return name.endsWith(".drv"_L1) ? name.chopped(4) : name;
}

} // namespace

std::optional<QString> jobForSystem(const QString &job, const QString &system, const QString &other)
{
    if (system.isEmpty() || !job.endsWith(u'.' + system))
        return {};
    return job.chopped(system.size()) + other;
}

Task<Result<FailedStep>> failedDependency(hydra::Client &hydra, BuildId build, hydra::Ask ask)
{
    const auto details = co_await hydra.buildDetails(build, ask);
    if (!details)
        co_return std::unexpected(details.error());
    const auto *cause = details->failedStep();
    if (!cause)
        co_return problemSaying(ProblemKind::NotFound,
            u"A dependency of this build failed, and its page does not say which."_s, build.text());
    co_return FailedStep{.number = cause->number, .name = nameOfPath(cause->paths.front())};
}

Task<Result<BuildId>> relatedBuild(
    hydra::Client &hydra, BuildId build, LogRelation relation, QString system, hydra::Ask ask)
{
    const auto known = co_await hydra.build(build, ask);
    if (!known)
        co_return std::unexpected(known.error());
    if (relation == LogRelation::Itself)
        co_return build;
    if (relation == LogRelation::LastGood && known->state() == hydra::BuildState::DependencyFailed)
        co_return problemSaying(ProblemKind::NotFound,
            u"This build did not run: the log shown is its dependency's, and has no counterpart in the job's good builds."_s,
            known->job.job);
    if (relation == LogRelation::LastGood) {
        auto looking = lastGood(hydra, *known, ask);
        co_return co_await std::move(looking);
    }
    const auto job = jobForSystem(known->job.job, known->system, system);
    if (!job || known->evals.isEmpty())
        co_return problemSaying(
            ProblemKind::NotFound, u"The job's name does not say for which system it is."_s, known->job.job);
    const auto eval = known->evals.back();
    const auto name = *job;
    auto found = co_await hydra.evalJobBuild(eval, name, ask);
    if (!found && found.error().kind == ProblemKind::NotFound)
        co_return problemSaying(ProblemKind::NotFound, u"The evaluation has no such job for %1."_s.arg(system), name);
    co_return found;
}

} // namespace narscope::log
