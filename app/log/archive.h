// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/types.h"
#include "log/bytes.h"

#include <QList>
#include <QMutex>

// Logs that were seen are kept on this computer: Hydra overwrites a log when a build is tried again and deletes all
// after seven months.

namespace narscope::log {

/// One attempt's log in the archive.
struct ArchivedLog {
    QByteArray digest; ///< SHA-256 of the log's bytes, hexadecimal: what the log is read by
    QString title;
    QString system;
    QString server; ///< id of the Hydra; empty for others
    QString source; ///< who had it
    QString derivation; ///< base name; empty when not known
    BuildId build; ///< 0 for others
    StepNr step; ///< 0: of the whole build
    QString address; ///< of logs that are none of a build
    hydra::BuildState state = hydra::BuildState::Unknown;
    qint64 stoppedAt = 0; ///< seconds since 1970: which attempt it is of; 0: not known
    qint64 keptAt = 0; ///< seconds since 1970
    qint64 size = 0; ///< bytes
    qint64 packed = 0; ///< bytes on the disk
    QByteArray fingerprint; ///< ErrorExtract::fingerprint(); empty: no cause was found
    QString cause; ///< the first cause's message
    qint64 causeLine = -1; ///< from 0

    bool operator==(const ArchivedLog &) const = default;
    /// Whether both are logs of one build, step, derivation or address; other attempts too.
    [[nodiscard]] bool isOfSame(const ArchivedLog &other) const;
};

/// Keeps logs compressed, each content once, and what they are of in one file of lines that is only appended to.
/// Several programs may share a folder. Safe from any thread, but reads and writes files: for pools.
class Archive {
public:
    /// Nothing is touched until it is used. `limit`: bytes on the disk; beyond it the logs kept longest go.
    Archive(QString folder, qint64 limit);

    /// Returns it as kept: with digest and sizes. The same log of the same attempt again is no second entry.
    [[nodiscard]] Result<ArchivedLog> keep(const Bytes &bytes, ArchivedLog about);
    /// Newest first. A damaged line is passed over.
    [[nodiscard]] QList<ArchivedLog> logs() const;
    /// Unpacked into a spool of `spoolFolder`. NotFound: it was let go. Malformed: the file is damaged.
    [[nodiscard]] Result<std::shared_ptr<const Bytes>> open(const QByteArray &digest, const QString &spoolFolder) const;

private:
    [[nodiscard]] QString indexName() const { return m_folder + QLatin1StringView("/index.jsonl"); }
    [[nodiscard]] QString objectName(const QByteArray &digest) const;
    [[nodiscard]] QList<ArchivedLog> readIndex() const; ///< oldest first
    [[nodiscard]] Result<void> append(const ArchivedLog &log) const;
    [[nodiscard]] Result<void> letGo(QList<ArchivedLog> logs) const;

    QString m_folder;
    qint64 m_limit;
    mutable QMutex m_mutex;
};

/// Those that broke for the same reason, newest first, one for each thing they are of, without those of `log`'s own.
[[nodiscard]] QList<ArchivedLog> sameFailure(const ArchivedLog &log, const QList<ArchivedLog> &logs);

/// As a line of the index, without its end, and back. Pure.
[[nodiscard]] QByteArray writeArchived(const ArchivedLog &log);
[[nodiscard]] std::optional<ArchivedLog> readArchived(QByteArrayView line);

inline constexpr qint64 archiveLimit = qint64(2) << 30; ///< bytes, by default
inline constexpr qsizetype maxArchived = 200'000; ///< entries

} // namespace narscope::log
