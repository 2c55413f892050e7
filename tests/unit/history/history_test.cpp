// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/packing.h"
#include "unit/history/historyhelp.h"

#include <QSignalSpy>
#include <QTest>

#include <csignal>

#include <sqlite3.h>
#include <sys/resource.h>

using namespace narscope;
using namespace narscope::history;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace narscope::test;
using hydra::BuildState;

namespace {

QList<BuildState> statesOf(const BuildPast &past)
{
    QList<BuildState> states;
    for (const auto &spell : past.spells)
        states << spell.state;
    return states;
}

void runSql(const QString &file, const char *sql)
{
    sqlite3 *handle = nullptr;
    QCOMPARE(sqlite3_open(qPrintable(file), &handle), SQLITE_OK);
    QCOMPARE(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(handle);
}

} // namespace

class HistoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBuildComesBackAsItWasSeen()
    {
        Fixture f;
        const auto seen = finished(helloBuild(7), hydra::BuildStatus::Succeeded, 1763690200);
        f.see(seen);
        f.reopen();
        const auto past = f.build(7);
        QCOMPARE(past.server, hydraId);
        QCOMPARE(past.job, seen.job);
        QCOMPARE(past.nixName, seen.nixName);
        QCOMPARE(past.system, seen.system);
        QCOMPARE(past.queuedAt, seen.queuedAt);
        QCOMPARE(past.outputs, seen.outputs);
        QCOMPARE(past.spells.size(), 1);
        const BuildSpell spell{.seenFrom = f.clock.nowSeconds(),
            .seenUntil = f.clock.nowSeconds(),
            .state = BuildState::Succeeded,
            .startedAt = seen.startedAt,
            .stoppedAt = seen.stoppedAt,
            .drvPath = helloDrv};
        QCOMPARE(past.last(), spell);
    }

    void buildsAreFoundByTheirJobOutputAndDerivation()
    {
        Fixture f;
        f.see(helloBuild(7));
        f.see(helloBuild(9));
        const auto ids = [](const Result<QList<BuildPast>> &found) {
            QList<qint64> numbers;
            for (const auto &build : *found)
                numbers << build.id.value;
            return numbers;
        };
        const QList<qint64> both{9, 7};
        QCOMPARE(ids(test::waitFor(f.history->buildsOfJob(hydraId, helloBuild(7).job))), both);
        QCOMPARE(ids(test::waitFor(f.history->buildsOfPath(helloOut))), both);
        QCOMPARE(ids(test::waitFor(f.history->buildsOfPath(helloDrv))), both);
        QVERIFY(ids(test::waitFor(f.history->buildsOfPath(otherDrv))).isEmpty());
        QVERIFY(ids(test::waitFor(f.history->buildsOfPath(u"/nix/store/hello"_s))).isEmpty());
    }

    void aFinishedBuildThatIsRestartedKeepsBothStates()
    {
        Fixture f;
        f.see(finished(helloBuild(7), hydra::BuildStatus::Failed, 1763690200));
        f.clock.advance(1h);
        // Restarted: the server keeps code and times of the first run until it has run again.
        auto restarted = finished(helloBuild(7), hydra::BuildStatus::Failed, 1763690200);
        restarted.finished = false;
        f.see(restarted);
        f.clock.advance(1h);
        f.see(finished(helloBuild(7), hydra::BuildStatus::Succeeded, 1763697000));
        const auto past = f.build(7);
        const QList<BuildState> states{BuildState::Failed, BuildState::Queued, BuildState::Succeeded};
        QCOMPARE(statesOf(past), states);
        QCOMPARE(past.spells[0].stoppedAt, Epoch(1763690200));
        QCOMPARE(past.spells[1].stoppedAt, Epoch());
        QCOMPARE(past.spells[2].stoppedAt, Epoch(1763697000));
        const auto events = test::waitFor(f.history->events(0));
        QCOMPARE(events->size(), 2);
        QCOMPARE(events->front().before, u"queued"_s);
        QCOMPARE(events->front().after, u"succeeded"_s);
        QCOMPARE(events->front().subject, Subject::ofBuild(hydraId, BuildId(7)));
    }

