// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QDBusVariant>
#include <QObject>

namespace narscope::ui {

/// A property of an object on a D-Bus, followed as it changes. Nothing waits for an answer, and a service that is not
/// there is not started. GUI thread.
class BusProperty : public QObject {
    Q_OBJECT
public:
    struct Address {
        QString service; ///< empty: the connection has no bus, one program is at its other end
        QString path;
        QString interface;
        QString name;
    };
    BusProperty(const QDBusConnection &bus, Address address, QObject *parent = nullptr);

Q_SIGNALS:
    /// Also what it is at first; invalid when the service has gone.
    void told(const QVariant &value);

private Q_SLOTS:
    void onChanged(const QString &interface, const QVariantMap &changed, const QStringList &invalidated);

private:
    void ask();

    QDBusConnection m_bus;
    Address m_address;
};

} // namespace narscope::ui
