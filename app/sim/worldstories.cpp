// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/worlddata.h"

#include <algorithm>

// Two stories that are no pull request's own doing, but the farm's and a publishing unit's: they happen to one that
// was opened anyway.

namespace narscope::sim {

namespace {

constexpr qint64 hour = 3600;
constexpr int failed = 1; ///< Hydra's code

} // namespace

int World::Private::status(quint32 number) const
{
    return firstTries.contains(number) ? failed : farm.at(builds[number].making).status;
}

// One build a world, about a day before the start: of a package that a pull request has changed since the jobset's
// evaluation before, and that nothing else needs.
bool World::Private::isToFailFirst(quint32 jobset, quint32 job, MakingIndex making, qint64 time) const
{
    const JobsetState &state = jobsets[jobset];
    const Making &planned = farm.at(making);
    const bool isHere = state.plan.facts.project == "nixpkgs" && state.plan.facts.name == "unstable"
        && !state.evals.empty() && time > config.start - 40 * hour && time < config.start - 16 * hour;
    const bool isBuilt = planned.status == 0 && planned.machine != 0 && farm.retriedAt(planned) == 0;
    if (triedOnce != MakingIndex::None || !isHere || !isBuilt || planned.drv().system != System::X86Linux)
        return false;
    const Attr attr = state.jobs[job].attr;
    if (state.jobs[job].aggregate || universe.dependents(attr) != 0 || universe.kind(attr) != Kind::Package
        || life.isSpared(attr))
        return false;
    const CommitIndex before = evals.at(state.evals.back()).eval.commit;
    return std::ranges::any_of(life.source().pullRequests(), [&](const auto &entry) {
        const PullRequest &pull = entry.second;
        return pull.attr == attr && pull.base == "master" && pull.state == PullRequestState::Merged
            && pull.revision == recipes.revision(planned.drv().instance) && !life.source().contains(before, pull.merge);
    });
}

void World::Private::failFirst(quint32 build)
{
    triedOnce = builds[build].making;
    const Making planned = farm.putOff(triedOnce);
    firstTries.emplace(build, FirstTry{.start = planned.start, .stop = planned.stop, .machine = planned.machine});
}

/// The newest that the channel's gate has let through and that the channel does not have.
PullRequestNr World::Private::pullThatWaits(quint32 channel) const
{
    const auto &source = life.source();
    const JobsetState &state = jobsets[size_t(channels[channel].gateJobset)];
    const auto green = std::find_if(state.evals.rbegin(), state.evals.rend(), [&](EvalId id) {
        const EvalRow &row = evals.at(id);
        const quint32 gate = row.eval.builds.back();
        return row.finishedAt < config.start - hour && gate != 0 && status(gate) == 0;
    });
    PullRequestNr newest;
    for (const auto &[number, pull] : source.pullRequests()) {
        const bool isThere = green != state.evals.rend() && pull.state == PullRequestState::Merged && !pull.branchMerge
            && pull.base == state.plan.facts.branch && source.contains(evals.at(*green).eval.commit, pull.merge);
        if (isThere && !source.contains(releases[channel].back().commit, pull.merge))
            newest = number;
    }
    return newest;
}

void World::Private::addStories()
{
    stories = life.stories();
    for (const auto &[build, first] : firstTries) {
        const Drv drv = drvOf(build);
        for (const auto &[number, pull] : life.source().pullRequests()) {
            if (pull.attr == recipes.attr(drv.instance) && pull.base == "master"
                && pull.revision == recipes.revision(drv.instance))
                stories.push_back({"failed-but-cached", number, universe.attrName(pull.attr)});
        }
    }
    for (quint32 i = 0; i < channels.size(); ++i) {
        const auto number = failsUntil(i, config.start) != 0 ? pullThatWaits(i) : PullRequestNr();
        if (const auto *pull = life.source().pullRequest(number))
            stories.push_back({"channel-still", number, universe.attrName(pull->attr)});
    }
}

} // namespace narscope::sim
