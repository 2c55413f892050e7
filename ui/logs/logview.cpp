// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown and where: document, rows, scrolling.
#include "ui/logs/logview.h"

#include <QEvent>
#include <QScrollBar>

#include <cmath>

namespace narscope::ui {

namespace {

constexpr int markWidth = 20;
constexpr int gutterGap = 12;
constexpr int fewestDigits = 5;
constexpr int timeCells = 9; ///< «12:03:44» and a gap
constexpr int mostGridRows = 60; ///< of one wrapped line

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
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Log"));
    connect(&m_cache, &LineCache::filled, this, &LogView::takeLines);
    connect(&m_cache, &LineCache::failed, this, &LogView::failed);
    takeLook();
}

void LogView::takeLook()
{
    m_colours = logColours(lookOf(this));
    m_inks.setColours(m_colours);
    m_text.setFont(monoFont());
    m_cell = m_text.cell();
    m_rowHeight = m_text.rowHeight();
    m_ascent = m_text.ascent();
    fitBars();
    viewport()->update();
}

void LogView::setDocument(log::Document *document)
{
    if (m_document)
        m_document->disconnect(this);
    m_scope.cancelAll();
    m_matchScope.cancelAll();
    m_matchRows.reset();
    m_isMatching = m_isMatchOld = false;
    m_document = document;
    m_cache.setDocument(document);
    m_errors.clear();
    m_notes.clear();
    m_arrivals.clear();
    m_folds.clear();
    m_repeats.clear();
    m_folded.reset();
    m_given.reset();
    m_anchor = m_cursor = {};
    m_columns.reset();
    m_widest = 0;
    m_revealing.reset();
    m_held.reset();
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

void LogView::setRows(std::shared_ptr<const ViewRows> rows)
{
    m_given = std::move(rows);
    fitBars();
    if (rowCount() > 0)
        holdRow(rowOf(m_cursor.line), rowsInView() / 2);
    viewport()->update();
    Q_EMIT viewMoved();
}

void LogView::setArrivals(const std::vector<Arrival> &arrivals)
{
    m_arrivals = arrivals;
    fitBars();
    viewport()->update();
}

void LogView::setTimed(bool timed)
{
    m_timed = timed;
    fitBars();
    viewport()->update();
}

void LogView::setNotes(const QMap<qint64, QString> &notes)
{
    m_notes = notes;
    viewport()->update();
}

void LogView::setDefinition(const QString &name)
{
    m_definition = name;
    m_highlighter.setDefinition(name);
    m_cache.forgetColours();
    viewport()->update();
}

void LogView::setOrigin(const QString &title, const QUrl &page)
{
    m_title = title;
    m_page = page;
}

void LogView::setNumbered(bool numbered)
{
    m_numbers = numbered;
    fitBars();
    viewport()->update();
}

void LogView::setWrapped(bool wrapped)
{
    if (std::exchange(m_wraps, wrapped) == wrapped)
        return;
    const auto middle = m_cursor.line;
    horizontalScrollBar()->setValue(0);
    fitBars();
    if (rowCount() > 0)
        holdRow(rowOf(middle), rowsInView() / 2);
    viewport()->update();
    Q_EMIT viewMoved();
}

qint64 LogView::rowCount() const
{
    if (!m_document)
        return 0;
    if (m_given)
        return m_given->count();
    if (m_onlyMatches && m_matchRows)
        return m_matchRows->count();
    if (m_onlyMatches)
        return m_document->findings().size();
    return m_folded ? m_folded->count() : m_document->state()->index.lineCount();
}

ViewRow LogView::rowAt(qint64 row) const
{
    if (m_given)
        return m_given->at(row);
    if (m_onlyMatches && m_matchRows)
        return m_matchRows->at(row);
    if (m_onlyMatches)
        return {.line = m_document->findings().at(row)};
    return m_folded ? m_folded->at(row) : ViewRow{.line = log::Line(row)};
}

qint64 LogView::rowOf(log::Line line) const
{
    if (m_given)
        return m_given->rowOf(line);
    if (m_onlyMatches && m_matchRows)
        return m_matchRows->rowOf(line);
    if (m_onlyMatches)
        return qMax<qint64>(0, m_document->findings().rank(line));
    return m_folded ? m_folded->rowOf(line) : line.value;
}

const ShownLine *LogView::shownAt(qint64 row) const
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    const auto what = rowAt(row);
    return what.hasLine() ? m_cache.peek(what.line) : nullptr;
}

qint64 LogView::topRow() const
{
    const auto row = verticalScrollBar()->value() * m_rowsAStep;
    return m_rowsAStep > 1 ? qMin(row, lastTopRow()) : row;
}

int LogView::columnsInView() const
{
    return qMax(8, int((viewport()->width() - textLeft()) / m_cell));
}

/// How many rows of the grid a row takes; one for a line that is not there yet.
int LogView::gridRowsOf(qint64 row) const
{
    if (!m_wraps || m_given)
        return 1;
    const auto *shown = shownAt(row);
    if (!shown)
        return 1;
    const auto columns = columnsInView();
    return qBound(1, (shown->width() + columns - 1) / columns, mostGridRows);
}

/// The row that stands at most so many grid rows above.
qint64 LogView::rowAbove(qint64 row, int gridRows) const
{
    if (!m_wraps || m_given)
        return qMax<qint64>(0, row - gridRows);
    while (row > 0 && gridRows >= gridRowsOf(row - 1))
        gridRows -= gridRowsOf(--row);
    return row;
}

/// Where the end of the log is in view.
qint64 LogView::lastTopRow() const
{
    const auto rows = rowCount();
    const auto fit = qMax(1, viewport()->height() / m_rowHeight);
    if (rows == 0 || !m_wraps || m_given)
        return qMax<qint64>(0, rows - fit);
    return rowAbove(rows - 1, qMax(0, fit - gridRowsOf(rows - 1)));
}

int LogView::rowsInView() const
{
    const auto fit = qMax(1, viewport()->height() / m_rowHeight);
    if (!m_wraps || m_given)
        return fit;
    int count = 0;
    int used = 0;
    for (auto row = topRow(); row < rowCount() && used < fit; ++row) {
        used += gridRowsOf(row);
        count += used <= fit ? 1 : 0;
    }
    return qMax(1, count + qMax(0, fit - used));
}

int LogView::timeWidth() const
{
    return m_arrivals.size() < 2 || !m_timed ? 0 : int(std::ceil(timeCells * m_cell));
}

int LogView::textLeft() const
{
    if (!m_numbers)
        return markWidth + timeWidth() + gutterGap / 2;
    const auto lines = m_document ? m_document->state()->index.lineCount() : 0;
    const auto digits = qMax(fewestDigits, int(QString::number(lines).size()));
    return markWidth + timeWidth() + int(std::ceil(digits * m_cell)) + gutterGap;
}

qreal LogView::xOf(qint32 cell) const
{
    return textLeft() + cell * m_cell - m_shift;
}

std::pair<log::Line, log::Line> LogView::linesInView() const
{
    const auto rows = rowCount();
    if (rows == 0)
        return {};
    const auto first = qMin(topRow(), rows - 1);
    return {lineOf(first), lineOf(qMin(rows, first + rowsInView()) - 1)};
}

std::vector<std::pair<log::Line, log::Line>> LogView::piecesInView() const
{
    std::vector<std::pair<log::Line, log::Line>> pieces;
    const auto end = qMin(rowCount(), topRow() + rowsInView());
    for (auto row = topRow(); row < end; ++row) {
        const auto what = rowAt(row);
        if (!what.hasLine())
            continue;
        if (!pieces.empty() && what.line.value == pieces.back().second.value + 1)
            pieces.back().second = what.line;
        else
            pieces.emplace_back(what.line, what.line);
    }
    return pieces;
}

bool LogView::isFilled() const
{
    if (!m_document || (m_document->state()->index.bytesIndexed() == 0 && m_document->bytes()->size() > 0))
        return false;
    const auto rows = qMin(rowCount(), topRow() + rowsInView());
    for (auto row = topRow(); row < rows; ++row) {
        if (rowAt(row).hasLine() && !shownAt(row))
            return false;
    }
    return true;
}

/// A log with more rows than the bar has steps (2^31) is scrolled by several rows a step.
void LogView::fitBars()
{
    m_moving = true;
    const auto last = lastTopRow();
    m_rowsAStep = last / std::numeric_limits<int>::max() + 1;
    verticalScrollBar()->setPageStep(qMax(1, viewport()->height() / m_rowHeight));
    verticalScrollBar()->setRange(0, int((last + m_rowsAStep - 1) / m_rowsAStep));
    const int room = viewport()->width() - textLeft();
    horizontalScrollBar()->setPageStep(room);
    horizontalScrollBar()->setSingleStep(int(4 * m_cell));
    horizontalScrollBar()->setRange(0, m_wraps && !m_given ? 0 : qMax(0, int((m_widest + 1) * m_cell) - room));
    m_moving = false;
}

/// Puts the row so many grid rows below the top, or as low as it is whole in view. Of wrapped lines the heights are
/// known only when they are there: then it is put again.
void LogView::holdRow(qint64 row, int gridRows)
{
    const auto fit = qMax(1, viewport()->height() / m_rowHeight);
    const auto line = lineOf(row);
    setTopRow(rowAbove(row, qMin(gridRows, qMax(0, fit - gridRowsOf(row)))));
    m_held = {line, gridRows};
}

void LogView::setTopRow(qint64 row)
{
    m_held.reset();
    m_moving = true;
    const auto step = row > topRow() ? row + m_rowsAStep - 1 : row; // never short of what was to be seen
    verticalScrollBar()->setValue(int(std::clamp<qint64>(step / m_rowsAStep, 0, verticalScrollBar()->maximum())));
    m_moving = false;
    noteTop();
}

void LogView::noteTop()
{
    if (rowCount() > 0)
        m_top = lineOf(qMin(topRow(), rowCount() - 1));
}

/// More lines, or another search.
void LogView::takeChange()
{
    if (!m_folds.empty())
        makeFolds();
    orderMatchRows();
    fitBars();
    if (m_following)
        setTopRow(rowCount());
    else if (m_onlyMatches && rowCount() > 0) // what was found above moves nothing that is read
        setTopRow(rowOf(m_top));
    viewport()->update();
    Q_EMIT viewMoved();
}

void LogView::takeLines()
{
    if (m_wraps) { // only now their height is known
        fitBars();
        if (m_following)
            setTopRow(rowCount());
        else if (const auto held = m_held; held && rowCount() > 0)
            holdRow(rowOf(held->first), held->second);
    }
    revealMatch();
    viewport()->update();
    Q_EMIT filled();
}

void LogView::goTo(log::Line line, double where)
{
    if (rowCount() == 0)
        return;
    const auto lines = m_document->state()->index.lineCount();
    const log::Line there(std::clamp<qint64>(line.value, 0, lines - 1));
    unfoldFor(there);
    setCursor({there, 0}, false);
    const auto row = rowOf(there);
    const bool isInView = row > topRow() && row < topRow() + rowsInView() - 1;
    if (!isInView)
        holdRow(row, int(viewport()->height() / m_rowHeight * where));
    letGoWhenAbove();
    horizontalScrollBar()->setValue(0);
    m_revealing = m_cursor.line;
    revealMatch();
    viewport()->update();
}

/// A match beyond the view's right side comes into view as soon as its line is there, prepared for this search.
void LogView::revealMatch()
{
    const auto *shown = m_revealing ? m_cache.peek(*m_revealing) : nullptr;
    if (!shown || shown->matches.empty())
        return;
    m_revealing.reset();
    const auto columns = columnsInView();
    if (m_wraps || shown->cellAt(shown->matches.front().end) <= columns)
        return;
    m_widest = qMax(m_widest, shown->width());
    fitBars();
    const auto before = columns / 4; // what stands before it is seen too
    horizontalScrollBar()->setValue(int((shown->cellAt(shown->matches.front().begin) - before) * m_cell));
}

void LogView::scrollToLine(log::Line line)
{
    if (rowCount() > 0)
        scrollToRow(rowOf(line));
}

void LogView::scrollToRow(qint64 row)
{
    setTopRow(row);
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
    orderMatchRows();
    fitBars();
    if (rowCount() > 0)
        setTopRow(rowOf(middle) - rowsInView() / 2);
    viewport()->update();
    Q_EMIT viewMoved();
}

void LogView::scrollContentsBy(int, int)
{
    if (!m_moving) {
        m_held.reset();
        letGoWhenAbove();
        noteTop();
    }
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
