// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "ui/widgets/place.h"

#include <QTreeView>

namespace narscope::ui {

/// One of the farm's lists: rows by identity, sorted by a click on a header (a third click gives the list's
/// own order back), a context menu of what can be done with a row. Selection and scroll position survive new
/// rows.
class FarmList : public QTreeView {
    Q_OBJECT
public:
    FarmList(const QStringList &headers, const QList<int> &widths, int stretched, QWidget *parent = nullptr);

    /// In the list's own order.
    void setRows(const FactRows &rows);
    void setActions(const SubjectActions *actions) { m_actions = actions; }
    void setFilter(const QString &text);
    [[nodiscard]] FactsModel &facts() { return m_model; }
    [[nodiscard]] QString currentKey() const; ///< empty: no row is chosen
    /// False when there is no such row.
    bool choose(const QString &key);
    void chooseNothing();
    [[nodiscard]] std::optional<Subject> pointedAt() const;
    /// What the row's «copy» gives.
    [[nodiscard]] QString currentCopy() const;
    /// As high as its rows, at most so many.
    void fitHeight(int mostRows);
    /// Other subjects of the row, for its menu.
    void setMoreSubjects(std::function<QList<Subject>(const QString &key)> more) { m_more = std::move(more); }

Q_SIGNALS:
    void chosen(const QString &key);
    void openRequested(const narscope::Subject &subject);
    void entered(const QString &key); ///< Enter or a double click

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void show();
    void sortBy(int column);

    FactsModel m_model;
    FactRows m_rows; ///< all, in their own order
    QString m_filter;
    QString m_chosen; ///< by key, over refreshes
    int m_sorted = -1;
    bool m_descending = false;
    const SubjectActions *m_actions = nullptr;
    std::function<QList<Subject>(const QString &key)> m_more;
};

} // namespace narscope::ui
