// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/archive.h"
#include "log/search.h"

namespace narscope::log {

/// A line of a log that a query fits, as seen, cut.
struct FoundLine {
    Line line;
    QString text;

    bool operator==(const FoundLine &) const = default;
};

/// What was found in one log.
struct FoundLogs {
    ArchivedLog log;
    QList<FoundLine> lines; ///< the first ones
    qint64 matches = 0; ///< in all
    std::optional<Problem> problem; ///< it could not be searched
    qsizetype searched = 0; ///< logs so far
    qsizetype all = 0; ///< logs to search

    bool operator==(const FoundLogs &) const = default;
};

inline constexpr qsizetype maxFoundLines = 100; ///< of one log
inline constexpr qsizetype maxFoundText = 300; ///< characters

/// Each content once, under its newest entry.
[[nodiscard]] QList<ArchivedLog> contentsOf(const QList<ArchivedLog> &newestFirst);

/// Not for the GUI thread.
[[nodiscard]] FoundLogs searchArchived(const Archive &archive, const ArchivedLog &log, const Query &query,
    const QString &spoolFolder, const std::atomic<bool> *cancelled);
/// The same in bytes at hand.
[[nodiscard]] FoundLogs searchBytes(
    const Bytes &bytes, const LineIndex &index, const Query &query, const std::atomic<bool> *cancelled);

} // namespace narscope::log
