// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "channels/endpoint.h"
#include "cli/command.h"
#include "cli/input.h"

#include <QCommandLineParser>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

QString shown(const QString &text)
{
    return terminalText(text.toUtf8());
}

QString address(const QUrl &url)
{
    return QString::fromUtf8(url.toEncoded());
}

void declare(QCommandLineParser &parser)
{
    parser.addOption(
        {u"channel"_s, u"Follow this channel's redirects step by step."_s, u"name"_s, u"nixos-unstable"_s});
    parser.addOption({u"file"_s, u"Follow them to this file of its release."_s, u"name"_s, u"nixexprs.tar.xz"_s});
}

QJsonObject json(const Problem &problem)
{
    return {{u"kind"_s, word(problem.kind)}, {u"sentence"_s, problem.sentence}, {u"detail"_s, problem.detail}};
}

QJsonObject json(const Result<net::DnsRecords> &records)
{
    if (!records)
        return {{u"problem"_s, json(records.error())}};
    QJsonObject object{{u"values"_s, QJsonArray::fromStringList(records->values)}};
    if (records->timeToLive)
        object.insert(u"ttl"_s, qint64(*records->timeToLive));
    return object;
}

QJsonObject json(const Result<net::TlsFacts> &facts)
{
    if (!facts)
        return {{u"problem"_s, json(facts.error())}};
    QJsonArray chain;
    for (const auto &certificate : facts->chain)
        chain.append(QJsonObject{{u"subject"_s, certificate.subject}, {u"issuer"_s, certificate.issuer},
            {u"names"_s, QJsonArray::fromStringList(certificate.names)}, {u"validFrom"_s, certificate.validFrom},
            {u"validUntil"_s, certificate.validUntil}, {u"sha256"_s, QString::fromLatin1(certificate.sha256)}});
    QJsonObject object{{u"holds"_s, !facts->problem}, {u"version"_s, facts->version}, {u"cipher"_s, facts->cipher},
        {u"protocol"_s, facts->protocol}, {u"address"_s, facts->address}, {u"chain"_s, chain}};
    if (facts->problem)
        object.insert(u"problem"_s, json(*facts->problem));
    return object;
}

QJsonObject json(const channels::HttpHop &hop)
{
    QJsonObject object{{u"url"_s, address(hop.url)}, {u"status"_s, hop.status}, {u"server"_s, hop.server},
        {u"node"_s, hop.node}, {u"edge"_s, channels::edgeOf(hop)}, {u"cache"_s, hop.cache}, {u"via"_s, hop.via},
        {u"lastModified"_s, hop.lastModified}};
    if (!hop.location.isEmpty())
        object.insert(u"location"_s, address(hop.location));
    if (!hop.immutableLink.isEmpty())
        object.insert(u"immutable"_s, address(hop.immutableLink));
    if (hop.length >= 0)
        object.insert(u"length"_s, hop.length);
    if (hop.problem)
        object.insert(u"problem"_s, json(*hop.problem));
    return object;
}

QJsonObject json(const channels::Origin &origin)
{
    return {{u"bucket"_s, origin.bucket}, {u"region"_s, origin.region}, {u"host"_s, origin.host},
        {u"port"_s, origin.port}, {u"shield"_s, origin.shield}, {u"plain"_s, origin.isPlain()},
        {u"from"_s, origin.from}};
}

QJsonObject json(const channels::Endpoint &endpoint)
{
    QJsonObject dns;
    for (const auto &[type, records] : endpoint.dns)
        dns.insert(word(type), json(records));
    QJsonArray drift;
    for (const auto &one : endpoint.drift)
        drift.append(QJsonObject{{u"what"_s, one.what}, {u"published"_s, one.published}, {u"found"_s, one.found},
            {u"sentence"_s, one.sentence}});
    QJsonObject object{{u"host"_s, endpoint.host}, {u"port"_s, endpoint.port}, {u"role"_s, endpoint.role},
        {u"zone"_s, endpoint.zone}, {u"dns"_s, dns}, {u"cdn"_s, endpoint.cdn}, {u"drift"_s, drift}};
    if (endpoint.tls)
        object.insert(u"tls"_s, json(*endpoint.tls));
    if (endpoint.head)
        object.insert(u"http"_s, json(*endpoint.head));
    if (endpoint.origin)
        object.insert(u"origin"_s, json(*endpoint.origin));
    return object;
}

