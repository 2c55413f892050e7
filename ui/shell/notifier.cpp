// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/notifier.h"

#include <QDBusError>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

const auto path = u"/org/freedesktop/Notifications"_s;
const auto interface = u"org.freedesktop.Notifications"_s;
constexpr qsizetype longestText = 1000;

/// 0 low, 1 normal, 2 critical, which stays until it is closed.
uchar urgencyOf(watch::Transition transition)
{
    const bool isBad = transition == watch::Transition::Broke || transition == watch::Transition::Failed;
    return isBad ? 1 : 0;
}

QStringList actionsOf(const watch::Notice &notice)
{
    QStringList actions{
        u"default"_s, Notifier::tr("Open"), u"open"_s, Notifier::tr("Open"), u"snooze"_s, Notifier::tr("Later (1 h)")};
    if (notice.transition == watch::Transition::Broke || notice.transition == watch::Transition::Failed)
        actions << u"acknowledge"_s << Notifier::tr("Known");
    return actions;
}

QString bodyOf(const watch::Notice &notice, bool hasMarkup)
{
    auto text = notice.text.left(longestText);
    if (!notice.others.isEmpty())
        text += u"\n"_s + Notifier::tr("Also: %1").arg(notice.others.join(u", "_s).left(longestText));
    // Text of a server is never markup.
    return hasMarkup ? text.toHtmlEscaped() : text;
}

} // namespace

Notifier::Notifier(const QDBusConnection &bus, QString service, QObject *parent)
    : QObject(parent)
    , m_bus(bus)
    , m_service(std::move(service))
{
    m_bus.connect(m_service, path, interface, u"ActionInvoked"_s, this, SLOT(onAction(uint, QString)));
    m_bus.connect(m_service, path, interface, u"NotificationClosed"_s, this, SLOT(onClosed(uint, uint)));
}

QDBusPendingCall Notifier::call(const QString &method, const QVariantList &arguments)
{
    auto message = QDBusMessage::createMethodCall(m_service, path, interface, method);
    message.setArguments(arguments);
    return m_bus.asyncCall(message);
}

void Notifier::fail(const QString &why)
{
    if (!std::exchange(m_hasFailed, true))
        Q_EMIT failed(tr("Notices cannot be shown on this desktop: %1").arg(why));
}

void Notifier::show(const watch::Notice &notice)
{
    if (!m_bus.isConnected())
        return fail(m_bus.lastError().message());
    if (m_hasMarkup)
        return send(notice);
    m_waiting.append(notice);
    if (m_waiting.size() == 1)
        askWhatItCan();
}

void Notifier::askWhatItCan()
{
    auto *watcher = new QDBusPendingCallWatcher(call(u"GetCapabilities"_s, {}), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *answered) {
        answered->deleteLater();
        const QDBusPendingReply<QStringList> reply = *answered;
        const auto waiting = std::exchange(m_waiting, {});
        if (reply.isError())
            return fail(reply.error().message());
        m_hasMarkup = reply.value().contains(u"body-markup"_s);
        for (const auto &notice : waiting)
            send(notice);
    });
}

void Notifier::send(const watch::Notice &notice)
{
    QVariantMap hints{{u"urgency"_s, QVariant::fromValue(urgencyOf(notice.transition))},
        {u"desktop-entry"_s, u"org.narscope.Narscope"_s}};
    if (!notice.sound || notice.isUpdate)
        hints.insert(u"suppress-sound"_s, true);
    else
        hints.insert(u"sound-name"_s, u"message-new-instant"_s);
    constexpr int asTheDesktopLikes = -1;
    const QVariantList arguments{u"Narscope"_s, m_numbers.value(notice.id), u"org.narscope.Narscope"_s,
        notice.title.left(longestText), bodyOf(notice, *m_hasMarkup), actionsOf(notice), hints, asTheDesktopLikes};
    auto *watcher = new QDBusPendingCallWatcher(call(u"Notify"_s, arguments), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, notice](QDBusPendingCallWatcher *answered) {
        answered->deleteLater();
        const QDBusPendingReply<uint> reply = *answered;
        if (reply.isError())
            return fail(reply.error().message());
        m_numbers.insert(notice.id, reply.value());
        m_shown.insert(reply.value(), notice);
    });
}

void Notifier::onAction(uint number, const QString &key)
{
    const auto notice = m_shown.find(number);
    if (notice == m_shown.end())
        return; // of another program
    const auto meant = *notice;
    if (key == "snooze"_L1)
        Q_EMIT snoozeWanted(meant);
    else if (key == "acknowledge"_L1)
        Q_EMIT acknowledgeWanted(meant);
    else
        Q_EMIT openWanted(meant);
}

void Notifier::onClosed(uint number, uint)
{
    const auto notice = m_shown.take(number);
    if (m_numbers.value(notice.id) == number)
        m_numbers.remove(notice.id);
}

} // namespace narscope::ui
