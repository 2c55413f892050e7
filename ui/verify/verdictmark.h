// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/ladder.h"
#include "ui/models/mark.h"

#include <QString>

namespace narscope::ui {

/// Tick, cross, dash, ring.
[[nodiscard]] Mark markOf(nix::Verdict verdict);
/// «holds», «fails», «not checked», «not available».
[[nodiscard]] QString wordOf(nix::Verdict verdict);

} // namespace narscope::ui
