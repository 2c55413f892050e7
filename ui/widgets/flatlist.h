// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

class QAbstractItemModel;
class QTreeView;

namespace narscope::ui {

/// A list of rows as all places have it: no tree, no frame, one height, painted by RowDelegate. `widths` are
/// those of the first columns in px; the last column takes what is left. The caller owns it.
void makeFlat(QTreeView &list, QAbstractItemModel &model, const QList<int> &widths);
[[nodiscard]] QTreeView *flatList(QAbstractItemModel &model, const QList<int> &widths);

} // namespace narscope::ui
