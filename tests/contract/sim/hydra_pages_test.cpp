// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/htmlparsers.h"
#include "hydra/jsonparsers.h"
#include "pipeline.h"

#include <QTest>

#include <algorithm>
#include <ranges>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;

// The simulator's pages, read by the readers that were made for the real ones, give what the world holds.

namespace {

QString text(const QByteArray &bytes)
{
    return QString::fromUtf8(bytes);
}

// Parsed, or the test fails with the reason.
template <typename T> T parsed(Result<T> result)
{
    if (!result) {
        QTest::qFail(qPrintable(describe(result.error())), __FILE__, __LINE__);
        return {};
    }
    return std::move(*result);
}

hydra::BuildState stateOf(const sim::BuildFacts &build)
{
    const auto status = build.finished() ? std::optional(static_cast<hydra::BuildStatus>(build.status)) : std::nullopt;
    return hydra::stateOf(build.finished(), status);
}

// An icon cannot tell unsupported from aborted, and no page shows a running build by its icon.
hydra::BuildState iconStateOf(const sim::BuildFacts &build)
{
    const hydra::BuildState state = stateOf(build);
    return state == hydra::BuildState::Unsupported ? hydra::BuildState::Aborted : state;
}

JobsetName nameOf(const sim::World &world, sim::JobsetIndex index)
{
    return {text(world.jobset(index).project), text(world.jobset(index).name)};
}

JobName jobOf(const sim::World &world, const sim::BuildFacts &build)
{
    return {nameOf(world, build.jobset), text(world.jobName(build.jobset, build.job))};
}

hydra::BuildRow rowOf(const sim::World &world, const sim::BuildFacts &build)
{
    hydra::BuildRow row;
    row.id = build.id;
    row.job = text(world.jobName(build.jobset, build.job));
    row.state = iconStateOf(build);
    row.finished = build.finished() ? hydra::Epoch(build.stoppedAt) : std::nullopt;
    row.nixName = text(world.nixName(build));
    row.system = text(sim::name(world.jobSystem(build.jobset, build.job)));
    return row;
}

// hydra.md 4.2; nothing: it is no job of this evaluation.
hydra::EvalCategory categoryOf(const sim::BuildFacts &build, const std::optional<sim::BuildFacts> &before)
{
    using enum hydra::EvalCategory;
    if (build.finished() && (build.status == 3 || build.status == 4 || build.status == 7 || build.status == 10))
        return Aborted;
    if (!before)
        return New;
    if (!build.finished() || !before->finished())
        return Unfinished;
    if (build.status == 0)
        return before->status == 0 ? StillSucceed : NowSucceed;
    return before->status == 0 ? NowFail : StillFail;
}

QString shortHost(const sim::World &world, const sim::StepFacts &step)
{
    return step.machine ? text(world.machine(*step.machine).host).section(u'.', 0, 0) : QString();
}

} // namespace

class HydraPagesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsOfEvaluationsTellCountsChangesAndErrors();
    void theListOfAllEvaluationsNamesTheirJobsets();
    void anEvaluationShowsEveryJobInItsCategory();
    void anEvaluationWithoutOneBeforeShowsAllAsNew();
    void aFilterLetsOnlyMatchingJobsThrough();
    void longTabsAreCutUnlessAskedForInFull();
    void errorsOfAnEvaluationComeByJob();
    void buildPagesTellWhatTheWorldHolds();
    void buildsAsJsonTellWhatTheWorldHolds();
    void aJobPageTellsItsHistory();
    void machinesShowWhatRunsOnThem();
    void theQueueIsSummedByJobsetAndSystem();
    void stepsAreInOrder();
    void theOldRunnerIsReadLikeTheNewOne();
    void jobsetsAndOverviewsTellTheirTimes();

private:
    void checkSummary(const hydra::EvalSummary &row, const sim::Evaluation &evaluation);
    void checkSteps(const hydra::BuildDetails &page, const sim::BuildFacts &build);
    Pipeline m_pipeline;
    sim::World &m_world = m_pipeline.world;
};

