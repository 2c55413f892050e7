// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client.h"
#include "nix/reporttext.h"
#include "sim/demoservers.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "ui/verify/imageview.h"
#include "ui/verify/keyspage.h"
#include "ui/verify/ladderview.h"
#include "ui/verify/verifyplace.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QDropEvent>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
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
    QString m_channels;

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
        QVERIFY(ended.wait(30000));
        QTRY_VERIFY(m_place->isSettled());
    }
    [[nodiscard]] nix::Verdict rung(nix::RungName name) { return m_place->ladder()->report()->rung(name).verdict; }

private Q_SLOTS:
    void initTestCase()
    {
        m_simulator = std::make_unique<sim::Simulator>(sim::Config{}, m_clock);
        const auto addresses = m_simulator->start();
        QVERIFY(addresses);
        nix::TrustChoices choices;
        for (const auto &key : {addresses->cacheKey, addresses->secondCacheKey})
            choices.keys.push_back({.key = *nix::parsePublicKey(key), .source = u"test"_s});
        m_channels = addresses->channels.toString();
        m_pools = std::make_unique<Pools>();
        m_client = std::make_unique<net::Client>(m_clock, sim::demoServers(*addresses, 1), QString());
        const nix::IsoPlaces places{.channels = addresses->channels, .releases = addresses->releases};
        m_desk
            = std::make_unique<nix::Desk>(QStringList{addresses->cache.toString(), addresses->secondCache.toString()},
                places, policyOf(choices), *m_client, *m_pools, m_clock);
        m_place = std::make_unique<VerifyPlace>(choices, m_clock);
        connect(m_place.get(), &VerifyPlace::ordered, m_desk.get(), &nix::Desk::start);
        connect(m_place.get(), &VerifyPlace::cancelled, m_desk.get(), &nix::Desk::cancel);
        connect(m_desk.get(), &nix::Desk::began, m_place.get(), &VerifyPlace::takeBegin);
        connect(m_desk.get(), &nix::Desk::reported, m_place.get(), &VerifyPlace::takeReports);
        connect(m_desk.get(), &nix::Desk::imageReported, m_place.get(), &VerifyPlace::takeImage);
        connect(m_place.get(), &VerifyPlace::choicesChanged, m_desk.get(),
            [this](const nix::TrustChoices &now) { m_desk->setPolicy(policyOf(now)); });
        connect(m_desk.get(), &nix::Desk::progressed, m_place.get(), &VerifyPlace::takeProgress);
        connect(m_desk.get(), &nix::Desk::asksForSize, m_place.get(), &VerifyPlace::takeSize);
        connect(m_desk.get(), &nix::Desk::ended, m_place.get(), &VerifyPlace::takeEnd);
        for (auto *model : std::initializer_list<QAbstractItemModel *>{
                 &m_place->reports(), &m_place->tree(), &m_place->kept(), &m_place->keysPage()->model()})
            new QAbstractItemModelTester(model, QAbstractItemModelTester::FailureReportingMode::QtTest, m_place.get());
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
        QTest::keyClick(list, Qt::Key_M, Qt::ShiftModifier);
        QTRY_VERIFY(QGuiApplication::clipboard()->text().contains(bad));
    }

    void anImageIsFollowedFromItsChannelToASignature()
    {
        verify(m_channels + u"/nixos-unstable"_s);
        QCOMPARE(m_place->reports().rowCount(), 1);
        QVERIFY(m_place->image()->isVisible());
        QStringList steps;
        for (const auto &check : m_place->image()->steps().checks())
            steps << check.name + u' ' + nix::word(check.verdict);
        // No file is at hand, so there is nothing to hash; all else holds.
        QCOMPARE(steps,
            (QStringList{u"image unavailable"_s, u"release holds"_s, u"published holds"_s, u"store-path holds"_s,
                u"ladder holds"_s, u"contents holds"_s}));
        QTest::keyClick(m_place.get(), Qt::Key_M, Qt::ShiftModifier);
        QTRY_VERIFY(QGuiApplication::clipboard()->text().contains(u"nixos-unstable"_s));
    }

    void aClosureIsATreeWhoseTroubleComesFirst()
    {
        auto *closure = m_place->findChild<QCheckBox *>(u"closure"_s);
        closure->setChecked(true);
        const auto path = pathOf(sim::IncidentKind::TwoSignatures);
        verify(path);
        closure->setChecked(false);
        QVERIFY(m_place->reports().reports().size() > 1);
        auto *asTree = m_place->findChild<QPushButton *>(u"asTree"_s);
        QTest::mouseClick(asTree, Qt::LeftButton);
        auto &tree = m_place->tree();
        QCOMPARE(tree.rowCount(), 1); // one root: the path asked for
        const auto root = tree.index(0, 0);
        QCOMPARE(tree.reportAt(root)->pathText(), path);
        // Its children are its references, each once, without itself.
        QStringList children;
        for (int row = 0; row < tree.rowCount(root); ++row)
            children << tree.reportAt(tree.index(row, 0, root))->pathText();
        QStringList references;
        for (const auto &reference : tree.reportAt(root)->info->references)
            references << QString::fromUtf8(reference.text());
        references.removeAll(path);
        children.sort();
        references.sort();
        QCOMPARE(children, references);
        QTest::mouseClick(asTree, Qt::LeftButton);
    }

    void aResultLinkIsDroppedAndItsPathChecked()
    {
        const QTemporaryDir folder;
        const auto good = pathOf(sim::IncidentKind::TwoSignatures);
        const auto link = folder.filePath(u"result"_s);
        QVERIFY(QFile::link(good, link)); // to nowhere here, as when it was garbage-collected
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(link)});
        QDragEnterEvent enter({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_place.get(), &enter);
        QVERIFY(enter.isAccepted());
        QSignalSpy ended(m_desk.get(), &nix::Desk::ended);
        QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_place.get(), &drop);
        QVERIFY(ended.wait(30000));
        QTRY_VERIFY(m_place->isSettled());
        QCOMPARE(m_place->ladder()->report()->pathText(), good);
        QCOMPARE(m_place->ladder()->report()->verdict, nix::Verdict::Holds);
        verify(pathOf(sim::IncidentKind::OtherNar));
        verify(QUrl::fromLocalFile(link).toString() + u'\n'); // as file managers copy it
        QCOMPARE(m_place->ladder()->report()->pathText(), good);
        verify(link);
        QCOMPARE(m_place->reports().rowCount(), 1);
        QCOMPARE(m_place->ladder()->report()->pathText(), good);
    }

    void onePathIsShownAtOnceWithAllThatIsToBeFoundOut()
    {
        verify(pathOf(sim::IncidentKind::OtherNar));
        const auto good = pathOf(sim::IncidentKind::TwoSignatures);
        QSignalSpy ended(m_desk.get(), &nix::Desk::ended);
        m_place->verify(good);
        QVERIFY(ended.isEmpty());
        QCOMPARE(m_place->ladder()->report()->pathText(), good);
        QCOMPARE(m_place->ladder()->rungs()->model()->rowCount(), int(nix::allRungs.size()));
        QCOMPARE(rung(nix::RungName::NarInfo), nix::Verdict::Unchecked);
        QVERIFY(m_place->ladder()->isVisible());
        QVERIFY(ended.wait(30000));
        QTRY_VERIFY(m_place->isSettled());
        QCOMPARE(rung(nix::RungName::NarInfo), nix::Verdict::Holds);
        // Opened from elsewhere, letters are commands and not more text.
        m_place->open(Subject::ofStorePath(pathOf(sim::IncidentKind::OtherNar)));
        QCOMPARE(m_place->focusWidget(), m_place->ladder()->rungs());
        QVERIFY(ended.wait(30000));
        QTRY_VERIFY(m_place->isSettled());
        QCOMPARE(m_place->ladder()->rungs()->currentIndex().row(), int(nix::RungName::Url));
    }

    void aFilterThatLeavesNothingSaysSoAndEndsWithTheRun()
    {
        auto *closure = m_place->findChild<QCheckBox *>(u"closure"_s);
        closure->setChecked(true);
        const auto path = pathOf(sim::IncidentKind::TwoSignatures);
        verify(path);
        closure->setChecked(false);
        const int all = m_place->reports().rowCount();
        auto *filter = m_place->findChild<QLineEdit *>(u"filter"_s);
        auto *noMatch = m_place->findChild<QWidget *>(u"noMatch"_s);
        filter->setFocus();
        QTest::keyClicks(filter, u"nosuch"_s);
        QCOMPARE(m_place->reports().rowCount(), 0);
        QVERIFY(noMatch->isVisible());
        QVERIFY(m_place->goBack());
        QCOMPARE(m_place->reports().rowCount(), all);
        QVERIFY(!noMatch->isVisible());
        QCOMPARE(m_place->reports().reportAt(0)->pathText(), path); // what was asked for stays on top
        QTest::keyClicks(filter, u"nosuch"_s);
        verify(path);
        QCOMPARE(m_place->reports().rowCount(), 1);
        QCOMPARE(m_place->ladder()->report()->pathText(), path);
    }

    void whatNoCacheHasIsAskedForOnce()
    {
        const QString hashPart(32, u'0');
        verify(u"/nix/store/"_s + hashPart + u"-nothing\n"_s + pathOf(sim::IncidentKind::TwoSignatures));
        QCOMPARE(m_place->reports().missing(), 1);
        QCOMPARE(m_place->reports().count(nix::Verdict::Holds), 1);
        const auto requests = m_client->ledger().entries();
        const auto isForIt = [&](const net::LedgerEntry &entry) { return entry.url.path().contains(hashPart); };
        QCOMPARE(std::ranges::count_if(requests, isForIt), 2); // there are two caches
    }

    void aStoppedRunGoesOnWithWhatIsLeft()
    {
        const auto good = pathOf(sim::IncidentKind::TwoSignatures);
        verify(good);
        const auto before = m_place->reports().reports().size();
        QSignalSpy orders(m_place.get(), &VerifyPlace::ordered);
        m_place->input()->setPlainText(good);
        QTest::mouseClick(m_place->verifyButton(), Qt::LeftButton);
        auto *cancel = m_place->findChild<QPushButton *>(u"cancel"_s);
        auto *more = m_place->findChild<QPushButton *>(u"more"_s);
        QTest::mouseClick(cancel, Qt::LeftButton);
        QVERIFY(more->isVisible());
        QSignalSpy ended(m_desk.get(), &nix::Desk::ended);
        QTest::mouseClick(more, Qt::LeftButton);
        QVERIFY(orders.last().front().value<nix::DeskOrder>().goOn);
        QVERIFY(ended.wait(30000));
        QTRY_VERIFY(m_place->isSettled());
        QCOMPARE(m_place->reports().reports().size(), before);
        QCOMPARE(m_place->ladder()->report()->verdict, nix::Verdict::Holds);
    }

    void keysArePastedDistrustedAndGivenBack()
    {
        auto *keys = m_place->keysPage();
        const auto before = keys->model().choices();
        const auto good = pathOf(sim::IncidentKind::TwoSignatures);
        keys->addFromText("trusted-public-keys = other-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=", u"pasted"_s);
        QCOMPARE(keys->model().choices().keys.size(), before.keys.size() + 1);
        QCOMPARE(keys->model().choices().keys.back().key.name, QByteArray("other-1"));
        QTest::mouseClick(m_place->findChild<QPushButton *>(u"keys"_s), Qt::LeftButton);
        auto *list = keys->findChild<QTreeView *>();
        list->setFocus();
        for (int row = 0; row < int(before.keys.size()); ++row) { // none of the caches' keys counts any more
            list->setCurrentIndex(keys->model().index(row, 0));
            QTest::keyClick(list, Qt::Key_Space);
        }
        verify(good);
        QCOMPARE(rung(nix::RungName::Signature), nix::Verdict::Fails);
        keys->choicesChanged(before);
        keys->model().setChoices(before);
        verify(good);
        QCOMPARE(rung(nix::RungName::Signature), nix::Verdict::Holds);
    }

    void whatWasKeptIsShownAsItWasFound()
    {
        verify(pathOf(sim::IncidentKind::OtherNar));
        const auto report = *m_place->ladder()->report();
        const history::Verification kept{.path = report.pathText(),
            .time = 1790000000,
            .verdict = nix::word(report.verdict),
            .report = QJsonDocument(nix::reportJson(report)).toJson()};
        m_place->input()->clear();
        verify(u"nothing here"_s); // an empty place
        m_place->setKept({kept});
        auto *list = m_place->findChild<QTreeView *>(u"kept"_s);
        list->setCurrentIndex(m_place->kept().index(0, 0));
        QTest::keyClick(list, Qt::Key_Return);
        const auto &shown = *m_place->ladder()->report();
        QCOMPARE(shown.path, report.path);
        QCOMPARE(shown.verdict, report.verdict);
        for (const auto name : nix::allRungs) {
            QCOMPARE(shown.rung(name).verdict, report.rung(name).verdict);
            QCOMPARE(shown.rung(name).detail, report.rung(name).detail);
        }
        QCOMPARE(shown.evidence.size(), report.evidence.size());
        QCOMPARE(shown.evidence.front().sha256, report.evidence.front().sha256);
    }

    void aKeptImageShowsItsStepsAndItsLadder()
    {
        QSignalSpy said(m_desk.get(), &nix::Desk::imageReported);
        verify(m_channels + u"/nixos-unstable"_s);
        const auto report = said.last().at(1).value<nix::IsoReport>();
        QVERIFY(said.last().at(2).toBool());
        m_place->input()->clear();
        verify(u"nothing here"_s);
        m_place->setKept({{.path = report.asked,
            .time = 1790000000,
            .verdict = nix::word(report.verdict),
            .report = QJsonDocument(nix::reportJson(report)).toJson()}});
        auto *list = m_place->findChild<QTreeView *>(u"kept"_s);
        list->setCurrentIndex(m_place->kept().index(0, 0));
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(m_place->image()->isVisible());
        QCOMPARE(m_place->image()->steps().checks().size(), report.steps.size());
        for (size_t step = 0; step < report.steps.size(); ++step)
            QCOMPARE(m_place->image()->steps().checks()[step].verdict, report.steps[step].verdict);
        QCOMPARE(m_place->image()->findChild<LadderView *>()->report()->pathText(), report.ladder->pathText());
    }

    void lettersTypedIntoTheTextAreNoKeys()
    {
        m_place->input()->clear();
        QTest::keyClicks(m_place->input(), u"nm/v"_s);
        QCOMPARE(m_place->input()->toPlainText(), u"nm/v"_s);
    }

    void nothingUsefulIsSaidPlainly()
    {
        verify(pathOf(sim::IncidentKind::TwoSignatures));
        QVERIFY(m_place->ladder()->isVisible());
        verify(u"what is this"_s);
        QCOMPARE(m_place->reports().rowCount(), 0);
        QVERIFY(!m_place->ladder()->isVisible()); // that of the run before
    }
};

QTEST_MAIN(VerifyPlaceTest)
#include "verifyplace_test.moc"
