// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/trust.h"

namespace narscope::nix {

/// What a person decided about keys: the known ones in the order that counts, each trusted or not
/// (TrustedKey::enabledByDefault), and how many must sign.
struct TrustChoices {
    std::vector<TrustedKey> keys;
    int threshold = 1;

    bool operator==(const TrustChoices &) const = default;
};

inline constexpr int mostNeededKeys = 16;

/// Nobody decided anything yet: the shipped keys as they are shipped.
[[nodiscard]] TrustChoices shippedChoices();
[[nodiscard]] TrustPolicy policyOf(const TrustChoices &choices);
/// Adds those that are not known by their bytes; returns how many were new.
int addKeys(TrustChoices &choices, std::vector<TrustedKey> keys, QDate today);

/// The file keys.json of a profile: as resources/keys.json, with a number «threshold». Keys that a newer version ships
/// and the file does not have are added as shipped.
[[nodiscard]] Result<TrustChoices> parseChoices(QByteArrayView json);
[[nodiscard]] QByteArray writeChoices(const TrustChoices &choices);

/// Of a folder; the shipped ones when there is no file. Block on the disk. A file that cannot be understood is a
/// problem, and is never overwritten by readChoices.
[[nodiscard]] Result<TrustChoices> readChoices(const QString &folder);
[[nodiscard]] Result<void> saveChoices(const QString &folder, const TrustChoices &choices);

} // namespace narscope::nix
