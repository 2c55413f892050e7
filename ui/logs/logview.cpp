// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown and where: document, rows, scrolling.
#include "ui/logs/logview.h"

#include <QEvent>
#include <QFontMetricsF>
#include <QScrollBar>

#include <cmath>

namespace narscope::ui {

namespace {

constexpr int markWidth = 20;
constexpr int gutterGap = 12;
constexpr int fewestDigits = 5;

} // namespace

LogView::LogView(QThreadPool &pool, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_pool(pool)
    , m_cache(pool)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Log"));
    connect(&m_cache, &LineCache::filled, viewport(), qOverload<>(&QWidget::update));
    connect(&m_cache, &LineCache::filled, this, &LogView::filled);
    connect(&m_cache, &LineCache::failed, this, &LogView::failed);
    takeLook();
}

void LogView::takeLook()
{
    m_colours = logColours(lookOf(this));
    m_font = monoFont();
    m_bold = m_font;
    m_bold.setBold(true);
    const QFontMetricsF metrics(m_font);
    m_cell = metrics.horizontalAdvance(u'm');
    m_rowHeight = int(std::ceil(metrics.height()));
    m_ascent = int(std::ceil(metrics.ascent()));
    fitBars();
    viewport()->update();
}

void LogView::setDocument(log::Document *document)
{
    if (m_document)
        m_document->disconnect(this);
    m_scope.cancelAll();
    m_document = document;
    m_cache.setDocument(document);
    m_errors.clear();
    m_anchor = m_cursor = {};
    m_widest = 0;
    m_onlyMatches = false;
    if (document) {
        connect(document, &log::Document::changed, this, &LogView::takeChange);
        connect(document, &log::Document::found, this, &LogView::takeChange);
    }
    fitBars();
    setTopRow(0);
    horizontalScrollBar()->setValue(0);
    viewport()->update();
}

void LogView::setErrors(const std::vector<log::ErrorFinding> &errors)
{
    m_errors.clear();
    for (const auto &error : errors)
        m_errors.insert(error.line.value);
    viewport()->update();
}

qint64 LogView::rowCount() const
{
    if (!m_document)
        return 0;
    return m_onlyMatches ? m_document->findings().size() : m_document->state()->index.lineCount();
}

log::Line LogView::lineOf(qint64 row) const
{
    return m_onlyMatches ? m_document->findings().at(row) : log::Line(row);
}

qint64 LogView::rowOf(log::Line line) const
{
    if (!m_onlyMatches)
        return line.value;
    return qMax<qint64>(0, m_document->findings().rank(line));
}

qint64 LogView::topRow() const
{
    return verticalScrollBar()->value();
}

int LogView::rowsInView() const
{
    return qMax(1, viewport()->height() / m_rowHeight);
}

int LogView::textLeft() const
{
    const auto lines = m_document ? m_document->state()->index.lineCount() : 0;
    const auto digits = qMax(fewestDigits, int(QString::number(lines).size()));
    return markWidth + int(std::ceil(digits * m_cell)) + gutterGap;
}

qreal LogView::xOf(qint32 cell) const
{
    return textLeft() + cell * m_cell - horizontalScrollBar()->value();
}

std::pair<log::Line, log::Line> LogView::linesInView() const
{
    const auto rows = rowCount();
    if (rows == 0)
        return {};
    const auto first = qMin(topRow(), rows - 1);
    return {lineOf(first), lineOf(qMin(rows, first + rowsInView()) - 1)};
}

bool LogView::isFilled() const
{
    if (!m_document || (m_document->state()->index.bytesIndexed() == 0 && m_document->bytes()->size() > 0))
        return false;
    const auto rows = qMin(rowCount(), topRow() + rowsInView());
    for (auto row = topRow(); row < rows; ++row) {
        if (!m_cache.peek(lineOf(row)))
            return false;
    }
    return true;
}

/// Rows behind the scroll bar's range (2^31) can be reached by number only as far as it goes.
void LogView::fitBars()
{
    m_moving = true;
    const auto page = rowsInView();
    const auto last = std::clamp<qint64>(rowCount() - page, 0, std::numeric_limits<int>::max());
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setRange(0, int(last));
    const int room = viewport()->width() - textLeft();
    horizontalScrollBar()->setPageStep(room);
    horizontalScrollBar()->setSingleStep(int(4 * m_cell));
    horizontalScrollBar()->setRange(0, qMax(0, int((m_widest + 1) * m_cell) - room));
    m_moving = false;
}

void LogView::setTopRow(qint64 row)
{
    m_moving = true;
    verticalScrollBar()->setValue(int(std::clamp<qint64>(row, 0, verticalScrollBar()->maximum())));
    m_moving = false;
}

void LogView::takeChange()
{
    fitBars();
    if (m_following)
        setTopRow(rowCount());
    viewport()->update();
    Q_EMIT viewMoved();
}

void LogView::goTo(log::Line line, double where)
{
    if (rowCount() == 0)
        return;
    const auto lines = m_document->state()->index.lineCount();
    setCursor({log::Line(std::clamp<qint64>(line.value, 0, lines - 1)), 0}, false);
    const auto row = rowOf(m_cursor.line);
    const bool isInView = row > topRow() && row < topRow() + rowsInView() - 1;
    if (!isInView)
        setTopRow(row - qint64(rowsInView() * where));
    letGoWhenAbove();
    viewport()->update();
}

void LogView::scrollToLine(log::Line line)
{
    if (rowCount() == 0)
        return;
    setTopRow(rowOf(line));
    letGoWhenAbove();
}

void LogView::letGoWhenAbove()
{
    if (verticalScrollBar()->value() < verticalScrollBar()->maximum())
        setFollowing(false);
}

void LogView::setFollowing(bool following)
{
    if (std::exchange(m_following, following) == following)
        return;
    if (following)
        setTopRow(rowCount());
    Q_EMIT followingChanged(following);
}

void LogView::setOnlyMatches(bool only)
{
    const auto middle = m_cursor.line;
    m_onlyMatches = only;
    fitBars();
    if (rowCount() > 0)
        setTopRow(rowOf(middle) - rowsInView() / 2);
    viewport()->update();
    Q_EMIT viewMoved();
}

void LogView::scrollContentsBy(int, int)
{
    if (!m_moving)
        letGoWhenAbove();
    viewport()->update();
    Q_EMIT viewMoved();
}

void LogView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    fitBars();
    if (m_following)
        setTopRow(rowCount());
    Q_EMIT viewMoved();
}

bool LogView::event(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        takeLook();
    return QAbstractScrollArea::event(event);
}

} // namespace narscope::ui
