// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/picture.h"

#include <QPainterPath>
#include <QRectF>

#include <functional>
#include <vector>

// Where everything of a picture stands: numbers only, no widget and no painter. x is order, not time.

namespace narscope::ui {

enum class Face { Data, Bold, Mono };

struct LayoutSpace {
    qreal width = 1168; ///< px to fill; the picture is wider when it needs to be
    qreal zoom = 1;
    qreal rowPitch = 22; ///< at zoom 1
    /// Width of a text in px at this zoom.
    std::function<qreal(const QString &, Face)> measure;
};

struct PlacedLane {
    qreal top = 0;
    qreal bottom = 0;
};

struct PlacedRow {
    qreal y = 0; ///< of its line
    QRectF name;
    QRectF detail;
    QRectF words; ///< of `strong` and `words`
    QRectF fold; ///< the chevron's square; null without one
};

struct PlacedStop {
    QPointF at;
    QRectF label; ///< beside it; in PullRequest the word above it
    QRectF quiet; ///< only in PullRequest: below it
};

struct PlacedHop {
    QPainterPath path; ///< empty: it comes from nowhere that is drawn
    QPointF grade; ///< middle of its mark
    QRectF bounds; ///< of line and mark
};

struct PlacedWord {
    QString text;
    QPointF at; ///< left end of its middle line
};

struct PlacedTick {
    qreal x = 0;
    QString text; ///< of the span that ends here
    qreal middle = 0; ///< where it is centred
};

/// Same order as in the Picture.
struct PictureLayout {
    QSizeF size; ///< with the ruler
    qreal zoom = 1;
    qreal ruler = 0; ///< its height, at the very top
    qreal now = 0; ///< x
    qreal labelLeft = 0; ///< x of lane titles
    std::array<PlacedLane, laneCount> lanes;
    std::vector<PlacedRow> rows;
    std::vector<PlacedStop> stops;
    std::vector<PlacedHop> hops;
    std::vector<PlacedWord> words; ///< above columns
    std::vector<PlacedTick> ticks;
    QRectF census;

    /// -1: nothing there.
    [[nodiscard]] int stopAt(const QPointF &at) const;
    [[nodiscard]] int hopAt(const QPointF &at) const;
    [[nodiscard]] int foldAt(const QPointF &at) const;
};

enum class Way { Left, Right, Up, Down };
/// The stop that an arrow key goes to: along the lines to the left and right, else the nearest that way. The
/// same stop when there is none.
[[nodiscard]] int neighbour(const Picture &picture, const PictureLayout &layout, int stop, Way way);

[[nodiscard]] PictureLayout layoutOf(const Picture &picture, const LayoutSpace &space);

} // namespace narscope::ui
