// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/endpoint.h"

#include "base/format.h"

#include <QAbstractEventDispatcher>
#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::channels {

namespace {

constexpr int mostHops = 6;
constexpr qint64 soon = 14 * 24 * 3600; ///< Let's Encrypt's certificates are renewed 30 days before their end
constexpr std::array dnsTypes{net::DnsType::Ns, net::DnsType::Cname, net::DnsType::A, net::DnsType::Aaaa};

/// Waits for several flows of one owner.
class Gathering {
public:
    explicit Gathering(int flows)
        : m_left(flows)
    {
    }
    /// The last thing that a flow does. Queued: whoever waits may destroy the flows' scope.
    void leave()
    {
        if (--m_left == 0)
            QMetaObject::invokeMethod(
                QAbstractEventDispatcher::instance(), [all = m_all] { all.set(true); }, Qt::QueuedConnection);
    }
    [[nodiscard]] const Completion<bool> &all() const { return m_all; }

private:
    int m_left;
    Completion<bool> m_all;
};

Task<void> partOf(Gathering *gathering, Task<void> flow)
{
    co_await std::move(flow);
    gathering->leave();
}

QString joined(const QStringList &values)
{
    return values.isEmpty() ? u"none"_s : values.join(u", "_s);
}

/// A small file that every server of the kind has and that costs it nothing; empty: nothing is asked.
QUrl smallFileOf(const net::Server &server)
{
    auto url = server.url;
    if (server.kind == net::ServerKind::Cache)
        url.setPath(url.path() + u"/nix-cache-info"_s);
    else if (server.kind == net::ServerKind::Channels)
        url.setPath(url.path() + u"/nixos-unstable"_s);
    else
        return {};
    return url;
}

void compareRecords(const Endpoint &endpoint, const PublishedHost &published, QList<Drift> &drift)
{
    for (const auto &[type, values] : published.records) {
        const auto found = endpoint.dns.find(type);
        if (found == endpoint.dns.end() || !found->second || found->second->values == values)
            continue;
        const auto now = joined(found->second->values);
        drift.append({.what = word(type),
            .published = joined(values),
            .found = now,
            .sentence = u"%1 of %2 is %3; published is %4."_s.arg(word(type), endpoint.host, now, joined(values))});
    }
}

void judgeCertificate(const Endpoint &endpoint, const PublishedHost *published, qint64 now, QList<Drift> &drift)
{
    if (!endpoint.tls || !*endpoint.tls || (*endpoint.tls)->chain.isEmpty())
        return;
    const auto &facts = **endpoint.tls;
    const auto &own = facts.chain.first();
    const auto add = [&](const QString &wanted, const QString &found, const QString &sentence) {
        drift.append({.what = u"certificate"_s, .published = wanted, .found = found, .sentence = sentence});
    };
    if (facts.problem)
        add(u"one that holds"_s, facts.problem->detail,
            u"The certificate of %1 does not hold: %2."_s.arg(endpoint.host, facts.problem->detail));
    else if (own.validUntil < now + soon)
        add({}, formatExactTime(own.validUntil),
            u"The certificate of %1 ends on %2."_s.arg(endpoint.host, formatExactTime(own.validUntil)));
    if (published && !published->issuer.isEmpty() && !own.issuer.contains(published->issuer))
        add(published->issuer, own.issuer,
            u"The certificate of %1 is from %2; published is %3."_s.arg(endpoint.host, own.issuer, published->issuer));
}

} // namespace

QList<Drift> driftOf(const Endpoint &endpoint, const PublishedHost *published, qint64 now)
{
    QList<Drift> drift;
    if (published)
        compareRecords(endpoint, *published, drift);
    judgeCertificate(endpoint, published, now, drift);
    if (published && published->cdn == "Fastly"_L1 && endpoint.head && !endpoint.head->problem
        && endpoint.head->node.isEmpty())
        drift.append({.what = u"CDN"_s,
            .published = published->cdn,
            .found = u"no X-Served-By"_s,
            .sentence = u"%1 answered without a node of %2, which is published to stand in front of it."_s.arg(
                endpoint.host, published->cdn)});
    return drift;
}

HttpHop hopOf(const QUrl &url, const Result<net::Response> &answer)
{
    HttpHop hop{.url = url};
    if (!answer) {
        hop.problem = answer.error();
        return hop;
    }
    const auto text = [&](QByteArrayView name) { return QString::fromUtf8(answer->header(name)); };
    hop.status = answer->status;
    if (!answer->header("location").isEmpty())
        hop.location = answer->location();
    static const QRegularExpression immutable(u"<([^>]*)>\\s*;\\s*rel=\"?immutable\"?"_s);
    hop.immutableLink = QUrl::fromEncoded(immutable.match(text("link")).captured(1).toUtf8());
    hop.server = text("server");
    hop.node = text("x-served-by");
    hop.cache = text("x-cache");
    hop.via = text("via");
    hop.lastModified = text("last-modified");
    bool isNumber = false;
    const auto length = answer->header("content-length").toLongLong(&isNumber);
    hop.length = isNumber ? length : -1;
    return hop;
}

