// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/desk.h"

#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "support/fakesockets.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

const QString logs = u"https://logs.example.org/logs/nixos/nixpkgs.7"_s;
const QString file = u"https://logs.example.org/logfile/nixos/nixpkgs.7/a1"_s;

QByteArray messageOf(const QByteArray &json)
{
    return "MESSAGE\nsubscription:sub-0\ncontent-length:" + QByteArray::number(json.size()) + "\n\n" + json + '\0';
}

QByteArray line(int number, const QByteArray &text)
{
    return messageOf("{\"system\":\"x86_64-linux\",\"identity\":\"m\",\"attempt_id\":\"a1\",\"line_number\":"
        + QByteArray::number(number) + ",\"output\":\"" + text + "\"}");
}

QByteArray result()
{
    return "{\"tag\":\"V1\",\"repo\":{\"owner\":\"NixOS\",\"name\":\"nixpkgs\"},\"pr\":{\"number\":7,\"head_"
           "sha\":\"x\"},\"system\":\"x86_64-linux\","
           "\"output\":[],\"attempt_id\":\"a1\",\"request_id\":\"r\",\"status\":\"Failure\",\"attempted_"
           "attrs\":[\"hello\"]}";
}

QByteArray attempts(const QByteArray &ended)
{
    return "{\"attempts\":{\"a1\":{\"metadata\":{\"system\":\"x86_64-linux\",\"identity\":\"m\",\"attempt_"
           "id\":\"a1\",\"attempted_attrs\":[\"hello\"],\"skipped_attrs\":[]},\"result\":"
        + ended + ",\"log_url\":\"https://logs.example.org/x\"}}}";
}

net::Server server(net::ServerKind kind, const QString &id, const QString &url)
{
    return {.id = id, .kind = kind, .name = id, .url = QUrl(url), .policy = {}};
}

} // namespace

/// The desk with servers, sockets and a clock at hand.
class DeskTest : public QObject {
    Q_OBJECT

    struct Desk {
        test::FakeHttp http;
        test::FakeSockets sockets;
        test::FakeClock clock;
        Pools pools;
        QTemporaryDir folder;
        std::shared_ptr<Archive> archive = std::make_shared<Archive>(folder.filePath(u"archive"_s), archiveLimit);
        LogDesk desk{{},
            {server(net::ServerKind::OfBorg, u"ofborg"_s, u"https://logs.example.org"_s),
                server(net::ServerKind::OfBorgBus, u"bus"_s, u"https://bus.example.org"_s)},
            http, pools, clock, folder.filePath(u"spool"_s), archive};
        QSignalSpy opened{&desk, &LogDesk::opened};
        QSignalSpy completed{&desk, &LogDesk::completed};
        QSignalSpy failed{&desk, &LogDesk::failed};
        QSignalSpy kept{&desk, &LogDesk::kept};

        Desk()
        {
            desk.listenThrough(sockets);
            sockets.heard = [this](const QByteArray &frame) {
                if (frame.startsWith("CONNECT\n"))
                    sockets.say(QByteArray("CONNECTED\nversion:1.1\nheart-beat:10000,10000\n\n") + '\0');
            };
        }
        [[nodiscard]] QByteArray text() const
        {
            if (opened.isEmpty())
                return {};
            const auto bytes = opened.back().at(1).value<std::shared_ptr<const Bytes>>();
            return bytes->read(Offset(0), 1 << 20).value_or(QByteArray());
        }
        [[nodiscard]] LogAbout about() const
        {
            return completed.isEmpty() ? LogAbout{} : completed.back().at(1).value<LogAbout>();
        }
    };

private Q_SLOTS:
    void ofADamagedFileWhatThereIsIsOpenedAndWhyItIsNotAll()
    {
        Desk all;
        // printf 'one\ntwo\n' | xz -9, without its last bytes
        const auto packed = QByteArray::fromBase64(
            "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAHb25lCnR3bwoAUauer1d1cEkAASAIuxnZux+2830BAAAAAARZWg==");
        QFile damaged(all.folder.filePath(u"damaged.xz"_s));
        QVERIFY(damaged.open(QIODevice::WriteOnly) && damaged.write(packed.chopped(20)) > 0);
        damaged.close();
        all.desk.open({.run = 1, .text = damaged.fileName()});
        QTRY_COMPARE(all.failed.size(), 1);
        QCOMPARE(all.text(), "one\ntwo\n"_ba);
        const auto problem = all.failed.back().at(1).value<Problem>();
        QVERIFY2(problem.sentence.contains(u"the rest is missing"_s), qPrintable(problem.sentence));
        QVERIFY(all.completed.isEmpty());
    }

