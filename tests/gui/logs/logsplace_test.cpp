// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/support/measuredapp.h"
#include "support/fakeclock.h"
#include "ui/logs/causebar.h"
#include "ui/logs/comparepane.h"
#include "ui/logs/findbar.h"
#include "ui/logs/logsplace.h"
#include "ui/logs/logview.h"
#include "ui/logs/outlinepane.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int errorAt = 303; ///< line of the compiler's error in the made log, as people count
const auto errorLine = "\x1b[01m\x1b[Ksrc/input.cpp:61:33:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[K'TABLET_TOOL' was not declared in this scope"_ba;

/// What a failing C++ build of stdenv writes: phases, GCC's colours, an error with its place, make's last words.
QByteArray failingLog()
{
    QByteArray text = "Running phase: unpackPhase\nunpacking source archive /nix/store/zi6ypq21xhzq5kkj0mlk5nl33lgvqm1k-source\nRunning phase: buildPhase\n";
    for (int i = 4; i < errorAt; ++i)
        text += "[" + QByteArray::number(i) + "/1418] Compiling C++ object src/part_" + QByteArray::number(i) + ".cpp.o\n";
    text += errorLine + '\n';
    text += "   61 |     } else if (dev->type == \x1b[01;31m\x1b[KTABLET_TOOL\x1b[m\x1b[K)\n      |                             \x1b[01;31m\x1b[K^~~~~~~~~~~\x1b[m\x1b[K\n";
    for (int i = errorAt + 3; i < errorAt + 103; ++i)
        text += "[" + QByteArray::number(i) + "/1418] Compiling C++ object src/part_" + QByteArray::number(i) + ".cpp.o\n";
    return text + "make: *** [Makefile:7: all] Error 1\n";
}

/// The same build when it still worked.
QByteArray goodLog()
{
    QByteArray text = "Running phase: unpackPhase\nunpacking source folder /nix/store/0c1q8vyzs1w5yk0l8m3jcn4q7rb2xfab-source\nRunning phase: buildPhase\n";
    for (int i = 4; i < errorAt + 103; ++i) {
        if (i < errorAt || i >= errorAt + 3)
            text += "[" + QByteArray::number(i + 7) + "/1418] Compiling C++ object src/part_" + QByteArray::number(i) + ".cpp.o\n";
    }
    return text + "all is built\n";
}

/// A place on a screen, and the desk's part by hand.
struct Bench {
    Pools pools;
    test::FakeClock clock;
    QTemporaryDir folder;
    LogsPlace place {pools, clock, folder.path()};
    QSignalSpy ordered {&place, &LogsPlace::ordered};

    explicit Bench(bool dark = false)
    {
        useLook(makeLook(dark, ColourSet::Standard), metric::compactRow);
        place.resize(1168, 740);
        place.show();
    }
    /// Asks for a log as a person does and answers with the bytes.
    quint64 open(const std::shared_ptr<const log::Bytes> &bytes, bool isLive = false)
    {
        place.openLog(u"309998812"_s, u"hydra.nixos.org"_s);
        const auto order = ordered.back().front().value<log::LogOrder>();
        place.takeOpened(order.run, bytes, about(isLive));
        if (!isLive)
            place.takeCompleted(order.run, about(false));
        return order.run;
    }
    static log::LogAbout about(bool isLive)
    {
        return {.place = {.kind = log::LogPlace::Kind::Build, .text = {}, .build = BuildId(309998812), .step = {}}, .title = u"wayfire-0.10.0"_s,
            .system = u"x86_64-linux"_s, .state = isLive ? hydra::BuildState::Queued : hydra::BuildState::Failed, .source = u"hydra.nixos.org"_s, .isLive = isLive};
    }
    static log::LogAbout good()
    {
        auto about = Bench::about(false);
        about.place.build = BuildId(309871220);
        about.state = hydra::BuildState::Succeeded;
        return about;
    }
    [[nodiscard]] qint64 cursor() const { return place.view()->cursorLine().value + 1; }
};

QString clipboardAfter(LogView &view, CopyForm form)
{
    QSignalSpy copied(&view, &LogView::copied);
    view.copy(form);
    return copied.wait(5000) ? QGuiApplication::clipboard()->text() : QString();
}

} // namespace

class LogsPlaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFailedBuildsLogOpensAtItsErrorHalfWayDown()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        QTRY_VERIFY(bench.place.isSettled());
        const auto [first, last] = bench.place.view()->linesInView();
        const auto middle = (first.value + last.value) / 2 + 1;
        QVERIFY2(qAbs(middle - errorAt) <= 2, qPrintable(QString::number(middle)));
        QVERIFY2(bench.place.sentence().contains(u"'TABLET_TOOL' was not declared in this scope"_s), qPrintable(bench.place.sentence()));
        QVERIFY2(bench.place.causeBar()->text().startsWith(u"First cause, line 303: compiler error in buildPhase."_s), qPrintable(bench.place.causeBar()->text()));
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
        bench.place.findBar()->field()->setText(u"PART_1"_s); // part_1 not there, part_10 to part_19 and part_100 to part_199 are
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
        // Esc gives the whole log back; then n walks errors.
        QVERIFY(bench.place.goBack());
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
        QCOMPARE(clipboardAfter(view, CopyForm::Text), u"61:33: error: 'TABLET_TOOL' was not declared in this scope\n   61 |"_s);
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
        QMouseEvent move(QEvent::MouseMove, QPointF(left + 18 * cell + 1, 5), view.viewport()->mapToGlobal(QPointF(left + 18 * cell + 1, 5)), Qt::NoButton, Qt::LeftButton, {});
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
        QCOMPARE(lastInView(), qint64(1000));
    }

    void aLogThatCannotBeHadSaysWhyAndIsAskedForAgain()
    {
        Bench bench;
        bench.place.openLog(u"309998812"_s);
        const auto order = bench.ordered.back().front().value<log::LogOrder>();
        QVERIFY(!bench.place.isSettled());
        QCOMPARE(bench.place.current(), Subject::ofBuild({}, BuildId(309998812)));
        bench.place.takeFailed(order.run, problemSaying(ProblemKind::NotFound, u"None of the places asked has this log."_s).error());
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
        bench.place.takeOpened(order.run, std::make_shared<log::MemoryBytes>("one\ntwo\n"_ba), {.place = {}, .title = u"other.log"_s, .source = u"other.log"_s});
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

    void besideTheLastGoodLogOnlyWhatDiffersIsShownAndWalked()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        QVERIFY(QTest::qWaitForWindowActive(&bench.place));
        bench.place.view()->setFocus();
        QTest::keyClick(bench.place.view(), Qt::Key_D);
        const auto order = bench.ordered.back().front().value<log::LogOrder>();
        QCOMPARE(order.relation, log::LogRelation::LastGood);
        QCOMPARE(order.text, u"309998812"_s);
        bench.place.takeOpened(order.run, std::make_shared<log::MemoryBytes>(goodLog()), Bench::good());
        bench.place.takeCompleted(order.run, Bench::good());
        auto &comparison = *bench.place.comparison();
        QTRY_VERIFY(comparison.plan());
        // By the logs' making: «source archive» is «source folder» in the good one, the error is three lines, and make's last
        // words are two others.
        QCOMPARE(comparison.plan()->alignment().changedLines(), qint64(2));
        QCOMPARE(comparison.plan()->alignment().linesOnlyIn(log::AlignedRun::Kind::OnlyRight), qint64(3));
        QVERIFY2(bench.place.sentence().contains(u"2 lines changed, 3 new"_s), qPrintable(bench.place.sentence()));
        QCOMPARE(comparison.plan()->differences().size(), size_t(3));
        // Both sides show the same rows, and scroll together.
        QCOMPARE(comparison.leftView()->rowCount(), bench.place.view()->rowCount());
        QVERIFY(bench.place.view()->rowCount() < 30);
        QTest::keyClick(bench.place.view(), Qt::Key_N);
        QTest::keyClick(bench.place.view(), Qt::Key_N);
        QCOMPARE(bench.place.findBar()->count(), u"difference 1 of 3"_s);
        QTest::keyClick(bench.place.view(), Qt::Key_A);
        QCOMPARE(bench.place.view()->rowCount(), qint64(406));
        bench.place.view()->verticalScrollBar()->setValue(77);
        QCOMPARE(comparison.leftView()->topRow(), qint64(77));
        QTest::keyClick(bench.place.view(), Qt::Key_A);
        const auto fold = bench.place.view()->rowOf(log::Line(100));
        QCOMPARE(bench.place.view()->rowAt(fold).kind, ViewRow::Kind::Fold);
        bench.place.view()->goTo(log::Line(100));
        const auto before = bench.place.view()->rowCount();
        QTest::keyClick(bench.place.view(), Qt::Key_Space);
        QVERIFY(bench.place.view()->rowCount() > before + 100);
        QVERIFY(bench.place.goBack());
        QVERIFY(!comparison.isActive());
        QCOMPARE(bench.place.view()->rowCount(), qint64(406));
    }

    void aComparisonThatCannotBeHadSaysWhy()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        bench.place.compareWith({.text = u"309998812"_s, .relation = log::LogRelation::LastGood}, u"Last good"_s);
        const auto order = bench.ordered.back().front().value<log::LogOrder>();
        bench.place.takeFailed(order.run, problemSaying(ProblemKind::NotFound, u"No build of this job succeeded before this one."_s).error());
        QVERIFY2(bench.place.sentence().contains(u"No build of this job succeeded before this one."_s), qPrintable(bench.place.sentence()));
        QCOMPARE(bench.place.view()->rowCount(), qint64(406));
    }

    void aLogInAnotherTabIsComparedWithoutAskingAnybody()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        bench.place.openLog(u"other.log"_s);
        const auto order = bench.ordered.back().front().value<log::LogOrder>();
        bench.place.takeOpened(order.run, std::make_shared<log::MemoryBytes>(goodLog()), Bench::good());
        bench.place.takeCompleted(order.run, Bench::good());
        QTRY_VERIFY(bench.place.currentLog()->isJudged());
        bench.place.compareWithTab(0);
        QCOMPARE(bench.ordered.size(), 2);
        QTRY_VERIFY(bench.place.comparison()->plan());
        QCOMPARE(bench.place.comparison()->plan()->alignment().linesOnlyIn(log::AlignedRun::Kind::OnlyLeft), qint64(3));
    }

    void wrappedLinesTakeAsManyRowsAsTheyNeed()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(QByteArray(1000, 'x') + "\nsecond\n"));
        auto &view = *bench.place.view();
        QTRY_VERIFY(view.isFilled());
        QVERIFY(view.horizontalScrollBar()->maximum() > 0 || !view.grab().isNull());
        bench.place.findBar()->wrap()->click();
        QVERIFY(view.isWrapped());
        QCOMPARE(view.horizontalScrollBar()->maximum(), 0);
        const auto cell = QFontMetricsF(monoFont()).horizontalAdvance(u'm');
        const auto left = 20 + int(std::ceil(5 * cell)) + 12;
        const auto columns = int((view.viewport()->width() - left) / cell);
        const auto rows = (1000 + columns - 1) / columns;
        // A click below the parts of the first line meets the second; one into its last part meets its end.
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, QPoint(left + 2, rows * view.rowHeight() + 4));
        QCOMPARE(bench.cursor(), qint64(2));
        QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, QPoint(left + 2, (rows - 1) * view.rowHeight() + 4));
        QCOMPARE(clipboardAfter(view, CopyForm::Text), QString(1000, u'x'));
    }

    void spaceFoldsThePhaseOrTheRepeatedLinesAroundTheKeyboard()
    {
        Bench bench;
        QByteArray text = "Running phase: buildPhase\nstart\n";
        for (int i = 0; i < 50; ++i)
            text += "waiting for 0x" + QByteArray::number(4096 + i, 16) + "\n";
        text += "end\nRunning phase: checkPhase\nok\n";
        bench.open(std::make_shared<log::MemoryBytes>(text));
        auto &view = *bench.place.view();
        QTRY_COMPARE(bench.place.currentLog()->repeats().size(), size_t(1));
        view.setFocus();
        view.goTo(log::Line(20));
        QTest::keyClick(&view, Qt::Key_Space);
        QCOMPARE(view.rowCount(), qint64(55 - 49));
        QCOMPARE(view.cursorLine().value, qint64(2));
        QCOMPARE(view.rowAt(2).hidden, qint64(49));
        QCOMPARE(view.rowOf(log::Line(52)), qint64(3));
        QTest::keyClick(&view, Qt::Key_Space);
        QCOMPARE(view.rowCount(), qint64(55));
        view.goTo(log::Line(1));
        QTest::keyClick(&view, Qt::Key_Space);
        QCOMPARE(view.rowCount(), qint64(3));
        QCOMPARE(view.rowAt(1).line.value, qint64(53));
        view.unfoldAll();
        QCOMPARE(view.rowCount(), qint64(55));
    }

    void aBlockOfColumnsIsCopiedLineByLine()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>("one   10 a\ntwo   20 b\nx\nthree 30 c\n"_ba));
        auto &view = *bench.place.view();
        QTRY_VERIFY(view.isFilled());
        view.selectBlock(log::Line(0), log::Line(3), 6, 8);
        QCOMPARE(clipboardAfter(view, CopyForm::Text), u"10\n20\n\n30"_s);
        // The same with the keyboard: from the second line's column 6 two to the right and one down.
        view.select({log::Line(0), 6}, {log::Line(0), 6});
        view.setFocus();
        for (const auto key : {Qt::Key_Right, Qt::Key_Right, Qt::Key_Down})
            QTest::keyClick(&view, key, Qt::AltModifier | Qt::ShiftModifier);
        QCOMPARE(clipboardAfter(view, CopyForm::Text), u"10\n20"_s);
    }

    void coloursAreCopiedAndAQuoteSaysWhereItIsFrom()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>("<b>\x1b[31mred\x1b[m\n"_ba));
        auto &view = *bench.place.view();
        QTRY_VERIFY(view.isFilled());
        view.selectAll();
        QVERIFY(!clipboardAfter(view, CopyForm::Coloured).isEmpty());
        const auto html = QGuiApplication::clipboard()->mimeData()->html();
        QVERIFY2(html.contains(u"&lt;b&gt;<span style=\"color:#b91d28\">red</span>"_s), qPrintable(html));
        view.setOrigin(u"wayfire [x]"_s, QUrl(u"https://hydra.nixos.org/build/1"_s));
        view.goTo(log::Line(0));
        QCOMPARE(clipboardAfter(view, CopyForm::Markdown), u"[wayfire (x)](https://hydra.nixos.org/build/1), line 1:\n\n```text\n<b>red\n```\n"_s);
    }

    void bookmarksAndNotesComeBackWithTheLog()
    {
        QTemporaryDir folder;
        const QString name = folder.filePath(u"build.log"_s);
        const auto openIn = [&name](LogsPlace &place, const QByteArray &text) {
            QSignalSpy ordered(&place, &LogsPlace::ordered);
            place.openLog(name);
            const auto run = ordered.back().front().value<log::LogOrder>().run;
            const log::LogAbout about {.place = {.kind = log::LogPlace::Kind::File, .text = name, .build = {}, .step = {}}, .title = u"build.log"_s};
            place.takeOpened(run, std::make_shared<log::MemoryBytes>(text), about);
            place.takeCompleted(run, about);
        };
        Bench bench;
        openIn(bench.place, "a\nb\nc\n"_ba);
        QTRY_VERIFY(bench.place.currentLog()->isJudged());
        bench.place.view()->goTo(log::Line(1));
        bench.place.view()->setFocus();
        QTest::keyClick(bench.place.view(), Qt::Key_B);
        bench.place.setNote(log::Line(2), u"look here"_s);
        QTest::keyClick(bench.place.view(), Qt::Key_B); // and away again
        bench.pools.waitForDone();
        // A log with two lines more above: the note stays with its line.
        LogsPlace later(bench.pools, bench.clock, bench.folder.path());
        openIn(later, "new\nnewer\na\nb\nc\n"_ba);
        QTRY_COMPARE(later.currentLog()->notes, (QMap<qint64, QString> {{4, u"look here"_s}}));
    }

    void linesPhasesAndBytesAreGoneTo()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        bench.place.goToText(u"1,7"_s);
        QCOMPARE(bench.cursor(), qint64(17));
        bench.place.goToText(u"build"_s);
        QCOMPARE(bench.cursor(), qint64(3));
        bench.place.goToText(u"@30"_s); // behind «Running phase: unpackPhase», which ends with byte 27
        QTRY_COMPARE(bench.cursor(), qint64(2));
        bench.place.goToText(u"installPhase"_s);
        QVERIFY(bench.place.currentLog()->problem().has_value());
    }

    void storePathsAndHttpsLinksAreOpenedAndNothingElse()
    {
        Bench bench;
        const auto path = u"/nix/store/zi6ypq21xhzq5kkj0mlk5nl33lgvqm1k-source"_s;
        const auto text = "see "_ba + path.toUtf8() + "/a.c: and https://example.org/x).\n\x1b]8;;javascript:alert(1)\x1b\\bad\x1b]8;;\x1b\\ \x1b]8;;https://example.org/y\x1b\\good\x1b]8;;\x1b\\\nhttps://user:pw@example.org/ http://example.org/ nothing\n";
        bench.open(std::make_shared<log::MemoryBytes>(text));
        auto &view = *bench.place.view();
        QTRY_VERIFY(view.isFilled());
        const auto targets = [&view](qint64 row) {
            QStringList all;
            for (const auto &link : view.shownAt(row)->links)
                all << link.target;
            return all;
        };
        QCOMPARE(targets(0), (QStringList {path, u"https://example.org/x"_s}));
        QCOMPARE(targets(1), QStringList {u"https://example.org/y"_s});
        QCOMPARE(targets(2), QStringList {});
        QSignalSpy opened(&bench.place, &Place::openRequested);
        view.goTo(log::Line(0));
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().front().value<Subject>(), Subject::ofStorePath(path));
    }

    void aLogGoesIntoAWindowOfItsOwnAndIsStillFed()
    {
        Bench bench;
        QTemporaryDir folder;
        const auto spool = log::Spool::create(folder.path(), 1 << 20);
        QVERIFY(spool);
        const auto run = bench.open(*spool, true);
        QVERIFY((*spool)->append("one\n"));
        bench.place.takeGrowth(run);
        QTRY_COMPARE(bench.place.currentLog()->document()->state()->index.lineCount(), qint64(1));
        bench.place.detach();
        QVERIFY(!bench.place.currentLog());
        QCOMPARE(bench.place.windows().size(), 1);
        const auto window = bench.place.windows().front();
        QVERIFY(window && window->isWindow() && window->isVisible());
        QVERIFY((*spool)->append("two\n"));
        bench.place.takeGrowth(run);
        QTRY_COMPARE(window->view()->rowCount(), qint64(2));
        QSignalSpy dropped(&bench.place, &LogsPlace::dropped);
        window->close();
        QCOMPARE(dropped.size(), 1);
        QCOMPARE(dropped.front().front().toULongLong(), run);
        QTRY_VERIFY(!window);
    }

    void warningsAreCountedPhaseByPhase()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>("Running phase: buildPhase\na.c:1:2: warning: unused\nok\nb.c:3: \x1b[35mwarning: \x1b[mold\nRunning phase: checkPhase\n0 warnings\n"_ba));
        QTRY_COMPARE(bench.place.currentLog()->warnings().size(), qint64(2));
        const auto *outline = bench.place.outline()->model();
        QTRY_COMPARE(outline->rowCount(outline->index(0, 0)), 1);
        QCOMPARE(outline->index(0, 0, outline->index(0, 0)).data().toString(), u"2 warnings"_s);
        QCOMPARE(outline->rowCount(outline->index(1, 0)), 0);
        Q_EMIT bench.place.outline()->clicked(outline->index(0, 0, outline->index(0, 0)));
        QCOMPARE(bench.cursor(), qint64(2));
        Q_EMIT bench.place.outline()->clicked(outline->index(0, 0, outline->index(0, 0)));
        QCOMPARE(bench.cursor(), qint64(4));
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
            qInfo("%s: longest event %lld us, %s", what, static_cast<long long>(block.took.count()), qPrintable(block.what));
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
                    QVERIFY(bench.place.grab().save(folder + u"/logs-"_s + name + (dark ? u"-dark.png"_s : u"-light.png"_s)));
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