    void aBuildPointedAtAnotherDerivationKeepsBoth()
    {
        Fixture f;
        f.see(finished(helloBuild(7), hydra::BuildStatus::Succeeded, 1763690200));
        auto repointed = helloBuild(7);
        repointed.drvPath = otherDrv;
        f.clock.advance(1h);
        f.see(repointed);
        const auto past = f.build(7);
        QCOMPARE(past.spells.size(), 2);
        QCOMPARE(past.spells[0].drvPath, helloDrv);
        QCOMPARE(past.spells[1].drvPath, otherDrv);
        QCOMPARE(past.spells[1].state, BuildState::Queued);
    }

    void askingAgainAddsNothingAndPoorerSourcesTakeNothingAway()
    {
        Fixture f;
        const auto whole = finished(helloBuild(7), hydra::BuildStatus::Succeeded, 1763690200);
        f.see(whole);
        for (int poll = 0; poll < 5; ++poll) {
            f.clock.advance(15min);
            f.see(whole);
            hydra::BuildRow row;
            row.id = BuildId(7);
            row.job = u"hello.x86_64-linux"_s;
            row.state = BuildState::Succeeded;
            row.finished = 1763690200;
            f.history->addBuilds(hydraId, {sightOf(row, unstable)});
        }
        f.commit();
        const auto past = f.build(7);
        QCOMPARE(past.spells.size(), 1);
        QCOMPARE(past.last().drvPath, helloDrv);
        QCOMPARE(past.last().startedAt, whole.startedAt);
        QCOMPARE(past.last().seenUntil, f.clock.nowSeconds());
    }

    void theJsonOfARunningBuildDoesNotMakeItQueued()
    {
        Fixture f;
        hydra::BuildDetails page;
        page.id = BuildId(7);
        page.job = helloBuild(7).job;
        page.state = BuildState::Running;
        page.startedAt = 1763690050;
        f.history->addBuilds(hydraId, {sightOf(page)});
        f.see(helloBuild(7));
        QCOMPARE(statesOf(f.build(7)), QList<BuildState>{BuildState::Running});
        QCOMPARE(f.build(7).last().startedAt, Epoch(1763690050));
    }

    void evaluationsComeBackWithTheirInputsAndMembers()
    {
        Fixture f;
        const QString revision = u"6f733d329c0d31be1dce9d15aaaabbbbccccdddd"_s;
        hydra::EvalSummary summary;
        summary.id = EvalId(1824917);
        summary.time = 1763680000;
        summary.changes = {{u"nixpkgs"_s, u"6f733d329c0d"_s, u"6f733d329c0d"_s}};
        summary.succeeded = 10;
        summary.scheduled = 5;
        f.history->addEvals(hydraId, unstable, {summary});
        summary.succeeded = 12;
        summary.scheduled = 3;
        f.history->addEvals(hydraId, unstable, {summary});
        hydra::EvalJobs jobs;
        jobs.header.id = summary.id;
        jobs.header.jobset = unstable;
        jobs.header.inputs
            = {{u"nixpkgs"_s, u"Git checkout"_s, {}, u"https://github.com/NixOS/nixpkgs.git"_s, revision, {}}};
        hydra::BuildRow row;
        row.id = BuildId(7);
        row.job = u"hello.x86_64-linux"_s;
        row.state = BuildState::Failed;
        row.category = hydra::EvalCategory::NowFail;
        jobs.rows = {row, hydra::BuildRow()}; // a removed job has no build
        f.history->addEvalJobs(hydraId, jobs);
        f.commit();

        const auto evals = test::waitFor(f.history->evals(hydraId, unstable));
        QCOMPARE(evals->size(), 1);
        auto expected = summary;
        expected.jobset = unstable;
        QCOMPARE(evals->front().summary, expected);
        QCOMPARE(evals->front().inputs, jobs.header.inputs);
        QCOMPARE(evals->front().revision(), revision);
        QCOMPARE(test::waitFor(f.history->evalsOfRevision(hydraId, revision))->size(), 1);
        QCOMPARE(test::waitFor(f.history->evalsOfRevision(hydraId, u"6f733d3"_s))->size(), 1);
        QCOMPARE(test::waitFor(f.history->evalsOfRevision(hydraId, u"6f733d4"_s))->size(), 0);
        const auto members = test::waitFor(f.history->members(hydraId, summary.id));
        QCOMPARE(members->size(), 1);
        QCOMPARE(members->front().category, hydra::EvalCategory::NowFail);
        QCOMPARE(members->front().build.job, (JobName{unstable, u"hello.x86_64-linux"_s}));
    }

