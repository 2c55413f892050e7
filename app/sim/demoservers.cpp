// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/demoservers.h"

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

struct Service {
    net::ServerKind kind;
    QUrl Addresses::*url;
    QLatin1StringView id;
    QLatin1StringView name;
};

constexpr Service services[]{
    {net::ServerKind::Hydra, &Addresses::hydra, "demo-hydra"_L1, "Demo Hydra"_L1},
    {net::ServerKind::QueueRunner, &Addresses::queueRunner, "demo-queue-runner"_L1, "Demo queue runner"_L1},
    {net::ServerKind::Cache, &Addresses::cache, "demo-cache"_L1, "Demo cache"_L1},
    {net::ServerKind::Cache, &Addresses::secondCache, "demo-second-cache"_L1, "Second demo cache"_L1},
    {net::ServerKind::GitHub, &Addresses::github, "demo-github"_L1, "Demo GitHub"_L1},
    {net::ServerKind::OfBorg, &Addresses::ofborg, "demo-ofborg"_L1, "Demo OfBorg"_L1},
    {net::ServerKind::OfBorgBus, &Addresses::ofborgBus, "demo-ofborg-bus"_L1, "Demo OfBorg's messages"_L1},
    {net::ServerKind::HydraSocket, &Addresses::hydraSocket, "demo-hydra-socket"_L1, "Demo Hydra's live logs"_L1},
    {net::ServerKind::Channels, &Addresses::channels, "demo-channels"_L1, "Demo channels"_L1},
    {net::ServerKind::Releases, &Addresses::releases, "demo-releases"_L1, "Demo releases"_L1},
    {net::ServerKind::ChannelsBucket, &Addresses::channelsBucket, "demo-channels-bucket"_L1, "Demo channels at S3"_L1},
    {net::ServerKind::ReleasesBucket, &Addresses::releasesBucket, "demo-releases-bucket"_L1, "Demo releases at S3"_L1},
    {net::ServerKind::Prometheus, &Addresses::prometheus, "demo-prometheus"_L1, "Demo Prometheus"_L1},
};

QStringList hostsOf(const Addresses &addresses)
{
    QStringList hosts;
    for (const auto &service : services) {
        const QUrl url = addresses.*service.url;
        hosts << u"%1:%2"_s.arg(url.host()).arg(url.port(80));
    }
    return hosts;
}

} // namespace

net::Servers demoServers(const Addresses &addresses, double speed)
{
    const auto shipped = net::shippedServers();
    const auto hosts = hostsOf(addresses);
    net::Servers servers;
    for (const auto &service : services) {
        net::Server server = net::serverAt(addresses.*service.url, service.kind);
        server.id = service.id;
        server.name = service.name;
        // None is shipped of Hydra's service for live logs: where hydra.nixos.org has it is not known.
        const auto *model = net::findServer(shipped, service.kind);
        server.policy = model ? model->policy : net::serverAt(QUrl(u"https://live.invalid"_s), service.kind).policy;
        server.policy.redirectHosts = hosts;
        for (auto *timeout : {&server.policy.quick, &server.policy.slow, &server.policy.longest})
            *timeout *= std::max<qint64>(1, qint64(speed));
        servers.append(std::move(server));
    }
    return servers;
}

} // namespace narscope::sim
