// SPDX-License-Identifier: GPL-3.0-or-later
// The keyboard's line, selection by keys and mouse, copying.
#include "ui/logs/logview.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype largestCopy = qsizetype(64) << 20; ///< bytes
constexpr qint64 copyStep = 4096; ///< lines
constexpr int dragPause = 40; ///< ms between two rows when the mouse selects beyond the edge

bool isWordPart(QChar c)
{
    return c.isLetterOrNumber() || u"_-./+"_s.contains(c);
}

/// A fence longer than any in the text, so that the text cannot end it.
QString quoted(const QString &text)
{
    qsizetype longest = 2;
    qsizetype run = 0;
    for (const auto c : text) {
        run = c == u'`' ? run + 1 : 0;
        longest = qMax(longest, run);
    }
    const QString fence(longest + 1, u'`');
    return fence + u"text\n"_s + text + (text.endsWith(u'\n') ? u""_s : u"\n"_s) + fence + u'\n';
}

} // namespace

Result<QString> textBetween(const log::Bytes &bytes, const log::LineIndex &index, TextPlace from, TextPlace to)
{
    QString text;
    for (auto first = from.line.value; first <= to.line.value; first += copyStep) {
        const auto lines = readLines(bytes, index, log::Line(first), qMin(copyStep, to.line.value - first + 1));
        if (!lines)
            return std::unexpected(lines.error());
        for (size_t i = 0; i < lines->size(); ++i) {
            const log::Line line(first + qint64(i));
            auto shown = log::cook((*lines)[i]).text;
            if (line == to.line)
                shown.truncate(to.unit);
            text += line == from.line ? shown.mid(from.unit) : shown;
            if (line < to.line)
                text += u'\n';
        }
        if (text.size() * 2 > largestCopy)
            return problemSaying(ProblemKind::TooLarge, u"More than 64 MiB are selected. Save the log to a file instead."_s);
    }
    return text;
}

void LogView::setCursor(TextPlace place, bool keepsAnchor)
{
    m_cursor = place;
    if (!keepsAnchor)
        m_anchor = place;
    viewport()->update();
    Q_EMIT cursorMoved(place.line);
}

void LogView::select(TextPlace from, TextPlace to)
{
    m_anchor = from;
    setCursor(to, true);
}

void LogView::selectAll()
{
    if (!m_document || m_document->state()->index.lineCount() == 0)
        return;
    select({}, {log::Line(m_document->state()->index.lineCount() - 1), std::numeric_limits<qint32>::max()});
}

void LogView::moveRows(qint64 by, bool isSelecting)
{
    const auto rows = rowCount();
    if (rows == 0)
        return;
    const auto row = std::clamp<qint64>(rowOf(m_cursor.line) + by, 0, rows - 1);
    setCursor({lineOf(row), m_cursor.unit}, isSelecting);
    if (row < topRow())
        setTopRow(row);
    else if (row >= topRow() + rowsInView())
        setTopRow(row - rowsInView() + 1);
    letGoWhenAbove();
}

void LogView::moveUnit(int by)
{
    const auto *shown = m_cache.peek(m_cursor.line);
    if (!shown)
        return;
    auto unit = qBound(0, qMin(m_cursor.unit, shown->length()) + by, shown->length());
    if (unit > 0 && unit < shown->length() && shown->cooked.text[unit].isLowSurrogate())
        unit += by;
    setCursor({m_cursor.line, unit}, true);
}

bool LogView::moveByKey(int key, bool isSelecting, bool withControl)
{
    const auto page = qMax(1, rowsInView() - 1);
    switch (key) {
    case Qt::Key_Up: moveRows(-1, isSelecting); return true;
    case Qt::Key_Down: moveRows(1, isSelecting); return true;
    case Qt::Key_PageUp: moveRows(-page, isSelecting); return true;
    case Qt::Key_PageDown: moveRows(page, isSelecting); return true;
    case Qt::Key_Home:
        if (withControl)
            moveRows(-rowCount(), isSelecting);
        else
            horizontalScrollBar()->setValue(0);
        return true;
    case Qt::Key_End:
        if (withControl)
            moveRows(rowCount(), isSelecting);
        else
            horizontalScrollBar()->setValue(horizontalScrollBar()->maximum());
        return true;
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const int by = key == Qt::Key_Left ? -1 : 1;
        if (isSelecting)
            moveUnit(by);
        else
            horizontalScrollBar()->setValue(horizontalScrollBar()->value() + by * horizontalScrollBar()->singleStep());
        return true;
    }
    default: return false;
    }
}

void LogView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        copy();
    else if (event->matches(QKeySequence::SelectAll))
        selectAll();
    else if (!moveByKey(event->key(), event->modifiers().testFlag(Qt::ShiftModifier), event->modifiers().testFlag(Qt::ControlModifier)))
        event->ignore();
}

