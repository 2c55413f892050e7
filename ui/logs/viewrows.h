// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/align.h"
#include "log/repeats.h"
#include "log/search.h"

#include <map>

namespace narscope::ui {

/// What one row of a log's view shows.
struct ViewRow {
    enum class Kind : quint8 {
        Line,
        Moved, ///< beside a line that is not the same, though both logs have it
        Changed, ///< beside a line that differs in some words
        Own, ///< only this log has it
        Missing, ///< only the other log has it: nothing stands here
        Fold, ///< lines that are not shown
    };
    Kind kind = Kind::Line;
    log::Line line; ///< of Missing the one that comes next, of Fold the first one
    qint64 hidden = 0; ///< lines folded into this row: behind the line, or instead of it for Fold
    QString label = {}; ///< of Fold
    bool isApart = false; ///< lines between this row and the one above are not shown

    bool operator==(const ViewRow &) const = default;
    [[nodiscard]] bool hasLine() const { return kind != Kind::Missing && kind != Kind::Fold; }
};

/// Which rows a view shows. Immutable.
class ViewRows {
public:
    ViewRows() = default;
    ViewRows(const ViewRows &) = delete;
    ViewRows &operator=(const ViewRows &) = delete;
    virtual ~ViewRows() = default;

    [[nodiscard]] virtual qint64 count() const = 0;
    [[nodiscard]] virtual ViewRow at(qint64 row) const = 0; ///< row < count()
    /// The row that shows the line, or that hides it.
    [[nodiscard]] virtual qint64 rowOf(log::Line line) const = 0;
};

/// Lines of which some hide what comes behind them.
class FoldedRows final : public ViewRows {
public:
    /// `folds`: line to how many lines behind it are hidden. Folds inside a fold have no effect. `lines`: of the log.
    FoldedRows(const std::map<qint64, qint64> &folds, qint64 lines);

    [[nodiscard]] qint64 count() const override
    {
        return m_lines - (m_folds.empty() ? 0 : m_folds.back().hiddenBefore + m_folds.back().hidden);
    }
    [[nodiscard]] ViewRow at(qint64 row) const override;
    [[nodiscard]] qint64 rowOf(log::Line line) const override;

private:
    struct Fold {
        qint64 head = 0;
        qint64 hidden = 0;
        qint64 hiddenBefore = 0;
    };
    std::vector<Fold> m_folds;
    qint64 m_lines;
};

/// The lines that were found, each with some around it.
class MatchRows final : public ViewRows {
public:
    /// `lines`: of the log. Not for the GUI thread.
    MatchRows(const log::Findings &found, qint64 around, qint64 lines);

    /// False: they lie in so many pieces that those take too much memory; then there are no rows.
    [[nodiscard]] bool isWhole() const { return m_isWhole; }
    [[nodiscard]] qint64 count() const override
    {
        return m_pieces.empty() ? 0 : m_pieces.back().firstRow + m_pieces.back().lines;
    }
    [[nodiscard]] ViewRow at(qint64 row) const override;
    [[nodiscard]] qint64 rowOf(log::Line line) const override;
    /// The lines from `first` to `last` that are shown: first and last of each piece.
    [[nodiscard]] std::vector<std::pair<log::Line, log::Line>> piecesIn(log::Line first, log::Line last) const;

private:
    struct Piece {
        qint64 firstRow = 0;
        qint64 firstLine = 0;
        qint64 lines = 0;
    };
    std::vector<Piece> m_pieces;
    bool m_isWhole = true;
};

/// The rows of two logs side by side, shared by both sides.
class ComparePlan {
public:
    enum class Shows { All, Differences };
    /// Equal lines further than a few from a difference are folded, but those whose run is in `unfolded`.
    ComparePlan(log::Alignment alignment, Shows shows, std::vector<size_t> unfolded = {});

    [[nodiscard]] const log::Alignment &alignment() const { return m_alignment; }
    [[nodiscard]] qint64 count() const { return m_rows; }
    [[nodiscard]] ViewRow at(qint64 row, bool isLeft) const;
    [[nodiscard]] qint64 rowOf(log::Line line, bool isLeft) const;
    /// The run that the row folds, if it does.
    [[nodiscard]] std::optional<size_t> foldedRun(qint64 row) const;
    /// Rows where a difference begins, ascending: runs of differences that touch are one.
    [[nodiscard]] const std::vector<qint64> &differences() const { return m_differences; }

private:
    struct Piece {
        qint64 firstRow = 0;
        size_t run = 0;
        qint64 from = 0; ///< lines of the run before it
        qint64 lines = 0;
        bool isFold = false;
    };
    void add(size_t run, qint64 from, qint64 lines, bool isFold);
    [[nodiscard]] size_t pieceOf(qint64 row) const;
    [[nodiscard]] QString labelOf(const Piece &piece) const;

    log::Alignment m_alignment;
    std::vector<Piece> m_pieces;
    std::vector<qint64> m_differences;
    qint64 m_rows = 0;
};

/// One side of a plan.
class ComparedRows final : public ViewRows {
public:
    ComparedRows(std::shared_ptr<const ComparePlan> plan, bool isLeft)
        : m_plan(std::move(plan))
        , m_isLeft(isLeft)
    {
    }
    [[nodiscard]] qint64 count() const override { return m_plan->count(); }
    [[nodiscard]] ViewRow at(qint64 row) const override { return m_plan->at(row, m_isLeft); }
    [[nodiscard]] qint64 rowOf(log::Line line) const override { return m_plan->rowOf(line, m_isLeft); }

private:
    std::shared_ptr<const ComparePlan> m_plan;
    bool m_isLeft;
};

} // namespace narscope::ui
