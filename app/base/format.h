// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <QString>

// How numbers are said to a person; ui.md fixes the forms.

namespace narscope {

/// «22.1 MiB», «102 B».
[[nodiscard]] QString formatSize(qint64 bytes);
/// «3 h 12 m», «3 m 02 s», «11 s», «2 d 4 h». Negative durations are shown as zero.
[[nodiscard]] QString formatDuration(Milliseconds duration);
/// One unit, for columns: «9 h», «2 d», «40 s», «now».
[[nodiscard]] QString formatAge(Milliseconds age);
/// «250,113».
[[nodiscard]] QString formatCount(qint64 count);
/// «21 Nov 03:12», with the year when it is not the year of `now`. UTC.
[[nodiscard]] QString formatTime(qint64 epochSeconds, qint64 nowEpochSeconds);
/// «2026-11-21 03:12:45 UTC», for hover and copy.
[[nodiscard]] QString formatExactTime(qint64 epochSeconds);
/// Keeps both ends of a long text: «zi6ypq21…-hello-2.12».
[[nodiscard]] QString elideMiddle(const QString &text, qsizetype keep);

} // namespace narscope
