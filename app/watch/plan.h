// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "hydra/buildstate.h"

#include <compare>
#include <optional>

// How often each thing is asked of a Hydra (hydra.md §13), as plain functions.

namespace narscope::watch {

enum class What {
    Projects,
    LatestEvals,
    Jobsets,
    Evals,
    Jobset,
    EvalHeader,
    EvalJobs,
    EvalErrors,
    Build,
    BuildDetails
};

/// One thing that can be asked for.
struct Key {
    What what = What::Projects;
    JobsetName jobset{}; ///< of Jobsets only the project's name
    qint64 number = 0;

    auto operator<=>(const Key &) const = default;
};

/// The pause between two questions for the same thing.
[[nodiscard]] Milliseconds interval(What what);
/// The same for a build that runs or waits since `age`; a finished one is looked at daily, as it may be restarted.
[[nodiscard]] Milliseconds buildInterval(hydra::BuildState state, Milliseconds age);
/// The pause after `failures` failures in a row: 1, 2, 4, 8, 15 minutes, never shorter than the server asked for.
[[nodiscard]] Milliseconds retryPause(int failures, std::optional<Milliseconds> retryAfter);
/// However often something seems to have changed, it is not asked for sooner than this after the last time.
[[nodiscard]] Milliseconds shortestPause(What what);

} // namespace narscope::watch
