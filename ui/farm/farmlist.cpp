// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/farm/farmlist.h"

#include "ui/widgets/actions.h"
#include "ui/widgets/scrollanchor.h"
#include "ui/widgets/style.h"

#include <QHeaderView>
#include <QMenu>

namespace narscope::ui {

FarmList::FarmList(const QStringList &headers, const QList<int> &widths, int stretched, QWidget *parent)
    : RowList(headers, widths, stretched, parent)
{
    header()->setSectionsClickable(true);
    new ScrollAnchor(this);
    connect(header(), &QHeaderView::sectionClicked, this, &FarmList::sortBy);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        const auto key = currentKey();
        if (signalsBlocked() || key.isEmpty())
            return;
        m_chosen = key;
        Q_EMIT chosen(key);
    });
    connect(this, &QTreeView::activated, this,
        [this](const QModelIndex &index) { Q_EMIT rowActivated(facts().rows().value(index.row()).key); });
}

void FarmList::setRows(const FactRows &rows)
{
    m_rows = rows;
    show();
}

void FarmList::setFilter(const QString &text)
{
    m_filter = text;
    show();
}

void FarmList::show()
{
    auto rows = m_rows;
    filterRows(rows, m_filter);
    if (m_sorted >= 0)
        sortRows(rows, m_sorted, m_descending);
    if (rows == facts().rows())
        return;
    const auto wanted = m_chosen;
    const QSignalBlocker quiet(this); // a row that goes hands its selection to its neighbour
    facts().setRows(rows);
    if (currentKey() == wanted)
        return;
    setAutoScroll(false);
    if (wanted.isEmpty() || !choose(wanted))
        clearSelection();
    setAutoScroll(true);
    m_chosen = wanted; // also while a filter hides it
}

void FarmList::sortBy(int column)
{
    const bool isNumber = !m_rows.isEmpty() && m_rows.first().cells.value(column).order.has_value();
    const bool first = isNumber; // most first; words from A
    if (m_sorted != column) {
        m_sorted = column;
        m_descending = first;
    } else if (m_descending == first) {
        m_descending = !first;
    } else {
        m_sorted = -1;
    }
    header()->setSortIndicatorShown(m_sorted >= 0);
    if (m_sorted >= 0)
        header()->setSortIndicator(m_sorted, m_descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    show();
}

QString FarmList::currentKey() const
{
    const auto rows = selectionModel()->selectedRows();
    return rows.isEmpty() ? QString() : facts().rows().value(rows.first().row()).key;
}

bool FarmList::choose(const QString &key)
{
    for (int row = 0; row < facts().rowCount(); ++row) {
        if (facts().rows()[row].key == key) {
            m_chosen = key;
            setCurrentIndex(facts().index(row, 0));
            return true;
        }
    }
    return false;
}

void FarmList::chooseNothing()
{
    m_chosen.clear();
    clearSelection();
    setCurrentIndex({});
}

std::optional<Subject> FarmList::pointedAt() const
{
    const auto *row = currentRow();
    return row ? row->subject : std::nullopt;
}

void FarmList::fitHeight(int mostRows)
{
    const int rows = std::clamp(facts().rowCount(), 1, mostRows);
    setFixedHeight(metric::headerRow + rows * rowHeightOf(this));
}

void FarmList::fillRowMenu(QMenu &menu, const FactRow &row) const
{
    RowList::fillRowMenu(menu, row);
    if (!m_more || !rowActions())
        return;
    const auto others = m_more(row.key);
    for (const auto &subject : others) {
        menu.addSection(subject.text());
        fillMenu(menu, *rowActions(), subject);
    }
}

} // namespace narscope::ui
