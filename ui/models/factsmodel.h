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
    QString text{};
    QString tip{}; ///< the whole of a shortened text
    Mark mark = Mark::None;
    bool mono = false;
    bool quiet = false;
    bool right = false;
    bool bold = false;
    QList<double> graph{}; ///< see GraphRole
    bool isRate = false;
    std::optional<double> meter{}; ///< 0 to 1
    std::optional<double> order{}; ///< sorts by this, not by the text

    bool operator==(const FactCell &) const = default;
};

/// A row of a small table.
struct FactRow {
    QString key{}; ///< who the row is over refreshes
    QList<FactCell> cells{};
    std::optional<Subject> subject{}; ///< what it opens and menus act on
    QString copy{}; ///< what «copy» gives
    std::optional<bool> unseen{}; ///< in the first column, with room for the bar when it is told

    bool operator==(const FactRow &) const = default;
};
using FactRows = QList<FactRow>;

/// By a column, rows that are equal there staying as they are.
void sortRows(FactRows &rows, int column, bool descending);
/// Keeps the rows with the words in any cell; case does not matter.
void filterRows(FactRows &rows, const QString &text);

/// Steps, inputs, outputs and all the other small tables: rows of words and small graphics. Updated by difference.
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
    QStringList m_headers{};
    FactRows m_rows{};
};

} // namespace narscope::ui
