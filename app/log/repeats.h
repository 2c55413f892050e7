// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/lineindex.h"

#include <vector>

namespace narscope::log {

/// Lines that follow one another and say the same but for what changes every time (see normalised()).
struct RepeatedLines {
    Line first;
    qint64 count = 0;

    bool operator==(const RepeatedLines &) const = default;
};

inline constexpr qint64 fewestRepeats = 3;
inline constexpr size_t maxRepeats = 100'000;

/// Ascending; at least fewestRepeats lines each, blank ones too, at most maxRepeats. Reads the log once. Not for the
/// GUI thread.
[[nodiscard]] Result<std::vector<RepeatedLines>> findRepeats(
    const Bytes &bytes, const LineIndex &index, const std::atomic<bool> *cancelled = nullptr);

} // namespace narscope::log
