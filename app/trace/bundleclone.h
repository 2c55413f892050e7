// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/task.h"
#include "trace/bundlecheck.h"

namespace narscope::trace {

/// What a clone of nixpkgs shows about a bundle: whether it has the commits that the provenances name, and which
/// commit comes from which. A folder that is no clone, or a clone of something else, proves nothing and is said so.
/// Only reads; asks no server.
[[nodiscard]] Task<QList<BundleCheck>> checkInClone(QString folder, BundleReport report);

} // namespace narscope::trace
