// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/change.h"

// A small Hydra as values: what a nixpkgs evaluation looks like, cut to what fits on a screen.

namespace narscope::test {

inline const JobsetName unstable{QStringLiteral("nixpkgs"), QStringLiteral("unstable")};
inline constexpr EvalId sampleEval{1824991};
inline constexpr BuildId sampleBuild{309998812};

[[nodiscard]] QList<hydra::Project> sampleProjects();
[[nodiscard]] QList<hydra::JobsetOverview> sampleJobsets(const QString &project, qint64 now);
[[nodiscard]] watch::EvalList sampleEvals(qint64 now);
[[nodiscard]] hydra::EvalHeader sampleHeader(qint64 now);
[[nodiscard]] hydra::EvalJobs sampleJobs(qint64 now);
[[nodiscard]] hydra::Build sampleBuildJson(qint64 now);
[[nodiscard]] hydra::BuildDetails sampleDetails(qint64 now);
[[nodiscard]] hydra::Jobset sampleJobset(qint64 now);

} // namespace narscope::test
