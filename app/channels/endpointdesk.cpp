// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/endpointdesk.h"

using namespace Qt::StringLiterals;

namespace narscope::channels {

EndpointDesk::EndpointDesk(net::Http &http, net::Servers servers, Clock &clock, net::Probe &probe)
    : m_servers(std::move(servers))
    , m_inspector(http, probe, clock, shippedInfrastructure())
{
    qRegisterMetaType<EndpointOrder>();
    qRegisterMetaType<Endpoint>();
    qRegisterMetaType<QList<HttpHop>>();
}

net::Servers EndpointDesk::hostsOf(const net::Servers &servers)
{
    net::Servers hosts;
    for (const auto &server : servers) {
        if (!std::ranges::contains(
                hosts, server.url.authority(), [](const net::Server &known) { return known.url.authority(); }))
            hosts << server;
    }
    return hosts;
}

void EndpointDesk::start(const EndpointOrder &order)
{
    cancel();
    m_scope.start(run(order));
}

void EndpointDesk::cancel()
{
    m_scope.cancelAll();
}

QUrl EndpointDesk::startOf(const EndpointOrder &order) const
{
    const auto *server = net::findServer(m_servers, net::ServerKind::Channels);
    if (!server || order.channel.isEmpty())
        return {};
    auto url = server->url;
    url.setPath(url.path() + u'/' + order.channel + (order.file.isEmpty() ? QString() : u'/' + order.file));
    return url;
}

Task<void> EndpointDesk::run(EndpointOrder order)
{
    if (!order.host.isEmpty()) {
        Q_EMIT began(order.run, {order.host});
        const auto host = order.host;
        auto looking = m_inspector.inspectHost(host);
        const auto endpoint = co_await std::move(looking);
        Q_EMIT inspected(order.run, endpoint);
        Q_EMIT ended(order.run);
        co_return;
    }
    const auto hosts = hostsOf(m_servers);
    QStringList names;
    for (const auto &server : hosts)
        names << server.url.authority();
    Q_EMIT began(order.run, names);
    for (const auto &server : hosts) {
        auto looking = m_inspector.inspect(server);
        const auto endpoint = co_await std::move(looking);
        Q_EMIT inspected(order.run, endpoint);
    }
    if (const auto url = startOf(order); !url.isEmpty()) {
        auto following = m_inspector.follow(url);
        const auto way = co_await std::move(following);
        Q_EMIT followed(order.run, way);
    }
    Q_EMIT ended(order.run);
}

} // namespace narscope::channels
