// SPDX-License-Identifier: GPL-3.0-or-later
// What is where in a placed picture: under the mouse, and next to a stop.
#include "ui/trace/picturelayout.h"

#include <cmath>

namespace narscope::ui {

namespace {

// px at zoom 1
constexpr qreal stopRadius = 12;
constexpr qreal gradeRadius = 10;
constexpr qreal lineWidth = 10;

} // namespace

int PictureLayout::stopAt(const QPointF &at) const
{
    for (size_t i = 0; i < stops.size(); ++i) {
        const auto way = stops[i].at - at;
        const auto reach = stopRadius * zoom;
        const bool onLabel = stops[i].label.contains(at) || stops[i].quiet.contains(at);
        if (onLabel || QPointF::dotProduct(way, way) <= reach * reach)
            return int(i);
    }
    return -1;
}

int PictureLayout::hopAt(const QPointF &at) const
{
    QPainterPathStroker wider;
    wider.setWidth(lineWidth * zoom);
    int onLine = -1;
    for (size_t i = 0; i < hops.size(); ++i) {
        if (!hops[i].bounds.contains(at))
            continue;
        const auto way = hops[i].grade - at;
        const auto reach = gradeRadius * zoom;
        if (QPointF::dotProduct(way, way) <= reach * reach)
            return int(i);
        if (onLine < 0 && wider.createStroke(hops[i].path).contains(at))
            onLine = int(i);
    }
    return onLine;
}

int PictureLayout::foldAt(const QPointF &at) const
{
    for (size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].fold.isValid() && rows[i].fold.united(rows[i].name).contains(at))
            return int(i);
    }
    return -1;
}

namespace {

/// Straight on costs once, aside four times; too far aside is another direction.
int nearest(const PictureLayout &layout, int stop, Way way)
{
    const auto here = layout.stops[size_t(stop)].at;
    const bool isAlong = way == Way::Left || way == Way::Right;
    const qreal sign = way == Way::Left || way == Way::Up ? -1 : 1;
    int best = stop;
    qreal least = std::numeric_limits<qreal>::max();
    for (size_t i = 0; i < layout.stops.size(); ++i) {
        const auto step = layout.stops[i].at - here;
        const qreal on = sign * (isAlong ? step.x() : step.y());
        const qreal aside = std::abs(isAlong ? step.y() : step.x());
        if (on < 1)
            continue;
        const qreal cost = on + (isAlong ? 4 : 2) * aside;
        if (cost < least) {
            least = cost;
            best = int(i);
        }
    }
    return best;
}

} // namespace

int neighbour(const Picture &picture, const PictureLayout &layout, int stop, Way way)
{
    if (way == Way::Left || way == Way::Right) {
        int best = -1;
        qreal least = std::numeric_limits<qreal>::max();
        for (const auto &hop : picture.hops) {
            const int here = way == Way::Right ? hop.from : hop.to;
            const int there = way == Way::Right ? hop.to : hop.from;
            if (here != stop || there < 0)
                continue;
            const qreal aside = std::abs(layout.stops[size_t(there)].at.y() - layout.stops[size_t(stop)].at.y());
            if (aside < least) {
                least = aside;
                best = there;
            }
        }
        if (best >= 0)
            return best;
    }
    return nearest(layout, stop, way);
}

} // namespace narscope::ui
