// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/mainwindow.h"
#include "ui/shell/notifier.h"
#include "ui/shell/tray.h"

#include <QTimer>

namespace narscope::ui {

/// What Narscope is outside of its window: the tray icon, notices, running without a window. GUI thread;
/// everything given must outlive it.
class Desktop : public QObject {
    Q_OBJECT
public:
    Desktop(MainWindow &window, settings::Settings &settings, Clock &clock, QObject *parent = nullptr);

    /// The settings changed.
    void apply();
    /// Notices from here on; null: there are none.
    void setNotices(watch::NoticeSource *source);
    void takeBoard(const watch::ChannelBoard &board);
    void takeMeters(const QList<net::ServerMeter> &meters);
    void takeStandings(const QList<watch::Standing> &standings);
    void takeNotice(const watch::Notice &notice);

    [[nodiscard]] Tray &tray() { return m_tray; }
    /// Whether a window that is closed can be had again.
    [[nodiscard]] bool canHide() const;

Q_SIGNALS:
    /// Somebody looks at the channels, or nobody does.
    void channelsWanted(bool wanted);

private:
    void look();
    void openTrouble(const Trouble &trouble);
    [[nodiscard]] Notifier &notifier();

    MainWindow &m_window;
    settings::Settings &m_settings;
    Clock &m_clock;
    Tray m_tray;
    std::unique_ptr<Notifier> m_notifier; ///< made with the first notice: it connects to the session bus
    QTimer m_soon; ///< real time: meters come several times a second
    watch::ChannelBoard m_board;
    QList<net::ServerMeter> m_meters;
    QList<watch::Standing> m_standings;
    watch::NoticeSource *m_source = nullptr;
};

} // namespace narscope::ui
