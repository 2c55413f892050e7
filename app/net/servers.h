// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QList>
#include <QStringList>
#include <QUrl>

namespace narscope::net {

enum class ServerKind {
    Hydra,
    QueueRunner,
    Cache,
    GitHub,
    OfBorg,
    OfBorgBus,
    HydraSocket,
    Channels,
    Releases,
    ChannelsBucket,
    ReleasesBucket,
    Prometheus
};

/// How politely a server is asked. Data in resources/servers.json; a person's own file replaces it.
struct Policy {
    double perSecond = 1; ///< tokens a second, all requests; 0: no limit
    double burst = 4;
    double backgroundPerSecond = 0.5; ///< of these, at most so many for background requests; 0: no limit
    int inFlight = 2;
    Milliseconds quick{30'000};
    Milliseconds slow{90'000};
    Milliseconds longest{300'000};
    qint64 maxBody = 64 * 1024 * 1024; ///< bytes after decoding
    QStringList allowedPaths; ///< regular expressions over the whole path below the base URL; empty: all
    QStringList forbiddenPaths; ///< refused even when allowed: state-changing GETs, calls that hurt the server
    QStringList redirectHosts; ///< other hosts a redirect may go to
    bool http2 = true;

    bool operator==(const Policy &) const = default;
};

struct Server {
    QString id; ///< "hydra.nixos.org": unique, stable, used in settings and JSON
    ServerKind kind = ServerKind::Hydra;
    QString name; ///< shown
    QUrl url; ///< base, without a slash at the end
    Policy policy;
    bool isOn = true; ///< false: kept in the list, not asked

    bool operator==(const Server &) const = default;
};

using Servers = QList<Server>;

/// Reads resources/servers.json or a person's own file of the same form.
[[nodiscard]] Result<Servers> parseServers(QByteArrayView json);
/// The servers shipped with the program.
[[nodiscard]] Servers shippedServers();
/// The policy of a kind, for servers that nothing else is known of.
[[nodiscard]] Policy shippedPolicy(ServerKind kind);
/// A server at an address that a person gave, with the policy of the shipped one of that kind. On this machine
/// itself (127.0.0.1, ::1, localhost) nobody else is disturbed: no limit of rate, 32 requests at once.
[[nodiscard]] Server serverAt(const QUrl &url, ServerKind kind);
/// Whether the address is this machine's own.
[[nodiscard]] bool isLoopback(const QUrl &url);
/// The first of a kind; null when there is none.
[[nodiscard]] const Server *findServer(const Servers &servers, ServerKind kind);
/// The word used in the servers file and in JSON: "hydra", "queue-runner", "cache", ...
[[nodiscard]] QString word(ServerKind kind);

} // namespace narscope::net
