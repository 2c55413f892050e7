// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/support/printedmodel.h"
#include "support/fakeclock.h"
#include "ui/activity/activityplace.h"
#include "ui/widgets/style.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

const Milliseconds start{1'763'700'000'000};

net::LedgerEntry entry(
    quint64 number, const QString &why = u"a build"_s, net::RequestState state = net::RequestState::Done)
{
    net::LedgerEntry made;
    made.number = number;
    made.server = u"hydra.nixos.org"_s;
    made.why = why;
    made.url = QUrl(u"https://hydra.nixos.org/build/%1"_s.arg(number));
    made.method = "GET"_ba;
    made.state = state;
    made.asked = start;
    made.waited = Milliseconds(40);
    made.took = Milliseconds(310);
    made.status = state == net::RequestState::Done ? 200 : 0;
    made.bytes = 2048;
    return made;
}

net::LedgerEntry failed(quint64 number, ProblemKind kind, int status)
{
    auto made = entry(number, u"a build"_s, net::RequestState::Failed);
    made.problem = problem(kind, made.url.toString()).error();
    made.status = status;
    return made;
}

QList<net::LedgerEntry> entries(quint64 from, quint64 to)
{
    QList<net::LedgerEntry> made;
    for (auto number = from; number <= to; ++number)
        made << entry(number);
    return made;
}

QList<quint64> numbersOf(const RequestModel &model)
{
    QList<quint64> numbers;
    for (int row = 0; row < model.rowCount(); ++row)
        numbers << model.entryAt(row)->number;
    return numbers;
}

} // namespace

class ActivityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requestsAreListedNewestFirstWithReasonAddressTimesAndOutcome()
    {
        test::FakeClock clock(start + Milliseconds(5000));
        RequestModel model(clock);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.take({entry(1, u"Jobs: project list"_s), failed(2, ProblemKind::RateLimited, 429)});
        QCOMPARE(test::printed(model),
            QStringList(
                {u"5 s | a build | hydra.nixos.org/build/2 | 429 | 40 ms | 310 ms | 2.0 KiB | The server asked us to slow down (429)."_s,
                    u"5 s | Jobs: project list | hydra.nixos.org/build/1 | 200 | 40 ms | 310 ms | 2.0 KiB"_s}));
    }

    void aRequestThatEndsChangesItsRowAndMovesNothing()
    {
        test::FakeClock clock(start);
        RequestModel model(clock);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.take({entry(1), entry(2, u"an evaluation"_s, net::RequestState::Waiting), entry(3)});
        QCOMPARE(model.index(1, RequestModel::Status).data().toString(), u"waits"_s);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.take({entry(2, u"an evaluation"_s)});
        QCOMPARE(model.index(1, RequestModel::Status).data().toString(), u"200"_s);
        QCOMPARE(inserted.size() + removed.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed[0][0].toModelIndex().row(), 1);
    }

    void filtersTakeRowsAwayAndBringThemBackWithoutAReset()
    {
        test::FakeClock clock(start);
        RequestModel model(clock);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        auto other = entry(3, u"a channel"_s);
        other.server = u"channels.nixos.org"_s;
        model.take({entry(1), failed(2, ProblemKind::Timeout, 0), other, entry(4, u"Jobs: BUILD of openssh"_s)});
        model.setFilter({.text = u"build of"_s, .server = {}, .onlyProblems = false});
        QCOMPARE(numbersOf(model), QList<quint64>({4}));
        model.setFilter({.text = {}, .server = u"channels.nixos.org"_s, .onlyProblems = false});
        QCOMPARE(numbersOf(model), QList<quint64>({3}));
        model.setFilter({.text = {}, .server = {}, .onlyProblems = true});
        QCOMPARE(numbersOf(model), QList<quint64>({2}));
        model.take({failed(5, ProblemKind::Network, 0), entry(6)});
        QCOMPARE(numbersOf(model), QList<quint64>({5, 2}));
        // One that got well leaves, as the filter says.
        model.take({entry(5)});
        QCOMPARE(numbersOf(model), QList<quint64>({2}));
        model.setFilter({});
        QCOMPARE(numbersOf(model), QList<quint64>({6, 5, 4, 3, 2, 1}));
        QCOMPARE(reset.size(), 0);
    }

    void onlyTheNewestThousandAreKept()
    {
        test::FakeClock clock(start);
        RequestModel model(clock);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.take(entries(1, 999));
        model.take(entries(1000, 1010));
        QCOMPARE(model.rowCount(), 1000);
        QCOMPARE(model.total(), size_t(1000));
        QCOMPARE(model.entryAt(0)->number, quint64(1010));
        QCOMPARE(model.entryAt(999)->number, quint64(11));
        QCOMPARE(model.entryAt(1000), nullptr);
    }

    void rowsInViewStayWhereTheyAreWhileNewRequestsCome()
    {
        useLook(makeLook(false, ColourSet::Standard), metric::compactRow);
        test::FakeClock clock(start);
        ActivityPlace place(clock);
        place.resize(1000, 500);
        place.takeEntries(entries(1, 300));
        place.show();
        QVERIFY(QTest::qWaitForWindowExposed(&place));
        auto *list = place.list();
        list->verticalScrollBar()->setValue(40 * metric::compactRow + 5);
        const auto looked = place.requests().entryAt(list->indexAt(QPoint(5, 60)).row())->number;
        const auto before = list->visualRect(place.requests().index(place.requests().rowOf(looked), 0)).top();
        place.takeEntries(entries(301, 317));
        QCOMPARE(list->visualRect(place.requests().index(place.requests().rowOf(looked), 0)).top(), before);
        // At the top, with nothing selected, new ones come into view.
        list->verticalScrollBar()->setValue(0);
        place.takeEntries(entries(318, 320));
        QCOMPARE(place.requests().entryAt(list->indexAt(QPoint(5, 5)).row())->number, quint64(320));
        // What is selected stays under the eye.
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, QPoint(5, 5 * metric::compactRow + 4));
        const auto selected = place.requests().entryAt(list->currentIndex().row())->number;
        place.takeEntries(entries(321, 400));
        QCOMPARE(place.requests().entryAt(list->currentIndex().row())->number, selected);
        QCOMPARE(list->visualRect(list->currentIndex()).top(), 5 * metric::compactRow);
    }

    void keysFindProblemsAndTheFilter()
    {
        test::FakeClock clock(start);
        ActivityPlace place(clock);
        place.takeEntries({entry(1), failed(2, ProblemKind::Timeout, 0), entry(3),
            failed(4, ProblemKind::ServerError, 502), entry(5)});
        place.show();
        QVERIFY(QTest::qWaitForWindowActive(&place));
        place.list()->setFocus();
        QTest::keyClick(place.list(), Qt::Key_N);
        QCOMPARE(place.requests().entryAt(place.list()->currentIndex().row())->number, quint64(4));
        QTest::keyClick(place.list(), Qt::Key_N);
        QCOMPARE(place.requests().entryAt(place.list()->currentIndex().row())->number, quint64(2));
        QTest::keyClick(place.list(), Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(place.requests().entryAt(place.list()->currentIndex().row())->number, quint64(4));
        QTest::keyClick(place.list(), Qt::Key_Slash);
        QVERIFY(place.filterField()->hasFocus());
        QTest::keyClicks(place.filterField(), u"build/3"_s);
        QCOMPARE(numbersOf(place.requests()), QList<quint64>({3}));
    }

    void aServerThatBacksOffCountsDown()
    {
        test::FakeClock clock(start);
        ActivityPlace place(clock);
        net::ServerMeter meter;
        meter.server = meter.name = u"hydra.nixos.org"_s;
        meter.sent = 3;
        meter.allowedPerSecond = 1;
        meter.backOffUntil = start + Milliseconds(45'000);
        meter.lastProblem = problem(ProblemKind::RateLimited, {}).error();
        meter.lastProblemAt = start;
        place.takeMeters({meter});
        QCOMPARE(place.meters().index(0, MeterModel::State).data().toString(),
            u"Next try in 45 s. The server asked us to slow down (429)."_s);
        clock.advance(Milliseconds(30'000));
        QCOMPARE(place.meters().index(0, MeterModel::State).data().toString(),
            u"Next try in 15 s. The server asked us to slow down (429)."_s);
        meter.backOffUntil.reset();
        meter.lastGood = clock.now();
        place.takeMeters({meter});
        QCOMPARE(place.meters().index(0, MeterModel::State).data().toString(), u"Answers"_s);
    }
};

QTEST_MAIN(ActivityTest)
#include "activity_test.moc"
