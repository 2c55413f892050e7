// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include "sim/faults.h"

#include <QByteArray>
#include <QObject>
#include <QUrl>

#include <memory>

namespace narscope::sim {

class World;

struct Config {
    quint64 seed = 1;
    int jobs = 600; ///< jobs of nixpkgs:unstable's evaluations; the other jobsets are scaled from it
    bool faults
        = false; ///< servers also answer 429, 502, 504, nonsense, cut connections, slowly (see Faults in the manual)
    quint16 port = 0; ///< first port; 0: any free ones
    bool oldRunner = false; ///< Hydra's /queue-runner-status as before 2026: flat, machines by their ssh name
};

/// Where the simulated services listen, all on 127.0.0.1, and the keys that sign.
struct Addresses {
    QUrl hydra;
    QUrl queueRunner; ///< base of /metrics
    QUrl cache;
    QUrl secondCache; ///< another cache with some of the same paths, signed by another key
    QUrl github;
    QUrl ofborg;
    QUrl ofborgBus; ///< its message bus: http: here, ws: to those who converse
    QUrl hydraSocket; ///< Hydra's service for live logs; the same
    QUrl channels;
    QUrl releases;
    QUrl channelsBucket; ///< S3 behind channels, without the CDN
    QUrl releasesBucket;
    QUrl prometheus;
    QByteArray cacheKey; ///< name:base64, the public key of cache
    QByteArray secondCacheKey;
};

/// A NixOS build pipeline on loopback. Deterministic by seed over the clock given; lives on the thread that
/// starts it, which needs an event loop; answers there. Nothing else in the program knows that it is not real.
class Simulator : public QObject {
    Q_OBJECT
public:
    /// The clock must outlive the simulator. History before the clock's present is made at start.
    Simulator(Config config, Clock &clock);
    ~Simulator() override;

    [[nodiscard]] Result<Addresses> start();
    /// The next `count` requests to a service get the fault; a negative count means every one from now on.
    /// Only on the simulator's thread, after start().
    void arm(Service service, Fault fault, int count);
    /// Breaks all conversations with OfBorg's bus, and with Hydra's service for live logs. On the simulator's thread,
    /// after start().
    void dropBus();
    void dropHydraSocket();
    /// Logs that are followed by Hydra's service for live logs.
    [[nodiscard]] qsizetype followedLogs() const;
    /// For tests: what the services answer from. After start(), on the simulator's thread.
    [[nodiscard]] World &world();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace narscope::sim
