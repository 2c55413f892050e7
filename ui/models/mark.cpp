// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/mark.h"

namespace narscope::ui {

Mark markOf(hydra::BuildState state)
{
    using enum hydra::BuildState;
    switch (state) {
    case Unknown:
        return Mark::Unknown;
    case Queued:
        return Mark::Queued;
    case Running:
        return Mark::Running;
    case Succeeded:
    case Resolved:
        return Mark::Succeeded;
    case Failed:
    case CachedFailure:
    case NotDeterministic:
        return Mark::Failed;
    case DependencyFailed:
        return Mark::DependencyFailed;
    case FailedWithOutput:
        return Mark::FailedWithOutput;
    case TimedOut:
        return Mark::TimedOut;
    case LogLimit:
    case OutputLimit:
        return Mark::Limit;
    case Aborted:
    case Cancelled:
    case Unsupported:
    case Obsolete:
        return Mark::Aborted;
    }
    return Mark::Unknown;
}

} // namespace narscope::ui
