// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client.h"
#include "support/fakeclock.h"
#include "support/flow.h"

#include <QSslSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::net;
using namespace narscope::test;

// Conversations over WebSocket with a real server, and what the policy forbids; queries in GraphQL.

namespace {

const SocketRequest blank{.url = {}, .subprotocols = {u"v12.stomp"_s}, .why = u"test"_s};

} // namespace

class WebSocketTest : public QObject {
    Q_OBJECT

    FakeClock m_clock;
    std::unique_ptr<QWebSocketServer> m_server;
    std::unique_ptr<Client> m_client;
    QPointer<QWebSocket> m_peer;

    SocketRequest request(const QString &path = u"/ws/"_s) const
    {
        auto asked = blank;
        asked.url = m_server->serverUrl();
        asked.url.setHost(u"127.0.0.1"_s);
        asked.url.setPath(path);
        return asked;
    }
    std::unique_ptr<WebSocket> opened(SocketRequest asked)
    {
        auto socket = m_client->converse(std::move(asked));
        const auto agreed = waitFor(socket->opened());
        if (!agreed)
            qFatal("%s", qPrintable(describe(agreed.error())));
        if (!QTest::qWaitFor([this] { return !m_peer.isNull(); }))
            qFatal("nobody came");
        return socket;
    }

private Q_SLOTS:
    void init()
    {
        m_peer = nullptr;
        m_server = std::make_unique<QWebSocketServer>(u"test"_s, QWebSocketServer::NonSecureMode);
        m_server->setSupportedSubprotocols({u"v12.stomp"_s});
        QVERIFY(m_server->listen(QHostAddress::LocalHost));
        connect(m_server.get(), &QWebSocketServer::newConnection, this, [this] {
            m_peer = m_server->nextPendingConnection();
            m_peer->setParent(m_server.get()); // else nobody owns it
        });
        auto server = serverAt(QUrl(u"http://127.0.0.1:%1"_s.arg(m_server->serverPort())), ServerKind::OfBorgBus);
        m_client = std::make_unique<Client>(m_clock, Servers{server});
    }
    void cleanup()
    {
        m_client.reset();
        m_server.reset();
    }

    void messagesGoBothWaysInOrder()
    {
        auto socket = opened(request());
        QByteArrayList heard;
        connect(
            m_peer, &QWebSocket::textMessageReceived, this, [&heard](const QString &text) { heard << text.toUtf8(); });
        QVERIFY(socket->send("one"));
        QVERIFY(socket->send("two \xc3\xa4"));
        QTRY_COMPARE(heard, QByteArrayList({"one", "two \xc3\xa4"}));
        for (const auto &text : {u"a"_s, u"b"_s, u"c"_s})
            m_peer->sendTextMessage(text);
        for (const auto *text : {"a", "b", "c"})
            QCOMPARE(waitFor(socket->next()).value_or("?"), QByteArray(text));
        QVERIFY(m_peer->request().rawHeader("User-Agent").startsWith("Narscope/"));
        const auto entry = m_client->ledger().entries().constLast();
        QCOMPARE(entry.status, 101);
        QCOMPARE(entry.state, RequestState::Running);
    }

    void whatTheOtherSideSaidLastIsReadBeforeItsEnd()
    {
        auto socket = opened(request());
        m_peer->sendTextMessage(u"last"_s);
        m_peer->close();
        QCOMPARE(waitFor(socket->next()).value_or("?"), QByteArray("last"));
        QCOMPARE(waitFor(socket->next()).error().kind, ProblemKind::Network);
        QVERIFY(!socket->send("too late"));
    }

    void destroyingItEndsTheConversation()
    {
        auto socket = opened(request());
        Flow waiting(socket->next());
        waiting.withdraw();
        socket.reset();
        QTRY_VERIFY(!m_peer || m_peer->state() != QAbstractSocket::ConnectedState);
        QCOMPARE(m_client->ledger().entries().constLast().state, RequestState::Done);
    }