void HydraPagesTest::checkSummary(const hydra::EvalSummary &row, const sim::Evaluation &evaluation)
{
    const sim::Counts counts = m_world.counts(evaluation);
    QCOMPARE(row.id, evaluation.id);
    QCOMPARE(row.time, evaluation.time);
    QCOMPARE(row.succeeded, counts.succeeded);
    QCOMPARE(row.failed, counts.failed);
    QCOMPARE(row.scheduled, counts.scheduled);
    QCOMPARE(row.hasErrors, !m_world.errors(evaluation).isEmpty());
    const auto before = m_world.previous(evaluation);
    const int delta = before == nullptr ? 0 : counts.succeeded - m_world.counts(*before).succeeded;
    const bool shown = delta > 0 || (delta < 0 && counts.scheduled == 0);
    QCOMPARE(row.delta, shown ? std::optional(delta) : std::nullopt);
    for (const hydra::InputChange &change : row.changes) {
        const auto inputs = m_world.inputs(evaluation);
        const auto input = std::ranges::find(inputs, change.name.toUtf8(), &sim::EvaluationInput::name);
        QVERIFY(input != inputs.end());
        QCOMPARE(change.revision, text(input->revision));
    }
}

void HydraPagesTest::listsOfEvaluationsTellCountsChangesAndErrors()
{
    int seen = 0;
    for (size_t i = 0; i < m_world.jobsets().size(); ++i) {
        const auto jobset = static_cast<sim::JobsetIndex>(i);
        const JobsetName name = nameOf(m_world, jobset);
        const QByteArray path = "/jobset/" + name.project.toUtf8() + '/' + name.jobset.toUtf8();
        const auto all = m_world.evaluations(jobset);
        const auto list = parsed(hydra::parseEvalPage(m_pipeline.html(path + "/evals")));
        QCOMPARE(list.jobset, name);
        QCOMPARE(list.paging.total, int(all.size()));
        QCOMPARE(list.paging.hasNext, all.size() > 20);
        QCOMPARE(list.evals.size(), qsizetype(qMin<size_t>(20, all.size())));
        for (qsizetype row = 0; row < list.evals.size(); ++row, ++seen)
            checkSummary(list.evals[row], *m_world.evaluation(all[all.size() - 1 - size_t(row)]));
        const auto page = parsed(hydra::parseEvalPage(m_pipeline.html(path)));
        QCOMPARE(page.jobset, name);
        QCOMPARE(page.evals, list.evals.first(qMin<qsizetype>(10, list.evals.size())));
        qint64 running = 0;
        for (const sim::System system : sim::allSystems)
            running += m_world.queued(system).running;
        QCOMPARE(page.page.running, running);
        QCOMPARE(page.page.queued, qint64(m_world.unfinished().size()));
    }
    QVERIFY(seen > 20);
}

void HydraPagesTest::theListOfAllEvaluationsNamesTheirJobsets()
{
    const auto all = m_world.allEvaluations();
    const auto page = parsed(hydra::parseEvalPage(m_pipeline.html("/evals?page=2")));
    QCOMPARE(page.jobset, std::nullopt);
    QCOMPARE(page.paging.page, 2);
    QVERIFY(!page.evals.isEmpty());
    for (qsizetype row = 0; row < page.evals.size(); ++row) {
        const sim::Evaluation &evaluation = *m_world.evaluation(all[all.size() - 21 - size_t(row)]);
        checkSummary(page.evals[row], evaluation);
        QCOMPARE(page.evals[row].jobset, nameOf(m_world, evaluation.jobset));
    }
}

void HydraPagesTest::anEvaluationShowsEveryJobInItsCategory()
{
    for (const auto &[project, jobset] : {std::pair("nixpkgs", "unstable"), std::pair("nixos", "unstable-small")}) {
        const sim::Evaluation &evaluation = m_pipeline.lastEvaluation(project, jobset);
        const sim::Evaluation *before = m_world.previous(evaluation);
        QVERIFY(before != nullptr);
        const auto page = parsed(
            hydra::parseEvalJobs(m_pipeline.html("/eval/" + QByteArray::number(evaluation.id.value) + "?full=1")));
        QCOMPARE(page.header.id, evaluation.id);
        QCOMPARE(page.header.jobset, nameOf(m_world, evaluation.jobset));
        QCOMPARE(page.header.time, evaluation.time);
        QCOMPARE(page.header.checkoutSeconds, evaluation.checkoutSeconds);
        QCOMPARE(page.header.evalSeconds, evaluation.evalSeconds);
        QCOMPARE(page.header.comparedWith, before->id);
        QCOMPARE(page.header.hasErrors, !m_world.errors(evaluation).isEmpty());
        QCOMPARE(page.header.nixpkgsRevision(), text(m_world.source().commit(evaluation.commit).sha));
        QCOMPARE(page.header.total(), m_world.counts(evaluation).total());
        int removed = 0;
        for (const hydra::BuildRow &row : page.rows) {
            if (row.category == hydra::EvalCategory::Removed) {
                ++removed;
                continue;
            }
            const auto build = m_world.build(row.id);
            QVERIFY(build);
            hydra::BuildRow expected = rowOf(m_world, *build);
            expected.category = categoryOf(*build, m_world.build(*before, build->job));
            QCOMPARE(row, expected);
        }
        QCOMPARE(page.rows.size() - removed, page.header.total());
        QCOMPARE(removed, page.header.count(hydra::EvalCategory::Removed));
        QCOMPARE(page.omittedRows(), 0);
    }
}

