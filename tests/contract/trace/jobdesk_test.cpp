// SPDX-License-Identifier: GPL-3.0-or-later
#include "pathtests.h"
#include "support/flow.h"
#include "trace/attrs.h"
#include "trace/jobdesk.h"

#include <QSignalSpy>
#include <QTest>

using namespace narscope;
using namespace narscope::test;
using namespace Qt::StringLiterals;

using hydra::BuildRow;
using hydra::BuildState;

namespace {

QList<BuildRow> builds(std::initializer_list<BuildState> newestFirst)
{
    QList<BuildRow> rows;
    for (const auto state : newestFirst)
        rows << BuildRow{.id = BuildId(100 - rows.size()), .state = state};
    return rows;
}

/// A job that fails now, for reasons of its own, and succeeded before.
struct BrokenJob {
    JobName name;
    std::vector<sim::BuildFacts> history; ///< finished ones, newest first
    sim::BuildFacts firstBad;
    sim::BuildFacts lastGood;
};

std::optional<BrokenJob> brokenJob(sim::World &world)
{
    const auto jobset = *world.findJobset("nixpkgs", "unstable");
    for (quint32 i = 0; i < world.jobCount(jobset); ++i) {
        const auto job = sim::JobIndex(i);
        BrokenJob broken{.name = {{u"nixpkgs"_s, u"unstable"_s}, QString::fromUtf8(world.jobName(jobset, job))},
            .history = world.history(jobset, job),
            .firstBad = {},
            .lastGood = {}};
        std::erase_if(broken.history, [](const sim::BuildFacts &build) { return !build.finished(); });
        const auto good = std::ranges::find_if(broken.history, &sim::BuildFacts::succeeded);
        const auto isPlain = [](const sim::BuildFacts &build) { return build.status == 1; };
        if (good == broken.history.begin() || good == broken.history.end() || good - broken.history.begin() > 9
            || !std::all_of(broken.history.begin(), good, isPlain))
            continue;
        broken.lastGood = *good;
        broken.firstBad = *std::prev(good);
        return broken;
    }
    return {};
}

QString nixpkgsIn(sim::World &world, EvalId eval)
{
    for (const auto &input : world.inputs(*world.evaluation(eval))) {
        if (input.name == "nixpkgs")
            return QString::fromUtf8(input.revision);
    }
    return {};
}

} // namespace

/// What a person who looks closer at a job is told, over the simulated servers.
class JobDeskTest : public QObject {
    Q_OBJECT

    std::unique_ptr<TracedPipeline> m_pipeline;
    std::unique_ptr<hydra::Client> m_hydra;
    std::unique_ptr<trace::JobDesk> m_desk;
    std::optional<BrokenJob> m_broken;

    [[nodiscard]] QString server() const { return m_hydra->server().id; }
    trace::JobCourse courseOf(const trace::JobOrder &order, bool anew = false)
    {
        QSignalSpy told(m_desk.get(), &trace::JobDesk::told);
        m_desk->ask(order, anew);
        const auto isWhole = [&told] { return !told.isEmpty() && told.back().at(0).value<trace::JobCourse>().isWhole; };
        return QTest::qWaitFor(isWhole, 20000) ? told.back().at(0).value<trace::JobCourse>() : trace::JobCourse{};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pipeline = std::make_unique<TracedPipeline>();
        const auto *server = net::findServer(m_pipeline->servers(), net::ServerKind::Hydra);
        m_hydra = std::make_unique<hydra::Client>(m_pipeline->door(), *server, m_pipeline->pools());
        m_desk = std::make_unique<trace::JobDesk>(QList<hydra::Client *>{m_hydra.get()}, m_pipeline->servers(),
            trace::TracerDoors{.http = m_pipeline->door(),
                .pools = m_pipeline->pools(),
                .clock = m_pipeline->clock(),
                .gitHubToken = {},
                .gitClone = {}});
        m_broken = brokenJob(m_pipeline->world());
        QVERIFY(m_broken);
    }

    void aRowOfFailuresEndsAtTheLastSuccessAndWhatSaysNothingDoesNotBreakIt()
    {
        using enum BuildState;
        const auto turn = trace::turnOf(builds({Cancelled, Failed, Aborted, DependencyFailed, Succeeded, Failed}), {});
        QVERIFY(turn && turn->lastGood);
        QCOMPARE(turn->firstBad.id, BuildId(97));
        QCOMPARE(turn->lastGood->id, BuildId(96));
        QCOMPARE(turn->failures, 2);
        const auto older = trace::turnOf(builds({Succeeded, Failed, TimedOut}), BuildId(99));
        QVERIFY(older && !older->lastGood);
        QCOMPARE(older->firstBad.id, BuildId(98));
        QVERIFY(!trace::turnOf(builds({Succeeded, Failed}), {}));
        QVERIFY(!trace::turnOf(builds({Failed}), BuildId(1)));
        QVERIFY(!trace::turnOf({}, {}));
    }

