// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/scrollanchor.h"

#include <QAbstractItemView>
#include <QScrollBar>

namespace narscope::ui {

ScrollAnchor::ScrollAnchor(QAbstractItemView *view)
    : QObject(view)
    , m_view(view)
{
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    const auto *model = view->model();
    connect(model, &QAbstractItemModel::rowsAboutToBeInserted, this, &ScrollAnchor::note);
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this, &ScrollAnchor::note);
    connect(model, &QAbstractItemModel::layoutAboutToBeChanged, this, &ScrollAnchor::note);
    connect(model, &QAbstractItemModel::rowsInserted, this, &ScrollAnchor::restore);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &ScrollAnchor::restore);
    connect(model, &QAbstractItemModel::layoutChanged, this, &ScrollAnchor::restore);
}

void ScrollAnchor::note()
{
    const auto current = m_view->currentIndex();
    const auto height = m_view->viewport()->height();
    const auto inView = [this, height](const QModelIndex &index) {
        const auto box = m_view->visualRect(index);
        return box.isValid() && box.bottom() >= 0 && box.top() < height;
    };
    // What is selected is what a person looks at; else the topmost row.
    if (current.isValid() && m_view->selectionModel()->isSelected(current) && inView(current))
        m_row = current.siblingAtColumn(0);
    else if (m_view->verticalScrollBar()->value() > 0)
        m_row = m_view->indexAt(QPoint(0, 0)).siblingAtColumn(0);
    else
        m_row = QPersistentModelIndex();
    m_top = m_row.isValid() ? m_view->visualRect(m_row).top() : 0;
}

void ScrollAnchor::restore()
{
    if (!m_row.isValid())
        return;
    auto *bar = m_view->verticalScrollBar();
    const int moved = m_view->visualRect(m_row).top() - m_top; // also makes the view lay out what is pending
    bar->setValue(bar->value() + moved);
    m_row = QPersistentModelIndex();
}

} // namespace narscope::ui
