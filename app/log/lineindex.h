// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/bytes.h"

#include <array>
#include <atomic>
#include <limits>
#include <vector>

class QThreadPool;

namespace narscope::log {

/// What one block of the index knows. A block is 1 MiB of the log.
struct IndexBlock {
    qint64 linesBefore = 0; ///< line ends before the block
    quint32 lineEnds = 0;
    quint32 bytes = 0; ///< indexed so far; less than a whole block only in the last one
    bool hasEscape = false;
    bool hasReturn = false;
    bool hasBackspace = false;
    std::vector<quint32> samples; ///< offset behind each 256th line end of the block

    bool operator==(const IndexBlock &) const = default;
};

/// Where lines begin, at 4 bytes for 256 lines and 64 for a MiB. Copies are snapshots: hand them to other threads.
class LineIndex {
public:
    static constexpr qint64 blockSize = 1 << 20;
    static constexpr int stride = 256;

    /// Indexes what `bytes` has beyond what is indexed: costs what was appended. Whole blocks are counted on the
    /// pool when there is one; this thread waits for them and may not be the GUI's. `cancelled` is looked at
    /// between blocks. What was counted before a problem stays. `upTo` bounds what is indexed by this call, in bytes.
    [[nodiscard]] Result<void> extend(const Bytes &bytes, QThreadPool *pool = nullptr,
        const std::atomic<bool> *cancelled = nullptr, qint64 upTo = std::numeric_limits<qint64>::max());

    [[nodiscard]] qint64 bytesIndexed() const;
    /// An unterminated last line counts.
    [[nodiscard]] qint64 lineCount() const;
    [[nodiscard]] const std::vector<IndexBlock> &blocks() const { return m_blocks; }
    /// Heap, in bytes.
    [[nodiscard]] qsizetype memory() const;

    /// Reads at most one block. The line must exist.
    [[nodiscard]] Result<Offset> offsetOf(Line line, const Bytes &bytes) const;
    /// About there, as if the lines between two samples were of one length. Reads nothing.
    [[nodiscard]] Offset roughOffsetOf(Line line) const;
    /// The line that holds the byte at `offset`.
    [[nodiscard]] Result<Line> lineAt(Offset offset, const Bytes &bytes) const;

    bool operator==(const LineIndex &) const = default;

private:
    std::vector<IndexBlock> m_blocks;
    bool m_endsOpen = false; ///< bytes stand behind the last line end
};

/// Counts the bytes into the block, which has `block.bytes` before them.
void indexInto(IndexBlock &block, std::span<const char> bytes);

} // namespace narscope::log
