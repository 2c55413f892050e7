// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/lineindex.h"
#include "log/pattern.h"

#include <functional>
#include <map>
#include <optional>

namespace narscope::log {

/// Lines found in one block, as a list while there are few and as bits when there are many.
class BlockLines {
public:
    BlockLines() = default;
    /// `lines` ascending, counted from the block's first line; `count` lines are in the block.
    BlockLines(std::vector<quint32> lines, quint32 count);

    [[nodiscard]] qint64 size() const { return m_size; }
    [[nodiscard]] bool contains(quint32 line) const;
    /// The n-th, n < size().
    [[nodiscard]] quint32 at(qint64 n) const;
    /// How many are before `line`.
    [[nodiscard]] qint64 rank(quint32 line) const;
    void each(const std::function<void(quint32)> &take) const;
    bool operator==(const BlockLines &) const = default;

private:
    qint64 m_size = 0;
    std::vector<quint32> m_list;
    std::vector<quint64> m_bits;
};

/// What a search found so far: immutable, handed from the search to whoever shows it.
struct BlockFinding {
    qint64 block = 0; ///< number in the index
    qint64 firstLine = 0; ///< of the lines that begin in the block
    BlockLines lines = {};
    qint64 limitHit = 0; ///< lines on which the pattern ran away
    qint64 tooLong = 0; ///< lines searched only in their first maxSearchedLine bytes
    bool operator==(const BlockFinding &) const = default;
};

/// All matching lines of a log, gathered block by block in any order. One thread.
class Findings {
public:
    void add(BlockFinding finding);
    void clear() { *this = {}; }

    [[nodiscard]] qint64 size() const { return m_size; }
    [[nodiscard]] qint64 limitHit() const;
    [[nodiscard]] qint64 tooLong() const;
    [[nodiscard]] bool contains(Line line) const;
    /// Positions among the matches; -1: there is none such. `at` wants n < size().
    [[nodiscard]] Line at(qint64 n) const;
    [[nodiscard]] qint64 rank(Line line) const;
    /// Ascending.
    void each(const std::function<void(Line)> &take) const;
    [[nodiscard]] std::optional<Line> next(Line after) const;
    [[nodiscard]] std::optional<Line> previous(Line before) const;
    bool operator==(const Findings &) const = default;

private:
    std::map<qint64, BlockFinding> m_blocks; ///< by first line
    qint64 m_size = 0;
};

/// A query ready to run.
class Search {
public:
    /// Not on the GUI thread (see Matcher::compile).
    [[nodiscard]] static Result<std::shared_ptr<const Search>> compile(const Query &query);

    [[nodiscard]] const Query &query() const { return m_query; }
    /// Searches the lines that begin in one block of the index. Thread-safe. Cancelled within a few lines.
    [[nodiscard]] Result<BlockFinding> searchBlock(
        const Bytes &bytes, const LineIndex &index, qint64 block, const std::atomic<bool> *cancelled = nullptr) const;
    /// Ranges of the terms that are not excluded, in visible text; for highlighting.
    [[nodiscard]] std::vector<MatchRange> ranges(QByteArrayView visibleLine) const;

private:
    Query m_query;
    bool m_looksAtBegins = false; ///< a pattern may tell whether something stands before a line's text
    std::vector<std::vector<std::shared_ptr<const Matcher>>> m_matchers; ///< as m_query.anyOf
};

inline constexpr qint64 maxSearchedLine = 16 << 20;

/// Blocks in the order in which they are worth searching: the one with `near`, then outwards.
[[nodiscard]] std::vector<qint64> searchOrder(const LineIndex &index, Line near);

/// Searches the blocks on all threads of the pool and this one. `onFinding` is called from any of them, one call at a
/// time, and ends the search by returning false. Not for the GUI thread.
[[nodiscard]] Result<void> searchAll(const Search &search, const Bytes &bytes, const LineIndex &index,
    const std::vector<qint64> &blocks, QThreadPool *pool, const std::function<bool(BlockFinding)> &onFinding,
    const std::atomic<bool> *cancelled = nullptr);

} // namespace narscope::log