void HydraPagesTest::anEvaluationWithoutOneBeforeShowsAllAsNew()
{
    const auto first = m_world.evaluations(*m_world.findJobset("nixos", "unstable-small")).front();
    const auto header = parsed(hydra::parseEvalHeader(m_pipeline.html("/eval/" + QByteArray::number(first.value))));
    QCOMPARE(header.comparedWith, std::nullopt);
    QCOMPARE(header.total(), m_world.counts(*m_world.evaluation(first)).total());
    QCOMPARE(header.count(hydra::EvalCategory::New) + header.count(hydra::EvalCategory::Aborted), header.total());
}

void HydraPagesTest::aFilterLetsOnlyMatchingJobsThrough()
{
    const sim::Evaluation &evaluation = m_pipeline.lastEvaluation("nixpkgs", "unstable");
    const QByteArray path = "/eval/" + QByteArray::number(evaluation.id.value);
    const auto page = parsed(hydra::parseEvalJobs(m_pipeline.html(path + "?filter=OPENSSL")));
    QVERIFY(!page.rows.isEmpty());
    for (const hydra::BuildRow &row : page.rows)
        QVERIFY2(row.job.contains(u"openssl"_s), qPrintable(row.job));
    const auto nothing = parsed(hydra::parseEvalHeader(m_pipeline.html(path + "?filter=zz-no-such-job")));
    QCOMPARE(nothing.total(), 0);
    QCOMPARE(nothing.nixpkgsRevision(), text(m_world.source().commit(evaluation.commit).sha));
    const auto pattern = parsed(hydra::parseEvalJobs(m_pipeline.html(path + "?filter=open%25.x86_64-linux")));
    for (const hydra::BuildRow &row : pattern.rows)
        QVERIFY2(row.job.contains(u"open"_s) && row.job.endsWith(u".x86_64-linux"_s), qPrintable(row.job));
    QVERIFY(!pattern.rows.isEmpty());
}

void HydraPagesTest::longTabsAreCutUnlessAskedForInFull()
{
    const auto first = m_world.evaluations(*m_world.findJobset("nixpkgs", "unstable")).front();
    const QByteArray path = "/eval/" + QByteArray::number(first.value);
    const auto page = parsed(hydra::parseEvalJobs(m_pipeline.html(path)));
    const int all = page.header.count(hydra::EvalCategory::New);
    QVERIFY(all > 250);
    QCOMPARE(page.omitted[int(hydra::EvalCategory::New)], all - 250);
    QCOMPARE(std::ranges::count(page.rows, hydra::EvalCategory::New, &hydra::BuildRow::category), 250);
    const auto full = parsed(hydra::parseEvalJobs(m_pipeline.html(path + "?full=1")));
    QCOMPARE(full.header.count(hydra::EvalCategory::New), all);
    QCOMPARE(full.omittedRows(), 0);
}

void HydraPagesTest::errorsOfAnEvaluationComeByJob()
{
    int blocks = 0;
    for (const EvalId id : m_world.allEvaluations()) {
        const QByteArray errors = m_world.errors(*m_world.evaluation(id));
        if (errors.isEmpty())
            continue;
        const auto page
            = parsed(hydra::parseEvalErrors(m_pipeline.html("/eval/" + QByteArray::number(id.value) + "/errors")));
        QCOMPARE(page.time, m_world.evaluation(id)->time);
        QCOMPARE(page.text.trimmed(), text(errors).trimmed());
        blocks += int(page.blocks.size());
    }
    QVERIFY(blocks > 0);
}

