// SPDX-License-Identifier: GPL-3.0-or-later
#include "nethelp.h"

#include "base/clock.h"
#include "support/fakeclock.h"

#include <QScopeGuard>
#include <QSignalSpy>
#include <QSslKey>
#include <QSslServer>
#include <QThread>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::net;
using namespace narscope::test;

namespace {

/// Made for this test: nobody vouches for it.
const char *const selfSigned = "-----BEGIN CERTIFICATE-----\n"
                               "MIIBkDCCATagAwIBAgIUUjumVOOopk4QHfTEOBAsyEcPwKEwCgYIKoZIzj0EAwIw\n"
                               "FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNTE1MjAxNloYDzIxMjYxMTAx\n"
                               "MTUyMDE2WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO\n"
                               "PQMBBwNCAARKQ37T79Xk6PJ8aQeSUpqpJTy5pzJyWVj+DaAE4gef3trBccDakT20\n"
                               "Z44SeG+o9chZAwsmxXiI7q6mNPXQy4PRo2QwYjAdBgNVHQ4EFgQU15hcCr/VfXNh\n"
                               "RUmfuv8LU/oAMRAwHwYDVR0jBBgwFoAU15hcCr/VfXNhRUmfuv8LU/oAMRAwDwYD\n"
                               "VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC\n"
                               "IQCHeNzO3I2wn8moIG+AGEb/2VDjniO7lBWts+DVguJZfwIgT21RXQm0XnBgLsq3\n"
                               "tLPjYzvISXb+/kJjyHVqeE7GHSA=\n"
                               "-----END CERTIFICATE-----\n";
const char *const selfSignedKey = "-----BEGIN PRIVATE KEY-----\n"
                                  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCqeeBJQmEahfDxc1\n"
                                  "WnTH7f20LBnroF4nhBcqjqtLWs+hRANCAARKQ37T79Xk6PJ8aQeSUpqpJTy5pzJy\n"
                                  "WVj+DaAE4gef3trBccDakT20Z44SeG+o9chZAwsmxXiI7q6mNPXQy4PR\n"
                                  "-----END PRIVATE KEY-----\n";

} // namespace

class ClientTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anAnswerComesWithItsHeadersAndOurOwnName()
    {
        HttpServer http;
        http.on("/x?a=b", HttpServer::answer(200, "text/plain", "hello", {"X-Thing: 7"}));
        SystemClock clock;
        Client client(clock, {serverOf(http)}, u"me@example.org (evil)\r\nX-Bad: 1"_s);
        const auto outcome = waitFor(client.fetch(get(http.url(u"/x?a=b"_s), Expect::Text)));
        QCOMPARE(wordOf(outcome), u"ok"_s);
        QCOMPARE(outcome->status, 200);
        QCOMPARE(outcome->body, "hello"_ba);
        QCOMPARE(outcome->header("x-thing"), "7"_ba);
        QCOMPARE(outcome->url, http.url(u"/x?a=b"_s));
        const auto agent = http.asked().first().header("user-agent");
        QVERIFY2(agent.startsWith("Narscope/" NARSCOPE_VERSION " (+me@example.org"), agent.constData());
        QVERIFY(!agent.contains("Mozilla"));
        QCOMPARE(agent.count('('), 1);
        QVERIFY(http.asked().first().header("x-bad").isEmpty());
    }

    void acceptSaysWhatIsExpected_data()
    {
        QTest::addColumn<Expect>("expect");
        QTest::addColumn<QByteArray>("accept");
        QTest::newRow("json") << Expect::Json << "application/json"_ba;
        QTest::newRow("html") << Expect::Html << "text/html"_ba;
        QTest::newRow("text") << Expect::Text << "text/plain, */*;q=0.1"_ba;
        QTest::newRow("anything") << Expect::Anything << "*/*"_ba;
    }
    void acceptSaysWhatIsExpected()
    {
        QFETCH(Expect, expect);
        QFETCH(QByteArray, accept);
        HttpServer http;
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        waitFor(client.fetch(get(http.url(u"/x"_s), expect)));
        QCOMPARE(http.asked().first().header("accept"), accept);
    }

    void aStatusBecomesAProblemWithTheServersWords_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<bool>("retry");
        QTest::newRow("400") << 400 << u"server-error"_s << false;
        QTest::newRow("401") << 401 << u"forbidden"_s << false;
        QTest::newRow("403") << 403 << u"forbidden"_s << false;
        QTest::newRow("404") << 404 << u"not-found"_s << false;
        QTest::newRow("410") << 410 << u"not-found"_s << false;
        QTest::newRow("500") << 500 << u"server-error"_s << true;
        QTest::newRow("501") << 501 << u"server-error"_s << true;
    }
    void aStatusBecomesAProblemWithTheServersWords()
    {
        QFETCH(int, status);
        QFETCH(QString, kind);
        QFETCH(bool, retry);
        HttpServer http;
        http.on("/x", HttpServer::answer(status, "application/json", "{\"error\":\"Evaluation 5 doesn't exist.\"}"));
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        const auto outcome = waitFor(client.fetch(get(http.url(u"/x"_s), Expect::Json)));
        QCOMPARE(wordOf(outcome), kind);
        QCOMPARE(outcome.error().detail, u"Evaluation 5 doesn't exist."_s);
        QCOMPARE(outcome.error().where, http.url(u"/x"_s).toString());
        QCOMPARE(outcome.error().retryHelps, retry);
    }

    void aPageInsteadOfTheAnswerIsTheCrawlerGuard_data()
    {
        QTest::addColumn<Expect>("expect");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("kind");
        const QByteArray nonsense
            = "<!doctype html><meta charset=utf-8><title>Forward. The man in the middle of</title><body><main><h1>x";
        const QByteArray page = "<!DOCTYPE html><html><head><title>Hydra - Evaluations</title></head></html>";
        QTest::newRow("nonsense for JSON") << Expect::Json << "text/html"_ba << nonsense << u"crawler-guard"_s;
        QTest::newRow("nonsense that says it is JSON")
            << Expect::Json << "application/json"_ba << nonsense << u"crawler-guard"_s;
        QTest::newRow("nonsense without a type") << Expect::Json << QByteArray() << nonsense << u"crawler-guard"_s;
        QTest::newRow("nonsense for a page")
            << Expect::Html << "text/html; charset=utf-8"_ba << nonsense << u"crawler-guard"_s;
        QTest::newRow("nonsense for text") << Expect::Text << "text/html"_ba << nonsense << u"crawler-guard"_s;
        QTest::newRow("a real page") << Expect::Html << "text/html; charset=utf-8"_ba << page << u"ok"_s;
        QTest::newRow("real JSON") << Expect::Json << "application/json; charset=utf-8"_ba << "[]"_ba << u"ok"_s;
        QTest::newRow("an image for JSON") << Expect::Json << "image/png"_ba << "x"_ba << u"malformed"_s;
        QTest::newRow("text for a page") << Expect::Html << "text/plain"_ba << "x"_ba << u"malformed"_s;
    }
    void aPageInsteadOfTheAnswerIsTheCrawlerGuard()
    {
        QFETCH(Expect, expect);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, body);
        QFETCH(QString, kind);
        HttpServer http;
        http.on("/x", HttpServer::answer(200, type, body, {"ETag: \"1\""}));
        SystemClock clock;
        Client client(clock, {serverOf(http, {.perSecond = 0, .backgroundPerSecond = 0}, ServerKind::Hydra)});
        auto request = get(http.url(u"/x"_s), expect);
        request.revalidate = true;
        QCOMPARE(wordOf(waitFor(client.fetch(request))), kind);
        // What was refused is not kept to be confirmed later.
        waitFor(client.fetch(request));
        QCOMPARE(http.asked().last().header("if-none-match").isEmpty(), kind != "ok"_L1);
    }

    void whatIsNoServerOrNotAllowedIsNeverSent()
    {
        HttpServer http;
        SystemClock clock;
        Client client(clock,
            {serverOf(
                http, {.perSecond = 0, .allowedPaths = {u"/build/[0-9]+"_s}, .forbiddenPaths = {u"/build/13"_s}})});
        const auto refused = [&](Request request) { return wordOf(waitFor(client.fetch(std::move(request)))); };
        QCOMPARE(refused(get(http.url(u"/build/13"_s))), u"not-allowed"_s);
        QCOMPARE(refused(get(http.url(u"/build/1/cancel"_s))), u"not-allowed"_s);
        QCOMPARE(refused(get(QUrl(u"http://127.0.0.1:1/build/1"_s))), u"not-allowed"_s);
        QCOMPARE(refused(get(QUrl(u"file:///etc/passwd"_s))), u"not-allowed"_s);
        auto post = get(http.url(u"/build/1"_s));
        post.method = "POST";
        QCOMPARE(refused(post), u"not-allowed"_s);
        QVERIFY(http.asked().isEmpty());
        QCOMPARE(client.ledger().entries().size(), 5);
        QCOMPARE(client.ledger().entries().first().state, RequestState::Failed);
    }

    void redirectsAreFollowedByHandWithTheSameAccept()
    {
        HttpServer http;
        http.on("/old", HttpServer::answer(301, "text/html", "moved", {"Location: /new"}));
        http.on("/new", HttpServer::json("[1]"));
        http.on("/loop", HttpServer::answer(302, "text/html", "", {"Location: /loop"}));
        http.on("/away", HttpServer::answer(302, "text/html", "", {"Location: http://127.0.0.1:9/"}));
        http.on("/cancelled", HttpServer::answer(302, "text/html", "", {"Location: /build/1/cancel"}));
        SystemClock clock;
        Client client(clock,
            {serverOf(http, {.perSecond = 0, .backgroundPerSecond = 0, .forbiddenPaths = {u"/build/1/cancel"_s}})});
        const auto outcome = waitFor(client.fetch(get(http.url(u"/old"_s), Expect::Json)));
        QCOMPARE(wordOf(outcome), u"ok"_s);
        QCOMPARE(outcome->url, http.url(u"/new"_s));
        QCOMPARE(http.asked().last().header("accept"), "application/json"_ba);

        QCOMPARE(wordOf(waitFor(client.fetch(get(http.url(u"/loop"_s))))), u"redirect"_s);
        QCOMPARE(http.targets().count("/loop"), 6);
        QCOMPARE(wordOf(waitFor(client.fetch(get(http.url(u"/away"_s))))), u"redirect"_s);
        QCOMPARE(wordOf(waitFor(client.fetch(get(http.url(u"/cancelled"_s))))), u"not-allowed"_s);
        QCOMPARE(http.targets().count("/build/1/cancel"), 0);

        auto request = get(http.url(u"/old"_s), Expect::Json);
        request.followRedirects = false;
        const auto stopped = waitFor(client.fetch(request));
        QCOMPARE(wordOf(stopped), u"ok"_s);
        QCOMPARE(stopped->status, 301);
        QCOMPARE(stopped->location(), http.url(u"/new"_s));
    }

    /// A token is for the server that was asked; another server's pace and rules hold on its side.
    void aRedirectToANamedServerTakesNoExtraHeadersAlong()
    {
        HttpServer first;
        HttpServer second;
        first.on(
            "/log", HttpServer::answer(302, "text/html", "", {"Location: " + second.url(u"/log/x"_s).toEncoded()}));
        second.on("/log/x", HttpServer::answer(200, "text/plain", "the log"));
        auto one = serverOf(first);
        one.policy.redirectHosts = {u"127.0.0.1:%1"_s.arg(second.serverPort())};
        auto two = serverOf(second);
        two.id = u"two"_s;
        SystemClock clock;
        Client client(clock, {one, two});
        auto request = get(first.url(u"/log"_s));
        request.headers = {{"Authorization", "Bearer secret"}};
        QCOMPARE(bodyOf(waitFor(client.fetch(request))), "the log"_ba);
        QCOMPARE(first.asked().first().header("authorization"), "Bearer secret"_ba);
        QCOMPARE(second.asked().first().header("authorization"), QByteArray());
        QCOMPARE(client.ledger().meters().last().sent, 1u);
    }

    void identicalRequestsUnderWayAreOne()
    {
        HttpServer http;
        QTcpSocket *held = nullptr;
        http.on("/x", [&](const auto &, QTcpSocket *connection) { held = connection; });
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        Flow first(client.fetch(get(http.url(u"/x"_s), Expect::Json)));
        Flow second(client.fetch(get(http.url(u"/x"_s), Expect::Json, Priority::Interactive)));
        Flow other(client.fetch(get(http.url(u"/x"_s), Expect::Text)));
        QTRY_COMPARE(http.asked().size(), 2);
        QVERIFY(held);
        first.withdraw(); // the second still waits
        http.on("/x", HttpServer::json("[2]"));
        QCOMPARE(client.ledger().entries().first().joined, 1);
        QCOMPARE(client.ledger().entries().first().priority, Priority::Interactive);
        for (auto *connection : http.findChildren<QTcpSocket *>())
            connection->write(HttpServer::json("[1]"));
        QTRY_VERIFY(second.isDone() && other.isDone());
        QCOMPARE(second.value()->body, "[1]"_ba);
        QVERIFY(!first.isDone());
        QCOMPARE(client.ledger().entries().first().state, RequestState::Done);
    }

    void aRequestNobodyWaitsForIsBrokenOffAndForgotten()
    {
        HttpServer http;
        http.on("/held", [](const auto &, QTcpSocket *) { });
        SystemClock clock;
        Client client(clock, {serverOf(http, {.perSecond = 0, .backgroundPerSecond = 0, .inFlight = 1})});
        auto running = std::make_unique<Flow<Outcome>>(client.fetch(get(http.url(u"/held"_s))));
        auto queued = std::make_unique<Flow<Outcome>>(client.fetch(get(http.url(u"/never"_s))));
        QTRY_COMPARE(http.asked().size(), 1);
        QSignalSpy closed(http.findChild<QTcpSocket *>(), &QTcpSocket::disconnected);
        queued.reset();
        running.reset();
        QTRY_COMPARE(closed.size(), 1);
        const auto meter = client.ledger().meters().first();
        QCOMPARE(meter.inFlight, 0);
        QCOMPARE(meter.waiting, 0);
        for (const auto &entry : client.ledger().entries())
            QCOMPARE(entry.state, RequestState::Withdrawn);
        http.on("/after", HttpServer::json("[]"));
        QCOMPARE(wordOf(waitFor(client.fetch(get(http.url(u"/after"_s))))), u"ok"_s);
        QCOMPARE(http.targets(), (QByteArrayList{"/held", "/after"}));
    }

    void aServerThatConfirmsIsNotAskedToSendAgain()
    {
        HttpServer http;
        http.on("/x", [](const HttpServer::Asked &asked, QTcpSocket *connection) {
            const bool known = asked.header("if-none-match") == "W/\"7\"";
            connection->write(known
                    ? "HTTP/1.1 304 Not Modified\r\nETag: W/\"7\"\r\nX-Left: 41\r\n\r\n"_ba
                    : HttpServer::answer(200, "application/json", "[7]", {"ETag: W/\"7\"", "X-Left: 42"}));
        });
        http.on("/dated", [](const HttpServer::Asked &asked, QTcpSocket *connection) {
            const bool known = !asked.header("if-modified-since").isEmpty();
            connection->write(known ? "HTTP/1.1 304 Not Modified\r\n\r\n"_ba
                                    : HttpServer::answer(200, "application/json", "[8]",
                                          {"Last-Modified: Sun, 22 Nov 2026 11:01:53 GMT"}));
        });
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        auto request = get(http.url(u"/x"_s), Expect::Json);
        request.revalidate = true;
        QVERIFY(!waitFor(client.fetch(request))->notModified);
        const auto again = waitFor(client.fetch(request));
        QCOMPARE(wordOf(again), u"ok"_s);
        QVERIFY(again->notModified);
        QCOMPARE(again->status, 200);
        QCOMPARE(again->body, "[7]"_ba);
        QCOMPARE(again->header("x-left"), "41"_ba);
        QCOMPARE(again->header("content-type"), "application/json"_ba);
        QVERIFY(client.ledger().entries().last().notModified);
        request.url = http.url(u"/dated"_s);
        waitFor(client.fetch(request));
        QCOMPARE(bodyOf(waitFor(client.fetch(request))), "[8]"_ba);
        request.revalidate = false;
        waitFor(client.fetch(request));
        QCOMPARE(http.asked().last().header("if-modified-since"), QByteArray());
    }

    /// Each answer to an anonymous request makes a session on Hydra: one must do for all.
    void cookiesComeBack()
    {
        HttpServer http;
        http.onAll([](const auto &, QTcpSocket *connection) {
            connection->write(
                HttpServer::answer(200, "text/plain", "", {"Set-Cookie: hydra_session=abc; path=/; HttpOnly"}));
        });
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        waitFor(client.fetch(get(http.url(u"/a"_s))));
        waitFor(client.fetch(get(http.url(u"/b"_s))));
        QCOMPARE(http.asked().last().header("cookie"), "hydra_session=abc"_ba);
        QCOMPARE(http.connections(), 1);
    }

    void aCertificateNobodyVouchesForEndsTheRequest()
    {
        QSslServer tls;
        auto configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificate(QSslCertificate(selfSigned));
        configuration.setPrivateKey(QSslKey(selfSignedKey, QSsl::Ec));
        tls.setSslConfiguration(configuration);
        int requests = 0;
        connect(&tls, &QTcpServer::pendingConnectionAvailable, this, [&] {
            auto *connection = tls.nextPendingConnection();
            connect(connection, &QTcpSocket::readyRead, this, [&requests] { ++requests; });
        });
        QVERIFY(tls.listen(QHostAddress::LocalHost));
        SystemClock clock;
        const Server server{.id = u"tls"_s,
            .kind = ServerKind::Hydra,
            .name = {},
            .url = QUrl(u"https://127.0.0.1:%1"_s.arg(tls.serverPort())),
            .policy = {}};
        Client client(clock, {server});
        const auto outcome = waitFor(client.fetch(get(server.url)));
        QCOMPARE(wordOf(outcome), u"tls"_s);
        QVERIFY(!outcome.error().retryHelps);
        QCOMPARE(requests, 0);
    }

    void theMeterTellsWhenTheCertificateEnds()
    {
        const auto usual = QSslConfiguration::defaultConfiguration();
        const auto back = qScopeGuard([&usual] { QSslConfiguration::setDefaultConfiguration(usual); });
        auto trusting = usual;
        trusting.addCaCertificate(QSslCertificate(selfSigned));
        QSslConfiguration::setDefaultConfiguration(trusting);
        QSslServer tls;
        auto own = usual;
        own.setLocalCertificate(QSslCertificate(selfSigned));
        own.setPrivateKey(QSslKey(selfSignedKey, QSsl::Ec));
        tls.setSslConfiguration(own);
        connect(&tls, &QTcpServer::pendingConnectionAvailable, this, [&] {
            auto *connection = tls.nextPendingConnection();
            connect(connection, &QTcpSocket::readyRead, this, [connection] {
                connection->readAll();
                connection->write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
            });
        });
        QVERIFY(tls.listen(QHostAddress::LocalHost));
        SystemClock clock;
        const Server server{.id = u"tls"_s,
            .kind = ServerKind::Hydra,
            .name = {},
            .url = QUrl(u"https://127.0.0.1:%1"_s.arg(tls.serverPort())),
            .policy = {.http2 = false}};
        Client client(clock, {server});
        const auto outcome = waitFor(client.fetch(get(server.url)));
        QCOMPARE(wordOf(outcome), u"ok"_s);
        // openssl x509 -enddate: Nov 1 15:20:16 2126 GMT
        QCOMPARE(client.ledger().meters().front().certificateEnds, std::optional<qint64>(4949220016));
    }

    void nothingListeningIsANetworkProblem()
    {
        SystemClock clock;
        QUrl url;
        {
            HttpServer gone;
            url = gone.url();
        }
        Client client(clock, {serverAt(url, ServerKind::Cache)});
        const auto outcome = waitFor(client.fetch(get(url.resolved(QUrl(u"/nix-cache-info"_s)))));
        QCOMPARE(wordOf(outcome), u"network"_s);
        QVERIFY(outcome.error().retryHelps);
    }

    void theLedgerTellsOtherThreadsByValue()
    {
        HttpServer http;
        http.on("/x", HttpServer::json("[]"));
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        QThread other;
        QObject there;
        there.moveToThread(&other);
        other.start();
        QList<LedgerEntry> seen;
        QObject::connect(
            &client.ledger(), &Ledger::changed, &there, [&](const QList<LedgerEntry> &entries) { seen += entries; });
        auto request = get(http.url(u"/x"_s));
        request.why = u"a test"_s;
        waitFor(client.fetch(request));
        client.ledger().flush();
        QMetaObject::invokeMethod(&there, [] { }, Qt::BlockingQueuedConnection);
        other.quit();
        other.wait();
        QVERIFY(!seen.isEmpty());
        QCOMPARE(seen.last().why, u"a test"_s);
        QCOMPARE(seen.last().state, RequestState::Done);
        QCOMPARE(seen.last().status, 200);
        QCOMPARE(seen.last().bytes, 2);
    }

    void theLedgerForgetsTheOldestFirst()
    {
        FakeClock clock;
        Ledger ledger(clock, 3);
        for (int i = 0; i < 5; ++i)
            ledger.open({.why = QString::number(i)});
        QCOMPARE(ledger.entries().size(), 3);
        QCOMPARE(ledger.entries().first().why, u"2"_s);
        QVERIFY(!ledger.change(1));
        QVERIFY(ledger.change(3));
        QVERIFY(!ledger.change(6));
        QSignalSpy said(&ledger, &Ledger::changed);
        ledger.flush();
        QCOMPARE(said.size(), 1);
        QCOMPARE(said.first().first().value<QList<LedgerEntry>>().size(), 3);
    }
};

QTEST_GUILESS_MAIN(ClientTest)
#include "client_test.moc"
