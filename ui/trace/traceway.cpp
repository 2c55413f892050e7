// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/traceway.h"

#include "ui/trace/tracelistmodel.h"
#include "ui/widgets/paint.h"

#include <QPainter>

namespace narscope::ui {

namespace {

constexpr qreal side = 10; ///< px of a stop

} // namespace

void TraceRowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.data(TraceListModel::GroupRole).toBool() && !(option.state & QStyle::State_Selected))
        painter->fillRect(option.rect, lookOf(option.widget).window);
    RowDelegate::paint(painter, option, index);
    if (index.column() == TraceListModel::Way)
        paintWay(*painter, option, index.data(TraceListModel::LanesRole).value<QList<int>>());
}

void TraceRowDelegate::paintWay(QPainter &painter, const QStyleOptionViewItem &option, const QList<int> &lanes) const
{
    const auto &look = lookOf(option.widget);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal y = QRectF(option.rect).center().y();
    const auto at = [&](qsizetype lane) { return QPointF(option.rect.left() + wayLeft + wayStep * qreal(lane), y); };
    for (qsizetype i = 0; i + 3 < lanes.size(); i += 2) {
        const auto next = Mark(lanes[i + 2]);
        QPen pen(next == Mark::Failed ? look.failed : look.succeeded, 2);
        if (next == Mark::None || lanes[i + 1] == 0) {
            pen = QPen(look.idle, 1.2);
            pen.setDashPattern({3, 3});
        }
        painter.setPen(pen);
        painter.drawLine(at(i / 2) + QPointF(side / 2 + 2, 0), at(i / 2 + 1) - QPointF(side / 2 + 2, 0));
    }
    for (qsizetype i = 0; i + 1 < lanes.size(); i += 2) {
        const auto mark = Mark(lanes[i]);
        const auto middle = at(i / 2);
        if (mark == Mark::None) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(look.idle);
            painter.drawEllipse(middle, 1.6, 1.6);
        } else {
            paintMark(painter, QRectF(middle - QPointF(side / 2, side / 2), QSizeF(side, side)), side, mark, look,
                groundOf(option));
        }
    }
    painter.restore();
}

} // namespace narscope::ui
