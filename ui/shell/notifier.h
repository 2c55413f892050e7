// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/noticesource.h"

#include <QDBusConnection>
#include <QHash>
#include <QObject>

#include <optional>

class QDBusPendingCall;

namespace narscope::ui {

/// Shows notices on the desktop (org.freedesktop.Notifications 1.2) with actions, each in the place of an
/// earlier one with the same id. The interface itself and not KNotifications: it is four calls that have not
/// changed for years, and needs no file installed beside the program. GUI thread; nothing waits for an
/// answer.
class Notifier : public QObject {
    Q_OBJECT
public:
    /// Tests give a connection of their own and no service.
    explicit Notifier(const QDBusConnection &bus, QString service = QStringLiteral("org.freedesktop.Notifications"),
        QObject *parent = nullptr);

    void show(const watch::Notice &notice);
    /// Those that the desktop shows now, as far as it told.
    [[nodiscard]] qsizetype shown() const { return m_shown.size(); }

Q_SIGNALS:
    void openWanted(const narscope::watch::Notice &notice);
    void snoozeWanted(const narscope::watch::Notice &notice);
    void acknowledgeWanted(const narscope::watch::Notice &notice);
    /// There is nothing that shows notices on this desktop, or it refuses; said once.
    void failed(const QString &why);

private Q_SLOTS:
    void onAction(uint number, const QString &key);
    void onClosed(uint number, uint reason);

private:
    void askWhatItCan();
    void send(const watch::Notice &notice);
    [[nodiscard]] QDBusPendingCall call(const QString &method, const QVariantList &arguments);
    void fail(const QString &why);

    QDBusConnection m_bus;
    QString m_service;
    std::optional<bool> m_hasMarkup; ///< nothing: not answered yet
    QList<watch::Notice> m_waiting; ///< until that is known
    QHash<QString, uint> m_numbers; ///< by notice id
    QHash<uint, watch::Notice> m_shown;
    bool m_hasFailed = false;
};

} // namespace narscope::ui
