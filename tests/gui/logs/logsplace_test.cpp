// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/support/measuredapp.h"
#include "logsbench.h"
#include "ui/widgets/problembanner.h"

using namespace narscope;
using namespace narscope::test;

class LogsPlaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLogThatIsNotAllIsShownAndSaidSo()
    {
        Bench bench;
        bench.place.openLog(u"damaged.xz"_s);
        const auto order = bench.ordered.back().front().value<log::LogOrder>();
        bench.place.takeOpened(order.run, std::make_shared<log::MemoryBytes>(failingLog()), Bench::about(false));
        bench.place.takeFailed(order.run,
            problemSaying(ProblemKind::Malformed, u"This log is damaged, the rest is missing."_s, u"damaged.xz"_s)
                .error());
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        QCOMPARE(bench.place.view()->rowCount(), qint64(406));
        const auto *banner = bench.place.findChild<ProblemBanner *>();
        QVERIFY(banner && banner->isVisible());
        QVERIFY2(banner->text().contains(u"the rest is missing"_s), qPrintable(banner->text()));
    }

    void aFailedBuildsLogOpensAtItsErrorHalfWayDown()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        QTRY_VERIFY(bench.place.isSettled());
        const auto [first, last] = bench.place.view()->linesInView();
        const auto middle = (first.value + last.value) / 2 + 1;
        QVERIFY2(qAbs(middle - errorAt) <= 2, qPrintable(QString::number(middle)));
        QVERIFY2(bench.place.sentence().contains(u"'TABLET_TOOL' was not declared in this scope"_s),
            qPrintable(bench.place.sentence()));
        QVERIFY2(bench.place.causeBar()->text().startsWith(u"First cause, line 303: compiler error in buildPhase."_s),
            qPrintable(bench.place.causeBar()->text()));
        const auto *outline = bench.place.outline()->model();
        QCOMPARE(outline->rowCount(), 2);
        QCOMPARE(outline->index(0, 0).data().toString(), u"unpackPhase"_s);
        const auto build = outline->index(1, 0);
        QCOMPARE(build.data().toString(), u"buildPhase"_s);
        QVERIFY(build.model()->index(0, 0, build).data().toString().startsWith(u"303 "_s));
        QCOMPARE(bench.place.view()->grab().isNull(), false);
    }

    void nAndShiftNWalkWhatWasFoundAndCountIt()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        bench.place.view()->goTo(log::Line(0));
        bench.place.findBar()->field()->setText(
            u"PART_1"_s); // part_1 not there, part_10 to part_19 and part_100 to part_199 are
        QTRY_COMPARE(bench.place.findBar()->count(), u"1 of 110"_s);
        QCOMPARE(bench.cursor(), qint64(10));
        bench.place.view()->setFocus();
        QVERIFY(QTest::qWaitForWindowActive(&bench.place));
        QTest::keyClick(bench.place.view(), Qt::Key_N);
        QCOMPARE(bench.place.findBar()->count(), u"2 of 110"_s);
        QTest::keyClick(bench.place.view(), Qt::Key_N, Qt::ShiftModifier);
        QTest::keyClick(bench.place.view(), Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(bench.cursor(), qint64(199)); // round, from the first to the last
        bench.place.findBar()->onlyMatches()->click();
        const auto [first, last] = bench.place.view()->linesInView();
        QCOMPARE(last.value + 1, qint64(199));
        QVERIFY(first.value + 1 < 199 && first.value + 1 >= 10);
        // Esc goes from the field to the log, then gives the whole log back; then n walks errors.
        QVERIFY(QTest::qWaitForWindowActive(&bench.place));
        bench.place.findBar()->field()->setFocus();
        QVERIFY(bench.place.goBack());
        QVERIFY(bench.place.view()->hasFocus());
        QVERIFY(!bench.place.findBar()->query().anyOf.empty());
        QVERIFY(bench.place.goBack());
        QVERIFY(bench.place.findBar()->query().anyOf.empty());
        QTRY_VERIFY(!bench.place.view()->showsOnlyMatches());
        QTest::keyClick(bench.place.view(), Qt::Key_N);
        QCOMPARE(bench.cursor(), qint64(errorAt));
    }

    void aBadPatternIsSaidAndNothingIsFound()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        const auto buttons = bench.place.findBar()->findChildren<QPushButton *>();
        const auto regex = std::ranges::find(buttons, u".*"_s, &QPushButton::text);
        QVERIFY(regex != buttons.end());
        (*regex)->click();
        bench.place.findBar()->field()->setText(u"part_(1"_s);
        QTRY_VERIFY(!bench.place.findBar()->count().isEmpty() && !bench.place.findBar()->count().contains(u"found"_s));
    }

    void aSelectionIsCopiedAsItIsSeen()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        auto &view = *bench.place.view();
        // From «61:33:» of the error to «61 |» below it, over two coloured lines.
        view.select({log::Line(errorAt - 1), 14}, {log::Line(errorAt), 7});
        QCOMPARE(clipboardAfter(view, CopyForm::Text),
            u"61:33: error: 'TABLET_TOOL' was not declared in this scope\n   61 |"_s);
        view.select({log::Line(errorAt), 0}, {log::Line(errorAt), 7});
        QCOMPARE(clipboardAfter(view, CopyForm::Markdown), u"```text\n   61 |\n```\n"_s);
    }

    void theMouseSelectsTheCharactersUnderIt()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>("a\tb \xe4\xb8\xad\xe6\x96\x87 end\nsecond line\n"_ba));
        auto &view = *bench.place.view();
        QTRY_VERIFY(view.isFilled());
        // A tab reaches to column 8, each of the two wide characters takes two columns: «end» begins in column 15.
        const auto metrics = QFontMetricsF(monoFont());
        const auto cell = metrics.horizontalAdvance(u'm');
        const auto left = 20 + int(std::ceil(5 * cell)) + 12;
        QTest::mousePress(view.viewport(), Qt::LeftButton, {}, QPoint(left + int(15 * cell) + 1, 5));
        QTest::mouseMove(view.viewport(), QPoint(left + int(18 * cell) + 1, 5));
        QMouseEvent move(QEvent::MouseMove, QPointF(left + 18 * cell + 1, 5),
            view.viewport()->mapToGlobal(QPointF(left + 18 * cell + 1, 5)), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(view.viewport(), &move);
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, QPoint(left + int(18 * cell) + 1, 5));
        QCOMPARE(clipboardAfter(view, CopyForm::Text), u"end"_s);
    }

    void followingKeepsTheEndInViewUntilAPersonScrollsUp()
    {
        Bench bench;
        QTemporaryDir folder;
        const auto spool = log::Spool::create(folder.path(), 1 << 20);
        QVERIFY(spool);
        const auto run = bench.open(*spool, true);
        const auto grow = [&](int from, int to) {
            for (int i = from; i < to; ++i)
                QVERIFY((*spool)->append("line " + QByteArray::number(i) + '\n'));
            bench.place.takeGrowth(run);
        };
        const auto lastInView = [&] { return bench.place.view()->linesInView().second.value + 1; };
        QVERIFY(bench.place.view()->isFollowing());
        grow(0, 500);
        QTRY_COMPARE(lastInView(), qint64(500));
        grow(500, 900);
        QTRY_COMPARE(lastInView(), qint64(900));
        bench.place.view()->verticalScrollBar()->setValue(100);
        QVERIFY(!bench.place.view()->isFollowing());
        QVERIFY(!bench.place.findBar()->follow()->isChecked());
        grow(900, 1000);
        QTRY_COMPARE(bench.place.currentLog()->document()->state()->index.lineCount(), qint64(1000));
        QCOMPARE(bench.place.view()->linesInView().first.value, qint64(100));
        bench.place.findBar()->follow()->click();
        QTRY_COMPARE(lastInView(), qint64(1000)); // what came is shown within a frame
    }

    void aLogThatCannotBeHadSaysWhyAndIsAskedForAgain()
    {
        Bench bench;
        bench.place.openLog(u"309998812"_s);
        const auto order = bench.ordered.back().front().value<log::LogOrder>();
        QVERIFY(!bench.place.isSettled());
        QCOMPARE(bench.place.current(), Subject::ofBuild({}, BuildId(309998812)));
        bench.place.takeFailed(
            order.run, problemSaying(ProblemKind::NotFound, u"None of the places asked has this log."_s).error());
        QVERIFY(bench.place.isSettled());
        bench.place.refresh();
        QCOMPARE(bench.ordered.size(), 2);
        QCOMPARE(bench.ordered.back().front().value<log::LogOrder>().text, order.text);
    }

    void severalLogsAreKeptEachWhereItWasLeft()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        bench.place.view()->goTo(log::Line(41));
        bench.place.openLog(u"other.log"_s);
        const auto order = bench.ordered.back().front().value<log::LogOrder>();
        bench.place.takeOpened(order.run, std::make_shared<log::MemoryBytes>("one\ntwo\n"_ba),
            {.place = {}, .title = u"other.log"_s, .source = u"other.log"_s});
        QTRY_COMPARE(bench.place.currentLog()->document()->state()->index.lineCount(), qint64(2));
        bench.place.openLog(u"309998812"_s, u"hydra.nixos.org"_s);
        QCOMPARE(bench.ordered.size(), 2); // it is open already
        QCOMPARE(bench.cursor(), qint64(42));
    }

    void emptyAndVeryLongLinesArePainted()
    {
        Bench bench;
        const auto longLine = QByteArray(3'000'000, 'x');
        bench.open(std::make_shared<log::MemoryBytes>(longLine + "\n\n" + longLine + "\nend"));
        auto &view = *bench.place.view();
        QTRY_COMPARE(view.linesInView().second.value, qint64(3));
        QTRY_VERIFY(view.isFilled());
        QVERIFY(!view.grab().isNull());
        view.select({log::Line(3), 0}, {log::Line(3), 3});
        QCOMPARE(clipboardAfter(view, CopyForm::Text), u"end"_s);
    }

    /// With a log of any size named by NARSCOPE_TEST_LARGE_LOG: how long its opening, scrolling and searching held the
    /// GUI thread. A measurement for a person; an unoptimised or shared machine tells little.
    void aLargeLogIsOpenedScrolledAndSearchedWithoutHoldingTheWindowUp()
    {
        const auto name = qEnvironmentVariable("NARSCOPE_TEST_LARGE_LOG");
        if (name.isEmpty())
            QSKIP("NARSCOPE_TEST_LARGE_LOG names no log");
        Bench bench;
        const auto file = log::FileBytes::open(name);
        QVERIFY(file);
        auto *application = dynamic_cast<test::MeasuredApplication *>(QCoreApplication::instance());
        const auto report = [application](const char *what) {
            const auto &block = application->longestBlock();
            qInfo("%s: longest event %lld us, %s", what, static_cast<long long>(block.took.count()),
                qPrintable(block.what));
            application->startMeasuring();
        };
        application->startMeasuring();
        bench.open(*file);
        QTRY_VERIFY_WITH_TIMEOUT(bench.place.isSettled(), 300'000);
        report("opening and finding the error");
        auto &view = *bench.place.view();
        for (int i = 0; i <= 100; ++i) {
            view.verticalScrollBar()->setValue(int(qint64(view.verticalScrollBar()->maximum()) * i / 100));
            QTRY_VERIFY(view.isFilled());
        }
        report("jumping to a hundred places");
        const auto word = u"unused variable"_s;
        for (int i = 1; i <= word.size(); ++i) {
            bench.place.findBar()->field()->setText(word.left(i));
            QTest::qWait(30);
        }
        QTRY_VERIFY_WITH_TIMEOUT(!bench.place.currentLog()->document()->isSearching(), 300'000);
        report("searching while typing");
        qInfo("%s", qPrintable(bench.place.findBar()->count()));
    }

    /// For looking at: writes pictures where the variable says.
    void picturesAreDrawnInBothThemes()
    {
        const auto folder = qEnvironmentVariable("NARSCOPE_TEST_PICTURES");
        for (const bool dark : {false, true}) {
            Bench bench(dark);
            bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
            QTRY_VERIFY(bench.place.isSettled());
            bench.place.findBar()->field()->setText(u"TABLET_TOOL"_s);
            QTRY_COMPARE(bench.place.findBar()->count(), u"1 of 2"_s);
            QTRY_VERIFY(bench.place.isSettled());
            const auto picture = bench.place.grab();
            const auto ground = picture.toImage().pixelColor(700, 600);
            QCOMPARE(ground.lightness() < 128, dark);
            const auto save = [&](const QString &name) {
                if (!folder.isEmpty())
                    QVERIFY(bench.place.grab().save(
                        folder + u"/logs-"_s + name + (dark ? u"-dark.png"_s : u"-light.png"_s)));
            };
            save(u"find"_s);
            bench.place.findBar()->clear();
            bench.place.view()->goTo(log::Line(errorAt - 1));
            bench.place.setNote(log::Line(errorAt - 1), u"wlroots renamed it"_s);
            bench.place.compareWith({.text = u"309998812"_s, .relation = log::LogRelation::LastGood}, u"Last good"_s);
            const auto order = bench.ordered.back().front().value<log::LogOrder>();
            bench.place.takeOpened(order.run, std::make_shared<log::MemoryBytes>(goodLog()), Bench::good());
            bench.place.takeCompleted(order.run, Bench::good());
            QTRY_VERIFY(bench.place.comparison()->plan());
            QTRY_VERIFY(bench.place.view()->isFilled() && bench.place.comparison()->leftView()->isFilled());
            save(u"compare"_s);
            bench.place.endComparison();
            bench.place.view()->foldPhases();
            bench.place.view()->setFocus();
            QTRY_VERIFY(bench.place.view()->isFilled() && bench.place.view()->width() > 800);
            save(u"folded"_s);
        }
    }
};

int main(int argc, char **argv)
{
    test::MeasuredApplication application(argc, argv);
    LogsPlaceTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "logsplace_test.moc"
