// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/grademark.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

void stroke(QPainter &painter, const QColor &ink, const QPolygonF &line, qreal width = 1.4)
{
    painter.setPen(QPen(ink, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
}

void fill(QPainter &painter, const QColor &ink, const QPolygonF &shape)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawPolygon(shape);
}

void pencil(QPainter &painter, const QColor &ink)
{
    painter.setPen(QPen(ink, 1.3, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolygon(QPolygonF{{-4.3, 4.3}, {-3.6, 1.3}, {2.4, -4.7}, {4.7, -2.4}, {-1.3, 3.6}});
    stroke(painter, ink, {{0.9, -3.2}, {3.2, -0.9}}, 1.2);
    fill(painter, ink, {{-5, 5}, {-4.2, 2.4}, {-2.4, 4.2}});
}

void arrows(QPainter &painter, const QColor &ink)
{
    stroke(painter, ink, {{-5, -2.4}, {4.4, -2.4}});
    stroke(painter, ink, {{1.7, -5.1}, {4.6, -2.4}, {1.7, 0.3}});
    stroke(painter, ink, {{5, 2.4}, {-4.4, 2.4}});
    stroke(painter, ink, {{-1.7, -0.3}, {-4.6, 2.4}, {-1.7, 5.1}});
}

void house(QPainter &painter, const QColor &ink)
{
    stroke(painter, ink, {{-5.4, 0.2}, {0, -4.6}, {5.4, 0.2}});
    stroke(painter, ink, {{-3.8, -0.8}, {-3.8, 4.4}, {3.8, 4.4}, {3.8, -0.8}});
}

void dotted(QPainter &painter, const QColor &ink)
{
    painter.setPen(QPen(ink, 1.4, Qt::CustomDashLine, Qt::FlatCap));
    auto pen = painter.pen();
    pen.setDashPattern({1.2, 1.3});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(QPointF(), 4, 4);
}

} // namespace

QString censusWords(trace::Grade grade, int count)
{
    return QString::number(count) + u' ' + trace::title(grade);
}

void paintGrade(QPainter &painter, const QPointF &middle, qreal scale, trace::Grade grade, const QColor &ink)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(middle);
    painter.scale(scale, scale);
    switch (grade) {
    case trace::Grade::HashLinked:
        fill(painter, ink, {{0, -5.4}, {5.4, 0}, {0, 5.4}, {-5.4, 0}});
        break;
    case trace::Grade::Signed:
        pencil(painter, ink);
        break;
    case trace::Grade::AssertedOverTls:
        arrows(painter, ink);
        break;
    case trace::Grade::Local:
        house(painter, ink);
        break;
    case trace::Grade::Gap:
        dotted(painter, ink);
        break;
    }
    painter.restore();
}

void GradeLabel::setGrade(std::optional<trace::Grade> grade)
{
    m_grade = grade;
    setAccessibleName(grade ? trace::title(*grade) : QString());
    update();
}

void GradeLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_grade)
        paintGrade(painter, QRectF(rect()).center(), 1, *m_grade, lookOf(this).text);
}

} // namespace narscope::ui
