// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/timeplot.h"

#include "base/format.h"
#include "ui/widgets/look.h"
#include "ui/widgets/paint.h"

#include <QDateTime>
#include <QMouseEvent>
#include <QPainter>
#include <QTimeZone>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int headHeight = 20;
constexpr int footHeight = 18;
constexpr int labelWidth = 52;
constexpr std::array<Qt::PenStyle, 3> styles{Qt::SolidLine, Qt::DashLine, Qt::DotLine};

QString clockText(qint64 time)
{
    return QDateTime::fromSecsSinceEpoch(time, QTimeZone::UTC).toString(u"HH:mm"_s);
}

/// Seconds between two labels of the time axis, so that each has some 70 px.
qint64 tickOf(qint64 span, int width)
{
    constexpr int room = 70;
    for (const qint64 tick : {300, 900, 1800, 3600, 2 * 3600, 4 * 3600, 6 * 3600, 12 * 3600}) {
        if (double(tick) / double(std::max<qint64>(1, span)) * width >= room)
            return tick;
    }
    return 24 * 3600;
}

} // namespace

double niceEnd(double value)
{
    if (!(value > 0) || !std::isfinite(value))
        return 1;
    const double unit = std::pow(10, std::floor(std::log10(value)));
    for (const double times : {1.0, 2.0, 5.0}) {
        if (value <= times * unit * (1 + 1e-9))
            return times * unit;
    }
    return 10 * unit;
}

std::optional<QPointF> nearest(const PlotLine &line, double time, qint64 longestGap)
{
    const auto after = std::ranges::lower_bound(line.points, time, {}, &QPointF::x);
    std::optional<QPointF> best;
    for (const auto it : {after, after == line.points.begin() ? after : after - 1}) {
        if (it != line.points.end() && (!best || std::abs(it->x() - time) < std::abs(best->x() - time)))
            best = *it;
    }
    return best && std::abs(best->x() - time) <= double(longestGap) ? best : std::nullopt;
}

TimePlot::TimePlot(QWidget *parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void TimePlot::setPlot(const Plot &plot)
{
    if (plot == m_plot)
        return;
    m_plot = plot;
    setAccessibleName(plot.title);
    setAccessibleDescription(readOut());
    update();
}

void TimePlot::setCursorTime(std::optional<qint64> time)
{
    if (m_cursor == time)
        return;
    m_cursor = time;
    setAccessibleDescription(readOut());
    update();
}

QRect TimePlot::area() const
{
    return rect().adjusted(labelWidth, headHeight, -metric::cellPadding, -footHeight);
}

double TimePlot::top() const
{
    double most = 0;
    for (const auto &line : m_plot.lines) {
        for (const auto &point : line.points)
            most = std::max(most, point.y());
    }
    return m_plot.unit == PlotUnit::Share ? std::max(0.1, std::min(1.0, niceEnd(most))) : niceEnd(most);
}

double TimePlot::xOf(double time) const
{
    const auto box = area();
    return box.left()
        + (time - double(m_plot.from)) / double(std::max<qint64>(1, m_plot.until - m_plot.from)) * box.width();
}

double TimePlot::yOf(double value) const
{
    const auto box = area();
    return box.bottom() - std::clamp(value / top(), 0.0, 1.0) * box.height();
}

QString TimePlot::textOf(double value) const
{
    switch (m_plot.unit) {
    case PlotUnit::Count:
        return formatCount(qint64(std::llround(value)));
    case PlotUnit::Share:
        return tr("%1 %").arg(std::llround(value * 100));
    case PlotUnit::Number:
        return QString::number(value, 'f', value < 10 ? 1 : 0);
    }
    return {};
}

QString TimePlot::readOut() const
{
    if (!m_cursor)
        return {};
    QStringList values;
    std::optional<double> time;
    for (const auto &line : m_plot.lines) {
        if (const auto point = nearest(line, double(*m_cursor), m_plot.longestGap)) {
            values << line.name + u' ' + textOf(point->y());
            time = time.value_or(point->x());
        }
    }
    return clockText(qint64(time.value_or(double(*m_cursor)))) + u"  "_s
        + (values.isEmpty() ? tr("not known") : values.join(u", "_s));
}

void TimePlot::paintAxes(QPainter &painter) const
{
    const auto &look = lookOf(this);
    const auto box = area();
    painter.setFont(dataFont());
    for (const double share : {0.0, 0.5, 1.0}) {
        const int y = int(std::lround(yOf(share * top())));
        painter.fillRect(box.left(), y, box.width(), 1, look.line);
        painter.setPen(look.text2);
        const bool whole = m_plot.unit != PlotUnit::Count || share * top() == std::floor(share * top());
        if (whole)
            paintText(painter, QRect(0, y - headHeight / 2, labelWidth - metric::cellPadding, headHeight),
                textOf(share * top()), Qt::AlignRight | Qt::AlignVCenter, Qt::ElideRight);
    }
    const qint64 tick = tickOf(m_plot.until - m_plot.from, box.width());
    for (qint64 time = (m_plot.from / tick + 1) * tick; time <= m_plot.until; time += tick) {
        const int x = int(std::lround(xOf(double(time))));
        painter.fillRect(x, box.bottom(), 1, 4, look.linkLine);
        const int half = 30;
        if (x + half <= width())
            paintText(painter, QRect(x - half, box.bottom() + 4, 2 * half, footHeight - 4), clockText(time),
                Qt::AlignHCenter | Qt::AlignVCenter, Qt::ElideRight);
    }
}

void TimePlot::paintLine(QPainter &painter, int number) const
{
    const auto &look = lookOf(this);
    const auto &points = m_plot.lines[number].points;
    const double base = yOf(0);
    QPolygonF run;
    const auto flush = [&] {
        if (number == 0 && run.size() > 1) {
            auto shape = run;
            shape << QPointF(run.back().x(), base) << QPointF(run.front().x(), base);
            auto ground = look.ink;
            ground.setAlpha(50);
            painter.setPen(Qt::NoPen);
            painter.setBrush(ground);
            painter.drawPolygon(shape);
        }
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(number == 0 ? look.ink : look.text2, 1.3, styles.at(size_t(number))));
        if (run.size() == 1)
            painter.drawPoint(run.front());
        painter.drawPolyline(run);
        run.clear();
    };
    double before = -1;
    for (const auto &point : points) {
        if (point.x() < double(m_plot.from) || point.x() > double(m_plot.until))
            continue;
        if (!run.isEmpty() && point.x() - before > double(m_plot.longestGap))
            flush();
        before = point.x();
        run << QPointF(xOf(point.x()), yOf(point.y()));
    }
    flush();
}

