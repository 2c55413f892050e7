// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows are shown: folded phases and repeated lines, matches with what stands around them.
#include "ui/logs/logview.h"

namespace narscope::ui {

void LogView::setRepeats(const std::vector<log::RepeatedLines> &repeats)
{
    m_repeats = repeats;
}

/// The first line and how many behind it can be hidden: repeated lines first, else the phase.
std::optional<std::pair<qint64, qint64>> LogView::foldableAt(log::Line line) const
{
    const auto repeat = std::ranges::upper_bound(m_repeats, line, {}, &log::RepeatedLines::first);
    if (repeat != m_repeats.begin()) {
        const auto &found = *(repeat - 1);
        if (line.value < found.first.value + found.count)
            return std::pair(found.first.value, found.count - 1);
    }
    const auto &phases = m_document->state()->phases;
    const auto past = std::ranges::upper_bound(phases, line, {}, &log::Phase::begin);
    if (past == phases.begin())
        return {};
    const auto end = past == phases.end() ? m_document->state()->index.lineCount() : past->begin.value;
    const auto begin = (past - 1)->begin.value;
    return end - begin > 1 ? std::optional(std::pair(begin, end - begin - 1)) : std::nullopt;
}

void LogView::makeFolds()
{
    m_folded = m_folds.empty() ? nullptr
                               : std::make_shared<const FoldedRows>(m_folds, m_document->state()->index.lineCount());
}

/// What is gone to is to be seen.
void LogView::unfoldFor(log::Line line)
{
    if (m_given || m_onlyMatches || !m_folded)
        return;
    const auto before = m_folds.size();
    for (auto row = rowAt(rowOf(line)); row.line != line; row = rowAt(rowOf(line))) { // folds may lie in folds
        if (m_folds.erase(row.line.value) == 0)
            break; // something else than a fold hides it
        makeFolds();
    }
    if (m_folds.size() == before)
        return;
    fitBars();
    Q_EMIT viewMoved();
}

void LogView::toggleFold()
{
    if (!m_document || rowCount() == 0)
        return;
    const auto row = rowOf(m_cursor.line);
    if (m_given) {
        if (rowAt(row).kind == ViewRow::Kind::Fold)
            Q_EMIT foldToggled(row);
        return;
    }
    if (m_onlyMatches)
        return;
    const auto top = topRow();
    if (const auto here = rowAt(row); here.hidden > 0) {
        m_folds.erase(here.line.value);
    } else if (const auto fold = foldableAt(m_cursor.line)) {
        m_folds[fold->first] = fold->second;
        setCursor({log::Line(fold->first), 0}, false);
    }
    makeFolds();
    fitBars();
    const auto now = rowOf(m_cursor.line);
    setTopRow(now < top ? now : top);
    viewport()->update();
    Q_EMIT viewMoved();
}

void LogView::foldPhases()
{
    if (!m_document)
        return;
    const auto &phases = m_document->state()->phases;
    const auto lines = m_document->state()->index.lineCount();
    for (size_t i = 0; i < phases.size(); ++i) {
        const auto end = i + 1 < phases.size() ? phases[i + 1].begin.value : lines;
        const auto begin = phases[i].begin.value;
        const bool isHere = m_cursor.line.value >= begin && m_cursor.line.value < end;
        if (!isHere && end - begin > 1)
            m_folds[begin] = end - begin - 1;
    }
    makeFolds();
    setRows(nullptr);
}

void LogView::foldRepeats()
{
    for (const auto &repeat : m_repeats)
        m_folds.emplace(repeat.first.value, repeat.count - 1);
    makeFolds();
    setRows(nullptr);
}

void LogView::unfoldAll()
{
    m_folds.clear();
    makeFolds();
    setRows(nullptr);
}

void LogView::setAround(qint64 lines)
{
    m_around = lines;
    m_matchRows.reset();
    takeChange();
}

void LogView::orderMatchRows()
{
    if (!m_onlyMatches || m_around == 0 || !m_document) {
        m_matchScope.cancelAll();
        m_isMatching = m_isMatchOld = false;
        m_matchRows.reset();
        return;
    }
    m_isMatchOld = true;
    if (!std::exchange(m_isMatching, true))
        m_matchScope.start(makeMatchRows());
}

Task<void> LogView::makeMatchRows()
{
    while (std::exchange(m_isMatchOld, false)) {
        auto work
            = [found = m_document->findings(), around = m_around, lines = m_document->state()->index.lineCount()] {
                  return std::make_shared<const MatchRows>(found, around, lines);
              };
        m_matchRows = co_await runOn(m_pool, std::move(work));
        // Queued: whoever listens may show something else, which ends this flow.
        QMetaObject::invokeMethod(this, &LogView::takeMatchRows, Qt::QueuedConnection);
    }
    m_isMatching = false;
}

void LogView::takeMatchRows()
{
    if (!m_matchRows)
        return;
    if (!m_matchRows->isWhole()) {
        m_matchRows.reset();
        Q_EMIT failed(problemSaying(
            ProblemKind::TooLarge, tr("So many lines were found that what stands around them is not shown."))
                .error());
    }
    fitBars();
    if (rowCount() > 0)
        setTopRow(m_following ? rowCount() : rowOf(m_top));
    viewport()->update();
    Q_EMIT viewMoved();
}

} // namespace narscope::ui
