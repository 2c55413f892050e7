// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QByteArray>
#include <QUrl>

#include <optional>

// The evidence log: one JSON object a line, each with the hash of the line before, so that nothing in it can
// be changed or taken out unseen. resources/manual/evidence.md is the format's description.

namespace narscope::trace {

enum class EvidenceKind {
    Opened, ///< the first line: names the format, and this log by random bytes
    Resumed, ///< the line before it cannot be read (a crash tore it): the chain goes on over its bytes
    ChannelPointer,
    GitRevision,
    ReleaseIndex,
    NarInfo,
};

/// The word in the file: "channel-pointer".
[[nodiscard]] QString word(EvidenceKind kind);
[[nodiscard]] std::optional<EvidenceKind> evidenceKind(QStringView word);

/// Something that a server said which should be the same for everybody.
struct Sighting {
    EvidenceKind kind = EvidenceKind::ChannelPointer;
    Milliseconds at{}; ///< since 1970
    QString subject; ///< channel, `nixos/unstable/RELEASE`, store path
    QString value; ///< what is compared: the release, the 40 hex digits, hash of the page, `sha256:NIX32;SIZE`
    QUrl url; ///< that was asked
    QByteArray text; ///< the answer's exact bytes; of a pointer, its Location
    QString node; ///< X-Served-By: which nodes of the CDN answered
    QString cache; ///< X-Cache: whether they had it

    bool operator==(const Sighting &) const = default;
};

/// One line.
struct EvidenceEntry {
    qint64 number = 0; ///< the first line is 0
    Sighting seen; ///< its text is left out when it is long or not UTF-8
    QByteArray sha256; ///< of the text, in hex, also when that is left out
    qint64 size = 0; ///< of the text
    QByteArray previous; ///< hash of the line before, in hex; of the first line 64 zeros
    QByteArray hash; ///< of this line without its member «hash», in hex

    bool operator==(const EvidenceEntry &) const = default;
};

/// Longest line, in bytes, with its end.
inline constexpr qsizetype maxEvidenceLine = 64 * 1024;
inline const QByteArray noEvidenceHash = QByteArray(64, '0');

/// The entry that follows, its hash made.
[[nodiscard]] EvidenceEntry evidenceEntry(Sighting seen, qint64 number, QByteArray previous);
/// With a line feed.
[[nodiscard]] QByteArray writeEvidenceLine(const EvidenceEntry &entry);
/// Strict: exactly the bytes that writeEvidenceLine gives for some entry (without the line feed), with the
/// right hash. Malformed otherwise.
[[nodiscard]] Result<EvidenceEntry> readEvidenceLine(QByteArrayView line);

} // namespace narscope::trace
