// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/cacheclient.h"
#include "nix/ladder.h"

namespace narscope::nix {

/// What other caches say about the same path: the same contents, others, or nothing.
class ChallengeTally {
public:
    void add(const QString &cache, const Result<CacheAnswer> &answer, const NarInfo &ours, const QByteArray &storeDir);
    void climb(Rung &rung) const;

private:
    QStringList m_same;
    QStringList m_differ; ///< each with its hash
    QStringList m_without;
    QStringList m_silent; ///< no usable answer
};

} // namespace narscope::nix
