// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "nix/storepath.h"

#include <optional>

namespace narscope::nix {

/// `/nix-cache-info`: what a cache says about itself. Nothing in it is signed.
struct CacheInfo {
    std::optional<QByteArray> storeDir; ///< none: the cache does not say, and Nix accepts it
    bool wantMassQuery = false; ///< may be asked for many paths at once
    std::optional<int> priority; ///< smaller is asked first

    bool operator==(const CacheInfo &) const = default;
    /// Nix refuses a cache for another store directory as a whole.
    [[nodiscard]] bool isFor(const QByteArray &dir = defaultStoreDir()) const { return !storeDir || *storeDir == dir; }
};

/// As lenient as Nix: lines without a colon and unknown keys are skipped, values are trimmed, an empty file is fine.
/// TooLarge beyond 1 MiB; never Malformed.
[[nodiscard]] Result<CacheInfo> readCacheInfo(QByteArrayView bytes);

} // namespace narscope::nix
