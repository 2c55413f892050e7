// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/pageparts.h"

namespace narscope::hydra {

/// Rows of a build page's table of steps, of the page before step pages (2026-07) or after.
[[nodiscard]] QList<StepRow> stepRows(HtmlNode table);

} // namespace narscope::hydra
