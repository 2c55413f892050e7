// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/tracesummary.h"

namespace narscope::ui {

/// The trace for a comment on a pull request: what it reached, what it waits for, how well that is proved.
[[nodiscard]] QString markdownOf(const trace::Trace &trace, qint64 now);
/// One line for a list of many.
[[nodiscard]] QString markdownLine(const TraceSummary &summary);

} // namespace narscope::ui
