// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/escapes.h"
#include "log/search.h"

namespace narscope::ui {

/// A piece of a line, in UTF-16 units.
struct TextRange {
    qint32 begin = 0;
    qint32 end = 0;

    bool operator==(const TextRange &) const = default;
};

/// A piece of a line that opens something.
struct TextLink {
    TextRange range;
    QString target; ///< a store path without what stands behind its name, or an https address

    bool operator==(const TextLink &) const = default;
};

/// A line ready to be painted into a grid of cells, as a terminal does.
struct ShownLine {
    log::CookedLine cooked;
    std::vector<TextRange> matches;
    std::vector<TextLink> links = {};
    /// The highlighter's colours for a line that brings none, once it was painted.
    std::optional<std::vector<log::StyleSpan>> own = {};
    std::vector<qint32> cells; ///< the column where each UTF-16 unit begins, and the end; empty: one cell each

    [[nodiscard]] qint32 length() const { return qint32(cooked.text.size()); }
    [[nodiscard]] qint32 cellAt(qint32 unit) const { return cells.empty() ? unit : cells[size_t(unit)]; }
    /// The unit whose cell holds the column; the end for columns behind the text.
    [[nodiscard]] qint32 unitAt(qint32 cell) const;
    [[nodiscard]] qint32 width() const { return cellAt(length()); }
    /// Bytes, about.
    [[nodiscard]] qsizetype memory() const;
};

/// `search` may be null.
[[nodiscard]] ShownLine showLine(QByteArrayView line, const log::TextStyle &start, const log::Search *search);

/// Lines first to first + count - 1 without their ends, each cut behind log::maxCooked bytes; fewer at the end of the
/// log.
[[nodiscard]] Result<std::vector<QByteArray>> readLines(
    const log::Bytes &bytes, const log::LineIndex &index, log::Line first, qint64 count);
/// The style that the line begins with, as far as the 256 lines before tell.
[[nodiscard]] Result<log::TextStyle> styleBefore(const log::Bytes &bytes, const log::LineIndex &index, log::Line line);

} // namespace narscope::ui
