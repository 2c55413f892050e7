// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/storepath.h"

#include <QByteArray>
#include <QSet>

#include <bitset>
#include <span>

namespace narscope::nix {

/// Finds hash parts of store paths in bytes as they arrive, as Nix does after a build: 32 digits of nix32 anywhere,
/// across pieces too. Most bytes are never looked at. Flat memory. Not thread-safe.
class ReferenceScanner {
public:
    /// A text can mention any number of paths that do not matter; no more of them are kept.
    static constexpr qsizetype maxMentions = 1000;

    /// `wanted`: hash parts to look for.
    explicit ReferenceScanner(QSet<QByteArray> wanted, QByteArray storeDir = defaultStoreDir());

    void add(QByteArrayView bytes);

    /// The wanted ones seen so far.
    [[nodiscard]] const QSet<QByteArray> &found() const { return m_found; }
    /// Hash parts seen behind the store dir and a slash that are not wanted: paths that the bytes name and that Nix
    /// does not know of as references. Examples in documentation are such.
    [[nodiscard]] const QSet<QByteArray> &mentioned() const { return m_mentioned; }

private:
    void scan(QByteArrayView bytes);
    void judge(QByteArrayView bytes, qsizetype at);

    QSet<QByteArray> m_wanted;
    std::bitset<65536> m_perhapsWanted; ///< by a hash of the first four digits: most windows end here
    QByteArray m_prefix; ///< "/nix/store/"
    QByteArray m_tail; ///< the last bytes of what came before: too few for a whole mention
    QSet<QByteArray> m_found;
    QSet<QByteArray> m_mentioned;
};

[[nodiscard]] QSet<QByteArray> hashParts(std::span<const StorePath> paths);

} // namespace narscope::nix
