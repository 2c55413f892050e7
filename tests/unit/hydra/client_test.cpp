// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/client.h"
#include "support/fakehttp.h"
#include "support/flow.h"

#include <QTest>

using namespace narscope;
using namespace narscope::hydra;
using namespace Qt::StringLiterals;

namespace {

constexpr auto base = "https://h.example/sub"_L1;

QString url(const QString &path)
{
    return base + path;
}

net::Server server()
{
    net::Server server;
    server.id = u"h"_s;
    server.url = QUrl(QString(base));
    return server;
}

const Ask asking{.why = u"test"_s, .priority = net::Priority::Interactive};

QByteArray evalPage(const QByteArray &jobset, const QByteArray &revision)
{
    return "<title>Hydra - Evaluations of jobset p:" + jobset
        + "</title><div class=\"page-header\"><a href=\"https://h.example/sub/jobset/p/" + jobset
        + "\">x</a></div><table><tr><th>#</th></tr><tr><td><a "
          "href=\"https://h.example/sub/eval/5\">5</a></td><td></td><td>nixpkgs → <tt>"
        + revision + "</tt></td><td>1</td><td></td><td></td><td></td></tr></table><footer>Hydra 1.2.</footer>";
}

} // namespace

class ClientTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_http = std::make_unique<test::FakeHttp>();
        m_pools = std::make_unique<Pools>();
        m_client = std::make_unique<Client>(*m_http, server(), *m_pools);
    }

    void asksForJsonOrPagesByWhatItMeansToRead()
    {
        m_http->answer(url(u"/machines"_s), net::Expect::Json, R"({"m":{"maxJobs":3}})");
        m_http->answer(url(u"/machines"_s), net::Expect::Html,
            "<title>Hydra - Machine status</title><table><tr><th>Job</th><th>Build</th><th>Step</th></tr></table>");
        QCOMPARE(test::waitFor(m_client->machines(asking))->at(0).maxJobs, 3);
        QVERIFY(test::waitFor(m_client->machineActivity(asking)));
        const auto &request = m_http->requests().at(0);
        QCOMPARE(request.why, u"test"_s);
        QCOMPARE(request.priority, net::Priority::Interactive);
        QCOMPARE(request.method, "GET"_ba);
    }

    void urlsKeepTheServersPathAndEncodeWhatPeopleType()
    {
        (void)test::waitFor(m_client->projects(asking));
        (void)test::waitFor(m_client->evals({u"p"_s, u"a b"_s}, 3, asking));
        (void)test::waitFor(
            m_client->evalJobs(EvalId(7), {.filter = u"c++%_x&y"_s, .compare = u"-86400"_s, .full = true}, asking));
        (void)test::waitFor(
            m_client->latestBuilds({.count = 5000, .project = u"p"_s, .jobset = {}, .job = {}, .system = {}}, asking));
        QCOMPARE(m_http->urls(),
            (QStringList{url(u"/"_s), url(u"/jobset/p/a%20b/evals?page=3"_s),
                url(u"/eval/7?filter=c%2B%2B%25_x%26y&compare=-86400&full=1"_s),
                url(u"/api/latestbuilds?nr=1000&project=p"_s)}));
        QCOMPARE(m_client->logUrl(u"/nix/store/abc-gtk+3?.drv"_s, 50), QUrl(url(u"/log/abc-gtk%2B3%3F.drv?tail=50"_s)));
    }

    void anEvaluationsHeaderIsAskedWithAFilterThatLetsNothingThrough()
    {
        m_http->answer(url(u"/eval/7?filter=zz-no-such-job"_s),
            "<title>Hydra - Evaluation 7 of jobset p:j</title><div class=page-header><a "
            "href=\"/sub/jobset/p/j\">j</a></div>");
        const auto header = test::waitFor(m_client->evalHeader(EvalId(7), asking));
        QVERIFY(header);
        QCOMPARE(header->jobset, (JobsetName{u"p"_s, u"j"_s}));
    }

    void aRenamedJobsetIsShownUnderItsCurrentName()
    {
        m_http->redirect(url(u"/jobset/p/old/evals?page=1"_s), url(u"/jobset/p/new/evals?page=1"_s), 301);
        m_http->answer(url(u"/jobset/p/new/evals?page=1"_s), evalPage("new", "31be1dc"));
        const auto page = test::waitFor(m_client->evals({u"p"_s, u"old"_s}, 1, asking));
        QVERIFY(page);
        QCOMPARE(page->jobset, std::optional(JobsetName{u"p"_s, u"new"_s}));
    }

    void featuresAreLearntFromAnswers()
    {
        QCOMPARE(m_client->features(), Features());
        m_http->answer(url(u"/jobset/p/j/evals?page=1"_s), evalPage("j", "31be1dc"));
        m_http->answer(url(u"/queue-runner-status"_s), R"({"status":"unknown"})");
        QVERIFY(test::waitFor(m_client->evals({u"p"_s, u"j"_s}, 1, asking)));
        QVERIFY(test::waitFor(m_client->queueRunnerStatus(asking)));
        QCOMPARE(m_client->features(),
            (Features{.version = u"1.2"_s, .stepPages = {}, .fullRevisions = false, .queueRunner = false}));
    }

    void theBuildOfAJobIsReadFromTheRedirectAndNotFetched()
    {
        m_http->redirect(url(u"/eval/7/job/hello.x86_64-linux"_s), url(u"/build/301"_s));
        QCOMPARE(test::waitFor(m_client->evalJobBuild(EvalId(7), u"hello.x86_64-linux"_s, asking)), BuildId(301));
        QCOMPARE(m_http->requests().size(), 1);
        const auto missing = test::waitFor(m_client->evalJobBuild(EvalId(7), u"nope"_s, asking));
        QVERIFY(!missing);
        QCOMPARE(missing.error().kind, ProblemKind::NotFound);
    }

    void theLatestBuildOfARenamedJobsetTakesOneMoreHop()
    {
        m_http->redirect(url(u"/job/p/old/x/latest"_s), url(u"/job/p/new/x/latest"_s), 301);
        m_http->redirect(url(u"/job/p/new/x/latest"_s), url(u"/build/9"_s));
        QCOMPARE(test::waitFor(m_client->latest({{u"p"_s, u"old"_s}, u"x"_s}, asking)), BuildId(9));
    }

    void aRedirectAwayFromTheServerIsNotFollowed()
    {
        m_http->redirect(url(u"/job/p/j/x/latest"_s), u"https://evil.example/x"_s);
        const auto build = test::waitFor(m_client->latest({{u"p"_s, u"j"_s}, u"x"_s}, asking));
        QVERIFY(!build);
        QCOMPARE(build.error().kind, ProblemKind::Redirect);
        QCOMPARE(m_http->requests().size(), 1);
    }

    void aStepsLogIsFoundByEitherGenerationsPath_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("stepPages");
        QTest::addColumn<int>("requests"); // for two logs
        QTest::newRow("new") << u"step/3/log/raw"_s << true << 2;
        QTest::newRow("old") << u"nixlog/3/raw"_s << false << 3;
    }

    void aStepsLogIsFoundByEitherGenerationsPath()
    {
        QFETCH(QString, path);
        QFETCH(bool, stepPages);
        QFETCH(int, requests);
        m_http->redirect(url(u"/build/1/"_s + path), url(u"/log/abc.drv"_s));
        m_http->redirect(url(u"/build/2/"_s + path), url(u"/log/def.drv"_s));
        QCOMPARE(test::waitFor(m_client->stepLog(BuildId(1), StepNr(3), asking)), QUrl(url(u"/log/abc.drv"_s)));
        QCOMPARE(m_client->features().stepPages, std::optional(stepPages));
        QCOMPARE(test::waitFor(m_client->stepLog(BuildId(2), StepNr(3), asking)), QUrl(url(u"/log/def.drv"_s)));
        QCOMPARE(m_http->requests().size(), requests);
    }

    void aStepWithoutALogHasNoneOnANewServerEither()
    {
        m_http->redirect(url(u"/build/1/nixlog/3/raw"_s), url(u"/build/1/step/3/log/raw"_s), 301);
        const auto log = test::waitFor(m_client->stepLog(BuildId(1), StepNr(3), asking));
        QVERIFY(!log);
        QCOMPARE(log.error().kind, ProblemKind::NotFound);
        QCOMPARE(m_client->features().stepPages, std::optional(true));
    }

    void aBodyThatDoesNotReadIsAProblemWithItsAddress()
    {
        m_http->answer(url(u"/build/1"_s), R"({"id":1})");
        const auto build = test::waitFor(m_client->build(BuildId(1), asking));
        QVERIFY(!build);
        QCOMPARE(build.error().where, url(u"/build/1 $.job"_s));
    }

    void hydrasOwnErrorsAreMadeUseful_data()
    {
        QTest::addColumn<QString>("detail");
        QTest::addColumn<ProblemKind>("kind");
        QTest::addColumn<QString>("text");
        QTest::newRow("a number too large for the database")
            << u"DBIx::Class::Storage::DBI::_dbh_execute(): DBI Exception: DBD::Pg::st execute failed: ERROR:  value \"99999999999\" is out of range for type integer\nCONTEXT:  unnamed portal"_s
            << ProblemKind::NotFound << u"value \"99999999999\" is out of range for type integer"_s;
        QTest::newRow("a failure that may pass") << u"could not connect to the database"_s << ProblemKind::ServerError
                                                 << u"could not connect to the database"_s;
    }

    void hydrasOwnErrorsAreMadeUseful()
    {
        QFETCH(QString, detail);
        QFETCH(ProblemKind, kind);
        QFETCH(QString, text);
        m_http->fail(url(u"/build/99999999999"_s), problem(ProblemKind::ServerError, u"x"_s, detail).error());
        const auto build = test::waitFor(m_client->build(BuildId(99999999999), asking));
        QVERIFY(!build);
        QCOMPARE(build.error().kind, kind);
        QCOMPARE(build.error().detail, text);
        QCOMPARE(build.error().retryHelps, kind == ProblemKind::ServerError);
    }

    void aSearchThatHydraWouldRefuseIsNotSent()
    {
        const auto found = test::waitFor(m_client->search(u"gtk+"_s, 10, asking));
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ProblemKind::Usage);
        QVERIFY(m_http->requests().isEmpty());
    }

    void aTaskThatIsDroppedAsksNoMore()
    {
        m_http->redirect(url(u"/job/p/old/x/latest"_s), url(u"/job/p/new/x/latest"_s), 301);
        m_http->hold();
        {
            const test::Flow flow(m_client->latest({{u"p"_s, u"old"_s}, u"x"_s}, asking));
            QCOMPARE(m_http->waiting(), 1);
        }
        m_http->release();
        QCOMPARE(m_http->requests().size(), 1);
    }

    void largeListsOfBuildsMayTakeMoreThanOtherBodies()
    {
        m_http->answer(url(u"/eval/7/builds"_s), R"([{"id":4,"job":"a"}])");
        const auto table = test::waitFor(m_client->evalBuilds(EvalId(7), asking));
        QVERIFY(table);
        QCOMPARE(table->id(0), BuildId(4));
        QCOMPARE(m_http->requests().at(0).timeout, net::TimeoutClass::Long);
        QVERIFY(m_http->requests().at(0).maxBody.value_or(0) > 256 * 1024 * 1024);
    }

private:
    std::unique_ptr<test::FakeHttp> m_http;
    std::unique_ptr<Pools> m_pools;
    std::unique_ptr<Client> m_client;
};

QTEST_GUILESS_MAIN(ClientTest)
#include "client_test.moc"
