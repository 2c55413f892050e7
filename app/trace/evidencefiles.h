// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/evidencecheck.h"
#include "trace/evidencecompare.h"

#include <array>

// Whole evidence logs in files: read the disk, so not on the GUI thread.

namespace narscope::trace {

/// Whether the log can be held against another: an export has gaps where entries were left out, but a log that was
/// altered proves nothing.
[[nodiscard]] bool isComparable(const EvidenceReading &reading);

struct ComparedLogs {
    std::array<EvidenceReading, 2> readings;
    EvidenceComparison comparison; ///< empty when one of them is not comparable

    [[nodiscard]] bool areComparable() const { return isComparable(readings[0]) && isComparable(readings[1]); }
};
[[nodiscard]] Result<ComparedLogs> compareEvidenceFiles(const QString &left, const QString &right);

/// Writes the lines of the entries that `takes` wants, as they are, to a file that may be there already. How many.
[[nodiscard]] Result<qint64> exportEvidence(
    const QString &log, const QString &target, const std::function<bool(const EvidenceEntry &)> &takes);

} // namespace narscope::trace
