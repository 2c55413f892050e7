// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildlist.h"
#include "hydra/htmlparsers.h"
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

QByteArray oldBody(const QString &slug)
{
    return recordedBody(u"hydra-2025"_s, slug);
}

const JobsetName smallJobset{u"nixos"_s, u"unstable-small"_s};

} // namespace

/// Values that were read off the recorded pages by eye.
class RecordedHtmlTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (recordedAnswers(u"hydra"_s).isEmpty())
            QSKIP("NO RECORDED ANSWERS HERE: nothing was checked");
    }

    void aPageOfAnEvaluationList()
    {
        const auto page = parseEvalPage(body(u"jobset-evals_many_page2_html"_s));
        QVERIFY(page);
        QCOMPARE(page->jobset, std::optional(JobsetName{u"nixpkgs"_s, u"haskell-updates"_s}));
        QCOMPARE(page->evals.size(), 20);
        QCOMPARE(page->evals[0].id, EvalId(1700025));
        QCOMPARE(page->evals[0].time, 1790090000);
        QCOMPARE(page->evals[0].changes,
            (QList<InputChange>{{u"nixpkgs"_s, u"8e296a067a37563370ded05f5a3bf3ec4e732ced"_s, u"8e296a067a37"_s}}));
        QCOMPARE(page->paging, (Paging{2, 45, true}));
        QCOMPARE(page->page.version, u"<devel> (using <devel> and <devel>)"_s);
        QCOMPARE(page->page.running, std::optional<qint64>(5));
        QCOMPARE(page->page.queued, std::optional<qint64>(450));
    }

    void aJobsetPageHasCountsAndDeltas()
    {
        const auto page = parseEvalPage(body(u"jobset_unstable-small_html"_s));
        QVERIFY(page);
        QCOMPARE(page->jobset, std::optional(smallJobset));
        QCOMPARE(page->evals.size(), 3);
        const auto &newest = page->evals[0];
        QCOMPARE(newest.id, EvalId(1815012));
        QCOMPARE(newest.succeeded, 21);
        QCOMPARE(newest.failed, 6);
        QCOMPARE(newest.scheduled, 16);
        QVERIFY(!newest.delta);
        QCOMPARE(page->evals[1].delta, std::optional(-2));
        QCOMPARE(page->evals[1].scheduled, 0);
    }

    void theOldListTellsShortRevisionsOnly()
    {
        const auto page = parseEvalPage(oldBody(u"jobset_unstable-small_html"_s));
        QVERIFY(page);
        QCOMPARE(page->evals[0].changes.size(), 1);
        QCOMPARE(page->evals[0].changes[0], (InputChange{u"nixpkgs"_s, u"31be1dc"_s, u"31be1dc"_s}));
    }

    void anEvaluationWithItsJobs()
    {
        const auto jobs = parseEvalJobs(body(u"eval_small_html"_s));
        QVERIFY(jobs);
        const auto &header = jobs->header;
        QCOMPARE(header.id, EvalId(1815012));
        QCOMPARE(header.jobset, smallJobset);
        QCOMPARE(header.time, Epoch(1795344997));
        QCOMPARE(header.checkoutSeconds, std::optional<qint64>(0));
        QCOMPARE(header.evalSeconds, std::optional<qint64>(1));
        QCOMPARE(header.comparedWith, std::optional(EvalId(1815006)));
        QCOMPARE(header.nixpkgsRevision(), u"31be1dce9d1512b913a36edb0b0ea14fb6191dc2"_s);
        QCOMPARE(header.inputs.at(0).storePath, u"/nix/store/4klwi2yb6zpqdwcars3b91dnfcpyqrb9-source"_s);
        QCOMPARE(header.inputs.at(0).uri, u"https://github.com/NixOS/nixpkgs.git"_s);
        QCOMPARE(header.count(EvalCategory::Aborted), 3);
        QCOMPARE(header.count(EvalCategory::New), 8);
        QCOMPARE(header.count(EvalCategory::StillFail), 3);
        QCOMPARE(header.total(), 43);
        QVERIFY(!header.hasErrors);
        QCOMPARE(header.changes.size(), 1);
        QCOMPARE(header.changes[0],
            (InputDiff{u"nixpkgs"_s, u"6f733d329c0d to 31be1dce9d15"_s, u"6f733d329c0d402f5e47e5633d2a75113d43de59"_s,
                u"31be1dce9d1512b913a36edb0b0ea14fb6191dc2"_s,
                u"https://github.com/NixOS/nixpkgs/compare/6f733d329c0d402f5e47e5633d2a75113d43de59...31be1dce9d1512b913a36edb0b0ea14fb6191dc2"_s}));

        QCOMPARE(jobs->rows.size(), 43);
        QCOMPARE(jobs->omittedRows(), 0);
        QCOMPARE(jobs->rows[0],
            (BuildRow{BuildId(301025576), u"nixos.tests.chromium.aarch64-linux"_s, {}, BuildState::Cancelled,
                1795345144, u"vm-test-run-chromium"_s, u"aarch64-linux"_s, EvalCategory::Aborted}));
        QCOMPARE(jobs->rows[3].category, EvalCategory::New);
        QCOMPARE(jobs->rows[3].state, BuildState::Queued);
        QVERIFY(!jobs->rows[3].finished);
    }

    void aLargeEvaluationTellsWhatItLeftOut()
    {
        const auto jobs = parseEvalJobs(body(u"big_eval_html"_s));
        QVERIFY(jobs);
        QVERIFY(jobs->header.hasErrors);
        QCOMPARE(jobs->header.count(EvalCategory::StillSucceed), 20154);
        QCOMPARE(jobs->header.count(EvalCategory::Removed), 256);
        QCOMPARE(jobs->header.total(), 24384);
        QCOMPARE(jobs->omittedRows(), 144 + 380 + 6 + 2427 + 19904 + 122);
        QCOMPARE(jobs->rows.size(), 250 + 72 + 85 + 250 + 250 + 250 + 250 + 250);
    }

    void aWholeLargeEvaluationIsRead()
    {
        const auto jobs = parseEvalJobs(body(u"big_eval_full_html"_s));
        QVERIFY(jobs);
        QCOMPARE(jobs->omittedRows(), 0);
        QCOMPARE(jobs->rows.size(), 24384 + 256);
    }

    void aBuildPageOfAnAggregate()
    {
        const auto build = parseBuildDetails(body(u"build_status2_html"_s));
        QVERIFY(build);
        QCOMPARE(build->id, BuildId(301025608));
        QCOMPARE(build->job, (JobName{smallJobset, u"tested"_s}));
        QCOMPARE(build->state, BuildState::DependencyFailed);
        QCOMPARE(build->status, u"A dependency of the build failed"_s);
        QCOMPARE(build->constituentCounts, std::optional(Constituents{16, 2, 7}));
        QCOMPARE(build->constituents.size(), 16);
        QCOMPARE(build->constituents[7].state, BuildState::TimedOut);
        QCOMPARE(build->eval, std::optional(EvalId(1815012)));
        QCOMPARE(build->description, u"Release-critical builds for the NixOS channel"_s);
        QVERIFY(build->license.isEmpty());
        QCOMPARE(build->maintainers, u"alex@example.org"_s);
        QCOMPARE(build->queuedAt, Epoch(1795344998));
        QCOMPARE(build->outputs,
            (QList<BuildOutput>{{u"out"_s, u"/nix/store/vixshdikmxpbbdbn99h4hcihk9wjm4p3-nixos-25.05pre4.31be1dc"_s}}));
        QCOMPARE(build->changes.size(), 1);
        QCOMPARE(build->steps.size(), 1);
        const auto &step = build->steps[0];
        QCOMPARE(step.number, StepNr(1));
        QCOMPARE(step.paths, QStringList{u"/nix/store/6pgmaxhhmvgvrdcc60n6ivs3b551qnxw-libressl-4.1.0"_s});
        QCOMPARE(step.machine, u"x86-1"_s);
        QCOMPARE(step.state, BuildState::Failed);
        QCOMPARE(step.status, u"Failed"_s);
        QCOMPARE(step.propagatedFrom, std::optional(BuildId(301025603)));
        QVERIFY(!step.durationSeconds && step.hasLog);
    }

    void aBuildPageWithSizesAndSeveralOutputs()
    {
        const auto build = parseBuildDetails(body(u"build_iso_html"_s));
        QVERIFY(build);
        QCOMPARE(build->state, BuildState::Succeeded);
        QCOMPARE(build->closureSize, std::optional<qint64>(2998927)); // 2.86 MiB as shown; really 3,000,084
        QCOMPARE(build->homepage, u"https://example.org/nixos-minimal-25.05pre4.31be1dc"_s);
        QCOMPARE(build->license, u"mit"_s);
        QCOMPARE(build->steps.size(), 2);
        QCOMPARE(build->steps[1].paths.size(), 3);
        QCOMPARE(build->steps[1].paths[1], u"/nix/store/4ry610ikz3azjkhjhcpm8651k8a1i3xp-llvm-19.1.7-lib"_s);
    }

    void anAbortedStepSaysWhyWithoutTerminalEscapes()
    {
        const auto build = parseBuildDetails(body(u"build_status3_real_html"_s));
        QVERIFY(build);
        QCOMPARE(build->state, BuildState::Aborted);
        QCOMPARE(build->steps.size(), 3);
        QCOMPARE(build->steps[0].state, BuildState::Aborted);
        QCOMPARE(
            build->steps[0].status, u"Aborted: error: failed to start SSH connection to 'builder@mac-1.example.org'"_s);
        QCOMPARE(build->steps[2].state, BuildState::Unsupported);
    }

    void aCachedFailureNamesTheBuildThatFailed()
    {
        const auto build = parseBuildDetails(body(u"build_with_cached-failure-step_html"_s));
        QVERIFY(build);
        QCOMPARE(build->constituentCounts, std::optional(Constituents{4, 1, 0}));
        QCOMPARE(build->steps[0].state, BuildState::CachedFailure);
        QCOMPARE(build->steps[0].propagatedFrom, std::optional(BuildId(301025472)));
        QVERIFY(build->steps[0].machine.isEmpty());
    }

    void aRunningBuildIsRunningOnItsPage()
    {
        const auto build = parseBuildDetails(oldBody(u"build_running_html"_s));
        QVERIFY(build);
        QCOMPARE(build->state, BuildState::Running);
        QCOMPARE(build->steps.size(), 1);
        QCOMPARE(build->steps[0].state, BuildState::Running);
        QCOMPARE(build->steps[0].status, u"Building"_s);
        QCOMPARE(build->steps[0].durationSeconds, std::optional<qint64>(5 * 60 + 16));
        QCOMPARE(build->outputs,
            (QList<BuildOutput>{
                {u"out"_s, u"/nix/store/8jdpi8bzvlvv47f4v93k3bc1kkmx90vi-vm-test-run-kernel-latest"_s}}));
        const auto queued = parseBuildDetails(body(u"build_queued_html"_s));
        QVERIFY(queued);
        QCOMPARE(queued->state, BuildState::Queued);
    }

    void jobPagesListTheLatestAndTheQueuedBuilds()
    {
        const auto job = parseJobPage(body(u"job_trunk_libressl.x86_64-linux_html"_s));
        QVERIFY(job);
        QCOMPARE(job->job, (JobName{{u"nixpkgs"_s, u"trunk"_s}, u"libressl.x86_64-linux"_s}));
        QCOMPARE(job->latest.size(), 1);
        QCOMPARE(job->latest[0].id, BuildId(301025527));
        QCOMPARE(job->latest[0].state, BuildState::Failed);
        QCOMPARE(job->queued.size(), 1);
        QCOMPARE(job->queued[0].state, BuildState::Queued);
        QCOMPARE(job->queued[0].nixName, u"libressl-4.1.0"_s);
        QVERIFY(job->exists && job->inLatestEval);

        const auto aggregate = parseJobPage(body(u"job_unstable-small_tested_html"_s));
        QVERIFY(aggregate);
        QCOMPARE(aggregate->latest.size(), 3);
    }

    void aJobsOlderBuildsComeInPages()
    {
        const auto list = parseJobBuilds(body(u"job_trunk_libressl.x86_64-linux_all"_s));
        QVERIFY(list);
        QCOMPARE(list->builds.size(), 1);
        QCOMPARE(list->builds[0].id, BuildId(301025527));
        QCOMPARE(list->builds[0].state, BuildState::Failed);
        QCOMPARE(list->builds[0].finished, Epoch(1795344963));
        QCOMPARE(list->paging, (Paging{.page = 1, .total = 1, .hasNext = false}));
        // A jobset's list is of other jobs too.
        QVERIFY(!parseJobBuilds(body(u"jobset_all_html"_s)));
    }

    void aJobNobodyKnowsDoesNotExist()
    {
        const auto job = parseJobPage(body(u"err_job_404_html"_s));
        QVERIFY(job);
        QVERIFY(!job->exists && !job->inLatestEval);
    }

    void theQueueSummaryIsReadInSpiteOfItsInvalidTags()
    {
        const auto summary = parseQueueSummary(body(u"queue_summary_html"_s));
        QVERIFY(summary);
        QCOMPARE(summary->total(), 386 + 48 + 16 + 1);
        QCOMPARE(summary->jobsets[1], (JobsetQueue{{u"nixpkgs"_s, u"trunk"_s}, 48, 1795344890, 1795344963}));
        QCOMPARE(summary->systems.size(), 4);
        QCOMPARE(summary->systems[2], (std::pair<QString, qint64>(u"aarch64-linux"_s, 102)));
    }

    void machinesAreListedWithTheirWork()
    {
        const auto machines = parseMachineActivity(body(u"machines_html"_s));
        QVERIFY(machines);
        QCOMPARE(machines->size(), 3);
        QCOMPARE(machines->at(1).name, u"x86-1"_s);
        QCOMPARE(machines->at(1).primarySystem, u"i686-linux"_s);
        QCOMPARE(machines->at(1).stepsDone, std::optional<qint64>(74));
        QCOMPARE(machines->at(1).secondsPerStep, std::optional(0.6));
        QCOMPARE(machines->at(1).idle, u"Idle"_s);
        QCOMPARE(parseMachineActivity(body(u"machines_no-endpoint_html"_s)), QList<MachineActivity>());
    }

    void finishedStepsNameTheirMachine()
    {
        const auto steps = parseLatestSteps(body(u"steps_html"_s));
        QVERIFY(steps);
        QCOMPARE(steps->size(), 20);
        const auto &third = steps->at(2);
        QCOMPARE(third.job, (JobName{smallJobset, u"nixos.tests.chromium.aarch64-linux"_s}));
        QCOMPARE(third.build, BuildId(301025576));
        QCOMPARE(third.step, std::optional(StepNr(1)));
        QCOMPARE(third.state, BuildState::Cancelled);
        QCOMPARE(third.seconds, std::optional<qint64>(144));
        QCOMPARE(third.machine, u"arm-1"_s);
        QCOMPARE(third.finished, std::optional<qint64>(1795345144));
    }
};

QTEST_GUILESS_MAIN(RecordedHtmlTest)
#include "recorded_html_test.moc"