    void channelsKeepEachPointerAndTheTimeItStood()
    {
        Fixture f;
        const auto see = [&f](const QString &view, const QString &revision) {
            f.history->addChannels({{.channel = u"nixos-unstable"_s, .view = view, .revision = revision}});
            f.commit();
            f.clock.advance(1h);
        };
        const auto start = f.clock.nowSeconds();
        see(u"cdn"_s, u"aaaa"_s);
        see(u"cdn"_s, u"aaaa"_s);
        see(u"cdn"_s, u"bbbb"_s);
        see(u"git"_s, u"bbbb"_s);
        const auto spells = test::waitFor(f.history->channel(u"nixos-unstable"_s)).value();
        QCOMPARE(spells.size(), 3);
        QCOMPARE(spells[2].revision, u"aaaa"_s);
        QCOMPARE(spells[2].seenFrom, start);
        QCOMPARE(spells[2].seenUntil, start + 7199);
        QCOMPARE(spells[1].seenFrom, start + 7200);
        const auto now = test::waitFor(f.history->channelsNow()).value();
        QCOMPARE(now.size(), 2);
        QCOMPARE(now[0].revision, u"bbbb"_s);
        const auto events = test::waitFor(f.history->events(0)).value();
        QCOMPARE(events.size(), 1);
        QCOMPARE(events[0].subject, Subject::ofChannel(u"nixos-unstable"_s));
        QCOMPARE(events[0].after, u"bbbb"_s);
    }

    void aMomentShowsWhatWasLastSeenBeforeIt()
    {
        Fixture f;
        const auto start = f.clock.nowSeconds();
        for (int number = 0; number < 3; ++number) {
            const auto revision = QString(40, QChar(u'a' + number));
            f.history->addChannels({{.channel = u"nixos-unstable"_s, .view = u"cdn"_s, .revision = revision}});
            f.history->addEvals(hydraId, test::unstable,
                {{.id = EvalId(100 + number), .time = f.clock.nowSeconds(), .changes = {}, .succeeded = number}});
            f.history->addSamples(hydraId, {{.series = u"queue/waiting/x"_s, .value = number * 10.0}});
            f.commit();
            f.clock.advance(2h);
        }
        const auto at = [&](qint64 time) { return test::waitFor(f.history->moment(hydraId, time)).value(); };
        QVERIFY(at(start - 1).isEmpty());
        const auto second = at(start + 2 * 3600 + 1800);
        QCOMPARE(second.channels.size(), 1);
        QCOMPARE(second.channels[0].revision, QString(40, u'b'));
        QCOMPARE(second.evals.size(), 1);
        QCOMPARE(second.evals[0].summary.id, EvalId(101));
        QCOMPARE(second.values,
            (QList<SeriesValue>{{.series = u"queue/waiting/x"_s, .time = start + 2 * 3600, .value = 10.0}}));
        const auto later = at(start + 3 * 3600 + 1800); // nobody looked for an hour and a half
        QVERIFY(later.values.isEmpty());
        QCOMPARE(later.channels[0].revision, QString(40, u'b'));
        QVERIFY(test::waitFor(f.history->moment(u"another"_s, start + 7200)).value().evals.isEmpty());
    }

    void samplesAreJoinedForAPlot()
    {
        Fixture f;
        const auto start = f.clock.nowSeconds();
        for (int minute = 0; minute < 100; ++minute) {
            f.history->addSamples(
                hydraId, {{.series = u"queue/all"_s, .value = double(minute)}, {.series = u"queue/x"_s, .value = 0.5}});
            f.clock.advance(1min);
        }
        f.commit();
        QCOMPARE(test::waitFor(f.history->seriesNames(hydraId, u"queue/"_s)).value(),
            (QStringList{u"queue/all"_s, u"queue/x"_s}));
        const auto all = test::waitFor(f.history->samples(hydraId, u"queue/all"_s, start, start + 6000)).value();
        QCOMPARE(all.size(), 100);
        QCOMPARE(all[42].value, 42.0);
        const auto few
            = test::waitFor(f.history->samples(hydraId, u"queue/all"_s, start, start + 6000 - 1, 10)).value();
        QCOMPARE(few.size(), 10);
        QCOMPARE(few[0].least, 0.0);
        QCOMPARE(few[0].most, 9.0); // ten minutes to a point
        QCOMPARE(few[0].value, 4.5);
    }

