// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/demo.h"

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

struct Service {
    net::ServerKind kind;
    QUrl sim::Addresses::*url;
    QString name;
};

const Service services[] {
    {net::ServerKind::Hydra, &sim::Addresses::hydra, u"Demo Hydra"_s},
    {net::ServerKind::QueueRunner, &sim::Addresses::queueRunner, u"Demo queue runner"_s},
    {net::ServerKind::Cache, &sim::Addresses::cache, u"Demo cache"_s},
    {net::ServerKind::Cache, &sim::Addresses::secondCache, u"Second demo cache"_s},
    {net::ServerKind::GitHub, &sim::Addresses::github, u"Demo GitHub"_s},
    {net::ServerKind::OfBorg, &sim::Addresses::ofborg, u"Demo OfBorg"_s},
    {net::ServerKind::Channels, &sim::Addresses::channels, u"Demo channels"_s},
    {net::ServerKind::Releases, &sim::Addresses::releases, u"Demo releases"_s},
    {net::ServerKind::Prometheus, &sim::Addresses::prometheus, u"Demo Prometheus"_s},
};

} // namespace

Demo::Demo(DemoChoice choice)
    : m_choice(choice)
    , m_clock(SystemClock().now(), choice.speed)
{
    m_onThread.moveToThread(&m_thread);
}

Demo::~Demo()
{
    if (!m_thread.isRunning())
        return;
    QMetaObject::invokeMethod(&m_onThread, [this] { m_simulator.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

Result<void> Demo::start()
{
    m_thread.start();
    Result<sim::Addresses> started;
    QMetaObject::invokeMethod(&m_onThread, [&] {
        const sim::Config config {.seed = m_choice.seed, .jobs = m_choice.jobs};
        m_simulator = std::make_unique<sim::Simulator>(config, m_clock);
        started = m_simulator->start();
    }, Qt::BlockingQueuedConnection);
    if (!started)
        return std::unexpected(started.error());
    m_addresses = *started;
    return {};
}

/// Rates hold in the demonstration's time; how long an answer may take does not shrink with it.
net::Policy Demo::policyFor(net::ServerKind kind) const
{
    const auto shipped = net::shippedServers();
    auto policy = net::findServer(shipped, kind)->policy;
    for (auto *timeout : {&policy.quick, &policy.slow, &policy.longest})
        *timeout *= std::max<qint64>(1, qint64(m_choice.speed));
    policy.redirectHosts.clear();
    for (const auto &service : services) {
        const QUrl url = m_addresses.*service.url;
        policy.redirectHosts << u"%1:%2"_s.arg(url.host()).arg(url.port(80));
    }
    return policy;
}

net::Servers Demo::servers() const
{
    net::Servers servers;
    for (const auto &service : services) {
        auto server = net::serverAt(m_addresses.*service.url, service.kind);
        server.name = service.name;
        server.policy = policyFor(service.kind);
        servers.append(std::move(server));
    }
    return servers;
}

} // namespace narscope::cli
