// SPDX-License-Identifier: GPL-3.0-or-later
#include "logsbench.h"
#include "ui/logs/findallpane.h"

#include <QInputDialog>
#include <QMenu>
#include <QStandardItemModel>
#include <QTreeView>

using namespace narscope;
using namespace narscope::test;

namespace {

log::ArchivedLog keptLog(char digest, int build)
{
    log::ArchivedLog log;
    log.digest = QByteArray(64, digest);
    log.title = u"this & that-1.0"_s;
    log.system = u"x86_64-linux"_s;
    log.server = u"another"_s;
    log.build = BuildId(build);
    log.state = hydra::BuildState::Failed;
    log.cause = u"it is gone"_s;
    log.causeLine = 4;
    return log;
}

/// 55 lines: two phases; from the third line on one is repeated fifty times.
QByteArray waitingLog()
{
    QByteArray text = "Running phase: buildPhase\nstart\n";
    for (int i = 0; i < 50; ++i)
        text += "waiting for 0x" + QByteArray::number(4096 + i, 16) + "\n";
    return text + "end\nRunning phase: checkPhase\nok\n";
}

} // namespace

/// What is done with a log that is open.
class LogsToolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
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
        // By the logs' making: «source archive» is «source folder» in the good one, the error is three lines, and
        // instead of make's last words there is another line.
        QCOMPARE(comparison.plan()->alignment().changedLines(), qint64(1));
        QCOMPARE(comparison.plan()->alignment().linesOnlyIn(log::AlignedRun::Kind::OnlyRight), qint64(4));
        QVERIFY2(
            bench.place.sentence().contains(u"1 line changed, 4 new, 1 gone."_s), qPrintable(bench.place.sentence()));
        QVERIFY2(bench.place.sentence().contains(u"The first new error is at line 303."_s),
            qPrintable(bench.place.sentence()));
        QCOMPARE(comparison.plan()->differences().size(), size_t(3));
        // Both sides show the same rows, and scroll together.
        QCOMPARE(comparison.leftView()->rowCount(), bench.place.view()->rowCount());
        QVERIFY(bench.place.view()->rowCount() < 30);
        QTest::keyClick(bench.place.view(), Qt::Key_N);
        QTest::keyClick(bench.place.view(), Qt::Key_N);
        QCOMPARE(bench.place.findBar()->count(), u"difference 1 of 3"_s);
        QTest::keyClick(bench.place.view(), Qt::Key_A);
        QCOMPARE(bench.place.view()->rowCount(), qint64(407)); // with the line that only the good log has
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
        bench.place.takeFailed(order.run,
            problemSaying(ProblemKind::NotFound, u"No build of this job succeeded before this one."_s).error());
        QVERIFY2(bench.place.sentence().contains(u"No build of this job succeeded before this one."_s),
            qPrintable(bench.place.sentence()));
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
        QCOMPARE(bench.place.comparison()->plan()->alignment().linesOnlyIn(log::AlignedRun::Kind::OnlyLeft), qint64(4));
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

    void aLineThatIsShownCutIsCopiedWhole()
    {
        Bench bench;
        const QByteArray line = "\x1b[31m" + QByteArray("0123456789").repeated(20000) + "\x1b[0m";
        bench.open(std::make_shared<log::MemoryBytes>("first\n" + line + "\nlast\n"));
        auto &view = *bench.place.view();
        QTRY_VERIFY(view.isFilled());
        view.goTo(log::Line(1));
        view.setFocus();
        const auto whole = QString::fromLatin1(QByteArray("0123456789").repeated(20000));
        QCOMPARE(clipboardAfter(view, CopyForm::Text), whole);
        QTest::keyClick(&view, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(clipboardAfter(view, CopyForm::Text), u"first\n"_s + whole + u"\nlast"_s);
        QCOMPARE(clipboardAfter(view, CopyForm::Coloured), u"first\n"_s + whole + u"\nlast"_s);
        QVERIFY(QGuiApplication::clipboard()->mimeData()->html().contains(whole));
    }

    void theEndOfALogWithWrappedLinesIsInViewAlthoughTheirHeightIsKnownOnlyLater()
    {
        Bench bench;
        QByteArray text;
        for (int i = 0; i < 2000; ++i)
            text += QByteArray(700, char('a' + i % 26)) + '\n';
        bench.open(std::make_shared<log::MemoryBytes>(text));
        auto &view = *bench.place.view();
        QTRY_VERIFY(bench.place.currentLog()->isJudged()); // all its lines are known
        QTRY_VERIFY(view.isFilled());
        bench.place.findBar()->wrap()->click();
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(bench.cursor(), qint64(2000));
        QTRY_COMPARE(view.linesInView().second, log::Line(1999));
        view.goTo(log::Line(1000));
        QTRY_VERIFY(view.isFilled());
        QTRY_VERIFY(view.linesInView().first <= log::Line(1000) && view.linesInView().second >= log::Line(1000));
    }

    void theKeyboardGoesOnFromWhatIsInView()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(QByteArray("line\n").repeated(5000)));
        auto &view = *bench.place.view();
        QTRY_VERIFY(bench.place.currentLog()->isJudged());
        QTRY_VERIFY(view.isFilled());
        view.setFocus();
        view.scrollToLine(log::Line(3000)); // the keyboard's line stays the first
        QTest::keyClick(&view, Qt::Key_PageDown);
        QVERIFY(view.linesInView().first > log::Line(3000) && view.linesInView().first < log::Line(3200));
        view.scrollToLine(log::Line(100));
        QTest::keyClick(&view, Qt::Key_Up);
        QCOMPARE(view.linesInView().first, log::Line(99));
        QCOMPARE(bench.cursor(), qint64(100));
    }

    void whatIsGoneToOpensTheFoldsThatHideIt()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(waitingLog()));
        auto &view = *bench.place.view();
        QTRY_COMPARE(bench.place.currentLog()->repeats().size(), size_t(1));
        QCoreApplication::sendPostedEvents(); // the view is told in a moment of its own
        view.foldRepeats();
        view.goTo(log::Line(54));
        view.foldPhases(); // the other one, with the repeated lines in it
        QCOMPARE(view.rowCount(), qint64(3));
        view.goTo(log::Line(12));
        QCOMPARE(view.rowCount(), qint64(55));
        QCOMPARE(view.rowAt(view.rowOf(log::Line(12))).line, log::Line(12));
    }

    void spaceFoldsThePhaseOrTheRepeatedLinesAroundTheKeyboard()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(waitingLog()));
        auto &view = *bench.place.view();
        QTRY_COMPARE(bench.place.currentLog()->repeats().size(), size_t(1));
        QCoreApplication::sendPostedEvents(); // the view is told in a moment of its own
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

    void whatIsFoundIsShownWithTheLinesAroundIt()
    {
        Bench bench;
        QByteArray text;
        for (int i = 1; i <= 60; ++i)
            text += (i == 20 || i == 25 || i == 50 ? "hit " : "line ") + QByteArray::number(i) + '\n';
        bench.open(std::make_shared<log::MemoryBytes>(text));
        auto &view = *bench.place.view();
        auto &bar = *bench.place.findBar();
        bar.field()->setText(u"hit"_s);
        QTRY_COMPARE(bench.place.currentLog()->document()->findings().size(), 3);
        bar.onlyMatches()->setChecked(true);
        QTRY_COMPARE(view.rowCount(), 3);
        bar.around()->setChecked(true);
        // 17 to 28, for the two lie close together, and 47 to 53.
        QTRY_COMPARE(view.rowCount(), 19);
        QCOMPARE(view.rowAt(0).line, log::Line(16));
        QCOMPARE(view.rowAt(11).line, log::Line(27));
        QCOMPARE(view.rowAt(12).line, log::Line(46));
        QVERIFY(view.rowAt(12).isApart && !view.rowAt(11).isApart && !view.rowAt(0).isApart);
        QCOMPARE(view.rowOf(log::Line(52)), 18);
        // What is not shown is not copied.
        view.select({log::Line(26), 0}, {log::Line(46), 7});
        QCOMPARE(clipboardAfter(view, CopyForm::Text), u"line 27\nline 28\nline 47"_s);
        bar.around()->setChecked(false);
        QTRY_COMPARE(view.rowCount(), 3);
        view.select({log::Line(19), 0}, {log::Line(24), 6});
        QCOMPARE(clipboardAfter(view, CopyForm::Text), u"hit 20\nhit 25"_s);
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
        QCOMPARE(clipboardAfter(view, CopyForm::Markdown),
            u"[wayfire (x)](https://hydra.nixos.org/build/1), line 1:\n\n```text\n<b>red\n```\n"_s);
    }

    void bookmarksAndNotesComeBackWithTheLog()
    {
        QTemporaryDir folder;
        const QString name = folder.filePath(u"build.log"_s);
        const auto openIn = [&name](LogsPlace &place, const QByteArray &text) {
            QSignalSpy ordered(&place, &LogsPlace::ordered);
            place.openLog(name);
            const auto run = ordered.back().front().value<log::LogOrder>().run;
            const log::LogAbout about{
                .place = {.kind = log::LogPlace::Kind::File, .text = name, .build = {}, .step = {}},
                .title = u"build.log"_s};
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
        QTRY_COMPARE(later.currentLog()->notes, (QMap<qint64, QString>{{4, u"look here"_s}}));
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
        bench.place.goToText(u"installPhase"_s); // asked again, and said why
        const auto *dialog = bench.place.findChild<QInputDialog *>();
        QVERIFY(dialog && dialog->labelText().contains(u"no such phase"_s));
        QCOMPARE(dialog->textValue(), u"installPhase"_s);
    }

    void storePathsAndHttpsLinksAreOpenedAndNothingElse()
    {
        Bench bench;
        const auto path = u"/nix/store/zi6ypq21xhzq5kkj0mlk5nl33lgvqm1k-source"_s;
        const auto text = "see "_ba + path.toUtf8()
            + "/a.c: and https://example.org/x).\n\x1b]8;;javascript:alert(1)\x1b\\bad\x1b]8;;\x1b\\ "
              "\x1b]8;;https://example.org/y\x1b\\good\x1b]8;;\x1b\\\nhttps://user:pw@example.org/ http://example.org/ "
              "nothing\n";
        bench.open(std::make_shared<log::MemoryBytes>(text));
        auto &view = *bench.place.view();
        QTRY_VERIFY(view.isFilled());
        const auto targets = [&view](qint64 row) {
            QStringList all;
            for (const auto &link : view.shownAt(row)->links)
                all << link.target;
            return all;
        };
        QCOMPARE(targets(0), (QStringList{path, u"https://example.org/x"_s}));
        QCOMPARE(targets(1), QStringList{u"https://example.org/y"_s});
        QCOMPARE(targets(2), QStringList{});
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

    void othersWithTheSameFailureAreNamedAndOpenedAtTheirCause()
    {
        Bench bench;
        const auto run = bench.open(std::make_shared<log::MemoryBytes>(failingLog()));
        QTRY_COMPARE(bench.cursor(), qint64(errorAt));
        QVERIFY(!bench.place.causeBar()->text().contains(u"other log"_s));
        bench.place.takeKept(run, keptLog('a', 1), {keptLog('b', 7), keptLog('c', 8)});
        QPushButton *same = nullptr;
        for (auto *button : bench.place.causeBar()->findChildren<QPushButton *>())
            same = button->text() == u"The same in 2 other logs"_s ? button : same;
        QVERIFY2(same && same->isVisible(), qPrintable(bench.place.causeBar()->text()));
        QTest::mouseClick(same, Qt::LeftButton);
        const auto *menu = bench.place.findChild<QMenu *>();
        QVERIFY(menu);
        QCOMPARE(menu->actions().size(), 2);
        QCOMPARE(menu->actions().front()->text(), u"this && that-1.0  build 7  x86_64-linux"_s);
        menu->actions().front()->trigger();
        const auto order = bench.ordered.back().front().value<log::LogOrder>();
        QCOMPARE(order.text, u"archive:"_s + QString(64, u'b'));
        QCOMPARE(order.server, u"another"_s);
        bench.place.takeOpened(order.run, std::make_shared<log::MemoryBytes>(failingLog()), Bench::about(false));
        bench.place.takeCompleted(order.run, Bench::about(false));
        QTRY_COMPARE(bench.cursor(), qint64(5)); // where the archive says, not where this log's own error is
    }

    void logsThatAreKeptAreListedAndOpened()
    {
        Bench bench;
        QSignalSpy listed(&bench.place, &LogsPlace::archiveListOrdered);
        bench.place.findInAll();
        QCOMPARE(listed.size(), 1);
        const auto search = listed.front().front().toULongLong();
        bench.place.takeArchiveList(search + 1, {keptLog('a', 6)}, 1); // of somebody else
        bench.place.takeArchiveList(search, {keptLog('b', 7)}, 1);
        const auto *pane = bench.place.findAll();
        QCOMPARE(pane->count(), u"1 log is kept on this computer."_s);
        QCOMPARE(pane->results()->rowCount(), 1);
        const auto text = pane->results()->item(0)->text();
        QVERIFY2(text.contains(u"this & that-1.0"_s) && text.contains(u"it is gone"_s), qPrintable(text));
        Q_EMIT pane->list()->clicked(pane->results()->index(0, 0));
        QCOMPARE(bench.ordered.back().front().value<log::LogOrder>().text, u"archive:"_s + QString(64, u'b'));
    }

    void aMatchFarToTheRightComesIntoView()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>("short\n" + QByteArray(3000, 'x') + "needle\nneedle here\n"));
        auto &view = *bench.place.view();
        QTRY_VERIFY(view.isFilled());
        bench.place.findBar()->field()->setText(u"needle"_s);
        QTRY_COMPARE(bench.cursor(), qint64(2));
        QTRY_VERIFY(view.horizontalScrollBar()->value() > 0);
        QTest::keyClick(&view, Qt::Key_N);
        QCOMPARE(bench.cursor(), qint64(3));
        QTRY_COMPARE(view.horizontalScrollBar()->value(), 0);
    }

    void ofAFollowedLogTheTimesOfItsLinesAreKnown()
    {
        Bench bench;
        QTemporaryDir folder;
        const auto spool = log::Spool::create(folder.path(), 1 << 20);
        QVERIFY(spool);
        const auto run = bench.open(*spool, true);
        const auto grow = [&](const QByteArray &text, qint64 lines) {
            QVERIFY((*spool)->append(text));
            bench.place.takeGrowth(run);
            const auto *log = bench.place.currentLog();
            QTRY_COMPARE(log->arrivals().empty() ? 0 : log->arrivals().back().lines, lines);
        };
        grow("was there before\n"_ba, 1);
        bench.clock.advance(Milliseconds(1000));
        grow("Running phase: buildPhase\nx\n"_ba, 3);
        const auto began = bench.clock.now().count();
        bench.clock.advance(Milliseconds(65000));
        grow("Running phase: installPhase\n"_ba, 4);
        const auto &arrivals = bench.place.currentLog()->arrivals();
        QCOMPARE(arrivals.size(), size_t(3));
        QCOMPARE(arrivals[1].msecs, began);
        const auto *outline = bench.place.outline()->model();
        QTRY_COMPARE(outline->rowCount(), 2);
        QCOMPARE(outline->index(0, 0).data().toString(), u"buildPhase"_s);
        QCOMPARE(outline->index(0, 1).data().toString(), u"1:05"_s);
        QCOMPARE(outline->index(1, 1).data().toString(), u"–"_s); // it goes on
    }

    void warningsAreCountedPhaseByPhase()
    {
        Bench bench;
        bench.open(std::make_shared<log::MemoryBytes>(
            "Running phase: buildPhase\na.c:1:2: warning: unused\nok\nb.c:3: \x1b[35mwarning: \x1b[mold\nRunning phase: checkPhase\n0 warnings\n"_ba));
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
};

QTEST_MAIN(LogsToolsTest)
#include "logstools_test.moc"
