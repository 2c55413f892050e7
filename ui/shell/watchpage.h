// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "watch/watchrule.h"

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPushButton;

namespace narscope::ui {

class TextLabel;

/// What is watched: adding, removing, and the hours without notices.
class WatchPage : public QWidget {
    Q_OBJECT
public:
    WatchPage(const watch::WatchList &list, QList<HydraAddress> hydras, QWidget *parent = nullptr);

Q_SIGNALS:
    void chosen(const narscope::watch::WatchList &list);

private:
    QWidget *quietRow();
    void fill();
    void add();
    void remove();

    watch::WatchList m_list;
    QList<HydraAddress> m_hydras;
    QLineEdit *m_field;
    QListWidget *m_rules;
    QPushButton *m_remove;
    TextLabel *m_said;
};

} // namespace narscope::ui
