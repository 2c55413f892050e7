// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildstate.h"

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

struct StateWords {
    BuildState state;
    QLatin1StringView word;
    QLatin1StringView key;
};

constexpr std::array stateWords{
    StateWords{BuildState::Unknown, "Unknown"_L1, "unknown"_L1},
    StateWords{BuildState::Queued, "Queued"_L1, "queued"_L1},
    StateWords{BuildState::Running, "Running"_L1, "running"_L1},
    StateWords{BuildState::Succeeded, "Succeeded"_L1, "succeeded"_L1},
    StateWords{BuildState::Failed, "Failed"_L1, "failed"_L1},
    StateWords{BuildState::DependencyFailed, "Dependency failed"_L1, "dependency-failed"_L1},
    StateWords{BuildState::FailedWithOutput, "Failed with output"_L1, "failed-with-output"_L1},
    StateWords{BuildState::CachedFailure, "Cached failure"_L1, "cached-failure"_L1},
    StateWords{BuildState::TimedOut, "Timed out"_L1, "timed-out"_L1},
    StateWords{BuildState::LogLimit, "Log limit exceeded"_L1, "log-limit"_L1},
    StateWords{BuildState::OutputLimit, "Output limit exceeded"_L1, "output-limit"_L1},
    StateWords{BuildState::NotDeterministic, "Not deterministic"_L1, "not-deterministic"_L1},
    StateWords{BuildState::Aborted, "Aborted"_L1, "aborted"_L1},
    StateWords{BuildState::Cancelled, "Cancelled"_L1, "cancelled"_L1},
    StateWords{BuildState::Unsupported, "Unsupported system"_L1, "unsupported"_L1},
    StateWords{BuildState::Obsolete, "Obsolete"_L1, "obsolete"_L1},
    StateWords{BuildState::Resolved, "Resolved"_L1, "resolved"_L1},
};

const StateWords &wordsOf(BuildState state)
{
    const auto index = static_cast<std::size_t>(state);
    return stateWords.at(index < stateWords.size() ? index : 0);
}

struct PageWord {
    QLatin1StringView text;
    BuildState state;
};

/// Hydra's own words: of the icons (renderBuildStatusIcon) and of the steps (renderStepStatus, renderBusyStatus).
constexpr std::array iconWords{
    PageWord{"Succeeded"_L1, BuildState::Succeeded},
    PageWord{"Failed"_L1, BuildState::Failed},
    PageWord{"Dependency failed"_L1, BuildState::DependencyFailed},
    PageWord{"Aborted"_L1, BuildState::Aborted},
    PageWord{"Cancelled"_L1, BuildState::Cancelled},
    PageWord{"Failed with output"_L1, BuildState::FailedWithOutput},
    PageWord{"Timed out"_L1, BuildState::TimedOut},
    PageWord{"Log limit exceeded"_L1, BuildState::LogLimit},
    PageWord{"Output size limit exceeded"_L1, BuildState::OutputLimit},
    PageWord{"Non-deterministic build"_L1, BuildState::NotDeterministic},
    PageWord{"Queued"_L1, BuildState::Queued},
    PageWord{"Started"_L1, BuildState::Running},
};

constexpr std::array stepWords{
    PageWord{"Succeeded"_L1, BuildState::Succeeded},
    PageWord{"Failed with output"_L1, BuildState::FailedWithOutput},
    PageWord{"Failed"_L1, BuildState::Failed},
    PageWord{"Aborted"_L1, BuildState::Aborted},
    PageWord{"Cancelled"_L1, BuildState::Cancelled},
    PageWord{"Timed out"_L1, BuildState::TimedOut},
    PageWord{"Cached failure"_L1, BuildState::CachedFailure},
    PageWord{"Unsupported system type"_L1, BuildState::Unsupported},
    PageWord{"Log limit exceeded"_L1, BuildState::LogLimit},
    PageWord{"Output limit exceeded"_L1, BuildState::OutputLimit},
    PageWord{"Not deterministic"_L1, BuildState::NotDeterministic},
    PageWord{"Non-deterministic"_L1, BuildState::NotDeterministic},
    PageWord{"Resolved"_L1, BuildState::Resolved},
    PageWord{"Preparing"_L1, BuildState::Running},
    PageWord{"Connecting"_L1, BuildState::Running},
    PageWord{"Sending inputs"_L1, BuildState::Running},
    PageWord{"Building"_L1, BuildState::Running},
    PageWord{"Waiting to receive outputs"_L1, BuildState::Running},
    PageWord{"Receiving outputs"_L1, BuildState::Running},
    PageWord{"Post-processing"_L1, BuildState::Running},
    PageWord{"Unknown state"_L1, BuildState::Running},
};

} // namespace

BuildState stateOf(bool finished, std::optional<BuildStatus> status)
{
    if (!finished)
        return BuildState::Queued;
    if (!status)
        return BuildState::Unknown;
    switch (*status) {
    case BuildStatus::Succeeded:
        return BuildState::Succeeded;
    case BuildStatus::Failed:
        return BuildState::Failed;
    case BuildStatus::DependencyFailed:
        return BuildState::DependencyFailed;
    case BuildStatus::Aborted:
        return BuildState::Aborted;
    case BuildStatus::Cancelled:
        return BuildState::Cancelled;
    case BuildStatus::Obsolete:
        return BuildState::Obsolete;
    case BuildStatus::FailedWithOutput:
        return BuildState::FailedWithOutput;
    case BuildStatus::TimedOut:
        return BuildState::TimedOut;
    case BuildStatus::CachedFailure:
        return BuildState::CachedFailure;
    case BuildStatus::Unsupported:
        return BuildState::Unsupported;
    case BuildStatus::LogLimit:
        return BuildState::LogLimit;
    case BuildStatus::OutputLimit:
        return BuildState::OutputLimit;
    case BuildStatus::NotDeterministic:
        return BuildState::NotDeterministic;
    case BuildStatus::Resolved:
        return BuildState::Resolved;
    }
    return BuildState::Unknown;
}

BuildState stateOfIcon(const QString &alt)
{
    for (const auto &[text, state] : iconWords) {
        if (alt.compare(text, Qt::CaseInsensitive) == 0)
            return state;
    }
    return BuildState::Unknown;
}

BuildState stateOfStepText(const QString &text)
{
    for (const auto &[start, state] : stepWords) {
        if (text.startsWith(start))
            return state;
    }
    return BuildState::Unknown;
}

QString word(BuildState state)
{
    return wordsOf(state).word;
}

QString word(BuildState state, std::optional<BuildStatus> status)
{
    if (state == BuildState::Unknown && status)
        return u"Status %1 (unknown)"_s.arg(static_cast<int>(*status));
    return word(state);
}

QString key(BuildState state)
{
    return wordsOf(state).key;
}

bool isFailing(BuildState state)
{
    return isFinished(state) && state != BuildState::Succeeded && state != BuildState::Resolved;
}

bool isFinished(BuildState state)
{
    return state != BuildState::Queued && state != BuildState::Running;
}

} // namespace narscope::hydra
