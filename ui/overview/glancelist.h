// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/rowlist.h"

namespace narscope::ui {

/// A list of the Overview: as high as its rows, so that the page scrolls and not the list.
class GlanceList : public RowList {
    Q_OBJECT
public:
    GlanceList(const QStringList &headers, const QList<int> &widths, int stretched, QWidget *parent = nullptr);

    void setRows(const FactRows &rows);
    void choose(int row);

protected:
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    /// What the wheel would scroll is the page.
    void wheelEvent(QWheelEvent *event) override;

private:
    void fitHeight();
};

/// The channels: what a verdict rests on stands below its row over all columns; the last column is a strip of
/// days.
class ChannelList : public GlanceList {
    Q_OBJECT
public:
    explicit ChannelList(QWidget *parent = nullptr);
    void setChannelRows(const FactRows &rows);
    /// Columns leave in the order Release, Moved when it is narrow.
    void fitColumns(int width);

protected:
    /// What can be done with the channel, and with what decides about it.
    void fillRowMenu(QMenu &menu, const FactRow &row) const override;
};

} // namespace narscope::ui
