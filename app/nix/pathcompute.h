// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/contentaddress.h"
#include "nix/storepath.h"

#include <span>

// Store paths computed from what they stand for. The formulas are those of Nix's manual, «store path
// specification»: nix32 of SHA-256(`<type>:sha256:<inner hex>:<store dir>:<name>`) folded to 20 bytes.
// A name that Nix does not allow is the only way these fail, unless said otherwise.

namespace narscope::nix {

/// The bare formula; `innerHex` is a SHA-256 in base 16.
[[nodiscard]] Result<StorePath> computeStorePath(
    QByteArrayView type, QByteArrayView innerHex, QByteArrayView name, const QByteArray &storeDir = defaultStoreDir());

/// builtins.toFile and .drv files: SHA-256 of the file's bytes and the paths it refers to, in any order.
[[nodiscard]] Result<StorePath> textPath(QByteArrayView contents, std::span<const StorePath> references,
    QByteArrayView name, const QByteArray &storeDir = defaultStoreDir());

/// A source added by its NAR hash (SHA-256), as `nix store add-path` and fetchers do.
[[nodiscard]] Result<StorePath> sourcePath(
    const Hash &narHash, QByteArrayView name, const QByteArray &storeDir = defaultStoreDir());

/// Any content address. `references` are the other paths it refers to, in any order,
/// without itself; `self` says that it refers to itself.
/// Unsupported: references where the method allows none, text with another hash than SHA-256.
[[nodiscard]] Result<StorePath> contentAddressedPath(const ContentAddress &address,
    std::span<const StorePath> references, bool self, QByteArrayView name,
    const QByteArray &storeDir = defaultStoreDir());

/// An input-addressed output: `hashModulo` as hashDerivationModulo() gives it with the outputs masked.
[[nodiscard]] Result<StorePath> outputPath(QByteArrayView outputName, const Hash &hashModulo,
    QByteArrayView derivationName, const QByteArray &storeDir = defaultStoreDir());

/// «hello» for out, «hello-dev» for dev.
[[nodiscard]] QByteArray outputPathName(QByteArrayView derivationName, QByteArrayView outputName);

} // namespace narscope::nix
