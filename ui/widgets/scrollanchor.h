// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPersistentModelIndex>

class QAbstractItemView;

namespace narscope::ui {

/// Keeps the rows in view where they are while a model puts rows above them or takes some away. At the very top
/// with nothing selected it lets new rows come into view. Owned by its view; make it after setModel().
class ScrollAnchor : public QObject {
    Q_OBJECT
public:
    explicit ScrollAnchor(QAbstractItemView *view);

private:
    void note();
    void restore();

    QAbstractItemView *m_view;
    QPersistentModelIndex m_row;
    int m_top = 0; ///< px
};

} // namespace narscope::ui
