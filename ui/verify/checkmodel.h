// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/isocheck.h"

#include <QAbstractTableModel>

class QTreeView;

namespace narscope::ui {

/// One rung of a path's ladder, or one step from an image to its signature.
struct Check {
    QString name;
    nix::Verdict verdict = nix::Verdict::Unchecked;
    QString detail;

    bool operator==(const Check &) const = default;
};
[[nodiscard]] std::vector<Check> checksOf(const nix::PathReport &report);
[[nodiscard]] std::vector<Check> checksOf(const nix::IsoReport &report);

/// Checks in their order: always the same rows, so that filling in moves nothing.
class CheckModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Detail, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setChecks(std::vector<Check> checks);
    [[nodiscard]] const std::vector<Check> &checks() const { return m_checks; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Check> m_checks;
};

/// All of them, without scrolling: its owner gives it the height. The layout it is put into owns it.
[[nodiscard]] QTreeView *checkList(CheckModel &model);

} // namespace narscope::ui
