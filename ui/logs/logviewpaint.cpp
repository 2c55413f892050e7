// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/logview.h"

#include "base/format.h"
#include "ui/widgets/paint.h"

#include <QDateTime>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int barWidth = 3;
constexpr int markMiddle = 10;
constexpr int hatchStep = 6;

/// Slanted hairlines, in one pattern over rows that touch.
void hatch(QPainter &painter, const QRect &box, const QColor &colour)
{
    painter.save();
    painter.setClipRect(box);
    painter.setPen(colour);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto height = box.height();
    for (int x = box.left() - height - (box.top() % hatchStep); x < box.right(); x += hatchStep)
        painter.drawLine(x, box.bottom() + 1, x + height, box.top());
    painter.restore();
}

} // namespace

void LogView::paintEvent(QPaintEvent *)
{
    m_cache.beginFrame();
    QPainter painter(viewport());
    const auto rows = rowCount();
    const auto widest = m_widest;
    int top = 0;
    for (auto row = topRow(); row < rows && top < viewport()->height(); ++row) {
        const auto high = gridRowsOf(row);
        paintRow(painter, row, top, high);
        top += high * m_rowHeight;
    }
    painter.fillRect(0, top, viewport()->width(), viewport()->height() - top, m_colours.ground);
    if (m_widest > widest) // a longer line came into view; bars may not change while painting
        QMetaObject::invokeMethod(this, &LogView::fitBars, Qt::QueuedConnection);
}

/// Row by row, so that the text finds its pixels in the cache: at 3840×2160 a window is larger than that.
void LogView::paintGround(QPainter &painter, const ViewRow &row, const QRect &box)
{
    if (row.hasLine() && m_errors.contains(row.line.value)) {
        painter.fillRect(box, m_colours.errorTint);
        painter.fillRect(QRect(0, box.top(), barWidth, box.height()), lookOf(this).failed);
    } else if (row.kind == ViewRow::Kind::Changed || row.kind == ViewRow::Kind::Own) {
        painter.fillRect(box, m_colours.difference);
    } else if (row.kind == ViewRow::Kind::Missing) {
        painter.fillRect(box, m_colours.ground);
        hatch(painter, box, lookOf(this).line);
    } else if (row.line == m_cursor.line && !hasSelection() && hasFocus()) {
        painter.fillRect(box, lookOf(this).window);
    } else {
        painter.fillRect(box, m_colours.ground);
    }
}

void LogView::paintRow(QPainter &painter, qint64 row, int top, int gridRows)
{
    const auto what = rowAt(row);
    const QRect box(0, top, viewport()->width(), m_rowHeight * gridRows);
    paintGround(painter, what, box);
    if (what.isApart)
        painter.fillRect(QRect(0, top, box.width(), 1), lookOf(this).line);
    if (what.kind == ViewRow::Kind::Fold)
        paintFold(painter, what, box);
    if (!what.hasLine())
        return;
    if (auto *shown = m_cache.line(what.line)) {
        m_widest = qMax(m_widest, shown->width());
        const auto columns = columnsInView();
        for (int part = 0; part < gridRows; ++part) {
            const auto at = top + part * m_rowHeight;
            const auto right = gridRows > 1 ? int(std::ceil(columns * m_cell)) + 2 : viewport()->width();
            m_shift = gridRows > 1 ? part * columns * m_cell : horizontalScrollBar()->value();
            // A slanted first letter may reach out to the left; of a row that goes on, that would be the letter before.
            if (gridRows > 1 || m_shift > 0) // else nothing reaches over the sides
                painter.setClipRect(QRect(textLeft() - 2, at, right, m_rowHeight).adjusted(part > 0 ? 2 : 0, 0, 0, 0));
            paintText(painter, *shown, row, what, at);
        }
        if (gridRows == 1)
            paintTail(painter, *shown, what, top);
        m_shift = horizontalScrollBar()->value();
        painter.setClipping(false);
    }
    paintGutter(painter, what, top);
}

