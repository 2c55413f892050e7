// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/buildstate.h"

namespace narscope::ui {

/// The shapes of ui.md. A shape always stands beside its word; ui/widgets paints it.
enum class Mark {
    None,
    Succeeded,
    Failed,
    DependencyFailed,
    FailedWithOutput,
    TimedOut,
    Limit, ///< log or output limit
    Aborted, ///< also cancelled, unsupported, gone
    Running,
    Queued, ///< also idle, not asked yet
    Unknown,
    Warning, ///< before a problem's sentence
    Holds, ///< rungs: holds, fails, not checked, not available
    Fails,
    NotChecked,
    NotAvailable,
};

[[nodiscard]] Mark markOf(hydra::BuildState state);

} // namespace narscope::ui
