// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/types.h"

// The numbers in the file. They never change, whatever order the enumerators are in. Private to app/history.

namespace narscope::history {

/// Hydra's own status codes for what is finished, numbers of ours above them for the rest.
[[nodiscard]] int codeOf(hydra::BuildState state);
[[nodiscard]] hydra::BuildState stateOfCode(qint64 code);

/// Hydra's words as numbers.
[[nodiscard]] int codeOf(hydra::EvalCategory category);
[[nodiscard]] hydra::EvalCategory categoryOfCode(qint64 code);

} // namespace narscope::history
