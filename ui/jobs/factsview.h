// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "ui/widgets/place.h"

#include <QTableView>

namespace narscope::ui {

/// A table without grid, boxes and numbers of rows, one line of words a row.
void makePlain(QTableView &table);
/// The style's row height, if it has changed: setting it walks over all rows.
void fitRowHeight(QTableView &table);

/// A small table as high as its rows, up to a limit; from there on it scrolls.
class FactsView : public QTableView {
    Q_OBJECT
public:
    /// `stretch`: the column that takes what the others leave.
    FactsView(const QStringList &headers, int stretch, QWidget *parent = nullptr);

    void setRows(const FactRows &rows);
    void setActions(const SubjectActions *actions) { m_actions = actions; }
    void setMaxRows(int rows);
    [[nodiscard]] std::optional<Subject> pointedAt() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fitColumns();
    void open(const QModelIndex &index);

    FactsModel m_model;
    const SubjectActions *m_actions = nullptr;
    int m_stretch;
    int m_maxRows = 12;
};

} // namespace narscope::ui
