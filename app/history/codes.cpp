// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/codes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace narscope::history {

namespace {

using hydra::BuildState;
using hydra::EvalCategory;

constexpr std::array<std::pair<int, BuildState>, 17> states{{
    {0, BuildState::Succeeded},
    {1, BuildState::Failed},
    {2, BuildState::DependencyFailed},
    {3, BuildState::Aborted},
    {4, BuildState::Cancelled},
    {5, BuildState::Obsolete},
    {6, BuildState::FailedWithOutput},
    {7, BuildState::TimedOut},
    {8, BuildState::CachedFailure},
    {9, BuildState::Unsupported},
    {10, BuildState::LogLimit},
    {11, BuildState::OutputLimit},
    {12, BuildState::NotDeterministic},
    {13, BuildState::Resolved},
    {100, BuildState::Queued},
    {101, BuildState::Running},
    {102, BuildState::Unknown},
}};

constexpr std::array<std::pair<int, EvalCategory>, hydra::evalCategories> categories{{
    {0, EvalCategory::Aborted},
    {1, EvalCategory::NowFail},
    {2, EvalCategory::NowSucceed},
    {3, EvalCategory::New},
    {4, EvalCategory::Removed},
    {5, EvalCategory::StillFail},
    {6, EvalCategory::StillSucceed},
    {7, EvalCategory::Unfinished},
}};

} // namespace

int codeOf(BuildState state)
{
    return std::ranges::find(states, state, &std::pair<int, BuildState>::second)->first;
}

BuildState stateOfCode(qint64 code)
{
    const auto it = std::ranges::find(states, code, &std::pair<int, BuildState>::first);
    return it == states.end() ? BuildState::Unknown : it->second;
}

int codeOf(EvalCategory category)
{
    return std::ranges::find(categories, category, &std::pair<int, EvalCategory>::second)->first;
}

EvalCategory categoryOfCode(qint64 code)
{
    const auto it = std::ranges::find(categories, code, &std::pair<int, EvalCategory>::first);
    return it == categories.end() ? EvalCategory::Unfinished : it->second;
}

} // namespace narscope::history
