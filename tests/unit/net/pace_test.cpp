// SPDX-License-Identifier: GPL-3.0-or-later
#include "nethelp.h"

#include "support/fakeclock.h"

#include <QLocale>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::net;
using namespace narscope::test;
using namespace std::chrono_literals;

namespace {

/// Asks one thing after the other, for ever.
Task<void> askWithoutEnd(Client *client, QUrl base, Priority priority)
{
    for (int i = 0;; ++i) {
        auto task = client->fetch(
            get(base.resolved(QUrl(u"/%1/%2"_s.arg(int(priority)).arg(i))), Expect::Anything, priority));
        co_await std::move(task);
    }
}

bool isQuiet(Client &client)
{
    return std::ranges::all_of(client.ledger().meters(), [](const auto &meter) { return meter.inFlight == 0; });
}

/// Lets virtual time pass in steps, and all answers arrive within each.
void pass(FakeClock &clock, Client &client, Milliseconds time, Milliseconds step)
{
    for (Milliseconds gone(0); gone < time; gone += step) {
        clock.advance(step);
        // Not QTRY_VERIFY: it sleeps 10 ms each time.
        while (!isQuiet(client))
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

} // namespace

/// How fast and in which order, in virtual time against a real server on loopback.
class PaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// hydra.nixos.org's policy, with more flows asking than it lets through.
    void anHourMakesAtMostWhatThePolicyAllows()
    {
        HttpServer http;
        http.onAll([](const auto &, QTcpSocket *connection) { connection->write(HttpServer::json("[]")); });
        FakeClock clock;
        Client client(clock, {serverOf(http, {.perSecond = 1, .burst = 4, .backgroundPerSecond = 0.5, .inFlight = 2})});
        {
            Scope scope;
            for (int i = 0; i < 3; ++i)
                scope.start(askWithoutEnd(&client, http.url(u"/%1/"_s.arg(i)), Priority::Background));
            QTRY_VERIFY(isQuiet(client));
            pass(clock, client, 60min, 2s);
        }
        const auto background = http.asked().size();
        QVERIFY2(background <= 1 + 1800 && background >= 1795, qPrintable(QString::number(background)));
        QCOMPARE(client.ledger().meters().first().sent, quint64(background));
        QVERIFY(client.ledger().meters().first().lastHour <= 1800);
        QVERIFY(client.ledger().meters().first().lastMinute <= 31);

        Scope scope;
        for (int i = 0; i < 3; ++i) {
            scope.start(askWithoutEnd(&client, http.url(u"/%1/"_s.arg(i)), Priority::Interactive));
            scope.start(askWithoutEnd(&client, http.url(u"/%1/"_s.arg(i)), Priority::Background));
        }
        QTRY_VERIFY(isQuiet(client));
        pass(clock, client, 10min, 1s);
        const auto all = http.asked().size() - background;
        QVERIFY2(all <= 4 + 600 && all >= 598, qPrintable(QString::number(all)));
    }

    void neverMoreAtOnceThanThePolicyAllows()
    {
        HttpServer http;
        QList<QTcpSocket *> held;
        http.onAll([&](const auto &, QTcpSocket *connection) { held << connection; });
        FakeClock clock;
        Client client(clock, {serverOf(http, {.perSecond = 0, .backgroundPerSecond = 0, .inFlight = 8})});
        std::vector<std::unique_ptr<Flow<Outcome>>> flows;
        for (int i = 0; i < 20; ++i)
            flows.push_back(std::make_unique<Flow<Outcome>>(client.fetch(get(http.url(u"/%1"_s.arg(i))))));
        QTRY_COMPARE(held.size(), 8);
        QCOMPARE(client.ledger().meters().first().waiting, 12);
        for (int answered = 0; answered < 20; ++answered) {
            held.takeFirst()->write(HttpServer::json("[]"));
            QTRY_COMPARE(http.asked().size(), std::min(20, 8 + answered + 1));
            QVERIFY(held.size() <= 8);
        }
        QTRY_VERIFY(std::ranges::all_of(flows, [](const auto &flow) { return flow->isDone(); }));
    }

    void whatAPersonWaitsForGoesFirst()
    {
        HttpServer http;
        QList<QTcpSocket *> held;
        http.onAll([&](const auto &, QTcpSocket *connection) { held << connection; });
        FakeClock clock;
        Client client(clock, {serverOf(http, {.perSecond = 0, .backgroundPerSecond = 0, .inFlight = 1})});
        Flow running(client.fetch(get(http.url(u"/running"_s))));
        Flow back1(client.fetch(get(http.url(u"/back1"_s))));
        Flow back2(client.fetch(get(http.url(u"/back2"_s))));
        Flow person(client.fetch(get(http.url(u"/person"_s), Expect::Anything, Priority::Interactive)));
        Flow joiner(client.fetch(get(http.url(u"/back2"_s), Expect::Anything, Priority::Interactive)));
        for (int i = 1; i <= 4; ++i) {
            QTRY_COMPARE(held.size(), 1);
            held.takeFirst()->write(HttpServer::json("[]"));
        }
        QTRY_VERIFY(back1.isDone());
        QCOMPARE(http.targets(), (QByteArrayList{"/running", "/person", "/back2", "/back1"}));
    }

    void aServerThatTakesTooLongIsGivenUpByItsClass_data()
    {
        QTest::addColumn<TimeoutClass>("timeout");
        QTest::addColumn<int>("seconds");
        QTest::newRow("quick") << TimeoutClass::Quick << 30;
        QTest::newRow("slow") << TimeoutClass::Slow << 90;
        QTest::newRow("long") << TimeoutClass::Long << 300;
    }
    void aServerThatTakesTooLongIsGivenUpByItsClass()
    {
        QFETCH(TimeoutClass, timeout);
        QFETCH(int, seconds);
        HttpServer http;
        http.on("/x", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nslow");
        FakeClock clock;
        Client client(clock, {serverOf(http)});
        auto request = get(http.url(u"/x"_s));
        request.timeout = timeout;
        Flow flow(client.fetch(request));
        QTRY_COMPARE(http.asked().size(), 1);
        clock.advance(std::chrono::seconds(seconds) - 1ms);
        QVERIFY(!flow.isDone());
        clock.advance(1ms);
        QVERIFY(flow.isDone());
        QCOMPARE(wordOf(flow.value()), u"timeout"_s);
        QVERIFY(flow.value().error().retryHelps);
        QVERIFY(isQuiet(client));
    }

    /// RFC 9110 §10.2.3: seconds or a date.
    void aServerThatAsksForAPauseGetsIt_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("least");
        QTest::addColumn<int>("most");
        const FakeClock clock;
        const auto in2min
            = QLocale::c()
                  .toString(clock.nowUtc().addSecs(120), u"'Retry-After: 'ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s)
                  .toLatin1();
        const auto reset
            = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: " + QByteArray::number(clock.nowSeconds() + 600);
        QTest::newRow("429 alone") << 429 << QByteArray("X: y") << 30 << 36;
        QTest::newRow("429 with seconds") << 429 << QByteArray("Retry-After: 120") << 120 << 144;
        QTest::newRow("429 with a date") << 429 << in2min << 120 << 144;
        QTest::newRow("429 impatient") << 429 << QByteArray("Retry-After: 1") << 30 << 36;
        QTest::newRow("429 endless") << 429 << QByteArray("Retry-After: 4000000000") << 3600 << 3600;
        QTest::newRow("429 nonsense") << 429 << QByteArray("Retry-After: soon") << 30 << 36;
        QTest::newRow("502") << 502 << QByteArray("X: y") << 30 << 36;
        QTest::newRow("503") << 503 << QByteArray("Retry-After: 60") << 60 << 72;
        QTest::newRow("504") << 504 << QByteArray("X: y") << 30 << 36;
        QTest::newRow("GitHub's used-up quota") << 403 << reset << 600 << 720;
    }
    void aServerThatAsksForAPauseGetsIt()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, header);
        QFETCH(int, least);
        QFETCH(int, most);
        HttpServer http;
        http.on("/busy", HttpServer::answer(status, "text/plain", "busy", {header}));
        http.on("/later", HttpServer::json("[]"));
        FakeClock clock;
        Client client(clock, {serverOf(http)});
        const auto outcome = waitFor(client.fetch(get(http.url(u"/busy"_s))));
        QCOMPARE(wordOf(outcome), status == 429 || status == 403 ? u"rate-limited"_s : u"server-error"_s);
        QVERIFY(outcome.error().retryHelps);
        const auto pause = *outcome.error().retryAfter;
        QVERIFY2(pause >= std::chrono::seconds(least) && pause <= std::chrono::seconds(most),
            qPrintable(QString::number(pause.count())));
        QCOMPARE(client.ledger().meters().first().backOffUntil, std::optional(clock.now() + pause));

        Flow waiting(client.fetch(get(http.url(u"/later"_s))));
        clock.advance(pause - 1ms);
        QCOMPARE(client.ledger().meters().first().waiting, 1);
        QCOMPARE(http.asked().size(), 1);
        clock.advance(1ms);
        QTRY_VERIFY(waiting.isDone());
        QCOMPARE(wordOf(waiting.value()), u"ok"_s);
        QVERIFY(!client.ledger().meters().first().backOffUntil);
    }

