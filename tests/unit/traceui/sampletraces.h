// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/types.h"

// Traces made by hand, for what draws them: not by the tracer, so that both can be wrong alone.

namespace narscope::test {

inline constexpr qint64 sampleNow = 1763802000; ///< 22 Nov 2025 09:00 UTC

/// One change in master: three evaluations, four builds of which one failed, three signed paths, a channel
/// reached, one whose gate fails and one whose gate runs.
[[nodiscard]] trace::Trace landedTrace();
/// The same with this many attributes, everything reached.
[[nodiscard]] trace::Trace largeTrace(int attributes);
/// An open pull request.
[[nodiscard]] trace::Trace openTrace();
/// landedTrace() with a backport to a release branch as a second track.
[[nodiscard]] trace::Trace backportTrace();
/// A change in staging: in staging-next, not in master.
[[nodiscard]] trace::Trace stagingTrace();

} // namespace narscope::test
