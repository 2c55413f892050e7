// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/flatlist.h"

#include "ui/widgets/rowdelegate.h"

#include <QHeaderView>
#include <QTreeView>

namespace narscope::ui {

void makeFlat(QTreeView &list, QAbstractItemModel &model, const QList<int> &widths)
{
    list.setModel(&model);
    list.setItemDelegate(new RowDelegate(&list));
    list.setRootIsDecorated(false);
    list.setUniformRowHeights(true);
    list.setAllColumnsShowFocus(true);
    list.setFrameShape(QFrame::NoFrame);
    list.setEditTriggers(QAbstractItemView::NoEditTriggers);
    list.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (int column = 0; column < widths.size(); ++column)
        list.header()->resizeSection(column, widths[column]);
}

QTreeView *flatList(QAbstractItemModel &model, const QList<int> &widths)
{
    auto *list = new QTreeView;
    makeFlat(*list, model, widths);
    return list;
}

} // namespace narscope::ui