    void anAttemptsLogOfOfBorgComesLineByLineAndEndsWhole()
    {
        Desk all;
        all.http.answer(logs, attempts("null"));
        all.http.answer(file, "line 1\nline 2\n");
        all.desk.open({.run = 1, .text = u"https://logs.example.org/?key=nixos/nixpkgs.7&attempt_id=a1"_s});
        QTRY_COMPARE(all.text(), "line 1\nline 2\n"_ba);
        all.sockets.say(line(2, "line 2"));
        all.sockets.say(line(3, "line 3"));
        QTRY_COMPARE(all.text(), "line 1\nline 2\nline 3\n"_ba);
        QVERIFY(all.completed.isEmpty());
        all.http.answer(logs, attempts(result()));
        all.http.answer(file, "line 1\nline 2\nline 3\nerror: the end\n");
        all.sockets.say(messageOf(result()));
        const auto isOver = [&all] {
            all.clock.advance(Milliseconds(100));
            return !all.completed.isEmpty();
        };
        QTRY_VERIFY(isOver());
        QCOMPARE(all.text(), "line 1\nline 2\nline 3\nerror: the end\n"_ba);
        QCOMPARE(all.about().state, hydra::BuildState::Failed);
        QCOMPARE(all.about().title, u"#7 hello"_s);
        QVERIFY(!all.about().isLive);
        QTRY_COMPARE(all.kept.size(), 1);
        QCOMPARE(all.archive->logs().front().address, u"https://logs.example.org/?key=nixos/nixpkgs.7&attempt_id=a1"_s);
    }

    void anAttemptThatIsOverIsFetchedAndAnUnknownOneIsSaid()
    {
        Desk all;
        all.http.answer(logs, attempts(result()));
        all.http.answer(file, "all\n");
        all.desk.open({.run = 1, .text = u"https://logs.example.org/logfile/nixos/nixpkgs.7/a1"_s});
        QTRY_COMPARE(all.completed.size(), 1);
        QCOMPARE(all.text(), "all\n"_ba);
        QVERIFY(all.sockets.requests().isEmpty());
        all.desk.open({.run = 2, .text = u"https://logs.example.org/logfile/nixos/nixpkgs.7/other"_s});
        QTRY_COMPARE(all.failed.size(), 1);
        QCOMPARE(all.failed.front().at(1).value<Problem>().kind, ProblemKind::NotFound);
    }

    void addressesOfOfBorgAreRead()
    {
        QVERIFY(readOfBorgLog(u"https://logs.ofborg.org/?key=nixos/nixpkgs.451386&attempt_id=a%2Fb"_s));
        QCOMPARE(
            readOfBorgLog(u"https://logs.ofborg.org/?key=nixos/nixpkgs.451386&attempt_id=a%2Fb"_s)->attempt, u"a/b"_s);
        QCOMPARE(readOfBorgLog(u"https://logs.ofborg.org/logfile/nixos/nixpkgs.451386/x-1"_s)->key.number,
            PullRequestNr(451386));
        QVERIFY(!readOfBorgLog(u"https://logs.ofborg.org/?key=nixos/nixpkgs.451386"_s));
        QVERIFY(!readOfBorgLog(u"https://logs.ofborg.org/"_s));
    }

    void anArchivedLogIsOpenedByItsDigestWithoutAskingAnybody()
    {
        Desk all;
        ArchivedLog entry;
        entry.title = u"hello"_s;
        entry.server = u"hydra"_s;
        entry.build = BuildId(5);
        entry.state = hydra::BuildState::Failed;
        entry.fingerprint = "compiler:x";
        const auto kept = *all.archive->keep(MemoryBytes("kept\n"), entry);
        entry.build = BuildId(6);
        QVERIFY(all.archive->keep(MemoryBytes("the same elsewhere\n"), entry));
        all.desk.open({.run = 1, .text = u"archive:"_s + QString::fromLatin1(kept.digest)});
        QTRY_COMPARE(all.completed.size(), 1);
        QCOMPARE(all.text(), "kept\n"_ba);
        QCOMPARE(all.about().place.build, BuildId(5));
        QVERIFY(all.about().isKept);
        QTRY_COMPARE(all.kept.size(), 1);
        const auto same = all.kept.front().at(2).value<QList<ArchivedLog>>();
        QCOMPARE(same.size(), 1);
        QCOMPARE(same.front().build, BuildId(6));
        QVERIFY(all.http.requests().isEmpty());
        all.desk.open({.run = 2, .text = u"archive:"_s + QString(64, u'0')});
        QTRY_COMPARE(all.failed.size(), 1);
    }

    void allArchivedLogsAreSearched()
    {
        Desk all;
        ArchivedLog entry;
        for (int i = 1; i <= 3; ++i) {
            entry.build = BuildId(i);
            QVERIFY(all.archive->keep(
                MemoryBytes("build " + QByteArray::number(i) + (i == 2 ? "\nneedle\n" : "\n")), entry));
        }
        QSignalSpy searched(&all.desk, &LogDesk::archiveSearched);
        all.desk.searchArchive(9, Query::of({.text = u"needle"_s}));
        QTRY_COMPARE(searched.size(), 3);
        qint64 matches = 0;
        for (const auto &each : searched)
            matches += each.at(1).value<FoundLogs>().matches;
        QCOMPARE(matches, 1);
        QCOMPARE(searched.back().at(1).value<FoundLogs>().searched, 3);
    }
};

QTEST_GUILESS_MAIN(DeskTest)
#include "desk_test.moc"
