// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/logview.h"

#include "ui/widgets/paint.h"

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <cmath>

namespace narscope::ui {

namespace {

constexpr int barWidth = 3;
constexpr int markMiddle = 10;

bool isPlain(QChar c)
{
    return c.unicode() >= 0x20 && c.unicode() < 0x7f;
}

} // namespace

void LogView::paintEvent(QPaintEvent *event)
{
    m_cache.beginFrame();
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_colours.ground);
    const auto rows = rowCount();
    const auto top = topRow();
    const auto widest = m_widest;
    const auto inView = viewport()->height() / m_rowHeight + 1;
    for (int i = 0; i < inView && top + i < rows; ++i)
        paintRow(painter, lineOf(top + i), i * m_rowHeight);
    if (m_widest > widest) // a longer line came into view; bars may not change while painting
        QMetaObject::invokeMethod(this, &LogView::fitBars, Qt::QueuedConnection);
}

void LogView::paintRow(QPainter &painter, log::Line line, int top)
{
    const QRect row(0, top, viewport()->width(), m_rowHeight);
    if (m_errors.contains(line.value)) {
        painter.fillRect(row, m_colours.errorTint);
        painter.fillRect(QRect(0, top, barWidth, m_rowHeight), lookOf(this).failed);
    } else if (line == m_cursor.line && !hasSelection() && hasFocus()) {
        painter.fillRect(row, lookOf(this).window);
    }
    if (const auto *shown = m_cache.line(line)) {
        m_widest = qMax(m_widest, shown->width());
        painter.setClipRect(QRect(textLeft() - 2, top, viewport()->width(), m_rowHeight));
        paintText(painter, *shown, line, top);
        painter.setClipping(false);
    }
    paintGutter(painter, line, top);
}

void LogView::paintGutter(QPainter &painter, log::Line line, int top)
{
    const bool isError = m_errors.contains(line.value);
    if (isError)
        paintMark(painter, QRectF(markMiddle - 6, top, 12, m_rowHeight), metric::mark, Mark::Failed, lookOf(this), m_colours.errorTint);
    const bool isHere = line == m_cursor.line;
    painter.setFont(isHere ? m_bold : m_font);
    painter.setPen(isHere ? m_colours.ink : m_colours.number);
    const auto number = QString::number(line.value + 1);
    const auto right = textLeft() - 12;
    painter.drawText(QPointF(right - double(number.size()) * m_cell, top + m_ascent), number);
}

void LogView::fillUnits(QPainter &painter, const ShownLine &shown, TextRange range, int top, const QColor &colour) const
{
    const auto left = xOf(shown.cellAt(range.begin));
    painter.fillRect(QRectF(left, top, xOf(shown.cellAt(range.end)) - left, m_rowHeight), colour);
}

TextRange LogView::selectedIn(log::Line line, const ShownLine &shown) const
{
    const auto [from, to] = std::minmax({m_anchor, m_cursor});
    if (line < from.line || line > to.line)
        return {};
    const auto begin = line == from.line ? qMin(from.unit, shown.length()) : 0;
    return {begin, line == to.line ? qMin(to.unit, shown.length()) : shown.length()};
}

void LogView::paintText(QPainter &painter, const ShownLine &shown, log::Line line, int top)
{
    const auto own = shown.cooked.spans.empty() ? m_highlighter.highlight(shown.cooked.text) : std::vector<log::StyleSpan>();
    const auto &spans = shown.cooked.spans.empty() ? own : shown.cooked.spans;
    const auto spanEnd = [&spans, &shown](size_t i) { return i + 1 < spans.size() ? spans[i + 1].begin : shown.length(); };
    for (size_t i = 0; i < spans.size(); ++i) {
        const auto &span = spans[i];
        if (const auto inks = inksOf(span.style, m_colours); inks.ground.isValid())
            fillUnits(painter, shown, {span.begin, spanEnd(i)}, top, inks.ground);
    }
    for (const auto &match : shown.matches)
        fillUnits(painter, shown, match, top, line == m_cursor.line ? m_colours.matchHere : m_colours.match);
    if (const auto selected = selectedIn(line, shown); hasSelection() && selected.begin < selected.end)
        fillUnits(painter, shown, selected, top, m_colours.selection);
    if (spans.empty() || spans.front().begin > 0)
        paintSpan(painter, shown, {}, spans.empty() ? shown.length() : spans.front().begin, top);
    for (size_t i = 0; i < spans.size(); ++i)
        paintSpan(painter, shown, spans[i], spanEnd(i), top);
    if (shown.cooked.isCut) {
        painter.setPen(m_colours.number);
        painter.drawText(QPointF(xOf(shown.width()) + m_cell, top + m_ascent), tr("… the line is longer"));
    }
}

/// Only the columns in view, whatever the length of the line.
void LogView::paintSpan(QPainter &painter, const ShownLine &shown, const log::StyleSpan &span, qint32 end, int top)
{
    const auto inks = inksOf(span.style, m_colours);
    QFont font = span.style.bold ? m_bold : m_font;
    font.setItalic(span.style.italic);
    font.setUnderline(span.style.underline);
    font.setStrikeOut(span.style.struck);
    painter.setFont(font);
    painter.setPen(inks.text);
    const auto firstCell = qint32(horizontalScrollBar()->value() / m_cell) - 1;
    const auto lastCell = firstCell + qint32(viewport()->width() / m_cell) + 3;
    const auto begin = qMax(span.begin, shown.unitAt(firstCell));
    paintPiece(painter, shown, begin, qMin(end, qMin(shown.length(), shown.unitAt(lastCell) + 1)), top);
}

/// Runs of plain characters at once; others one by one, each in its own cell, with the marks that stand on it.
void LogView::paintPiece(QPainter &painter, const ShownLine &shown, qint32 begin, qint32 end, int top)
{
    const auto &text = shown.cooked.text;
    for (qint32 at = begin; at < end;) {
        qint32 stop = at + 1;
        if (isPlain(text[at])) {
            while (stop < end && isPlain(text[stop]))
                ++stop;
        } else {
            while (stop < end && shown.cellAt(stop) == shown.cellAt(at))
                ++stop;
        }
        if (text[at] != u'\t')
            painter.drawText(QPointF(xOf(shown.cellAt(at)), top + m_ascent), text.sliced(at, stop - at));
        at = stop;
    }
}

} // namespace narscope::ui
