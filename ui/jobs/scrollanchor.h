// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPersistentModelIndex>

class QAbstractItemView;

namespace narscope::ui {

/// Keeps the row at the top of a view where it is while rows come, go or change places above it. Lives with
/// the view, whose model must be set and stay.
class ScrollAnchor : public QObject {
    Q_OBJECT
public:
    explicit ScrollAnchor(QAbstractItemView *view);

    /// The next change begins a new list: it is shown from its start.
    void letGo() { m_free = true; }

private:
    void hold();
    void restore();

    QAbstractItemView *m_view;
    QPersistentModelIndex m_top;
    int m_offset = 0; ///< px of the row above the edge
    bool m_free = false;
};

} // namespace narscope::ui
