// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/hash.h"
#include "nix/narinfo.h"
#include "nix/trust.h"

#include <QString>
#include <QUrl>

#include <array>
#include <optional>
#include <vector>

// What is known of one store path, rung by rung. Values only; made by verifier.h, shown by reporttext.h and
// the window.

namespace narscope::nix {

enum class RungName {
    NarInfo, ///< well-formed as Nix has it, and about this path
    Signature, ///< by enough trusted keys, over exactly these bytes
    ContentAddress, ///< the path follows from the CA field; with the contents at hand they have that hash
    Url, ///< stays in the cache, and its file name agrees with FileHash or NarHash
    FileHash, ///< hash and size of the file served
    NarHash, ///< hash and size of the whole decompressed stream against the signed ones
    NarForm, ///< exactly one well-formed archive
    References, ///< those found in the contents are those declared
    Challenge, ///< other caches have the same contents under this path
    Deriver, ///< the derivation named makes this path
    Closure, ///< everything it needs is there and holds
};
inline constexpr std::array allRungs{RungName::NarInfo, RungName::Signature, RungName::ContentAddress, RungName::Url,
    RungName::FileHash, RungName::NarHash, RungName::NarForm, RungName::References, RungName::Challenge,
    RungName::Deriver, RungName::Closure};

enum class Verdict {
    Holds,
    Fails,
    Unchecked, ///< not asked for, or it could not be done
    Unavailable, ///< there is nothing to check: no such field, no such path
};

/// How far to go; each includes the ones before.
enum class Depth { Signature, File, Nar, References };

/// The words of the command line and of JSON; scripts rely on them.
[[nodiscard]] QString word(RungName name);
[[nodiscard]] QString word(Verdict verdict);
[[nodiscard]] QString word(Depth depth);
[[nodiscard]] std::optional<Depth> depthNamed(QStringView word);
/// For people: «signature», «contents' hash».
[[nodiscard]] QString title(RungName name);

struct Rung {
    RungName name = RungName::NarInfo;
    Verdict verdict = Verdict::Unchecked;
    bool asked = false; ///< counts for the path's verdict
    QString detail; ///< one plain sentence
    QByteArray bytes; ///< what it rests on: the fingerprint, the hashes compared; may be empty

    bool operator==(const Rung &) const = default;
};

/// One answer that the report rests on.
struct Evidence {
    QString what; ///< "narinfo", "nar"
    QUrl url;
    Milliseconds at{}; ///< since 1970
    Hash sha256; ///< of the answer's bytes
    quint64 size = 0;
    QString note; ///< «the connection broke; fetched again from the start»

    bool operator==(const Evidence &) const = default;
};

/// Something a cache says without signing it.
struct UnsignedClaim {
    QByteArray field;
    QByteArray value;

    bool operator==(const UnsignedClaim &) const = default;
};

/// Everything about one path. `rungs` always has all of allRungs, in that order.
struct PathReport {
    QString asked; ///< as given: path, hash part, URL or file
    std::optional<StorePath> path;
    QString cache; ///< address of the cache that answered, or the file
    Verdict verdict = Verdict::Unchecked; ///< never Unavailable
    QList<QByteArray> keys; ///< names of the distinct trusted keys that verified
    std::vector<Rung> rungs;
    std::vector<Evidence> evidence;
    std::optional<NarInfo> info;
    std::vector<NarInfoNote> notes;
    std::vector<SignatureCheck> signatures;

    bool operator==(const PathReport &) const = default;
    [[nodiscard]] const Rung &rung(RungName name) const { return rungs[static_cast<size_t>(name)]; }
    [[nodiscard]] Rung &rung(RungName name) { return rungs[static_cast<size_t>(name)]; }
    /// Rungs with the verdict Unchecked, in order.
    [[nodiscard]] std::vector<RungName> notChecked() const;
    /// Fields of the narinfo that no signature covers.
    [[nodiscard]] std::vector<UnsignedClaim> notSigned() const;
    [[nodiscard]] QString pathText() const { return path ? QString::fromUtf8(path->text()) : asked; }
};

struct Asked {
    Depth depth = Depth::References;
    bool challenge = false;
    bool deriver = false;
    bool closure = false;
};

/// A report with every rung unchecked, each saying whether it was asked for.
[[nodiscard]] PathReport newReport(QString asked, const Asked &what);
/// Fails when a rung does; holds only when all that were asked for hold or have nothing to check; else
/// unchecked.
void settleVerdict(PathReport &report);
/// One or two sentences; they always name what was not checked.
[[nodiscard]] QString summary(const PathReport &report);

} // namespace narscope::nix