void line(const QString &name, const QString &text)
{
    print(u"  %1  %2"_s.arg(name.leftJustified(8), shown(text)));
}

QString because(const Problem &problem)
{
    return u"not had: "_s + problem.sentence + (problem.detail.isEmpty() ? QString() : u" ("_s + problem.detail + u')');
}

void printDns(const channels::Endpoint &endpoint)
{
    // One reason for all is said once.
    const auto &first = endpoint.dns.begin()->second;
    const bool isSame = !first && std::ranges::all_of(endpoint.dns, [&](const auto &entry) {
        return !entry.second && entry.second.error().sentence == first.error().sentence;
    });
    if (isSame)
        return line(u"DNS"_s, because(first.error()));
    for (const auto &[type, records] : endpoint.dns) {
        const auto name = type == net::DnsType::Ns ? u"NS "_s + endpoint.zone : word(type);
        line(name,
            !records                        ? because(records.error())
                : records->values.isEmpty() ? u"none"_s
                                            : records->values.join(u", "_s));
    }
}

void printTls(const Result<net::TlsFacts> &facts, qint64 now)
{
    if (!facts)
        return line(u"TLS"_s, because(facts.error()));
    line(u"TLS"_s,
        u"%1, %2, %3, from %4"_s.arg(facts->version, facts->cipher,
            facts->protocol.isEmpty() ? u"no protocol chosen (HTTP/1.1)"_s : facts->protocol, facts->address));
    for (const auto &certificate : facts->chain)
        line({},
            u"%1 by %2, until %3 (%4)"_s.arg(certificate.subject, certificate.issuer,
                formatExactTime(certificate.validUntil),
                certificate.validUntil > now ? u"in "_s + formatAge(std::chrono::seconds(certificate.validUntil - now))
                                             : u"over"_s));
    if (facts->problem)
        line({}, because(*facts->problem));
}

QString hopText(const channels::HttpHop &hop)
{
    if (hop.problem)
        return address(hop.url) + u"  "_s + because(*hop.problem);
    const auto node = hop.node.isEmpty() ? u"no CDN node said"_s : u"%1 [%2]"_s.arg(hop.node, hop.cache);
    const auto plain = hop.url.scheme() == "http"_L1 ? u", plain HTTP"_s : QString();
    return u"%1  %2, %3%4"_s.arg(address(hop.url)).arg(hop.status).arg(node, plain);
}

void printEndpoint(const channels::Endpoint &endpoint, qint64 now)
{
    print(shown(u"%1:%2%3"_s.arg(endpoint.host)
            .arg(endpoint.port)
            .arg(endpoint.role.isEmpty() ? QString() : u"  "_s + endpoint.role)));
    printDns(endpoint);
    if (endpoint.tls)
        printTls(*endpoint.tls, now);
    if (endpoint.head)
        line(u"HTTP"_s, hopText(*endpoint.head));
    if (const auto &origin = endpoint.origin)
        line(u"behind"_s,
            u"%1 → bucket %2 (%3) at %4:%5%6"_s.arg(endpoint.cdn, origin->bucket, origin->region, origin->host)
                .arg(origin->port)
                .arg(origin->isPlain() ? u", in plain HTTP (published: %1)"_s.arg(origin->from)
                                       : u", TLS (published: %1)"_s.arg(origin->from)));
    for (const auto &drift : endpoint.drift)
        line(u"DRIFT"_s, drift.sentence);
}

void printWay(const QList<channels::HttpHop> &way)
{
    print(u"Redirects, step by step"_s);
    for (const auto &hop : way)
        print(u"  "_s + shown(hopText(hop)));
}

