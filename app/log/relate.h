// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/client.h"

// Which other build's log tells what changed.

namespace narscope::log {

enum class LogRelation {
    Itself,
    LastGood, ///< the newest build of the same job that succeeded before this one
    OtherSystem, ///< the same job for another system, in the same evaluation
    PreviousAttempt, ///< of the build itself: only the archive has it, servers overwrite it
};

/// NotFound: there is no such build. `system`: of OtherSystem.
[[nodiscard]] Task<Result<BuildId>> relatedBuild(
    hydra::Client &hydra, BuildId build, LogRelation relation, QString system, hydra::Ask ask);

/// A step whose log says why another build failed.
struct FailedStep {
    StepNr number;
    QString name; ///< «openssh-10.3p1»

    bool operator==(const FailedStep &) const = default;
};
/// Of a build whose dependency failed: the step that did, the last one when several did. NotFound: the page has none.
[[nodiscard]] Task<Result<FailedStep>> failedDependency(hydra::Client &hydra, BuildId build, hydra::Ask ask);

/// «hello.x86_64-linux» for another system; nothing when the job's name does not end with its system.
[[nodiscard]] std::optional<QString> jobForSystem(const QString &job, const QString &system, const QString &other);

} // namespace narscope::log