    void stepsAreCountedByMachine()
    {
        Fixture f;
        const auto step = [](qint64 build, const QString &machine, BuildState state, qint64 seconds) {
            return StepPast{.build = BuildId(build),
                .number = StepNr(1),
                .machine = machine,
                .state = state,
                .durationSeconds = seconds};
        };
        f.history->addSteps(hydraId,
            {step(1, u"a"_s, BuildState::Running, 10), step(2, u"a"_s, BuildState::Failed, 30),
                step(3, u"b"_s, BuildState::Succeeded, 20)});
        f.history->addSteps(hydraId, {step(1, u"a"_s, BuildState::Succeeded, 40)});
        f.commit();
        const QList<MachineTally> tallies{
            {.machine = u"a"_s, .succeeded = 1, .failed = 1}, {.machine = u"b"_s, .succeeded = 1}};
        QCOMPARE(test::waitFor(f.history->tallies(hydraId, 0)).value(), tallies);
        QCOMPARE(test::waitFor(f.history->stepDurations(hydraId, 0)).value(), (QList<qint64>{20, 30, 40}));
        QCOMPARE(test::waitFor(f.history->stepsOnMachine(hydraId, u"a"_s, 0)).value().size(), 2);
    }

    void whatIsKeptForGoodIsKeptAsItWasFirstTold()
    {
        Fixture f;
        const Fact fact{.subject = u"NixOS/nixpkgs#1"_s,
            .claim = u"merge-commit"_s,
            .object = u"abc"_s,
            .source = u"https://api.github.com/x"_s,
            .time = 5,
            .digest = QByteArray(32, '\0')};
        auto again = fact;
        again.time = 9;
        f.history->addFacts({fact, again});
        const Verification verification{
            .path = helloOut, .time = 7, .verdict = u"verified"_s, .report = R"({"rungs":[]})"};
        f.history->addVerifications({verification});
        const LogOpened log{.server = hydraId,
            .build = BuildId(7),
            .drv = {},
            .title = u"hello-2.12.1"_s,
            .source = u"Hydra"_s,
            .state = BuildState::Failed,
            .time = 8};
        f.history->addLogOpened(log);
        const RequestCount count{
            .server = hydraId, .host = u"hydra.example"_s, .hour = 489000, .requests = 2, .failures = 1, .bytes = 100};
        f.history->addRequests({count, count});
        f.commit();
        f.reopen();
        QCOMPARE(test::waitFor(f.history->facts(fact.subject)).value(), QList{fact});
        QCOMPARE(test::waitFor(f.history->verifications(helloOut)).value(), QList{verification});
        QCOMPARE(test::waitFor(f.history->logsOpened()).value(), QList{log});
        const RequestCount sum{
            .server = hydraId, .host = u"hydra.example"_s, .hour = 489000, .requests = 4, .failures = 2, .bytes = 200};
        QCOMPARE(test::waitFor(f.history->requests(0)).value(), QList{sum});
    }

    void documentsAreTakenBackOnlyWhole()
    {
        hydra::Machine machine;
        machine.name = u"elated-minsky"_s;
        machine.systems = {u"x86_64-linux"_s, u"i686-linux"_s};
        machine.memory = 1LL << 38;
        machine.score = 0.25;
        const auto packed = pack(machine);
        QCOMPARE(unpack<hydra::Machine>(packed), std::optional(machine));
        QCOMPARE(unpack<hydra::Machine>(packed.first(packed.size() - 3)), std::nullopt);
        QCOMPARE(unpack<hydra::Project>(packed), std::nullopt);
        QCOMPARE(unpack<hydra::Machine>("\xff\xff\xff\xff garbage"), std::nullopt);
    }

    void aNewerFileIsSetAsideUnchanged()
    {
        Fixture f;
        f.see(helloBuild(7));
        f.history.reset();
        const auto file = f.folder.filePath(u"history.sqlite"_s);
        runSql(file, "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
        QFile before(file);
        QVERIFY(before.open(QIODevice::ReadOnly));
        const auto bytes = before.readAll();
        f.reopen();
        QSignalSpy troubles(f.history.get(), &History::troubled);
        QCOMPARE(test::waitFor(f.history->build(hydraId, BuildId(7))).value(), std::nullopt);
        QTRY_COMPARE(troubles.size(), 1);
        const auto problem = troubles.front().front().value<Problem>();
        QVERIFY(problem.sentence.contains(u"newer"_s));
        QVERIFY(QFileInfo(problem.where).fileName().startsWith(u"history-newer-"_s));
        QFile aside(problem.where);
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QVERIFY(aside.readAll() == bytes);
        f.see(helloBuild(8));
        QCOMPARE(f.build(8).id, BuildId(8));
    }

    void whatIsNoDatabaseIsSetAside_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray("this is no database, and a long way from one").repeated(100);
        QTest::newRow("half a header") << QByteArray("SQLite format 3\0\x10", 17).leftJustified(4096, '\xaa');
    }

