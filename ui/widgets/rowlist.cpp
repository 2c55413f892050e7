// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/rowlist.h"

#include "ui/widgets/actions.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/spark.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>

namespace narscope::ui {

RowList::RowList(const QStringList &headers, const QList<int> &widths, int stretched, QWidget *parent)
    : QTreeView(parent)
    , m_model(headers)
{
    makeFlat(*this, m_model, widths);
    setItemDelegate(new SparkDelegate(this));
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(stretched, QHeaderView::Stretch);
    connect(this, &QTreeView::activated, this, [this] {
        if (const auto *row = currentRow(); row && row->subject)
            Q_EMIT openRequested(*row->subject);
    });
}

const FactRow *RowList::currentRow() const
{
    const auto index = currentIndex();
    return index.isValid() && index.row() < m_model.rows().size() ? &m_model.rows()[index.row()] : nullptr;
}

void RowList::fillRowMenu(QMenu &menu, const FactRow &row) const
{
    if (row.subject && m_actions)
        fillMenu(menu, *m_actions, *row.subject);
}

void RowList::contextMenuEvent(QContextMenuEvent *event)
{
    const auto index = indexAt(viewport()->mapFromGlobal(event->globalPos()));
    if (!index.isValid())
        return;
    const auto &row = m_model.rows().at(index.row());
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillRowMenu(*menu, row);
    if (!row.copy.isEmpty())
        menu->addAction(tr("Copy text"), this, [text = row.copy] { QGuiApplication::clipboard()->setText(text); });
    menu->popup(event->globalPos());
}

void RowList::keyPressEvent(QKeyEvent *event)
{
    const auto *row = currentRow();
    if (event->matches(QKeySequence::Copy) && row)
        QGuiApplication::clipboard()->setText(row->copy);
    else
        QTreeView::keyPressEvent(event);
}

} // namespace narscope::ui