    void aPersonIsToldOfThePauseAtOnce()
    {
        HttpServer http;
        QTcpSocket *held = nullptr;
        http.on("/busy", [&](const auto &, QTcpSocket *connection) { held = connection; });
        FakeClock clock;
        Client client(clock, {serverOf(http, {.perSecond = 0, .backgroundPerSecond = 0, .inFlight = 1})});
        Flow busy(client.fetch(get(http.url(u"/busy"_s))));
        Flow queued(client.fetch(get(http.url(u"/a"_s), Expect::Anything, Priority::Interactive)));
        Flow background(client.fetch(get(http.url(u"/b"_s))));
        QTRY_VERIFY(held);
        held->write(HttpServer::answer(429, "text/plain", "", {"Retry-After: 100"}));
        QTRY_VERIFY(queued.isDone());
        QCOMPARE(wordOf(queued.value()), u"rate-limited"_s);
        clock.advance(40s);
        const auto later = waitFor(client.fetch(get(http.url(u"/c"_s), Expect::Anything, Priority::Interactive)));
        QCOMPARE(wordOf(later), u"rate-limited"_s);
        QVERIFY(*later.error().retryAfter >= 60s && *later.error().retryAfter <= 80s);
        QVERIFY(!background.isDone());
        QCOMPARE(http.targets(), QByteArrayList{"/busy"});
    }

