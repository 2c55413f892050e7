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

} // namespace

std::optional<QString> jobForSystem(const QString &job, const QString &system, const QString &other)
{
    if (system.isEmpty() || !job.endsWith(u'.' + system))
        return {};
    return job.chopped(system.size()) + other;
}

Task<Result<BuildId>> relatedBuild(
    hydra::Client &hydra, BuildId build, LogRelation relation, QString system, hydra::Ask ask)
{
    const auto known = co_await hydra.build(build, ask);
    if (!known)
        co_return std::unexpected(known.error());
    if (relation == LogRelation::Itself)
        co_return build;
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
