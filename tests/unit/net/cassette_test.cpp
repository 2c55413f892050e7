// SPDX-License-Identifier: GPL-3.0-or-later
#include "nethelp.h"

#include "base/clock.h"
#include "net/cassette.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::net;
using namespace narscope::test;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

class Collector final : public BodySink {
public:
    Result<void> write(QByteArray chunk) override
    {
        body += chunk;
        return {};
    }
    QByteArray body;
};

/// What a caller sees of an answer.
QString printed(const Outcome &outcome)
{
    if (!outcome)
        return word(outcome.error().kind) + u' ' + outcome.error().detail;
    return u"%1 %2 %3"_s.arg(outcome->status).arg(outcome->url.path(), QString::fromUtf8(outcome->body));
}

Server recordedHydra()
{
    auto server = *findServer(shippedServers(), ServerKind::Hydra);
    return server;
}

QString recordings()
{
    return QStringLiteral(NARSCOPE_SHARED_DIR) + u"/recorded/hydra"_s;
}

} // namespace

class CassetteTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasRecordedIsReplayedAlikeWithoutANetwork()
    {
        QTemporaryDir folder;
        QStringList live;
        SystemClock clock;
        Server server;
        const auto ask = [&](Client &client) {
            QStringList seen;
            const auto base = server.url;
            for (const auto *path : {"/a?x=1", "/a?x=1", "/a?x=1", "/old", "/gone"})
                seen << printed(
                    waitFor(client.fetch(get(base.resolved(QUrl(QString::fromLatin1(path))), Expect::Json))));
            seen << printed(waitFor(client.fetch(get(base.resolved(QUrl(u"/a?x=1"_s)), Expect::Text))));
            auto request = get(base.resolved(QUrl(u"/nar/x"_s)));
            const auto sink = std::make_shared<Collector>();
            request.sink = sink;
            seen << printed(waitFor(client.fetch(request))) + QString::fromLatin1(sink->body);
            return seen;
        };
        {
            HttpServer http;
            server = serverOf(http);
            int calls = 0;
            http.on("/a?x=1", [&](const HttpServer::Asked &asked, QTcpSocket *connection) {
                const bool isJson = asked.header("accept") == "application/json";
                connection->write(isJson
                        ? HttpServer::answer(200, "application/json", "[" + QByteArray::number(++calls) + "]",
                              {"Set-Cookie: hydra_session=secret1"})
                        : HttpServer::answer(200, "text/plain", "as text"));
            });
            http.on("/old", HttpServer::answer(301, "text/html", "moved", {"Location: /new"}));
            http.on("/new", HttpServer::json("[\"new\"]"));
            http.on("/gone", HttpServer::answer(404, "application/json", "{\"error\":\"Page not found.\"}"));
            http.on("/nar/x", HttpServer::answer(200, "application/x-nix-nar", "the archive"));
            Client client(clock, {server});
            QVERIFY(client.recordTo(folder.path()));
            auto secret = get(http.url(u"/a?x=1"_s), Expect::Json);
            secret.headers = {{"Authorization", "Bearer secret2"}};
            waitFor(client.fetch(secret));
            live = ask(client);
        }
        QVERIFY2(live.contains(u"not-found Page not found."_s), qPrintable(live.join(u'\n')));
        QByteArray all;
        for (const auto &file : QDir(folder.path()).entryList(QDir::Files))
            all += contents(folder.filePath(file));
        QVERIFY(!all.contains("secret"));

        Client client(clock, {server});
        QVERIFY(client.replayFrom(folder.path()));
        waitFor(client.fetch(get(server.url.resolved(QUrl(u"/a?x=1"_s)), Expect::Json)));
        QCOMPARE(ask(client), live);
        QVERIFY(client.ledger().entries().last().fromRecord);
        QCOMPARE(client.ledger().meters().first().sent, 0u);
        // The last of a kind stays.
        QCOMPARE(bodyOf(waitFor(client.fetch(get(server.url.resolved(QUrl(u"/a?x=1"_s)), Expect::Json)))), "[4]"_ba);
        QCOMPARE(wordOf(waitFor(client.fetch(get(server.url.resolved(QUrl(u"/b"_s)))))), u"no-record"_s);
    }

    void aRecordingCanBeContinued()
    {
        QTemporaryDir folder;
        HttpServer http;
        http.on("/a", HttpServer::json("[1]"));
        http.on("/b", HttpServer::json("[2]"));
        SystemClock clock;
        for (const auto *path : {"/a", "/b"}) {
            Client client(clock, {serverOf(http)});
            QVERIFY(client.recordTo(folder.path()));
            waitFor(client.fetch(get(http.url(QString::fromLatin1(path)))));
        }
        Client client(clock, {serverOf(http)});
        QVERIFY(client.replayFrom(folder.path()));
        QCOMPARE(bodyOf(waitFor(client.fetch(get(http.url(u"/a"_s))))), "[1]"_ba);
        QCOMPARE(bodyOf(waitFor(client.fetch(get(http.url(u"/b"_s))))), "[2]"_ba);
        QCOMPARE(http.asked().size(), 2);
    }

    void aFolderThatIsNoCassetteIsRefused()
    {
        QTemporaryDir folder;
        SystemClock clock;
        Client client(clock, {});
        QCOMPARE(client.replayFrom(folder.path()).error().kind, ProblemKind::Io);
        QFile index(folder.filePath(u"index.tsv"_s));
        QVERIFY(index.open(QIODevice::WriteOnly));
        index.write("one\ttwo\n");
        index.close();
        QCOMPARE(client.replayFrom(folder.path()).error().kind, ProblemKind::Malformed);
        QCOMPARE(client.recordTo(u"/proc/narscope"_s).error().kind, ProblemKind::Io);
    }

    void policiesOfPathsHoldInAReplayToo()
    {
        if (!QFile::exists(recordings()))
            QSKIP("the recordings of a real Hydra are not here");
        SystemClock clock;
        Client client(clock, {recordedHydra()});
        QVERIFY(client.replayFrom(recordings()));
        QCOMPARE(wordOf(waitFor(client.fetch(get(QUrl(u"https://hydra.nixos.org/build/301025595/bump"_s))))),
            u"not-allowed"_s);
    }

    void theRecordingsOfARealHydraAnswerForAnyHydra()
    {
        if (!QFile::exists(recordings()))
            QSKIP("the recordings of a real Hydra are not here");
        SystemClock clock;
        Client client(clock, {recordedHydra()});
        QVERIFY(client.replayFrom(recordings()));
        const auto ask = [&](const QString &path, Expect expect) {
            auto request = get(QUrl(u"https://hydra.nixos.org"_s + path), expect);
            request.maxBody = 100'000'000;
            return waitFor(client.fetch(request));
        };
        const auto file = [](const QString &name) { return contents(recordings() + u'/' + name); };
        QCOMPARE(bodyOf(ask(u"/eval/1815002"_s, Expect::Json)), file(u"eval_1815002.body"_s));
        QCOMPARE(bodyOf(ask(u"/api/jobsets?project=nixos"_s, Expect::Json)), file(u"api_jobsets_nixos.body"_s));
        QCOMPARE(bodyOf(ask(u"/"_s, Expect::Html)), file(u"root_html.body"_s));
        // Page 1 is the page; a filter that nothing passes asks for the rest of it.
        QCOMPARE(bodyOf(ask(u"/eval/1815012?filter=zz-no-such-job"_s, Expect::Html)), file(u"eval_small_html.body"_s));
        QCOMPARE(bodyOf(ask(u"/eval/1815012?filter=tests"_s, Expect::Html)), file(u"eval_filter_html.body"_s));
        QCOMPARE(wordOf(ask(u"/eval/1815012?filter=other"_s, Expect::Html)), u"no-record"_s);
        QCOMPARE(bodyOf(ask(u"/jobset/patchelf/flake/evals?page=1"_s, Expect::Json)),
            file(u"jobset-evals_patchelf_flake.body"_s));
        // A renamed jobset: an absolute redirect to the recorded server, followed to the one that is asked.
        const auto renamed = ask(u"/jobset/nixpkgs/never-evaluated"_s, Expect::Json);
        QVERIFY2(renamed, renamed ? "" : qPrintable(describe(renamed.error())));
        QCOMPARE(renamed->url, QUrl(u"https://hydra.nixos.org/jobset/nixpkgs/fresh"_s));
        QCOMPARE(renamed->body, file(u"jobset_nixpkgs_fresh.body"_s));
        // A large one, which is kept packed: its length is the index's.
        const auto large = ask(u"/jobset/nixpkgs/staging-next/evals"_s, Expect::Json);
        QVERIFY2(large, large ? "" : qPrintable(describe(large.error())));
        QCOMPARE(large->body.size(), large->header("content-length").toLongLong());
        QCOMPARE(wordOf(ask(u"/jobset/nixos/nope"_s, Expect::Json)), u"not-found"_s);
        QCOMPARE(wordOf(ask(u"/jobset/nixpkgs/trunk/jobs-tab"_s, Expect::Json)), u"crawler-guard"_s);
        auto limited = get(QUrl(u"https://hydra.nixos.org/jobset/nixpkgs/staging-next/evals"_s), Expect::Json);
        limited.maxBody = 10'000;
        QCOMPARE(wordOf(waitFor(client.fetch(limited))), u"too-large"_s);
    }
};

QTEST_GUILESS_MAIN(CassetteTest)
#include "cassette_test.moc"
