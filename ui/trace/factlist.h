// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"

#include <QTreeView>

namespace narscope::ui {

/// A filtered table of words whose rows stand in groups: a row with a bold first cell begins one. `FactRow::copy` is
/// the row's page at its server. Enter opens what a row is, `o` its page in the browser.
class FactList : public QTreeView {
    Q_OBJECT
public:
    /// `stretch`: the column that takes what the others leave.
    FactList(const QStringList &headers, const QList<int> &widths, int stretch, QWidget *parent = nullptr);

    void setRows(const FactRows &rows);
    void setFilter(const QString &text);
    /// Only rows with a mark that asks for somebody, and those under way.
    void setOnlyOpen(bool only);
    [[nodiscard]] const FactsModel &facts() const { return m_model; }
    /// Null on a group's line and when there is none.
    [[nodiscard]] const FactRow *current() const;
    void setCurrentKey(const QString &key);
    /// Where nothing is selected: the first row that failed or waits, else the first one. The focus stays where it is.
    void selectTelling();
    /// The next (1) or previous (-1) row that failed or waits.
    void next(int by);

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);
    void currentRowChanged();
    /// Enter on a row that opens nothing.
    void activatedRow();
    void menuRequested(const QPoint &globalPosition);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    bool event(QEvent *event) override;

private:
    void apply();
    void open(const QModelIndex &index);

    FactsModel m_model;
    FactRows m_all;
    QString m_filter;
    bool m_onlyOpen = false;
};

/// What of grouped rows passes a filter: a group stays with all of its rows when its own line has the words, and goes
/// when nothing of it is left.
[[nodiscard]] FactRows filteredGroups(const FactRows &rows, const QString &text, bool onlyOpen);

} // namespace narscope::ui
