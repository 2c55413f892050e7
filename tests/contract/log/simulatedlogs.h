// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/history.h"
#include "log/desk.h"
#include "net/client.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "support/fakeclock.h"
#include "watch/watchdesk.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace narscope::test {

/// The desk of logs against the simulated servers, over the real network code, at a clock's time.
struct SimulatedLogs {
    FakeClock clock;
    sim::Simulator simulator{{.seed = 1, .jobs = 500}, clock};
    sim::Addresses addresses;
    net::Servers servers;
    QTemporaryDir folder;
    Pools pools; ///< behind the folder: they end before it is removed
    std::unique_ptr<net::Client> client;
    std::unique_ptr<hydra::Client> hydra;
    std::shared_ptr<log::Archive> archive;
    std::unique_ptr<log::LogDesk> desk;
    std::unique_ptr<QSignalSpy> opened;
    std::unique_ptr<QSignalSpy> completed;
    std::unique_ptr<QSignalSpy> failed;
    std::unique_ptr<QSignalSpy> troubled;
    std::unique_ptr<QSignalSpy> kept;

    [[nodiscard]] bool start()
    {
        const auto started = simulator.start();
        if (!started)
            return false;
        addresses = *started;
        servers = {net::serverAt(addresses.hydra, net::ServerKind::Hydra),
            net::serverAt(addresses.cache, net::ServerKind::Cache),
            net::serverAt(addresses.hydraSocket, net::ServerKind::HydraSocket)};
        // The clock leaps further than a server may take.
        for (auto &server : servers)
            server.policy.quick = server.policy.slow = server.policy.longest = Milliseconds(100'000'000);
        client = std::make_unique<net::Client>(clock, servers);
        hydra = std::make_unique<hydra::Client>(*client, servers.front(), pools);
        archive = std::make_shared<log::Archive>(folder.filePath(QStringLiteral("archive")), log::archiveLimit);
        desk = std::make_unique<log::LogDesk>(
            QList{hydra.get()}, servers, *client, pools, clock, folder.filePath(QStringLiteral("spool")), archive);
        desk->listenThrough(*client);
        opened = std::make_unique<QSignalSpy>(desk.get(), &log::LogDesk::opened);
        completed = std::make_unique<QSignalSpy>(desk.get(), &log::LogDesk::completed);
        failed = std::make_unique<QSignalSpy>(desk.get(), &log::LogDesk::failed);
        troubled = std::make_unique<QSignalSpy>(desk.get(), &log::LogDesk::troubled);
        kept = std::make_unique<QSignalSpy>(desk.get(), &log::LogDesk::kept);
        return true;
    }
    [[nodiscard]] sim::World &world()
    {
        simulator.world().advance(clock.nowSeconds());
        return simulator.world();
    }
    /// The same world, further on.
    [[nodiscard]] std::unique_ptr<sim::World> ahead(qint64 seconds) const
    {
        const auto start = FakeClock().nowSeconds();
        auto world = std::make_unique<sim::World>(sim::WorldConfig{.seed = 1, .jobs = 500, .start = start});
        world->advance(clock.nowSeconds() + seconds);
        return world;
    }
    /// Lets time go by in steps until it is so; false: it never was.
    template <typename Condition> [[nodiscard]] bool pass(Milliseconds step, Condition condition)
    {
        return QTest::qWaitFor(
            [&] {
                if (condition())
                    return true;
                clock.advance(step);
                return false;
            },
            30'000);
    }
    /// What the log shown last holds.
    [[nodiscard]] QByteArray text() const
    {
        if (opened->isEmpty())
            return {};
        const auto bytes = opened->back().at(1).value<std::shared_ptr<const log::Bytes>>();
        return bytes->read(log::Offset(0), bytes->size()).value_or(QByteArray());
    }
    [[nodiscard]] log::LogAbout about() const
    {
        return completed->isEmpty() ? log::LogAbout{} : completed->back().at(1).value<log::LogAbout>();
    }
    /// Opens and waits for its end; false: it failed.
    [[nodiscard]] bool open(const log::LogOrder &order)
    {
        const auto good = completed->size();
        const auto bad = failed->size();
        desk->open(order);
        const bool isOver = pass(Milliseconds(200), [&] { return completed->size() > good || failed->size() > bad; });
        return isOver && failed->size() == bad;
    }
    [[nodiscard]] QByteArray textOf(const log::ArchivedLog &log) const
    {
        const auto bytes = archive->open(log.digest, folder.filePath(QStringLiteral("spool")));
        return bytes ? (*bytes)->read(log::Offset(0), (*bytes)->size()).value_or(QByteArray()) : QByteArray();
    }
};

} // namespace narscope::test
