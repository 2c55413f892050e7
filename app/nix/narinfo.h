// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/hash.h"
#include "nix/contentaddress.h"
#include "nix/storepath.h"

#include <QByteArray>
#include <QList>

#include <optional>
#include <utility>
#include <vector>

namespace narscope::nix {

/// What one `.narinfo` says. Signed are only path, narHash, narSize and references; everything else is a claim.
struct NarInfo {
    StorePath path;
    QByteArray url; ///< relative to the cache, or a full URL; not signed, so not to be followed blindly
    QByteArray compression; ///< as written; "bzip2" when the field is missing or empty, as Nix has it
    std::optional<Hash> fileHash;
    std::optional<quint64> fileSize;
    Hash narHash; ///< always SHA-256
    quint64 narSize = 0; ///< never 0 once read
    std::vector<StorePath> references; ///< sorted, each once: the set that is signed
    std::optional<StorePath> deriver;
    QList<QByteArray> signatures; ///< `name:base64`, as written, in the file's order, unchecked
    std::optional<ContentAddress> contentAddress;
    std::vector<std::pair<QByteArray, QByteArray>> others; ///< fields Nix does not know, in the file's order

    bool operator==(const NarInfo &) const = default;
    [[nodiscard]] bool refersToItself() const;
};

/// Something a reader of a well-formed narinfo should know.
enum class NarInfoNoteKind {
    CompressionAssumed, ///< no Compression: Nix takes bzip2
    CompressionUnknown, ///< a word Nix does not know; since 2.35 it rejects the narinfo
    RepeatedField, ///< given again: the last one counts
    UnknownField, ///< kept, ignored
    SignatureMalformed, ///< since 2.34 Nix rejects the whole narinfo for it
    ReferencesUnsorted, ///< the signed text has them sorted
    ReferencesRepeated, ///< the same path twice
    NumberSpelling, ///< a plus sign or leading zeros; the signed text has the plain number
    HashSpelling, ///< not nix32; the signed text has nix32
};

struct NarInfoNote {
    NarInfoNoteKind kind = NarInfoNoteKind::UnknownField;
    int line = 0; ///< from 1; 0: the file as a whole
    QByteArray subject; ///< the field's name or the text meant

    bool operator==(const NarInfoNote &) const = default;
};

/// A stable word for JSON: "compression-assumed", ...
[[nodiscard]] QString word(NarInfoNoteKind kind);
/// One plain sentence, with what Nix does.
[[nodiscard]] QString describe(const NarInfoNote &note);

struct NarInfoReading {
    NarInfo info;
    std::vector<NarInfoNote> notes;
    std::vector<StorePath>
        listedReferences; ///< as the file has them; filled only when they are not sorted and distinct

    bool operator==(const NarInfoReading &) const = default;
};

/// The largest file read: real ones reach 208 KB in one References line.
inline constexpr qsizetype maxNarInfoSize = 4 * 1024 * 1024;

/// Reads a narinfo as Nix does, where 2.8 and 2.36 agree; what one of them refuses is a note. Stricter on one point:
/// a NarHash that is not SHA-256 is Unsupported (Nix reads it and then cannot copy the path).
/// A refusal is Malformed (or TooLarge) with "line N" in `where`. Pure; any thread.
[[nodiscard]] Result<NarInfoReading> readNarInfo(QByteArrayView bytes, const QByteArray &storeDir = defaultStoreDir());

/// In Nix's order and spelling. What was read and written again reads the same.
[[nodiscard]] QByteArray writeNarInfo(const NarInfo &info);

/// The signed text: `1;<path>;sha256:<nix32>;<size>;<ref>,<ref>,...`.
[[nodiscard]] QByteArray fingerprint(const NarInfo &info);
/// The same with these references in this order: some old uploads were signed so, and Nix rejects them.
[[nodiscard]] QByteArray fingerprintWith(const NarInfo &info, const std::vector<StorePath> &references);

/// What recomputing the path from the CA field says. Nothing about the contents.
struct ContentAddressCheck {
    enum class Verdict { None, Holds, Fails };
    Verdict verdict = Verdict::None; ///< None: the narinfo has no CA
    std::optional<StorePath> computed;
    QString detail; ///< why it fails when no path could be computed

    bool operator==(const ContentAddressCheck &) const = default;
};
[[nodiscard]] ContentAddressCheck checkContentAddress(const NarInfo &info);

} // namespace narscope::nix
