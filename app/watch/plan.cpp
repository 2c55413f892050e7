// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/plan.h"

#include <algorithm>

namespace narscope::watch {

using namespace std::chrono_literals;

Milliseconds interval(What what)
{
    switch (what) {
    case What::Projects:
        return 24h;
    case What::LatestEvals:
        return 10min;
    case What::Jobsets:
        return 5min;
    case What::Evals:
        return 15min; // sooner when a detector sees a change
    case What::Jobset:
        return 15min;
    case What::EvalHeader: // inputs and timings of an evaluation never change
    case What::EvalErrors:
    case What::EvalJobs: // sooner when its counts changed
    case What::Build:
    case What::BuildDetails:
        return 24h;
    }
    return 24h;
}

Milliseconds buildInterval(hydra::BuildState state, Milliseconds age)
{
    if (state == hydra::BuildState::Running)
        return age < 1h ? Milliseconds(1min) : Milliseconds(5min);
    if (state == hydra::BuildState::Queued)
        return age < 6h ? Milliseconds(5min) : Milliseconds(15min);
    return 24h;
}

Milliseconds retryPause(int failures, std::optional<Milliseconds> retryAfter)
{
    const Milliseconds own = std::min<Milliseconds>(15min, 1min * (1 << std::clamp(failures - 1, 0, 4)));
    return std::max(own, retryAfter.value_or(0ms));
}

Milliseconds shortestPause(What what)
{
    return what == What::EvalJobs ? Milliseconds(10min) : Milliseconds(1min);
}

} // namespace narscope::watch
