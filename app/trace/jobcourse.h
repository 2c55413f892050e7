// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "hydra/types.h"

// How one job fared from build to build, since when it fails, and which commits may be why.

namespace narscope::trace {

/// The unbroken row of failures that ends with one build.
struct JobTurn {
    hydra::BuildRow firstBad; ///< the oldest of them that was looked at
    std::optional<hydra::BuildRow> lastGood; ///< the newest success before; nothing: not among those looked at
    int failures = 0;
    EvalId firstBadEval; ///< the first that has that build; 0: not known
    EvalId lastGoodEval; ///< the last that has that build; 0: not known

    bool operator==(const JobTurn &) const = default;
};

/// `builds` are newest first. The row ends with `at`, or with the newest build; nothing when that one did not fail
/// or is not among them. Builds that were cancelled, or aborted, say nothing and do not break a row.
[[nodiscard]] std::optional<JobTurn> turnOf(const QList<hydra::BuildRow> &builds, std::optional<BuildId> at);

/// The same package on another system.
struct JobSibling {
    QString system;
    JobName job;
    std::optional<hydra::LatestBuild> newest; ///< finished; nothing: Hydra never built it

    bool operator==(const JobSibling &) const = default;
};

/// The jobs of the same package on the systems that nixpkgs builds for, without this one. Empty for jobs whose name
/// does not end with a system.
[[nodiscard]] QList<JobSibling> siblingsOf(const JobName &job);

struct JobOrder {
    QString server; ///< id of the Hydra
    JobName job;
    std::optional<BuildId> at; ///< how it stood with this build; nothing: now
    bool siblings = false; ///< also the other systems: a request each
    int pages = 0; ///< of the whole list, 20 builds each; 0: the newest ten

    bool operator==(const JobOrder &) const = default;
};

struct JobCourse {
    JobOrder order; ///< what was asked
    JobName job; ///< under its jobset's current name
    bool exists = true; ///< false: Hydra has no build of it
    bool inLatestEval = true;
    QList<hydra::BuildRow> builds; ///< finished ones, newest first
    QList<hydra::BuildRow> queued;
    bool hasOlder = false;
    std::optional<JobTurn> turn;
    QList<JobSibling> siblings;
    bool isWhole = false; ///< nothing more comes
    qint64 seenAt = 0;
    std::optional<Problem> problem; ///< why a part of it is missing

    bool operator==(const JobCourse &) const = default;
};

/// What lies between a job's last success and its first failure.
struct SuspectOrder {
    QString server;
    JobName job;
    BuildId firstBad;

    bool operator==(const SuspectOrder &) const = default;
};

struct Suspect {
    QString sha;
    QString headline;
    PullRequestNr pullRequest; ///< as its message tells; 0: it tells none
    qint64 committedAt = 0;

    bool operator==(const Suspect &) const = default;
};

struct Suspects {
    SuspectOrder order;
    QString from; ///< revision of the last good evaluation
    QString to; ///< of the first bad one
    qint64 total = 0; ///< commits between them
    qint64 looked = 0; ///< at so many of them
    QList<Suspect> named; ///< whose headline names the job's attribute

    bool operator==(const Suspects &) const = default;
};

/// The change of the input called nixpkgs; empty when there is none.
[[nodiscard]] hydra::InputDiff nixpkgsChange(const QList<hydra::InputDiff> &changes);

} // namespace narscope::trace
