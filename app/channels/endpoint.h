// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channels/infrastructure.h"
#include "net/http.h"
#include "net/probe.h"
#include "net/servers.h"

#include <QList>

// What the hosts of the pipeline are, seen from here: names, certificates, the CDN in front, and where that
// differs from what is published.

namespace narscope::channels {

/// One answer on the way of a redirect, or one answer's head.
struct HttpHop {
    QUrl url;
    int status = 0;
    QUrl location; ///< of a redirect
    QUrl immutableLink; ///< Link: <…>; rel="immutable"
    QString server;
    QString node; ///< X-Served-By, the shield first
    QString cache; ///< X-Cache, in the order of the nodes
    QString via;
    QString lastModified;
    qint64 length = -1; ///< Content-Length; -1: not told
    std::optional<Problem> problem; ///< the way ends here

    bool operator==(const HttpHop &) const = default;
};

struct Drift {
    QString what; ///< "CNAME", "A", "certificate", "CDN"
    QString published;
    QString found;
    QString sentence;

    bool operator==(const Drift &) const = default;
};

/// All that could be seen of one host; what could not is a Problem that says why.
struct Endpoint {
    QString host;
    quint16 port = 443;
    QString role; ///< as published, or the kind of server; may be empty
    bool isPlain = false; ///< reached by http: there is no TLS
    std::map<net::DnsType, Result<net::DnsRecords>> dns; ///< of the host; NS of the zone
    QString zone;
    std::optional<Result<net::TlsFacts>> tls;
    std::optional<HttpHop> head; ///< of a small file there; nothing: the host is not asked for one
    std::optional<Origin> origin; ///< published: not visible from here
    QString cdn; ///< published
    QList<Drift> drift;

    bool operator==(const Endpoint &) const = default;
};

/// What differs from the table: names and addresses, who signed the certificate, and whether the CDN
/// answered. Also a certificate that does not hold, or ends within two weeks. Pure.
[[nodiscard]] QList<Drift> driftOf(const Endpoint &endpoint, const PublishedHost *published, qint64 now);
[[nodiscard]] HttpHop hopOf(const QUrl &url, const Result<net::Response> &answer);
/// The CDN's node nearest to us, by its airport: «FRA» of «cache-iad-…-IAD, cache-fra-…-FRA»; empty without a
/// CDN.
[[nodiscard]] QString edgeOf(const HttpHop &hop);
/// The names above which somebody else decides: «nixos.org» of «queue-runner.hydra.nixos.org».
[[nodiscard]] QString zoneOf(const QString &host);

/// Looks at hosts, each with a few look-ups, one connection and at most one request for a head. Belongs to
/// the thread of its Http; everything given must outlive it.
class EndpointInspector {
public:
    EndpointInspector(net::Http &http, net::Probe &probe, Clock &clock, const Infrastructure &infrastructure);

    [[nodiscard]] Task<Endpoint> inspect(net::Server server);
    /// A host that is no server of ours: its name and certificate only.
    [[nodiscard]] Task<Endpoint> inspectHost(QString host);
    /// Follows redirects one by one, asking for heads only.
    [[nodiscard]] Task<QList<HttpHop>> follow(QUrl url);

private:
    [[nodiscard]] Task<Endpoint> look(Endpoint endpoint, QUrl smallFile);
    Task<void> lookUp(Endpoint *endpoint, net::DnsType type);
    Task<void> greet(Endpoint *endpoint);
    [[nodiscard]] Task<HttpHop> head(QUrl url);

    net::Http &m_http;
    net::Probe &m_probe;
    Clock &m_clock;
    const Infrastructure &m_infrastructure;
};

} // namespace narscope::channels
