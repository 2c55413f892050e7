// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/simulator.h"

#include "sim/frontdoor.h"
#include "sim/hydrasocket.h"
#include "sim/ofborgbus.h"
#include "sim/services.h"

#include <QHostAddress>
#include <QHttpServer>
#include <QTcpServer>

#include <array>
#include <map>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

/// A service, where it is told of, and what gives it its routes.
struct Part {
    Service service;
    QUrl Addresses::*address;
    void (*add)(QHttpServer &, const Stage &);
};

constexpr std::array<Part, 11> parts{{
    {Service::Hydra, &Addresses::hydra, addHydra},
    {Service::QueueRunner, &Addresses::queueRunner, addQueueRunner},
    {Service::Cache, &Addresses::cache, addCache},
    {Service::SecondCache, &Addresses::secondCache, addSecondCache},
    {Service::GitHub, &Addresses::github, addGitHub},
    {Service::OfBorg, &Addresses::ofborg, addOfBorg},
    {Service::Channels, &Addresses::channels, addChannels},
    {Service::Releases, &Addresses::releases, addReleases},
    {Service::ChannelsBucket, &Addresses::channelsBucket, addChannelsBucket},
    {Service::ReleasesBucket, &Addresses::releasesBucket, addReleasesBucket},
    {Service::Prometheus, &Addresses::prometheus, addPrometheus},
}};

} // namespace

struct Simulator::Private {
    Private(Config c, Clock &clockOf)
        : config(c)
        , clock(clockOf)
        , world({.seed = config.seed, .jobs = config.jobs, .start = clock.nowSeconds()})
        , stage{.clock = clock, .world = world, .addresses = addresses, .oldRunner = config.oldRunner}
    {
    }
    [[nodiscard]] Result<QUrl> open(const Part &part, quint16 port, QObject *parent);

    Config config;
    Clock &clock;
    World world;
    Addresses addresses;
    Stage stage;
    std::map<Service, FrontDoor *> doors;
    OfBorgBus *bus = nullptr; ///< a child of the simulator
    HydraSocket *socket = nullptr; ///< the same
};

// The server itself takes any port; the world knows the door before it.
Result<QUrl> Simulator::Private::open(const Part &part, quint16 port, QObject *parent)
{
    auto *server = new QHttpServer(parent);
    part.add(*server, stage);
    auto *inner = new QTcpServer;
    if (!inner->listen(QHostAddress::LocalHost) || !server->bind(inner)) {
        delete inner;
        return problemSaying(
            ProblemKind::Io, u"The simulator cannot listen on this machine's own address."_s, u"127.0.0.1"_s);
    }
    auto *door = new FrontDoor(FaultPlan(part.service, config.seed, config.faults), inner->serverPort(), parent);
    if (!door->listen(QHostAddress::LocalHost, port))
        return problemSaying(
            ProblemKind::Io, u"The port is taken."_s, u"127.0.0.1:%1"_s.arg(port), door->errorString());
    doors[part.service] = door;
    QUrl url(u"http://127.0.0.1"_s);
    url.setPort(door->serverPort());
    return url;
}

Simulator::Simulator(Config config, Clock &clock)
    : d(std::make_unique<Private>(config, clock))
{
}

// The servers hold services that look at the world, so they go first.
Simulator::~Simulator()
{
    qDeleteAll(findChildren<QObject *>(Qt::FindDirectChildrenOnly));
}

Result<Addresses> Simulator::start()
{
    quint16 port = d->config.port;
    for (const Part &part : parts) {
        const auto url = d->open(part, port, this);
        if (!url)
            return std::unexpected(url.error());
        d->addresses.*part.address = *url;
        port = port == 0 ? quint16(0) : quint16(port + 1);
    }
    // Last, so that the others keep their ports. They speak no HTTP, so no door stands before them.
    d->bus = new OfBorgBus(d->stage, this);
    const auto bus = d->bus->listen(port);
    if (!bus)
        return std::unexpected(bus.error());
    d->addresses.ofborgBus = *bus;
    d->socket = new HydraSocket(d->stage, this);
    const auto socket = d->socket->listen(port == 0 ? quint16(0) : quint16(port + 1));
    if (!socket)
        return std::unexpected(socket.error());
    d->addresses.hydraSocket = *socket;
    d->addresses.cacheKey = d->world.contents().key().publicKey().text();
    d->addresses.secondCacheKey = d->world.contents().secondKey().publicKey().text();
    return d->addresses;
}

void Simulator::arm(Service service, Fault fault, int count)
{
    d->doors.at(service)->plan().arm(fault, count);
}

void Simulator::dropBus()
{
    d->bus->dropAll();
}

void Simulator::dropHydraSocket()
{
    d->socket->dropAll();
}

qsizetype Simulator::followedLogs() const
{
    return d->socket->followed();
}

World &Simulator::world()
{
    return d->world;
}

} // namespace narscope::sim
