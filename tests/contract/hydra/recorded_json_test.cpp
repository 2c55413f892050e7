// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/jsonparsers.h"
#include "hydra/metricstext.h"
#include "recordedbodies.h"

#include <QTest>

using namespace narscope;
using namespace narscope::hydra;
using namespace narscope::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray body(const QString &slug)
{
    return recordedBody(u"hydra"_s, slug);
}

BuildStatus status(int code)
{
    return static_cast<BuildStatus>(code);
}

} // namespace

/// Values that were read off the recorded JSON with jq.
class RecordedJsonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (recordedAnswers(u"hydra"_s).isEmpty())
            QSKIP("NO RECORDED ANSWERS HERE: nothing was checked");
    }

    void aProjectKeepsItsUnicode()
    {
        const auto project = parseProject(body(u"project_unicode"_s));
        QVERIFY(project);
        QCOMPARE(project->displayName, u"Ünïcode ✓ 漢字"_s);
        QCOMPARE(project->description, u"naïve — “quotes” <b>bold</b> & 漢字"_s);
        QCOMPARE(project->owner, u"admin"_s);
        QVERIFY(project->enabled && !project->hidden);
    }

    void aDisabledJobsetHasItsInputsAndTimes()
    {
        const auto jobset = parseJobset(body(u"jobset_patchelf_master"_s));
        QVERIFY(jobset);
        QCOMPARE(jobset->name, (JobsetName{u"patchelf"_s, u"master"_s}));
        QCOMPARE(jobset->enabled, JobsetEnabled::Disabled);
        QCOMPARE(jobset->checkInterval, 60);
        QCOMPARE(jobset->keepEvaluations, 3);
        QCOMPARE(jobset->times, (JobsetTimes{1795344966, {}, 1795343694, 1795344966}));
        QCOMPARE(jobset->inputs.size(), 3);
        QCOMPARE(
            jobset->inputs[0], (JobsetInput{u"nixpkgs"_s, u"git"_s, u"https://github.com/NixOS/nixpkgs.git master"_s}));
        QCOMPARE(jobset->inputs[2], (JobsetInput{u"version"_s, u"string"_s, u"0.18.0"_s}));
    }

    void onlyTheErrorsPathHasTheErrorMessage()
    {
        const auto jobset = parseJobset(body(u"jobset_trunk_errors"_s));
        QVERIFY(jobset);
        QVERIFY(jobset->errorMessage.startsWith(u"in job ‘evalfail.x86_64-linux’:\nerror:"_s));
        QCOMPARE(jobset->schedulingShares, 1000);
    }

    void overviewsCountAndTellTheFetchError()
    {
        const auto jobsets = parseJobsetOverviews(body(u"api_jobsets_nixos"_s));
        QVERIFY(jobsets);
        QCOMPARE(jobsets->size(), 4);
        const auto &small = jobsets->at(3);
        QCOMPARE(small.name, (JobsetName{u"nixos"_s, u"unstable-small"_s}));
        QCOMPARE(small.total, 43);
        QCOMPARE(small.succeeded, 21);
        QCOMPARE(small.failed, 6);
        QCOMPARE(small.scheduled, 16);
        QCOMPARE(small.times.triggered, Epoch(1795345147));
        QVERIFY(jobsets->at(2).fetchError.startsWith("command `git rev-parse no-such-branch' failed"_L1));
        QVERIFY(!jobsets->at(2).times.errorTime);
    }

    void aBuildHasItsProductsInTheirOrder()
    {
        const auto build = parseBuild(body(u"build_iso"_s));
        QVERIFY(build);
        QCOMPARE(build->id, BuildId(301025569));
        QCOMPARE(build->job, (JobName{{u"nixos"_s, u"unstable-small"_s}, u"nixos.iso_minimal.x86_64-linux"_s}));
        QCOMPARE(build->state(), BuildState::Succeeded);
        QCOMPARE(build->priority, std::optional(50));
        QCOMPARE(build->waitSeconds(), std::optional<qint64>(3));
        QCOMPARE(build->durationSeconds(), std::optional<qint64>(0));
        QCOMPARE(
            build->drvPath, u"/nix/store/gq9hfpg5idf93l0n04yqaabpifbpl0c7-nixos-minimal-25.05pre4.31be1dc-iso.drv"_s);
        QCOMPARE(build->products.size(), 2);
        QCOMPARE(build->products[0].subtype, u"iso"_s);
        QCOMPARE(build->products[0].size, std::optional<qint64>(3000000));
        QCOMPARE(build->products[1].number, 2);
        QCOMPARE(build->products[1].sha256, u"7f0038df377464a8f786f5c85d02639df65ee51b2ff08c457843d8a14efd9209"_s);
    }

    void aBuildHasItsMetricsWithAndWithoutUnit()
    {
        const auto build = parseBuild(body(u"build_options_metrics"_s));
        QVERIFY(build);
        QCOMPARE(build->metrics, (QList<BuildMetric>{{u"manualSize"_s, 12.5, u"MiB"_s}, {u"nrOptions"_s, 21934, {}}}));
    }

    void aRestartedBuildIsQueuedWhateverItsOldStatus()
    {
        const auto build = parseBuild(body(u"build_restarted_queued_with_old_status"_s));
        QVERIFY(build);
        QCOMPARE(build->status, std::optional(status(1)));
        QCOMPARE(build->state(), BuildState::Queued);
        QVERIFY(!build->durationSeconds());
    }

    void everyRecordedStatusHasItsState_data()
    {
        QTest::addColumn<QString>("slug");
        QTest::addColumn<BuildState>("state");
        QTest::newRow("0") << u"build_status0"_s << BuildState::Succeeded;
        QTest::newRow("1") << u"build_status1"_s << BuildState::Failed;
        QTest::newRow("2") << u"build_status2"_s << BuildState::DependencyFailed;
        QTest::newRow("3") << u"build_status3"_s << BuildState::Aborted;
        QTest::newRow("9") << u"build_status9"_s << BuildState::Unsupported;
        QTest::newRow("11") << u"build_status11"_s << BuildState::OutputLimit;
        QTest::newRow("12") << u"build_status12_synthetic"_s << BuildState::NotDeterministic;
        QTest::newRow("running looks queued") << u"build_running"_s << BuildState::Queued;
    }

    void everyRecordedStatusHasItsState()
    {
        QFETCH(QString, slug);
        QFETCH(BuildState, state);
        const auto build = parseBuild(body(slug));
        QVERIFY(build);
        QCOMPARE(build->state(), state);
    }

    void listsOfBuildsAreComplete()
    {
        const auto constituents = parseBuilds(body(u"constituents_tested_failed"_s));
        QVERIFY(constituents);
        QCOMPARE(constituents->size(), 15);
        const auto queue = parseBuilds(body(u"queue"_s));
        QVERIFY(queue);
        QCOMPARE(queue->size(), 451);
        QVERIFY(queue->at(0).drvPath.isEmpty() && !queue->at(0).priority);
    }

    void theTableOfALargeEvaluationIsTheListOfIt()
    {
        const auto bytes = body(u"big_eval-builds"_s);
        const auto table = parseEvalBuilds(bytes);
        const auto list = parseBuilds(bytes);
        QVERIFY(table && list);
        QCOMPARE(table->size(), 24384);
        QVERIFY2(table->memory() <= 200 * table->size(), qPrintable(QString::number(table->memory())));
        qsizetype notDeterministic = 0;
        for (qsizetype row = 0; row < table->size(); ++row) {
            notDeterministic += table->state(row) == BuildState::NotDeterministic;
            if (table->row(row) != list->at(row))
                QCOMPARE(table->row(row), list->at(row));
        }
        QCOMPARE(notDeterministic, 26);
        const auto row = table->row(12345);
        QCOMPARE(row.id, BuildId(301012971));
        QCOMPARE(row.outputs,
            (QList<BuildOutput>{{u"dev"_s, u"/nix/store/m693v7wyfjgzgz7v6ilq1wb2qqqh83hr-fastyaml1-19.18.13-dev"_s},
                {u"out"_s, u"/nix/store/04phlxf3y248n91bwm4fzblq2dcxandn-fastyaml1-19.18.13"_s}}));
        QCOMPARE(table->byId(BuildId(301012971)), 12345);
        qInfo("%.1f bytes a build", double(table->memory()) / double(table->size()));
    }

    void aStepNamesItsBuildAndMachine()
    {
        const auto step = parseStep(body(u"step_status1_1"_s));
        QVERIFY(step);
        QCOMPARE(step->build, BuildId(301025493));
        QCOMPARE(step->number, StepNr(1));
        QCOMPARE(step->machine, u"ssh://builder@x86-1.example.org"_s);
        QVERIFY(step->resolvedDrvPath.isEmpty());
        QCOMPARE(step->startedAt, Epoch(1795344962));
    }

    void smallAnswers()
    {
        QCOMPARE(parseShield(body(u"job_unstable-small_tested_shield"_s)), (Shield{Shield::Colour::Red, u"failing"_s}));
        const auto latest = parseLatestBuilds(body(u"api_latestbuilds_system"_s));
        QVERIFY(latest);
        QCOMPARE(latest->at(0).id, BuildId(301025606));
        QCOMPARE(latest->at(0).state(), BuildState::Succeeded);
        QCOMPARE(latest->at(0).job.job, u"nixpkgs_.zlib.aarch64-linux"_s);
    }

    void machinesOfTheNewRunner()
    {
        const auto machines = parseMachines(body(u"machines"_s));
        QVERIFY(machines);
        QCOMPARE(machines->size(), 3);
        const auto &arm = machines->at(0);
        QCOMPARE(arm.name, u"arm-1"_s);
        QCOMPARE(arm.systems, QStringList{u"aarch64-linux"_s});
        QCOMPARE(arm.features, (QStringList{u"big-parallel"_s, u"nixos-test"_s}));
        QVERIFY(!arm.hasCapacity);
        QCOMPARE(arm.score, std::optional(41600.0));
        QCOMPARE(arm.memory, std::optional<qint64>(270000000000));
        QCOMPARE(arm.currentJobs, std::optional(2));
        QVERIFY(arm.load && !arm.load->cpuSome);
        QCOMPARE(arm.load->load1, 12.31);
        QVERIFY(machines->at(1).load->cpuSome);
        QCOMPARE(machines->at(1).load->cpuSome->avg60, 2.5);
        QCOMPARE(parseMachines(body(u"machines_no-endpoint"_s)), QList<Machine>());
    }

    void theNestedRunnerStatus()
    {
        const auto runner = parseQueueRunnerStatus(body(u"queue-runner-status"_s));
        QVERIFY(runner);
        QCOMPARE(runner->reach, QueueRunnerStatus::Reach::Up);
        QCOMPARE(runner->form, QueueRunnerStatus::Form::Nested);
        QCOMPARE(runner->time, std::optional<qint64>(1795345319)); // 2026-11-22T11:01:59Z
        QCOMPARE(runner->queuedBuilds, 65);
        QCOMPARE(runner->buildsDone, 255);
        QCOMPARE(runner->activeSteps, 18); // 175 started, 157 done
        QCOMPARE(runner->runnableSteps, 43);
        QCOMPARE(runner->machinesInUse, std::optional(2));
        QCOMPARE(runner->systems.size(), 3);
        QCOMPARE(runner->systems[0], (SystemQueue{u"aarch64-linux"_s, 8, 6, 6, 0, 0}));
        QCOMPARE(runner->jobsets.size(), 5);
        QCOMPARE(runner->jobsets[1].jobset, (JobsetName{u"nixos"_s, u"unstable-small"_s}));
        QCOMPARE(runner->jobsets[1].seconds, 199);
        QCOMPARE(runner->jobsets[1].share, 199.0 / 268.0); // 6 + 0 + 0 + 63 + 199
        QCOMPARE(runner->machines.size(), 3);
        QCOMPARE(runner->machines[2].cpus, std::optional(64));
    }

    void theWebServersMetrics()
    {
        const auto metrics = parseMetrics(body(u"prometheus_web"_s));
        QVERIFY(metrics);
        QCOMPARE(metrics->types.value("hydra_machine_build_duration"_ba), "histogram"_ba);
        const auto sums = metrics->named("hydra_machine_build_duration_sum");
        QCOMPARE(sums.at(0).label("machine"), "arm-1.example.org"_ba);
        QCOMPARE(sums.at(0).value, 478.0);
        QCOMPARE(metrics->samples.at(16).label("le"), "+Inf"_ba);
    }

    void errorsSayWhatIsWrongWithoutTheServersInsides_data()
    {
        QTest::addColumn<QString>("slug");
        QTest::addColumn<QString>("text");
        QTest::newRow("json") << u"err_jobset_404"_s << u"Jobset ‘nope’ doesn't exist."_s;
        QTest::newRow("database") << u"err_eval_big"_s << u"value \"99999999999\" is out of range for type integer"_s;
        QTest::newRow("page")
            << u"rawlog_status2"_s
            << u"The build log of /nix/store/c3zv42qal16azjc90cpz8rb2f1i5rigp-nixos-25.05pre4.31be1dc.drv is not available."_s;
    }

    void errorsSayWhatIsWrongWithoutTheServersInsides()
    {
        QFETCH(QString, slug);
        QFETCH(QString, text);
        QCOMPARE(errorText(body(slug)), text);
    }
};

QTEST_GUILESS_MAIN(RecordedJsonTest)
#include "recorded_json_test.moc"
