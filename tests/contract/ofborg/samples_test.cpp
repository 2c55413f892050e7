// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/bus.h"
#include "ofborg/client.h"
#include "ofborg/parsers.h"
#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "support/fakesockets.h"
#include "support/flow.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::ofborg;
using namespace narscope::test;

// OfBorg's answers, messages and its bus, as the samples have them (pull-requests.md part A).

namespace {

QDir samples()
{
    return QDir(QStringLiteral(NARSCOPE_SHARED_DIR) + u"/samples/github"_s);
}

QByteArray fileBytes(const QString &name)
{
    QFile file(samples().filePath(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(file.fileName()));
    return file.readAll();
}

QJsonValue body(const QString &name)
{
    return QJsonDocument::fromJson(fileBytes(name + u".json"_s)).object().value("body"_L1);
}

QByteArray bytesOf(const QJsonValue &value)
{
    return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
}

template <typename T> T good(Result<T> result)
{
    if (!result)
        qFatal("%s", qPrintable(describe(result.error())));
    return std::move(*result);
}

/// The sample's frames: client and server in turn, NUL as ^@.
QByteArrayList sampleFrames()
{
    QByteArrayList kept;
    for (const auto &line : fileBytes(u"ofborg-stomp-session.txt"_s).split('\n')) {
        if (!line.startsWith('#'))
            kept << line;
    }
    auto text = kept.join('\n');
    text.replace("^@", QByteArray(1, '\0'));
    QByteArrayList frames;
    for (auto frame : text.split('\0')) {
        while (frame.startsWith('\n'))
            frame.remove(0, 1);
        if (!frame.trimmed().isEmpty())
            frames << frame + '\0';
    }
    return frames;
}

} // namespace

class OfBorgSamplesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!samples().exists())
            QSKIP("the samples are not beside the checkout");
    }

    void attemptsTellWhatRunsAndWhatBecameOfTheOthers()
    {
        const auto attempts = good(parseAttempts(bytesOf(body(u"ofborg-logapi-attempts"_s))));
        QCOMPARE(attempts.size(), 4);
        const auto byId = [&attempts](const QString &start) {
            return *std::ranges::find_if(attempts, [&](const Attempt &a) { return a.id.startsWith(start); });
        };
        const auto done = byId(u"6c1f"_s);
        QCOMPARE(done.status(), BuildStatus::Success);
        QCOMPARE(done.attempted(), QStringList({u"hello"_s, u"hello.passthru.tests"_s}));
        QCOMPARE(done.result->headSha, u"1f2e3d4c5b6a79880716253443526170f9e8d7c6"_s);
        const auto running = byId(u"a2f3"_s);
        QCOMPARE(running.status(), BuildStatus::Running);
        QCOMPARE(running.system(), u"aarch64-linux"_s);
        QVERIFY(!running.log.isEmpty());
        QCOMPARE(running.start->machine, u"ofborg-build05"_s);
        const auto skipped = byId(u"d9e8"_s);
        QCOMPARE(skipped.status(), BuildStatus::Skipped);
        QVERIFY(!skipped.result->attempted);
        const auto lost = byId(u"00aa"_s);
        QCOMPARE(lost.status(), BuildStatus::UnexpectedError);
        QCOMPARE(lost.result->error, u"command failed with exit code 1"_s);
        QVERIFY(!lost.start && lost.log.isEmpty());
    }

    void anAttemptWithoutALogIsRead()
    {
        const auto attempts = good(parseAttempts(bytesOf(body(u"ofborg-logapi-issue129-fragment"_s))));
        QCOMPARE(attempts.size(), 1);
        QVERIFY(attempts[0].log.isEmpty() && !attempts[0].start);
        QCOMPARE(attempts[0].result->pull.number, PullRequestNr(37218));
    }

    void resultsOldAndNewTellTheirStatus()
    {
        const auto statusOf = [](const QJsonValue &result) {
            const QJsonObject attempt{{u"result"_s, result}};
            const QJsonObject attempts{{u"attempts"_s, QJsonObject{{u"00aa"_s, attempt}}}};
            return good(parseAttempts(QJsonDocument(attempts).toJson())).first().status();
        };
        QCOMPARE(statusOf(body(u"ofborg-buildresult-v1"_s)), BuildStatus::Success);
        const auto legacy = body(u"ofborg-buildresult-legacy"_s).toArray();
        QCOMPARE(statusOf(legacy[0]), BuildStatus::Success);
        QCOMPARE(statusOf(legacy[1]), BuildStatus::Skipped);
    }

    void messagesAreToldApartByTheirKeys()
    {
        const auto list = body(u"ofborg-log-messages"_s).toArray();
        const auto start = std::get<BuildStart>(good(parseMessage(bytesOf(list[0]))));
        QCOMPARE(start.skipped, QStringList(u"hello.passthru.tests"_s));
        const auto line = std::get<BuildLine>(good(parseMessage(bytesOf(list[1]))));
        QCOMPARE(line.number, 1);
        QCOMPARE(line.text, QByteArray("Cannot nix-instantiate `hello.passthru.tests` because:"));
        QCOMPARE(std::get<BuildLine>(good(parseMessage(bytesOf(list[2])))).text, QByteArray());
        const auto result = std::get<BuildResult>(good(parseMessage(bytesOf(list[3]))));
        QCOMPARE(result.status, BuildStatus::Failure);
        QCOMPARE(result.lastLines.size(), 1);
        QCOMPARE(result.pull.text(), u"nixos/nixpkgs.451386"_s);
    }

    void theSuccessorsMessagesAreRead()
    {
        const auto list = body(u"ofborg-hydra-build-update"_s).toArray();
        const auto running = std::get<HydraUpdate>(good(parseMessage(bytesOf(list[0]))));
        QCOMPARE(running.status, BuildStatus::Running);
        QCOMPARE(running.step, u"Sending inputs"_s);
        QCOMPARE(running.build, BuildId(7));
        const auto finished = std::get<HydraUpdate>(good(parseMessage(bytesOf(list[1]))));
        QCOMPARE(finished.status, BuildStatus::UnexpectedError);
        QCOMPARE(finished.error, u"boom"_s);
    }

    void theSampleSessionIsSpoken()
    {
        const auto frames = sampleFrames();
        QCOMPARE(frames.size(), 4); // CONNECT, CONNECTED, SUBSCRIBE, MESSAGE
        FakeSockets sockets;
        FakeClock clock;
        Bus bus(sockets, clock, QUrl(u"https://messages.ofborg.org:15673"_s), u"test"_s);
        QCOMPARE(sockets.requests().first().url, QUrl(u"wss://messages.ofborg.org:15673/ws/"_s));
        Flow opening(bus.open());
        QCOMPARE(sockets.sent().size(), 1);
        QCOMPARE(sockets.sent().first(), frames[0]);
        sockets.say(frames[1]);
        QVERIFY(opening.isDone() && opening.value());
        QVERIFY(bus.subscribe({.number = PullRequestNr(451386)}));
        QCOMPARE(sockets.sent().last(), frames[2]);
        // The server wants to hear something every ten seconds.
        clock.advance(Milliseconds(10000));
        QCOMPARE(sockets.sent().last(), QByteArray("\n"));
        Flow waiting(bus.next());
        sockets.say("\n");
        QVERIFY(!waiting.isDone());
        auto message = frames[3];
        // The sample's text says 158 though its body is shorter; the wire cannot.
        const auto at = message.indexOf("content-length:");
        message.replace(at, message.indexOf('\n', at) - at,
            "content-length:" + QByteArray::number(message.size() - 1 - message.indexOf("\n\n") - 2));
        sockets.say(message.first(40));
        QVERIFY(!waiting.isDone());
        sockets.say(message.sliced(40));
        QVERIFY(waiting.isDone() && waiting.value());
        const auto line = std::get<BuildLine>(*waiting.value());
        QCOMPARE(line.text, QByteArray("unpacking sources"));
        QCOMPARE(line.number, 1);
    }

    void aBusThatRefusesSaysWhy()
    {
        FakeSockets sockets;
        FakeClock clock;
        Bus bus(sockets, clock, QUrl(u"http://127.0.0.1:1"_s), u"test"_s);
        Flow opening(bus.open());
        sockets.say(QByteArray("ERROR\nmessage:Bad CONNECT\n\nAccess refused\n") + '\0');
        QVERIFY(opening.isDone() && !opening.value());
        QCOMPARE(opening.value().error().detail, u"Bad CONNECT: Access refused\n"_s);
    }

    /// The refusals are plain text; «absent» is the usual answer: nothing was ever built.
    void refusalsAreNoAttemptsOrAProblem()
    {
        const auto refusals = body(u"ofborg-logapi-errors"_s).toObject();
        QCOMPARE(refusals.keys(), (QStringList{u"404"_s, u"405"_s, u"500"_s}));
        FakeHttp http;
        Pools pools;
        Client client(http, net::serverAt(QUrl(u"https://logs.ofborg.org"_s), net::ServerKind::OfBorg), pools);
        const PullKey key{.owner = u"nixos"_s, .repository = u"nixpkgs"_s, .number = PullRequestNr(999999999)};
        const auto url = u"https://logs.ofborg.org/logs/nixos/nixpkgs.999999999"_s;
        http.fail(url, problem(ProblemKind::NotFound, url, refusals["404"_L1][0].toString()).error());
        const auto none = waitFor(client.attempts(key, {}));
        QVERIFY(none && none->isEmpty());
        http.fail(url, problem(ProblemKind::ServerError, url, refusals["500"_L1].toString()).error());
        QCOMPARE(waitFor(client.attempts(key, {})).error().kind, ProblemKind::ServerError);
    }

    void everySampleOfOfBorgIsReadOrSaidWhyNot()
    {
        QFile own(QStringLiteral(NARSCOPE_SOURCE_DIR "/tests/contract/ofborg/samples_test.cpp"));
        QFile gitHub(QStringLiteral(NARSCOPE_SOURCE_DIR "/tests/contract/github/samples_test.cpp"));
        QVERIFY(own.open(QIODevice::ReadOnly) && gitHub.open(QIODevice::ReadOnly));
        const auto sources = QString::fromUtf8(own.readAll() + gitHub.readAll());
        QStringList unread;
        for (const auto &file : samples().entryList({u"ofborg-*"_s}, QDir::Files)) {
            const auto name = u'"' + QFileInfo(file).completeBaseName();
            if (!sources.contains(name + u"\""_s) && !sources.contains(name + u".txt\""_s))
                unread << file;
        }
        // Nothing serves the old queue's numbers any more.
        QCOMPARE(unread, QStringList{u"ofborg-queue-stats-php.json"_s});
    }
};

QTEST_GUILESS_MAIN(OfBorgSamplesTest)
#include "samples_test.moc"
