// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

// The one state model for checks, statuses, runs and jobs (pull-requests.md F.3, A.7).

namespace narscope::github {

enum class Verdict {
    Queued,
    Running,
    Success,
    Failure,
    TimedOut,
    HashMismatch, ///< a fixed-output derivation gave another hash
    Error, ///< something broke that is not the build
    Skipped,
    Neutral, ///< neither good nor bad, and not a build of OfBorg's
    Cancelled,
    ActionRequired,
    Stale,
    Unknown,
};

/// Failure, TimedOut, HashMismatch, Error, ActionRequired.
[[nodiscard]] bool isFailure(Verdict verdict);
/// Nothing more will come of it by itself.
[[nodiscard]] bool isFinal(Verdict verdict);
/// A stable word for JSON: "timed-out", ...
[[nodiscard]] QString word(Verdict verdict);

/// Of a check run. OfBorg's (app slug «ofborg») is in its title: a failed build is «neutral» at GitHub, and
/// the pull request looks green.
[[nodiscard]] Verdict checkVerdict(
    const QString &app, const QString &status, const QString &conclusion, const QString &title);
/// Of a run, job or step of GitHub Actions.
[[nodiscard]] Verdict runVerdict(const QString &status, const QString &conclusion);
/// Of a commit status.
[[nodiscard]] Verdict statusVerdict(const QString &state);

} // namespace narscope::github
