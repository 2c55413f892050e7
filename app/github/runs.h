// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/types.h"

namespace narscope::github {

/// How many of the newest runs failed one after the other; those under way do not count. Newest first.
[[nodiscard]] qsizetype failuresInARow(const QList<WorkflowRun> &runs);

} // namespace narscope::github
