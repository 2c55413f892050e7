// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/notifier.h"

#include <QDBusMessage>
#include <QDBusServer>
#include <QSignalSpy>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

/// A desktop that shows notices: the part of org.freedesktop.Notifications 1.2 that programs call.
class DesktopStub : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Shown {
        uint replaces;
        QString title;
        QString body;
        QStringList actions;
        QVariantMap hints;
    };
    QStringList capabilities{u"actions"_s, u"body"_s};
    QList<Shown> shown;

public Q_SLOTS:
    QStringList GetCapabilities() { return capabilities; }
    uint Notify(const QString &, uint replaces, const QString &, const QString &title, const QString &body,
        const QStringList &actions, const QVariantMap &hints, int)
    {
        shown.append({replaces, title, body, actions, hints});
        return replaces ? replaces : uint(shown.size());
    }

Q_SIGNALS:
    void ActionInvoked(uint number, const QString &key);
    void NotificationClosed(uint number, uint reason);
};

namespace {

watch::Notice broke()
{
    watch::Notice notice;
    notice.id = u"hello"_s;
    notice.title = u"hello.x86_64-linux broke"_s;
    notice.text = u"error: <b>no</b> & nothing"_s;
    notice.sound = true;
    return notice;
}

/// Desktop and program, joined without a bus.
struct Bench {
    Bench()
    {
        QObject::connect(&server, &QDBusServer::newConnection, &desktop, [this](const QDBusConnection &connection) {
            there = connection;
            there.registerObject(u"/org/freedesktop/Notifications"_s, &desktop,
                QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals);
        });
        here = QDBusConnection::connectToPeer(server.address(), u"here"_s);
        if (!QTest::qWaitFor([this] { return there.isConnected(); }))
            qFatal("no connection");
        notifier = std::make_unique<Notifier>(here, QString());
    }
    ~Bench() { QDBusConnection::disconnectFromPeer(u"here"_s); }

    QDBusServer server;
    DesktopStub desktop;
    QDBusConnection there{QString()};
    QDBusConnection here{QString()};
    std::unique_ptr<Notifier> notifier;
};

} // namespace

class NotifierTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aNoticeIsShownWithItsActions()
    {
        Bench bench;
        bench.notifier->show(broke());
        QTRY_COMPARE(bench.desktop.shown.size(), 1);
        const auto shown = bench.desktop.shown.first();
        QCOMPARE(shown.title, u"hello.x86_64-linux broke"_s);
        QCOMPARE(shown.body, u"error: <b>no</b> & nothing"_s);
        QCOMPARE(shown.replaces, 0u);
        QStringList keys;
        for (qsizetype i = 0; i < shown.actions.size(); i += 2)
            keys << shown.actions[i];
        QCOMPARE(keys, QStringList({u"default"_s, u"open"_s, u"snooze"_s, u"acknowledge"_s}));
        QVERIFY(!shown.hints.contains(u"suppress-sound"_s));
        QCOMPARE(shown.hints.value(u"urgency"_s).toInt(), 1);
    }

    void textOfServersIsNeverMarkup()
    {
        Bench bench;
        bench.desktop.capabilities << u"body-markup"_s;
        bench.notifier->show(broke());
        QTRY_COMPARE(bench.desktop.shown.size(), 1);
        QCOMPARE(bench.desktop.shown.first().body, u"error: &lt;b&gt;no&lt;/b&gt; &amp; nothing"_s);
    }

    void aLaterNoticeTakesThePlaceOfTheEarlierOneSilently()
    {
        Bench bench;
        bench.notifier->show(broke());
        QTRY_COMPARE(bench.desktop.shown.size(), 1);
        QTRY_COMPARE(bench.notifier->shown(), 1);
        auto update = broke();
        update.isUpdate = true;
        update.others = {u"bash"_s};
        bench.notifier->show(update);
        QTRY_COMPARE(bench.desktop.shown.size(), 2);
        QCOMPARE(bench.desktop.shown.last().replaces, 1u);
        QVERIFY(bench.desktop.shown.last().hints.value(u"suppress-sound"_s).toBool());
        QVERIFY(bench.desktop.shown.last().body.endsWith(u"Also: bash"_s));
        // Closed by the person: the next one is a new one.
        Q_EMIT bench.desktop.NotificationClosed(1, 2);
        QTRY_COMPARE(bench.notifier->shown(), 0);
        bench.notifier->show(update);
        QTRY_COMPARE(bench.desktop.shown.size(), 3);
        QCOMPARE(bench.desktop.shown.last().replaces, 0u);
    }

    void actionsComeBackAsWishes()
    {
        Bench bench;
        QSignalSpy opened(bench.notifier.get(), &Notifier::openWanted);
        QSignalSpy snoozed(bench.notifier.get(), &Notifier::snoozeWanted);
        QSignalSpy known(bench.notifier.get(), &Notifier::acknowledgeWanted);
        bench.notifier->show(broke());
        QTRY_COMPARE(bench.desktop.shown.size(), 1);
        QTRY_COMPARE(bench.notifier->shown(), 1);
        for (const auto &key : {u"default"_s, u"snooze"_s, u"acknowledge"_s})
            Q_EMIT bench.desktop.ActionInvoked(1, key);
        Q_EMIT bench.desktop.ActionInvoked(99, u"default"_s); // another program's
        QTRY_COMPARE(known.size(), 1);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(snoozed.size(), 1);
        QCOMPARE(opened.first().first().value<watch::Notice>().id, u"hello"_s);
    }

    void withoutADesktopItIsSaidOnce()
    {
        Notifier notifier(QDBusConnection(u"nothing"_s));
        QSignalSpy failed(&notifier, &Notifier::failed);
        notifier.show(broke());
        notifier.show(broke());
        QCOMPARE(failed.size(), 1);
    }
};

QTEST_GUILESS_MAIN(NotifierTest)
#include "notifier_test.moc"
