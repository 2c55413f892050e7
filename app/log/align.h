// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/compare.h"

// Two logs side by side: which line of one stands beside which line of the other.

namespace narscope::log {

/// Lines that follow one another in both logs and stand to each other in one way.
struct AlignedRun {
    enum class Kind : quint8 {
        Same, ///< but for what changes every time
        Moved, ///< the other log has such lines too, elsewhere in the phase: parallel builds
        Changed, ///< pairs that are nearly the same
        OnlyLeft,
        OnlyRight,
    };
    Kind kind = Kind::Same;
    bool isLeft = true; ///< the left log has lines in it
    bool isRight = true;
    Line left; ///< first line; where they would stand when the log has none of them
    Line right;
    qint64 count = 0; ///< lines, in each log that has them

    bool operator==(const AlignedRun &) const = default;
    /// Blank lines and other orders are no differences.
    [[nodiscard]] bool isDifference() const
    {
        return kind == Kind::Changed || kind == Kind::OnlyLeft || kind == Kind::OnlyRight;
    }
};

/// A phase begins with a run of its own.
struct AlignedPhase {
    QString name;
    size_t firstRun = 0;

    bool operator==(const AlignedPhase &) const = default;
};

/// An error of the right log that the left one has not.
struct NewError {
    Line line;
    bool isChanged = false; ///< the left log has nearly the same line, but as no error («ok», «FAILED»)

    bool operator==(const NewError &) const = default;
};

struct Alignment {
    std::vector<AlignedRun> runs; ///< every line of both logs, ascending in both
    std::vector<AlignedPhase> phases;
    bool isCut = false; ///< more than maxRuns: the rest stands side by side uncompared, as moved

    bool operator==(const Alignment &) const = default;
    [[nodiscard]] qint64 changedLines() const; ///< pairs
    [[nodiscard]] qint64 linesOnlyIn(AlignedRun::Kind side) const; ///< OnlyLeft or OnlyRight
    /// The first of the right log's `errors` that is a new line, or that changed from one that is none of the left
    /// log's; both lists ascend.
    [[nodiscard]] std::optional<NewError> firstNewError(
        const std::vector<Line> &errors, const std::vector<Line> &leftErrors) const;
};

inline constexpr size_t maxRuns = 400'000;

/// Phase by phase: lines that both logs have once hold the two together; of what stands between, near-equal lines go
/// side by side, others are gone or new. Reads both logs, and what differs twice; about 60 bytes a line while it runs.
/// Not for the GUI thread.
[[nodiscard]] Result<Alignment> alignLogs(
    const ComparedLog &left, const ComparedLog &right, const std::atomic<bool> *cancelled = nullptr);

} // namespace narscope::log
