// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline.h"

#include <QHttpServer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <algorithm>
#include <ranges>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;

// Beyond the bodies: redirects, sessions, negotiation, logs, and the wire.

class HydraServerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theSameSeedAndTimeGiveTheSameBytes();
    void acceptAndContentTypeDecideTheForm_data();
    void acceptAndContentTypeDecideTheForm();
    void pagesWithoutJsonAnswerHtml();
    void aFormerJobsetNameIsRedirected();
    void jobsOfAnEvaluationAreRedirectedToTheirBuilds();
    void latestGoesToTheNewestGoodBuild();
    void stepLogsLeadToTheDerivationsLog();
    void aTailIsTheLastLines();
    void aNewClientGetsASession();
    void changingRequestsAreCounted();
    void otherMethodsChangeNothing();
    void headHasNoBodyAndLargeBodiesComeInChunks();

private:
    [[nodiscard]] QByteArray exchange(const QByteArray &request);
    Pipeline m_pipeline;
};

namespace {

QByteArray location(const sim::HttpAnswer &answer)
{
    for (const auto &[name, value] : answer.headers) {
        if (name == "Location")
            return value;
    }
    return {};
}

bool hasHeader(const sim::HttpAnswer &answer, const QByteArray &name)
{
    return std::ranges::any_of(answer.headers, [&](const auto &header) { return header.first == name; });
}

} // namespace

void HydraServerTest::theSameSeedAndTimeGiveTheSameBytes()
{
    Pipeline again;
    const QByteArray eval = "/eval/" + QByteArray::number(again.lastEvaluation("nixos", "unstable-small").id.value);
    for (const QByteArray &path :
        {"/"_ba, "/evals"_ba, "/machines"_ba, "/jobset/nixos/unstable-small/evals"_ba, eval, eval + "/builds"}) {
        QCOMPARE(again.hydra(path).drained(), m_pipeline.hydra(path).drained());
        QCOMPARE(again.hydra(path, "text/html").drained(), m_pipeline.hydra(path, "text/html").drained());
    }
    Pipeline other(600, 2);
    QVERIFY(other.hydra("/evals").drained() != m_pipeline.hydra("/evals").drained());
}

void HydraServerTest::acceptAndContentTypeDecideTheForm_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("accept");
    QTest::addColumn<QByteArray>("type");
    // As recorded: root, root_accept-any, root_accept-browser, root_accept-text, root_accept-json-q,
    // root_content-type-param.
    QTest::newRow("json") << "/"_ba << "application/json"_ba << "application/json"_ba;
    QTest::newRow("any") << "/"_ba << "*/*"_ba << "text/html; charset=UTF-8"_ba;
    QTest::newRow("browser") << "/"_ba << "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"_ba
                             << "text/html; charset=UTF-8"_ba;
    QTest::newRow("text") << "/"_ba << "text/plain"_ba << "text/html; charset=UTF-8"_ba;
    QTest::newRow("weighted") << "/"_ba << "application/json;q=0.9, text/html;q=0.8"_ba
                              << "application/json"_ba;
    QTest::newRow("in the query") << "/?content-type=application/json"_ba << "text/html"_ba
                                  << "application/json"_ba;
}

void HydraServerTest::acceptAndContentTypeDecideTheForm()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArray, accept);
    QTEST(m_pipeline.hydra(target, accept).type, "type");
}

void HydraServerTest::pagesWithoutJsonAnswerHtml()
{
    for (const QByteArray &path :
        {"/steps"_ba, "/all"_ba, "/queue-summary"_ba, "/job/nixos/unstable-small/tested"_ba}) {
        const sim::HttpAnswer answer = m_pipeline.hydra(path);
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.type.startsWith("text/html"));
    }
    const QByteArray eval
        = "/eval/" + QByteArray::number(m_pipeline.lastEvaluation("nixos", "unstable-small").id.value);
    QCOMPARE(m_pipeline.hydra(eval + "/builds", "text/html").status, 500);
}

void HydraServerTest::aFormerJobsetNameIsRedirected()
{
    const auto &jobsets = m_pipeline.world.jobsets();
    const auto renamed
        = std::ranges::find_if(jobsets, [](const sim::JobsetFacts &j) { return !j.formerName.isEmpty(); });
    QVERIFY(renamed != jobsets.end());
    const sim::HttpAnswer answer
        = m_pipeline.hydra("/jobset/" + renamed->project + '/' + renamed->formerName + "/evals?page=2");
    QCOMPARE(answer.status, 301);
    QCOMPARE(
        location(answer), "http://hydra.test:80/jobset/" + renamed->project + '/' + renamed->name + "/evals?page=2");
}

