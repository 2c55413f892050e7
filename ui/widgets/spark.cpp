// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/spark.h"

#include "ui/models/roles.h"

#include <QPainter>

#include <algorithm>

namespace narscope::ui {

namespace {

constexpr int graphHeight = 16;
constexpr int meterHeight = 6;
constexpr int meterWidth = 64;
constexpr int numberWidth = 48;

/// The strip in the middle of the cell, and how many px a unit of the values has there.
struct Scale {
    QRect strip;
    double perUnit = 0;

    Scale(const QRect &box, const QList<double> &values)
        : strip(box.left(), box.center().y() - graphHeight / 2, box.width(), graphHeight)
    {
        const double most = values.isEmpty() ? 0 : std::ranges::max(values);
        perUnit = most > 0 ? (graphHeight - 2) / most : 0;
    }
    [[nodiscard]] int height(double value) const { return value <= 0 ? 0 : std::max(1, qRound(value * perUnit)); }
    [[nodiscard]] int base() const { return strip.bottom(); }
};

} // namespace

void paintBars(QPainter &painter, const QRect &box, const QList<double> &values, const Look &look)
{
    constexpr int wide = 3;
    const Scale scale(box, values);
    for (qsizetype i = 0; i < values.size(); ++i) {
        const int left = scale.strip.left() + int(i) * (wide + 1);
        if (values[i] < 0 || left + wide > box.right())
            continue;
        const int high = scale.height(values[i]);
        const QColor colour = i + 1 == values.size() ? look.text : look.ink;
        painter.fillRect(left, scale.base() - high, wide, high, colour);
    }
}

void paintRate(QPainter &painter, const QRect &box, const QList<double> &values, const Look &look)
{
    constexpr int wide = 4;
    const Scale scale(box, values);
    painter.fillRect(scale.strip.left(), scale.base(), std::min(box.width(), int(values.size()) * wide), 1, look.line);
    painter.setPen(QPen(look.ink, 1));
    int before = -1;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const int left = scale.strip.left() + int(i) * wide;
        if (left + wide > box.right())
            break;
        const int y = values[i] < 0 ? -1 : scale.base() - scale.height(values[i]);
        if (y >= 0 && before >= 0 && y != before)
            painter.drawLine(left, before, left, y);
        if (y >= 0)
            painter.drawLine(left, y, left + wide, y);
        before = y;
    }
}

void paintMeter(QPainter &painter, const QRect &box, double share, const Look &look)
{
    const QRect bar(box.left(), box.center().y() - meterHeight / 2 + 1, box.width(), meterHeight);
    painter.fillRect(bar, look.line);
    painter.fillRect(
        QRect(bar.left(), bar.top(), qRound(bar.width() * std::clamp(share, 0.0, 1.0)), meterHeight), look.ink);
}

void SparkDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto graph = index.data(GraphRole);
    const auto meter = index.data(MeterRole);
    const auto &look = lookOf(option.widget);
    if (!graph.isValid()) {
        RowDelegate::paint(painter, option, index);
        if (meter.isValid() && option.rect.width() > meterWidth + numberWidth) {
            const auto box = textBox(option, index);
            paintMeter(*painter, QRect(box.left(), box.top(), meterWidth, box.height()), meter.toDouble(), look);
        }
        return;
    }
    paintGround(*painter, option);
    const auto box = textBox(option, index);
    if (index.data(RateRole).toBool())
        paintRate(*painter, box, graph.value<QList<double>>(), look);
    else
        paintBars(*painter, box, graph.value<QList<double>>(), look);
}

} // namespace narscope::ui
