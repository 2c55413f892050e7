// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/strip.h"

#include <QPainter>

#include <algorithm>

namespace narscope::ui {

namespace {

constexpr int cell = 7;
constexpr int barWide = 5;
constexpr int highest = 14;
constexpr int lowest = 5; ///< a failure of an hour is still seen
constexpr int dot = 3;

} // namespace

void paintStrip(QPainter &painter, const QRect &box, const QList<double> &days, const Look &look)
{
    const int base = box.center().y() + highest / 2;
    int left = box.right() + 1 - cell * int(days.size()) + (cell - barWide);
    for (const double share : days) {
        const int middle = left + (barWide - dot) / 2;
        if (share < 0)
            painter.fillRect(middle, base - 2, dot, 1, look.idle);
        else if (share == 0)
            painter.fillRect(middle, base - dot, dot, dot, look.succeeded);
        else {
            const int high = std::clamp(qRound(share * highest), lowest, highest);
            painter.fillRect(left, base - high, barWide, high, look.dependencyFailed);
        }
        left += cell;
    }
}

} // namespace narscope::ui
