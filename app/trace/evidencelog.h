// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/evidence.h"

#include <memory>

namespace narscope::trace {

/// Writes to one evidence log, at its end. Several programs may do so at once: each entry is written under a
/// lock of the file. A last line that was torn stays, and the next entry says so. Beside the log lies
/// FILE.head, its last number and hash, so that entries taken from the end are missed too. Not thread-safe;
/// one write of a few hundred bytes an entry, so it may be used on the core thread.
class EvidenceLog {
public:
    /// Makes the file and its folder where they are not there. Io; nothing is ever overwritten.
    [[nodiscard]] static Result<std::unique_ptr<EvidenceLog>> open(const QString &file, Milliseconds now);
    ~EvidenceLog();

    [[nodiscard]] Result<void> append(Sighting seen);
    [[nodiscard]] const QString &file() const { return m_file; }

private:
    EvidenceLog(QString file, int handle, int head);
    [[nodiscard]] Result<void> begin(Milliseconds now);
    [[nodiscard]] Result<void> catchUp(Milliseconds now);
    [[nodiscard]] Result<void> write(Sighting seen, const QByteArray &before);
    [[nodiscard]] std::unexpected<Problem> ioProblem(const QString &sentence) const;

    QString m_file;
    int m_handle;
    int m_head;
    qint64 m_end = 0; ///< the file's size after the last entry that we know
    qint64 m_number = -1; ///< of that entry
    QByteArray m_hash = noEvidenceHash;
};

/// Where FILE.head says that the log ends: number and hash. Nothing when there is no such file or it makes no
/// sense.
struct EvidenceHead {
    qint64 number = -1;
    QByteArray hash;

    bool operator==(const EvidenceHead &) const = default;
};
[[nodiscard]] std::optional<EvidenceHead> parseEvidenceHead(QByteArrayView text);
[[nodiscard]] QString evidenceHeadFile(const QString &log);
/// Its name in the folder of what the program keeps.
inline const QString evidenceFileName = QStringLiteral("evidence.jsonl");

} // namespace narscope::trace
