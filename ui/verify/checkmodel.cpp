// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/rungmodel.h"

#include "ui/models/roles.h"
#include "ui/verify/verdictmark.h"

namespace narscope::ui {

void RungModel::setReport(const nix::PathReport &report)
{
    const bool isNew = m_rungs.size() != report.rungs.size();
    if (isNew)
        beginResetModel();
    m_rungs = report.rungs;
    if (isNew)
        endResetModel();
    else if (!m_rungs.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

const nix::Rung *RungModel::rungAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rungs[size_t(row)] : nullptr;
}

int RungModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rungs.size());
}

int RungModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RungModel::data(const QModelIndex &index, int role) const
{
    const auto *rung = rungAt(index.row());
    if (!rung)
        return {};
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return column == Name ? word(rung->name) : column == State ? wordOf(rung->verdict) : rung->detail;
    case MarkRole: return int(column == Name ? markOf(rung->verdict) : Mark::None);
    case BoldRole: return column == Name;
    case QuietRole: return column != Name && rung->verdict != nix::Verdict::Holds && rung->verdict != nix::Verdict::Fails;
    default: return {};
    }
}

QVariant RungModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Rung") : section == State ? tr("Verdict") : tr("What was found");
}

} // namespace narscope::ui
