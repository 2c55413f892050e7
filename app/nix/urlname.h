// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/narinfo.h"

namespace narscope::nix {

/// What the file name in a narinfo's URL says about the file. Caches name NARs by a hash:
/// `<FileHash>.nar.xz`,
/// `<NarHash>.nar.zst`, `<path's hash>-<NarHash>.nar`.
enum class UrlNameVerdict {
    IsFileHash,
    IsNarHash,
    OtherHash, ///< a SHA-256 that is neither: it names another file (seen on cache.nixos.org in June 2026)
    Unknown, ///< a SHA-256, not the NarHash, and there is no FileHash to compare with
    NoHash, ///< any other name
};

struct UrlName {
    UrlNameVerdict verdict = UrlNameVerdict::NoHash;
    QByteArray hash; ///< the digits in the name that decided

    bool operator==(const UrlName &) const = default;
};

[[nodiscard]] UrlName checkUrlName(const NarInfo &info);

} // namespace narscope::nix