void LogView::paintFold(QPainter &painter, const ViewRow &row, const QRect &box)
{
    const auto &look = lookOf(this);
    painter.fillRect(QRect(0, box.top(), box.width(), 1), look.line);
    painter.fillRect(QRect(0, box.bottom(), box.width(), 1), look.line);
    paintChevron(painter, QRectF(textLeft() - 16, box.top(), 12, box.height()), false, look.text2);
    painter.setFont(row.line == m_cursor.line && hasFocus() ? boldFont() : dataFont());
    painter.setPen(look.text2);
    painter.drawText(QRect(textLeft(), box.top(), box.width() - textLeft(), box.height()),
        Qt::AlignVCenter | Qt::AlignLeft, row.label);
}

void LogView::paintGutter(QPainter &painter, const ViewRow &row, int top)
{
    const auto line = row.line;
    const QRectF markBox(markMiddle - 6, top, 12, m_rowHeight);
    if (m_errors.contains(line.value))
        paintMark(painter, markBox, metric::mark, Mark::Failed, lookOf(this), m_colours.errorTint);
    else if (row.hidden > 0)
        paintChevron(painter, markBox, false, lookOf(this).text);
    if (m_notes.contains(line.value)) { // a ribbon between number and text
        const auto left = textLeft() - 10.0;
        const auto bottom = top + m_rowHeight - 3.0;
        const QPolygonF ribbon{QPointF(left, top + 3), QPointF(left + 6, top + 3), QPointF(left + 6, bottom),
            QPointF(left + 3, bottom - 3), QPointF(left, bottom)};
        painter.setPen(Qt::NoPen);
        painter.setBrush(lookOf(this).running);
        painter.drawPolygon(ribbon);
    }
    const bool isHere = line == m_cursor.line;
    painter.setPen(isHere ? m_colours.ink : m_colours.number);
    auto right = textLeft() - 12;
    if (m_numbers) {
        const auto number = QString::number(line.value + 1);
        m_text.drawPlain(painter, QPointF(right - double(number.size()) * m_cell, top + m_ascent), number, isHere);
    }
    if (timeWidth() == 0)
        return;
    const auto arrival = std::ranges::upper_bound(m_arrivals, line.value, {}, &Arrival::lines);
    if (arrival != m_arrivals.end() && arrival->msecs > 0) {
        painter.setPen(m_colours.number);
        const auto time = QDateTime::fromMSecsSinceEpoch(arrival->msecs).toString(u"HH:mm:ss"_s);
        m_text.drawPlain(painter, QPointF(24, top + m_ascent), time, false);
    }
}

void LogView::fillUnits(QPainter &painter, const ShownLine &shown, TextRange range, int top, const QColor &colour) const
{
    const auto left = xOf(shown.cellAt(range.begin));
    painter.fillRect(QRectF(left, top, xOf(shown.cellAt(range.end)) - left, m_rowHeight), colour);
}

void LogView::underline(QPainter &painter, const ShownLine &shown, TextRange range, int top, const QColor &colour) const
{
    const auto left = xOf(shown.cellAt(range.begin));
    painter.fillRect(QRectF(left, top + m_ascent + 2, xOf(shown.cellAt(range.end)) - left, 1), colour);
}

TextRange LogView::selectedIn(log::Line line, const ShownLine &shown) const
{
    const auto [from, to] = std::minmax({m_anchor, m_cursor});
    if (line < from.line || line > to.line)
        return {};
    if (m_columns) {
        const auto [left, right] = std::minmax(m_columns->first, m_columns->second);
        return {shown.unitAt(left), shown.unitAt(right)};
    }
    const auto begin = line == from.line ? qMin(from.unit, shown.length()) : 0;
    return {begin, line == to.line ? qMin(to.unit, shown.length()) : shown.length()};
}

/// The log's own, or the highlighter's where it brings none.
const std::vector<log::StyleSpan> &LogView::stylesOf(ShownLine &shown)
{
    if (!shown.cooked.spans.empty())
        return shown.cooked.spans;
    if (!shown.own)
        shown.own = m_highlighter.highlight(shown.cooked.text);
    return *shown.own;
}

