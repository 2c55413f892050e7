// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/farm/samplefarm.h"
#include "gui/support/printedmodel.h"
#include "support/fakeclock.h"
#include "ui/farm/farmlist.h"
#include "ui/farm/farmplace.h"
#include "ui/models/farmwords.h"
#include "ui/widgets/style.h"
#include "ui/widgets/timeplot.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

const auto norwegian = u"norwegian-blue.mac.nixos.org"_s;
const auto elated = u"elated-minsky.builder.nixos.org"_s;

struct Shown {
    test::FakeClock clock{Milliseconds(test::farmNow * 1000)};
    test::FakeFarm feed;
    SubjectActions actions;
    std::unique_ptr<FarmPlace> place;

    explicit Shown(QSize size = {1167, 736})
    {
        useLook(makeLook(false, ColourSet::Standard), metric::compactRow);
        place = std::make_unique<FarmPlace>(QList{FarmServer{u"h"_s, u"hydra.example"_s, &feed}}, clock);
        place->setActions(actions);
        place->resize(size);
        place->show();
        (void)QTest::qWaitForWindowExposed(place.get());
    }
    void key(QWidget *widget, int key, Qt::KeyboardModifiers with = {}) { QTest::keyClick(widget, Qt::Key(key), with); }
    [[nodiscard]] QStringList builders() const
    {
        QStringList names;
        for (const auto &row : place->builderList()->facts().rows())
            names << row.cells[0].text;
        return names;
    }
};

} // namespace

class FarmGuiTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyAFarmInViewIsAskedFor()
    {
        Shown farm;
        QCOMPARE(farm.feed.views.value(u"farm"_s), watch::FarmView::Open);
        farm.place->hide();
        QCOMPARE(farm.feed.views.value(u"farm"_s), watch::FarmView::Hidden);
        farm.place->show();
        farm.place->refresh();
        QCOMPARE(farm.feed.refreshes, 1);
    }

    void theSentenceSaysWhatNeedsALook()
    {
        Shown farm;
        QVERIFY(!farm.place->isSettled());
        QSignalSpy settled(farm.place.get(), &Place::settledChanged);
        farm.feed.tell(test::sampleFarm());
        QVERIFY(farm.place->isSettled());
        QCOMPARE(settled.size(), 1);
        QCOMPARE(farm.place->sentence(),
            u"3 of 12 builders need a look: norwegian-blue has been stuck for 5 h, hopeful-rivest is gone, sweeping-filly is short of memory and 1 more."_s);
    }

    void theQueueSaysHowMuchHowFastAndWhy()
    {
        Shown farm;
        auto &model = farm.place->queueList()->facts();
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        farm.feed.tell(test::sampleFarm());
        const auto rows = test::printed(model);
        QCOMPARE(rows.size(), 5);
        QVERIFY2(rows[0].startsWith(u"x86_64-linux | 41,203 |  | 52 | "_s), qPrintable(rows[0]));
        QVERIFY2(rows[0].endsWith(u"All 52 slots busy, shared with other systems"_s), qPrintable(rows[0]));
        QVERIFY2(rows[1].contains(u"| 40 of 40 |"_s) && rows[1].endsWith(u"All 40 slots busy"_s), qPrintable(rows[1]));
        QVERIFY2(rows[4].endsWith(u"unknown | Its only builder, hopeful-rivest, is gone"_s), qPrintable(rows[4]));
    }

    void troubleComesFirstAndTheIdleLast()
    {
        Shown farm;
        auto &model = farm.place->builderList()->facts();
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        farm.feed.tell(test::sampleFarm());
        QCOMPARE(
            farm.builders().first(3), QStringList({u"norwegian-blue"_s, u"hopeful-rivest"_s, u"sweeping-filly"_s}));
        QCOMPARE(farm.builders().last(), u"intense-heron"_s);
        const auto state = [&](int row) { return model.rows()[row].cells[1].text; };
        QCOMPARE(state(0), u"Stuck 5 h: “Sending inputs”, usual < 1 h"_s);
        QCOMPARE(state(1), u"Gone for 40 m; it had 3 steps"_s);
        QCOMPARE(state(2), u"Takes no more: memory wait over 40 %"_s);
        QCOMPARE(state(3), u"Busy"_s);
    }

    void theWorstIsChosenUntilAPersonChooses()
    {
        Shown farm;
        farm.feed.tell(test::sampleFarm());
        QCOMPARE(farm.place->current(), std::optional(Subject::ofBuilder(u"h"_s, norwegian)));
        QCOMPARE(farm.place->detail()->title(), u"norwegian-blue"_s);
        const auto steps = test::printed(farm.place->detail()->steps()->facts());
        QCOMPARE(steps.size(), 2);
        QCOMPARE(steps[0],
            u"python3.14-pyarrow-22.0.0 | 309998644 | nixpkgs:unstable:python3.14-pyarrow.aarch64-darwin | Sending inputs | 5 h 04 m | < 1 h, not measured"_s);
    }

    void whatIsChosenAndInViewStaysThroughRefreshes()
    {
        Shown farm({1167, 560});
        auto state = test::sampleFarm();
        farm.feed.tell(state);
        auto *list = farm.place->builderList();
        QVERIFY(list->choose(elated));
        list->verticalScrollBar()->setValue(list->verticalScrollBar()->maximum());
        const int scrolled = list->verticalScrollBar()->value();
        QSignalSpy reset(&list->facts(), &QAbstractItemModel::modelReset);
        state.builders.removeIf(
            [](const watch::BuilderLine &line) { return line.machine.name.startsWith(u"hopeful"_s); });
        state.troubles.removeIf(
            [](const watch::FarmTrouble &trouble) { return trouble.builder.startsWith(u"hopeful"_s); });
        farm.feed.tell(state);
        QCOMPARE(list->currentKey(), elated);
        QCOMPARE(farm.place->detail()->title(), u"elated-minsky"_s);
        QCOMPARE(reset.size(), 0);
        QVERIFY(list->verticalScrollBar()->value() >= scrolled - metric::compactRow);
    }

    void aChosenBuilderThatMovesOrIsFilteredStaysChosen()
    {
        Shown farm;
        auto state = test::sampleFarm();
        farm.feed.tell(state);
        auto *list = farm.place->builderList();
        QVERIFY(list->choose(elated));
        for (auto &line : state.builders) { // it gets idle, and so moves to the end
            if (line.machine.name == elated)
                line.machine.currentJobs = 0;
        }
        farm.feed.tell(state);
        QCOMPARE(list->currentKey(), elated);
        QCOMPARE(farm.place->detail()->title(), u"elated-minsky"_s);
        farm.place->filterField()->setText(u"aarch64-linux"_s);
        QCOMPARE(farm.place->detail()->title(), u"elated-minsky"_s); // nothing else was chosen
        QVERIFY(list->currentKey().isEmpty());
        farm.place->filterField()->clear();
        QCOMPARE(list->currentKey(), elated);
    }

    void keysFindTroubleStepsAndTheFilter()
    {
        Shown farm;
        farm.feed.tell(test::sampleFarm());
        farm.place->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(farm.place.get()));
        auto *list = farm.place->builderList();
        list->setFocus();
        QVERIFY(list->choose(norwegian));
        farm.key(list, Qt::Key_N);
        QCOMPARE(farm.place->current()->name, u"hopeful-rivest.builder.nixos.org"_s);
        farm.key(list, Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(farm.place->current()->name, norwegian);
        farm.key(list, Qt::Key_Return);
        auto *steps = farm.place->detail()->steps();
        QVERIFY(steps->hasFocus());
        QCOMPARE(farm.place->pointedAt(), std::optional(Subject::ofBuild(u"h"_s, BuildId(309'998'644))));
        QSignalSpy opened(farm.place.get(), &Place::openRequested);
        farm.key(steps, Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened[0][0].value<Subject>(), Subject::ofBuild(u"h"_s, BuildId(309'998'644)));
        farm.key(steps, Qt::Key_Slash);
        QVERIFY(farm.place->filterField()->hasFocus());
        QTest::keyClicks(farm.place->filterField(), u"aarch64-linux"_s);
        QCOMPARE(farm.builders(), QStringList({u"goofy-hopcroft"_s}));
        QVERIFY(farm.place->goBack());
        QCOMPARE(farm.builders().size(), 12);
    }

    void aStepAlsoLeadsToItsDerivation()
    {
        Shown farm;
        auto state = test::sampleFarm();
        const auto path = u"/nix/store/0a1rv3vbvv8fgvs5v6gqsyv5kp1p8n0x-python3.14-pyarrow-22.0.0.drv"_s;
        for (auto &line : state.builders) {
            if (line.machine.name == norwegian)
                line.steps->first().drvPath = path;
        }
        farm.feed.tell(state);
        farm.place->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(farm.place.get()));
        farm.place->detail()->focusPage();
        QCOMPARE(farm.place->alsoPointedAt(), QList{Subject::ofStorePath(path)});
    }

    void aHeaderSortsAndTheThirdClickGivesTheOrderBack()
    {
        Shown farm;
        farm.feed.tell(test::sampleFarm());
        const auto own = farm.builders();
        auto *header = farm.place->builderList()->header();
        const auto click = [&](int column) {
            QTest::mouseClick(
                header->viewport(), Qt::LeftButton, {}, QPoint(header->sectionViewportPosition(column) + 20, 10));
        };
        click(3); // slots, most first
        QCOMPARE(farm.builders().first(), u"elated-minsky"_s);
        click(3);
        QCOMPARE(farm.builders().last(), u"elated-minsky"_s);
        click(3);
        QCOMPARE(farm.builders(), own);
    }

    void aSystemShowsItsDepthWithValuesToRead()
    {
        Shown farm;
        farm.feed.tell(test::sampleFarm());
        QVERIFY(farm.place->queueList()->choose(u"aarch64-darwin"_s));
        QCOMPARE(farm.place->detail()->page(), FarmDetail::Page::Depth);
        QVERIFY(farm.place->builderList()->currentKey().isEmpty());
        auto *plot = farm.place->detail()->depth();
        QVERIFY(plot->isVisible());
        QVERIFY(farm.place->detail()->hint().contains(u"of the last day's"_s));
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_End);
        QCOMPARE(plot->readOut(), u"11:06  waiting 2,114, running 15"_s); // 18 Nov 2026 11:06:40 UTC
        QTest::keyClick(plot, Qt::Key_Left);
        QVERIFY(plot->readOut().startsWith(u"11:01"_s));
        plot->clearFocus();
        QVERIFY(plot->readOut().isEmpty());
        QTest::mouseMove(plot, QPoint(plot->width() / 2, 40));
        QVERIFY(plot->readOut().contains(u"waiting"_s));
    }

    void aWideWindowHasJobsetsAndEventsBeside()
    {
        Shown farm({1807, 1016});
        farm.feed.tell(test::sampleFarm());
        const auto lists = farm.place->findChildren<FarmList *>();
        const auto isJobsets = [](FarmList *list) {
            return list->isVisible() && list->facts().rows().value(0).key == u"nixpkgs:unstable"_s;
        };
        QCOMPARE(std::ranges::count_if(lists, isJobsets), 1);
        farm.place->resize(1167, 736);
        QCOMPARE(std::ranges::count_if(lists, isJobsets), 0);
        QVERIFY(farm.place->queueList()->choose(u"x86_64-linux"_s));
        farm.place->detail()->setPage(FarmDetail::Page::Jobsets);
        QCOMPARE(std::ranges::count_if(lists, isJobsets), 1);
    }

    void aBuilderIsOpenedByItsSubject()
    {
        Shown farm;
        farm.feed.tell(test::sampleFarm());
        QVERIFY(farm.place->shows(Subject::ofBuilder(u"h"_s, elated)));
        QVERIFY(!farm.place->shows(Subject::ofBuilder(u"other"_s, elated)));
        QVERIFY(!farm.place->shows(Subject::ofBuild(u"h"_s, BuildId(1))));
        farm.place->open(Subject::ofBuilder(u"h"_s, elated));
        QCOMPARE(farm.place->builderList()->currentKey(), elated);
        QCOMPARE(farm.place->detail()->title(), u"elated-minsky"_s);
    }

    void withoutAnAnswerItSaysWhy()
    {
        Shown farm;
        watch::FarmState state;
        auto failing = problem(ProblemKind::Network, u"https://h.example"_s).error();
        failing.retryHelps = true;
        state.of(watch::FarmSource::Metrics) = {.isAsked = true, .problem = failing};
        farm.feed.tell(state);
        QVERIFY(farm.place->isSettled());
        QVERIFY(!farm.place->bannerText().isEmpty());
        QVERIFY(!farm.place->queueList()->isVisible());
    }

    void anOldRunnerHasNoColumnsForWhatItDoesNotTell()
    {
        Shown farm;
        auto state = test::sampleFarm();
        state.form = hydra::QueueRunnerStatus::Form::Flat;
        for (auto &line : state.builders) {
            line.machine.load.reset();
            line.record.reset();
        }
        for (auto &line : state.systems)
            line.usualWait.reset();
        farm.feed.tell(state);
        auto *list = farm.place->builderList();
        QStringList shown;
        for (int column = 0; column < list->facts().columnCount(); ++column) {
            if (!list->isColumnHidden(column))
                shown << list->facts().headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        }
        QCOMPARE(
            shown, QStringList({u"Builder"_s, u"State"_s, u"Systems"_s, u"Slots"_s, u"Done / h, 24 h"_s, u"Heard"_s}));
    }

    void bandsAreSaidInOneUnit_data()
    {
        QTest::addColumn<qint64>("low");
        QTest::addColumn<qint64>("high");
        QTest::addColumn<QString>("words");
        QTest::newRow("hours") << qint64(18 * 3600) << qint64(24 * 3600) << u"18–24 h"_s;
        QTest::newRow("rounded outwards") << qint64(18 * 3600 + 1800) << qint64(23 * 3600 + 1) << u"18–24 h"_s;
        QTest::newRow("minutes") << qint64(600) << qint64(1500) << u"10–25 m"_s;
        QTest::newRow("little") << qint64(20) << qint64(50) << u"< 1 m"_s;
        QTest::newRow("from nothing") << qint64(600) << qint64(2 * 3600) << u"< 2 h"_s;
        QTest::newRow("days") << qint64(30 * 3600) << qint64(72 * 3600) << u"1–3 d"_s;
        QTest::newRow("no end") << qint64(3 * 3600) << qint64(-1) << u"over 3 h"_s;
    }
    void bandsAreSaidInOneUnit()
    {
        QFETCH(const qint64, low);
        QFETCH(const qint64, high);
        QFETCH(const QString, words);
        QCOMPARE(wordsOf(watch::ClearBand{.low = low, .high = high < 0 ? std::nullopt : std::optional(high)}), words);
    }

    void axesEndAtRoundNumbers()
    {
        QCOMPARE(niceEnd(0), 1.0);
        QCOMPARE(niceEnd(1), 1.0);
        QCOMPARE(niceEnd(41'203), 50'000.0);
        QCOMPARE(niceEnd(100), 100.0);
        QCOMPARE(niceEnd(101), 200.0);
        QCOMPARE(niceEnd(0.03), 0.05);
    }

    void aGapIsNotReadAsAValue()
    {
        const PlotLine line{.name = u"x"_s, .points = {{1000, 1}, {2000, 2}, {9000, 9}}};
        QCOMPARE(nearest(line, 1400, 1800), std::optional(QPointF(1000, 1)));
        QCOMPARE(nearest(line, 1600, 1800), std::optional(QPointF(2000, 2)));
        QVERIFY(!nearest(line, 5500, 1800));
    }
};

QTEST_MAIN(FarmGuiTest)
#include "farm_gui_test.moc"
