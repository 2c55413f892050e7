// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/trust.h"
#include "trace/dsse.h"
#include "trace/types.h"

#include <QJsonObject>

#include <map>
#include <vector>

// A trace to hand on: signed statements and the exact answers that they rest on, in one file that anybody can
// check without a network. resources/manual/bundle.md is the format's description.

namespace narscope::trace {

/// The whole file. Needs no network; takes as long as the answers are large (hash pool). Malformed: see
/// summaryStatement().
[[nodiscard]] Result<QByteArray> writeBundle(
    const Trace &trace, const nix::SecretKey &key, const nix::TrustPolicy &policy, qint64 now, const QString &version);

/// Signs with the key in a file and writes the bundle, whole or not at all. Also Io, and what readBundleKey()
/// says.
[[nodiscard]] Result<void> saveBundle(const Trace &trace, const QString &file, const QString &keyFile,
    const nix::TrustPolicy &policy, qint64 now, const QString &version);

/// A bundle as read: its form is right, nothing else is checked.
struct Bundle {
    QByteArray publicKey; ///< of who signed; 32 bytes
    std::vector<DsseEnvelope> envelopes; ///< provenances, then the summary
    std::map<QByteArray, QByteArray> evidence; ///< by SHA-256 in hex

    bool operator==(const Bundle &) const = default;
};

inline constexpr qint64 maxBundleSize = 1024LL * 1024 * 1024;

/// Strict: exactly the bytes that writing the same bundle gives. Malformed, TooLarge; `where` names the line.
[[nodiscard]] Result<Bundle> readBundle(QByteArrayView bytes);
[[nodiscard]] QByteArray writeBundle(const Bundle &bundle);

/// The statement in an envelope; empty when it is none.
[[nodiscard]] QJsonObject statementIn(const DsseEnvelope &envelope);

} // namespace narscope::trace
