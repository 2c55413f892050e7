// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/surroundings.h"

#include <QApplication>
#include <QWidget>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

// NMMetered of NetworkManager's D-Bus interface.
constexpr uint meteredYes = 1;
constexpr uint meteredGuessYes = 3;

bool isUse(QEvent::Type type)
{
    return type == QEvent::KeyPress || type == QEvent::MouseButtonPress || type == QEvent::MouseMove
        || type == QEvent::Wheel || type == QEvent::TouchBegin || type == QEvent::WindowActivate;
}

} // namespace

Surroundings::Surroundings(const QDBusConnection &bus, const MachineServices &services, QObject *parent)
    : QObject(parent)
{
    auto *power = new BusProperty(
        bus, {services.power, u"/org/freedesktop/UPower"_s, u"org.freedesktop.UPower"_s, u"OnBattery"_s}, this);
    connect(power, &BusProperty::told, this, [this](const QVariant &value) {
        auto now = m_now;
        now.onBattery = value.toBool();
        take(now);
    });
    auto *network = new BusProperty(bus,
        {services.network, u"/org/freedesktop/NetworkManager"_s, u"org.freedesktop.NetworkManager"_s, u"Metered"_s},
        this);
    connect(network, &BusProperty::told, this, [this](const QVariant &value) {
        auto now = m_now;
        now.isMetered = value.toUInt() == meteredYes || value.toUInt() == meteredGuessYes;
        take(now);
    });
    m_sinceUse.start();
    m_tick.setInterval(std::chrono::minutes(1));
    connect(&m_tick, &QTimer::timeout, this, &Surroundings::look);
    m_tick.start();
    qApp->installEventFilter(this);
}

bool Surroundings::eventFilter(QObject *object, QEvent *event)
{
    if (isUse(event->type()))
        noteUse();
    return QObject::eventFilter(object, event);
}

void Surroundings::noteUse()
{
    m_sinceUse.restart();
    if (m_now.isIdle || m_now.isHidden)
        look();
}

void Surroundings::look()
{
    auto now = m_now;
    now.isHidden = true;
    bool isWall = false; // one that fills the screen is looked at from afar
    const auto windows = QApplication::topLevelWidgets();
    for (const auto *window : windows) {
        if (!window->isVisible() || window->isMinimized())
            continue;
        now.isHidden = false;
        isWall = isWall || window->isFullScreen();
    }
    now.isIdle = !isWall && m_sinceUse.durationElapsed() >= m_patience;
    take(now);
}

void Surroundings::take(const watch::Circumstances &now)
{
    if (std::exchange(m_now, now) != now)
        Q_EMIT changed();
}

} // namespace narscope::ui
