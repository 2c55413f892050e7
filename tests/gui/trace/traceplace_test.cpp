// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/trust.h"
#include "support/simulatedservers.h"
#include "ui/trace/hoppanel.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/tracehead.h"
#include "ui/trace/tracelistpage.h"
#include "ui/trace/traceplace.h"
#include "ui/widgets/problembanner.h"
#include "unit/traceui/sampletraces.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 60000; ///< ms

} // namespace

/// The place over the whole simulated pipeline, with hands on mouse and keyboard.
class TracePlaceTest : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    std::unique_ptr<test::SimulatedServers> m_pipeline;
    std::unique_ptr<trace::Tracer> m_tracer;
    std::unique_ptr<TracePlace> m_place;

    [[nodiscard]] QString numberOf(const QByteArray &story) { return u'#' + m_pipeline->pullOf(story).text(); }
    void wire(TracePlace &place)
    {
        connect(&place, &TracePlace::ordered, m_tracer.get(), &trace::Tracer::start);
        connect(&place, &TracePlace::refreshed, m_tracer.get(), &trace::Tracer::refresh);
        connect(&place, &TracePlace::cancelled, m_tracer.get(), &trace::Tracer::cancel);
        connect(&place, &TracePlace::forgotten, m_tracer.get(), &trace::Tracer::forget);
        connect(m_tracer.get(), &trace::Tracer::changed, &place, &TracePlace::takeTrace);
        connect(m_tracer.get(), &trace::Tracer::ended, &place, &TracePlace::takeEnd);
    }
    /// Types it into the field, presses Enter, waits for the end of the round.
    void paste(const QString &text)
    {
        m_place->goBack();
        auto *field = m_place->listPage()->field();
        field->setText(text);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(m_place->isSettled() && m_place->shownTrace(), patience);
    }
    [[nodiscard]] const Picture &picture() { return m_place->picture()->picture(); }

