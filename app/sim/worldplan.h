// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/worldtypes.h"

#include <vector>

// What the simulated world is given: projects, jobsets, machines and channels, named as the real ones.

namespace narscope::sim {

/// Which packages a jobset builds.
enum class Selection {
    Nothing, ///< it never evaluates
    Nixpkgs, ///< every package on every system
    Darwin, ///< every package on macOS
    Nixos, ///< every package on Linux, all tests and images
    Small, ///< what a server needs on x86_64-linux, some tests
    One, ///< the package that the project is about
};

struct JobsetPlan {
    JobsetFacts facts;
    Selection selection = Selection::Nothing;
    QByteArray one; ///< the package of Selection::One
    QByteArray aggregate; ///< "tested"; empty: none
    qint64 every = 0; ///< seconds between checks
};

[[nodiscard]] const std::vector<ProjectFacts> &plannedProjects();
[[nodiscard]] const std::vector<JobsetPlan> &plannedJobsets();
/// Enough for about so many jobs.
[[nodiscard]] std::vector<MachineFacts> plannedMachines(int jobs);
/// The gates are places in plannedJobsets().
[[nodiscard]] std::vector<ChannelFacts> plannedChannels();
/// The attributes of Selection::Small.
[[nodiscard]] QList<QByteArray> smallPackages();

} // namespace narscope::sim
