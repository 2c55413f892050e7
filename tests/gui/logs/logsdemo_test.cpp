// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/support/demo.h"
#include "ui/logs/comparepane.h"
#include "ui/logs/findallpane.h"
#include "ui/logs/logsplace.h"
#include "ui/logs/logview.h"

#include <QLineEdit>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

using test::patience;

struct LogsDemo : test::Demo {
    explicit LogsDemo(const QString &profile, const QStringList &more = {})
        : Demo(profile, QStringList{u"--size"_s, u"1280x800"_s} + more)
    {
    }
    [[nodiscard]] LogsPlace *logs() { return qobject_cast<LogsPlace *>(program.window().place(u"logs"_s)); }
};

/// A build that failed by itself, of the newest evaluation that is worth showing.
Task<void> findFailure(hydra::Client &client, std::function<void(BuildId)> take)
{
    const auto state = co_await askPipeline(client, u"demo"_s);
    const auto eval = state.worthShowing();
    if (!eval)
        co_return;
    const hydra::Ask ask{.why = u"test"_s, .priority = net::Priority::Interactive};
    const hydra::EvalJobsQuery query;
    const auto id = *eval;
    const auto jobs = co_await client.evalJobs(id, query, ask);
    if (!jobs)
        co_return;
    for (const auto &row : jobs->rows) {
        if (row.state == hydra::BuildState::Failed && row.id.value > 0) {
            take(row.id);
            co_return;
        }
    }
}

struct FoundStep {
    BuildId build;
    StepNr step;
};

/// What runs on the farm now and has a log, the step that began last.
Task<void> findRunning(hydra::Client &client, std::function<void(FoundStep)> take)
{
    const hydra::Ask ask{.why = u"test"_s, .priority = net::Priority::Interactive};
    const auto machines = co_await client.machineActivity(ask);
    if (!machines)
        co_return;
    std::optional<hydra::RunningStep> best;
    for (const auto &machine : *machines) {
        for (const auto &step : machine.steps) {
            if (step.step && step.build.value > 0 && (!best || step.seconds.value_or(0) < best->seconds.value_or(0)))
                best = step;
        }
    }
    if (best)
        take({best->build, *best->step});
}

/// Calls ask(client, take) on the core thread until it took something.
template <typename Found, typename Ask> std::optional<Found> askCore(Program &program, Ask ask)
{
    auto found = std::make_shared<std::optional<Found>>();
    auto *home = &program;
    program.session().onCore([ask, found, home](Core &core) {
        core.scope.start(ask(*core.hydras.front(), [found, home](Found value) {
            QMetaObject::invokeMethod(home, [found, value] { *found = value; }, Qt::QueuedConnection);
        }));
    });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(found->has_value(), patience); }();
    return *found;
}

QByteArray wholeOf(const OpenLog &log)
{
    const auto &bytes = *log.document()->bytes();
    return bytes.read(log::Offset(0), bytes.size()).value_or(QByteArray());
}

} // namespace

class LogsDemoTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lOnAFailedBuildOpensItsLogFromTheServerAtTheError()
    {
        const QTemporaryDir profile;
        LogsDemo demo(profile.path());
        QVERIFY(demo.isReady());
        auto &program = demo.program;
        auto &window = program.window();
        auto *logs = demo.logs();
        const auto failed = askCore<BuildId>(program, findFailure);
        QVERIFY(failed);
        const auto build = Subject::ofBuild(demo.server(), *failed);
        QVERIFY(window.open(build));
        auto *jobs = window.currentPlace();
        QTRY_VERIFY_WITH_TIMEOUT(jobs->isSettled(), patience);
        QVERIFY(QTest::qWaitForWindowActive(&window));
        demo.key(Qt::Key_L);
        QCOMPARE(window.currentPlace(), logs);
        QTRY_VERIFY_WITH_TIMEOUT(
            logs->currentLog() && logs->currentLog()->stage() == OpenLog::Stage::Complete && logs->isSettled(),
            patience);
        QCOMPARE(logs->current(), build);
        const auto &errors = logs->currentLog()->errors().findings;
        QVERIFY2(!errors.empty(), qPrintable(logs->sentence()));
        QCOMPARE(logs->view()->cursorLine(), errors.front().line);
        const auto [first, last] = logs->view()->linesInView();
        QVERIFY(first <= errors.front().line && errors.front().line <= last);
        QVERIFY2(logs->sentence().contains(errors.front().message), qPrintable(logs->sentence()));
        const auto folder = qEnvironmentVariable("NARSCOPE_TEST_PICTURES");
        if (!folder.isEmpty())
            QVERIFY(window.grab().save(folder + u"/logs-demo.png"_s));
        // And back to the build.
        window.goBack();
        QCOMPARE(window.currentPlace(), jobs);
    }

    void theLogOfARunningStepIsFollowedToItsEnd()
    {
        const QTemporaryDir profile;
        LogsDemo demo(profile.path(), {u"--demo-speed"_s, u"120"_s});
        QVERIFY(demo.isReady());
        auto &program = demo.program;
        auto *logs = demo.logs();
        program.window().showPlace(logs->id());
        const auto running = askCore<FoundStep>(program, findRunning);
        QVERIFY(running);
        const auto name = running->build.text() + u'/' + running->step.text();
        logs->openLog(name);
        auto *log = logs->currentLog();
        QTRY_VERIFY_WITH_TIMEOUT(log->document(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(log->stage() == OpenLog::Stage::Complete, 4 * patience);
        QTRY_VERIFY_WITH_TIMEOUT(logs->isSettled(), patience);
        QVERIFY2(!log->problem(), log->problem() ? qPrintable(describe(*log->problem())) : "");
        const auto followed = wholeOf(*log);
        QVERIFY(!followed.isEmpty());
        // What was put together is what the server has now.
        QTRY_VERIFY_WITH_TIMEOUT(log->isKept(), patience);
        logs->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(
            logs->currentLog() && logs->currentLog()->stage() == OpenLog::Stage::Complete, patience);
        QVERIFY(wholeOf(*logs->currentLog()) == followed);
    }

    void aFinishedLogIsKeptAndComparedWithTheLastGoodOne()
    {
        const QTemporaryDir profile;
        LogsDemo demo(profile.path());
        QVERIFY(demo.isReady());
        auto &program = demo.program;
        auto *logs = demo.logs();
        program.window().showPlace(logs->id());
        const auto failed = askCore<BuildId>(program, findFailure);
        QVERIFY(failed);
        logs->openLog(failed->text());
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog()->isKept() && logs->isSettled(), patience);
        QVERIFY2(!logs->currentLog()->about().isKept, qPrintable(logs->currentLog()->about().source));
        const auto text = wholeOf(*logs->currentLog());
        // The second time this computer has it.
        logs->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(
            logs->currentLog()->stage() == OpenLog::Stage::Complete && logs->isSettled(), patience);
        QVERIFY2(logs->currentLog()->about().isKept, qPrintable(logs->currentLog()->about().source));
        QVERIFY(wholeOf(*logs->currentLog()) == text);
        // Found in all logs, and led to.
        QTest::keyClick(logs->view(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        logs->findAll()->field()->setText(logs->currentLog()->errors().findings.front().message.left(12));
        Q_EMIT logs->findAll()->searchRequested();
        QTRY_VERIFY_WITH_TIMEOUT(logs->findAll()->results()->rowCount() == 1, patience);
        QVERIFY(logs->findAll()->results()->item(0)->rowCount() > 0);
        const auto folder = qEnvironmentVariable("NARSCOPE_TEST_PICTURES");
        if (!folder.isEmpty())
            QVERIFY(program.window().grab().save(folder + u"/logs-findall.png"_s));
        const auto line = logs->findAll()->results()->item(0)->child(0);
        Q_EMIT logs->findAll()->list()->clicked(line->index());
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog()->isJudged() && logs->isSettled(), patience);
        QCOMPARE(QString::number(logs->view()->cursorLine().value + 1),
            line->text().trimmed().section(u' ', 0, 0).remove(u','));
        // Beside the last build that succeeded, or a plain word that there is none.
        logs->openLog(failed->text());
        QTRY_VERIFY_WITH_TIMEOUT(logs->isSettled(), patience);
        QTest::keyClick(logs->view(), Qt::Key_D);
        QVERIFY(logs->comparison()->isActive());
        QTRY_VERIFY_WITH_TIMEOUT(logs->comparison()->plan() || logs->comparison()->problem(), patience);
        if (!folder.isEmpty()) {
            QTest::qWait(300);
            QVERIFY(program.window().grab().save(folder + u"/logs-comparedemo.png"_s));
        }
        QVERIFY2(logs->comparison()->plan() || logs->comparison()->problem()->kind == ProblemKind::NotFound,
            qPrintable(logs->sentence()));
    }

    void aFileTypedIntoTheFieldOnTopIsOpenedAsALog()
    {
        const QTemporaryDir profile;
        LogsDemo demo(profile.path());
        QVERIFY(demo.isReady());
        auto &program = demo.program;
        QFile file(profile.filePath(u"b.log"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("error: one\n");
        file.close();
        const auto candidates = program.window().candidatesFor(file.fileName());
        QCOMPARE(candidates.size(), 1);
        QCOMPARE(candidates.front().hint, u"log"_s);
        QVERIFY(program.window().openText(file.fileName()));
        auto *logs = qobject_cast<LogsPlace *>(program.window().currentPlace());
        QVERIFY(logs);
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog() && logs->currentLog()->document()
                && logs->currentLog()->document()->state()->index.lineCount() == 1,
            patience);
        QVERIFY(program.window().candidatesFor(u"https://hydra.example.org/log/abc-x.drv"_s).size() == 1);
        const auto others = program.window().candidatesFor(u"nonsense"_s);
        QVERIFY(std::ranges::none_of(others, [](const Candidate &candidate) { return candidate.hint == u"log"_s; }));
    }

    void aLogThatNoServerHasIsSaidPlainly()
    {
        const QTemporaryDir profile;
        LogsDemo demo(profile.path());
        QVERIFY(demo.isReady());
        auto &program = demo.program;
        auto *logs = demo.logs();
        program.window().showPlace(logs->id());
        logs->openLog(u"00000000000000000000000000000000-nobody-knows-1.0.drv"_s);
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog()->stage() == OpenLog::Stage::Failed, patience);
        QCOMPARE(logs->currentLog()->problem()->kind, ProblemKind::NotFound);
        logs->openLog(profile.filePath(u"no-such-file"_s));
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog()->stage() == OpenLog::Stage::Failed, patience);
        QVERIFY2(logs->currentLog()->problem()->where.endsWith(u"no-such-file"_s),
            qPrintable(logs->currentLog()->problem()->where));
    }

    void aFileThatGrowsAndIsCutIsShownAsItGoesAndSaidSo()
    {
        const QTemporaryDir profile;
        LogsDemo demo(profile.path());
        QVERIFY(demo.isReady());
        auto *logs = demo.logs();
        QFile file(profile.filePath(u"a.log"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        file.write("one\ntwo\n");
        logs->openLog(file.fileName());
        const auto lines = [&] {
            return logs->currentLog()->document() ? logs->currentLog()->document()->state()->index.lineCount() : -1;
        };
        QTRY_COMPARE_WITH_TIMEOUT(lines(), qint64(2), patience);
        file.write("three\n");
        QTRY_COMPARE_WITH_TIMEOUT(lines(), qint64(3), patience);
        QVERIFY(file.resize(1));
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog()->problem().has_value(), patience);
        QCOMPARE(lines(), qint64(3));
    }
};

QTEST_MAIN(LogsDemoTest)
#include "logsdemo_test.moc"
