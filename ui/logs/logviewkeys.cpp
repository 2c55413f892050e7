// SPDX-License-Identifier: GPL-3.0-or-later
// The keyboard's line, selection by keys and mouse, links.
#include "ui/logs/logview.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr auto blockModifiers = Qt::AltModifier | Qt::ControlModifier; ///< some desktops move windows with Alt
constexpr int dragPause = 40; ///< ms between two rows when the mouse selects beyond the edge

bool isWordPart(QChar c)
{
    return c.isLetterOrNumber() || u"_-./+"_s.contains(c);
}

} // namespace

void LogView::setCursor(TextPlace place, bool keepsAnchor)
{
    m_cursor = place;
    if (!keepsAnchor) {
        m_anchor = place;
        m_columns.reset();
    }
    viewport()->update();
    Q_EMIT cursorMoved(place.line);
}

void LogView::select(TextPlace from, TextPlace to)
{
    m_anchor = from;
    m_columns.reset();
    setCursor(to, true);
}

void LogView::selectBlock(log::Line from, log::Line to, qint32 fromCell, qint32 toCell)
{
    m_anchor = {from, fromCell};
    m_columns = {fromCell, toCell};
    setCursor({to, toCell}, true);
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
    auto from = rowOf(m_cursor.line);
    const auto lastInView = qMin(rows, topRow() + rowsInView()) - 1;
    if (!isSelecting && (from < topRow() || from > lastInView)) // scrolled without it: people mean what they see
        from = by < 0 ? topRow() : lastInView;
    auto row = std::clamp<qint64>(from + by, 0, rows - 1);
    while (rowAt(row).kind == ViewRow::Kind::Missing && row > 0 && row < rows - 1) // there is no line to stand on
        row += by > 0 ? 1 : -1;
    setCursor({lineOf(row), m_cursor.unit}, isSelecting);
    if (row < topRow())
        setTopRow(row);
    else if (row >= topRow() + rowsInView())
        holdRow(row, viewport()->height() / m_rowHeight);
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
    case Qt::Key_Up:
        moveRows(-1, isSelecting);
        return true;
    case Qt::Key_Down:
        moveRows(1, isSelecting);
        return true;
    case Qt::Key_PageUp:
        moveRows(-page, isSelecting);
        return true;
    case Qt::Key_PageDown:
        moveRows(page, isSelecting);
        return true;
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
    default:
        return false;
    }
}

/// Alt and Shift: a block of columns, from where the keyboard is.
bool LogView::moveBlock(int key)
{
    const auto *shown = m_cache.peek(m_cursor.line);
    if (!m_columns) {
        const auto cell = shown ? shown->cellAt(qMin(m_cursor.unit, shown->length())) : 0;
        selectBlock(m_cursor.line, m_cursor.line, cell, cell);
    }
    switch (key) {
    case Qt::Key_Left:
        m_columns->second = qMax(0, m_columns->second - 1);
        break;
    case Qt::Key_Right:
        ++m_columns->second;
        break;
    case Qt::Key_Up:
        moveRows(-1, true);
        break;
    case Qt::Key_Down:
        moveRows(1, true);
        break;
    default:
        return false;
    }
    viewport()->update();
    return true;
}

void LogView::keyPressEvent(QKeyEvent *event)
{
    constexpr auto block = Qt::AltModifier | Qt::ShiftModifier;
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (event->matches(QKeySequence::Copy))
        copy();
    else if (event->matches(QKeySequence::SelectAll))
        selectAll();
    else if (event->key() == Qt::Key_Space && modifiers == Qt::NoModifier)
        toggleFold();
    else if (event->key() == Qt::Key_B && modifiers == Qt::NoModifier && rowCount() > 0)
        Q_EMIT bookmarkToggled(m_cursor.line);
    else if (event->key() == Qt::Key_B && modifiers == Qt::ShiftModifier && rowCount() > 0)
        Q_EMIT noteRequested(m_cursor.line);
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && modifiers == Qt::NoModifier)
        openFirstLink();
    else if (modifiers == block
            ? !moveBlock(event->key())
            : !moveByKey(event->key(), modifiers.testFlag(Qt::ShiftModifier), modifiers.testFlag(Qt::ControlModifier)))
        event->ignore();
}

std::pair<qint64, int> LogView::rowAtHeight(int y) const
{
    const auto rows = rowCount();
    if (y < 0)
        return {qBound<qint64>(0, topRow() - 1, rows - 1), 0};
    int grid = y / m_rowHeight;
    for (auto row = topRow(); row < rows; ++row) {
        const auto high = gridRowsOf(row);
        if (grid < high)
            return {row, grid};
        grid -= high;
    }
    return {rows - 1, gridRowsOf(rows - 1) - 1};
}

qint32 LogView::cellAt(const QPoint &at) const
{
    const auto part = rowAtHeight(at.y()).second;
    const auto into = (at.x() - textLeft() + horizontalScrollBar()->value()) / m_cell + 0.5;
    return qMax(0, qint32(into)) + part * columnsInView();
}

TextPlace LogView::placeAt(const QPoint &at) const
{
    if (rowCount() == 0)
        return {};
    const auto line = lineOf(rowAtHeight(at.y()).first);
    const auto *shown = m_cache.peek(line);
    return {line, shown ? shown->unitAt(cellAt(at)) : 0};
}

