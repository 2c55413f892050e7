// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/database.h"

#include <span>

// The tables of the history, and how a file comes to have them. Private to app/history.

namespace narscope::history {

/// The form that this program writes.
inline constexpr int schemaVersion = 1;

/// A file that could not be used and where it lies now.
struct SetAside {
    QString file;
    Problem problem; ///< says so to a person
};

/// Opens the file for writing, makes or migrates its tables. A damaged, newer or foreign one is moved out of
/// the way first, never changed.
[[nodiscard]] Result<std::optional<SetAside>> openForWriting(Database &database, const QString &file);

/// Moves file, write-ahead log and all to a name that tells when and why:
/// «history-damaged-20261125-175500.sqlite».
[[nodiscard]] Result<SetAside> setAside(const QString &file, const QString &reason, const QString &sentence);

/// Which kind of thing each table and index belongs to, for the display of sizes.
struct TableKind {
    const char *table;
    const char *kind;
    const char *oldest; ///< asks for the oldest time; null: it has none
};
[[nodiscard]] std::span<const TableKind> tableKinds();

} // namespace narscope::history
