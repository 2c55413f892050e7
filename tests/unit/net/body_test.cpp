// SPDX-License-Identifier: GPL-3.0-or-later
#include "nethelp.h"

#include "base/clock.h"
#include "support/fakeclock.h"

#include <QRandomGenerator>
#include <QThread>

#include <zlib.h>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::net;
using namespace narscope::test;
using namespace std::chrono_literals;

namespace {

/// Sends its head once, then chunks for as long as somebody takes them, never more than 1 MiB ahead.
void sendForEver(QTcpSocket *connection, const QByteArray &head, qint64 *sent)
{
    connection->write(head);
    const auto more = [connection, sent] {
        static const QByteArray chunk = "10000\r\n" + QByteArray(0x10000, 'x') + "\r\n";
        while (connection->bytesToWrite() < 1024 * 1024)
            *sent += connection->write(chunk);
    };
    QObject::connect(connection, &QTcpSocket::bytesWritten, connection, more);
    more();
}

QByteArray gzipped(const QByteArray &plain)
{
    z_stream stream{};
    constexpr int gzipFormat = 15 + 16;
    deflateInit2(&stream, 9, Z_DEFLATED, gzipFormat, 8, Z_DEFAULT_STRATEGY);
    QByteArray packed(qsizetype(deflateBound(&stream, uLong(plain.size()))), Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data()));
    stream.avail_in = uInt(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(packed.data());
    stream.avail_out = uInt(packed.size());
    deflate(&stream, Z_FINISH);
    packed.truncate(qsizetype(stream.total_out));
    deflateEnd(&stream);
    return packed;
}

struct Told {
    Outcome outcome;
    QList<LedgerEntry> entries;
};

/// Asks for JSON where these bytes come, and then the end of the connection.
Told askOneThatSends(const QByteArray &bytes)
{
    HttpServer http;
    http.on("/x", [&](const auto &, QTcpSocket *connection) {
        connection->write(bytes);
        connection->disconnectFromHost();
    });
    SystemClock clock;
    Client client(clock, {serverOf(http)});
    const auto outcome = waitFor(client.fetch(get(http.url(u"/x"_s), Expect::Json)));
    return {.outcome = outcome, .entries = client.ledger().entries()};
}

class Collector final : public BodySink {
public:
    Result<void> begin(int status, const QList<std::pair<QByteArray, QByteArray>> &headers) override
    {
        heads << QByteArray::number(status) + ' ' + QByteArray::number(headers.size()) + ' '
                + QByteArray::number(body.size());
        return {};
    }
    Result<void> write(QByteArray chunk) override
    {
        body += chunk;
        ++writes;
        if (refuseAfter >= 0 && body.size() > refuseAfter)
            return problemSaying(ProblemKind::Malformed, u"enough"_s);
        return {};
    }
    bool isFull() const override { return full; }

    QByteArray body;
    QByteArrayList heads; ///< status, how many headers, how much of the body was there
    int writes = 0;
    qint64 refuseAfter = -1;
    std::atomic<bool> full = false;
};

} // namespace