void HydraPagesTest::checkSteps(const hydra::BuildDetails &page, const sim::BuildFacts &build)
{
    const auto steps = m_world.steps(build);
    QCOMPARE(page.steps.size(), qsizetype(steps.size()));
    for (qsizetype i = 0; i < page.steps.size(); ++i) {
        const hydra::StepRow &row = page.steps[i];
        const sim::StepFacts &step = steps[steps.size() - 1 - size_t(i)];
        QCOMPARE(row.number, step.number);
        QCOMPARE(row.machine, shortHost(m_world, step));
        QCOMPARE(row.hasLog, step.hasLog);
        QCOMPARE(
            row.propagatedFrom, step.propagatedFrom.value == 0 ? std::nullopt : std::optional(step.propagatedFrom));
        QCOMPARE(row.kind, step.substitution ? hydra::StepRow::Kind::Substitution : hydra::StepRow::Kind::Build);
        QCOMPARE(row.state == hydra::BuildState::Running, step.busy != sim::Busy::No);
        if (step.status)
            QCOMPARE(row.state, hydra::stateOf(true, static_cast<hydra::BuildStatus>(*step.status)));
        QStringList paths;
        for (const sim::OutputOf &output : m_world.recipes().outputs(step.drv))
            paths += text(output.path.text());
        QCOMPARE(row.paths, paths);
    }
}

void HydraPagesTest::buildPagesTellWhatTheWorldHolds()
{
    const std::vector<sim::BuildFacts> builds = m_pipeline.variety();
    QVERIFY(builds.size() > 6);
    for (const sim::BuildFacts &build : builds) {
        const QByteArray path = "/build/" + QByteArray::number(build.id.value);
        const auto page = parsed(hydra::parseBuildDetails(m_pipeline.html(path)));
        const auto evals = m_world.evaluationsWith(build);
        QCOMPARE(page.id, build.id);
        QCOMPARE(page.job, jobOf(m_world, build));
        QCOMPARE(page.state == hydra::BuildState::Running, build.phase == sim::BuildFacts::Phase::Running);
        if (build.finished())
            QVERIFY2(page.state == stateOf(build) || page.state == iconStateOf(build), path.constData());
        QCOMPARE(page.cachedFrom, build.cachedFrom.value == 0 ? std::nullopt : std::optional(build.cachedFrom));
        QCOMPARE(page.eval, evals.back());
        QCOMPARE(page.otherEvals, int(evals.size()) - 1);
        QCOMPARE(page.queuedAt, build.queuedAt);
        QCOMPARE(page.startedAt, build.finished() ? hydra::Epoch(build.startedAt) : std::nullopt);
        QCOMPARE(page.finishedAt, build.finished() ? hydra::Epoch(build.stoppedAt) : std::nullopt);
        QCOMPARE(page.nixName, text(m_world.nixName(build)));
        QCOMPARE(page.system, text(sim::name(m_world.jobSystem(build.jobset, build.job))));
        QCOMPARE(page.drvPath, text(m_world.recipes().drvPath(build.drv).text()));
        QList<hydra::BuildOutput> outputs;
        for (const sim::OutputOf &output : m_world.recipes().outputs(build.drv))
            outputs.append({text(output.name), text(output.path.text())});
        std::ranges::sort(outputs, {}, &hydra::BuildOutput::name);
        auto shown = page.outputs;
        std::ranges::sort(shown, {}, &hydra::BuildOutput::name);
        QCOMPARE(shown, outputs);
        checkSteps(page, build);
        const auto constituents = m_world.constituents(build);
        QCOMPARE(page.constituents.size(), qsizetype(constituents.size()));
        QCOMPARE(page.constituentCounts.has_value(), !constituents.empty());
        for (qsizetype i = 0; i < page.constituents.size(); ++i)
            QCOMPARE(page.constituents[i].id, constituents[size_t(i)].id);
    }
}

