// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/jobcourse.h"

#include "trace/attrs.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

/// Whether the sources are why it ended so.
bool isTelling(hydra::BuildState state)
{
    using enum hydra::BuildState;
    return state == Succeeded
        || (hydra::isFailing(state) && state != Aborted && state != Cancelled && state != Unsupported
            && state != Obsolete && state != Unknown);
}

} // namespace

std::optional<JobTurn> turnOf(const QList<hydra::BuildRow> &builds, std::optional<BuildId> at)
{
    auto row = at ? std::ranges::find(builds, *at, &hydra::BuildRow::id)
                  : std::ranges::find_if(builds, [](const auto &build) { return isTelling(build.state); });
    if (row == builds.end() || !isTelling(row->state) || row->state == hydra::BuildState::Succeeded)
        return {};
    JobTurn turn;
    for (; row != builds.end(); ++row) {
        if (!isTelling(row->state))
            continue;
        if (row->state == hydra::BuildState::Succeeded) {
            turn.lastGood = *row;
            break;
        }
        turn.firstBad = *row;
        ++turn.failures;
    }
    return turn;
}

QList<JobSibling> siblingsOf(const JobName &job)
{
    static const QStringList systems{u"x86_64-linux"_s, u"aarch64-linux"_s, u"x86_64-darwin"_s, u"aarch64-darwin"_s};
    QList<JobSibling> siblings;
    const auto parts = jobParts(job.job, {});
    if (!parts)
        return siblings;
    for (const auto &system : systems) {
        if (system != parts->system)
            siblings << JobSibling{.system = system, .job = {job.jobset, parts->attr + u'.' + system}};
    }
    return siblings;
}

hydra::InputDiff nixpkgsChange(const QList<hydra::InputDiff> &changes)
{
    const auto found = std::ranges::find(changes, u"nixpkgs"_s, &hydra::InputDiff::name);
    return found == changes.end() ? hydra::InputDiff{} : *found;
}

} // namespace narscope::trace
