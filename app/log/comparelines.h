// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/compare.h"

#include <functional>

// What comparing and aligning have in common; only for app/log.

namespace narscope::log {

inline constexpr quint64 blankLine = 0; ///< the number of a line with nothing to see on it: no difference

/// Calls take(number) for each line in turn, which stands for the line's normalised text. Reads in blocks.
[[nodiscard]] Result<void> eachLineHash(const Bytes &bytes, const LineIndex &index, const std::atomic<bool> *cancelled,
    const std::function<void(quint64)> &take);

/// One number for each line's normalised text; as many as the index has lines.
[[nodiscard]] Result<std::vector<quint64>> hashLines(const ComparedLog &log, const std::atomic<bool> *cancelled);

struct Section {
    QString name;
    qint64 begin = 0;
    qint64 end = 0;
};

/// The phases, or the whole log when it has none.
[[nodiscard]] std::vector<Section> sectionsOf(const ComparedLog &log);

} // namespace narscope::log
