// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/cacheclient.h"
#include "nix/ladder.h"

#include <vector>

namespace narscope::nix {

struct DeriverQuestion {
    StorePath output;
    StorePath deriver; ///< as the narinfo claims
    QString folder; ///< holds .drv files by base name; may be empty
    QByteArray storeDir;
};

struct DeriverProof {
    Verdict verdict = Verdict::Unchecked;
    QString detail;
};

/// Gathers the derivation and everything its hash depends on, from the folder and the caches, and recomputes
/// the output's path. The gathered files prove themselves: a .drv's path is the hash of its bytes. Bounded:
/// 30,000 derivations, 256 MiB. Asks the caches for one narinfo and one NAR for each .drv.
[[nodiscard]] Task<DeriverProof> proveDeriver(
    DeriverQuestion question, std::vector<std::shared_ptr<CacheClient>> caches, CacheDoors doors);

} // namespace narscope::nix
