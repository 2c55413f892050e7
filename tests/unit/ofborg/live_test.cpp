// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/livebuilds.h"
#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "support/fakesockets.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::ofborg;
using namespace narscope::test;

namespace {

const QString attempt = u"a1"_s;
const QString logs = u"https://logs.example.org/logs/nixos/nixpkgs.7"_s;
const QString file = u"https://logs.example.org/logfile/nixos/nixpkgs.7/a1"_s;

QByteArray messageOf(const QByteArray &json)
{
    return "MESSAGE\nsubscription:sub-0\ncontent-length:" + QByteArray::number(json.size()) + "\n\n" + json + '\0';
}

QByteArray start()
{
    return "{\"system\":\"x86_64-linux\",\"identity\":\"m\",\"attempt_id\":\"a1\",\"attempted_attrs\":[\"hello\"],"
           "\"skipped_attrs\":[]}";
}

QByteArray line(int number, const QByteArray &text)
{
    return messageOf("{\"system\":\"x86_64-linux\",\"identity\":\"m\",\"attempt_id\":\"a1\",\"line_number\":"
        + QByteArray::number(number) + ",\"output\":\"" + text + "\"}");
}

QByteArray result()
{
    return "{\"tag\":\"V1\",\"repo\":{\"owner\":\"NixOS\",\"name\":\"nixpkgs\"},\"pr\":{\"number\":7,\"head_sha\":"
           "\"x\"},\"system\":\"x86_64-linux\","
           "\"output\":[],\"attempt_id\":\"a1\",\"request_id\":\"r\",\"status\":\"Failure\"}";
}

QByteArray attempts(const QByteArray &metadata, const QByteArray &ended)
{
    return "{\"attempts\":{\"a1\":{\"metadata\":" + metadata + ",\"result\":" + ended
        + ",\"log_url\":\"https://logs.example.org/x\"}}}";
}

QByteArray lines(int from, int to)
{
    QByteArray text;
    for (int i = from; i <= to; ++i)
        text += "line " + QByteArray::number(i) + '\n';
    return text;
}

} // namespace

class LiveTest : public QObject {
    Q_OBJECT

    FakeHttp m_http;
    FakeSockets m_sockets;
    FakeClock m_clock;
    Pools m_pools;
    QByteArrayList m_lines; ///< as somebody sees them
    QStringList m_events;
    std::optional<Client> m_client;
    std::optional<LiveBuilds> m_live;

    void take(const LiveEvent &event)
    {
        if (const auto *state = std::get_if<LiveState>(&event))
            m_events << (state->isLive ? u"live"_s : u"not live"_s);
        else if (std::holds_alternative<BuildStart>(event))
            m_events << u"start"_s;
        else if (const auto *ended = std::get_if<BuildResult>(&event))
            m_events << word(ended->status);
        else if (const auto *added = std::get_if<LinesAdded>(&event)) {
            if (added->isRepair) {
                m_events << u"repair"_s;
                m_lines[added->run.first - 1] = added->run.lines.first();
                return;
            }
            QCOMPARE(added->run.first, m_lines.size() + 1);
            m_lines += added->run.lines;
        }
    }

    void begin(QString only = {})
    {
        m_sockets.heard = [this](const QByteArray &frame) {
            if (frame.startsWith("CONNECT\n"))
                m_sockets.say(QByteArray("CONNECTED\nversion:1.1\nheart-beat:10000,10000\n\n") + '\0');
        };
        m_client.emplace(m_http,
            net::Server{.id = u"o"_s,
                .kind = net::ServerKind::OfBorg,
                .name = {},
                .url = QUrl(u"https://logs.example.org"_s),
                .policy = {}},
            m_pools);
        m_live.emplace(*m_client, m_sockets, m_clock, QUrl(u"https://bus.example.org"_s),
            LiveBuilds::Plan{.key = {.number = PullRequestNr(7)}, .only = std::move(only), .ask = {}},
            [this](const LiveEvent &event) { take(event); });
        m_live->start();
    }

    QString lastEvent() const { return m_events.value(m_events.size() - 1); }
    QByteArray seen() const { return m_lines.isEmpty() ? QByteArray() : m_lines.join('\n') + '\n'; }

private Q_SLOTS:
    void init()
    {
        m_lines.clear();
        m_events.clear();
    }
    void cleanup()
    {
        m_live.reset();
        m_client.reset();
    }

    void theFileComesFirstAndLinesOfTheBusFollowOnceEach()
    {
        m_http.answer(logs, attempts(start(), "null"));
        m_http.answer(file, lines(1, 3));
        begin();
        QTRY_COMPARE(m_events, QStringList({u"start"_s, u"live"_s}));
        for (int i = 2; i <= 6; ++i) // the bus overlaps the file
            m_sockets.say(line(i, "line " + QByteArray::number(i)));
        QTRY_COMPARE(seen(), lines(1, 6));
        m_sockets.say(line(6, "line 6"));
        m_sockets.say(line(7, "line 7"));
        QTRY_COMPARE(seen(), lines(1, 7));
    }

    void linesThatTheBusSkippedAreTakenFromTheFile()
    {
        m_http.answer(logs, attempts(start(), "null"));
        m_http.answer(file, lines(1, 2));
        begin();
        QTRY_COMPARE(seen(), lines(1, 2));
        m_http.answer(file, lines(1, 5));
        m_clock.advance(Milliseconds(6000));
        m_sockets.say(line(5, "line 5"));
        QTRY_COMPARE(seen(), lines(1, 5));
    }

