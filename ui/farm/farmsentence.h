// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/sentence.h"
#include "watch/farmstate.h"

namespace narscope::ui {

/// The sentence the place begins with: what needs a look, and how the rest fares.
[[nodiscard]] Sentence sentenceOf(const watch::FarmState &state);

} // namespace narscope::ui
