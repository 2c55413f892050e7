// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/lineindex.h"
#include "log/outline.h"

#include <QString>

#include <vector>

// What differs between two logs of the same derivation, apart from what differs every time.

namespace narscope::log {

/// The visible line without what changes from run to run: store hashes, other hashes, addresses, temporary and build
/// paths, process numbers, times, durations, progress («[12/340]», « 45%»). What is left is compared and hashed. Pure.
[[nodiscard]] QByteArray normalised(QByteArrayView visibleLine);

/// A line that only one of the logs has, or, with both, a pair that differs in some words and is nearly the same.
struct DifferentLine {
    std::optional<Line> left;
    std::optional<Line> right;

    bool operator==(const DifferentLine &) const = default;
};

/// Differences within one phase, in the order of the right log (what only the left has stands where it was).
struct PhaseDifference {
    QString name;
    bool isInLeft = true;
    bool isInRight = true;
    std::vector<DifferentLine> lines;
    qint64 same = 0; ///< lines that both have, in whatever order

    bool operator==(const PhaseDifference &) const = default;
};

struct Comparison {
    std::vector<PhaseDifference> phases; ///< in the order of the right log, then what only the left has
    bool isCut = false; ///< more than maxDifferences lines differ; the rest is not listed

    bool operator==(const Comparison &) const = default;
    [[nodiscard]] qint64 differences() const;
};

/// One side of a comparison.
struct ComparedLog {
    const Bytes &bytes;
    const LineIndex &index;
    const std::vector<Phase> &phases; ///< empty: the whole log is one
};

inline constexpr qint64 maxDifferences = 200'000;

/// Lines in another order are the same (parallel builds). Reads both logs once, and what differs
/// twice; 8 bytes a line. Not for the GUI thread.
[[nodiscard]] Result<Comparison> compareLogs(
    const ComparedLog &left, const ComparedLog &right, const std::atomic<bool> *cancelled = nullptr);

} // namespace narscope::log
