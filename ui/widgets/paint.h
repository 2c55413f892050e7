// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/look.h"

class QPainter;
class QRectF;

namespace narscope::ui {

/// Paints a mark into the square around the middle of `box`, `size` wide; any scale of screen. Holes in it
/// (tick, cross, bar) show `ground`, the colour already there.
void paintMark(QPainter &painter, const QRectF &box, qreal size, Mark mark, const Look &look, const QColor &ground);
/// The thin bar at the left of what changed since the last look.
void paintUnseen(QPainter &painter, const QRectF &row, const Look &look);
/// «›» or «⌄», 4 by 8 px around the middle of the box.
void paintChevron(QPainter &painter, const QRectF &box, bool open, const QColor &colour);
/// A small filled arrow, up or down, in the middle of the box.
void paintArrow(QPainter &painter, const QRectF &box, bool up, const QColor &colour);
/// One line of text, elided; `middle` for names whose ends both matter.
void paintText(
    QPainter &painter, const QRect &box, const QString &text, Qt::Alignment alignment, Qt::TextElideMode elide);

} // namespace narscope::ui
