// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/types.h"
#include "nix/narinfo.h"
#include "trace/types.h"

#include <QHash>

#include <vector>

// What the exact answers kept by a trace say, read again: what is signed is what was served, not what was
// shown.

namespace narscope::trace {

struct KeptNarInfo {
    const Answer *answer = nullptr;
    nix::NarInfoReading reading;
};
/// Each path once, by its first answer; well-formed ones only.
[[nodiscard]] std::vector<KeptNarInfo> narInfosIn(const QList<Answer> &answers);

struct KeptBuild {
    const Answer *answer = nullptr;
    QUrl hydra; ///< base
    hydra::Build build;
};
/// Each build once, by its last answer.
[[nodiscard]] std::vector<KeptBuild> buildsIn(const QList<Answer> &answers);

/// The revisions of nixpkgs that Hydra's pages about evaluations name, by evaluation.
[[nodiscard]] QHash<qint64, QString> revisionsIn(const QList<Answer> &answers);
/// Of the evaluation that a build was first part of, as far as those pages tell; else empty.
[[nodiscard]] QString revisionOf(const hydra::Build &build, const QHash<qint64, QString> &revisions);

/// A commit that has another among its ancestors, as a hop claims.
struct GitClaim {
    HopId hop;
    QString ancestor; ///< 40 hex digits
    QString descendant;

    bool operator==(const GitClaim &) const = default;
};
[[nodiscard]] std::vector<GitClaim> gitClaimsIn(const Trace &trace);

[[nodiscard]] bool isCommit(QStringView text);

} // namespace narscope::trace