    void afterABreakNothingIsLostAndNothingComesTwice()
    {
        m_http.answer(logs, attempts(start(), "null"));
        m_http.answer(file, lines(1, 2));
        begin();
        QTRY_COMPARE(lastEvent(), u"live"_s);
        m_sockets.say(line(3, "line 3"));
        QTRY_COMPARE(seen(), lines(1, 3));
        m_http.answer(file, lines(1, 9));
        m_sockets.hangUp(problem(ProblemKind::Network, u"bus"_s).error());
        QTRY_COMPARE(lastEvent(), u"not live"_s);
        const auto conversations = m_sockets.requests().size();
        m_clock.advance(Milliseconds(70000));
        QTRY_COMPARE(lastEvent(), u"live"_s);
        QCOMPARE(m_sockets.requests().size(), conversations + 1);
        m_sockets.say(line(10, "line 10"));
        QTRY_COMPARE(seen(), lines(1, 10));
        QCOMPARE(m_events.count(u"start"_s), 1);
    }

    void whenABuildEndedDuringABreakItsRestIsTold()
    {
        m_http.answer(logs, attempts(start(), "null"));
        m_http.answer(file, lines(1, 2));
        begin();
        QTRY_COMPARE(lastEvent(), u"live"_s);
        m_http.answer(logs, attempts(start(), result()));
        m_http.answer(file, lines(1, 4));
        m_sockets.hangUp(problem(ProblemKind::Network, u"bus"_s).error());
        m_clock.advance(Milliseconds(70000));
        QTRY_COMPARE(lastEvent(), u"live"_s);
        QVERIFY(m_events.contains(u"failure"_s));
        QCOMPARE(seen(), lines(1, 4));
    }

    void theEndFetchesTheWholeFileAndRepairsWhatWasEmpty()
    {
        m_http.answer(logs, attempts(start(), "null"));
        m_http.answer(file, "line 1\n\nline 3\n"); // line 2 has not reached the collector
        begin(attempt);
        QTRY_COMPARE(m_lines.size(), 3);
        m_http.answer(file, lines(1, 4));
        m_sockets.say(messageOf(result()));
        QTRY_COMPARE(lastEvent(), u"failure"_s);
        QCOMPARE(seen(), lines(1, 4));
        QVERIFY(m_events.contains(u"repair"_s));
        QVERIFY(m_live->isDone());
    }

    void aBuildThatIsOverIsToldWithoutItsLogUnlessItWasAskedFor()
    {
        m_http.answer(logs, attempts(start(), result()));
        m_http.answer(file, lines(1, 2));
        begin();
        QTRY_COMPARE(lastEvent(), u"live"_s);
        QVERIFY(m_lines.isEmpty());
        m_live.reset();
        m_events.clear();
        begin(attempt);
        QTRY_VERIFY(m_live->isDone());
        QCOMPARE(seen(), lines(1, 2));
    }

    void withoutTheBusItIsTriedAgainEverMoreRarely()
    {
        m_sockets.refuse(problem(ProblemKind::Tls, u"bus"_s).error());
        begin();
        qsizetype before = 0;
        for (int minute = 0; minute < 10; ++minute) {
            before = m_sockets.requests().size();
            m_clock.advance(Milliseconds(60000));
            QTRY_VERIFY(m_sockets.requests().size() >= before);
        }
        QVERIFY(m_sockets.requests().size() < 25);
        QVERIFY(m_sockets.requests().size() > 5);
        m_sockets.refuse({});
    }

    void framesAreReadWhateverTheyAreCutInto()
    {
        const StompFrame frame{.command = "MESSAGE",
            .headers = {{"a:b", "c\\d\ne"}, {"content-length", "5"}},
            .body = QByteArray("x\0y\n\0", 5)};
        const auto wire = "\n\n" + frame.encoded() + '\n' + frame.encoded();
        for (qsizetype size = 1; size < wire.size(); ++size) {
            StompReader reader;
            int found = 0;
            for (qsizetype at = 0; at < wire.size(); at += size) {
                reader.add(wire.sliced(at, qMin(size, wire.size() - at)));
                for (auto next = reader.next(); next && *next; next = reader.next()) {
                    QCOMPARE(**next, frame);
                    ++found;
                }
            }
            QCOMPARE(found, 2);
        }
    }

    void aFrameThatIsNoneEndsTheReading_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("header without colon") << QByteArray("MESSAGE\nnothing\n\n");
        QTest::newRow("unknown escape") << QByteArray("MESSAGE\na:\\t\n\n");
        QTest::newRow("huge length") << QByteArray("MESSAGE\ncontent-length:99999999999\n\n");
        QTest::newRow("no NUL where it should be") << QByteArray("MESSAGE\ncontent-length:1\n\nabc");
        QTest::newRow("endless head") << QByteArray("MESSAGE") + QByteArray(70000, 'x');
        QTest::newRow("endless body") << QByteArray("MESSAGE\n\n") + QByteArray(3 * 1024 * 1024, 'x');
    }
    void aFrameThatIsNoneEndsTheReading()
    {
        QFETCH(QByteArray, bytes);
        StompReader reader;
        reader.add(bytes);
        QVERIFY(!reader.next());
        reader.add(StompFrame{.command = "MESSAGE", .headers = {}, .body = {}}.encoded());
        QVERIFY(!reader.next());
    }

    void aLineFarAheadIsNotKeptButAsksForTheFile()
    {
        LogMerger log;
        log.addLine(1, "one");
        log.addLine(4000000000000, "far");
        QCOMPARE(log.take(), (LineRun{.first = 1, .lines = {"one"}}));
        QVERIFY(log.hasGap());
        log.addFile("one\ntwo\n", false);
        QVERIFY(!log.hasGap());
        QCOMPARE(log.take(), (LineRun{.first = 2, .lines = {"two"}}));
    }
};

QTEST_GUILESS_MAIN(LiveTest)
#include "live_test.moc"
