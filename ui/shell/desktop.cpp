// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/desktop.h"

#include <QApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int gather = 1000; ///< ms
constexpr qint64 laterSeconds = 3600;
constexpr qint64 knownSeconds = 24 * 3600;

} // namespace

Desktop::Desktop(MainWindow &window, settings::Settings &settings, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_window(window)
    , m_settings(settings)
    , m_clock(clock)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(gather);
    connect(&m_soon, &QTimer::timeout, this, &Desktop::look);
    connect(&m_tray, &Tray::windowWanted, &m_window, &MainWindow::bringUp);
    connect(&m_tray, &Tray::troubleWanted, this, &Desktop::openTrouble);
    connect(&m_tray, &Tray::settingsWanted, &m_window, [this] {
        m_window.bringUp();
        m_window.showSettings();
    });
    connect(&m_tray, &Tray::quitWanted, &m_window, &MainWindow::quit);
}

bool Desktop::canHide() const
{
    return m_settings.showsTray() && QSystemTrayIcon::isSystemTrayAvailable();
}

void Desktop::apply()
{
    m_tray.setShown(m_settings.showsTray());
    m_window.setHidesOnClose(m_settings.closesToTray() && canHide());
    Q_EMIT channelsWanted(m_settings.showsTray());
    look();
}

void Desktop::setNotices(watch::NoticeSource *source)
{
    m_source = source;
    if (!source)
        return;
    connect(source, &watch::NoticeSource::noticed, this, &Desktop::takeNotice);
    connect(source, &watch::NoticeSource::standingsChanged, this, &Desktop::takeStandings);
    QMetaObject::invokeMethod(source, &watch::NoticeSource::sendAll, Qt::QueuedConnection);
}

void Desktop::takeBoard(const watch::ChannelBoard &board)
{
    m_board = board;
    look();
}

void Desktop::takeMeters(const QList<net::ServerMeter> &meters)
{
    m_meters = meters;
    if (!m_soon.isActive())
        m_soon.start();
}

void Desktop::takeStandings(const QList<watch::Standing> &standings)
{
    m_standings = standings;
    look();
}

void Desktop::look()
{
    m_tray.setOutlook(outlookOf(m_board, m_standings, m_meters, m_clock.now()));
}

void Desktop::takeNotice(const watch::Notice &notice)
{
    m_window.statusBar()->tell(notice.title);
    if (m_settings.showsNotices())
        notifier().show(notice);
}

Notifier &Desktop::notifier()
{
    if (m_notifier)
        return *m_notifier;
    m_notifier = std::make_unique<Notifier>(QDBusConnection::sessionBus());
    connect(m_notifier.get(), &Notifier::openWanted, this, [this](const watch::Notice &notice) {
        m_window.bringUp();
        if (notice.subject.kind != SubjectKind::Server)
            m_window.open(notice.subject);
    });
    connect(m_notifier.get(), &Notifier::snoozeWanted, this, [this](const watch::Notice &notice) {
        const auto until = m_clock.nowSeconds() + laterSeconds;
        if (m_source)
            QMetaObject::invokeMethod(
                m_source, [source = m_source, target = notice.target, until] { source->snooze(target, until); },
                Qt::QueuedConnection);
    });
    connect(m_notifier.get(), &Notifier::acknowledgeWanted, this, [this](const watch::Notice &notice) {
        const auto until = m_clock.nowSeconds() + knownSeconds;
        if (m_source)
            QMetaObject::invokeMethod(
                m_source, [source = m_source, id = notice.id, until] { source->acknowledge(id, until); },
                Qt::QueuedConnection);
    });
    connect(m_notifier.get(), &Notifier::failed, &m_window, [this](const QString &why) {
        auto trouble = problemSaying(ProblemKind::Unsupported, why).error();
        trouble.advice = tr("What is told stands on the Overview, too.");
        m_window.setTrouble(trouble);
    });
    return *m_notifier;
}

void Desktop::openTrouble(const Trouble &trouble)
{
    m_window.bringUp();
    if (trouble.subject)
        m_window.open(*trouble.subject);
    else if (!trouble.place.isEmpty())
        m_window.showPlace(trouble.place);
}

} // namespace narscope::ui
