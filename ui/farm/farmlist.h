// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/rowlist.h"

namespace narscope::ui {

/// One of the farm's lists: rows by identity, sorted by a click on a header (a third click gives the list's
/// own order back). Selection and scroll position survive new rows.
class FarmList : public RowList {
    Q_OBJECT
public:
    FarmList(const QStringList &headers, const QList<int> &widths, int stretched, QWidget *parent = nullptr);

    /// In the list's own order.
    void setRows(const FactRows &rows);
    void setFilter(const QString &text);
    [[nodiscard]] QString currentKey() const; ///< empty: no row is chosen
    /// False when there is no such row.
    bool choose(const QString &key);
    void chooseNothing();
    [[nodiscard]] std::optional<Subject> pointedAt() const;
    /// As high as its rows, at most so many.
    void fitHeight(int mostRows);
    /// Other subjects of the row, for its menu.
    void setMoreSubjects(std::function<QList<Subject>(const QString &key)> more) { m_more = std::move(more); }

Q_SIGNALS:
    void chosen(const QString &key);
    void rowActivated(const QString &key); ///< Enter or a double click

protected:
    void fillRowMenu(QMenu &menu, const FactRow &row) const override;

private:
    void show();
    void sortBy(int column);

    FactRows m_rows; ///< all, in their own order
    QString m_filter;
    QString m_chosen; ///< by key, over refreshes
    int m_sorted = -1;
    bool m_descending = false;
    std::function<QList<Subject>(const QString &key)> m_more;
};

} // namespace narscope::ui