void LogView::paintText(QPainter &painter, ShownLine &shown, qint64 row, const ViewRow &what, int top)
{
    const auto &spans = stylesOf(shown);
    const auto spanEnd
        = [&spans, &shown](size_t i) { return i + 1 < spans.size() ? spans[i + 1].begin : shown.length(); };
    for (size_t i = 0; i < spans.size(); ++i) {
        const auto &span = spans[i];
        if (const auto &inks = m_inks.of(span.style); inks.ground.isValid())
            fillUnits(painter, shown, {span.begin, spanEnd(i)}, top, inks.ground);
    }
    for (const auto &match : shown.matches)
        fillUnits(painter, shown, match, top, what.line == m_cursor.line ? m_colours.matchHere : m_colours.match);
    if (const auto selected = selectedIn(what.line, shown); hasSelection() && selected.begin < selected.end)
        fillUnits(painter, shown, selected, top, m_colours.selection);
    if (spans.empty() || spans.front().begin > 0)
        paintSpan(painter, shown, {}, spans.empty() ? shown.length() : spans.front().begin, top);
    for (size_t i = 0; i < spans.size(); ++i)
        paintSpan(painter, shown, spans[i], spanEnd(i), top);
    for (const auto &link : shown.links)
        underline(painter, shown, link.range, top, lookOf(this).linkLine);
    if (what.kind == ViewRow::Kind::Changed && m_emphasis) {
        for (const auto &range : m_emphasis(row)) {
            log::StyleSpan span{.begin = range.begin, .style = {}};
            span.style.bold = true;
            fillUnits(painter, shown, range, top, m_colours.difference);
            paintSpan(painter, shown, span, range.end, top);
            underline(painter, shown, range, top, m_colours.ink);
        }
    }
}

/// What is said behind the text: that more is hidden or not shown, and a person's note.
void LogView::paintTail(QPainter &painter, const ShownLine &shown, const ViewRow &row, int top)
{
    QStringList parts;
    if (shown.cooked.isCut)
        parts << tr("… the line is longer");
    if (row.hidden > 0)
        parts << tr("… %1 lines folded").arg(formatCount(row.hidden));
    if (const auto note = m_notes.value(row.line.value); !note.isEmpty())
        parts << note;
    if (parts.isEmpty())
        return;
    painter.setFont(dataFont());
    painter.setPen(lookOf(this).text2);
    painter.drawText(QPointF(xOf(shown.width()) + 2 * m_cell, top + m_ascent), parts.join(u"   "_s));
}

/// Only the columns in view, whatever the length of the line.
void LogView::paintSpan(QPainter &painter, const ShownLine &shown, const log::StyleSpan &span, qint32 end, int top)
{
    const auto firstCell = qint32(m_shift / m_cell) - 1;
    const auto lastCell = firstCell + qint32(viewport()->width() / m_cell) + 3;
    const auto begin = qMax(span.begin, shown.unitAt(firstCell));
    const auto stop = qMin(end, qMin(shown.length(), shown.unitAt(lastCell) + 1));
    if (begin >= stop)
        return;
    const auto ink = m_inks.of(span.style).text;
    painter.setPen(ink);
    paintPiece(painter, shown, span.style, begin, stop, top);
    if (span.style.underline)
        underline(painter, shown, {begin, stop}, top, ink);
    if (span.style.struck)
        underline(painter, shown, {begin, stop}, top - m_ascent / 3, ink);
}

/// Runs of plain characters at once; others one by one, each in its own cell, with the marks that stand on it.
void LogView::paintPiece(
    QPainter &painter, const ShownLine &shown, const log::TextStyle &style, qint32 begin, qint32 end, int top)
{
    const QStringView text = shown.cooked.text;
    for (qint32 at = begin; at < end;) {
        const QPointF place(xOf(shown.cellAt(at)), top + m_ascent);
        qint32 stop = at + 1;
        if (GridText::isPlain(text[at])) {
            while (stop < end && GridText::isPlain(text[stop]))
                ++stop;
            m_text.drawPlain(painter, place, text.sliced(at, stop - at), style.bold, style.italic);
        } else {
            while (stop < end && shown.cellAt(stop) == shown.cellAt(at))
                ++stop;
            if (text[at] != u'\t')
                m_text.draw(painter, place, text.sliced(at, stop - at), style.bold, style.italic);
        }
        at = stop;
    }
}

} // namespace narscope::ui
