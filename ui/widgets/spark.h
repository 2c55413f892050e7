// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/rowdelegate.h"

namespace narscope::ui {

/// A stock over time: bars of 3 + 1 px from zero on their own scale, the last one in the colour of text.
/// Negative: nothing.
void paintBars(QPainter &painter, const QRect &box, const QList<double> &values, const Look &look);
/// A rate over time: a line of steps, 4 px each, over a base line. Negative: a gap.
void paintRate(QPainter &painter, const QRect &box, const QList<double> &values, const Look &look);
/// A bar of 6 px, filled to the share (0 to 1).
void paintMeter(QPainter &painter, const QRect &box, double share, const Look &look);

/// RowDelegate that also paints the graphics and meters of ui/models/roles.h.
class SparkDelegate : public RowDelegate {
    Q_OBJECT
public:
    using RowDelegate::RowDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace narscope::ui
