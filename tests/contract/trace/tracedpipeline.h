// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "doctoredhttp.h"
#include "history/history.h"
#include "net/client.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "support/fakeclock.h"
#include "trace/tracer.h"

#include <QTemporaryDir>

#include <memory>

namespace narscope::test {

/// What a tracer is given besides the servers.
struct TracerSetup {
    QByteArray token; ///< for GitHub
    QString clone;
    QString memory; ///< folder of a history; empty: none
    QString system; ///< instead of systemFolder()
};

/// The simulator on loopback and a tracer that asks it, both on a clock that stands still unless it is moved.
class TracedPipeline {
public:
    TracedPipeline();
    ~TracedPipeline();

    [[nodiscard]] FakeClock &clock() { return m_clock; }
    /// A new tracer, as after a new start of the program: it knows what its memory has.
    void start(TracerSetup setup = {});
    [[nodiscard]] const net::Servers &servers() const { return m_servers; }
    [[nodiscard]] Pools &pools() { return m_pools; }
    /// Between the tracer and the servers.
    [[nodiscard]] DoctoredHttp &door() { return *m_door; }
    [[nodiscard]] sim::World &world() { return m_simulator->world(); }
    [[nodiscard]] sim::Story story(const QByteArray &name);

    /// A round from the beginning to its end.
    trace::Trace trace(trace::Order order);
    trace::Trace traceStory(const QByteArray &name);
    trace::Trace refresh(quint64 run);
    /// Round after round until nothing is left that was only too dear; fails the running test after ten.
    trace::Trace refreshToTheEnd(trace::Trace trace);
    /// Begins anew, with the same world at the same time, when GitHub's hour of requests is nearly used up.
    /// Runs so far are forgotten.
    void restoreQuota();
    /// The simulated servers know a path only after somebody was told of it, which the beginning anew has
    /// undone.
    void makeKnown(const QString &path);
    /// Stops a round as soon as it has said so many things, and gives what is known.
    trace::Trace cancelAfter(trace::Order order, int said);
    /// What /run/current-system is for the tracer: empty at first.
    [[nodiscard]] QString systemFolder() const { return m_system.path(); }
    /// How often the last round said something.
    [[nodiscard]] int saidLast() const { return m_said; }

private:
    trace::Trace roundOf(quint64 run, const std::function<void()> &begin);

    void begin();

    QTemporaryDir m_system;
    FakeClock m_clock;
    Pools m_pools;
    std::unique_ptr<sim::Simulator> m_simulator;
    sim::Addresses m_addresses;
    net::Servers m_servers;
    std::unique_ptr<net::Client> m_client;
    std::unique_ptr<DoctoredHttp> m_door;
    std::unique_ptr<history::History> m_memory;
    TracerSetup m_setup; ///< of the last start
    std::unique_ptr<trace::Tracer> m_tracer;
    quint64 m_nextRun = 1;
    int m_said = 0;
    int m_gitHub = 0; ///< requests since the beginning
};

[[nodiscard]] int requestsTo(const trace::Trace &trace, const QString &host);
/// Everything of it as lines of text, for the log of a test.
[[nodiscard]] QString printed(const trace::Trace &trace, qint64 now);

} // namespace narscope::test
