// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client.h"
#include "sim/demoservers.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "ui/verify/ladderview.h"
#include "ui/verify/verifyplace.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

/// The place over the simulator's caches, which hold one of each incident, with hands on mouse and keyboard.
class VerifyPlaceTest : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    std::unique_ptr<sim::Simulator> m_simulator;
    std::unique_ptr<Pools> m_pools;
    std::unique_ptr<net::Client> m_client;
    std::unique_ptr<nix::Desk> m_desk;
    std::unique_ptr<VerifyPlace> m_place;

    [[nodiscard]] QString pathOf(sim::IncidentKind kind)
    {
        for (const auto &incident : m_simulator->world().incidents()) {
            if (incident.kind == kind)
                return QString::fromUtf8(incident.path.text());
        }
        return {};
    }
    /// Pastes and presses the button; waits for the end of the run.
    void verify(const QString &text)
    {
        QSignalSpy ended(m_desk.get(), &nix::Desk::ended);
        m_place->input()->setPlainText(text);
        QTest::mouseClick(m_place->verifyButton(), Qt::LeftButton);
        QVERIFY(ended.wait(30'000));
        QTRY_VERIFY(m_place->isSettled());
    }
    [[nodiscard]] nix::Verdict rung(nix::RungName name) { return m_place->ladder()->report()->rung(name).verdict; }

private Q_SLOTS:
    void initTestCase()
    {
        m_simulator = std::make_unique<sim::Simulator>(sim::Config {}, m_clock);
        const auto addresses = m_simulator->start();
        QVERIFY(addresses);
        nix::TrustPolicy policy;
        for (const auto &key : {addresses->cacheKey, addresses->secondCacheKey})
            policy.keys.push_back({.key = *nix::parsePublicKey(key), .source = u"test"_s});
        m_pools = std::make_unique<Pools>();
        m_client = std::make_unique<net::Client>(m_clock, sim::demoServers(*addresses, 1), QString());
        m_desk = std::make_unique<nix::Desk>(QStringList {addresses->cache.toString(), addresses->secondCache.toString()}, policy, *m_client, *m_pools, m_clock);
        m_place = std::make_unique<VerifyPlace>(policy, m_clock);
        connect(m_place.get(), &VerifyPlace::ordered, m_desk.get(), &nix::Desk::start);
        connect(m_place.get(), &VerifyPlace::cancelled, m_desk.get(), &nix::Desk::cancel);
        connect(m_desk.get(), &nix::Desk::began, m_place.get(), &VerifyPlace::takeBegin);
        connect(m_desk.get(), &nix::Desk::reported, m_place.get(), &VerifyPlace::takeReports);
        connect(m_desk.get(), &nix::Desk::progressed, m_place.get(), &VerifyPlace::takeProgress);
        connect(m_desk.get(), &nix::Desk::asksForSize, m_place.get(), &VerifyPlace::takeSize);
        connect(m_desk.get(), &nix::Desk::ended, m_place.get(), &VerifyPlace::takeEnd);
        new QAbstractItemModelTester(&m_place->reports(), QAbstractItemModelTester::FailureReportingMode::QtTest, m_place.get());
        m_place->resize(1280, 800);
        m_place->show();
    }
    void cleanupTestCase()
    {
        m_place.reset();
        m_desk.reset();
        m_client.reset();
        m_pools.reset();
        m_simulator.reset();
    }

    void aCorrectlySignedNarInfoWithAnothersNarIsCaught()
    {
        verify(pathOf(sim::IncidentKind::OtherNar));
        QCOMPARE(rung(nix::RungName::Signature), nix::Verdict::Holds);
        QCOMPARE(rung(nix::RungName::Url), nix::Verdict::Fails);
        QCOMPARE(m_place->ladder()->report()->verdict, nix::Verdict::Fails);
        QCOMPARE(m_place->reports().count(nix::Verdict::Fails), 1);
        // The rung that fails is the one whose bytes are shown.
        QCOMPARE(m_place->ladder()->rungs()->currentIndex().row(), int(nix::RungName::Url));
    }

    void aFlippedByteAndAnUnknownKeyFail()
    {
        verify(pathOf(sim::IncidentKind::FlippedByte));
        QCOMPARE(rung(nix::RungName::Signature), nix::Verdict::Holds);
        QCOMPARE(rung(nix::RungName::FileHash), nix::Verdict::Fails);
        verify(pathOf(sim::IncidentKind::UnknownKey));
        QCOMPARE(rung(nix::RungName::Signature), nix::Verdict::Fails);
    }

    void aGoodPathHoldsAndSaysWhatWasNotChecked()
    {
        verify(pathOf(sim::IncidentKind::TwoSignatures));
        QCOMPARE(m_place->ladder()->report()->verdict, nix::Verdict::Holds);
        QVERIFY(m_place->ladder()->sentence().contains(u"Not checked"_s));
        QVERIFY(m_place->ladder()->sentence().contains(u"closure"_s));
    }

    void aListIsCheckedTroubleIsFoundByKeyAndReportedAsMarkdown()
    {
        const auto bad = pathOf(sim::IncidentKind::FlippedByte);
        verify(pathOf(sim::IncidentKind::TwoSignatures) + u'\n' + bad + u"\nno path at all\n"_s);
        QCOMPARE(m_place->reports().rowCount(), 2);
        auto *list = m_place->findChildren<QTreeView *>().front();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_N);
        QCOMPARE(m_place->current()->name, bad);
        QTest::keyClick(list, Qt::Key_M);
        QTRY_VERIFY(QGuiApplication::clipboard()->text().contains(bad));
    }

    void lettersTypedIntoTheTextAreNoKeys()
    {
        m_place->input()->clear();
        QTest::keyClicks(m_place->input(), u"nm/v"_s);
        QCOMPARE(m_place->input()->toPlainText(), u"nm/v"_s);
    }

    void nothingUsefulIsSaidPlainly()
    {
        verify(u"what is this"_s);
        QCOMPARE(m_place->reports().rowCount(), 0);
    }
};

QTEST_MAIN(VerifyPlaceTest)
#include "verifyplace_test.moc"
