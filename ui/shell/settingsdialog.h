// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "net/servers.h"
#include "settings/settings.h"
#include "watch/noticesource.h"

#include <QDialog>

class QComboBox;
class QTabWidget;

namespace narscope::settings {
class Secrets;
}

namespace narscope::ui {

class HistoryPage;
class WatchPage;

/// What a person can choose. Each change is kept and takes effect at once, but for what says otherwise.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    /// All must outlive the dialog; without secrets there is no page for them.
    SettingsDialog(
        settings::Settings &settings, const net::Servers &servers, settings::Secrets *secrets, QWidget *parent);

    /// A page for what is watched.
    void addWatchPage(
        const watch::WatchList &list, const QList<watch::Standing> &standings, const QList<HydraAddress> &hydras);
    void setWatchList(const watch::WatchList &list); ///< it was changed elsewhere
    void setStandings(const QList<watch::Standing> &standings);
    /// One line about what the history takes now.
    void setHistorySize(const QString &text);

Q_SIGNALS:
    void changed();
    void useServersWanted(); ///< the program is to begin anew with the list of servers as it is kept
    void watchListChosen(const narscope::watch::WatchList &list);
    void snoozeChosen(const narscope::watch::WatchTarget &target, qint64 seconds);
    void acknowledgeChosen(const QString &item, qint64 seconds);

private:
    QComboBox *choice(const QStringList &words, int current, const std::function<void(int)> &take);
    QWidget *lookPage();

    settings::Settings &m_settings;
    HistoryPage *m_history;
    WatchPage *m_watch = nullptr; ///< null: nothing can be watched yet
    QTabWidget *m_tabs;
};

/// «1 a second» or «no limit»: how often a server is asked at most.
[[nodiscard]] QString limitOf(const net::Policy &policy);
/// What each kind of server is asked for, in a person's words.
[[nodiscard]] QString purposeOf(net::ServerKind kind);

} // namespace narscope::ui