void HydraServerTest::jobsOfAnEvaluationAreRedirectedToTheirBuilds()
{
    sim::World &world = m_pipeline.world;
    const sim::Evaluation &evaluation = m_pipeline.lastEvaluation("nixos", "unstable-small");
    const auto build = world.build(evaluation, *world.findJob(evaluation.jobset, "tested"));
    const QByteArray path = "/eval/" + QByteArray::number(evaluation.id.value) + "/job/";
    const sim::HttpAnswer answer = m_pipeline.hydra(path + "tested/constituents");
    QCOMPARE(answer.status, 302);
    QCOMPARE(location(answer), "http://hydra.test:80/build/" + QByteArray::number(build->id.value) + "/constituents");
    QCOMPARE(m_pipeline.hydra(path + "nope").status, 404);
}

void HydraServerTest::latestGoesToTheNewestGoodBuild()
{
    sim::World &world = m_pipeline.world;
    const sim::JobsetIndex jobset = *world.findJobset("nixos", "unstable-small");
    const sim::JobIndex job = *world.findJob(jobset, "tested");
    const auto history = world.history(jobset, job);
    const auto good = std::ranges::find_if(history, &sim::BuildFacts::succeeded);
    const sim::HttpAnswer answer = m_pipeline.hydra("/job/nixos/unstable-small/tested/latest");
    QCOMPARE(answer.status, good == history.end() ? 404 : 302);
    if (good != history.end())
        QCOMPARE(location(answer), "http://hydra.test:80/build/" + QByteArray::number(good->id.value));
    const sim::HttpAnswer finished = m_pipeline.hydra("/job/nixos/unstable-small/tested/latest-finished");
    if (finished.status == 302) {
        const auto build = world.build(BuildId(location(finished).split('/').last().toLongLong()));
        QVERIFY(build->succeeded());
        bool inFinished = false;
        for (const EvalId eval : world.evaluationsWith(*build))
            inFinished = inFinished || world.counts(*world.evaluation(eval)).scheduled == 0;
        QVERIFY(inFinished);
    }
}

void HydraServerTest::stepLogsLeadToTheDerivationsLog()
{
    int logs = 0;
    for (const sim::BuildFacts &build : m_pipeline.variety()) {
        const QByteArray path = "/build/" + QByteArray::number(build.id.value);
        for (const sim::StepFacts &step : m_pipeline.world.steps(build) | std::views::take(2)) {
            const QByteArray number = QByteArray::number(step.number.value);
            const sim::HttpAnswer old = m_pipeline.hydra(path + "/nixlog/" + number + "/raw");
            QCOMPARE(old.status, 301);
            QCOMPARE(location(old), "http://hydra.test:80" + path + "/step/" + number + "/log/raw");
            const sim::HttpAnswer raw = m_pipeline.hydra(path + "/step/" + number + "/log/raw");
            QCOMPARE(raw.status, 302);
            if (!step.hasLog)
                continue;
            const sim::HttpAnswer log
                = m_pipeline.hydra(location(raw).mid(QByteArray("http://hydra.test:80").size()), "*/*");
            QCOMPARE(log.status, 200);
            QCOMPARE(log.type, "text/plain; charset=utf-8"_ba);
            QVERIFY(!log.body.isEmpty());
            ++logs;
        }
    }
    QVERIFY(logs > 0);
    // Nothing has run: no log, as rawlog_queued was recorded.
    const auto builds = m_pipeline.variety();
    const auto queued = std::ranges::find(builds, sim::BuildFacts::Phase::Queued, &sim::BuildFacts::phase);
    QVERIFY(queued != builds.end());
    QCOMPARE(m_pipeline.hydra("/log/" + m_pipeline.world.recipes().drvPath(queued->drv).baseName()).status, 404);
}

void HydraServerTest::aTailIsTheLastLines()
{
    sim::World &world = m_pipeline.world;
    for (const sim::BuildFacts &build : m_pipeline.variety()) {
        const auto log = world.log(build.drv);
        if (!log || log->count('\n') < 6)
            continue;
        const QByteArray path = "/log/" + world.recipes().drvPath(build.drv).baseName();
        const QByteArray tail = m_pipeline.hydra(path + "?tail=5").drained();
        QVERIFY(log->endsWith(tail));
        QCOMPARE(tail.count('\n'), log->endsWith('\n') ? 5 : 4);
        QCOMPARE(log->at(log->size() - tail.size() - 1), '\n');
        QCOMPARE(m_pipeline.hydra(path + "?tail=0").drained(), *log); // as rawlog_tail0 was recorded
        QCOMPARE(m_pipeline.hydra(path + "?tail=abc").status, 500);
        return;
    }
    QFAIL("no log of some length");
}

