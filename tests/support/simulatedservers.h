// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "net/client.h"
#include "sim/demoservers.h"
#include "sim/simulator.h"
#include "sim/world.h"

#include <QTest>

#include <memory>

namespace narscope::test {

/// For tests in which nothing may wait for a server's rhythm.
inline net::Servers withoutLimits(net::Servers servers)
{
    for (auto &server : servers) {
        server.policy.perSecond = 0;
        server.policy.backgroundPerSecond = 0;
        server.policy.inFlight = 8;
    }
    return servers;
}

/// The whole simulated pipeline on loopback, and a client that asks it as fast as it can.
struct SimulatedServers {
    explicit SimulatedServers(Clock &clock, const sim::Config &config = {})
        : simulator(config, clock)
    {
        const auto started = simulator.start();
        if (!started)
            qFatal("the simulator does not start");
        addresses = *started;
        simulator.world().advance(clock.nowSeconds());
        servers = withoutLimits(sim::demoServers(addresses, 1));
        client = std::make_unique<net::Client>(clock, servers);
    }

    [[nodiscard]] PullRequestNr pullOf(const QByteArray &story)
    {
        const auto &stories = simulator.world().stories();
        const auto found = std::ranges::find(stories, story, &sim::Story::name);
        if (found == stories.end())
            qFatal("no such story");
        return found->pullRequest;
    }

    sim::Simulator simulator;
    sim::Addresses addresses;
    net::Servers servers;
    Pools pools;
    std::unique_ptr<net::Client> client;
};

} // namespace narscope::test
