// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/ladder.h"

#include <QAbstractTableModel>

namespace narscope::ui {

/// The ladder of one path: always the same rows, so that filling in moves nothing.
class RungModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Detail, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setReport(const nix::PathReport &report);
    [[nodiscard]] const nix::Rung *rungAt(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<nix::Rung> m_rungs;
};

} // namespace narscope::ui