/// What was found out, as it goes.
struct Outcome {
    QJsonArray endpoints;
    bool hasDrift = false;
    bool isOpen = false;

    void add(const channels::Endpoint &endpoint)
    {
        endpoints.append(json(endpoint));
        hasDrift = hasDrift || !endpoint.drift.isEmpty();
        const auto isMissing = [](const Problem &problem) { return problem.kind != ProblemKind::Unsupported; };
        for (const auto &[type, records] : endpoint.dns)
            isOpen = isOpen || (!records && isMissing(records.error()));
        isOpen = isOpen || (endpoint.tls && !*endpoint.tls && isMissing(endpoint.tls->error()))
            || (endpoint.head && endpoint.head->problem);
    }
    void add(const QList<channels::HttpHop> &way) { isOpen = isOpen || way.last().problem; }
    [[nodiscard]] int code() const { return hasDrift ? Failing : isOpen ? NotFoundOut : Fine; }
};

/// The servers to look at, each host once.
net::Servers chosen(const net::Servers &servers, const QStringList &hosts)
{
    net::Servers found;
    for (const auto &server : servers) {
        const bool isNew = !std::ranges::contains(
            found, server.url.authority(), [](const net::Server &known) { return known.url.authority(); });
        if (isNew && (hosts.isEmpty() || hosts.contains(server.url.host()) || hosts.contains(server.id)))
            found.append(server);
    }
    return found;
}

QUrl startOf(const net::Servers &servers, const QCommandLineParser &parser)
{
    const auto *channelsServer = net::findServer(servers, net::ServerKind::Channels);
    if (!channelsServer)
        return {};
    auto url = channelsServer->url;
    url.setPath(url.path() + u'/' + parser.value(u"channel"_s) + u'/' + parser.value(u"file"_s));
    return url;
}

Task<int> endpoints(Context &context, const QCommandLineParser &parser, QStringList hosts)
{
    net::Probe probe(context.clock);
    channels::EndpointInspector inspector(context.http, probe, context.clock, channels::shippedInfrastructure());
    const auto servers = chosen(context.servers, hosts);
    Outcome outcome;
    const auto tell = [&](const channels::Endpoint &endpoint) {
        outcome.add(endpoint);
        if (!context.json)
            printEndpoint(endpoint, context.clock.nowSeconds());
        flushOutput();
    };
    for (const auto &server : servers) {
        auto looking = inspector.inspect(server);
        tell(co_await std::move(looking));
        hosts.removeAll(server.url.host());
        hosts.removeAll(server.id);
    }
    for (const auto &host : hosts) {
        auto looking = inspector.inspectHost(host);
        tell(co_await std::move(looking));
    }
    QList<channels::HttpHop> way;
    const bool hasChannels = std::ranges::contains(servers, net::ServerKind::Channels, &net::Server::kind);
    if (const auto start = startOf(context.servers, parser); hasChannels && !start.isEmpty()) {
        auto following = inspector.follow(start);
        way = co_await std::move(following);
        outcome.add(way);
        if (!context.json)
            printWay(way);
    }
    const auto &table = channels::shippedInfrastructure();
    const auto published = u"%1 %2 of %3"_s.arg(table.source, table.revision, table.date);
    QJsonArray steps;
    for (const auto &hop : way)
        steps.append(json(hop));
    if (context.json)
        printJson(
            QJsonObject{{u"published"_s, published}, {u"endpoints"_s, outcome.endpoints}, {u"redirects"_s, steps}});
    else
        print(u"Compared with what %1 publishes."_s.arg(published));
    co_return outcome.code();
}

} // namespace

std::vector<Command> endpointCommands()
{
    return {{.name = u"endpoints"_s,
        .arguments = u"[HOST...]"_s,
        .summary
        = u"Tell names, certificates, CDN and redirects of the pipeline's hosts, and what differs from the published."_s,
        .declare = declare,
        .run = endpoints}};
}

} // namespace narscope::cli
