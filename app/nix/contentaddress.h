// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/hash.h"
#include "nix/storepath.h"

#include <QByteArray>

#include <vector>

namespace narscope::nix {

/// How the bytes behind a content address are hashed.
enum class ContentMethod {
    Text, ///< the bytes of one file, which may refer to other paths: derivations, builtins.toFile
    Flat, ///< the bytes of one file
    Recursive, ///< the NAR
    Git, ///< the git tree or blob (experimental in Nix)
};

/// The CA field of a narinfo: `text:<hash>`, `fixed:<hash>`, `fixed:r:<hash>`, `fixed:git:<hash>`.
struct ContentAddress {
    ContentMethod method = ContentMethod::Flat;
    Hash hash;

    bool operator==(const ContentAddress &) const = default;
    /// As Nix writes it, the hash in nix32.
    [[nodiscard]] QByteArray text() const;
};

[[nodiscard]] Result<ContentAddress> parseContentAddress(QByteArrayView text);

/// Contents that mention their own path: every occurrence of the hash part counts as 32 NUL bytes.
struct SelfReferenceHashes {
    Hash masked; ///< no more than that: Nix 2.26
    Hash withOffsets; ///< with `|<offset>` of each occurrence behind the contents: Nix 2.8

    bool operator==(const SelfReferenceHashes &) const = default;
};

/// Computes the hashes of a `fixed:r:` address. Streams; constant memory but for the offsets. With an empty hash part
/// both are the plain hash.
class SelfReferenceHasher {
public:
    SelfReferenceHasher(HashAlgorithm algorithm, QByteArray hashPart);
    void add(QByteArrayView bytes);
    [[nodiscard]] SelfReferenceHashes finish();

private:
    void scan();
    void hash(QByteArrayView bytes);

    Hasher m_masked;
    Hasher m_withOffsets;
    QByteArray m_hashPart;
    QByteArray m_pending; ///< bytes not hashed yet: too few to rule out an occurrence
    quint64 m_position = 0; ///< of the first pending byte in the stream
    std::vector<quint64> m_offsets;
};

} // namespace narscope::nix
