// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/lineindex.h"

namespace narscope::log {

/// Lines that are asked for in ascending order, many of them from one piece that was read. Any order is allowed.
class LineReader {
public:
    /// Bytes and index must outlive it. `most`: bytes of a line that are wanted, the rest is left out.
    LineReader(const Bytes &bytes, const LineIndex &index, qsizetype most);

    /// Without its end. Valid until the next call. The line must exist.
    [[nodiscard]] Result<QByteArrayView> line(Line line);

private:
    [[nodiscard]] bool goTo(Line line);

    const Bytes &m_bytes;
    const LineIndex &m_index;
    qsizetype m_most;
    QByteArray m_text;
    qint64 m_line = 0; ///< the one that begins at m_at
    qsizetype m_at = 0;
};

} // namespace narscope::log