void HydraServerTest::aNewClientGetsASession()
{
    sim::HttpRequest request = sim::httpRequest("/");
    QVERIFY(hasHeader(m_pipeline.hydraService.answer(request), "Set-Cookie"));
    request.headers.emplace_back("cookie", "hydra_session=0123");
    QVERIFY(!hasHeader(m_pipeline.hydraService.answer(request), "Set-Cookie"));
}

void HydraServerTest::changingRequestsAreCounted()
{
    QCOMPARE(m_pipeline.json("/.sim/changes"), "[]"_ba);
    const sim::HttpAnswer answer = m_pipeline.hydra("/build/7/cancel");
    QCOMPARE(answer.status, 302);
    QCOMPARE(location(answer), "http://hydra.test:80/build/7"_ba);
    QCOMPARE(m_pipeline.hydra("/eval/7/restart-failed").status, 302);
    QCOMPARE(m_pipeline.json("/.sim/changes"), "[\"/build/7/cancel\",\"/eval/7/restart-failed\"]"_ba);
}

void HydraServerTest::otherMethodsChangeNothing()
{
    sim::HttpRequest request = sim::httpRequest("/");
    request.method = "POST";
    request.headers.emplace_back("host", "hydra.test");
    request.headers.emplace_back("accept", "application/json");
    const sim::HttpAnswer answer = m_pipeline.hydraService.answer(request);
    QCOMPARE(answer.status, 500);
    QCOMPARE(QString::fromUtf8(answer.body), u"{\"error\":\"POST requests should come from ‘http://hydra.test/’.\"}"_s);
}

// Sends over a real connection and reads until the server closes it.
QByteArray HydraServerTest::exchange(const QByteArray &request)
{
    QHttpServer server;
    sim::addHydra(server, m_pipeline.stage);
    auto *listener = new QTcpServer(&server);
    if (!listener->listen(QHostAddress::LocalHost) || !server.bind(listener))
        return {};
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, listener->serverPort());
    socket.write(request);
    QByteArray answer;
    const auto complete = [&] {
        answer += socket.readAll();
        return answer.endsWith("0\r\n\r\n") || (request.startsWith("HEAD") && answer.endsWith("\r\n\r\n"));
    };
    return QTest::qWaitFor(complete, 10'000) ? answer : QByteArray();
}

void HydraServerTest::headHasNoBodyAndLargeBodiesComeInChunks()
{
    const QByteArray head = exchange("HEAD /queue-summary HTTP/1.1\r\nHost: hydra.test\r\nAccept: text/html\r\n\r\n");
    QVERIFY2(head.startsWith("HTTP/1.1 200"), head.constData());
    QCOMPARE(head.indexOf("\r\n\r\n"), head.size() - 4);
    const QByteArray path
        = "/eval/" + QByteArray::number(m_pipeline.lastEvaluation("nixos", "unstable-small").id.value) + "/builds";
    const QByteArray builds
        = exchange("GET " + path + " HTTP/1.1\r\nHost: hydra.test\r\nAccept: application/json\r\n\r\n");
    const QByteArray lower = builds.toLower();
    QVERIFY(lower.contains("transfer-encoding: chunked"));
    QVERIFY(!lower.first(lower.indexOf("\r\n\r\n")).contains("content-length"));
    QByteArray body;
    for (qsizetype at = builds.indexOf("\r\n\r\n") + 4; at < builds.size();) {
        const qsizetype end = builds.indexOf("\r\n", at);
        const qsizetype size = builds.mid(at, end - at).toLongLong(nullptr, 16);
        body += builds.mid(end + 2, size);
        at = end + 2 + size + 2;
    }
    QCOMPARE(body, m_pipeline.hydra(path).drained());
    QCOMPARE(QJsonDocument::fromJson(body).array().size(),
        m_pipeline.world.counts(m_pipeline.lastEvaluation("nixos", "unstable-small")).total());
}

QTEST_GUILESS_MAIN(HydraServerTest)
#include "hydra_server_test.moc"
