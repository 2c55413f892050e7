// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"

// A person's own list of servers: servers.json in the profile's folder, of the same form as the list that the
// program ships, which it replaces (resources/manual/settings.md). It holds no secrets.

namespace narscope::net {

/// Nothing when there is no file; then the shipped list is in force. Malformed also for an address that is neither
/// https nor on this machine. Reads the disk.
[[nodiscard]] Result<std::optional<Servers>> loadServers(const QString &folder);
/// The shipped list itself is no file.
[[nodiscard]] Result<void> saveServers(const QString &folder, const Servers &servers);
[[nodiscard]] QString serversFileIn(const QString &folder);

/// Policies are written as far as they differ from the shipped ones of their kind.
[[nodiscard]] QByteArray writeServers(const Servers &servers);

/// A server that a person describes, when it can stand in the list beside the others. Usage, with a sentence for them.
[[nodiscard]] Result<Server> describedServer(
    ServerKind kind, const QString &name, const QString &address, const Servers &others);

/// Those that are switched on.
[[nodiscard]] Servers switchedOn(Servers servers);
inline constexpr int serverKinds = int(ServerKind::Prometheus) + 1;

} // namespace narscope::net
