// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "sim/simulator.h"
#include "sim/world.h"

class QHttpServer;

// Each service of the pipeline puts its routes on a server of its own. All on the simulator's thread.

namespace narscope::sim {

/// What the services answer from. Outlives the servers.
struct Stage {
    Clock &clock;
    World &world;
    const Addresses &addresses; ///< complete before the first request
    bool oldRunner = false; ///< see Config

    /// The world at this moment; the first thing that a route calls.
    [[nodiscard]] World &now() const
    {
        world.advance(clock.nowSeconds());
        return world;
    }
};

void addHydra(QHttpServer &server, const Stage &stage);
void addQueueRunner(QHttpServer &server, const Stage &stage);
void addCache(QHttpServer &server, const Stage &stage);
void addSecondCache(QHttpServer &server, const Stage &stage);
void addGitHub(QHttpServer &server, const Stage &stage);
void addOfBorg(QHttpServer &server, const Stage &stage);
void addChannels(QHttpServer &server, const Stage &stage);
void addReleases(QHttpServer &server, const Stage &stage);
void addChannelsBucket(QHttpServer &server, const Stage &stage);
void addReleasesBucket(QHttpServer &server, const Stage &stage);
void addPrometheus(QHttpServer &server, const Stage &stage);

} // namespace narscope::sim
