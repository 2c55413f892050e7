// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/scrollanchor.h"

#include <QAbstractItemView>
#include <QScrollBar>

namespace narscope::ui {

ScrollAnchor::ScrollAnchor(QAbstractItemView *view)
    : QObject(view)
    , m_view(view)
{
    auto *model = view->model();
    // Rows that follow the one at the top cannot move it.
    connect(model, &QAbstractItemModel::rowsAboutToBeInserted, this, &ScrollAnchor::hold);
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this, &ScrollAnchor::hold);
    connect(model, &QAbstractItemModel::layoutAboutToBeChanged, this, &ScrollAnchor::hold);
    connect(model, &QAbstractItemModel::rowsInserted, this, &ScrollAnchor::restore, Qt::QueuedConnection);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &ScrollAnchor::restore, Qt::QueuedConnection);
    connect(model, &QAbstractItemModel::layoutChanged, this, &ScrollAnchor::restore, Qt::QueuedConnection);
}

void ScrollAnchor::hold()
{
    if (m_top.isValid() || m_free)
        return; // a run of a change that has begun
    m_top = m_view->indexAt({1, 1});
    m_offset = m_top.isValid() ? m_view->visualRect(m_top).top() : 0;
}

void ScrollAnchor::restore()
{
    const bool wasFree = std::exchange(m_free, false);
    if (m_top.isValid() && !wasFree) {
        m_view->scrollTo(m_top, QAbstractItemView::PositionAtTop);
        if (m_view->verticalScrollMode() == QAbstractItemView::ScrollPerPixel)
            m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->value() - m_offset);
    }
    m_top = QPersistentModelIndex();
}

} // namespace narscope::ui
