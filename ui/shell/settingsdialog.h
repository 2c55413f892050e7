// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"
#include "settings/settings.h"

#include <QDialog>

class QComboBox;

namespace narscope::settings {
class Secrets;
}

namespace narscope::ui {

class HistoryPage;

/// What a person can choose. Each change is kept and takes effect at once, but for what says otherwise.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    /// All must outlive the dialog; without secrets there is no page for them.
    SettingsDialog(settings::Settings &settings, const net::Servers &servers, settings::Secrets *secrets, QWidget *parent);

    /// One line about what the history takes now.
    void setHistorySize(const QString &text);

Q_SIGNALS:
    void changed();

private:
    QComboBox *choice(const QStringList &words, int current, const std::function<void(int)> &take);
    QWidget *lookPage();

    settings::Settings &m_settings;
    HistoryPage *m_history;
};

/// «1 a second» or «no limit»: how often a server is asked at most.
[[nodiscard]] QString limitOf(const net::Policy &policy);
/// What each kind of server is asked for, in a person's words.
[[nodiscard]] QString purposeOf(net::ServerKind kind);

} // namespace narscope::ui
