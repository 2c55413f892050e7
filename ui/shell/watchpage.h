// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "watch/noticesource.h"

#include <QWidget>

#include <functional>

class QLineEdit;
class QPushButton;
class QTableWidget;
class QTableWidgetItem;

namespace narscope::ui {

class TextLabel;

/// What is watched and how each stands: adding, removing, which transitions are told and with a sound, what is told
/// later or known already, and the hours without notices.
class WatchPage : public QWidget {
    Q_OBJECT
public:
    WatchPage(const watch::WatchList &list, QList<HydraAddress> hydras, QWidget *parent = nullptr);

    void setList(const watch::WatchList &list); ///< it was changed elsewhere
    void setStandings(const QList<watch::Standing> &standings);
    [[nodiscard]] QTableWidget *table() const { return m_table; }

Q_SIGNALS:
    void chosen(const narscope::watch::WatchList &list);
    /// Nothing is to be told of it for so long; 0 ends it.
    void snoozeChosen(const narscope::watch::WatchTarget &target, qint64 seconds);
    /// That this (Standing::item) fails is known for so long; 0 ends it.
    void acknowledgeChosen(const QString &item, qint64 seconds);

private:
    QWidget *quietRow();
    QWidget *buttonRow();
    QPushButton *spanButton(
        const QString &title, const QString &tip, const QString &end, const std::function<void(qint64)> &take);
    void fill();
    void fillRow(int row);
    void showStanding(int row);
    void takeItem(const QTableWidgetItem &item);
    void add();
    void remove();
    void undo();
    void acknowledge(qint64 seconds);
    void showButtons();
    [[nodiscard]] const watch::WatchRule *currentRule() const; ///< null: none is chosen
    [[nodiscard]] QList<watch::Standing> standingsOf(const watch::WatchTarget &target) const;

    watch::WatchList m_list;
    QList<HydraAddress> m_hydras;
    QList<watch::Standing> m_standings;
    QList<watch::WatchRule> m_removed; ///< the newest last
    QLineEdit *m_field;
    QTableWidget *m_table;
    QPushButton *m_remove;
    QPushButton *m_undo;
    QPushButton *m_later;
    QPushButton *m_known;
    TextLabel *m_said;
};

} // namespace narscope::ui
