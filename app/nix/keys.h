// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>

// Ed25519 keys and signatures as Nix writes them: `name:base64`. The name is everything before the first colon.

namespace narscope::nix {

inline constexpr qsizetype publicKeySize = 32;
inline constexpr qsizetype secretKeySize = 64; ///< seed and public key
inline constexpr qsizetype signatureSize = 64;
inline constexpr qsizetype seedSize = 32;

struct PublicKey {
    QByteArray name;
    QByteArray bytes; ///< publicKeySize of them

    bool operator==(const PublicKey &) const = default;
    [[nodiscard]] QByteArray text() const { return name + ':' + bytes.toBase64(); }
};

struct SecretKey {
    QByteArray name;
    QByteArray bytes; ///< secretKeySize of them

    [[nodiscard]] QByteArray text() const { return name + ':' + bytes.toBase64(); }
    [[nodiscard]] PublicKey publicKey() const { return {.name = name, .bytes = bytes.last(publicKeySize)}; }
};

struct Signature {
    QByteArray name; ///< of the key it claims; means nothing before it is verified
    QByteArray bytes; ///< any length: other algorithms than Ed25519 exist

    bool operator==(const Signature &) const = default;
    [[nodiscard]] QByteArray text() const { return name + ':' + bytes.toBase64(); }
};

/// Base 64 as lenient as Nix: stops at the first '=', skips line feeds, needs no padding, ignores spare bits.
[[nodiscard]] Result<QByteArray> decodeBase64AsNix(QByteArrayView text);

/// Malformed: no name, not base 64. Unsupported: another length than Ed25519 has (other algorithms exist).
[[nodiscard]] Result<PublicKey> parsePublicKey(QByteArrayView text);
[[nodiscard]] Result<SecretKey> parseSecretKey(QByteArrayView text);
/// Malformed: no name, or not base 64. The length is not judged here.
[[nodiscard]] Result<Signature> parseSignature(QByteArrayView text);

/// A key pair from a seed of seedSize bytes: the same seed gives the same key.
[[nodiscard]] Result<SecretKey> secretKeyFromSeed(QByteArray name, QByteArrayView seed);
/// A new random key pair.
[[nodiscard]] SecretKey generateSecretKey(QByteArray name);

/// Pure Ed25519 over the message. Thread-safe. A key of the wrong length gives a signature that verifies nowhere.
[[nodiscard]] Signature sign(QByteArrayView message, const SecretKey &key);
/// False for a signature or key of the wrong length. Thread-safe; about 56 µs.
[[nodiscard]] bool verify(QByteArrayView message, QByteArrayView signature, QByteArrayView publicKey);

} // namespace narscope::nix