TextPlace LogView::placeAt(const QPoint &at) const
{
    const auto rows = rowCount();
    if (rows == 0)
        return {};
    const auto row = std::clamp<qint64>(topRow() + (at.y() < 0 ? -1 : at.y() / m_rowHeight), 0, rows - 1);
    const auto line = lineOf(row);
    const auto *shown = m_cache.peek(line);
    const auto cell = qint32((at.x() - xOf(0)) / m_cell + 0.5);
    return {line, shown ? shown->unitAt(cell) : 0};
}

void LogView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || rowCount() == 0)
        return;
    m_mouse = event->position().toPoint();
    const auto place = placeAt(m_mouse);
    m_selectsLines = m_mouse.x() < textLeft() - 6;
    if (m_selectsLines) {
        if (!event->modifiers().testFlag(Qt::ShiftModifier))
            m_anchor = {place.line, 0};
        const auto *shown = m_cache.peek(place.line);
        setCursor({place.line, shown ? shown->length() : 0}, true);
    } else {
        setCursor(place, event->modifiers().testFlag(Qt::ShiftModifier));
    }
}

void LogView::mouseMoveEvent(QMouseEvent *event)
{
    if (!event->buttons().testFlag(Qt::LeftButton) || rowCount() == 0)
        return;
    m_mouse = event->position().toPoint();
    auto place = placeAt(m_mouse);
    if (m_selectsLines) {
        const auto *shown = m_cache.peek(place.line);
        place.unit = place.line < m_anchor.line || !shown ? 0 : shown->length();
    }
    setCursor(place, true);
    const bool isOutside = m_mouse.y() < 0 || m_mouse.y() >= viewport()->height();
    if (isOutside && m_dragTimer == 0)
        m_dragTimer = startTimer(dragPause);
    else if (!isOutside && m_dragTimer != 0)
        killTimer(std::exchange(m_dragTimer, 0));
}

void LogView::mouseReleaseEvent(QMouseEvent *)
{
    if (m_dragTimer != 0)
        killTimer(std::exchange(m_dragTimer, 0));
}

void LogView::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_dragTimer)
        return QAbstractScrollArea::timerEvent(event);
    setTopRow(topRow() + (m_mouse.y() < 0 ? -1 : 1));
    setCursor(placeAt(m_mouse), true);
    letGoWhenAbove();
}

void LogView::selectWord(TextPlace at)
{
    const auto *shown = m_cache.peek(at.line);
    if (!shown || shown->cooked.text.isEmpty())
        return;
    const auto &text = shown->cooked.text;
    auto begin = qMin(at.unit, shown->length() - 1);
    auto end = begin;
    while (begin > 0 && isWordPart(text[begin - 1]))
        --begin;
    while (end < shown->length() && isWordPart(text[end]))
        ++end;
    select({at.line, begin}, {at.line, end});
}

void LogView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rowCount() > 0)
        selectWord(placeAt(event->position().toPoint()));
}

void LogView::contextMenuEvent(QContextMenuEvent *event)
{
    if (rowCount() == 0)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy as text"), QKeySequence::Copy, this, [this] { copy(CopyForm::Text); });
    menu->addAction(tr("Copy as a Markdown quote"), this, [this] { copy(CopyForm::Markdown); });
    menu->addSeparator();
    menu->addAction(tr("Select all"), QKeySequence::SelectAll, this, &LogView::selectAll);
    menu->popup(event->globalPos());
}

void LogView::copy(CopyForm form)
{
    if (!m_document || m_document->state()->index.lineCount() == 0)
        return;
    auto [from, to] = std::minmax({m_anchor, m_cursor});
    if (!hasSelection()) {
        from.unit = 0;
        to.unit = std::numeric_limits<qint32>::max();
    }
    m_scope.cancelAll();
    m_scope.start(copyLines(from, to, form));
}

Task<void> LogView::copyLines(TextPlace from, TextPlace to, CopyForm form)
{
    auto work = [bytes = m_document->bytes(), state = m_document->state(), from, to, form]() -> Result<QString> {
        auto text = textBetween(*bytes, state->index, from, to);
        return text && form == CopyForm::Markdown ? quoted(*text) : text;
    };
    const auto text = co_await runOn(m_pool, std::move(work));
    if (text)
        QApplication::clipboard()->setText(*text);
    // Queued: whoever listens may copy again, which ends this flow.
    QMetaObject::invokeMethod(this, [this, text] {
        if (text)
            Q_EMIT copied();
        else
            Q_EMIT failed(text.error());
    }, Qt::QueuedConnection);
}

} // namespace narscope::ui
