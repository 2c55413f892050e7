// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/changetable.h"

#include <QAbstractTableModel>

namespace narscope::ui {

/// The attributes that a pull request adds, changes or removes, with what happens on each platform. Reads the table as
/// it is, so it costs nothing to show tens of thousands.
class ChangeList : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Null: nothing.
    void setTable(watch::ChangeTablePtr table);
    [[nodiscard]] const watch::ChangeTablePtr &table() const { return m_table; }
    void setFilter(const QString &text);
    [[nodiscard]] QString attributeAt(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void arrange();

    watch::ChangeTablePtr m_table;
    QString m_filter;
    std::vector<int> m_rows; ///< of the table, those that pass
};

} // namespace narscope::ui
