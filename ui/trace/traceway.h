// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/rowdelegate.h"

namespace narscope::ui {

inline constexpr int wayStep = 26; ///< px between two lanes
inline constexpr int wayLeft = 18; ///< px to the middle of the first

/// The rows of the list of traces: lines of groups on their own ground, and of each trace its way in six
/// stops.
class TraceRowDelegate : public RowDelegate {
    Q_OBJECT
public:
    using RowDelegate::RowDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintWay(QPainter &painter, const QStyleOptionViewItem &option, const QList<int> &lanes) const;
};

} // namespace narscope::ui
