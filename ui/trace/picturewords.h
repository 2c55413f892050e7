// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/pictureof.h"

// What stands beside the stops and in the rows of a picture. `excuse`: why the stop is not reached, as
// phraseOf() says it.

namespace narscope::ui {

/// Reached, failed or under way: something is there.
[[nodiscard]] bool isDone(const trace::Stop &stop);

void sayAtStop(PictureStop &drawn, const trace::Stop &stop, const QString &excuse, qint64 now);
void sayBuild(PictureRow &row, const trace::Stop &stop, const QString &excuse);
void sayPath(PictureRow &row, const trace::Stop &stop, const QString &excuse);
/// `end`: the stop that the row is about.
void sayChannel(PictureRow &row, const trace::Stop &end, const QString &excuse, qint64 now);

} // namespace narscope::ui
