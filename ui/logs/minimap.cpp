// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/minimap.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

namespace narscope::ui {

namespace {

constexpr int mapWidth = 56;
constexpr int stroke = 2; ///< px of height that one stroke stands for
constexpr int margin = 5;
constexpr double longestLine = 120; ///< bytes; longer lines look alike
constexpr int errorHeight = 3;
constexpr int smallestView = 4;
constexpr int differenceWidth = 5;

/// Mean bytes of the lines of each of `count` equal parts. Only a small log is read for that; of a large one the index
/// tells it well enough, however often the log grows.
Result<std::vector<qreal>> meanLengths(const log::Bytes &bytes, const log::LineIndex &index, int count)
{
    constexpr qint64 small = qint64(4) << 20;
    std::vector<qreal> means;
    const auto lines = index.lineCount();
    const auto size = index.bytesIndexed();
    count = int(qMin<qint64>(count, lines));
    qint64 begin = 0;
    for (int i = 1; i <= count; ++i) {
        const auto from = lines * (i - 1) / count;
        const auto to = lines * i / count;
        auto end = Result<log::Offset>(log::Offset(size));
        if (to < lines)
            end = size > small ? index.roughOffsetOf(log::Line(to)) : index.offsetOf(log::Line(to), bytes);
        if (!end)
            return std::unexpected(end.error());
        means.push_back(qreal(end->value - begin) / qreal(to - from) - 1);
        begin = end->value;
    }
    return means;
}

} // namespace

Minimap::Minimap(LogView &view, QThreadPool &pool, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_pool(pool)
{
    setFixedWidth(mapWidth);
    setAccessibleName(tr("The whole log"));
    connect(&view, &LogView::viewMoved, this, qOverload<>(&QWidget::update));
}

void Minimap::setDocument(log::Document *document)
{
    if (m_document)
        m_document->disconnect(this);
    m_scope.cancelAll();
    m_isMeasuring = m_isOld = false;
    m_document = document;
    m_errors.clear();
    m_warnings.clear();
    m_differences.clear();
    m_strokes.clear();
    if (document) {
        connect(document, &log::Document::changed, this, &Minimap::measure);
        connect(document, &log::Document::found, this, &Minimap::redraw);
        measure();
    }
    redraw();
}

void Minimap::setErrors(const std::vector<log::ErrorFinding> &errors)
{
    m_errors = errors;
    redraw();
}

void Minimap::setWarnings(const log::Findings &warnings)
{
    m_warnings = warnings;
    redraw();
}

void Minimap::setDifferences(const std::vector<log::Line> &lines)
{
    m_differences = lines;
    redraw();
}

qint64 Minimap::lineCount() const
{
    return m_document ? m_document->state()->index.lineCount() : 0;
}

/// A short log keeps its proportions: a line is never higher than a stroke.
int Minimap::heightOf(log::Line line) const
{
    const auto lines = qMax(lineCount(), qint64(qMax(1, height() / stroke)));
    return int(double(line.value) / double(lines) * height());
}

log::Line Minimap::lineAt(int y) const
{
    const auto lines = qMax(lineCount(), qint64(qMax(1, height() / stroke)));
    return log::Line(qint64(double(qBound(0, y, height())) / qMax(1, height()) * double(lines)));
}

void Minimap::measure()
{
    redraw();
    m_isOld = true;
    if (m_document && !std::exchange(m_isMeasuring, true))
        m_scope.start(measureLines());
}

Task<void> Minimap::measureLines()
{
    while (std::exchange(m_isOld, false)) {
        auto work = [bytes = m_document->bytes(), state = m_document->state(), count = height() / stroke] {
            return meanLengths(*bytes, state->index, count);
        };
        const auto means = co_await runOn(m_pool, std::move(work));
        if (means) // the view tells what cannot be read
            m_strokes = *means;
        redraw();
    }
    m_isMeasuring = false;
}

void Minimap::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    measure();
}

void Minimap::paintStrokes(QPainter &painter) const
{
    auto colour = lookOf(this).ink;
    colour.setAlphaF(0.55f);
    for (size_t i = 0; i < m_strokes.size(); ++i) {
        const auto length = qBound(0.0, m_strokes[i] / longestLine, 1.0) * (width() - 2 * margin);
        painter.fillRect(QRectF(margin, int(i) * stroke, length, 1), colour);
    }
}

/// At most one look for each step of the height, however many there are.
void Minimap::paintFindings(QPainter &painter, const log::Findings &findings, int barWidth, const QColor &colour) const
{
    if (findings.size() == 0)
        return;
    for (auto match = findings.next(log::Line(-1)); match;) {
        const auto y = heightOf(*match) / stroke * stroke;
        painter.fillRect(QRect(width() - barWidth, y, barWidth, stroke), colour);
        match = findings.next(log::Line(qMax(match->value, lineAt(y + stroke).value - 1)));
    }
}

/// One frame for each piece of what is in view; only matches are too many for that.
void Minimap::paintView(QPainter &painter) const
{
    auto pieces = m_view.piecesInView();
    if (m_view.showsOnlyMatches())
        pieces = {m_view.linesInView()};
    auto colour = lookOf(this).running;
    painter.setPen(QPen(colour, 1.5));
    colour.setAlphaF(0.12f);
    painter.setBrush(colour);
    for (const auto &[first, last] : pieces) {
        const auto top = heightOf(first);
        const auto bottom = qMax(top + smallestView, heightOf(log::Line(last.value + 1)));
        painter.drawRect(QRectF(1, top + 0.75, width() - 2, bottom - top - 1.5));
    }
}

void Minimap::redraw()
{
    m_picture = {};
    update();
}

void Minimap::paintLog(QPainter &painter) const
{
    const auto &look = lookOf(this);
    painter.fillRect(rect(), look.window);
    painter.fillRect(QRect(0, 0, 1, height()), look.line);
    if (lineCount() == 0)
        return;
    paintStrokes(painter);
    for (const auto &phase : m_document->state()->phases) {
        if (!phase.name.isEmpty())
            painter.fillRect(QRect(1, heightOf(phase.begin), width() - 1, 1), look.text2);
    }
    paintFindings(painter, m_document->findings(), width() / 2, logColours(look).matchHere);
    paintFindings(painter, m_warnings, width() / 4, look.limit);
    for (const auto line : m_differences)
        painter.fillRect(QRect(1, heightOf(line) / stroke * stroke, differenceWidth, stroke), look.running);
    for (const auto &error : m_errors)
        painter.fillRect(QRect(1, heightOf(error.line), width() - 1, errorHeight), look.failed);
}

void Minimap::paintEvent(QPaintEvent *)
{
    const auto ratio = devicePixelRatio();
    if (m_picture.size() != size() * ratio || m_picture.devicePixelRatio() != ratio) {
        m_picture = QPixmap(size() * ratio);
        m_picture.setDevicePixelRatio(ratio);
        QPainter painter(&m_picture);
        paintLog(painter);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (lineCount() > 0)
        paintView(painter);
}

void Minimap::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        redraw();
}

void Minimap::jumpTo(int y)
{
    const auto [first, last] = m_view.linesInView();
    const auto half = (last.value - first.value) / 2;
    m_view.scrollToLine(log::Line(qMax<qint64>(0, lineAt(y).value - half)));
}

void Minimap::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        jumpTo(int(event->position().y()));
}

void Minimap::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons().testFlag(Qt::LeftButton))
        jumpTo(int(event->position().y()));
}

void Minimap::wheelEvent(QWheelEvent *event)
{
    QCoreApplication::sendEvent(m_view.viewport(), event);
}

} // namespace narscope::ui