    void whatIsNoDatabaseIsSetAside()
    {
        QFETCH(QByteArray, content);
        Fixture f;
        f.history.reset();
        for (const auto &name : f.files())
            QFile::remove(f.folder.filePath(name));
        QFile file(f.folder.filePath(u"history.sqlite"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        f.reopen();
        QSignalSpy troubles(f.history.get(), &History::troubled);
        f.see(helloBuild(7));
        QCOMPARE(f.build(7).id, BuildId(7));
        QCOMPARE(troubles.size(), 1);
        QFile aside(troubles.front().front().value<Problem>().where);
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QCOMPARE(aside.readAll(), content);
    }

    void damageInTheMiddleIsNoticedWhenItIsMetAndTheFileSetAside()
    {
        Fixture f;
        QList<BuildSight> many;
        for (int id = 1; id <= 5000; ++id)
            many << sightOf(helloBuild(id));
        f.history->addBuilds(hydraId, many);
        f.commit();
        f.history.reset();
        QFile file(f.folder.filePath(u"history.sqlite"_s));
        QVERIFY(file.open(QIODevice::ReadWrite));
        constexpr qint64 page = 4096;
        for (qint64 at = 40 * page; at < file.size(); at += page) {
            file.seek(at);
            file.write(QByteArray(page, '\x5a'));
        }
        file.close();
        f.reopen();
        QSignalSpy troubles(f.history.get(), &History::troubled);
        f.history->addBuilds(hydraId, many);
        test::waitFor(f.history->flush());
        QTRY_VERIFY(!troubles.isEmpty());
        QVERIFY(troubles.front().front().value<Problem>().sentence.contains(u"set aside"_s));
        QCOMPARE(f.build(4321).id, BuildId(4321));
    }

    void aFolderThatCannotBeWrittenIsSaidAndQuestionsEnd()
    {
        Fixture f;
        f.history.reset();
        const auto blocked = f.folder.filePath(u"file"_s);
        QFile(blocked).open(QIODevice::WriteOnly); // a file where the folder should be: so for root as well
        History history(blocked, f.clock, f.pools);
        QSignalSpy troubles(&history, &History::troubled);
        history.addBuilds(hydraId, {sightOf(helloBuild(7))});
        QVERIFY(!test::waitFor(history.flush()));
        QVERIFY(!test::waitFor(history.build(hydraId, BuildId(7))));
        history.addBuilds(hydraId, {sightOf(helloBuild(8))});
        QVERIFY(!test::waitFor(history.flush()));
        QCOMPARE(troubles.size(), 1); // once, not at every attempt
        QCOMPARE(troubles.front().front().value<Problem>().kind, ProblemKind::Io);
    }

    void aFileHeldByAnotherProgramIsSaidAndWhatCameMeanwhileIsWrittenLater()
    {
        Fixture f;
        f.see(helloBuild(1));
        sqlite3 *other = nullptr;
        QCOMPARE(sqlite3_open(qPrintable(f.folder.filePath(u"history.sqlite"_s)), &other), SQLITE_OK);
        QCOMPARE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
        QSignalSpy troubles(f.history.get(), &History::troubled);
        f.history->addBuilds(hydraId, {sightOf(helloBuild(2))});
        QVERIFY(!test::waitFor(f.history->flush()));
        QTRY_COMPARE(troubles.size(), 1);
        QCOMPARE(f.build(1).id, BuildId(1)); // readers go on
        sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
        sqlite3_close(other);
        f.commit();
        QCOMPARE(f.build(2).id, BuildId(2));
    }

    void whatCannotBeWrittenIsLeftOutAlone()
    {
        Fixture f;
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"left out"_s));
        f.history->addBuilds(hydraId, {sightOf(helloBuild(1))});
        f.history->putDocument({.server = hydraId,
            .kind = u"build"_s,
            .key = u"1"_s,
            .body = {},
            .seenAt = 1}); // no body: against the schema
        f.history->addBuilds(hydraId, {sightOf(helloBuild(2))});
        f.commit();
        QCOMPARE(f.build(1).id, BuildId(1));
        QCOMPARE(f.build(2).id, BuildId(2));
        QVERIFY(test::waitFor(f.history->documents(hydraId, {u"build"_s}))->isEmpty());
    }

