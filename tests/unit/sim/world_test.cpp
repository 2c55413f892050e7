// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/world.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace narscope;
using namespace narscope::sim;

namespace {

constexpr qint64 start = 1'795'000'000;
constexpr qint64 hour = 3600;

std::vector<JobsetIndex> jobsetsOf(const World &world)
{
    std::vector<JobsetIndex> list;
    for (quint16 i = 0; i < world.jobsets().size(); ++i)
        list.push_back(JobsetIndex{i});
    return list;
}

// All that an outsider could compare, as one text.
QByteArray summary(World &world)
{
    QByteArray text = QByteArray::number(world.now()) + '\n';
    for (const auto &[branch, commit] : world.source().branches())
        text += branch + ' ' + world.source().commit(commit).sha + '\n';
    for (const EvalId id : world.allEvaluations()) {
        const Evaluation &eval = *world.evaluation(id);
        const Counts counts = world.counts(eval);
        text += QByteArray::number(id.value) + ' ' + eval.revision + ' ' + QByteArray::number(counts.succeeded) + ' '
            + QByteArray::number(counts.failed) + ' ' + QByteArray::number(counts.scheduled) + '\n';
    }
    for (const BuildFacts &build : world.latestFinishedBuilds(0, 200))
        text += QByteArray::number(build.id.value) + ' ' + QByteArray::number(build.status) + ' '
            + world.recipes().drvPath(build.drv).text() + '\n';
    for (const quint32 number : world.unfinished())
        text += QByteArray::number(number) + ' ';
    for (const auto &[number, request] : world.source().pullRequests())
        text += QByteArray::number(number.value) + request.title + QByteArray::number(int(request.state)) + '\n';
    for (quint16 i = 0; i < world.channels().size(); ++i) {
        for (const Release &release : world.releases(ChannelIndex{i}))
            text += release.name + ' ' + QByteArray::number(release.time) + '\n';
    }
    return text + QByteArray::number(world.runner().stepsDone) + ' ' + QByteArray::number(world.runner().buildsFailed);
}

bool reaches(const Recipes &recipes, Drv from, Drv wanted)
{
    std::set<quint64> seen;
    std::vector<Drv> todo{from};
    while (!todo.empty()) {
        const Drv next = todo.back();
        todo.pop_back();
        if (next == wanted)
            return true;
        for (const Drv input : recipes.inputs(next)) {
            if (seen.insert(input.key()).second)
                todo.push_back(input);
        }
    }
    return false;
}

} // namespace

class WorldTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isTheSameHoweverTimePassed();
    void countsAreWhatTheBuildsSay();
    void buildsNeverGoBack();
    void buildsWaitForWhatTheyNeed();
    void dependencyFailureNamesTheBuildThatFailed();
    void machinesRunNoMoreThanTheirPlaces();
    void jobNamesLeadBackToTheirJobs();
    void missingJobsAreToldInTheErrors();
    void channelsPointToFinishedGreenEvaluations();
    void storiesGoAsTheyAreTold();
    void stepsFitTheBuild();
    void logsEndAsTheBuildDid();
    void metricsOfTheQueueAddUp();

private:
    World m_world{{.seed = 1, .jobs = 600, .start = start}};
};

void WorldTest::isTheSameHoweverTimePassed()
{
    World once({.seed = 7, .jobs = 450, .start = start});
    World often({.seed = 7, .jobs = 450, .start = start});
    once.advance(start + 20 * hour);
    for (int i = 1; i <= 60; ++i) {
        often.advance(start + i * hour / 3);
        // Questions change nothing either, not even those that need derivations nobody has evaluated.
        for (const auto &[number, request] : often.source().pullRequests()) {
            for (const OfBorgAttempt &attempt : often.attempts(request)) {
                if (i % 12 == 0 && number.value % 20 == 0)
                    QVERIFY(often.ofborgLog(attempt.id));
            }
        }
    }
    QCOMPARE(summary(often), summary(once));
    World other({.seed = 8, .jobs = 450, .start = start});
    QVERIFY(other.source().commit(other.source().head("master")).sha
        != once.source().commit(once.source().head("master")).sha);
}

void WorldTest::countsAreWhatTheBuildsSay()
{
    for (const EvalId id : m_world.allEvaluations()) {
        const Evaluation &eval = *m_world.evaluation(id);
        Counts expected;
        for (quint32 i = 0; i < eval.builds.size(); ++i) {
            const auto build = m_world.build(eval, JobIndex{i});
            if (!build)
                continue;
            ++(!build->finished() ? expected.scheduled : build->status == 0 ? expected.succeeded : expected.failed);
            QCOMPARE(build->jobset, eval.jobset);
            QCOMPARE(build->job, JobIndex{i});
        }
        const Counts counts = m_world.counts(eval);
        QCOMPARE(counts.succeeded, expected.succeeded);
        QCOMPARE(counts.failed, expected.failed);
        QCOMPARE(counts.scheduled, expected.scheduled);
    }
}

