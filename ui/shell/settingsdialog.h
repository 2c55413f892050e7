// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "net/servers.h"
#include "settings/settings.h"
#include "watch/watchrule.h"

#include <QDialog>

class QComboBox;
class QTabWidget;

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
    SettingsDialog(
        settings::Settings &settings, const net::Servers &servers, settings::Secrets *secrets, QWidget *parent);

    /// A page for what is watched.
    void addWatchPage(const watch::WatchList &list, const QList<HydraAddress> &hydras);
    /// One line about what the history takes now.
    void setHistorySize(const QString &text);

Q_SIGNALS:
    void changed();
    void watchListChosen(const narscope::watch::WatchList &list);

private:
    QComboBox *choice(const QStringList &words, int current, const std::function<void(int)> &take);
    QWidget *lookPage();

    settings::Settings &m_settings;
    HistoryPage *m_history;
    QTabWidget *m_tabs;
};

/// «1 a second» or «no limit»: how often a server is asked at most.
[[nodiscard]] QString limitOf(const net::Policy &policy);
/// What each kind of server is asked for, in a person's words.
[[nodiscard]] QString purposeOf(net::ServerKind kind);

} // namespace narscope::ui
