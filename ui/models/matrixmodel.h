// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/joblist.h"

#include <QAbstractTableModel>

namespace narscope::ui {

/// Counts of jobs by kind and system. Which cell is current says what the list below holds: the last line is
/// for all kinds, the column after the word for all systems.
class MatrixModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { KindColumn, AllColumn, FirstSystemColumn };
    using QAbstractTableModel::QAbstractTableModel;

    void setMatrix(const JobMatrix &matrix);
    [[nodiscard]] const JobMatrix &matrix() const { return m_matrix; }
    [[nodiscard]] std::optional<JobKind> kindAt(int row) const;
    [[nodiscard]] QString systemAt(int column) const; ///< empty: all
    [[nodiscard]] QModelIndex cellOf(const std::optional<JobKind> &kind, const QString &system) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] int countAt(int row, int column) const;
    [[nodiscard]] bool isCutAt(int row, int column) const;

    JobMatrix m_matrix;
};

} // namespace narscope::ui
