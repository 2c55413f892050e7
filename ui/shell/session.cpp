// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/session.h"

#include "sim/demoservers.h"

#include <QDateTime>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

std::unique_ptr<Clock> clockFor(const SessionConfig &config)
{
    if (config.source != Source::Demo)
        return std::make_unique<SystemClock>();
    return std::make_unique<ScaledClock>(Milliseconds(QDateTime::currentMSecsSinceEpoch()), config.speed);
}

/// Waits: only for the start and the end of the program.
void runAndWait(QObject *home, const std::function<void()> &work)
{
    QMetaObject::invokeMethod(home, work, Qt::BlockingQueuedConnection);
}

void endThread(QThread &thread)
{
    thread.quit();
    thread.wait();
}

} // namespace

net::Servers serversInUse(const net::Servers &servers)
{
    static constexpr std::array kinds {net::ServerKind::Hydra, net::ServerKind::QueueRunner, net::ServerKind::Prometheus, net::ServerKind::Cache};
    net::Servers used;
    std::ranges::copy_if(servers, std::back_inserter(used),
        [](const net::Server &server) { return std::ranges::find(kinds, server.kind) != kinds.end(); });
    return used;
}

Core::Core(Clock &clock, const net::Servers &servers, const QString &contact)
    : client(clock, servers, contact)
{
}

Session::Session(SessionConfig config)
    : m_config(std::move(config))
    , m_clock(clockFor(m_config))
    , m_coreHome(std::make_unique<QObject>())
    , m_simulatorHome(std::make_unique<QObject>())
{
    qRegisterMetaType<QList<net::LedgerEntry>>();
    qRegisterMetaType<QList<net::ServerMeter>>();
    m_coreThread.setObjectName(u"core"_s);
    m_simulatorThread.setObjectName(u"simulator"_s);
    m_coreHome->moveToThread(&m_coreThread);
    m_simulatorHome->moveToThread(&m_simulatorThread);
}

Session::~Session()
{
    if (m_coreThread.isRunning())
        runAndWait(m_coreHome.get(), [this] { m_core.reset(); });
    m_pools.waitForDone();
    endThread(m_coreThread);
    if (m_simulatorThread.isRunning())
        runAndWait(m_simulatorHome.get(), [this] { m_simulator.reset(); });
    endThread(m_simulatorThread);
}

void Session::start()
{
    if (m_config.source == Source::Demo)
        startSimulator();
    else
        startCore(m_config.servers);
}

void Session::startSimulator()
{
    m_simulatorThread.start();
    QMetaObject::invokeMethod(m_simulatorHome.get(), [this] {
        m_simulator = std::make_unique<sim::Simulator>(m_config.simulator, *m_clock);
        const auto started = m_simulator->start();
        QMetaObject::invokeMethod(this, [this, started] {
            if (!started) {
                Q_EMIT failed(started.error());
                return;
            }
            m_demoKeys = {started->cacheKey, started->secondCacheKey};
            startCore(serversInUse(sim::demoServers(*started, m_config.speed)));
        }, Qt::QueuedConnection);
    }, Qt::QueuedConnection);
}

Result<void> Session::openCassette(Core &core) const
{
    if (!m_config.replayFrom.isEmpty()) {
        if (auto opened = core.client.replayFrom(m_config.replayFrom); !opened)
            return opened;
    }
    return m_config.recordTo.isEmpty() ? Result<void> {} : core.client.recordTo(m_config.recordTo);
}

void Session::startCore(const net::Servers &servers)
{
    m_servers = servers;
    m_coreThread.start();
    QMetaObject::invokeMethod(m_coreHome.get(), [this, servers] {
        m_core = std::make_unique<Core>(*m_clock, servers, m_config.contact);
        const auto opened = openCassette(*m_core);
        std::vector<Feed> feeds;
        quint32 seed = 1;
        for (const auto &server : servers) {
            if (server.kind != net::ServerKind::Hydra)
                continue;
            m_core->hydras.push_back(std::make_unique<hydra::Client>(m_core->client, server, m_pools));
            m_core->watches.push_back(std::make_unique<watch::HydraWatch>(m_core->client, server, m_pools, *m_clock, seed));
            m_core->farms.push_back(std::make_unique<watch::FarmWatch>(m_core->client, watch::farmServersOf(server, servers), m_pools, *m_clock, seed++));
            feeds.push_back({server.id, m_core->watches.back().get(), m_core->farms.back().get()});
        }
        QStringList caches;
        for (const auto &server : servers) {
            if (server.kind == net::ServerKind::Cache)
                caches << server.url.toString(QUrl::FullyEncoded);
        }
        m_core->desk = std::make_unique<nix::Desk>(caches, trustPolicy(), m_core->client, m_pools, *m_clock);
        QList<hydra::Client *> hydras;
        for (const auto &hydra : m_core->hydras)
            hydras << hydra.get();
        const auto folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + u"/logs"_s;
        m_core->logDesk = std::make_unique<log::LogDesk>(hydras, servers, m_core->client, m_pools, *m_clock, folder);
        connect(&m_core->client.ledger(), &net::Ledger::changed, this, &Session::entriesChanged);
        connect(&m_core->client.ledger(), &net::Ledger::metersChanged, this, &Session::metersChanged);
        m_core->client.ledger().sendAll();
        QMetaObject::invokeMethod(this, [this, opened, feeds, desk = m_core->desk.get(), logDesk = m_core->logDesk.get()] {
            m_feeds = feeds;
            m_desk = desk;
            m_logDesk = logDesk;
            if (opened)
                Q_EMIT ready();
            else
                Q_EMIT failed(opened.error());
        }, Qt::QueuedConnection);
    }, Qt::QueuedConnection);
}

watch::HydraFeed *Session::feed(const QString &server) const
{
    const auto found = std::ranges::find(m_feeds, server, &Feed::server);
    return found == m_feeds.end() ? nullptr : found->feed;
}

watch::FarmFeed *Session::farm(const QString &server) const
{
    const auto found = std::ranges::find(m_feeds, server, &Feed::server);
    return found == m_feeds.end() ? nullptr : found->farm;
}

nix::TrustPolicy Session::trustPolicy() const
{
    if (m_config.source != Source::Demo)
        return nix::defaultPolicy();
    nix::TrustPolicy policy;
    for (const auto &text : m_demoKeys) {
        if (auto key = nix::parsePublicKey(text))
            policy.keys.push_back({.key = *key, .purpose = u"a simulated cache"_s, .source = u"demonstration"_s});
    }
    return policy;
}

void Session::onCore(std::function<void(Core &)> work)
{
    QMetaObject::invokeMethod(m_coreHome.get(), [this, work = std::move(work)] {
        if (m_core)
            work(*m_core);
    }, Qt::QueuedConnection);
}

void Session::armFault(sim::Service service, sim::Fault fault, int count)
{
    QMetaObject::invokeMethod(m_simulatorHome.get(), [this, service, fault, count] {
        if (m_simulator)
            m_simulator->arm(service, fault, count);
    }, Qt::QueuedConnection);
}

} // namespace narscope::ui
