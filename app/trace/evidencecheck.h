// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/evidencelog.h"

#include <functional>
#include <vector>

namespace narscope::trace {

enum class EvidenceFaultKind {
    Torn, ///< the last line has no end: a write was cut off. Nothing says that anybody altered the log
    Unreadable, ///< a line is no entry, or not as it was written
    Missing, ///< numbers are left out before this line
    OutOfOrder, ///< its number was there already
    NotTheOneBefore, ///< the line before is not the one that this line followed when it was written
    CutOff, ///< the log once had more entries
};
[[nodiscard]] QString word(EvidenceFaultKind kind);

struct EvidenceFault {
    EvidenceFaultKind kind = EvidenceFaultKind::Unreadable;
    qint64 line = 0; ///< from 1
    QString sentence;

    bool operator==(const EvidenceFault &) const = default;
};

/// What reading a whole log gives.
struct EvidenceReading {
    qint64 lines = 0;
    qint64 entries = 0; ///< that can be read
    EvidenceHead head; ///< the last entry
    std::vector<EvidenceFault> faults; ///< the first thousand
    std::vector<qint64> resumed; ///< lines that say that the chain goes on behind a torn one, or after a cut

    bool operator==(const EvidenceReading &) const = default;
    [[nodiscard]] bool holds() const { return faults.empty() && lines > 0; }
    [[nodiscard]] bool isOnlyTorn() const
    {
        return faults.size() == 1 && faults.front().kind == EvidenceFaultKind::Torn;
    }
};

using EvidenceVisitor = std::function<void(const EvidenceEntry &)>;

/// Reads and checks a log: pure. `expected` is where it must reach at least. Entries that can be read are
/// given to the visitor, whatever is wrong with others.
[[nodiscard]] EvidenceReading readEvidence(
    QByteArrayView log, const std::optional<EvidenceHead> &expected, const EvidenceVisitor &visit = {});
/// The same for a file, and for the FILE.head beside it when `expected` is not given. NotFound, Io.
[[nodiscard]] Result<EvidenceReading> readEvidenceFile(
    const QString &file, std::optional<EvidenceHead> expected, const EvidenceVisitor &visit = {});

} // namespace narscope::trace
