// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "history/values.h"

#include <QAbstractTableModel>

namespace narscope::ui {

/// Results of earlier runs, newest first, as the history keeps them.
class KeptModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Path, State, When, ColumnCount };
    explicit KeptModel(Clock &clock, QObject *parent = nullptr);

    void setKept(QList<history::Verification> kept);
    [[nodiscard]] const history::Verification *keptAt(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Clock &m_clock;
    QList<history::Verification> m_kept;
};

} // namespace narscope::ui