void HydraPagesTest::buildsAsJsonTellWhatTheWorldHolds()
{
    for (const sim::BuildFacts &facts : m_pipeline.variety()) {
        const QByteArray path = "/build/" + QByteArray::number(facts.id.value);
        const auto build = parsed(hydra::parseBuild(m_pipeline.json(path)));
        QCOMPARE(build.id, facts.id);
        QCOMPARE(build.job, jobOf(m_world, facts));
        QCOMPARE(build.state(), stateOf(facts));
        QCOMPARE(build.queuedAt, facts.queuedAt);
        QCOMPARE(build.stoppedAt, facts.finished() ? hydra::Epoch(facts.stoppedAt) : std::nullopt);
        const auto evals = m_world.evaluationsWith(facts);
        QCOMPARE(build.evals, QList<EvalId>(evals.begin(), evals.end()));
        QCOMPARE(build.products.size(), qsizetype(m_world.products(facts).size()));
        QCOMPARE(build.metrics.size(), qsizetype(m_world.metrics(facts).size()));
        QCOMPARE(build.outputs.size(), qsizetype(m_world.recipes().outputs(facts.drv).size()));
        const auto info = parsed(hydra::parseBuildInfo(m_pipeline.json(path + "/api/get-info")));
        QCOMPARE(info.drvPath, build.drvPath);
    }
}

void HydraPagesTest::aJobPageTellsItsHistory()
{
    const sim::JobsetIndex jobset = *m_world.findJobset("nixos", "unstable-small");
    const sim::JobIndex job = *m_world.findJob(jobset, "tested");
    const auto page = parsed(hydra::parseJobPage(m_pipeline.html("/job/nixos/unstable-small/tested")));
    QCOMPARE(page.job.job, u"tested"_s);
    QVERIFY(page.exists);
    QVERIFY(page.inLatestEval);
    QList<BuildId> finished;
    QList<BuildId> queued;
    for (const sim::BuildFacts &build : m_world.history(jobset, job)) {
        if (build.finished() && finished.size() < 10)
            finished += build.id;
        else if (!build.finished())
            queued += build.id;
    }
    const auto ids = [](const QList<hydra::BuildRow> &rows) {
        QList<BuildId> all;
        for (const hydra::BuildRow &row : rows)
            all += row.id;
        return all;
    };
    QCOMPARE(ids(page.latest), finished);
    QCOMPARE(ids(page.queued), queued);
    const auto nobody = parsed(hydra::parseJobPage(m_pipeline.html("/job/nixos/unstable-small/nope")));
    QVERIFY(!nobody.exists);
}

void HydraPagesTest::machinesShowWhatRunsOnThem()
{
    const auto page = parsed(hydra::parseMachineActivity(m_pipeline.html("/machines")));
    const auto running = m_world.runningSteps();
    QVERIFY(!running.empty());
    QCOMPARE(page.size(), qsizetype(m_world.machines().size()));
    qsizetype steps = 0;
    for (size_t i = 0; i < m_world.machines().size(); ++i) {
        const hydra::MachineActivity &machine = page[qsizetype(i)];
        const sim::MachineFacts &facts = m_world.machines()[i];
        QCOMPARE(machine.name, text(facts.host).section(u'.', 0, 0));
        QCOMPARE(machine.primarySystem, text(sim::name(facts.systems.front())));
        QCOMPARE(machine.stepsDone, m_world.load(static_cast<sim::MachineIndex>(i)).stepsDone);
        std::vector<sim::StepFacts> own = running;
        std::erase_if(own, [i](const sim::StepFacts &s) { return s.machine != static_cast<sim::MachineIndex>(i); });
        QCOMPARE(machine.steps.size(), qsizetype(own.size()));
        QCOMPARE(machine.idle.isEmpty(), !own.empty());
        for (size_t s = 0; s < own.size(); ++s, ++steps) {
            const hydra::RunningStep &step = machine.steps[qsizetype(s)];
            QCOMPARE(step.build, own[s].build);
            QCOMPARE(step.job, jobOf(m_world, *m_world.build(own[s].build)));
            QCOMPARE(step.seconds, m_world.now() - own[s].startedAt);
            QCOMPARE(step.step.has_value(), own[s].busy >= sim::Busy::Building);
        }
    }
    QCOMPARE(steps, qsizetype(running.size()));
    QCOMPARE(parsed(hydra::parseMachines(m_pipeline.json("/machines"))).size(), page.size());
}

