// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/options.h"
#include "sim/demoservers.h"
#include "sim/simulator.h"

#include <QThread>

namespace narscope::cli {

/// The simulated pipeline on a thread of its own, and the time that it shares with who asks it.
class Demo {
public:
    explicit Demo(DemoChoice choice);
    ~Demo();

    [[nodiscard]] Result<void> start();
    [[nodiscard]] Clock &clock() { return m_clock; }
    [[nodiscard]] net::Servers servers() const { return sim::demoServers(m_addresses, m_choice.speed); }
    [[nodiscard]] QList<QByteArray> keys() const { return {m_addresses.cacheKey, m_addresses.secondCacheKey}; }

private:
    DemoChoice m_choice;
    ScaledClock m_clock;
    QThread m_thread;
    QObject m_onThread;
    std::unique_ptr<sim::Simulator> m_simulator;
    sim::Addresses m_addresses;
};

} // namespace narscope::cli
