// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "ui/widgets/place.h"

#include <QTreeView>

class QMenu;

namespace narscope::ui {

/// A flat list of FactRows as the Overview and the Farm have them: Enter or a double click opens a row's subject, the
/// menu offers what can be done with it, «copy» gives the row's text. How rows are filled in is the heirs' business.
class RowList : public QTreeView {
    Q_OBJECT
public:
    /// `stretched`: the column that takes what the others leave.
    RowList(const QStringList &headers, const QList<int> &widths, int stretched, QWidget *parent = nullptr);

    void setActions(const SubjectActions *actions) { m_actions = actions; }
    [[nodiscard]] FactsModel &facts() { return m_model; }
    [[nodiscard]] const FactsModel &facts() const { return m_model; }
    [[nodiscard]] const FactRow *currentRow() const; ///< null: none is chosen; until the next rows

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    /// The actions of the row's subject; what it can copy comes after them.
    virtual void fillRowMenu(QMenu &menu, const FactRow &row) const;
    [[nodiscard]] const SubjectActions *rowActions() const { return m_actions; }

private:
    FactsModel m_model;
    const SubjectActions *m_actions = nullptr;
};

} // namespace narscope::ui