    void aServerThatStaysBusyIsAskedMoreAndMoreSeldom()
    {
        HttpServer http;
        http.on("/busy", HttpServer::answer(503, "text/plain", ""));
        http.on("/fine", HttpServer::json("[]"));
        FakeClock clock;
        Client client(clock, {serverOf(http)});
        const auto ask = [&] {
            const auto outcome = waitFor(client.fetch(get(http.url(u"/busy"_s))));
            clock.advance(*outcome.error().retryAfter);
            return *outcome.error().retryAfter;
        };
        Milliseconds least = 30s;
        for (int i = 0; i < 8; ++i) {
            const auto pause = ask();
            QVERIFY2(pause >= std::min(least, Milliseconds(15min)) && pause <= 15min,
                qPrintable(QString::number(pause.count())));
            least *= 2;
        }
        QCOMPARE(wordOf(waitFor(client.fetch(get(http.url(u"/fine"_s))))), u"ok"_s);
        QVERIFY(ask() <= 36s);
    }

    /// Whoever withdraws a thousand must not cause the next thousand to be sent in between.
    void withdrawingAllSendsNothingMore()
    {
        HttpServer http;
        http.onAll([](const auto &, QTcpSocket *) { });
        FakeClock clock;
        Client client(clock, {serverOf(http, {.perSecond = 0, .backgroundPerSecond = 0, .inFlight = 2})});
        {
            std::vector<std::unique_ptr<Flow<Outcome>>> flows;
            for (int i = 0; i < 1000; ++i)
                flows.push_back(std::make_unique<Flow<Outcome>>(client.fetch(get(http.url(u"/%1"_s.arg(i))))));
            QTRY_COMPARE(http.asked().size(), 2);
        }
        QCoreApplication::processEvents();
        QCOMPARE(client.ledger().meters().first().sent, 2u);
        QCOMPARE(client.ledger().meters().first().waiting, 0);
    }

    void aNewPolicyHoldsFromNowOn()
    {
        HttpServer http;
        http.onAll([](const auto &, QTcpSocket *connection) { connection->write(HttpServer::json("[]")); });
        FakeClock clock;
        auto server = serverOf(http);
        Client client(clock, {server});
        QCOMPARE(wordOf(waitFor(client.fetch(get(http.url(u"/a"_s))))), u"ok"_s);
        server.policy.forbiddenPaths = {u"/a"_s};
        client.addServer(server);
        QCOMPARE(wordOf(waitFor(client.fetch(get(http.url(u"/a"_s))))), u"not-allowed"_s);
        QCOMPARE(client.servers().size(), 1);
    }
};

QTEST_GUILESS_MAIN(PaceTest)
#include "pace_test.moc"
