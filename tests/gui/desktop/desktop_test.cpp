// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "ui/shell/appearance.h"
#include "ui/shell/desktop.h"
#include "ui/shell/instance.h"
#include "ui/shell/options.h"
#include "ui/shell/surroundings.h"

#include <QCloseEvent>
#include <QDBusMessage>
#include <QDBusServer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

/// What UPower tells of the machine.
class PowerStub : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.UPower")
    Q_PROPERTY(bool OnBattery MEMBER onBattery)
public:
    bool onBattery = true;
};

/// What NetworkManager tells of the network.
class NetworkStub : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.NetworkManager")
    Q_PROPERTY(uint Metered MEMBER metered)
public:
    uint metered = 4; // it guesses: no
};

namespace {

/// As org.freedesktop.DBus.Properties has it.
QDBusMessage changedProperty(const QString &path, const QString &interface, const QString &name, const QVariant &value)
{
    auto message = QDBusMessage::createSignal(path, u"org.freedesktop.DBus.Properties"_s, u"PropertiesChanged"_s);
    message.setArguments({interface, QVariantMap{{name, value}}, QStringList()});
    return message;
}

const auto channelName = u"nixos-unstable"_s;

watch::ChannelBoard board(watch::Severity severity)
{
    watch::ChannelLine line;
    line.channel.name = channelName;
    line.verdict.severity = severity;
    line.verdict.brief = u"Blocked, 11 h late"_s;
    watch::ChannelBoard made;
    made.channels = {line};
    made.seenAt = 1;
    return made;
}

watch::Standing standing(const QString &name, std::optional<bool> isGood)
{
    watch::Standing made;
    made.item = made.name = name;
    made.isGood = isGood;
    made.subject = Subject::ofJob(u"hydra"_s, {{u"nixpkgs"_s, u"unstable"_s}, name});
    return made;
}

net::ServerMeter meter(const QString &name, std::optional<ProblemKind> trouble, Milliseconds now)
{
    net::ServerMeter made;
    made.server = made.name = name;
    made.sent = 1;
    made.lastGood = now - Milliseconds(1000);
    if (trouble) {
        made.lastProblem = problem(*trouble, {}).error();
        made.lastProblemAt = now;
    }
    return made;
}

QStringList textsOf(const QMenu &menu)
{
    QStringList texts;
    for (const auto *action : menu.actions())
        texts << (action->isSeparator() ? u"-"_s : action->text());
    return texts;
}

} // namespace

class DesktopTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theWorstStateIsThatOfTheWorstThing()
    {
        const Milliseconds now(1000000);
        const auto outlook
            = [&](watch::Severity channel, const QList<watch::Standing> &standings, std::optional<ProblemKind> server) {
                  return outlookOf(board(channel), standings, {meter(u"hydra"_s, server, now)}, now);
              };
        QCOMPARE(outlookOf({}, {}, {}, now).worst, Mark::Queued);
        QCOMPARE(outlook(watch::Severity::Good, {}, {}).worst, Mark::Succeeded);
        QCOMPARE(outlook(watch::Severity::Good, {}, ProblemKind::Network).worst, Mark::Aborted);
        QCOMPARE(outlook(watch::Severity::Trouble, {}, ProblemKind::Network).worst, Mark::Failed);
        QCOMPARE(outlook(watch::Severity::Trouble, {}, ProblemKind::Network).sentence(), u"2 things are wrong"_s);
        QCOMPARE(outlook(watch::Severity::Good, {standing(u"hello"_s, false)}, {}).troubles.size(), 1);
        QCOMPARE(
            outlook(watch::Severity::Good, {standing(u"hello"_s, {}), standing(u"bash"_s, true)}, {}).troubles.size(),
            0);
    }

    void whatIsKnownOrPutOffIsNotWrongAgain()
    {
        const Milliseconds now(1000000);
        auto known = standing(u"hello"_s, false);
        known.acknowledgedUntil = 1001;
        auto later = standing(u"bash"_s, false);
        later.snoozedUntil = 1001;
        QCOMPARE(outlookOf({}, {known, later}, {}, now).troubles.size(), 0);
        QCOMPARE(outlookOf({}, {known, later}, {}, now + std::chrono::seconds(2)).troubles.size(), 2);
    }

    void aWatchedChannelIsListedOnce()
    {
        auto watched = standing(channelName, false);
        watched.subject = Subject::ofChannel(channelName);
        QCOMPARE(outlookOf(board(watch::Severity::Trouble), {watched}, {}, Milliseconds(0)).troubles.size(), 1);
    }

    void theTraysMenuSaysWhatIsWrongAndOpensIt()
    {
        Tray tray;
        Outlook outlook{.worst = Mark::Failed,
            .troubles = {{.mark = Mark::Failed,
                .text = u"a & b\nbroke"_s,
                .subject = Subject::ofChannel(channelName),
                .place = {}}}};
        tray.setOutlook(outlook);
        QCOMPARE(textsOf(tray.menu()),
            QStringList({u"Narscope: 1 thing is wrong"_s, u"a && b broke"_s, u"-"_s, u"Show Narscope"_s,
                u"Settings …"_s, u"Quit"_s}));
        QSignalSpy wanted(&tray, &Tray::troubleWanted);
        tray.menu().actions()[1]->trigger();
        QCOMPARE(wanted.size(), 1);
        for (int i = 0; i < 20; ++i)
            outlook.troubles.append({.text = QString::number(i)});
        tray.setOutlook(outlook);
        QVERIFY(textsOf(tray.menu()).contains(u"and 9 more"_s));
    }

    void theIconHasAShapeOfItsOwnForEachState()
    {
        QList<QImage> seen;
        for (const auto mark : {Mark::Failed, Mark::TimedOut, Mark::Aborted, Mark::Succeeded, Mark::Queued}) {
            // Without its colours.
            const auto picture = trayIconOf(mark).pixmap(22, 22).toImage().convertToFormat(QImage::Format_Alpha8);
            const auto grey = trayIconOf(mark).pixmap(22, 22).toImage().convertToFormat(QImage::Format_Grayscale8);
            QVERIFY(!picture.isNull());
            QVERIFY(!seen.contains(grey));
            seen.append(grey);
        }
    }

    void aClosedWindowIsHiddenOrGoes()
    {
        const QTemporaryDir folder;
        test::FakeClock clock;
        settings::Settings settings(folder.path());
        Appearance appearance(settings, {});
        MainWindow window(settings, appearance, clock);
        window.setHidesOnClose(true);
        window.show();
        QCloseEvent closing;
        QCoreApplication::sendEvent(&window, &closing);
        QVERIFY(!closing.isAccepted() && window.isHidden());
        window.bringUp();
        QVERIFY(window.isVisible());
        QSignalSpy quitting(&window, &MainWindow::quitWanted);
        window.quit();
        QVERIFY(window.isHidden());
        QCOMPARE(quitting.size(), 1);
    }

    void aSecondStartHandsOverToTheFirst()
    {
        const QTemporaryDir profile;
        Instance first(profile.path());
        QVERIFY(first.isFirst());
        const QTemporaryDir other;
        QVERIFY2(Instance(other.path()).isFirst(), "another profile is another program");
        QSignalSpy wanted(&first, &Instance::wanted);
        Instance second(profile.path());
        QVERIFY(!second.isFirst());
        const HandOver wish{.open = u"#533911 \u00e4"_s, .place = u"trace"_s};
        QVERIFY(second.handOver(wish));
        QTRY_COMPARE(wanted.size(), 1);
        QCOMPARE(wanted.first().first().value<HandOver>(), wish);
    }

    void whatTheMachineRunsOnIsFollowed()
    {
        PowerStub power;
        NetworkStub network;
        QDBusServer server;
        QDBusConnection there{QString()};
        connect(&server, &QDBusServer::newConnection, this, [&](const QDBusConnection &connection) {
            there = connection;
            there.registerObject(u"/org/freedesktop/UPower"_s, &power, QDBusConnection::ExportAllProperties);
            there.registerObject(u"/org/freedesktop/NetworkManager"_s, &network, QDBusConnection::ExportAllProperties);
        });
        const auto here = QDBusConnection::connectToPeer(server.address(), u"machine"_s);
        QTRY_VERIFY(there.isConnected());
        Surroundings surroundings(here, {.power = {}, .network = {}});
        QTRY_VERIFY(surroundings.now().onBattery);
        QVERIFY(!surroundings.now().isMetered);
        there.send(changedProperty(u"/org/freedesktop/UPower"_s, u"org.freedesktop.UPower"_s, u"OnBattery"_s, false));
        there.send(changedProperty(
            u"/org/freedesktop/NetworkManager"_s, u"org.freedesktop.NetworkManager"_s, u"Metered"_s, 3U));
        QTRY_VERIFY(surroundings.now().isMetered);
        QVERIFY(!surroundings.now().onBattery);
        QDBusConnection::disconnectFromPeer(u"machine"_s);
    }

    void aWindowThatNobodyUsesIsIdleUnlessItFillsTheScreen()
    {
        Surroundings surroundings{QDBusConnection(u"nothing"_s)};
        QWidget window;
        surroundings.look();
        QVERIFY(surroundings.now().isHidden && !surroundings.now().isIdle);
        window.show();
        surroundings.look();
        QCOMPARE(surroundings.now(), watch::Circumstances());
        surroundings.setPatience(std::chrono::milliseconds(0));
        surroundings.look();
        QVERIFY(surroundings.now().isIdle);
        window.showFullScreen();
        surroundings.look();
        QVERIFY(!surroundings.now().isIdle);
        window.showNormal();
        surroundings.look();
        surroundings.setPatience(std::chrono::hours(1));
        QTest::keyClick(&window, Qt::Key_A);
        QVERIFY(!surroundings.now().isIdle);
    }

    void nonsenseHandedOverIsNothing()
    {
        QCOMPARE(readHandOver("[1,2"), HandOver());
        QCOMPARE(readHandOver("{\"open\":7}"), HandOver());
        QCOMPARE(readHandOver(QByteArray(100000, '{')), HandOver());
    }

    void onlyPlainStartsShareAProgram()
    {
        const auto shares
            = [](const QStringList &more) { return readOptions(QStringList{u"narscope"_s} + more)->sharesInstance(); };
        QVERIFY(shares({}) && shares({u"--hidden"_s}) && shares({u"--open"_s, u"hello"_s}));
        QVERIFY(!shares({u"--demo"_s}) && !shares({u"--server"_s, u"https://hydra.example.org"_s})
            && !shares({u"--screenshots"_s, u"x"_s}));
    }
};

QTEST_MAIN(DesktopTest)
#include "desktop_test.moc"