/// Title and what the lines mean; with a cursor: what it stands on.
void TimePlot::paintHead(QPainter &painter) const
{
    const auto &look = lookOf(this);
    painter.setFont(dataFont());
    int x = labelWidth;
    const auto write = [&](const QString &text, const QColor &colour) {
        painter.setPen(colour);
        const int wide = painter.fontMetrics().horizontalAdvance(text);
        paintText(
            painter, QRect(x, 0, width() - x, headHeight), text, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideRight);
        x += wide + metric::cellPadding;
    };
    write(m_plot.title, look.text);
    if (m_cursor) {
        write(readOut(), look.text);
        return;
    }
    for (int i = 0; i < m_plot.lines.size() && m_plot.lines.size() > 1; ++i) {
        constexpr int sample = 18;
        painter.setPen(QPen(i == 0 ? look.ink : look.text2, 1.3, styles.at(size_t(i))));
        painter.drawLine(x, headHeight / 2, x + sample, headHeight / 2);
        x += sample + 4;
        write(m_plot.lines[i].name, look.text2);
    }
}

void TimePlot::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintAxes(painter);
    const int lines = std::min(int(m_plot.lines.size()), int(styles.size()));
    for (int i = 0; i < lines; ++i)
        paintLine(painter, i);
    paintHead(painter);
    const auto box = area();
    if (m_cursor) {
        painter.fillRect(QRectF(xOf(double(*m_cursor)), box.top(), 1, box.height()), look.text);
        for (int i = 0; i < lines; ++i) {
            if (const auto point = nearest(m_plot.lines[i], double(*m_cursor), m_plot.longestGap)) {
                painter.setPen(Qt::NoPen);
                painter.setBrush(look.text);
                painter.drawEllipse(QPointF(xOf(point->x()), yOf(point->y())), 2.5, 2.5);
            }
        }
    }
    const bool empty = std::ranges::all_of(m_plot.lines, [](const PlotLine &line) { return line.points.isEmpty(); });
    if (empty) {
        painter.setPen(look.text2);
        paintText(painter, box, tr("Nothing seen yet"), Qt::AlignCenter, Qt::ElideRight);
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(look.controlLine);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void TimePlot::mouseMoveEvent(QMouseEvent *event)
{
    const auto box = area();
    const double share = (event->position().x() - box.left()) / std::max(1, box.width());
    const auto time = qint64(double(m_plot.from) + std::clamp(share, 0.0, 1.0) * double(m_plot.until - m_plot.from));
    setCursorTime(time);
}

void TimePlot::leaveEvent(QEvent *)
{
    if (!hasFocus())
        setCursorTime({});
}

void TimePlot::step(int by)
{
    if (m_plot.lines.isEmpty() || m_plot.lines.first().points.isEmpty())
        return;
    const auto &points = m_plot.lines.first().points;
    const auto now = double(m_cursor.value_or(m_plot.until));
    auto place = std::ranges::lower_bound(points, now, {}, &QPointF::x) - points.begin();
    if (by > 0 && place < points.size() && points[place].x() > now) // between two points the next one is a step
        --place;
    place = std::clamp<qsizetype>(place + by, 0, points.size() - 1);
    setCursorTime(qint64(points[place].x()));
}

void TimePlot::keyPressEvent(QKeyEvent *event)
{
    constexpr int page = 12;
    switch (event->key()) {
    case Qt::Key_Left:
        return step(-1);
    case Qt::Key_Right:
        return step(1);
    case Qt::Key_PageUp:
        return step(-page);
    case Qt::Key_PageDown:
        return step(page);
    case Qt::Key_Home:
        return setCursorTime(m_plot.from);
    case Qt::Key_End:
        return setCursorTime(m_plot.until);
    default:
        QWidget::keyPressEvent(event);
    }
}

void TimePlot::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (!m_cursor && event->reason() != Qt::MouseFocusReason)
        step(0);
    update();
}

void TimePlot::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    setCursorTime({});
    update();
}

} // namespace narscope::ui
