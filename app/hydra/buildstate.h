// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace narscope::hydra {

/// Hydra's status codes of builds and steps (hydra.md §6.1). A value not named here is kept as it came.
enum class BuildStatus : int {
    Succeeded = 0,
    Failed = 1,
    DependencyFailed = 2, ///< builds only
    Aborted = 3,
    Cancelled = 4,
    Obsolete = 5,
    FailedWithOutput = 6,
    TimedOut = 7,
    CachedFailure = 8,
    Unsupported = 9,
    LogLimit = 10,
    OutputLimit = 11,
    NotDeterministic = 12,
    Resolved = 13, ///< steps of content-addressed derivations only
};

/// What a build or step is, as shown. Derived from `finished` first and the code second: a restarted build
/// keeps its old code.
enum class BuildState {
    Unknown, ///< finished with a code we do not know, or an icon we do not know
    Queued,
    Running, ///< never from a build's JSON, where a running build looks queued: from steps and machines only
    Succeeded,
    Failed,
    DependencyFailed,
    FailedWithOutput,
    CachedFailure,
    TimedOut,
    LogLimit,
    OutputLimit,
    NotDeterministic,
    Aborted,
    Cancelled,
    Unsupported,
    Obsolete,
    Resolved,
};

[[nodiscard]] BuildState stateOf(bool finished, std::optional<BuildStatus> status);
/// From the alt or title text of Hydra's status icon («Dependency failed», «Queued», ...).
[[nodiscard]] BuildState stateOfIcon(const QString &alt);
/// From the text in the Status column of a step («Failed», «Cancelled», «Building», ...).
[[nodiscard]] BuildState stateOfStepText(const QString &text);

/// «Succeeded», «Dependency failed», ...: the words of ui.md.
[[nodiscard]] QString word(BuildState state);
/// The same, and «Status 14 (unknown)» for a code we do not know.
[[nodiscard]] QString word(BuildState state, std::optional<BuildStatus> status);
/// Stable, for JSON: "dependency-failed".
[[nodiscard]] QString key(BuildState state);

/// Neither queued, running, succeeded nor resolved. Failed with output counts as failing.
[[nodiscard]] bool isFailing(BuildState state);
[[nodiscard]] bool isFinished(BuildState state);

} // namespace narscope::hydra
