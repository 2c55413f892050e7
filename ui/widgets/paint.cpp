// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/paint.h"

#include <QPainter>
#include <QPainterPath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// A mark is drawn on a 12 by 12 field and scaled by the painter, so that it is always redrawn, never resized.
struct MarkPainter {
    QPainter &painter;
    QColor colour;
    QColor ground;

    void stroke(qreal width, const QColor &pen, const QPolygonF &line) const
    {
        painter.setPen(QPen(pen, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(line);
    }
    void fill(const QPolygonF &shape) const
    {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawPolygon(shape);
    }
    void disc() const
    {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(QRectF(0.25, 0.25, 11.5, 11.5));
    }
    void ring(qreal width) const
    {
        painter.setPen(QPen(colour, width));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QPointF(6, 6), 5.75 - width / 2, 5.75 - width / 2);
    }
    void tick(const QColor &pen, qreal width) const { stroke(width, pen, {{3.2, 6.2}, {5.2, 8.2}, {8.9, 3.9}}); }
    void cross(const QColor &pen, qreal width) const
    {
        stroke(width, pen, {{3.2, 3.2}, {8.8, 8.8}});
        stroke(width, pen, {{8.8, 3.2}, {3.2, 8.8}});
    }
    void square() const
    {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(0.5, 0.5, 11, 11), 1, 1);
    }
    void threeQuarters() const
    {
        painter.setPen(QPen(colour, 2, Qt::SolidLine, Qt::FlatCap));
        painter.setBrush(Qt::NoBrush);
        painter.drawArc(QRectF(1.25, 1.25, 9.5, 9.5), 90 * 16, -270 * 16);
    }
    void clock() const
    {
        ring(1.5);
        stroke(1.4, colour, {{6, 2.9}, {6, 6.3}, {8.3, 7.5}});
    }
    void question() const
    {
        painter.setPen(QPen(colour, 1.9, Qt::SolidLine, Qt::FlatCap));
        painter.setBrush(Qt::NoBrush);
        QPainterPath hook(QPointF(3.3, 3.6));
        hook.cubicTo(3.9, 0.6, 8.7, 0.8, 8.7, 3.7);
        hook.cubicTo(8.7, 5.6, 6, 5.6, 6, 8.2);
        painter.drawPath(hook);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRect(QRectF(4.95, 9.6, 2.1, 2.1));
    }
    void warning() const
    {
        painter.setPen(QPen(colour, 1.3, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolygon(QPolygonF{{6, 0.9}, {11.4, 11}, {0.6, 11}});
        stroke(1.3, colour, {{6, 4.4}, {6, 7.4}});
        stroke(1.3, colour, {{6, 8.4}, {6, 9.6}});
    }

    void draw(Mark mark) const
    {
        switch (mark) {
        case Mark::None:
            return;
        case Mark::Succeeded:
            disc();
            return tick(ground, 1.7);
        case Mark::Failed:
            square();
            return cross(ground, 1.7);
        case Mark::DependencyFailed:
            return fill({{0.4, 1.2}, {11.6, 1.2}, {6, 11.4}});
        case Mark::FailedWithOutput:
            return fill({{0.5, 0.5}, {6, 5.2}, {11.5, 0.5}, {11.5, 11.5}, {0.5, 11.5}});
        case Mark::TimedOut:
            return clock();
        case Mark::Limit:
            return fill({{0.5, 0.5}, {6.5, 0.5}, {11.5, 5.5}, {11.5, 11.5}, {0.5, 11.5}});
        case Mark::Aborted:
            disc();
            return stroke(1.8, ground, {{3, 6}, {9, 6}});
        case Mark::Running:
            return threeQuarters();
        case Mark::Queued:
        case Mark::NotAvailable:
            return ring(1.4);
        case Mark::Unknown:
            return question();
        case Mark::Warning:
            return warning();
        case Mark::Holds:
            return stroke(1.9, colour, {{1.8, 6.4}, {4.8, 9.4}, {10.4, 2.8}});
        case Mark::Fails:
            stroke(1.9, colour, {{2.2, 2.2}, {9.8, 9.8}});
            return stroke(1.9, colour, {{9.8, 2.2}, {2.2, 9.8}});
        case Mark::NotChecked:
            return stroke(1.9, colour, {{2.5, 6}, {9.5, 6}});
        }
    }
};

} // namespace

void paintMark(QPainter &painter, const QRectF &box, qreal size, Mark mark, const Look &look, const QColor &ground)
{
    if (mark == Mark::None)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(qRound(box.center().x() - size / 2), qRound(box.center().y() - size / 2));
    painter.scale(size / metric::mark, size / metric::mark);
    MarkPainter{painter, look.of(mark), ground}.draw(mark);
    painter.restore();
}

void paintUnseen(QPainter &painter, const QRectF &row, const Look &look)
{
    painter.fillRect(QRectF(row.left() + 3, row.center().y() - 7, 3, 14), look.text);
}

void paintChevron(QPainter &painter, const QRectF &box, bool open, const QColor &colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.3, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    const QPointF c(qRound(box.center().x()), qRound(box.center().y()));
    if (open)
        painter.drawPolyline(QPolygonF{c + QPointF(-4, -2), c + QPointF(0, 2), c + QPointF(4, -2)});
    else
        painter.drawPolyline(QPolygonF{c + QPointF(-2, -4), c + QPointF(2, 0), c + QPointF(-2, 4)});
    painter.restore();
}

void paintArrow(QPainter &painter, const QRectF &box, bool up, const QColor &colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const QPointF c = box.center();
    const qreal way = up ? -1 : 1;
    painter.drawPolygon(QPolygonF{c + QPointF(-3.5, -2 * way), c + QPointF(3.5, -2 * way), c + QPointF(0, 2 * way)});
    painter.restore();
}

void paintText(
    QPainter &painter, const QRect &box, const QString &text, Qt::Alignment alignment, Qt::TextElideMode elide)
{
    if (text.isEmpty() || box.width() <= 0)
        return;
    const auto shown = painter.fontMetrics().elidedText(text, elide, box.width());
    painter.drawText(box, int((alignment & ~Qt::AlignVertical_Mask) | Qt::AlignVCenter | Qt::TextSingleLine), shown);
}

} // namespace narscope::ui
