// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/ladder.h"

#include <functional>

// The rungs that follow from bytes at hand. Pure; any thread.

namespace narscope::nix {

/// Which path the narinfo has to be about.
struct Question {
    QByteArray hashPart; ///< empty: any
    std::optional<StorePath> path; ///< when more than the hash part was asked

    bool operator==(const Question &) const = default;
};

struct Trust {
    TrustPolicy policy;
    QDate today;
    QByteArray storeDir = defaultStoreDir();
};

/// Where a narinfo's URL leads, as CacheClient::resolve says; empty for a narinfo without a cache.
using Resolve = std::function<Result<QUrl>(QByteArrayView)>;

/// narinfo, signature, content-address (the path from the CA field) and url, and the report's fields that the
/// narinfo gives. About 70 µs for each signature under a trusted name.
void climbNarInfo(
    PathReport &report, QByteArrayView bytes, const Question &question, const Trust &trust, const Resolve &resolve);

/// The narinfo could not be had; says why on its rung and what that means on those above.
void failNarInfo(PathReport &report, const Problem &problem);

/// Sets every rung that needs the contents, and was asked for, to unchecked for this reason.
void leaveContents(PathReport &report, const QString &reason);

/// The file name of a narinfo's URL is a hash, and neither FileHash nor NarHash: it names another NAR.
[[nodiscard]] bool namesAnotherNar(const PathReport &report);

} // namespace narscope::nix
