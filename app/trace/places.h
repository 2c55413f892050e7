// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/branchgraph.h"
#include "trace/known.h"

// Where a change can come to: branches, jobsets and channels downstream of a base. Follows from the branch
// graph.

namespace narscope::trace {

/// The shipped rules, also for the releases that these channels tell of: they may be newer than the program.
[[nodiscard]] github::BranchGraph graphWith(QStringList channels);
/// The development branches from the base on, each after what it gets its commits from.
[[nodiscard]] QStringList developmentBranches(const github::BranchGraph &graph, const QString &base);
/// Jobsets that evaluate one of the branches: those that gate channels, and those that only build
/// (staging-next).
[[nodiscard]] QList<KnownJobset> jobsetsOf(const github::BranchGraph &graph, const QStringList &branches);
/// Channels that any of the branches feeds: those that watch everything before the small ones.
[[nodiscard]] QList<github::ChannelBranch> channelsOf(const github::BranchGraph &graph, const QStringList &branches);
/// The order in which systems are asked about: what most people use first.
[[nodiscard]] int rank(const QString &system);

} // namespace narscope::trace
