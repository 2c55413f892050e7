// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/nar.h"
#include "sim/contents.h"

namespace narscope::sim {

/// What one output holds: files as a build of such a package leaves them. Mentions the paths of its runtime
/// inputs and its own where real packages do.
[[nodiscard]] nix::NarTree fileTree(Recipes &recipes, Drv drv, size_t output);
[[nodiscard]] QList<ProductFile> productsOf(Recipes &recipes, Drv drv);

} // namespace narscope::sim