void WorldTest::buildsNeverGoBack()
{
    World world({.seed = 3, .jobs = 600, .start = start});
    std::map<qint64, BuildFacts> before;
    int finished = 0;
    for (int step = 0; step < 30; ++step) {
        world.advance(start + step * hour / 2);
        for (qint64 id = 310'000'001; id <= world.newestBuild().value; ++id) {
            const BuildFacts now = *world.build(BuildId{id});
            if (const auto old = before.find(id); old != before.end()) {
                QVERIFY(now.phase >= old->second.phase);
                QCOMPARE(now.queuedAt, old->second.queuedAt);
                if (old->second.startedAt != 0)
                    QCOMPARE(now.startedAt, old->second.startedAt);
                if (old->second.finished())
                    QCOMPARE(now.status, old->second.status);
                finished += now.phase != old->second.phase && now.finished() ? 1 : 0;
            }
            if (now.startedAt != 0)
                QVERIFY(now.queuedAt <= now.startedAt);
            if (now.finished())
                QVERIFY(now.startedAt <= now.stoppedAt && now.stoppedAt <= world.now());
            before.insert_or_assign(id, now);
        }
    }
    QVERIFY2(finished > 20, "nothing happened");
}

void WorldTest::buildsWaitForWhatTheyNeed()
{
    int checked = 0;
    for (const BuildFacts &build : m_world.latestFinishedBuilds(0, 2000)) {
        if (build.cachedFrom.value != 0 || build.cause.value != 0)
            continue;
        for (const Drv input : m_world.recipes().inputs(build.drv)) {
            const qint64 ready = m_world.builtAt(input);
            QVERIFY(ready != 0);
            QVERIFY2(ready <= build.startedAt, m_world.nixName(build).constData());
            if (!input.source)
                QVERIFY(m_world.isBuilt(input));
            ++checked;
        }
    }
    QVERIFY(checked > 500);
}

void WorldTest::dependencyFailureNamesTheBuildThatFailed()
{
    int checked = 0;
    for (qint64 id = 310'000'001; id <= m_world.newestBuild().value; ++id) {
        const BuildFacts build = *m_world.build(BuildId{id});
        if (build.cause.value == 0)
            continue;
        const auto cause = m_world.build(build.cause);
        QVERIFY(cause);
        QVERIFY(cause->finished() && cause->status != 0 && cause->status != 2);
        // Only a plain failure is told as one of a dependency; other reasons keep their code.
        QCOMPARE(build.status, cause->status == 1 ? 2 : cause->status);
        QVERIFY(cause->stoppedAt <= build.stoppedAt);
        QVERIFY(reaches(m_world.recipes(), build.drv, cause->drv));
        ++checked;
    }
    QVERIFY(checked > 0);
}

void WorldTest::machinesRunNoMoreThanTheirPlaces()
{
    World world({.seed = 5, .jobs = 600, .start = start});
    int most = 0;
    for (int i = 0; i < 40; ++i) {
        world.advance(start + i * hour);
        const std::vector<StepFacts> steps = world.runningSteps();
        for (quint16 m = 0; m < world.machines().size(); ++m) {
            const auto running
                = std::ranges::count_if(steps, [m](const StepFacts &step) { return step.machine == MachineIndex{m}; });
            QVERIFY(running <= world.machines()[m].maxJobs);
            QCOMPARE(world.load(MachineIndex{m}).currentJobs, int(running));
        }
        for (const StepFacts &step : steps) {
            const auto &systems = world.machine(*step.machine).systems;
            QVERIFY(std::ranges::find(systems, step.drv.system) != systems.end());
        }
        most = qMax(most, int(steps.size()));
    }
    QVERIFY2(most > 5, "nobody works");
}

void WorldTest::jobNamesLeadBackToTheirJobs()
{
    for (const JobsetIndex jobset : jobsetsOf(m_world)) {
        for (quint32 i = 0; i < m_world.jobCount(jobset); ++i) {
            const QByteArray name = m_world.jobName(jobset, JobIndex{i});
            QCOMPARE(m_world.findJob(jobset, name), std::optional(JobIndex{i}));
        }
        QVERIFY(!m_world.findJob(jobset, "no-such-job.x86_64-linux"));
    }
    const auto unstable = m_world.findJobset("nixos", "unstable");
    QVERIFY(m_world.findJob(*unstable, "nixpkgs.hello.x86_64-linux"));
    QVERIFY(m_world.findJob(*unstable, "nixos.tests.login.x86_64-linux"));
    QVERIFY(m_world.findJob(*unstable, "tested"));
    QVERIFY(!m_world.findJob(*unstable, "hello.x86_64-linux"));
}

