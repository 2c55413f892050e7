// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/client.h"
#include "github/containment.h"
#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "support/flow.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::github;
using namespace narscope::test;

namespace {

const QString api = u"https://api.github.com"_s;
const QString nixpkgs = api + u"/repos/NixOS/nixpkgs"_s;
const QString sha = QString(40, u'a');

net::Server server(const QString &url)
{
    return {.id = u"g"_s, .kind = net::ServerKind::GitHub, .name = {}, .url = QUrl(url), .policy = {}};
}

bool carriesToken(const net::Request &request)
{
    return std::ranges::any_of(request.headers, [](const auto &header) { return header.second.contains("secret"); });
}

} // namespace

class ClientTest : public QObject {
    Q_OBJECT

    Pools m_pools;
    FakeClock m_clock;

private Q_SLOTS:
    void compareAsksForThePageWithoutFilesAndKeepsNamesWhole()
    {
        FakeHttp http;
        Client client(http, server(api), m_pools, m_clock);
        (void)waitFor(client.compare(u"wip/a b"_s, sha, {}));
        QCOMPARE(http.urls(), QStringList(nixpkgs + u"/compare/wip/a%20b..."_s + sha + u"?per_page=1&page=2"_s));
        QVERIFY(http.requests().first().revalidate);
    }

    void aTokenGoesToHttpsAndLoopbackOnly_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("sent");
        QTest::newRow("https") << api << true;
        QTest::newRow("loopback") << u"http://127.0.0.1:8080"_s << true;
        QTest::newRow("plain http elsewhere") << u"http://github.example.org"_s << false;
    }
    void aTokenGoesToHttpsAndLoopbackOnly()
    {
        QFETCH(QString, url);
        QFETCH(bool, sent);
        FakeHttp http;
        Client client(http, server(url), m_pools, m_clock, Token("secret"));
        (void)waitFor(client.pull(PullRequestNr(1), {}));
        QCOMPARE(carriesToken(http.requests().first()), sent);
        QCOMPARE(client.hasToken(), sent);
    }

    void graphQlIsPostedOnceAndOnlyWithAToken()
    {
        FakeHttp http;
        Client anonymous(http, server(api), m_pools, m_clock);
        QCOMPARE(waitFor(anonymous.overview(PullRequestNr(1), {})).error().kind, ProblemKind::Forbidden);
        QVERIFY(http.requests().isEmpty());
        http.answer(api + u"/graphql"_s,
            "{\"data\":{\"repository\":{\"b0\":null,\"b1\":{\"target\":{\"oid\":\"" + QByteArray(40, 'b')
                + "\"},\"compare\":{\"status\":\"BEHIND\",\"aheadBy\":0,\"behindBy\":2}}}}}");
        Client client(http, server(api), m_pools, m_clock, Token("secret"));
        const auto reach = waitFor(client.reach(sha, {u"nixos-13.10"_s, u"master"_s}, {}));
        QVERIFY(reach);
        QCOMPARE(reach->size(), 1);
        QCOMPARE(reach->first().branch, u"master"_s);
        QCOMPARE(http.requests().size(), 1);
        QCOMPARE(http.requests().first().method, QByteArray("POST"));
        QVERIFY(http.requests().first().graphQl.contains("refs/heads/nixos-13.10"));
    }

    void whenTheQuotaIsUsedUpNothingMoreIsSentUntilItResets()
    {
        FakeHttp http;
        auto limited = problem(ProblemKind::RateLimited, u"x"_s, u"API rate limit exceeded for 192.0.2.1."_s).error();
        limited.retryAfter = Milliseconds(600000);
        http.fail(nixpkgs + u"/pulls/1"_s, limited);
        Client client(http, server(api), m_pools, m_clock);
        QCOMPARE(waitFor(client.pull(PullRequestNr(1), {})).error().kind, ProblemKind::RateLimited);
        const auto again = waitFor(client.pull(PullRequestNr(2), {}));
        QCOMPARE(again.error().kind, ProblemKind::RateLimited);
        QCOMPARE(again.error().retryAfter, std::optional(Milliseconds(600000)));
        QVERIFY(again.error().sentence.contains(u"60 requests an hour"_s) && again.error().sentence.contains(u"UTC"_s));
        QCOMPARE(http.requests().size(), 1);
        m_clock.advance(Milliseconds(600000));
        (void)waitFor(client.pull(PullRequestNr(2), {}));
        QCOMPARE(http.requests().size(), 2);
    }

    void slowingDownIsNotTheQuota()
    {
        FakeHttp http;
        auto limited
            = problem(ProblemKind::RateLimited, u"x"_s, u"You have exceeded a secondary rate limit."_s).error();
        limited.retryAfter = Milliseconds(60000);
        http.fail(nixpkgs + u"/pulls/1"_s, limited);
        Client client(http, server(api), m_pools, m_clock);
        QVERIFY(waitFor(client.pull(PullRequestNr(1), {})).error().sentence.contains(u"more slowly"_s));
        QVERIFY(!client.quota());
    }

    void anUnknownBranchOrCommitIsUnknownAndAProblemIsAProblem()
    {
        FakeHttp http; // what it does not know is a 404
        Client client(http, server(api), m_pools, m_clock);
        CompareContainment containment(client);
        const auto unknown = waitFor(containment.contains(u"nixos-13.10"_s, sha, {}));
        QCOMPARE(unknown->contained, Contained::Unknown);
        http.fail(nixpkgs + u"/compare/master..."_s + sha + u"?per_page=1&page=2"_s,
            problem(ProblemKind::Network, u"x"_s).error());
        QCOMPARE(waitFor(containment.contains(u"master"_s, sha, {})).error().kind, ProblemKind::Network);
        QCOMPARE(waitFor(containment.contains(u"master"_s, u"master"_s, {})).error().kind, ProblemKind::Usage);
    }

    void containedIsWhatTheBranchIsAheadOf_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<int>("contained");
        QTest::newRow("behind") << QByteArray("behind") << int(Contained::Yes);
        QTest::newRow("identical") << QByteArray("identical") << int(Contained::Yes);
        QTest::newRow("ahead") << QByteArray("ahead") << int(Contained::No);
        QTest::newRow("diverged") << QByteArray("diverged") << int(Contained::No);
    }
    void containedIsWhatTheBranchIsAheadOf()
    {
        QFETCH(QByteArray, status);
        QFETCH(int, contained);
        FakeHttp http;
        http.answer(nixpkgs + u"/compare/master..."_s + sha + u"?per_page=1&page=2"_s,
            "{\"status\":\"" + status + "\",\"base_commit\":{\"sha\":\"" + QByteArray(40, 'c') + "\"}}");
        Client client(http, server(api), m_pools, m_clock);
        CompareContainment containment(client);
        const auto answer = waitFor(containment.contains(u"master"_s, sha, {}));
        QCOMPARE(int(answer->contained), contained);
        QCOMPARE(answer->head, QString(40, u'c'));
    }
};

QTEST_GUILESS_MAIN(ClientTest)
#include "client_test.moc"