QString edgeOf(const HttpHop &hop)
{
    const auto nearest = hop.node.section(u',', -1).trimmed();
    return nearest.contains(u'-') ? nearest.section(u'-', -1) : QString();
}

QString zoneOf(const QString &host)
{
    return net::isAddress(host) ? QString() : host.section(u'.', -2);
}

EndpointInspector::EndpointInspector(
    net::Http &http, net::Probe &probe, Clock &clock, const Infrastructure &infrastructure)
    : m_http(http)
    , m_probe(probe)
    , m_clock(clock)
    , m_infrastructure(infrastructure)
{
}

Task<Endpoint> EndpointInspector::inspect(net::Server server)
{
    Endpoint endpoint{.host = server.url.host(), .role = word(server.kind)};
    endpoint.isPlain = server.url.scheme() == "http"_L1;
    endpoint.port = quint16(server.url.port(endpoint.isPlain ? 80 : 443));
    auto looking = look(std::move(endpoint), smallFileOf(server));
    co_return co_await std::move(looking);
}

Task<Endpoint> EndpointInspector::inspectHost(QString host)
{
    auto looking = look(Endpoint{.host = host}, QUrl());
    co_return co_await std::move(looking);
}

Task<Endpoint> EndpointInspector::look(Endpoint endpoint, QUrl smallFile)
{
    const auto *published = m_infrastructure.find(endpoint.host);
    if (published) {
        endpoint.role = published->role;
        endpoint.origin = published->origin;
        endpoint.cdn = published->cdn;
    }
    endpoint.zone = zoneOf(endpoint.host);
    {
        // One resolver that does not answer must not be waited for once for every type.
        Gathering gathering(int(dnsTypes.size()) + 1);
        Scope scope;
        for (const auto type : dnsTypes)
            scope.start(partOf(&gathering, lookUp(&endpoint, type)));
        scope.start(partOf(&gathering, greet(&endpoint)));
        co_await gathering.all();
    }
    if (!smallFile.isEmpty()) {
        auto asking = head(smallFile);
        endpoint.head = co_await std::move(asking);
    }
    endpoint.drift = driftOf(endpoint, published, m_clock.nowSeconds());
    co_return endpoint;
}

Task<void> EndpointInspector::lookUp(Endpoint *endpoint, net::DnsType type)
{
    if (net::isAddress(endpoint->host)) {
        endpoint->dns.emplace(type,
            problemSaying(
                ProblemKind::Unsupported, u"This is an address: there is no name to look up."_s, endpoint->host));
        co_return;
    }
    const auto name = type == net::DnsType::Ns ? endpoint->zone : endpoint->host;
    auto looking = m_probe.lookUp(name, type);
    auto found = co_await std::move(looking);
    endpoint->dns.emplace(type, std::move(found));
}

Task<void> EndpointInspector::greet(Endpoint *endpoint)
{
    if (endpoint->isPlain) {
        endpoint->tls = problemSaying(
            ProblemKind::Unsupported, u"It is reached by plain HTTP: there is no certificate."_s, endpoint->host);
        co_return;
    }
    auto greeting = m_probe.greet(endpoint->host, endpoint->port);
    endpoint->tls = co_await std::move(greeting);
}

Task<HttpHop> EndpointInspector::head(QUrl url)
{
    net::Request request;
    request.url = url;
    request.method = "HEAD";
    request.priority = net::Priority::Interactive;
    request.why = u"endpoint inspector"_s;
    request.followRedirects = false;
    auto asking = m_http.fetch(std::move(request));
    const auto answer = co_await std::move(asking);
    co_return hopOf(url, answer);
}

Task<QList<HttpHop>> EndpointInspector::follow(QUrl url)
{
    QList<HttpHop> way;
    while (way.size() < mostHops) {
        auto asking = head(url);
        way.append(co_await std::move(asking));
        if (way.last().location.isEmpty() || way.last().problem)
            co_return way;
        url = way.last().location;
    }
    way.last().problem = problemSaying(
        ProblemKind::Redirect, u"There are more than %1 redirects."_s.arg(mostHops), url.toDisplayString())
                             .error();
    co_return way;
}

} // namespace narscope::channels
