// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/screenshots.h"

#include "ui/shell/appearance.h"

#include <QCoreApplication>
#include <QEvent>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr std::chrono::milliseconds longestWait{15'000};
constexpr std::chrono::milliseconds calm{250};

} // namespace

Screenshots::Screenshots(MainWindow &window, Appearance &appearance, QString folder, QObject *parent)
    : QObject(parent)
    , m_window(window)
    , m_appearance(appearance)
    , m_folder(folder)
{
    m_folder.mkpath(u"."_s);
    m_limit.setSingleShot(true);
    m_limit.setInterval(longestWait);
    m_calm.setSingleShot(true);
    m_calm.setInterval(calm);
    connect(&m_limit, &QTimer::timeout, this, &Screenshots::draw);
    connect(&m_calm, &QTimer::timeout, this, &Screenshots::draw);
    for (const auto *place : window.places())
        connect(place, &Place::settledChanged, this, &Screenshots::look);
}

void Screenshots::addView(const QString &name, const Subject &subject)
{
    m_views << View{name, {}, subject};
}

void Screenshots::addPlaceView(const QString &place)
{
    m_views << View{place, place, {}};
}

void Screenshots::start()
{
    for (const auto &view : std::as_const(m_views)) {
        for (const auto size : {QSize(1280, 800), QSize(1920, 1080)}) {
            for (const auto theme : {settings::Theme::Light, settings::Theme::Dark})
                m_shots << Shot{view, size, theme};
        }
    }
    next();
}

void Screenshots::next()
{
    while (!m_shots.isEmpty()) {
        const auto &shot = m_shots.front();
        m_window.resize(shot.size);
        m_appearance.forceTheme(shot.theme);
        const bool shown = shot.view.subject ? m_window.open(*shot.view.subject) : m_window.showPlace(shot.view.place);
        if (shown) {
            m_limit.start();
            look();
            return;
        }
        m_shots.removeFirst();
    }
    Q_EMIT finished();
}

void Screenshots::look()
{
    const auto *place = m_window.currentPlace();
    if (m_limit.isActive() && place && place->isSettled())
        m_calm.start();
    else
        m_calm.stop();
}

void Screenshots::draw()
{
    m_limit.stop();
    m_calm.stop();
    if (m_shots.isEmpty())
        return;
    const auto shot = m_shots.takeFirst();
    // What came in this very moment stands where it was before it is laid out.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    const auto theme = shot.theme == settings::Theme::Dark ? u"dark"_s : u"light"_s;
    const auto file = m_folder.filePath(u"%1-%2-%3.png"_s.arg(shot.view.name).arg(shot.size.width()).arg(theme));
    if (m_window.grab().save(file))
        ++m_drawn;
    next();
}

} // namespace narscope::ui