void WorldTest::missingJobsAreToldInTheErrors()
{
    int missing = 0;
    for (const EvalId id : m_world.allEvaluations()) {
        const Evaluation &eval = *m_world.evaluation(id);
        const QByteArray errors = m_world.errors(eval);
        QCOMPARE(errors.isEmpty(), std::ranges::find(eval.builds, 0U) == eval.builds.end());
        for (quint32 i = 0; i < eval.builds.size(); ++i) {
            if (eval.builds[i] != 0)
                continue;
            QVERIFY(errors.contains("in job ‘" + m_world.jobName(eval.jobset, JobIndex{i}) + "’:\n"));
            ++missing;
        }
    }
    QVERIFY(missing > 0);
}

void WorldTest::channelsPointToFinishedGreenEvaluations()
{
    for (quint16 i = 0; i < m_world.channels().size(); ++i) {
        const auto releases = m_world.releases(ChannelIndex{i});
        QVERIFY(!releases.empty());
        for (size_t r = 1; r < releases.size(); ++r) {
            QVERIFY(releases[r - 1].eval < releases[r].eval);
            QVERIFY(releases[r - 1].time < releases[r].time);
            const Evaluation &eval = *m_world.evaluation(releases[r].eval);
            QVERIFY(m_world.buildAt(eval.builds.back()).succeeded());
            for (const quint32 number : eval.builds)
                QVERIFY(number == 0 || m_world.buildAt(number).stoppedAt <= releases[r].time);
        }
        const Release &last = releases.back();
        QCOMPARE(m_world.source().head(m_world.channels()[i].name), last.commit);
    }
}

void WorldTest::storiesGoAsTheyAreTold()
{
    const Source &source = m_world.source();
    const auto request = [&](const char *name) -> const PullRequest & {
        const auto story = std::ranges::find(m_world.stories(), name, &Story::name);
        return *source.pullRequest(story->pullRequest);
    };
    const auto latest = [&](const char *project, const char *jobset) -> const Evaluation & {
        return *m_world.evaluation(m_world.evaluations(*m_world.findJobset(project, jobset)).back());
    };
    QCOMPARE(m_world.stories().size(), size_t(11));

    const PullRequest &staged = request("merged-to-staging");
    QCOMPARE(staged.base, "staging");
    for (const char *branch : {"staging", "staging-next", "master"})
        QVERIFY(source.contains(source.head(branch), staged.merge));

    const PullRequest &plain = request("merged-to-master");
    QVERIFY(source.contains(source.head("master"), plain.merge));
    QVERIFY(!source.contains(source.head("release-26.05"), plain.merge));

    const PullRequest &stable = request("release-branch");
    QVERIFY(source.contains(source.head("release-26.05"), stable.merge));
    QVERIFY(!source.contains(source.head("master"), stable.merge));

    const PullRequest &copied = request("backport");
    const PullRequest &copy = *source.pullRequest(copied.backportedAs);
    QCOMPARE(copy.backportOf, copied.number);
    QVERIFY(source.contains(source.head("release-26.05"), copy.merge));

    QCOMPARE(request("unmerged").state, PullRequestState::Open);

    const PullRequest &taken = request("reverted");
    const auto undo = std::ranges::find_if(
        source.pullRequests(), [&](const auto &entry) { return entry.second.revertOf == taken.number; });
    QVERIFY(undo != source.pullRequests().end() && undo->second.state == PullRequestState::Merged);
    const auto fish = m_world.build(latest("nixpkgs", "unstable"),
        *m_world.findJob(*m_world.findJobset("nixpkgs", "unstable"), "fish.x86_64-linux"));
    QVERIFY(m_world.recipes().revision(fish->drv.instance) != taken.revision);

    QVERIFY(m_world.errors(latest("nixpkgs", "unstable")).contains("in job ‘restic.x86_64-linux’:"));

    const Evaluation &stuck = latest("nixos", "unstable");
    const auto test
        = m_world.build(stuck, *m_world.findJob(stuck.jobset, "nixos.tests.networking.networkmanager.x86_64-linux"));
    QVERIFY(test->finished() && test->status == 1);
    const BuildFacts gate = m_world.buildAt(stuck.builds.back());
    QVERIFY(gate.finished() && gate.status == 2);
    QVERIFY(!source.contains(source.head("nixos-unstable"), request("failed-constituent").merge));

    const auto cached = std::ranges::find(m_world.stories(), QByteArray("failed-but-cached"), &Story::name);
    const auto nixpkgs = *m_world.findJobset("nixpkgs", "unstable");
    const auto job = *m_world.findJob(nixpkgs, cached->attr + ".x86_64-linux");
    std::optional<BuildFacts> tried; // a later change may have built it anew
    for (const EvalId id : m_world.evaluations(nixpkgs)) {
        const Evaluation &eval = *m_world.evaluation(id);
        if (!tried && source.contains(eval.commit, request("failed-but-cached").merge))
            tried = m_world.build(eval, job);
    }
    QVERIFY(tried->finished() && tried->status == 1 && m_world.isBuilt(tried->drv));
    QCOMPARE(m_world.recipes().revision(tried->drv.instance), request("failed-but-cached").revision);
    QCOMPARE(m_world.steps(*tried).back().status, std::optional(1));
    const auto all = m_world.buildsOf(tried->drv);
    QVERIFY(std::ranges::any_of(all, [&](const BuildFacts &build) {
        return build.succeeded() && build.cachedFrom.value == 0 && build.startedAt > tried->stoppedAt;
    }));

    const auto small = *m_world.findChannel("nixos-26.05-small");
    const auto &waits = request("channel-still");
    QVERIFY(!source.contains(source.head("nixos-26.05-small"), waits.merge));
    const Evaluation &green = *m_world.latestFinished(m_world.channels()[size_t(small)].gateJobset);
    QVERIFY(source.contains(green.commit, waits.merge) && m_world.buildAt(green.builds.back()).succeeded());
    QCOMPARE(m_world.unitState(small, m_world.now()), "failed");

    const std::vector<Incident> incidents = m_world.incidents();
    const auto wrong = std::ranges::find(incidents, IncidentKind::OtherNar, &Incident::kind);
    QCOMPARE(m_world.recipes().revision(wrong->drv.instance), request("wrong-nar").revision);
}

