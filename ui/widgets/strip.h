// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/look.h"

#include <QList>

class QPainter;
class QRect;

namespace narscope::ui {

/// Days of a job, oldest first, a cell of 5 + 2 px each, the last one at the right edge: a dot for a day
/// without failures, a bar as high as the share of the day that failed, a dash for a day of which nothing is
/// known (negative). Reads without colour.
void paintStrip(QPainter &painter, const QRect &box, const QList<double> &days, const Look &look);
inline constexpr int stripDays = 30;
inline constexpr int stripWidth = stripDays * 7; ///< px

} // namespace narscope::ui