    void aMessageOverTheLimitEndsIt()
    {
        auto asked = request();
        asked.maxMessage = 1000;
        auto socket = opened(asked);
        m_peer->sendTextMessage(QString(5000, u'x'));
        QCOMPARE(waitFor(socket->next()).error().kind, ProblemKind::TooLarge);
    }

    void messagesThatNobodyTakesEndIt()
    {
        auto asked = request();
        asked.maxWaiting = 5000;
        auto socket = opened(asked);
        for (int i = 0; i < 10; ++i)
            m_peer->sendTextMessage(QString(900, u'x'));
        QTRY_VERIFY(!m_peer || m_peer->state() != QAbstractSocket::ConnectedState);
        Result<QByteArray> message;
        for (int i = 0; i < 10 && message; ++i)
            message = waitFor(socket->next());
        QCOMPARE(message.error().kind, ProblemKind::TooLarge);
    }

    void aServerWithoutTheProtocolIsNoPartner()
    {
        auto asked = request();
        asked.subprotocols = {u"other"_s};
        auto socket = m_client->converse(asked);
        QVERIFY(!waitFor(socket->opened()));
    }

    void silenceEndsItAfterThePolicysTime()
    {
        auto socket = opened(request());
        Flow waiting(socket->next());
        m_clock.advance(Milliseconds(29000));
        QVERIFY(!waiting.isDone());
        m_clock.advance(Milliseconds(2000));
        QTRY_VERIFY(waiting.isDone());
        QCOMPARE(waiting.value().error().kind, ProblemKind::Timeout);
    }

    void otherHostsPathsAndSchemesAreRefused_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("another host") << u"wss://example.org/ws/"_s;
        QTest::newRow("another path") << u"ws://127.0.0.1:%1/admin"_s;
        QTest::newRow("http") << u"http://127.0.0.1:%1/ws/"_s;
        QTest::newRow("tls where none is") << u"wss://127.0.0.1:%1/ws/"_s;
        QTest::newRow("a user's name") << u"ws://me:secret@127.0.0.1:%1/ws/"_s;
    }
    void otherHostsPathsAndSchemesAreRefused()
    {
        QFETCH(QString, url);
        auto asked = blank;
        asked.url = QUrl(url.contains(u'%') ? url.arg(m_server->serverPort()) : url);
        auto socket = m_client->converse(asked);
        QCOMPARE(waitFor(socket->opened()).error().kind, ProblemKind::NotAllowed);
        QVERIFY(!m_peer);
        for (const auto &entry : m_client->ledger().entries())
            QVERIFY(!entry.url.toString().contains(u"secret"_s));
    }

    void onlyQueriesArePosted_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("url");
        const auto graphQl = u"https://api.github.com/graphql"_s;
        QTest::newRow("a mutation") << QByteArray("{\"query\":\"mutation X { a }\"}") << graphQl;
        QTest::newRow("a query and a mutation")
            << QByteArray("{\"query\":\"query A { a } mutation B { b }\",\"variables\":{}}") << graphQl;
        QTest::newRow("an operation by name")
            << QByteArray("{\"query\":\"query A { a }\",\"operationName\":\"B\"}") << graphQl;
        QTest::newRow("no JSON") << QByteArray("query A { a }") << graphQl;
        QTest::newRow("elsewhere") << QByteArray("{\"query\":\"query A { a }\"}")
                                   << u"https://api.github.com/repos/x/y"_s;
        QTest::newRow("another server") << QByteArray("{\"query\":\"query A { a }\"}")
                                        << u"https://hydra.nixos.org/graphql"_s;
    }
    void onlyQueriesArePosted()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, url);
        Client client(m_clock, shippedServers());
        Request post{.url = QUrl(url), .method = "POST", .expect = Expect::Json};
        post.graphQl = body;
        const auto answer = waitFor(client.fetch(post));
        QCOMPARE(answer.error().kind, ProblemKind::NotAllowed);
        post.graphQl = {};
        QCOMPARE(waitFor(client.fetch(post)).error().kind, ProblemKind::NotAllowed);
    }
};

QTEST_GUILESS_MAIN(WebSocketTest)
#include "websocket_test.moc"
