// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/verifier.h"

namespace narscope::nix {

struct VerifyInput {
    std::vector<VerifyTarget> targets;
    std::vector<Problem> problems; ///< parts that mean nothing to us

    bool operator==(const VerifyInput &) const = default;
};

/// One word or line: a store path (also a file inside one), a hash part, or the URL of a narinfo on a cache.
[[nodiscard]] Result<VerifyTarget> verifyTarget(
    const QString &text, const QByteArray &storeDir = defaultStoreDir());

/// A text as people paste or drop it: a narinfo, the output of `nix path-info --json` or `nix-store -qR`, a
/// flake.lock (the store paths of its sources), or any of the above a line. Pure.
[[nodiscard]] VerifyInput readVerifyInput(
    QByteArrayView text, const QByteArray &storeDir = defaultStoreDir());

/// The text is a narinfo, good or bad, rather than a list of something.
[[nodiscard]] bool looksLikeNarInfo(QByteArrayView text);

} // namespace narscope::nix