void WorldTest::stepsFitTheBuild()
{
    int several = 0;
    for (const BuildFacts &build : m_world.latestFinishedBuilds(0, 1500)) {
        const std::vector<StepFacts> steps = m_world.steps(build);
        if (build.cachedFrom.value != 0) {
            QVERIFY(steps.empty());
            continue;
        }
        for (size_t i = 0; i < steps.size(); ++i) {
            QCOMPARE(steps[i].number.value, qint64(i) + 1);
            QVERIFY(steps[i].status.has_value());
            QVERIFY(steps[i].startedAt <= steps[i].stoppedAt);
        }
        if (build.cause.value == 0 && build.status != 9) {
            QCOMPARE(steps.back().drv, build.drv);
            QCOMPARE(*steps.back().status, build.status);
            QCOMPARE(steps.back().stoppedAt, build.stoppedAt);
        } else if (build.cause.value != 0) {
            QVERIFY(*steps.back().status != 0);
            QCOMPARE(steps.back().propagatedFrom.value == 0 ? build.id : steps.back().propagatedFrom, build.cause);
        }
        several += steps.size() > 1 ? 1 : 0;
    }
    QVERIFY(several > 100);
}

void WorldTest::logsEndAsTheBuildDid()
{
    std::set<int> seen;
    for (qint64 id = 310'000'001; id <= m_world.newestBuild().value; ++id) {
        const BuildFacts build = *m_world.build(BuildId{id});
        if (!build.finished() || build.cachedFrom.value != 0 || build.cause.value != 0 || build.status == 9)
            continue;
        if (build.status == 0 && id % 97 != 0)
            continue;
        if (build.status == 1 && m_world.isBuilt(build.drv))
            continue; // there is one log a derivation, and another build's has replaced this one's
        const auto log = m_world.log(build.drv);
        QVERIFY(log);
        const QByteArray drv = m_world.recipes().drvPath(build.drv).text();
        QCOMPARE(log->contains("builder for '" + drv + "' failed with exit code 1"), build.status == 1);
        QCOMPARE(log->contains("timed out after"), build.status == 7);
        seen.insert(build.status);
    }
    QVERIFY(seen.contains(0) && seen.contains(1));
}

void WorldTest::metricsOfTheQueueAddUp()
{
    int queued = 0;
    for (const JobsetIndex jobset : jobsetsOf(m_world))
        queued += m_world.queued(jobset).queued;
    int bySystem = 0;
    SystemSteps steps;
    for (const System system : allSystems) {
        bySystem += m_world.queued(system).queued;
        const SystemSteps some = m_world.systemSteps(system);
        steps.running += some.running;
        steps.runnable += some.runnable;
        steps.waiting += some.waiting;
    }
    QCOMPARE(queued, int(m_world.unfinished().size()));
    QCOMPARE(bySystem, queued);
    const RunnerFacts runner = m_world.runner();
    QCOMPARE(steps.running, runner.stepsBuilding);
    QCOMPARE(steps.runnable, runner.stepsRunnable);
    QCOMPARE(steps.waiting, runner.stepsWaiting);
    QCOMPARE(runner.buildsSucceeded + runner.buildsFailed, runner.buildsDone);
}

QTEST_GUILESS_MAIN(WorldTest)
#include "world_test.moc"
