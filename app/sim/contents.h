// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/keys.h"
#include "nix/narinfo.h"
#include "sim/recipes.h"

#include <QByteArray>
#include <QHash>

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

struct Incident {
    IncidentKind kind = IncidentKind::OtherNar;
    QByteArray attr; ///< the package it happens to, on x86_64-linux, in its revision at the beginning
    Drv drv;
    nix::StorePath path; ///< its "out"
    QByteArray sentence; ///< what a person should be told
};

/// A NAR and the narinfo that describes it, for one output. Without incident all of it is right.
struct CacheEntry {
    nix::NarInfo info; ///< signed
    QByteArray file; ///< what the URL serves
};

/// Everything follows from the recipes and the keys. Not thread-safe; entries are made when asked for and the last
/// few hundred are kept.
class Contents {
public:
    Contents(Recipes &recipes, quint64 seed);

    [[nodiscard]] const nix::SecretKey &key() const { return m_key; } ///< of the cache
    [[nodiscard]] const nix::SecretKey &oldKey() const { return m_oldKey; } ///< the one before
    [[nodiscard]] const nix::SecretKey &secondKey() const { return m_secondKey; } ///< of the second cache
    [[nodiscard]] const std::vector<Incident> &incidents() const { return m_incidents; }
    /// Called by World when the first evaluation is known.
    void setIncidents(std::vector<Incident> incidents) { m_incidents = std::move(incidents); }
    [[nodiscard]] const Incident *incident(const nix::StorePath &path) const;

    /// The uncompressed NAR; references to dependencies are real.
    [[nodiscard]] QByteArray nar(Drv drv, int output);
    /// The other store paths whose hash parts the NAR holds, and itself.
    [[nodiscard]] std::vector<nix::StorePath> references(Drv drv, int output);
    /// As the cache serves it, incidents included (Missing too: whether the path is there is World's to say).
    [[nodiscard]] CacheEntry entry(Drv drv, int output);
    /// As another cache serves the same path: uncompressed NAR, signed by the second key.
    [[nodiscard]] CacheEntry secondEntry(Drv drv, int output);
    /// The entry whose URL is `nar/<fileName>`; nothing when no entry asked for so far has it.
    [[nodiscard]] std::optional<QByteArray> file(const QByteArray &fileName);

private:
    [[nodiscard]] CacheEntry good(Drv drv, int output);

    Recipes &m_recipes;
    nix::SecretKey m_key;
    nix::SecretKey m_oldKey;
    nix::SecretKey m_secondKey;
    nix::SecretKey m_unknownKey;
    std::vector<Incident> m_incidents;
    QHash<QByteArray, std::pair<quint64, int>> m_files; ///< by file name
};

} // namespace narscope::sim