void HydraPagesTest::theQueueIsSummedByJobsetAndSystem()
{
    const auto queue = parsed(hydra::parseQueueSummary(m_pipeline.html("/queue-summary")));
    QCOMPARE(queue.total(), qint64(m_world.unfinished().size()));
    for (const hydra::JobsetQueue &row : queue.jobsets) {
        const auto index = m_world.findJobset(row.jobset.project.toUtf8(), row.jobset.jobset.toUtf8());
        QVERIFY(index);
        const sim::QueuedFacts facts = m_world.queued(*index);
        QCOMPARE(row.queued, facts.queued);
        QCOMPARE(row.oldest, facts.oldest);
        QCOMPARE(row.newest, facts.newest);
    }
    for (const auto &[system, queued] : queue.systems)
        QCOMPARE(queued, m_world.queued(*sim::systemNamed(system.toUtf8())).queued);
    QCOMPARE(m_pipeline.json("/api/nrqueue").trimmed().toLongLong(), queue.total());
}

void HydraPagesTest::stepsAreInOrder()
{
    const auto steps = parsed(hydra::parseLatestSteps(m_pipeline.html("/steps?page=2")));
    const auto facts = m_world.latestSteps(20, 20);
    QCOMPARE(steps.size(), qsizetype(facts.size()));
    for (size_t i = 0; i < facts.size(); ++i) {
        QCOMPARE(steps[qsizetype(i)].build, facts[i].build);
        QCOMPARE(steps[qsizetype(i)].step, facts[i].number);
        QCOMPARE(steps[qsizetype(i)].finished, facts[i].stoppedAt);
        QCOMPARE(steps[qsizetype(i)].machine, shortHost(m_world, facts[i]));
    }
}

void HydraPagesTest::theOldRunnerIsReadLikeTheNewOne()
{
    const auto now = parsed(hydra::parseQueueRunnerStatus(m_pipeline.json("/queue-runner-status")));
    m_pipeline.stage.oldRunner = true;
    const auto old = parsed(hydra::parseQueueRunnerStatus(m_pipeline.json("/queue-runner-status")));
    m_pipeline.stage.oldRunner = false;
    QCOMPARE(now.form, hydra::QueueRunnerStatus::Form::Nested);
    QCOMPARE(old.form, hydra::QueueRunnerStatus::Form::Flat);
    QCOMPARE(now.reach, hydra::QueueRunnerStatus::Reach::Up);
    QCOMPARE(old.reach, hydra::QueueRunnerStatus::Reach::Up);
    QCOMPARE(old.time, m_world.now());
    QCOMPARE(now.time, m_world.now());
    QCOMPARE(old.queuedBuilds, now.queuedBuilds);
    QCOMPARE(old.stepsDone, now.stepsDone);
    QCOMPARE(old.machines.size(), now.machines.size());
    for (qsizetype i = 0; i < old.machines.size(); ++i) {
        QCOMPARE(old.machines[i].name, now.machines[i].name);
        QCOMPARE(old.machines[i].systems, now.machines[i].systems);
        QCOMPARE(old.machines[i].currentJobs, now.machines[i].currentJobs);
    }
}

void HydraPagesTest::jobsetsAndOverviewsTellTheirTimes()
{
    int seen = 0;
    for (const sim::ProjectFacts &project : m_world.projects()) {
        for (const auto &row :
            parsed(hydra::parseJobsetOverviews(m_pipeline.json("/api/jobsets?project=" + project.name)))) {
            const auto index = m_world.findJobset(row.name.project.toUtf8(), row.name.jobset.toUtf8());
            QVERIFY(index);
            const auto epoch = [](qint64 time) { return time == 0 ? std::nullopt : hydra::Epoch(time); };
            const sim::JobsetTimes times = m_world.times(*index);
            QCOMPARE(row.times.lastChecked, epoch(times.lastChecked));
            QCOMPARE(row.times.evaluating, epoch(times.started));
            const auto evals = m_world.evaluations(*index);
            const sim::Counts counts
                = evals.empty() ? sim::Counts() : m_world.counts(*m_world.evaluation(evals.back()));
            QCOMPARE(row.total, counts.total());
            QCOMPARE(row.scheduled, counts.scheduled);
            const auto jobset = parsed(hydra::parseJobset(
                m_pipeline.json("/jobset/" + row.name.project.toUtf8() + '/' + row.name.jobset.toUtf8())));
            QCOMPARE(jobset.times, row.times);
            QCOMPARE(jobset.name, row.name);
            ++seen;
        }
    }
    QVERIFY(seen > 5);
}

QTEST_GUILESS_MAIN(HydraPagesTest)
#include "hydra_pages_test.moc"