void LogView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || rowCount() == 0)
        return;
    m_mouse = event->position().toPoint();
    if (const auto row = rowAtHeight(m_mouse.y()).first; rowAt(row).kind == ViewRow::Kind::Fold) {
        setCursor({lineOf(row), 0}, false);
        Q_EMIT foldToggled(row);
        return;
    }
    if (const auto link = linkAt(m_mouse); link && event->modifiers().testFlag(Qt::ControlModifier)) {
        openLink(*link);
        return;
    }
    const auto place = placeAt(m_mouse);
    const auto *shown = m_cache.peek(place.line);
    m_selectsLines = m_mouse.x() < textLeft() - 6;
    if (m_selectsLines) {
        if (!event->modifiers().testFlag(Qt::ShiftModifier)) {
            m_anchor = {place.line, 0};
            m_columns.reset();
        }
        setCursor({place.line, shown ? shown->length() : 0}, true);
    } else if (event->modifiers() & blockModifiers) {
        const auto cell = cellAt(m_mouse);
        selectBlock(place.line, place.line, cell, cell);
    } else {
        setCursor(place, event->modifiers().testFlag(Qt::ShiftModifier));
    }
}

void LogView::dragTo(const QPoint &at)
{
    auto place = placeAt(at);
    if (m_selectsLines) {
        const auto *shown = m_cache.peek(place.line);
        place.unit = place.line < m_anchor.line || !shown ? 0 : shown->length();
    }
    if (m_columns) {
        m_columns->second = cellAt(at);
        place.unit = m_columns->second;
    }
    setCursor(place, true);
}

void LogView::mouseMoveEvent(QMouseEvent *event)
{
    if (rowCount() == 0)
        return;
    if (!event->buttons().testFlag(Qt::LeftButton)) {
        const bool opens = event->modifiers().testFlag(Qt::ControlModifier) && linkAt(event->position().toPoint());
        viewport()->setCursor(opens ? Qt::PointingHandCursor : Qt::IBeamCursor);
        return;
    }
    m_mouse = event->position().toPoint();
    dragTo(m_mouse);
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
    dragTo(m_mouse);
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

std::optional<TextLink> LogView::linkAt(const QPoint &at) const
{
    if (rowCount() == 0 || at.x() < textLeft())
        return {};
    const auto place = placeAt(at);
    const auto *shown = m_cache.peek(place.line);
    if (!shown)
        return {};
    const auto link = std::ranges::find_if(shown->links,
        [&place](const TextLink &each) { return place.unit >= each.range.begin && place.unit < each.range.end; });
    return link == shown->links.end() ? std::nullopt : std::optional(*link);
}

void LogView::openLink(const TextLink &link)
{
    Q_EMIT linkOpened(link.target);
}

/// The one that the keyboard is in or before, else the line's first.
void LogView::openFirstLink()
{
    if (m_given && rowCount() > 0 && rowAt(rowOf(m_cursor.line)).kind == ViewRow::Kind::Fold)
        return toggleFold();
    const auto *shown = m_cache.peek(m_cursor.line);
    if (!shown || shown->links.empty())
        return;
    const auto next
        = std::ranges::find_if(shown->links, [this](const TextLink &link) { return link.range.end > m_cursor.unit; });
    openLink(next == shown->links.end() ? shown->links.front() : *next);
}

void LogView::contextMenuEvent(QContextMenuEvent *event)
{
    if (rowCount() == 0)
        return;
    const bool isMouse = event->reason() == QContextMenuEvent::Mouse;
    const auto line = isMouse ? placeAt(event->pos()).line : m_cursor.line;
    if (isMouse && !hasSelection())
        setCursor({line, 0}, false);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (const auto *shown = m_cache.peek(line)) {
        QStringList targets;
        for (const auto &link : shown->links)
            targets << link.target;
        targets.removeDuplicates();
        for (const auto &target : targets.first(qMin<qsizetype>(targets.size(), 8)))
            menu->addAction(
                tr("Open %1").arg(target.size() > 80 ? target.first(50) + u"…"_s + target.last(28) : target), this,
                [this, target] { Q_EMIT linkOpened(target); });
        if (!targets.isEmpty())
            menu->addSeparator();
    }
    menu->addAction(tr("Copy as text"), QKeySequence::Copy, this, [this] { copy(CopyForm::Text); });
    menu->addAction(tr("Copy with colours"), this, [this] { copy(CopyForm::Coloured); });
    menu->addAction(tr("Copy as a Markdown quote"), this, [this] { copy(CopyForm::Markdown); });
    menu->addSeparator();
    menu->addAction(m_notes.contains(line.value) ? tr("Remove the bookmark") : tr("Bookmark"), QKeySequence(Qt::Key_B),
        this, [this, line] { Q_EMIT bookmarkToggled(line); });
    menu->addAction(
        tr("Note …"), QKeySequence(Qt::SHIFT | Qt::Key_B), this, [this, line] { Q_EMIT noteRequested(line); });
    menu->addAction(tr("Fold or unfold here"), QKeySequence(Qt::Key_Space), this, &LogView::toggleFold);
    menu->addSeparator();
    menu->addAction(tr("Select all"), QKeySequence::SelectAll, this, &LogView::selectAll);
    menu->popup(event->globalPos());
}

} // namespace narscope::ui
