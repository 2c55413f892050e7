// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/jobrows.h"
#include "ui/models/listdiff.h"

#include <atomic>

// What a list of jobs shows, worked out away from the GUI thread: plain values in, plain values out.

namespace narscope::ui {

struct JobQuery {
    QString text{};
    std::optional<JobKind> kind{};
    QString system{}; ///< empty: all
    JobColumn sort = JobColumn::Job;
    bool descending = false;

    bool operator==(const JobQuery &) const = default;
};

using RowNumbers = std::vector<quint32>;
using SharedRows = std::shared_ptr<const RowNumbers>;

/// What stands on the screen, or will.
struct JobView {
    JobRows rows{};
    JobQuery query{};
    SharedRows order{}; ///< all rows, sorted
    RowNumbers visible{}; ///< those that the query lets through, in that order
    std::vector<bool> unseen{}; ///< by row
};

/// How to get from one view to the next.
struct JobStep {
    JobView view{};
    ListDiff diff{};
    bool byRuns = false; ///< announce the runs; else as a change of layout, with diff.newRow
    RowNumbers survivors{}; ///< what stays, as rows of the new view, in order
    std::vector<Run> changed{}; ///< in places of the new view
};

/// The generation that a person waits for; work for an older one may stop.
using Newest = std::shared_ptr<const std::atomic<quint64>>;

/// Nothing when the work was overtaken. `isNews`: changed rows get the unseen bar.
[[nodiscard]] std::optional<JobStep> stepTo(const JobView &now, const JobRows &rows, const JobQuery &query, bool isNews,
    quint64 generation, const Newest &newest);

/// Counts by kind and system.
struct JobMatrix {
    struct Line {
        JobKind kind = JobKind::NowFail;
        int total = 0; ///< exact, also where the rows of a page are cut
        QList<int> bySystem{};
        bool cut = false; ///< rows are missing: bySystem counts only those here

        bool operator==(const Line &) const = default;
    };
    QStringList systems{};
    QList<Line> lines{};
    int total = 0; ///< jobs of the evaluation
    bool operator==(const JobMatrix &) const = default;
};

/// `header`: the counts of the page that the rows came from.
[[nodiscard]] JobMatrix matrixOf(const JobRows &rows, const std::optional<hydra::EvalHeader> &header);

} // namespace narscope::ui
