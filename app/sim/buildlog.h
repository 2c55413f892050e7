// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/recipes.h"

namespace narscope::sim {

/// What a builder prints: stdenv's phases, the tool's own lines (with its colours), and the reason when it fails.
/// `status`: Hydra's code that it ends with; `part`: how much of it is there by now, from 0 to 1.
[[nodiscard]] QByteArray buildLog(Recipes &recipes, Drv drv, int status, quint32 seconds, double part);
/// Of the derivation that fetches a source.
[[nodiscard]] QByteArray fetchLog(Recipes &recipes, Drv drv);

} // namespace narscope::sim
