// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/pathrules.h"
#include "net/servers.h"
#include "net/serversfile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::net;

namespace {

QUrl urlOf(const QByteArray &encoded)
{
    return QUrl::fromEncoded(encoded, QUrl::TolerantMode);
}

Server hydraAt(const QString &url)
{
    return {.id = u"h"_s,
        .kind = ServerKind::Hydra,
        .name = {},
        .url = QUrl(url),
        .policy = findServer(shippedServers(), ServerKind::Hydra)->policy};
}

} // namespace

class RulesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The state-changing GETs of hydra.md §2.6, plain and disguised.
    void stateChangingPathsAreRefusedHoweverTheyAreWritten_data()
    {
        QTest::addColumn<QByteArray>("path");
        for (const auto *path :
            {"/build/1/cancel", "/build/1/restart", "/build/1/bump", "/build/1/keep/1", "/eval/5/cancel",
                "/eval/5/restart-aborted", "/eval/5/restart-failed", "/eval/5/bump", "/admin/clear-queue", "/admin",
                "/logout", "/login", "/api/push?jobsets=a:b", "/job/p/j/n/star", "/queue", "/build/1/%63ancel",
                "/build/1/%2563ancel", "//build/1/cancel", "/./build/1/cancel", "/build/./1/cancel",
                "/build//1//cancel", "/build/1/cancel/", "/build/1/cancel//", "/build/2/../1/cancel",
                "/build/2/%2e%2e/1/cancel", "/build%2f1%2fcancel", "/build/1%5ccancel", "/build/1/cancel%00",
                "/build/1/%0acancel", "/eval/5/job/x/restart", "/build/1/keep/..", "/%61dmin/users"})
            QTest::newRow(path) << QByteArray(path);
    }
    void stateChangingPathsAreRefusedHoweverTheyAreWritten()
    {
        QFETCH(QByteArray, path);
        const PathRules rules(hydraAt(u"https://hydra.nixos.org"_s));
        const auto checked = rules.check(urlOf("https://hydra.nixos.org" + path));
        QVERIFY(!checked);
        QCOMPARE(checked.error().kind, ProblemKind::NotAllowed);
        const PathRules below(hydraAt(u"https://example.org/hydra"_s));
        QVERIFY(!below.check(urlOf("https://example.org/hydra" + path)));
    }

    void pathsThatAMonitorReadsAreAllowed_data()
    {
        QTest::addColumn<QByteArray>("path");
        for (const auto *path : {"", "/", "/project/nixpkgs", "/api/jobsets?project=nixpkgs",
                 "/jobset/nixpkgs/unstable", "/jobset/nixpkgs/unstable/evals?page=2", "/jobset/p/j/errors",
                 "/jobset/p/j/latest-eval", "/eval/1809865?filter=zz-no-such-job", "/eval/1/builds", "/eval/1/errors",
                 "/eval/1/job/hello.x86_64-linux", "/build/1", "/build/1/constituents", "/build/1/api/get-info",
                 "/build/1/step/4", "/build/1/step/4/log/raw", "/build/1/nixlog/4/raw", "/build/1/log/tail",
                 "/job/nixos/unstable/tested", "/job/p/j/n/latest-finished", "/job/p/j/n/shield", "/machines",
                 "/queue-runner-status", "/queue-summary", "/steps?page=1", "/evals", "/search?query=x&limit=10",
                 "/log/0000000000000000000000000000000a-x.drv?tail=100", "/prometheus", "/job/p/j/g%2B%2B"})
            QTest::newRow(path) << QByteArray(path);
    }
    void pathsThatAMonitorReadsAreAllowed()
    {
        QFETCH(QByteArray, path);
        const PathRules rules(hydraAt(u"https://example.org/hydra"_s));
        const auto checked = rules.check(urlOf("https://example.org/hydra" + path));
        QVERIFY2(checked, checked ? "" : qPrintable(describe(checked.error())));
    }

    /// A narinfo's URL is not signed: it must not make us fetch anything but archives.
    void aCacheIsOnlyAskedForWhatCachesHold()
    {
        const PathRules rules(serverAt(QUrl(u"https://hydra.example.org"_s), ServerKind::Cache));
        for (const auto *good : {"/nix-cache-info", "/0000000000000000000000000000000a.narinfo", "/nar/abc.nar.xz",
                 "/nar/x.nar?hash=1", "/abc-def.nar", "/log/0000000000000000000000000000000a-x.drv",
                 "/realisations/sha256:00!out.doi", "/0000000000000000000000000000000a.ls"})
            QVERIFY2(rules.check(urlOf(QByteArray("https://hydra.example.org") + good)), good);
        for (const auto *bad :
            {"/build/1/restart", "/nar/../build/1/restart", "/admin/users", "/build/1/keep/1", "/eval/1/cancel"})
            QVERIFY2(!rules.check(urlOf(QByteArray("https://hydra.example.org") + bad)), bad);
    }

    void aServerBelowAPathDoesNotAnswerForItsNeighbours()
    {
        const PathRules rules(hydraAt(u"https://example.org/hydra"_s));
        QVERIFY(rules.covers(QUrl(u"https://example.org/hydra/build/1"_s)));
        QVERIFY(rules.covers(QUrl(u"https://example.org/hydra"_s)));
        QVERIFY(!rules.covers(QUrl(u"https://example.org/hydra2/build/1"_s)));
        QVERIFY(!rules.covers(QUrl(u"https://example.org/"_s)));
        QVERIFY(!rules.check(QUrl(u"https://user:secret@example.org/hydra/build/1"_s)));
    }

    void redirectsStayOrGoToANamedHostAndNeverLeaveHttps_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char *name, const char *from, const char *to, bool allowed) {
            QTest::newRow(name) << QString::fromLatin1(from) << QString::fromLatin1(to) << allowed;
        };
        row("same host", "https://h.org/a", "https://h.org/b", true);
        row("named host", "https://h.org/a", "https://cache.org/b", true);
        row("named host and port", "https://h.org/a", "https://other.org:8443/b", true);
        row("named host, other port", "https://h.org/a", "https://other.org:9443/b", false);
        row("upgrade", "http://h.org/a", "https://h.org/a", true);
        row("downgrade", "https://h.org/a", "http://h.org/a", false);
        row("downgrade to a named host", "https://h.org/a", "http://cache.org/a", false);
        row("other host", "https://h.org/a", "https://evil.org/a", false);
        row("subdomain", "https://h.org/a", "https://h.org.evil.org/a", false);
        row("other port", "http://127.0.0.1:3000/a", "http://127.0.0.1:22/a", false);
        row("file", "https://h.org/a", "file:///etc/passwd", false);
        row("user name", "https://h.org/a", "https://me@h.org/a", false);
    }
    void redirectsStayOrGoToANamedHostAndNeverLeaveHttps()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(bool, allowed);
        Policy policy;
        policy.redirectHosts = {u"cache.org"_s, u"other.org:8443"_s};
        const auto checked = checkRedirect(QUrl(from), QUrl(to), policy);
        QCOMPARE(checked.has_value(), allowed);
        if (!checked)
            QCOMPARE(checked.error().kind, ProblemKind::Redirect);
    }

    /// hydra.md §1 and §13: the admins' limits halved.
    void theShippedPolicyOfHydraIsPolite()
    {
        const auto servers = shippedServers();
        const auto *hydra = findServer(servers, ServerKind::Hydra);
        QCOMPARE(hydra->url, QUrl(u"https://hydra.nixos.org"_s));
        QCOMPARE(hydra->policy.perSecond, 1.0);
        QCOMPARE(hydra->policy.burst, 4.0);
        QCOMPARE(hydra->policy.backgroundPerSecond, 0.5);
        QCOMPARE(hydra->policy.inFlight, 2);
        QCOMPARE(hydra->policy.quick, Milliseconds(30'000));
        QCOMPARE(hydra->policy.longest, Milliseconds(300'000));
        for (const auto kind :
            {ServerKind::QueueRunner, ServerKind::Cache, ServerKind::GitHub, ServerKind::OfBorg, ServerKind::Channels,
                ServerKind::Releases, ServerKind::ChannelsBucket, ServerKind::ReleasesBucket, ServerKind::Prometheus})
            QVERIFY2(findServer(servers, kind), qPrintable(word(kind)));
    }

    /// The program itself does not look when it starts.
    void theShippedPatternsAreRegularExpressions()
    {
        const auto servers = shippedServers();
        for (const auto &server : servers) {
            for (const auto &pattern : server.policy.allowedPaths + server.policy.forbiddenPaths)
                QVERIFY2(QRegularExpression(pattern).isValid(), qPrintable(server.id + u' ' + pattern));
        }
    }

    void aServersFileMayOverrideThePolicyOfItsKind()
    {
        const auto servers
            = parseServers("{\"servers\": [{\"id\": \"mine\", \"kind\": \"hydra\", \"url\": "
                           "\"https://hydra.example.org/\", \"policy\": {\"perSecond\": 0.25, \"quickSeconds\": 5}}]}");
        QVERIFY2(servers, servers ? "" : qPrintable(describe(servers.error())));
        QCOMPARE(servers->size(), 1);
        QCOMPARE(servers->first().url, QUrl(u"https://hydra.example.org"_s));
        QCOMPARE(servers->first().name, u"mine"_s);
        QCOMPARE(servers->first().policy.perSecond, 0.25);
        QCOMPARE(servers->first().policy.quick, Milliseconds(5000));
        QCOMPARE(servers->first().policy.burst, 4.0);
        QVERIFY(!servers->first().policy.forbiddenPaths.isEmpty());
    }

    void aBrokenServersFileIsRefusedWithThePlace_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("said");
        const auto server = [](const QByteArray &rest) {
            return "{\"servers\": [{\"id\": \"a\", \"kind\": \"hydra\", \"url\": \"https://a.org\"" + rest + "}]}";
        };
        QTest::newRow("not JSON") << QByteArray("{") << u"at byte"_s;
        QTest::newRow("no servers") << QByteArray("{}") << u"servers"_s;
        QTest::newRow("misspelt limit") << server(", \"policy\": {\"perSecnod\": 1}") << u"perSecnod"_s;
        QTest::newRow("negative rate") << server(", \"policy\": {\"perSecond\": -1}") << u"perSecond"_s;
        QTest::newRow("number as text") << server(", \"policy\": {\"inFlight\": \"2\"}") << u"inFlight"_s;
        QTest::newRow("bad expression") << server(", \"policy\": {\"forbiddenPaths\": [\"(\"]}") << u"forbiddenPaths"_s;
        QTest::newRow("twice") << QByteArray(
            "{\"servers\": [{\"id\": \"a\", \"kind\": \"hydra\", \"url\": \"https://a.org\"}, {\"id\": \"a\", "
            "\"kind\": \"cache\", \"url\": \"https://b.org\"}]}")
                               << u"twice"_s;
        QTest::newRow("other scheme") << QByteArray(
            "{\"servers\": [{\"id\": \"a\", \"kind\": \"hydra\", \"url\": \"ftp://a.org\"}]}")
                                      << u"url"_s;
        QTest::newRow("user name") << QByteArray(
            "{\"servers\": [{\"id\": \"a\", \"kind\": \"hydra\", \"url\": \"https://me:pw@a.org\"}]}")
                                   << u"url"_s;
        QTest::newRow("unknown kind") << QByteArray(
            "{\"servers\": [{\"id\": \"a\", \"kind\": \"hydro\", \"url\": \"https://a.org\"}]}")
                                      << u"kind"_s;
    }
    void aBrokenServersFileIsRefusedWithThePlace()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, said);
        const auto servers = parseServers(json);
        QVERIFY(!servers);
        QCOMPARE(servers.error().kind, ProblemKind::Malformed);
        QVERIFY2(servers.error().detail.contains(said) || servers.error().where.contains(said),
            qPrintable(describe(servers.error())));
    }

    void onlyThisMachineIsAskedWithoutALimit()
    {
        QCOMPARE(serverAt(QUrl(u"http://127.0.0.1:8080/"_s), ServerKind::Cache).policy.perSecond, 0.0);
        QCOMPARE(serverAt(QUrl(u"http://[::1]:8080"_s), ServerKind::Cache).policy.perSecond, 0.0);
        QCOMPARE(serverAt(QUrl(u"https://hydra.example.org"_s), ServerKind::Hydra).policy.perSecond, 1.0);
        QVERIFY(!isLoopback(QUrl(u"http://127.0.0.1.example.org"_s)));
        QCOMPARE(serverAt(QUrl(u"https://cache.nixos.org/"_s), ServerKind::Cache).id, u"cache.nixos.org"_s);
    }

    void aPersonsListComesBackAsItWasWritten()
    {
        auto servers = shippedServers();
        servers[0].isOn = false;
        servers[0].policy.perSecond = 0.25;
        servers << describedServer(ServerKind::Hydra, u"Mine"_s, u"http://localhost:3000/"_s, servers).value();
        const auto read = parseServers(writeServers(servers));
        QVERIFY2(read, qPrintable(read ? QString() : describe(read.error())));
        QCOMPARE(*read, servers);
        const QTemporaryDir folder;
        QCOMPARE(loadServers(folder.path()).value(), std::nullopt);
        QVERIFY(saveServers(folder.path(), servers).has_value());
        QCOMPARE(loadServers(folder.path()).value(), std::optional(servers));
        QVERIFY(saveServers(folder.path(), shippedServers()).has_value());
        QVERIFY(!QFile::exists(serversFileIn(folder.path())));
    }

    void onlyHttpsOrThisComputerIsAServer_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("url"); // empty: refused
        QTest::newRow("https") << u"https://hydra.example.org/"_s << u"https://hydra.example.org"_s;
        QTest::newRow("no scheme") << u" hydra.example.org "_s << u"https://hydra.example.org"_s;
        QTest::newRow("loopback") << u"http://127.0.0.1:3000"_s << u"http://127.0.0.1:3000"_s;
        QTest::newRow("plain http") << u"http://hydra.example.org"_s << QString();
        QTest::newRow("file") << u"file:///etc/passwd"_s << QString();
        QTest::newRow("user") << u"https://me:secret@hydra.example.org"_s << QString();
        QTest::newRow("query") << u"https://hydra.example.org/?a=b"_s << QString();
        QTest::newRow("nothing") << u""_s << QString();
        QTest::newRow("there already") << u"https://hydra.nixos.org"_s << QString();
    }

    void onlyHttpsOrThisComputerIsAServer()
    {
        QFETCH(QString, address);
        QFETCH(QString, url);
        const auto server = describedServer(ServerKind::Hydra, {}, address, shippedServers());
        QCOMPARE(server ? server->url.toString() : QString(), url);
    }

    void aListWithAnUnsafeAddressIsLeftAlone()
    {
        const QTemporaryDir folder;
        QFile file(serversFileIn(folder.path()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"servers\": [{\"id\": \"a\", \"kind\": \"hydra\", \"url\": \"http://hydra.example.org\"}]}");
        file.close();
        const auto read = loadServers(folder.path());
        QVERIFY(!read);
        QVERIFY(read.error().detail.contains(u"http://hydra.example.org"_s));
        QVERIFY(QFile::exists(file.fileName()));
    }
};

QTEST_APPLESS_MAIN(RulesTest)
#include "rules_test.moc"
