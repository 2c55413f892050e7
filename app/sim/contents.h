// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/keys.h"
#include "nix/narinfo.h"
#include "sim/recipes.h"

#include <QByteArray>
#include <QCache>
#include <QHash>
#include <QList>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

// What a binary cache holds: NARs, narinfos, signatures, and the incidents a monitor must find.

namespace narscope::sim {

enum class IncidentKind {
    OtherNar, ///< correctly signed, but the URL names another package's NAR (as in June 2026)
    UnknownKey, ///< signed by a key nobody knows
    FlippedByte, ///< one byte of the compressed NAR is wrong
    TwoSignatures, ///< signed by the old and by the new key
    Missing, ///< the build succeeded, but the path is not there
};
/// "other-nar", "unknown-key", "flipped-byte", "two-signatures", "missing".
[[nodiscard]] QByteArray word(IncidentKind kind);
/// What a person should be told.
[[nodiscard]] QByteArray sentence(IncidentKind kind);

struct Incident {
    IncidentKind kind = IncidentKind::OtherNar;
    QByteArray attr; ///< the package it happens to, on x86_64-linux, whenever it is built
    Drv drv; ///< its newest
    nix::StorePath path; ///< the main output
};

/// A NAR and the narinfo that describes it, for one output. Without incident all of it is right.
struct CacheEntry {
    nix::NarInfo info; ///< signed
    QByteArray file; ///< what the URL serves
};

/// A file that a build offers for download, inside its main output.
struct ProductFile {
    QByteArray type; ///< "file", "doc", "report"
    QByteArray subtype; ///< "iso", "manual", "source-dist", ...
    QByteArray place; ///< "iso/nixos-minimal-....iso"
    QByteArray bytes;
};

/// Everything follows from the recipes and the keys. Not thread-safe; entries are made when asked for and the last
/// few hundred are kept.
class Contents {
public:
    /// `failed`: which builds end well but leave nix-support/failed (Hydra's «failed with output»).
    Contents(Recipes &recipes, quint64 seed, std::function<bool(Drv)> failed = {});

    [[nodiscard]] const nix::SecretKey &key() const { return m_key; } ///< of the cache
    [[nodiscard]] const nix::SecretKey &oldKey() const { return m_oldKey; } ///< the one before
    [[nodiscard]] const nix::SecretKey &secondKey() const { return m_secondKey; } ///< of the second cache
    /// What is wrong with this output in the cache; Missing too: it is built, but not there.
    [[nodiscard]] std::optional<IncidentKind> incident(Drv drv, int output) const;
    /// The packages that have incidents, by name.
    [[nodiscard]] static QList<std::pair<QByteArray, IncidentKind>> incidentPackages();

    /// The uncompressed NAR; references to dependencies are real.
    [[nodiscard]] QByteArray nar(Drv drv, int output);
    /// The store paths whose hash parts the NAR holds, sorted; itself among them when it is.
    [[nodiscard]] std::vector<nix::StorePath> references(Drv drv, int output);
    /// Files that Hydra lists as products, for images, documents, tarballs and tests; empty for packages.
    [[nodiscard]] QList<ProductFile> productFiles(Drv drv);
    /// As the cache serves it, incidents included (of Missing the good one).
    [[nodiscard]] CacheEntry entry(Drv drv, int output);
    /// As another cache serves the same path: uncompressed NAR, signed by the second key.
    [[nodiscard]] CacheEntry secondEntry(Drv drv, int output);
    /// What the URL `nar/<fileName>` serves; nothing when no entry asked for so far has it.
    [[nodiscard]] std::optional<QByteArray> file(const QByteArray &fileName);

private:
    struct Made {
        QByteArray nar;
        nix::NarInfo info; ///< unsigned, without a URL
    };
    [[nodiscard]] const Made &made(Drv drv, int output);
    [[nodiscard]] CacheEntry good(Drv drv, int output);
    [[nodiscard]] CacheEntry withIncident(CacheEntry entry, Drv drv, int output);
    void remember(const nix::NarInfo &info, Drv drv, int output, bool second);

    struct FileOf {
        Drv drv;
        int output = 0;
        bool second = false;
    };
    Recipes &m_recipes;
    std::function<bool(Drv)> m_failed;
    nix::SecretKey m_key;
    nix::SecretKey m_oldKey;
    nix::SecretKey m_secondKey;
    nix::SecretKey m_unknownKey;
    std::vector<std::pair<Attr, IncidentKind>> m_rules;
    QHash<QByteArray, FileOf> m_files; ///< by file name
    QCache<std::pair<quint64, int>, Made> m_made;
};

} // namespace narscope::sim
