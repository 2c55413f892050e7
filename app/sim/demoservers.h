// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"
#include "sim/simulator.h"

namespace narscope::sim {

/// The simulator's services as servers to ask, as politely as the real ones of their kinds: rates hold in the
/// simulator's time, which runs `speed` times as fast, and an answer may take as long as ever in real time.
[[nodiscard]] net::Servers demoServers(const Addresses &addresses, double speed);

} // namespace narscope::sim
