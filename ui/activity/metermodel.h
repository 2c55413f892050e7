// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/ledger.h"

#include <QAbstractTableModel>

namespace narscope::ui {

/// One row a server: how it is asked and how it fares.
class MeterModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Server, State, LastGood, Rate, Allowed, Hour, Waiting, ColumnCount };
    MeterModel(Clock &clock, QObject *parent = nullptr);

    void take(const QList<net::ServerMeter> &meters);
    void tick(); ///< ages and count-downs moved on
    [[nodiscard]] QString serverAt(int row) const; ///< empty: no such row

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString textOf(const net::ServerMeter &meter, int column) const;
    [[nodiscard]] QString stateOf(const net::ServerMeter &meter) const;

    Clock &m_clock;
    QList<net::ServerMeter> m_meters;
};

} // namespace narscope::ui
