// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/lineindex.h"

#include <QList>

// Bookmarks and notes that a person puts on a log's lines, kept in one small JSON file a log.

namespace narscope::log {

struct LineMark {
    Line line;
    QString note;
    QByteArray
        text; ///< the line's beginning as seen, by which it is found again when the log has other lines before it

    bool operator==(const LineMark &) const = default;
};

inline constexpr qsizetype maxMarks = 10'000;

/// The marks kept under the name, each on the line that still says the same; where none does within a few hundred
/// lines, on its old number. None: an empty list. Not for the GUI thread.
[[nodiscard]] Result<QList<LineMark>> readMarks(
    const QString &folder, const QString &name, const Bytes &bytes, const LineIndex &index);
/// Replaces those kept under the name as a whole; an empty list removes the file. Fills in `text`. Not for the GUI
/// thread.
[[nodiscard]] Result<void> writeMarks(
    const QString &folder, const QString &name, QList<LineMark> marks, const Bytes &bytes, const LineIndex &index);

} // namespace narscope::log