/// Bodies that are too large, cut, packed, or go into a sink.
class BodyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEndlessBodyStopsAtTheLimit()
    {
        HttpServer http;
        qint64 sent = 0;
        http.on("/x", [&](const auto &, QTcpSocket *connection) {
            sendForEver(connection,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", &sent);
        });
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        auto request = get(http.url(u"/x"_s), Expect::Json);
        request.maxBody = 3'000'000;
        QCOMPARE(wordOf(waitFor(client.fetch(request))), u"too-large"_s);
        // The limit, what both buffers hold, and what the kernel holds on loopback.
        QVERIFY2(sent < 24'000'000, qPrintable(QString::number(sent)));
    }

    void aLengthBeyondTheLimitIsRefusedBeforeTheBody()
    {
        HttpServer http;
        http.on("/x", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n[");
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        QCOMPARE(wordOf(waitFor(client.fetch(get(http.url(u"/x"_s), Expect::Json)))), u"too-large"_s);
    }

    void aLargeErrorPageIsReadOnlyAtItsBeginning()
    {
        HttpServer http;
        qint64 sent = 0;
        http.on("/x", [&](const auto &, QTcpSocket *connection) {
            sendForEver(
                connection, "HTTP/1.1 500 No\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n", &sent);
        });
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        const auto outcome = waitFor(client.fetch(get(http.url(u"/x"_s))));
        QCOMPARE(wordOf(outcome), u"server-error"_s);
        QVERIFY(outcome.error().detail.size() < 1000);
    }

    void aConnectionThatIsCutIsReportedOnce_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("before anything") << QByteArray();
        QTest::newRow("within the head") << QByteArray("HTTP/1.1 200 OK\r\nContent-Ty");
        QTest::newRow("within a body of known length")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[1,2");
        QTest::newRow("within a chunk") << QByteArray(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n[1,2");
        QTest::newRow("between chunks") << QByteArray(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[1,2\r\n");
    }
    void aConnectionThatIsCutIsReportedOnce()
    {
        QFETCH(QByteArray, bytes);
        const auto [outcome, entries] = askOneThatSends(bytes);
        QCOMPARE(wordOf(outcome), u"network"_s);
        QVERIFY(outcome.error().retryHelps);
        QCOMPARE(entries.size(), 1);
        QCOMPARE(entries.first().state, RequestState::Failed);
    }

    void nonsenseInsteadOfHttpIsAProblemAndNoHang_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("SSH-2.0-OpenSSH_9.9\r\n");
        QTest::newRow("zeros") << QByteArray(4096, '\0');
        QTest::newRow("bad status") << QByteArray("HTTP/1.1 abc\r\n\r\n");
        QTest::newRow("negative length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello");
    }
    void nonsenseInsteadOfHttpIsAProblemAndNoHang()
    {
        QFETCH(QByteArray, bytes);
        QVERIFY2(!askOneThatSends(bytes).outcome, "nonsense was taken for an answer");
    }

    /// A log of 30 MB that packs to 30 KB: Qt's own guard (40:1 beyond 10 MiB) would refuse it; ours does not.
    void whatPacksWellIsUnpackedUpToOurLimit()
    {
        const QByteArray log = QByteArray("building '/nix/store/x'...\n").repeated(1'200'000);
        HttpServer http;
        http.on("/log", HttpServer::answer(200, "text/plain", gzipped(log), {"Content-Encoding: gzip"}));
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        const auto whole = waitFor(client.fetch(get(http.url(u"/log"_s), Expect::Text)));
        QVERIFY2(whole, whole ? "" : qPrintable(describe(whole.error())));
        QVERIFY(whole->body == log);
        auto limited = get(http.url(u"/log"_s), Expect::Text);
        limited.maxBody = 20'000'000;
        QCOMPARE(wordOf(waitFor(client.fetch(limited))), u"too-large"_s);
        limited.sink = std::make_shared<Collector>();
        QCOMPARE(wordOf(waitFor(client.fetch(limited))), u"too-large"_s);
        auto streamed = get(http.url(u"/log"_s), Expect::Text);
        const auto sink = std::make_shared<Collector>();
        streamed.sink = sink;
        QCOMPARE(wordOf(waitFor(client.fetch(streamed))), u"ok"_s);
        QVERIFY(sink->body == log);
    }

    /// More than the read buffer both packed and unpacked: nothing may wait for the other's turn.
    void whatPacksBadlyComesThroughToo_data()
    {
        QTest::addColumn<bool>("chunked");
        QTest::newRow("with a length") << false;
        QTest::newRow("chunked") << true;
    }
    void whatPacksBadlyComesThroughToo()
    {
        QFETCH(bool, chunked);
        QByteArray noise(8'000'000, Qt::Uninitialized);
        QRandomGenerator random(1);
        random.fillRange(reinterpret_cast<quint32 *>(noise.data()), noise.size() / 4);
        const auto packed = gzipped(noise);
        QByteArray pieces;
        for (qsizetype at = 0; at < packed.size(); at += 100'000) {
            const auto piece = packed.sliced(at, std::min<qsizetype>(100'000, packed.size() - at));
            pieces += QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n";
        }
        HttpServer http;
        http.on("/x",
            chunked ? "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nTransfer-Encoding: "
                      "chunked\r\n\r\n"
                    + pieces + "0\r\n\r\n"
                    : HttpServer::answer(200, "text/plain", packed, {"Content-Encoding: gzip"}));
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        auto request = get(http.url(u"/x"_s), Expect::Text);
        const auto whole = waitFor(client.fetch(request));
        QVERIFY2(whole, whole ? "" : qPrintable(describe(whole.error())));
        QVERIFY(whole->body == noise);
        const auto sink = std::make_shared<Collector>();
        request.sink = sink;
        QCOMPARE(wordOf(waitFor(client.fetch(request))), u"ok"_s);
        QVERIFY(sink->body == noise);
    }

    void brokenPackingIsMalformed()
    {
        HttpServer http;
        auto packed = gzipped(QByteArray("hello ").repeated(1000));
        packed[packed.size() / 2] = char(packed[packed.size() / 2] ^ 0x55);
        http.on("/x", HttpServer::answer(200, "text/plain", packed, {"Content-Encoding: gzip"}));
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        QVERIFY(!waitFor(client.fetch(get(http.url(u"/x"_s), Expect::Text))));
    }

    void aSinkTakesTheBodyInOrderAndOnlyOfAGoodAnswer()
    {
        QByteArray body;
        for (int i = 0; body.size() < 5'000'000; ++i)
            body += QByteArray::number(i) + ' ';
        HttpServer http;
        http.on("/nar/x", HttpServer::answer(200, "application/x-nix-nar", body));
        http.on("/nar/y", HttpServer::answer(404, "text/plain", "404"));
        http.on("/nar/z", HttpServer::answer(302, "text/plain", "moved", {"Location: /nar/x"}));
        SystemClock clock;
        Client client(clock, {serverOf(http)});
        const auto fetch = [&](const QString &path, const std::shared_ptr<Collector> &sink) {
            auto request = get(http.url(path));
            request.sink = sink;
            return waitFor(client.fetch(request));
        };
        auto sink = std::make_shared<Collector>();
        const auto outcome = fetch(u"/nar/z"_s, sink);
        QCOMPARE(wordOf(outcome), u"ok"_s);
        QVERIFY(sink->body == body);
        QVERIFY(sink->writes > 1);
        QCOMPARE(sink->heads.size(), 1); // not of the redirect
        QVERIFY(sink->heads.front().startsWith("200 ") && sink->heads.front().endsWith(" 0"));
        QVERIFY(outcome->body.isEmpty());
        QCOMPARE(client.ledger().entries().last().bytes, body.size() + 5);
        sink = std::make_shared<Collector>();
        QCOMPARE(wordOf(fetch(u"/nar/y"_s, sink)), u"not-found"_s);
        QCOMPARE(sink->writes, 0);
        sink->refuseAfter = 100'000;
        QCOMPARE(fetch(u"/nar/x"_s, sink).error().sentence, u"enough"_s);
    }

    /// A sink that is full stops the server through TCP; its own slowness is no timeout.
    void aFullSinkHoldsTheServerBack()
    {
        HttpServer http;
        qint64 sent = 0;
        http.on("/nar/x", [&](const auto &, QTcpSocket *connection) {
            sendForEver(connection,
                "HTTP/1.1 200 OK\r\nContent-Type: application/x-nix-nar\r\nTransfer-Encoding: chunked\r\n\r\n", &sent);
        });
        constexpr qint64 mostAhead = 24'000'000; // our buffer, Qt's, and the kernel's on loopback
        FakeClock clock;
        Client client(clock, {serverOf(http)});
        const auto sink = std::make_shared<Collector>();
        sink->full = true;
        auto request = get(http.url(u"/nar/x"_s));
        request.sink = sink;
        request.maxBody = 60'000'000;
        Flow flow(client.fetch(request));
        QTRY_VERIFY(sent > 1'000'000);
        for (int i = 0; i < 1000; ++i) // without back-pressure it would all be here long before
            QCoreApplication::processEvents();
        QVERIFY2(sent < mostAhead, qPrintable(QString::number(sent)));
        QCOMPARE(sink->writes, 0);
        clock.advance(10min);
        QVERIFY(!flow.isDone());

        sink->full = false;
        const std::unique_ptr<QThread> other(QThread::create([sink] { sink->drained(); }));
        other->start();
        QTRY_VERIFY(flow.isDone());
        QCOMPARE(wordOf(flow.value()), u"too-large"_s);
        QVERIFY(sink->body.size() > 50'000'000);
        QVERIFY2(sent - sink->body.size() < mostAhead, qPrintable(QString::number(sent)));
        other->wait();
        sink->drained(); // nobody is there any more, and that is no harm
    }
};

QTEST_GUILESS_MAIN(BodyTest)
#include "body_test.moc"