private Q_SLOTS:
    void initTestCase()
    {
        m_pipeline = std::make_unique<test::SimulatedServers>(m_clock);
        const nix::TrustPolicy policy{.keys = nix::keysFromText(m_pipeline->addresses.cacheKey, u"test"_s).keys};
        m_tracer = std::make_unique<trace::Tracer>(m_pipeline->servers, policy,
            trace::TracerDoors{.http = *m_pipeline->client, .pools = m_pipeline->pools, .clock = m_clock});
        m_place = std::make_unique<TracePlace>(policy, m_clock);
        wire(*m_place);
        new QAbstractItemModelTester(
            &m_place->traces(), QAbstractItemModelTester::FailureReportingMode::QtTest, m_place.get());
        m_place->resize(1168, 740);
        m_place->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_place.get()));
    }
    void cleanupTestCase()
    {
        m_place.reset();
        m_tracer.reset();
        m_pipeline.reset();
    }

    void aPastedPullRequestBecomesAPictureFromTopToBottom()
    {
        paste(numberOf("merged-to-master"));
        QVERIFY(picture().stops.size() > 6);
        QSet<Lane> lanes;
        for (const auto &stop : picture().stops)
            lanes.insert(picture().rows[stop.row].lane);
        QCOMPARE(lanes.size(), laneCount);
        QVERIFY(!m_place->head()->sentence().isEmpty());
        QCOMPARE(m_place->current()->kind, SubjectKind::PullRequest);
        QVERIFY(m_place->picture()->selectedHop() >= 0); // something is chosen, so the panel is not empty
        QVERIFY(!m_place->panel()->words().sentence.isEmpty());
    }

    void whatIsOfferedIsAskedForOnlyWhenItIsShown()
    {
        TracePlace place({}, m_clock);
        QSignalSpy ordered(&place, &TracePlace::ordered);
        const PullRequestNr number(429664);
        for (int i = 0; i < 2; ++i)
            place.offer({{number, u"hello: 2.12.1 -> 2.12.2"_s}});
        QCOMPARE(place.traces().count(TraceGroup::Offered), 1);
        QVERIFY(ordered.isEmpty());
        place.open(Subject::ofPullRequest(number));
        QCOMPARE(ordered.size(), 1);
        QCOMPARE(place.traces().count(TraceGroup::Offered), 0);
        QCOMPARE(place.traces().count(TraceGroup::OnTheWay), 1);
    }

    void keysWalkTheStopsAndOpenWhatTheyStandFor()
    {
        auto *view = m_place->picture();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Home);
        QCOMPARE(view->selectedStop(), 0);
        QTest::keyClick(view, Qt::Key_Right);
        QVERIFY(view->selectedStop() > 0);
        const auto build = std::ranges::find_if(
            picture().stops, [](const PictureStop &stop) { return stop.id.contains("/built/"_L1); });
        QVERIFY(build != picture().stops.end());
        view->selectStop(int(build - picture().stops.begin()));
        QSignalSpy opened(m_place.get(), &Place::openRequested);
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().front().value<Subject>().kind, SubjectKind::Build);
        const auto zoom = view->zoom();
        QTest::keyClick(view, Qt::Key_Plus);
        QVERIFY(view->zoom() > zoom);
        QTest::keyClick(view, Qt::Key_0);
        QCOMPARE(view->zoom(), 1.0);
    }

    void aHopShowsItsAnswerAsItCame()
    {
        const auto *shown = m_place->shownTrace();
        const auto signedHop = std::ranges::find_if(picture().hops, [&](const PictureHop &hop) {
            return hop.hop >= 0 && shown->hops[hop.hop].claim == trace::Claim::SignedAs
                && hop.grade == trace::Grade::Signed;
        });
        QVERIFY(signedHop != picture().hops.end());
        m_place->picture()->selectHop(int(signedHop - picture().hops.begin()));
        m_place->panel()->rawButton()->setChecked(true);
        QVERIFY(m_place->panel()->raw()->isVisible());
        QVERIFY(m_place->panel()->raw()->toPlainText().contains("StorePath: /nix/store/"_L1));
        m_place->panel()->rawButton()->setChecked(false);
        QCOMPARE(m_place->pointedAt()->kind, SubjectKind::StorePath); // what c copies and v verifies
    }

    void theTraceIsCopiedAsMarkdown()
    {
        m_place->picture()->setFocus();
        QTest::keyClick(m_place->picture(), Qt::Key_M, Qt::ShiftModifier);
        QVERIFY(QGuiApplication::clipboard()->text().contains("**Pull request**"_L1));
    }

    void askingAgainMovesNothing()
    {
        auto *view = m_place->picture();
        const auto chosen = picture().stops[view->selectedStop()].id;
        view->setZoom(2);
        view->verticalScrollBar()->setValue(40);
        const int at = view->verticalScrollBar()->value();
        QVERIFY(at > 0);
        QSignalSpy ended(m_tracer.get(), &trace::Tracer::ended);
        m_place->refresh();
        QVERIFY(ended.wait(patience));
        QCOMPARE(picture().stops[view->selectedStop()].id, chosen);
        QCOMPARE(view->verticalScrollBar()->value(), at);
        view->setZoom(1);
    }

    void aGrowingTraceKeepsTheSelection()
    {
        TracePlace place({}, m_clock);
        quint64 run = 0;
        connect(&place, &TracePlace::ordered, this, [&](const trace::Order &order) { run = order.run; });
        place.resize(1168, 740);
        place.show();
        place.trace(u"#429664"_s);
        auto whole = test::landedTrace();
        whole.run = run;
        auto part = whole;
        part.isRunning = true;
        part.stops = part.stops.first(5);
        part.hops = part.hops.first(4);
        part.excuses.clear();
        place.takeTrace(part);
        QVERIFY(!place.isSettled());
        place.picture()->selectStop(3);
        const auto chosen = place.picture()->picture().stops[3].id;
        place.takeTrace(whole);
        QCOMPARE(place.picture()->picture().stops[place.picture()->selectedStop()].id, chosen);
        place.takeEnd(run);
        QVERIFY(place.isSettled());
    }

    void anUnmergedPullRequestSaysWhatItWaitsFor()
    {
        paste(numberOf("unmerged"));
        const auto merged = std::ranges::find_if(picture().stops,
            [](const PictureStop &stop) { return stop.id.endsWith("/merged"_L1) || stop.id.contains("/merged/"_L1); });
        QVERIFY(merged != picture().stops.end());
        QVERIFY(merged->ahead);
        m_place->picture()->selectStop(int(merged - picture().stops.begin()));
        QVERIFY(!m_place->panel()->words().grade);
        QVERIFY(!m_place->panel()->words().sentence.isEmpty());
    }

    void aWrongNarNeedsSomebodyAndIsSaidFirst()
    {
        paste(numberOf("wrong-nar"));
        QVERIFY(!m_place->shownTrace()->findings.isEmpty());
        QVERIFY(m_place->traces().count(TraceGroup::NeedsYou) >= 1);
        const auto *entry = m_place->traces().entryWith(keyOf({.subject = *m_place->current()}));
        QVERIFY(entry->summary.words.contains(m_place->shownTrace()->findings.front().sentence.chopped(1)));
    }

    void escGoesBackToTheListWhereEnterShowsItAgain()
    {
        QVERIFY(m_place->goBack());
        QVERIFY(!m_place->shownTrace());
        QVERIFY(!m_place->goBack());
        auto *list = m_place->listPage()->list();
        QCOMPARE(m_place->window()->focusWidget(), list);
        QVERIFY(!m_place->listPage()->currentKey().isEmpty());
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(m_place->shownTrace());
    }

    void manyPastedAtOnceStayInTheList()
    {
        m_place->goBack();
        const auto before = m_place->traces().entries().size();
        m_place->listPage()->field()->setText(numberOf("release-branch") + u' ' + numberOf("job-missing"));
        QTest::keyClick(m_place->listPage()->field(), Qt::Key_Return);
        QVERIFY(!m_place->shownTrace());
        QCOMPARE(m_place->traces().entries().size(), before + 2);
        QTRY_VERIFY_WITH_TIMEOUT(std::ranges::none_of(m_place->traces().entries(), &TraceEntry::isRunning), patience);
        for (const auto &entry : m_place->traces().entries())
            QVERIFY(!entry.summary.title.isEmpty());
    }

    void theListSurvivesARestartAndIsAskedOnlyWhenOpened()
    {
        TracePlace later({}, m_clock);
        QSignalSpy ordered(&later, &TracePlace::ordered);
        later.restoreState(m_place->saveState());
        QCOMPARE(later.traces().entries().size(), m_place->traces().entries().size());
        QCOMPARE(ordered.size(), 0);
        later.trace(numberOf("unmerged"));
        QCOMPARE(ordered.size(), 1);
        QCOMPARE(later.traces().entries().size(), m_place->traces().entries().size()); // the same one
        QVERIFY(std::ranges::none_of(later.traces().entries(),
            [](const TraceEntry &entry) { return entry.run > 0 && entry.summary.title.isEmpty(); }));
    }

    void theFieldOnTopKnowsWhatOnlyATraceCanBeginAt()
    {
        QVERIFY(!m_place->meaningOf(u"nixos-minimal-26.11pre1027151.04b4e759e843-x86_64-linux.iso"_s).isEmpty());
        QVERIFY(!m_place->meaningOf(u"zi6ypq21zi6ypq21zi6ypq21zi6ypq21"_s).isEmpty());
        QVERIFY(m_place->meaningOf(u"hello"_s).isEmpty());
        QVERIFY(m_place->shows(Subject::ofPullRequest(PullRequestNr(1))));
        QVERIFY(!m_place->meaningOf(u"/nix/var/nix/profiles/system-42-link"_s).isEmpty());
        QVERIFY(TracePlace::canTrace(Subject::ofChannel(u"nixos-unstable"_s)));
        QVERIFY(!TracePlace::canTrace(Subject::ofBuilder(u"hydra"_s, u"elated-minsky"_s)));
    }

    void nonsenseIsSaidPlainly()
    {
        paste(u"what is this"_s);
        QVERIFY(m_place->shownTrace()->stops.isEmpty());
        QVERIFY(!m_place->shownTrace()->problems.isEmpty());
    }

    void gitHubOutOfReachIsSaidAndTheRestOfThePlaceGoesOn()
    {
        m_pipeline->simulator.arm(sim::Service::GitHub, sim::Fault::BadGateway, -1);
        paste(numberOf("backport"));
        m_pipeline->simulator.arm(sim::Service::GitHub, sim::Fault::None, 0);
        QVERIFY(!m_place->shownTrace()->problems.isEmpty());
        QSignalSpy ended(m_tracer.get(), &trace::Tracer::ended);
        m_place->refresh();
        QVERIFY(ended.wait(patience));
        QVERIFY(!m_place->shownTrace()->stops.isEmpty());
    }
};

QTEST_MAIN(TracePlaceTest)
#include "traceplace_test.moc"
