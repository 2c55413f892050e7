// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/support/demo.h"
#include "gui/support/measuredapp.h"
#include "ui/jobs/evalpage.h"
#include "ui/jobs/page.h"

#include <QAction>
#include <QDir>
#include <QSet>
#include <QShortcut>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using test::Demo;
using test::optionsFor;
using test::patience;
using namespace Qt::StringLiterals;

namespace {

/// The newest evaluation of nixpkgs:unstable that the tree knows.
std::optional<Subject> evaluationBelow(const HydraTree &tree, const QModelIndex &jobset)
{
    for (int row = 0; row < tree.rowCount(jobset); ++row) {
        const auto subject = tree.subjectAt(tree.index(row, 0, jobset));
        if (subject && subject->kind == SubjectKind::Evaluation)
            return subject;
    }
    return {};
}

} // namespace

class ProgramTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theWindowStandsBeforeAnythingIsAsked()
    {
        const QTemporaryDir profile;
        Demo demo(profile.path());
        QVERIFY(demo.program.window().isVisible());
        QVERIFY(demo.ready.isEmpty());
        QVERIFY(demo.program.window().statusBar()->text().contains(u"DEMO"_s));
        QVERIFY(demo.isReady());
        QVERIFY(demo.jobs());
        QVERIFY(demo.activity());
    }

    /// Qt gives such a key to neither.
    void noPlaceWantsAKeyOfTheWindow()
    {
        const QTemporaryDir profile;
        Demo demo(profile.path());
        QVERIFY(demo.isReady()); // the rest of the places comes with the servers
        auto &window = demo.program.window();
        QSet<QKeySequence> ofWindow;
        for (const auto *shortcut : window.findChildren<QShortcut *>(Qt::FindDirectChildrenOnly))
            ofWindow << shortcut->key();
        QVERIFY(ofWindow.contains(QKeySequence(Qt::CTRL | Qt::Key_K)));
        const auto places = window.findChildren<Place *>();
        QVERIFY(places.size() >= 7);
        for (const auto *place : places) {
            QList<QKeySequence> wanted;
            for (const auto *shortcut : place->findChildren<QShortcut *>())
                wanted << shortcut->key();
            for (const auto *action : static_cast<const QWidget *>(place)->actions())
                wanted << action->shortcuts();
            for (const auto &key : std::as_const(wanted))
                QVERIFY2(!ofWindow.contains(key), qPrintable(place->title() + u": "_s + key.toString()));
        }
    }

    void aPersonFindsAFailedBuildByMouseAndKeyboard()
    {
        const QTemporaryDir profile;
        Demo demo(profile.path());
        QVERIFY(demo.isReady());
        QVERIFY(QTest::qWaitForWindowActive(&demo.program.window()));
        auto *jobs = demo.jobs();
        const auto jobset = Subject::ofJobset(demo.server(), {u"nixpkgs"_s, u"unstable"_s});
        jobs->treePane().expandSubjects(
            {Subject::ofServer(demo.server()), Subject::ofProject(demo.server(), u"nixpkgs"_s)});
        QTRY_VERIFY_WITH_TIMEOUT(jobs->tree().indexOf(jobset).isValid(), patience);
        demo.click(jobs->tree().indexOf(jobset));
        QTRY_COMPARE_WITH_TIMEOUT(jobs->current(), jobset, patience);
        QTRY_VERIFY_WITH_TIMEOUT(jobs->isSettled(), patience);
        // Right opens the jobset, whose evaluations are asked for only now.
        jobs->treePane().setFocus();
        QTest::keyClick(&jobs->treePane(), Qt::Key_Right);
        QTRY_VERIFY_WITH_TIMEOUT(evaluationBelow(jobs->tree(), jobs->tree().indexOf(jobset)).has_value(), patience);
        // What is known of an evaluation can be typed as its number.
        const auto evaluation = *evaluationBelow(jobs->tree(), jobs->tree().indexOf(jobset));
        demo.type(u"eval "_s + QString::number(evaluation.number));
        QTRY_COMPARE_WITH_TIMEOUT(jobs->current(), evaluation, patience);
        QTRY_VERIFY_WITH_TIMEOUT(jobs->isSettled(), patience);
        QVERIFY(!jobs->currentPage()->sentenceText().trimmed().isEmpty());
        // n goes to a failure, Enter opens it.
        jobs->evalPage().focusList();
        demo.key(Qt::Key_N);
        QTRY_VERIFY_WITH_TIMEOUT(jobs->pointedAt() && jobs->pointedAt()->kind == SubjectKind::Build, patience);
        demo.key(Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(
            jobs->current() && jobs->current()->kind == SubjectKind::Build && jobs->isSettled(), patience);
        QVERIFY2(
            jobs->currentPage()->sentenceText().contains(u"ailed"_s), qPrintable(jobs->currentPage()->sentenceText()));
        // And back the way we came.
        demo.program.window().goBack();
        QTRY_COMPARE_WITH_TIMEOUT(jobs->current(), evaluation, patience);
    }

    void everyRequestIsListedWithItsReason()
    {
        const QTemporaryDir profile;
        Demo demo(profile.path());
        QVERIFY(demo.isReady());
        demo.type(u"nixpkgs:unstable"_s);
        auto &requests = demo.activity()->requests();
        QTRY_VERIFY_WITH_TIMEOUT(requests.rowCount() >= 3, patience);
        demo.showPlaceByKey(demo.activity());
        QCOMPARE(demo.program.window().currentPlace(), demo.activity());
        for (int row = 0; row < requests.rowCount(); ++row) {
            const auto *entry = requests.entryAt(row);
            QVERIFY(!entry->why.isEmpty());
            QVERIFY(entry->method == "GET" || entry->method == "HEAD");
            const auto &servers = demo.program.session().servers(); // the overview asks others than Hydra too
            QVERIFY2(std::ranges::find(servers, entry->server, &net::Server::id) != servers.end(),
                qPrintable(entry->server));
        }
        QTRY_VERIFY_WITH_TIMEOUT(demo.program.window().statusBar()->text().contains(u"/s"_s), patience);
    }

    void closingAtAnyMomentEndsCleanly()
    {
        const QTemporaryDir profile;
        {
            const Demo demo(profile.path()); // the simulator has hardly begun
        }
        {
            Demo demo(profile.path()); // requests are under way
            QVERIFY(demo.isReady());
        }
        {
            Demo demo(profile.path(), {u"--demo-faults"_s});
            QVERIFY(demo.isReady());
            demo.type(u"nixpkgs:unstable"_s);
            QTRY_VERIFY_WITH_TIMEOUT(demo.activity()->requests().rowCount() >= 3, patience);
        }
    }

    void theFirstStartAsksNobodyAndTheDemoIsOneClickAway()
    {
        const QTemporaryDir profile;
        Program program(optionsFor({}, profile.path()));
        QSignalSpy ready(&program, &Program::ready);
        program.start();
        QVERIFY(program.window().places().isEmpty());
        QCOMPARE(program.session().servers().size(), 0); // the core was not even made
        auto *demo = program.window().findChild<QPushButton *>(u"demo"_s);
        QVERIFY(demo);
        QTest::mouseClick(demo, Qt::LeftButton);
        QVERIFY(ready.wait(patience));
        QVERIFY(program.window().statusBar()->text().contains(u"DEMO"_s));
        QVERIFY(!program.settings().isSetUp()); // looking around answers nothing
    }

    void aRecordingIsShownWithoutANetwork()
    {
        const auto folder = QStringLiteral(NARSCOPE_SHARED_DIR "/recorded/hydra");
        if (!QDir(folder).exists())
            QSKIP("no recorded responses here");
        const QTemporaryDir profile;
        Program program(optionsFor({u"--replay"_s, folder}, profile.path()));
        QSignalSpy ready(&program, &Program::ready);
        program.start();
        QVERIFY(!ready.isEmpty() || ready.wait(patience));
        auto *jobs = qobject_cast<JobsPlace *>(program.window().place(u"jobs"_s));
        const auto server = jobs->tree().index(0, 0);
        QTRY_VERIFY_WITH_TIMEOUT(jobs->tree().rowCount(server) > 0, patience);
        QVERIFY(program.window().statusBar()->text().contains(u"RECORDING"_s));
    }

    /// Reported, not asserted: a machine under load says nothing of the program.
    void theLongestBlockOfTheWindowIsMeasured()
    {
        auto *application = dynamic_cast<test::MeasuredApplication *>(QCoreApplication::instance());
        QVERIFY(application);
        const QTemporaryDir profile;
        Demo demo(profile.path(), {u"--demo-jobs"_s, u"5000"_s});
        QVERIFY(demo.isReady());
        application->startMeasuring();
        demo.type(u"nixpkgs:unstable"_s);
        QTRY_VERIFY_WITH_TIMEOUT(demo.jobs()->isSettled() && demo.activity()->requests().rowCount() >= 3, patience);
        demo.showPlaceByKey(demo.activity());
        const auto &block = application->longestBlock();
        qInfo("longest block of the GUI thread: %.1f ms in %s", double(block.took.count()) / 1000,
            qPrintable(block.what));
        QVERIFY(block.took.count() > 0);
    }
};

int main(int argc, char **argv)
{
    test::MeasuredApplication application(argc, argv);
    ProgramTest tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "program_test.moc"
