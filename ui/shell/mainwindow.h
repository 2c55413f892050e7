// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/ledger.h"
#include "net/servers.h"
#include "settings/secrets.h"
#include "settings/settings.h"
#include "ui/shell/field.h"
#include "ui/shell/statusbar.h"
#include "ui/shell/wayback.h"
#include "ui/widgets/place.h"
#include "watch/noticesource.h"

#include <QTimer>

class QStackedWidget;
class QVBoxLayout;

namespace narscope::ui {

class Appearance;
class EmptyState;
class ProblemBanner;
class Rail;
class TopBar;

/// The window around the places: the field on top, the rail, one place, the status bar, the keys. It knows
/// nothing of what places show; it passes subjects between them and remembers the way. Owns its places.
class MainWindow : public QWidget {
    Q_OBJECT
public:
    /// All three must outlive the window.
    MainWindow(settings::Settings &settings, Appearance &appearance, Clock &clock, QWidget *parent = nullptr);

    /// What stands in the middle until there is a place: first run, or why there is nothing.
    /// About the program itself: a history set aside, a folder that cannot be written. Stays until it is closed.
    void setTrouble(const narscope::Problem &problem);
    void setGreeting(QWidget *greeting);
    /// Before the first place.
    void setServers(const net::Servers &servers, Source source);
    /// Before the places that shall offer it.
    void addSubjectAction(const SubjectAction &action);
    /// Takes the place over and puts it at the end of the rail.
    void addPlace(Place *place);
    /// The place that was shown when the window was last closed, else the first.
    void showLastPlace();

    /// For the settings dialog; null: no secrets are kept here. Must outlive the window.
    void setSecrets(settings::Secrets *secrets) { m_secrets = secrets; }
    /// Whether closing leaves the program running.
    void setHidesOnClose(bool hides) { m_hidesOnClose = hides; }
    [[nodiscard]] Place *place(const QString &id) const;
    [[nodiscard]] Place *currentPlace() const;
    [[nodiscard]] const QList<Place *> &places() const { return m_places; }
    [[nodiscard]] Field *field() const { return m_field; }
    [[nodiscard]] StatusBar *statusBar() const { return m_status; }
    [[nodiscard]] Rail *rail() const { return m_rail; }
    /// What a typed text may mean here, likeliest first.
    [[nodiscard]] QList<Candidate> candidatesFor(const QString &text) const;

public Q_SLOTS:
    /// False when no place shows such a subject.
    bool open(const narscope::Subject &subject);
    bool openText(const QString &text); ///< as typed into the field and Enter pressed
    bool showPlace(const QString &id);
    void setMeters(const QList<narscope::net::ServerMeter> &meters);
    void goBack();
    void goForward();
    void bringUp(); ///< shown, in front, with the keyboard
    void quit();
    void setHistorySize(const QString &text); ///< for an open settings dialog
    void showKeys();
    void showSettings();
    /// Watches what was not watched, and the other way round; says so in the status bar.
    void toggleWatch(const Subject &subject);
    /// What is watched, as the watch list says it.
    void setWatchList(const narscope::watch::WatchList &list);
    void setStandings(const QList<narscope::watch::Standing> &standings);
    void saveState();

Q_SIGNALS:
    void watchListChosen(const narscope::watch::WatchList &list);
    void snoozeChosen(const narscope::watch::WatchTarget &target, qint64 seconds); ///< from now; 0 ends it
    void acknowledgeChosen(const QString &item, qint64 seconds); ///< from now; 0 ends it
    void serverChosen(const QString &id); ///< in the status bar
    void settingsChanged();
    void useServersWanted(); ///< begin anew with the list of servers as it is kept
    void settingsShown();
    void pastWanted(); ///< a dialog that shows how it was
    void quitWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void build();
    void makeKeys();
    void makeMenu(class QMenu &menu);
    void addKey(const QKeySequence &key, void (MainWindow::*slot)());
    void makeActionKey(const SubjectAction &action);
    void bring(Place *place);
    void go(const Stop &stop);
    void noteWay(Place *place);
    void showWay();
    void refresh();
    void escape();
    void focusField();
    void showAbout();
    void applySettings();
    [[nodiscard]] QList<Subject> placed(const Subject &subject) const;
    bool openCandidate(const Candidate &candidate);
    [[nodiscard]] bool canShow(const Subject &subject) const;

    settings::Settings &m_settings;
    settings::Secrets *m_secrets = nullptr;
    bool m_hidesOnClose = false;
    Appearance &m_appearance;
    net::Servers m_servers;
    QList<HydraAddress> m_hydras;
    SubjectActions m_actions;
    QList<Place *> m_places;
    WayBack m_way;
    bool m_onTheWay = false; ///< going back or forward: no new stop
    TopBar *m_top;
    QWidget *m_railLine = nullptr;
    Field *m_field;
    Rail *m_rail;
    ProblemBanner *m_trouble = nullptr;
    QTimer m_saving;
    std::optional<watch::WatchList> m_watchList; ///< nothing before the core is ready
    QList<watch::Standing> m_standings;
    QStackedWidget *m_middle;
    StatusBar *m_status;
};

} // namespace narscope::ui
