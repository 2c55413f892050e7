// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/compare.h"
#include "log/linereader.h"

#include <span>

// Which lines that differ stand for one another; only for app/log.

namespace narscope::log {

/// The words of a line, by which lines are alike or not.
class LineWords {
public:
    explicit LineWords(QByteArrayView normalisedLine);
    /// From 0, no word in common, to 1, the same words in whatever order; long words count somewhat more.
    [[nodiscard]] double likeness(const LineWords &other) const;

private:
    struct Word {
        quint32 hash = 0;
        quint32 weight = 0;
        auto operator<=>(const Word &) const = default;
    };
    std::vector<Word> m_words; ///< ascending
    quint32 m_weight = 0; ///< of all
};

/// Places in two lists of lines that stand for one another.
struct LikePair {
    size_t left = 0;
    size_t right = 0;

    bool operator==(const LikePair &) const = default;
};

/// Lines at least so like are one line that changed; else one is gone and another one new.
inline constexpr double nearEqual = 0.5;

/// Pairs lines, ascending on both sides, so that as much as possible is alike; no line stands in two pairs, and what
/// has no near-equal partner stands in none. Of long lists only lines at about the same place are tried.
class LikeFinder {
public:
    /// Both logs must outlive it. Reads best in ascending order.
    LikeFinder(const ComparedLog &left, const ComparedLog &right);
    [[nodiscard]] Result<std::vector<LikePair>> pairs(
        std::span<const qint64> left, std::span<const qint64> right, const std::atomic<bool> *cancelled);

private:
    [[nodiscard]] static Result<std::vector<LineWords>> wordsOf(LineReader &reader, std::span<const qint64> lines);
    LineReader m_left;
    LineReader m_right;
};

} // namespace narscope::log
