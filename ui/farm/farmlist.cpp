// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/farm/farmlist.h"

#include "ui/widgets/actions.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/scrollanchor.h"
#include "ui/widgets/spark.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>

namespace narscope::ui {

FarmList::FarmList(const QStringList &headers, const QList<int> &widths, int stretched, QWidget *parent)
    : QTreeView(parent)
    , m_model(headers)
{
    makeFlat(*this, m_model, widths);
    setItemDelegate(new SparkDelegate(this));
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(stretched, QHeaderView::Stretch);
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
    connect(this, &QTreeView::activated, this, [this](const QModelIndex &index) {
        Q_EMIT entered(m_model.rows().value(index.row()).key);
        if (const auto subject = pointedAt())
            Q_EMIT openRequested(*subject);
    });
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
    if (rows == m_model.rows())
        return;
    const auto wanted = m_chosen;
    const QSignalBlocker quiet(this); // a row that goes hands its selection to its neighbour
    m_model.setRows(rows);
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
    return rows.isEmpty() ? QString() : m_model.rows().value(rows.first().row()).key;
}

bool FarmList::choose(const QString &key)
{
    for (int row = 0; row < m_model.rowCount(); ++row) {
        if (m_model.rows()[row].key == key) {
            m_chosen = key;
            setCurrentIndex(m_model.index(row, 0));
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
    const auto index = currentIndex();
    return index.isValid() ? m_model.rows().value(index.row()).subject : std::nullopt;
}

QString FarmList::currentCopy() const
{
    const auto index = currentIndex();
    return index.isValid() ? m_model.rows().value(index.row()).copy : QString();
}

void FarmList::fitHeight(int mostRows)
{
    const int rows = std::clamp(int(m_model.rowCount()), 1, mostRows);
    setFixedHeight(metric::headerRow + rows * rowHeightOf(this));
}

void FarmList::contextMenuEvent(QContextMenuEvent *event)
{
    const auto index = indexAt(viewport()->mapFromGlobal(event->globalPos()));
    if (!index.isValid())
        return;
    const auto &row = m_model.rows().at(index.row());
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (row.subject && m_actions)
        fillMenu(*menu, *m_actions, *row.subject);
    for (const auto &subject : m_more &&m_actions ? m_more(row.key) : QList<Subject>{}) {
        menu->addSection(subject.text());
        fillMenu(*menu, *m_actions, subject);
    }
    if (!row.copy.isEmpty())
        menu->addAction(tr("Copy text"), this, [text = row.copy] { QGuiApplication::clipboard()->setText(text); });
    menu->popup(event->globalPos());
}

void FarmList::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(currentCopy());
    else
        QTreeView::keyPressEvent(event);
}

} // namespace narscope::ui
