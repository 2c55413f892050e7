// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/keys.h"

// The key with which a person signs bundles: one line, `NAME:BASE64`, as Nix keeps secret keys.

namespace narscope::trace {

/// NotFound; Io; Malformed; NotAllowed when others than the owner may read the file.
[[nodiscard]] Result<nix::SecretKey> readBundleKey(const QString &file);
/// A new random key, in a new file that only the owner may read. Usage for a name that is empty or has a
/// colon, a space or a line feed; Io, also when there is such a file: it is never overwritten.
[[nodiscard]] Result<nix::SecretKey> makeBundleKey(const QString &file, const QByteArray &name);
/// Where it lies unless a person says otherwise.
[[nodiscard]] QString usualBundleKeyFile();
/// Of a key that is made because a first bundle is wanted and nobody named one.
inline constexpr auto usualBundleKeyName = "narscope-bundles-1";

} // namespace narscope::trace
