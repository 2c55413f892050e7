// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/checkmodel.h"

#include "ui/models/roles.h"
#include "ui/verify/verdictmark.h"
#include "ui/widgets/flatlist.h"

#include <QTreeView>

namespace narscope::ui {

namespace {

template <typename Items> std::vector<Check> checksIn(const Items &items)
{
    std::vector<Check> checks;
    for (const auto &item : items)
        checks.push_back({.name = word(item.name), .verdict = item.verdict, .detail = item.detail});
    return checks;
}

} // namespace

std::vector<Check> checksOf(const nix::PathReport &report)
{
    return checksIn(report.rungs);
}

std::vector<Check> checksOf(const nix::IsoReport &report)
{
    return checksIn(report.steps);
}

void CheckModel::setChecks(std::vector<Check> checks)
{
    const bool isNew = m_checks.size() != checks.size();
    if (isNew)
        beginResetModel();
    m_checks = std::move(checks);
    if (isNew)
        endResetModel();
    else if (!m_checks.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int CheckModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_checks.size());
}

int CheckModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CheckModel::data(const QModelIndex &index, int role) const
{
    if (index.row() < 0 || index.row() >= rowCount())
        return {};
    const auto &check = m_checks[size_t(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return column == Name ? check.name : column == State ? wordOf(check.verdict) : check.detail;
    case MarkRole:
        return int(column == Name ? markOf(check.verdict) : Mark::None);
    case BoldRole:
        return column == Name;
    case QuietRole:
        return column != Name && check.verdict != nix::Verdict::Holds && check.verdict != nix::Verdict::Fails;
    default:
        return {};
    }
}

QVariant CheckModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Check") : section == State ? tr("Verdict") : tr("What was found");
}

QTreeView *checkList(CheckModel &model)
{
    auto *list = flatList(model, {180, 110});
    list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

} // namespace narscope::ui
