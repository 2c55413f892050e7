// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/known.h"

// The trace as a value, out of what is known. Pure: the same knowledge at the same time gives the same
// picture.

namespace narscope::trace {

/// Fills tracks, stops, hops, excuses, findings and problems.
void picture(Trace &trace, const KnownForward &known, qint64 now);
void picture(Trace &trace, const KnownBackward &known, qint64 now);

} // namespace narscope::trace
