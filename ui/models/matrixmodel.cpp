// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/matrixmodel.h"

#include "base/format.h"
#include "ui/models/roles.h"

#include <algorithm>

namespace narscope::ui {

namespace {

std::vector<JobKind> kindsOf(const JobMatrix &matrix)
{
    std::vector<JobKind> kinds;
    for (const auto &line : matrix.lines)
        kinds.push_back(line.kind);
    return kinds;
}

} // namespace

void MatrixModel::setMatrix(const JobMatrix &matrix)
{
    if (matrix == m_matrix)
        return;
    if (matrix.systems != m_matrix.systems) {
        beginResetModel(); // other columns: another table
        m_matrix = matrix;
        endResetModel();
        return;
    }
    const auto before = kindsOf(m_matrix), after = kindsOf(matrix);
    std::vector<int> before2, after2;
    for (const auto kind : before)
        before2.push_back(int(kind));
    for (const auto kind : after)
        after2.push_back(int(kind));
    const auto diff = diffOf(before2, after2);
    for (auto run = diff.removed.rbegin(); run != diff.removed.rend(); ++run) {
        beginRemoveRows({}, run->first, run->last);
        m_matrix.lines.remove(run->first, run->count());
        endRemoveRows();
    }
    for (const auto &run : diff.inserted) {
        beginInsertRows({}, run.first, run.last);
        for (int i = run.first; i <= run.last; ++i)
            m_matrix.lines.insert(i, matrix.lines[i]);
        endInsertRows();
    }
    m_matrix = matrix;
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

std::optional<JobKind> MatrixModel::kindAt(int row) const
{
    return row >= 0 && row < m_matrix.lines.size() ? std::optional(m_matrix.lines[row].kind) : std::nullopt;
}

QString MatrixModel::systemAt(int column) const
{
    return m_matrix.systems.value(column - FirstSystemColumn);
}

QModelIndex MatrixModel::cellOf(const std::optional<JobKind> &kind, const QString &system) const
{
    const auto line = std::ranges::find_if(m_matrix.lines, [&](const auto &l) { return kind == l.kind; });
    const auto column = system.isEmpty() ? qsizetype(AllColumn) : m_matrix.systems.indexOf(system) + FirstSystemColumn;
    return column < AllColumn ? QModelIndex() : index(int(line - m_matrix.lines.begin()), int(column));
}

int MatrixModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || m_matrix.total + m_matrix.lines.size() == 0 ? 0 : int(m_matrix.lines.size()) + 1;
}

int MatrixModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_matrix.systems.size()) + FirstSystemColumn;
}

int MatrixModel::countAt(int row, int column) const
{
    if (row < m_matrix.lines.size()) {
        const auto &line = m_matrix.lines[row];
        return column == AllColumn ? line.total : line.bySystem.value(column - FirstSystemColumn);
    }
    if (column == AllColumn)
        return m_matrix.total;
    int sum = 0;
    for (const auto &line : m_matrix.lines)
        sum += line.kind == JobKind::Removed ? 0 : line.bySystem.value(column - FirstSystemColumn);
    return sum;
}

bool MatrixModel::isCutAt(int row, int column) const
{
    if (column < FirstSystemColumn)
        return false;
    if (row < m_matrix.lines.size())
        return m_matrix.lines[row].cut;
    return std::ranges::any_of(m_matrix.lines, &JobMatrix::Line::cut);
}

QVariant MatrixModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const auto kind = kindAt(index.row());
    if (index.column() == KindColumn) {
        if (role == Qt::DisplayRole)
            return kind ? word(*kind) : tr("All jobs");
        return role == MarkRole ? QVariant(int(kind ? markOf(*kind) : Mark::None)) : QVariant();
    }
    const bool cut = isCutAt(index.row(), index.column());
    if (role == Qt::DisplayRole) // a count of some of the rows is no count of the system's jobs
        return cut ? tr("–") : formatCount(countAt(index.row(), index.column()));
    if (role == Qt::ToolTipRole && cut)
        return tr("Hydra lists 250 jobs of a kind here. Load all jobs to count by system.");
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    return role == QuietRole ? QVariant(cut || countAt(index.row(), index.column()) == 0) : QVariant();
}

QVariant MatrixModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == KindColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (section == KindColumn)
        return tr("Jobs");
    return section == AllColumn ? tr("All systems") : systemAt(section);
}

} // namespace narscope::ui
