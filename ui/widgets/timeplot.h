// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPolygonF>
#include <QWidget>

#include <optional>

namespace narscope::ui {

/// One line of a plot.
struct PlotLine {
    QString name; ///< «waiting»
    QList<QPointF> points; ///< seconds since 1970 and value, oldest first

    bool operator==(const PlotLine &) const = default;
};

enum class PlotUnit { Count, Share, Number };

struct Plot {
    QString title{};
    QList<PlotLine> lines{}; ///< at most three: solid with its area, dashed, dotted
    PlotUnit unit = PlotUnit::Count;
    qint64 from = 0;
    qint64 until = 0;
    qint64 longestGap = 1800; ///< seconds; points further apart are not joined

    bool operator==(const Plot &) const = default;
};

/// The end of an axis: 1, 2 or 5 times a power of ten that is not below the value.
[[nodiscard]] double niceEnd(double value);
/// The point nearest in time, if it lies within the plot's longest gap.
[[nodiscard]] std::optional<QPointF> nearest(const PlotLine &line, double time, qint64 longestGap);

/// Values over time that one can read: under the pointer, or with the arrow keys, Home and End a cursor shows
/// time and values. Times are UTC.
class TimePlot : public QWidget {
    Q_OBJECT
public:
    explicit TimePlot(QWidget *parent = nullptr);

    void setPlot(const Plot &plot);
    [[nodiscard]] const Plot &plot() const { return m_plot; }
    /// What the cursor stands on: «14:05  waiting 1,203, running 52»; empty without a cursor.
    [[nodiscard]] QString readOut() const;
    void setCursorTime(std::optional<qint64> time);

    [[nodiscard]] QSize sizeHint() const override { return {400, 140}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 90}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    [[nodiscard]] QRect area() const;
    [[nodiscard]] double top() const; ///< the value at the upper edge
    [[nodiscard]] double xOf(double time) const;
    [[nodiscard]] double yOf(double value) const;
    [[nodiscard]] QString textOf(double value) const;
    void step(int by);
    void paintAxes(QPainter &painter) const;
    void paintLine(QPainter &painter, int number) const;
    void paintHead(QPainter &painter) const;

    Plot m_plot;
    std::optional<qint64> m_cursor;
};

} // namespace narscope::ui