    void onlyJobsOfASystemHaveSiblings()
    {
        const auto siblings = trace::siblingsOf({{u"nixos"_s, u"unstable"_s}, u"nixpkgs.hello.aarch64-linux"_s});
        QCOMPARE(siblings.size(), 3);
        QCOMPARE(siblings[0].job.job, u"nixpkgs.hello.x86_64-linux"_s);
        QVERIFY(trace::siblingsOf({{u"nixos"_s, u"unstable"_s}, u"tested"_s}).isEmpty());
    }

    void aBrokenJobIsToldSinceWhichEvaluationAndHowItFaresElsewhere()
    {
        auto &world = m_pipeline->world();
        const auto course = courseOf({.server = server(), .job = m_broken->name, .at = {}, .siblings = true});
        QVERIFY(course.turn && course.turn->lastGood && !course.problem);
        QCOMPARE(course.turn->firstBad.id, m_broken->firstBad.id);
        QCOMPARE(course.turn->lastGood->id, m_broken->lastGood.id);
        QCOMPARE(course.turn->firstBadEval, world.evaluationsWith(m_broken->firstBad).front());
        QCOMPARE(course.turn->lastGoodEval, world.evaluationsWith(m_broken->lastGood).back());
        QCOMPARE(course.siblings.size(), 3);
        int asked = 0;
        m_pipeline->door().onRequest = [&asked](net::Request request) {
            ++asked;
            return request;
        };
        QCOMPARE(courseOf(course.order), course); // a short while after nothing is asked
        QCOMPARE(asked, 0);
        m_pipeline->door().onRequest = {};
    }

    void olderBuildsComeAPageAtATime()
    {
        const auto course = courseOf({.server = server(), .job = m_broken->name, .at = {}, .pages = 1});
        QCOMPARE(course.builds.size(), qMin(qsizetype(m_broken->history.size()), qsizetype(20)));
        QCOMPARE(course.hasOlder, m_broken->history.size() > 20);
    }

    void suspectsLieBetweenTheTwoEvaluationsAndNameTheJob()
    {
        auto &world = m_pipeline->world();
        QSignalSpy told(m_desk.get(), &trace::JobDesk::suspectsTold);
        m_desk->askSuspects({.server = server(), .job = m_broken->name, .firstBad = m_broken->firstBad.id});
        QVERIFY(QTest::qWaitFor([&told] { return !told.isEmpty(); }, 20000));
        const auto suspects = told.front().at(0).value<trace::Suspects>();
        QCOMPARE(suspects.from, nixpkgsIn(world, world.evaluationsWith(m_broken->lastGood).back()));
        QCOMPARE(suspects.to, nixpkgsIn(world, world.evaluationsWith(m_broken->firstBad).front()));
        QVERIFY(suspects.total > 0 && suspects.looked <= suspects.total);
        const auto attr = m_broken->name.job.section(u'.', 0, -2);
        for (const auto &suspect : suspects.named)
            QVERIFY(trace::attributesInTitle(suspect.headline).contains(attr));
    }

    void aBuildsJsonComesByteForByte()
    {
        QSignalSpy told(m_desk.get(), &trace::JobDesk::rawTold);
        m_desk->askRaw({.server = server(), .build = m_broken->firstBad.id});
        QVERIFY(QTest::qWaitFor([&told] { return !told.isEmpty(); }, 20000));
        const auto answer = told.front().at(0).value<trace::RawAnswer>();
        net::Request request;
        request.url = answer.url;
        request.expect = net::Expect::Json;
        const auto response = waitFor(m_pipeline->door().fetch(request));
        QVERIFY(response);
        QCOMPARE(answer.body, response->body);
        QVERIFY(answer.shown.text.startsWith("{\n  \"") && !answer.shown.isCut);
    }

    void aServerThatNobodyKnowsIsAProblem()
    {
        QSignalSpy failed(m_desk.get(), &trace::JobDesk::failed);
        m_desk->ask({.server = u"other"_s, .job = m_broken->name, .at = {}}, false);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed.front().at(1).value<Problem>().kind, ProblemKind::NotFound);
    }
};

std::unique_ptr<QObject> narscope::test::makeJobDeskTest()
{
    return std::make_unique<JobDeskTest>();
}

#include "jobdesk_test.moc"
