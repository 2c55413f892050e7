// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/look.h"

#include <QStyledItemDelegate>

namespace narscope::ui {

/// Paints a cell from the roles of ui/models/roles.h: unseen bar, mark, text, grey words after it. Text is
/// always plain. A cell whose text does not fit shows all of it on hover, unless the model has a tool tip.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
        const QModelIndex &index) override;

protected:
    /// The rectangle left for the text after bar and mark.
    [[nodiscard]] QRect textBox(const QStyleOptionViewItem &option, const QModelIndex &index) const;
    /// The ground of the row: selection or nothing.
    void paintGround(QPainter &painter, const QStyleOptionViewItem &option) const;
};

/// The colour that paintGround leaves under the cell, for the holes of marks.
[[nodiscard]] QColor groundOf(const QStyleOptionViewItem &option);

} // namespace narscope::ui
