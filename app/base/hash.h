// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>

#include <array>
#include <memory>
#include <span>

// Hashes and their spellings as Nix writes them: base16, nix32, base64 and SRI.

namespace narscope {

enum class HashAlgorithm { Md5, Sha1, Sha256, Sha512 };

[[nodiscard]] qsizetype digestSize(HashAlgorithm algorithm);
/// "sha256" and so on, as Nix spells it.
[[nodiscard]] QByteArray name(HashAlgorithm algorithm);

/// nix32: Nix's own base 32, alphabet 0123456789abcdfghijklmnpqrsvwxyz, last byte first, ceil(8n/5) digits.
[[nodiscard]] QByteArray toNix32(QByteArrayView bytes);
/// Strict: exact length for `size` bytes, alphabet, spare bits zero.
[[nodiscard]] Result<QByteArray> fromNix32(QByteArrayView digits, qsizetype size);
/// Strict base16, either case, even length.
[[nodiscard]] Result<QByteArray> fromBase16(QByteArrayView digits);
/// Strict RFC 4648 base64 with padding.
[[nodiscard]] Result<QByteArray> fromBase64(QByteArrayView digits);

struct Hash {
    HashAlgorithm algorithm = HashAlgorithm::Sha256;
    QByteArray digest; ///< raw bytes, digestSize(algorithm) of them

    bool operator==(const Hash &) const = default;
    [[nodiscard]] QByteArray nix32() const { return toNix32(digest); }
    [[nodiscard]] QByteArray base16() const { return digest.toHex(); }
    [[nodiscard]] QByteArray sri() const; ///< sha256-BASE64=
    [[nodiscard]] QByteArray prefixedNix32() const; ///< sha256:NIX32, the form in narinfos and fingerprints
    [[nodiscard]] QByteArray prefixedBase16() const; ///< sha256:HEX
};

/// Reads `algo:digits` (the length decides between base16, nix32 and base64) or SRI `algo-base64`.
[[nodiscard]] Result<Hash> parseHash(QByteArrayView text);

/// Streaming digest on OpenSSL's EVP (5 times libsodium's speed with SHA-NI). Not thread-safe; movable.
class Hasher {
public:
    explicit Hasher(HashAlgorithm algorithm = HashAlgorithm::Sha256);
    Hasher(Hasher &&) noexcept;
    Hasher &operator=(Hasher &&) noexcept;
    ~Hasher();

    void add(QByteArrayView bytes);
    /// Ends the stream; the hasher may not be used afterwards.
    [[nodiscard]] Hash finish();

private:
    struct Context;
    HashAlgorithm m_algorithm;
    std::unique_ptr<Context> m_context;
};

[[nodiscard]] Hash hashOf(QByteArrayView bytes, HashAlgorithm algorithm = HashAlgorithm::Sha256);

} // namespace narscope
