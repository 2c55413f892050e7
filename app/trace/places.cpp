// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/places.h"

#include "trace/attrs.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

const QStringList linuxSystems{u"x86_64-linux"_s, u"aarch64-linux"_s};
const QStringList darwinSystems{u"aarch64-darwin"_s, u"x86_64-darwin"_s};

/// Development branches without a channel that Hydra builds all the same (pull-requests.md C.1). staging is
/// not.
bool isBuiltWithoutChannel(const QString &branch)
{
    return branch.startsWith("staging-next"_L1) || branch == "haskell-updates"_L1;
}

bool isSmall(const QString &name)
{
    return name.endsWith("-small"_L1);
}

KnownJobset gating(const github::ChannelBranch &channel)
{
    const auto &name = channel.job.jobset;
    KnownJobset jobset{.name = name, .branch = channel.source, .prefix = packagePrefix(name.project)};
    if (name.project == "nixos"_L1)
        jobset.systems = linuxSystems;
    else if (name.jobset.endsWith("-darwin"_L1))
        jobset.systems = darwinSystems;
    return jobset;
}

/// Of a branch's jobsets, those whose builds are followed: all packages once.
void chooseBuilding(QList<KnownJobset> &jobsets)
{
    const bool hasAll = std::ranges::any_of(jobsets,
        [](const KnownJobset &jobset) { return jobset.name.project == "nixpkgs"_L1 && jobset.systems.isEmpty(); });
    for (auto &jobset : jobsets) {
        const bool isNixos = jobset.name.project == "nixos"_L1;
        jobset.builds = isNixos ? !hasAll && !isSmall(jobset.name.jobset) : jobset.systems.isEmpty() || !hasAll;
    }
}

} // namespace

github::BranchGraph graphWith(QStringList channels)
{
    const auto shipped = github::BranchGraph::shipped();
    for (const auto &release : shipped.releases())
        channels << u"nixos-"_s + release;
    return shipped.withReleases(github::releasesIn(channels));
}

QStringList developmentBranches(const github::BranchGraph &graph, const QString &base)
{
    QStringList branches{base};
    for (const auto &branch : graph.downstream(base)) {
        if (!graph.channel(branch))
            branches << branch;
    }
    return branches;
}

QList<KnownJobset> jobsetsOf(const github::BranchGraph &graph, const QStringList &branches)
{
    QList<KnownJobset> all;
    for (const auto &branch : branches) {
        QList<KnownJobset> here;
        for (const auto &channel : channelsOf(graph, {branch})) {
            if (!std::ranges::contains(here, channel.job.jobset, &KnownJobset::name))
                here << gating(channel);
        }
        if (here.isEmpty() && isBuiltWithoutChannel(branch))
            here << KnownJobset{.name = {.project = u"nixpkgs"_s, .jobset = branch}, .branch = branch};
        chooseBuilding(here);
        all << here;
    }
    return all;
}

QList<github::ChannelBranch> channelsOf(const github::BranchGraph &graph, const QStringList &branches)
{
    QList<github::ChannelBranch> found;
    std::ranges::copy_if(graph.channels(), std::back_inserter(found),
        [&](const github::ChannelBranch &channel) { return branches.contains(channel.source); });
    std::ranges::stable_sort(found, {}, [](const github::ChannelBranch &c) { return isSmall(c.name) ? 1 : 0; });
    return found;
}

int rank(const QString &system)
{
    const auto place = (linuxSystems + darwinSystems).indexOf(system);
    return place < 0 ? 99 : int(place);
}

} // namespace narscope::trace
