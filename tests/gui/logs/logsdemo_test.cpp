// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/logsplace.h"
#include "ui/logs/logview.h"
#include "ui/shell/program.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 30'000; ///< ms; a busy machine under a sanitizer

Options demoOptions(const QString &profile)
{
    auto options = readOptions({u"narscope"_s, u"--profile"_s, profile, u"--demo"_s, u"--demo-speed"_s, u"20"_s, u"--size"_s, u"1280x800"_s});
    if (!options)
        qFatal("%s", qPrintable(describe(options.error())));
    return *options;
}

/// A build that failed by itself, of the newest evaluation that is worth showing.
Task<void> findFailure(hydra::Client &client, std::function<void(BuildId)> take)
{
    const auto state = co_await askPipeline(client, u"demo"_s);
    const auto eval = state.worthShowing();
    if (!eval)
        co_return;
    const hydra::Ask ask {.why = u"test"_s, .priority = net::Priority::Interactive};
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

} // namespace

class LogsDemoTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lOnAFailedBuildOpensItsLogFromTheServerAtTheError()
    {
        const QTemporaryDir profile;
        Program program(demoOptions(profile.path()));
        QSignalSpy ready(&program, &Program::ready);
        program.start();
        QVERIFY(ready.wait(patience));
        auto &window = program.window();
        auto *logs = qobject_cast<LogsPlace *>(window.place(u"logs"_s));
        QVERIFY(logs);
        BuildId failed;
        program.session().onCore([&](Core &core) {
            core.scope.start(findFailure(*core.hydras.front(), [&](BuildId id) {
                QMetaObject::invokeMethod(this, [&failed, id] { failed = id; }, Qt::QueuedConnection);
            }));
        });
        QTRY_VERIFY_WITH_TIMEOUT(failed.value > 0, patience);
        const auto build = Subject::ofBuild(program.session().servers().front().id, failed);
        QVERIFY(window.open(build));
        auto *jobs = window.currentPlace();
        QTRY_VERIFY_WITH_TIMEOUT(jobs->isSettled(), patience);
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(window.focusWidget() ? window.focusWidget() : &window, Qt::Key_L);
        QCOMPARE(window.currentPlace(), logs);
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog() && logs->currentLog()->stage() == OpenLog::Stage::Complete && logs->isSettled(), patience);
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

    void aLogThatNoServerHasIsSaidPlainly()
    {
        const QTemporaryDir profile;
        Program program(demoOptions(profile.path()));
        QSignalSpy ready(&program, &Program::ready);
        program.start();
        QVERIFY(ready.wait(patience));
        auto *logs = qobject_cast<LogsPlace *>(program.window().place(u"logs"_s));
        program.window().showPlace(logs->id());
        logs->openLog(u"00000000000000000000000000000000-nobody-knows-1.0.drv"_s);
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog()->stage() == OpenLog::Stage::Failed, patience);
        QCOMPARE(logs->currentLog()->problem()->kind, ProblemKind::NotFound);
        logs->openLog(profile.filePath(u"no-such-file"_s));
        QTRY_VERIFY_WITH_TIMEOUT(logs->currentLog()->stage() == OpenLog::Stage::Failed, patience);
        QVERIFY2(logs->currentLog()->problem()->where.endsWith(u"no-such-file"_s), qPrintable(logs->currentLog()->problem()->where));
    }

    void aFileThatGrowsAndIsCutIsShownAsItGoesAndSaidSo()
    {
        const QTemporaryDir profile;
        Program program(demoOptions(profile.path()));
        QSignalSpy ready(&program, &Program::ready);
        program.start();
        QVERIFY(ready.wait(patience));
        auto *logs = qobject_cast<LogsPlace *>(program.window().place(u"logs"_s));
        QFile file(profile.filePath(u"a.log"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        file.write("one\ntwo\n");
        logs->openLog(file.fileName());
        const auto lines = [&] { return logs->currentLog()->document() ? logs->currentLog()->document()->state()->index.lineCount() : -1; };
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
