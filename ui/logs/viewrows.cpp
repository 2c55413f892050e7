// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/viewrows.h"

#include "base/format.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 context = 3; ///< equal lines that stay around a difference
constexpr size_t mostPieces = 1'000'000; ///< 24 MB
constexpr qint64 fewestFolded = 4; ///< less is not worth a row that says so

ViewRow::Kind kindOf(const log::AlignedRun &run, bool isLeft)
{
    using Kind = log::AlignedRun::Kind;
    if (!(isLeft ? run.isLeft : run.isRight))
        return ViewRow::Kind::Missing;
    switch (run.kind) {
    case Kind::Same:
        return ViewRow::Kind::Line;
    case Kind::Moved:
        return ViewRow::Kind::Moved;
    case Kind::Changed:
        return ViewRow::Kind::Changed;
    case Kind::OnlyLeft:
    case Kind::OnlyRight:
        break;
    }
    return ViewRow::Kind::Own;
}

} // namespace

FoldedRows::FoldedRows(const std::map<qint64, qint64> &folds, qint64 lines)
    : m_lines(lines)
{
    qint64 hidden = 0;
    qint64 free = 0; // first line that no fold hides
    for (const auto &[head, count] : folds) {
        const auto fits = qMin(count, lines - head - 1);
        if (head < free || fits <= 0)
            continue;
        m_folds.push_back({head, fits, hidden});
        hidden += fits;
        free = head + fits + 1;
    }
}

ViewRow FoldedRows::at(qint64 row) const
{
    // A fold's head stands in the row of its number less what is hidden before it.
    const auto past
        = std::ranges::upper_bound(m_folds, row, {}, [](const Fold &fold) { return fold.head - fold.hiddenBefore; });
    if (past == m_folds.begin())
        return {.line = log::Line(row)};
    const auto &fold = *(past - 1);
    if (row == fold.head - fold.hiddenBefore)
        return {.line = log::Line(fold.head), .hidden = fold.hidden};
    return {.line = log::Line(row + fold.hiddenBefore + fold.hidden)};
}

qint64 FoldedRows::rowOf(log::Line line) const
{
    const auto past = std::ranges::upper_bound(m_folds, line.value, {}, &Fold::head);
    if (past == m_folds.begin())
        return line.value;
    const auto &fold = *(past - 1);
    return line.value <= fold.head + fold.hidden ? fold.head - fold.hiddenBefore
                                                 : line.value - fold.hiddenBefore - fold.hidden;
}

MatchRows::MatchRows(const log::Findings &found, qint64 around, qint64 lines)
{
    found.each([&](log::Line line) {
        const auto first = qMax<qint64>(0, line.value - around);
        const auto end = qMin(lines, line.value + around + 1);
        if (!m_pieces.empty() && first <= m_pieces.back().firstLine + m_pieces.back().lines)
            m_pieces.back().lines = end - m_pieces.back().firstLine;
        else if (m_pieces.size() < mostPieces)
            m_pieces.push_back({count(), first, end - first});
        else
            m_isWhole = false;
    });
    if (!m_isWhole)
        m_pieces = {};
}

ViewRow MatchRows::at(qint64 row) const
{
    const auto &piece = *(std::ranges::upper_bound(m_pieces, row, {}, &Piece::firstRow) - 1);
    const auto into = row - piece.firstRow;
    return {.line = log::Line(piece.firstLine + into), .isApart = into == 0 && row > 0};
}

qint64 MatchRows::rowOf(log::Line line) const
{
    const auto past = std::ranges::upper_bound(m_pieces, line.value, {}, &Piece::firstLine);
    if (past == m_pieces.begin())
        return 0;
    const auto &piece = *(past - 1);
    return piece.firstRow + qMin(line.value - piece.firstLine, piece.lines);
}

std::vector<std::pair<log::Line, log::Line>> MatchRows::piecesIn(log::Line first, log::Line last) const
{
    std::vector<std::pair<log::Line, log::Line>> pieces;
    for (const auto &piece : m_pieces) {
        const auto from = qMax(piece.firstLine, first.value);
        const auto to = qMin(piece.firstLine + piece.lines - 1, last.value);
        if (from <= to)
            pieces.emplace_back(from, to);
    }
    return pieces;
}

