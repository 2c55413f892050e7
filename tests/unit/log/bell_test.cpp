// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/bell.h"

#include "log/follow.h"
#include "support/fakeclock.h"

#include <QTemporaryDir>
#include <QTest>

#include <deque>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

/// A service at hand: conversations that a test feeds and breaks.
class HandService final : public net::WebSockets {
public:
    struct Line {
        std::deque<QByteArray> waiting;
        std::optional<Completion<bool>> reader;
        bool isBroken = false;
        QList<QByteArray> sent;

        void wake()
        {
            if (const auto who = std::exchange(reader, {}))
                who->set(true);
        }
    };
    class Socket final : public net::WebSocket {
    public:
        explicit Socket(std::shared_ptr<Line> line)
            : m_line(std::move(line))
        {
        }
        Task<Result<QByteArray>> opened() override { co_return QByteArray(); }
        Task<Result<QByteArray>> next() override
        {
            while (m_line->waiting.empty() && !m_line->isBroken) {
                const Completion<bool> more;
                m_line->reader = more;
                co_await more;
            }
            if (m_line->waiting.empty())
                co_return problem(ProblemKind::Network, {});
            auto message = m_line->waiting.front();
            m_line->waiting.pop_front();
            co_return message;
        }
        Result<void> send(QByteArray utf8) override
        {
            m_line->sent << utf8;
            return {};
        }

    private:
        std::shared_ptr<Line> m_line;
    };
    std::unique_ptr<net::WebSocket> converse(net::SocketRequest) override
    {
        line = std::make_shared<Line>();
        ++conversations;
        return std::make_unique<Socket>(line);
    }
    void say(const QByteArray &message) const
    {
        line->waiting.push_back(message);
        line->wake();
    }
    void breakOff() const
    {
        line->isBroken = true;
        line->wake();
    }
    std::shared_ptr<Line> line;
    int conversations = 0;
};

const auto started = "{\"type\":\"logsStart\",\"buildId\":7,\"stepId\":null,\"success\":true,\"details\":\"\"}"_ba;
const auto lineCame = "{\"type\":\"logLine\",\"buildId\":7,\"stepId\":null,\"line\":\"x\"}"_ba;
const auto finished = "{\"type\":\"buildFinished\",\"buildId\":7}"_ba;

/// A log on a server; says how often it was asked.
class PlainLog final : public net::Http {
public:
    Task<Result<net::Response>> fetch(net::Request request) override
    {
        ++requests;
        net::Response response{.status = 200, .url = request.url};
        if (request.method == "HEAD")
            response.headers.append({"content-length", QByteArray::number(log.size())});
        else if (request.sink) [[maybe_unused]]
            const auto written = request.sink->write(log);
        else
            response.body = log;
        co_return response;
    }
    QByteArray log = "first line of the log\n"_ba.repeated(40);
    int requests = 0;
};

} // namespace

class BellTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void messagesAreReadAsTheServiceWritesThem()
    {
        const auto line = readSocketMessage("{\"type\":\"logLine\",\"buildId\":12,\"stepId\":3,\"timestamp\":"
                                            "\"2026-11-20T10:00:00Z\",\"line\":\"cc -c a.c\"}");
        QVERIFY(line);
        QCOMPARE(*line,
            (SocketMessage{.kind = SocketMessage::Kind::LogLine,
                .build = BuildId(12),
                .step = StepNr(3),
                .success = false,
                .details = {}}));
        const auto refused = readSocketMessage("{\"type\":\"logsStart\",\"buildId\":12,\"stepId\":null,"
                                               "\"success\":false,\"details\":\"Build 12 not found\"}");
        QVERIFY(refused && !refused->success && !refused->step);
        QCOMPARE(refused->details, u"Build 12 not found"_s);
        QVERIFY(!readSocketMessage("pong"));
        QVERIFY(!readSocketMessage("{}"));
        QCOMPARE(startMessage(BuildId(12), StepNr(3)), "{\"buildId\":12,\"stepId\":3,\"type\":\"logsStart\"}"_ba);
        QCOMPARE(startMessage(BuildId(12), {}), "{\"buildId\":12,\"stepId\":null,\"type\":\"logsStart\"}"_ba);
    }

    void aLineRingsAndABreakIsMended()
    {
        test::FakeClock clock;
        HandService service;
        LogBell bell(service, clock, QUrl(u"ws://127.0.0.1"_s), BuildId(7), {});
        QCOMPARE(service.conversations, 1);
        QCOMPARE(service.line->sent, QList<QByteArray>{startMessage(BuildId(7), {})});
        QVERIFY(!bell.isListening());
        service.say(started);
        QVERIFY(bell.isListening());
        service.breakOff();
        QVERIFY(!bell.isListening());
        clock.advance(Milliseconds(10000));
        QCOMPARE(service.conversations, 2);
        service.say(started);
        service.say(finished);
        QVERIFY(bell.hasEnded());
        clock.advance(Milliseconds(1000000));
        QCOMPARE(service.conversations, 2);
    }

    void aFollowedLogIsReadWhenItRingsAndSeldomBetween()
    {
        test::FakeClock clock;
        HandService service;
        PlainLog server;
        QTemporaryDir folder;
        LogBell bell(service, clock, QUrl(u"ws://127.0.0.1"_s), BuildId(7), {});
        service.say(started);
        const auto spool = *Spool::create(folder.path(), maxLogSize);
        std::optional<Result<FollowEnd>> end;
        int asked = 0;
        LogFollow follow{.url = QUrl(u"http://127.0.0.1/log/x.drv"_s), .spool = spool};
        follow.bell = &bell;
        bool isOver = false;
        follow.isFinished = [&]() -> Task<Result<bool>> {
            ++asked;
            return tell(isOver);
        };
        Scope scope;
        scope.start(run(server, clock, follow, end));
        QCOMPARE(spool->size(), server.log.size());
        const auto before = server.requests;
        clock.advance(Milliseconds(50000)); // silence: nobody is asked
        QCOMPARE(server.requests, before);
        server.log += "one more line\n";
        service.say(lineCame);
        QCoreApplication::processEvents();
        clock.advance(Milliseconds(3000));
        QCOMPARE(*spool->read(Offset(0), 1 << 20), server.log);
        const auto askedBefore = asked;
        server.log += "the last line\n";
        isOver = true;
        service.say(finished);
        QCoreApplication::processEvents();
        QVERIFY(end && *end);
        QCOMPARE(**end, FollowEnd::Complete);
        QCOMPARE(asked, askedBefore + 1);
        QCOMPARE(*spool->read(Offset(0), 1 << 20), server.log);
    }

private:
    static Task<Result<bool>> tell(bool value) { co_return value; }
    static Task<void> run(net::Http &http, Clock &clock, LogFollow follow, std::optional<Result<FollowEnd>> &end)
    {
        const auto ignore = [](const Problem &) { };
        end = co_await followLog(http, clock, std::move(follow), ignore);
    }
};

QTEST_GUILESS_MAIN(BellTest)
#include "bell_test.moc"
