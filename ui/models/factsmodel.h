// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "hydra/types.h"
#include "ui/models/mark.h"
#include "ui/models/roles.h"

#include <QAbstractTableModel>

#include <optional>

namespace narscope::ui {

struct FactCell {
    QString text {};
    QString tip {}; ///< the whole of a shortened text
    Mark mark = Mark::None;
    bool mono = false;
    bool quiet = false;
    bool right = false;

    bool operator==(const FactCell &) const = default;
};

/// A row of a small table.
struct FactRow {
    QString key {}; ///< who the row is over refreshes
    QList<FactCell> cells {};
    std::optional<Subject> subject {}; ///< what it opens and menus act on
    QString copy {}; ///< what «copy» gives

    bool operator==(const FactRow &) const = default;
};
using FactRows = QList<FactRow>;

/// Steps, inputs, outputs and all the other small tables of a detail: rows of words. Updated by difference.
class FactsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum FactRole { SubjectRole = FirstFreeRole, CopyRole };
    explicit FactsModel(QStringList headers, QObject *parent = nullptr);

    void setRows(const FactRows &rows);
    [[nodiscard]] const FactRows &rows() const { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QStringList m_headers {};
    FactRows m_rows {};
};

} // namespace narscope::ui
