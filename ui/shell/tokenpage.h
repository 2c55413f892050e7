// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/secrets.h"

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace narscope::ui {

class TextLabel;

/// Keys for the APIs, which the desktop's keyring keeps.
class TokenPage : public QWidget {
    Q_OBJECT
public:
    explicit TokenPage(settings::Secrets &secrets, QWidget *parent = nullptr);

private:
    void setState(bool isKept, const QString &sentence);

    settings::Secrets &m_secrets;
    QLineEdit *m_token;
    QPushButton *m_keep;
    QPushButton *m_remove;
    TextLabel *m_state;
};

} // namespace narscope::ui
