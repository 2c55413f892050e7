// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/keys.h"
#include "nix/narinfo.h"

#include <QDate>
#include <QList>
#include <QString>

#include <optional>
#include <vector>

namespace narscope::nix {

/// A public key and what a person should know about it.
struct TrustedKey {
    PublicKey key;
    QString purpose; ///< what it signs, one line
    QString source; ///< "shipped", "nix.conf", "pasted", a file's name
    QString reference; ///< URL that publishes the key; may be empty
    std::optional<QDate> added;
    std::optional<QDate> retired; ///< from this day on its signatures no longer count
    bool enabledByDefault = true; ///< false: known, so that it can be named, but trusted only when chosen

    bool operator==(const TrustedKey &) const = default;
    [[nodiscard]] bool isRetired(QDate today) const { return retired && *retired <= today; }
};

/// Who may sign, and how many of them must. Of two keys with one name the first counts, as in Nix.
struct TrustPolicy {
    std::vector<TrustedKey> keys;
    int threshold = 1; ///< distinct keys (by their bytes, not names) whose signature must verify

    bool operator==(const TrustPolicy &) const = default;
    [[nodiscard]] const TrustedKey *find(QByteArrayView name) const;
};

/// What was found in a text, and what in it looked like a key but is none.
struct KeyImport {
    std::vector<TrustedKey> keys;
    std::vector<Problem> problems;
};

/// Well-known public keys, from resources/keys.json.
[[nodiscard]] const std::vector<TrustedKey> &shippedKeys();
/// Those of shippedKeys() that are trusted unless a person says otherwise, with a threshold of 1.
[[nodiscard]] TrustPolicy defaultPolicy();
/// The form of resources/keys.json, also used for a person's own list.
[[nodiscard]] Result<std::vector<TrustedKey>> parseKeysJson(QByteArrayView json, const QString &source);
[[nodiscard]] QByteArray writeKeysJson(const std::vector<TrustedKey> &keys);
/// trusted-public-keys and extra-trusted-public-keys of a nix.conf; the last trusted-public-keys counts, include
/// lines are ignored.
[[nodiscard]] KeyImport keysFromNixConf(QByteArrayView text);
/// Any text: a key a line, a NixOS module, a nix.conf line, a web page. Comments (`# …`) do not count. `source` is
/// kept with each key.
[[nodiscard]] KeyImport keysFromText(QByteArrayView text, const QString &source);

enum class SignatureVerdict {
    Good, ///< a trusted key made it over exactly these bytes
    Bad, ///< a trusted key of this name exists, and it did not
    UnknownKey, ///< no trusted key of this name: nothing is known
    Retired, ///< right, but the key no longer counts
    Duplicate, ///< right, but that key has been counted already
    Malformed, ///< not `name:base64`, or not an Ed25519 signature's length under a trusted name
    Unsupported, ///< another algorithm's length, under a name we do not know
    NotChecked, ///< beyond the number of signatures tried for one path
};
[[nodiscard]] QString word(SignatureVerdict verdict);

struct SignatureCheck {
    QByteArray keyName; ///< as claimed; empty when the text has none
    QByteArray text; ///< the Sig line's value
    SignatureVerdict verdict = SignatureVerdict::UnknownKey;
    bool overListedOrder = false; ///< Bad, but right over the references in the file's unsorted order

    bool operator==(const SignatureCheck &) const = default;
};

/// Everything about the signatures of one narinfo under one policy.
struct TrustResult {
    QByteArray fingerprint; ///< the bytes that a signature must cover
    std::vector<SignatureCheck> signatures; ///< in the file's order
    QList<QByteArray> goodKeys; ///< names of the distinct keys that verified
    int threshold = 1;
    bool enough = false;

    bool operator==(const TrustResult &) const = default;
    /// Signed over an unsorted reference list (an old upload): Nix rejects it.
    [[nodiscard]] bool signedOverListedOrder() const;
};

/// Checks every signature; about 60 µs for each under a trusted name. Pure; any thread.
[[nodiscard]] TrustResult checkTrust(const NarInfoReading &reading, const TrustPolicy &policy, QDate today);
/// The same for any signed text, such as a realisation's.
[[nodiscard]] TrustResult checkSignatures(
    QByteArray message, const QList<QByteArray> &signatures, const TrustPolicy &policy, QDate today);

} // namespace narscope::nix
