// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QHashFunctions>

#include <compare>
#include <optional>

namespace narscope::nix {

/// "/nix/store". The copies share one buffer.
[[nodiscard]] const QByteArray &defaultStoreDir();

/// `<store dir>/<32 nix32 digits>-<name>`: always valid once made. The rules are Nix's own: name of 1 to 211
/// characters of 0-9a-zA-Z+-._?=, not "." or "..", not starting with ".-" or "..-".
class StorePath {
public:
    static constexpr qsizetype hashLength = 32;
    static constexpr qsizetype maxNameLength = 211;

    /// `<hash>-<name>`.
    [[nodiscard]] static Result<StorePath> fromBaseName(
        QByteArrayView baseName, const QByteArray &storeDir = defaultStoreDir());
    /// The whole path and nothing behind it.
    [[nodiscard]] static Result<StorePath> fromText(
        QByteArrayView path, const QByteArray &storeDir = defaultStoreDir());
    /// From 20 bytes of digest (see pathcompute.h) and a name.
    [[nodiscard]] static Result<StorePath> fromDigest(
        QByteArrayView digest, QByteArrayView name, const QByteArray &storeDir = defaultStoreDir());

    [[nodiscard]] const QByteArray &baseName() const { return m_baseName; }
    [[nodiscard]] const QByteArray &storeDir() const { return m_storeDir; }
    [[nodiscard]] QByteArrayView hashPart() const { return QByteArrayView(m_baseName).first(hashLength); }
    [[nodiscard]] QByteArrayView name() const { return QByteArrayView(m_baseName).sliced(hashLength + 1); }
    [[nodiscard]] QByteArray text() const { return m_storeDir + '/' + m_baseName; }
    [[nodiscard]] bool isDerivation() const { return m_baseName.endsWith(".drv"); }

    bool operator==(const StorePath &other) const = default;
    /// By store dir, then bytewise by base name: the order of the signed fingerprint.
    std::strong_ordering operator<=>(const StorePath &other) const;
    friend size_t qHash(const StorePath &path, size_t seed = 0) noexcept { return qHash(path.m_baseName, seed); }

private:
    StorePath(QByteArray storeDir, QByteArray baseName)
        : m_storeDir(std::move(storeDir))
        , m_baseName(std::move(baseName))
    {
    }
    QByteArray m_storeDir;
    QByteArray m_baseName;
};

/// 32 digits of the nix32 alphabet.
[[nodiscard]] bool isHashPart(QByteArrayView text);
/// Empty when the name may stand in a store path, else the reason.
[[nodiscard]] QString storeNameFault(QByteArrayView name);

/// What a text says about a store path: at least the hash part, perhaps the whole path and a place inside.
struct StorePathMention {
    QByteArray hashPart;
    std::optional<StorePath> path; ///< empty when only a hash part was given
    QByteArray inside; ///< "/bin/hello", or empty

    bool operator==(const StorePathMention &) const = default;
};

/// Reads a full path, with or without something behind it, a base name, or a hash part alone.
[[nodiscard]] Result<StorePathMention> readStorePathMention(
    QByteArrayView text, const QByteArray &storeDir = defaultStoreDir());

} // namespace narscope::nix

template <> struct std::hash<narscope::nix::StorePath> {
    size_t operator()(const narscope::nix::StorePath &path) const noexcept { return qHash(path); }
};
