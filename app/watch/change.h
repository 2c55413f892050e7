// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "hydra/buildtable.h"
#include "hydra/types.h"

#include <variant>

// What the core tells the window about one Hydra, as values that cross threads.

namespace narscope::watch {

/// The last good value of something, and what became of the latest attempt to get a newer one.
template <typename T> struct Seen {
    std::optional<T> value{};
    qint64 seenAt = 0; ///< seconds since 1970; when `value` came
    std::optional<Problem> problem{}; ///< of the latest attempt; nothing after a good one
    bool loading = false; ///< a person's request is under way; refreshes in the background stay silent
};

/// Evaluations of a jobset as far as they were asked for, newest first.
struct EvalList {
    QList<hydra::EvalSummary> evals{};
    std::optional<int> total{};
    int pages = 0; ///< pages of the server's list that `evals` covers
    bool hasOlder = false;

    bool operator==(const EvalList &) const = default;
};

struct ProjectsSeen {
    Seen<QList<hydra::Project>> seen{};
};
struct JobsetsSeen {
    QString project{};
    Seen<QList<hydra::JobsetOverview>> seen{};
};
struct EvalsSeen {
    JobsetName jobset{};
    Seen<EvalList> seen{};
};
struct JobsetSeen {
    JobsetName jobset{};
    Seen<hydra::Jobset> seen{}; ///< with errorMessage
};
struct EvalHeaderSeen {
    EvalId eval{};
    Seen<hydra::EvalHeader> seen{}; ///< its counts are zero: the page was filtered to nothing
};
struct EvalJobsSeen {
    EvalId eval{};
    QString filter{}; ///< empty: the whole page, 250 rows a category
    Seen<hydra::EvalJobs> seen{};
};
struct EvalErrorsSeen {
    EvalId eval{};
    Seen<hydra::EvalErrors> seen{};
};
struct AllBuildsSeen {
    EvalId eval{};
    qint64 bytes = 0; ///< read so far
    Seen<hydra::BuildTable> seen{};
};
struct BuildSeen {
    BuildId build{};
    Seen<hydra::Build> seen{};
};
struct BuildDetailsSeen {
    BuildId build{};
    Seen<hydra::BuildDetails> seen{};
};
/// The newest evaluations of all jobsets, as the server's own list has them.
struct LatestEvalsSeen {
    QList<hydra::EvalSummary> evals{};
    qint64 seenAt = 0;
};
/// An old name was asked for; everything about it comes under the current one.
struct JobsetRenamed {
    JobsetName from{};
    JobsetName to{};
};

using Change = std::variant<ProjectsSeen, JobsetsSeen, EvalsSeen, JobsetSeen, EvalHeaderSeen, EvalJobsSeen,
    EvalErrorsSeen, AllBuildsSeen, BuildSeen, BuildDetailsSeen, LatestEvalsSeen, JobsetRenamed>;

/// What is visible now: only this is kept fresh.
struct Interest {
    QStringList projects{}; ///< expanded or shown: their jobsets
    QList<JobsetName> jobsets{}; ///< expanded or shown: their evaluations
    std::optional<JobsetName> jobset{}; ///< shown: its configuration and errors
    std::optional<EvalId> eval{}; ///< shown
    std::optional<BuildId> build{}; ///< shown
    bool active = true; ///< false while the window is hidden: nothing is asked

    bool operator==(const Interest &) const = default;
};

} // namespace narscope::watch
