// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/factsmodel.h"

#include "ui/models/listdiff.h"

#include <algorithm>

namespace narscope::ui {

namespace {

std::vector<QString> keysOf(const FactRows &rows)
{
    std::vector<QString> keys;
    for (const auto &row : rows)
        keys.push_back(row.key);
    return keys;
}

/// Numbers before words, words as a person orders them.
bool isBefore(const FactCell &a, const FactCell &b)
{
    if (a.order || b.order)
        return a.order && (!b.order || *a.order < *b.order);
    return a.text.compare(b.text, Qt::CaseInsensitive) < 0;
}

} // namespace

void sortRows(FactRows &rows, int column, bool descending)
{
    std::ranges::stable_sort(rows, [=](const FactRow &a, const FactRow &b) {
        const auto first = a.cells.value(column);
        const auto second = b.cells.value(column);
        return descending ? isBefore(second, first) : isBefore(first, second);
    });
}

void filterRows(FactRows &rows, const QString &text)
{
    if (text.isEmpty())
        return;
    rows.removeIf([&](const FactRow &row) {
        return std::ranges::none_of(
            row.cells, [&](const FactCell &cell) { return cell.text.contains(text, Qt::CaseInsensitive); });
    });
}

FactsModel::FactsModel(QStringList headers, QObject *parent)
    : QAbstractTableModel(parent)
    , m_headers(std::move(headers))
{
}

void FactsModel::setRows(const FactRows &rows)
{
    auto diff = diffOf(keysOf(m_rows), keysOf(rows));
    if (diff.moved)
        diff = withoutMoves(diff, int(rows.size()));
    for (auto run = diff.removed.rbegin(); run != diff.removed.rend(); ++run) {
        beginRemoveRows({}, run->first, run->last);
        m_rows.remove(run->first, run->count());
        endRemoveRows();
    }
    for (const auto &run : diff.inserted) {
        beginInsertRows({}, run.first, run.last);
        for (int i = run.first; i <= run.last; ++i)
            m_rows.insert(i, rows[i]);
        endInsertRows();
    }
    std::vector<int> changed;
    for (int i = 0; i < int(rows.size()); ++i) {
        if (m_rows[i] != rows[i])
            changed.push_back(i);
    }
    m_rows = rows;
    for (const auto &run : joined(changed))
        Q_EMIT dataChanged(index(run.first, 0), index(run.last, columnCount() - 1));
}

int FactsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int FactsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_headers.size());
}

QVariant FactsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const auto &row = m_rows[index.row()];
    const auto cell = row.cells.value(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case Qt::ToolTipRole:
        return cell.tip;
    case Qt::TextAlignmentRole:
        return cell.right ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case MarkRole:
        return int(cell.mark);
    case MonoRole:
        return cell.mono;
    case QuietRole:
        return cell.quiet;
    case BoldRole:
        return cell.bold;
    case GraphRole:
        return cell.graph.isEmpty() ? QVariant() : QVariant::fromValue(cell.graph);
    case RateRole:
        return cell.isRate;
    case MeterRole:
        return cell.meter ? QVariant(*cell.meter) : QVariant();
    case UnseenRole:
        return index.column() == 0 && row.unseen ? QVariant(*row.unseen) : QVariant();
    case SubjectRole:
        return row.subject ? QVariant::fromValue(*row.subject) : QVariant();
    case CopyRole:
        return row.copy;
    default:
        return {};
    }
}

QVariant FactsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) { // as the numbers or words below
        const bool right = !m_rows.isEmpty() && m_rows.first().cells.value(section).right;
        return int((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    return role == Qt::DisplayRole ? QVariant(m_headers.value(section)) : QVariant();
}

} // namespace narscope::ui
