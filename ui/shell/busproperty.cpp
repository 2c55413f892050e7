// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/busproperty.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

const auto properties = u"org.freedesktop.DBus.Properties"_s;

} // namespace

BusProperty::BusProperty(const QDBusConnection &bus, Address address, QObject *parent)
    : QObject(parent)
    , m_bus(bus)
    , m_address(std::move(address))
{
    if (!m_bus.isConnected())
        return;
    m_bus.connect(m_address.service, m_address.path, properties, u"PropertiesChanged"_s, this,
        SLOT(onChanged(QString, QVariantMap, QStringList)));
    if (!m_address.service.isEmpty()) {
        auto *watcher
            = new QDBusServiceWatcher(m_address.service, m_bus, QDBusServiceWatcher::WatchForOwnerChange, this);
        connect(watcher, &QDBusServiceWatcher::serviceRegistered, this, &BusProperty::ask);
        connect(watcher, &QDBusServiceWatcher::serviceUnregistered, this, [this] { Q_EMIT told({}); });
    }
    ask();
}

void BusProperty::ask()
{
    auto message = QDBusMessage::createMethodCall(m_address.service, m_address.path, properties, u"Get"_s);
    message.setArguments({m_address.interface, m_address.name});
    message.setAutoStartService(false);
    auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(message), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        Q_EMIT told(reply.isValid() ? reply.value().variant() : QVariant());
    });
}

void BusProperty::onChanged(const QString &interface, const QVariantMap &changed, const QStringList &invalidated)
{
    if (interface != m_address.interface)
        return;
    if (const auto value = changed.constFind(m_address.name); value != changed.constEnd())
        Q_EMIT told(*value);
    else if (invalidated.contains(m_address.name))
        ask();
}

} // namespace narscope::ui
