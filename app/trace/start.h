// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "trace/tracer.h"

namespace narscope::trace {

/// Where a trace begins, out of what a person gave.
struct TraceStart {
    enum class Kind { PullRequest, Commit, Path, Build, Evaluation, Image, System, Channel };
    Kind kind = Kind::Path;
    Subject subject; ///< of all but Image and System; of a bare hash its name is the hash part
    QString image; ///< file name of an ISO
    QString folder; ///< of a System: the link that leads to it; empty: the running one

    bool operator==(const TraceStart &) const = default;
    [[nodiscard]] bool isForward() const { return kind == Kind::PullRequest || kind == Kind::Commit; }
};

/// The meaning of a subject or a text: a pull request before a build of the same number, paths and hashes,
/// addresses of narinfos and Hydra's pages, names of images, channels, files on this machine that lead into the
/// store (`result`). «system» is the one that runs; links to a NixOS system (/nix/var/nix/profiles/system-42-link)
/// are systems too. Reads links, nothing else. Usage: nothing that can be traced.
[[nodiscard]] Result<TraceStart> readStart(const Order &order, const QList<HydraAddress> &hydras);

} // namespace narscope::trace