ComparePlan::ComparePlan(log::Alignment alignment, Shows shows, std::vector<size_t> unfolded)
    : m_alignment(std::move(alignment))
{
    const auto &runs = m_alignment.runs;
    bool wasDifference = false;
    for (size_t i = 0; i < runs.size(); ++i) {
        const bool isDifference = runs[i].isDifference();
        if (isDifference && !wasDifference)
            m_differences.push_back(m_rows);
        wasDifference = isDifference;
        const auto before = i > 0 && runs[i - 1].isDifference() ? context : 0;
        const auto after = i + 1 < runs.size() && runs[i + 1].isDifference() ? context : 0;
        const auto folded = runs[i].count - before - after;
        if (shows == Shows::All || isDifference || folded < fewestFolded
            || std::ranges::find(unfolded, i) != unfolded.end()) {
            add(i, 0, runs[i].count, false);
            continue;
        }
        add(i, 0, before, false);
        add(i, before, folded, true);
        add(i, before + folded, after, false);
    }
}

void ComparePlan::add(size_t run, qint64 from, qint64 lines, bool isFold)
{
    if (lines == 0)
        return;
    m_pieces.push_back({m_rows, run, from, lines, isFold});
    m_rows += isFold ? 1 : lines;
}

size_t ComparePlan::pieceOf(qint64 row) const
{
    return size_t(std::ranges::upper_bound(m_pieces, row, {}, &Piece::firstRow) - m_pieces.begin()) - 1;
}

QString ComparePlan::labelOf(const Piece &piece) const
{
    const auto &phases = m_alignment.phases;
    const auto past = std::ranges::upper_bound(phases, piece.run, {}, &log::AlignedPhase::firstRun);
    const auto name = past == phases.begin() ? QString() : (past - 1)->name;
    const auto says = m_alignment.runs[piece.run].kind == log::AlignedRun::Kind::Moved
        ? QCoreApplication::translate("narscope::ui::LogView", "%1 lines in another order")
        : QCoreApplication::translate("narscope::ui::LogView", "%1 lines the same");
    const auto lines = says.arg(formatCount(piece.lines));
    return name.isEmpty() ? lines : name + u"  "_s + lines;
}

ViewRow ComparePlan::at(qint64 row, bool isLeft) const
{
    const auto &piece = m_pieces[pieceOf(row)];
    const auto &run = m_alignment.runs[piece.run];
    const auto first = isLeft ? run.left : run.right;
    if (piece.isFold)
        return {.kind = ViewRow::Kind::Fold,
            .line = log::Line(first.value + piece.from),
            .hidden = piece.lines,
            .label = labelOf(piece)};
    const auto kind = kindOf(run, isLeft);
    const auto into = kind == ViewRow::Kind::Missing ? 0 : piece.from + row - piece.firstRow;
    return {.kind = kind, .line = log::Line(first.value + into)};
}

qint64 ComparePlan::rowOf(log::Line line, bool isLeft) const
{
    if (m_pieces.empty())
        return 0;
    // Pieces without lines on this side stand before the line that comes next.
    const auto firstOf = [this, isLeft](const Piece &piece) {
        const auto &run = m_alignment.runs[piece.run];
        return (isLeft ? run.left.value : run.right.value) + ((isLeft ? run.isLeft : run.isRight) ? piece.from : 0);
    };
    const auto past = std::ranges::upper_bound(m_pieces, line.value, {}, firstOf);
    if (past == m_pieces.begin())
        return 0;
    const auto &piece = *(past - 1);
    return piece.isFold ? piece.firstRow
                        : piece.firstRow + qBound<qint64>(0, line.value - firstOf(piece), piece.lines - 1);
}

std::optional<size_t> ComparePlan::foldedRun(qint64 row) const
{
    if (row < 0 || row >= m_rows)
        return {};
    const auto &piece = m_pieces[pieceOf(row)];
    return piece.isFold ? std::optional(piece.run) : std::nullopt;
}

} // namespace narscope::ui
