// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/endpoint.h"
#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "support/flow.h"

#include <QFile>
#include <QTest>

using namespace narscope;
using namespace narscope::channels;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 now = 1795608000;
constexpr qint64 day = 24 * 3600;

/// cache.nixos.org as it is published.
Endpoint cache()
{
    Endpoint endpoint{.host = u"cache.nixos.org"_s};
    endpoint.dns.emplace(net::DnsType::Cname, net::DnsRecords{.values = {u"dualstack.n.sni.global.fastly.net"_s}});
    endpoint.dns.emplace(net::DnsType::A, net::DnsRecords{.values = {u"151.101.1.1"_s}});
    net::TlsFacts tls;
    tls.chain = {{.subject = u"cache.nixos.org"_s,
        .issuer = u"Let's Encrypt, R12"_s,
        .validFrom = now - 30 * day,
        .validUntil = now + 60 * day}};
    endpoint.tls = tls;
    endpoint.head = HttpHop{
        .status = 200, .node = u"cache-iad-kiad7000165-IAD, cache-fra-eddf8230179-FRA"_s, .cache = u"MISS, HIT"_s};
    return endpoint;
}

QStringList driftIn(const Endpoint &endpoint)
{
    QStringList found;
    for (const auto &drift : driftOf(endpoint, shippedInfrastructure().find(endpoint.host), now))
        found << drift.what + u": "_s + drift.found;
    return found;
}

/// The blocks of a recorded `curl -iL`: status and headers.
QList<net::Response> answersIn(const QString &file)
{
    QFile source(QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution/http/") + file);
    QList<net::Response> answers;
    if (!source.open(QIODevice::ReadOnly))
        return answers;
    for (const auto &line : source.readAll().split('\n')) {
        if (line.startsWith("HTTP/"))
            answers.append({.status = line.split(' ').value(1).toInt()});
        const auto colon = line.indexOf(": ");
        if (colon > 0 && !line.startsWith('#') && !line.startsWith('$') && !answers.isEmpty())
            answers.last().headers.append({line.first(colon), line.sliced(colon + 2)});
    }
    return answers;
}

} // namespace

class EndpointTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsAsPublishedIsNoDrift() { QCOMPARE(driftIn(cache()), QStringList()); }

    void everyDriftIsNamed()
    {
        auto moved = cache();
        moved.dns.at(net::DnsType::Cname) = net::DnsRecords{.values = {u"d111111abcdef8.cloudfront.net"_s}};
        moved.head->node.clear();
        QCOMPARE(driftIn(moved), QStringList({u"CNAME: d111111abcdef8.cloudfront.net"_s, u"CDN: no X-Served-By"_s}));
        auto other = cache();
        auto tls = **other.tls;
        tls.chain.first().issuer = u"Corporate Proxy CA"_s;
        other.tls = tls;
        QCOMPARE(driftIn(other), QStringList{u"certificate: Corporate Proxy CA"_s});
        tls = **cache().tls;
        tls.chain.first().validUntil = now + 3 * day;
        other.tls = tls;
        QCOMPARE(driftIn(other), QStringList{u"certificate: 2026-11-28 12:00:00 UTC"_s});
    }

    void whatCouldNotBeHadIsNoDrift()
    {
        auto offline = cache();
        offline.dns.at(net::DnsType::Cname) = problem(ProblemKind::Network, {});
        offline.tls = problem(ProblemKind::Network, {});
        offline.head->problem = problem(ProblemKind::Network, {}).error();
        offline.head->node.clear();
        QCOMPARE(driftIn(offline), QStringList());
    }

    /// The shipped table against the zone files that it was made from.
    void theShippedTableIsThePublishedOne()
    {
        for (const auto &zone : {u"nixos.org"_s, u"ofborg.org"_s}) {
            QFile file(QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution/dns/") + zone + u".tsv"_s);
            if (!file.open(QIODevice::ReadOnly))
                QSKIP("no samples beside the checkout");
            QMultiHash<QString, QString> records; // «TYPE name» to value
            for (const auto &line : QString::fromUtf8(file.readAll()).split(u'\n')) {
                const auto parts = line.split(u'\t');
                if (parts.size() == 3)
                    records.insert(parts[0] + u' ' + (parts[1] == "@"_L1 ? zone : parts[1] + u'.' + zone),
                        parts[0] != "CNAME"_L1        ? parts[2]
                            : parts[2].endsWith(u'.') ? parts[2].chopped(1)
                                                      : parts[2] + u'.' + zone);
            }
            for (const auto &host : shippedInfrastructure().hosts) {
                if (zoneOf(host.name) != zone)
                    continue;
                const auto alias = records.value(u"CNAME "_s + host.name, host.name);
                for (const auto &[type, values] : host.records) {
                    auto published
                        = records.values(word(type) + u' ' + (type == net::DnsType::Cname ? host.name : alias));
                    published.sort();
                    QCOMPARE(values, published);
                }
            }
        }
    }

    void aRecordedChainIsRead()
    {
        const auto answers = answersIn(u"redirect-chain-nixos-24.11-small.RECORDED.txt"_s);
        if (answers.isEmpty())
            QSKIP("no samples beside the checkout");
        const auto hop
            = hopOf(QUrl(u"https://channels.nixos.org/nixos-24.11-small/nixexprs.tar.xz"_s), answers.value(1));
        QCOMPARE(hop.status, 302);
        QCOMPARE(hop.location,
            QUrl(u"https://releases.nixos.org/nixos/24.11-small/nixos-24.11.715880.b75693fb46bf/nixexprs.tar.xz"_s));
        QVERIFY(hop.immutableLink.query().contains(u"rev=b75693fb46bfaf09e662d09ec076c5a162efa9f6"_s));
        QCOMPARE(hop.cache, u"MISS, MISS"_s);
        QCOMPARE(edgeOf(hop), u"FRA"_s);
        QCOMPARE(edgeOf(hopOf(QUrl(), answers.value(0))), QString());
    }

    void redirectsAreFollowedStepByStepWithHeadsOnly()
    {
        test::FakeClock clock;
        test::FakeHttp http;
        net::Probe probe(clock);
        EndpointInspector inspector(http, probe, clock, shippedInfrastructure());
        const auto release = u"https://releases.nixos.org/nixos/unstable/nixos-26.11pre1.04b4e759e843/git-revision"_s;
        http.redirect(u"https://channels.nixos.org/nixos-unstable/git-revision"_s, release);
        http.answer(release, "");
        const auto way
            = test::waitFor(inspector.follow(QUrl(u"https://channels.nixos.org/nixos-unstable/git-revision"_s)));
        QCOMPARE(way.size(), 2);
        QCOMPARE(way.last().url.toString(), release);
        QCOMPARE(way.last().status, 200);
        for (const auto &request : http.requests())
            QCOMPARE(request.method, "HEAD");
        http.redirect(release, u"https://channels.nixos.org/nixos-unstable/git-revision"_s);
        const auto circle = test::waitFor(inspector.follow(QUrl(release)));
        QVERIFY(circle.last().problem && circle.last().problem->kind == ProblemKind::Redirect);
    }

    void aSimulatedServerSaysWhyThereIsNoNameAndNoCertificate()
    {
        test::FakeClock clock;
        test::FakeHttp http;
        net::Probe probe(clock);
        EndpointInspector inspector(http, probe, clock, shippedInfrastructure());
        http.answer(u"http://127.0.0.1:8080/nix-cache-info"_s, "StoreDir: /nix/store");
        const auto endpoint
            = test::waitFor(inspector.inspect(net::serverAt(QUrl(u"http://127.0.0.1:8080"_s), net::ServerKind::Cache)));
        QCOMPARE(endpoint.port, 8080);
        QCOMPARE(endpoint.dns.size(), 4);
        QCOMPARE(endpoint.dns.at(net::DnsType::A).error().kind, ProblemKind::Unsupported);
        QCOMPARE(endpoint.tls->error().kind, ProblemKind::Unsupported);
        QCOMPARE(endpoint.head->status, 200);
        QCOMPARE(endpoint.drift, QList<Drift>());
    }
};

QTEST_GUILESS_MAIN(EndpointTest)
#include "endpoint_test.moc"
