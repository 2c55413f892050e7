// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/keys.h"

#include <QList>

// DSSE 1.0.2 (secure-systems-lab/dsse, protocol.md and envelope.md): bytes with a type, and signatures over
// both.

namespace narscope::trace {

struct DsseSignature {
    QByteArray keyId; ///< a hint that nobody vouches for
    QByteArray bytes;

    bool operator==(const DsseSignature &) const = default;
};

struct DsseEnvelope {
    QByteArray payloadType;
    QByteArray payload;
    QList<DsseSignature> signatures;

    bool operator==(const DsseEnvelope &) const = default;
};

/// What is signed: "DSSEv1 LEN(type) type LEN(payload) payload".
[[nodiscard]] QByteArray preAuthEncoding(QByteArrayView type, QByteArrayView payload);

/// As the specification wants it from everybody: base 64 of both alphabets, unknown members ignored.
/// Malformed.
[[nodiscard]] Result<DsseEnvelope> readEnvelope(QByteArrayView json);
/// One line without an end, members in the order of their names: one spelling for each envelope.
[[nodiscard]] QByteArray writeEnvelope(const DsseEnvelope &envelope);

/// SHA-256 of the public key's bytes, in hex.
[[nodiscard]] QByteArray keyIdOf(QByteArrayView publicKey);
[[nodiscard]] DsseEnvelope signedEnvelope(QByteArray type, QByteArray payload, const nix::SecretKey &key);
/// Whether one of the signatures is this Ed25519 key's, whatever the hints say.
[[nodiscard]] bool isSignedBy(const DsseEnvelope &envelope, QByteArrayView publicKey);

} // namespace narscope::trace