    void aFullDiskIsSaidAndWhatCameMeanwhileIsWrittenLater()
    {
        Fixture f;
        f.see(helloBuild(1));
        QSignalSpy troubles(f.history.get(), &History::troubled);
        // No file of this process may grow: as if the disk were full.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit full{.rlim_cur = rlim_t(QFileInfo(f.folder.filePath(u"history.sqlite-wal"_s)).size()),
            .rlim_max = before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &full);
        QList<BuildSight> many;
        for (int id = 2; id <= 500; ++id)
            many << sightOf(helloBuild(id));
        f.history->addBuilds(hydraId, many);
        const bool wasWritten = test::waitFor(f.history->flush()).has_value();
        const auto old = test::waitFor(f.history->build(hydraId, BuildId(1)));
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!wasWritten);
        QVERIFY(old->has_value());
        QTRY_COMPARE(troubles.size(), 1);
        f.commit();
        QCOMPARE(f.build(500).id, BuildId(500));
    }

    void pruningRemovesWhatIsOldAndKeepsTheRest()
    {
        Fixture f;
        f.see(helloBuild(1));
        f.history->addSamples(hydraId, {{.series = u"queue/all"_s, .value = 1}});
        f.history->putDocument(
            {.server = hydraId, .kind = u"build"_s, .key = u"1"_s, .body = "x", .seenAt = f.clock.nowSeconds()});
        f.history->addFacts({{.subject = u"s"_s, .claim = u"c"_s, .object = u"o"_s}});
        f.clock.advance(24h * 100);
        f.see(helloBuild(2));
        for (int minute = 0; minute < 240; ++minute) {
            f.history->addSamples(hydraId, {{.series = u"queue/all"_s, .value = double(minute)}});
            f.clock.advance(1min);
        }
        f.clock.advance(24h * 10);
        f.commit();
        const auto removed = test::waitFor(f.history->prune({.builds = 60,
            .steps = 60,
            .samples = 90,
            .documents = 60,
            .logs = 60,
            .verifications = 0,
            .requests = 60,
            .largest = 0}));
        QVERIFY(removed.has_value());
        QCOMPARE(test::waitFor(f.history->build(hydraId, BuildId(1))).value(), std::nullopt);
        QCOMPARE(f.build(2).outputs.size(), 1);
        QVERIFY(test::waitFor(f.history->documents(hydraId, {u"build"_s}))->isEmpty());
        QCOMPARE(test::waitFor(f.history->facts(u"s"_s))->size(), 1);
        const auto points
            = test::waitFor(f.history->samples(hydraId, u"queue/all"_s, 0, f.clock.nowSeconds(), 1000000000)).value();
        QVERIFY2(points.size() >= 4 && points.size() <= 5,
            qPrintable(QString::number(points.size()))); // one an hour
        const auto size = test::waitFor(f.history->sizeOf()).value();
        const auto builds = std::ranges::find(size.kinds, u"builds"_s, &KindSize::kind);
        QCOMPARE(builds->rows, 1);
        QVERIFY(builds->bytes > 0);
        QVERIFY(size.bytes > 0);
    }

    void pruningKeepsTheFileBelowItsLimit()
    {
        Fixture f;
        QList<BuildSight> many;
        for (int id = 1; id <= 20000; ++id) {
            auto build = helloBuild(id);
            build.job.job = u"job%1"_s.arg(id);
            many << sightOf(build);
        }
        f.history->addBuilds(hydraId, many);
        f.commit();
        constexpr qint64 limit = 2000000;
        QVERIFY(test::waitFor(f.history->sizeOf())->bytes > limit);
        QVERIFY(test::waitFor(f.history->prune({.largest = limit})).has_value());
        QCOMPARE(test::waitFor(f.history->build(hydraId, BuildId(1))).value(), std::nullopt); // the oldest went
        QCOMPARE(f.build(20000).id, BuildId(20000));
        f.history.reset();
        QVERIFY(QFileInfo(f.folder.filePath(u"history.sqlite"_s)).size() <= limit + 100000);
    }
};

QTEST_GUILESS_MAIN(HistoryTest)
#include "history_test.moc"
