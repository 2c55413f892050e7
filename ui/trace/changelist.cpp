// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/changelist.h"

#include "ui/models/mark.h"
#include "ui/models/roles.h"

namespace narscope::ui {

namespace {

using watch::AttributeEffect;

QString wordFor(AttributeEffect effect)
{
    switch (effect) {
    case AttributeEffect::Added:
        return ChangeList::tr("added");
    case AttributeEffect::Changed:
        return ChangeList::tr("changed");
    case AttributeEffect::Removed:
        return ChangeList::tr("removed");
    case AttributeEffect::None:
        break;
    }
    return {};
}

QString wordsFor(watch::PlatformEffect cell)
{
    const auto word = wordFor(cell.effect);
    if (!cell.isRebuilt)
        return word;
    return word.isEmpty() ? ChangeList::tr("rebuilt") : ChangeList::tr("%1, rebuilt").arg(word);
}

enum Column { Attribute, Change, FirstPlatform };

} // namespace

void ChangeList::setTable(watch::ChangeTablePtr table)
{
    if (table == m_table || (table && m_table && *table == *m_table))
        return;
    beginResetModel();
    m_table = std::move(table);
    arrange();
    endResetModel();
}

void ChangeList::setFilter(const QString &text)
{
    if (text == m_filter)
        return;
    beginResetModel();
    m_filter = text;
    arrange();
    endResetModel();
}

void ChangeList::arrange()
{
    m_rows.clear();
    if (!m_table)
        return;
    for (qsizetype row = 0; row < m_table->attributes.size(); ++row) {
        if (m_filter.isEmpty() || m_table->attributes[row].contains(m_filter, Qt::CaseInsensitive))
            m_rows.push_back(int(row));
    }
}

QString ChangeList::attributeAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_table->attributes[m_rows[size_t(row)]] : QString();
}

int ChangeList::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ChangeList::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : FirstPlatform + (m_table ? int(m_table->platforms.size()) : 0);
}

QVariant ChangeList::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const int row = m_rows[size_t(index.row())];
    const auto effect = m_table->effects[size_t(row)];
    if (role == MarkRole && index.column() == Change)
        return int(effect == AttributeEffect::Removed ? Mark::Aborted : Mark::None);
    if (role == QuietRole)
        return index.column() >= FirstPlatform;
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Attribute:
        return m_table->attributes[row];
    case Change:
        return wordFor(effect);
    default:
        return wordsFor(m_table->cell(row, index.column() - FirstPlatform));
    }
}

QVariant ChangeList::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    if (section == Attribute)
        return tr("Attribute");
    if (section == Change)
        return tr("Change");
    const int platform = section - FirstPlatform;
    return m_table && platform < m_table->platforms.size() ? m_table->platforms[platform].platform : QString();
}

} // namespace narscope::ui
