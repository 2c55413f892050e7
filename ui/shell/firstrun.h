// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"

#include <QWidget>

class QLineEdit;

namespace narscope::ui {

/// The first window: says what will be asked of whom before anybody is asked.
class FirstRun : public QWidget {
    Q_OBJECT
public:
    FirstRun(const QString &contact, const net::Servers &servers, QWidget *parent = nullptr);

Q_SIGNALS:
    void started(const QString &contact);
    void demoRequested();

private:
    QWidget *questions(const QString &contact);
    QWidget *promises(const net::Servers &servers);

    QLineEdit *m_contact;
};

} // namespace narscope::ui
