// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/session.h"

#include "sim/demoservers.h"

#include <QDateTime>
#include <QDir>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int keptShown = 200;

std::unique_ptr<Clock> clockFor(const SessionConfig &config)
{
    if (config.source != Source::Demo)
        return std::make_unique<SystemClock>();
    return std::make_unique<ScaledClock>(Milliseconds(QDateTime::currentMSecsSinceEpoch()), config.speed);
}

/// What the demonstration's servers say is not mixed with what real ones said. Without a profile nothing is kept.
std::shared_ptr<log::Archive> archiveFor(const SessionConfig &config)
{
    if (config.profile.isEmpty())
        return nullptr;
    return std::make_shared<log::Archive>(config.profile + (config.source == Source::Demo ? u"/logs-demo"_s : u"/logs"_s), log::archiveLimit);
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
    static constexpr std::array kinds {net::ServerKind::Hydra, net::ServerKind::QueueRunner, net::ServerKind::Prometheus, net::ServerKind::GitHub, net::ServerKind::OfBorg, net::ServerKind::OfBorgBus, net::ServerKind::HydraSocket, net::ServerKind::Channels, net::ServerKind::Releases, net::ServerKind::ChannelsBucket, net::ServerKind::Cache};
    net::Servers used;
    std::ranges::copy_if(servers, std::back_inserter(used),
        [](const net::Server &server) { return std::ranges::find(kinds, server.kind) != kinds.end(); });
    return used;
}

Core::Core(Clock &clock, Pools &pools, const QString &profile, const net::Servers &servers, const QString &contact)
    : memory(profile, clock, pools)
    , client(clock, servers, contact)
{
}

Session::Session(SessionConfig config)
    : m_config(std::move(config))
    , m_clock(clockFor(m_config))
    , m_coreHome(std::make_unique<QObject>())
    , m_simulatorHome(std::make_unique<QObject>())
{
    qRegisterMetaType<QList<net::LedgerEntry>>();
    qRegisterMetaType<QList<history::Verification>>();
    qRegisterMetaType<QList<net::ServerMeter>>();
    m_coreThread.setObjectName(u"core"_s);
    m_simulatorThread.setObjectName(u"simulator"_s);
    m_coreHome->moveToThread(&m_coreThread);
    m_simulatorHome->moveToThread(&m_simulatorThread);
}

Session::~Session()
{
    if (m_coreThread.isRunning())
        runAndWait(m_coreHome.get(), [this] {
            if (m_core)
                m_core->client.ledger().flush(); // the last requests are counted too
            m_core.reset();
        });
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

Result<void> Session::openEvidence(Core &core, const QString &profile)
{
    if (profile.isEmpty())
        return {};
    auto log = trace::EvidenceLog::open(QDir(profile).filePath(trace::evidenceFileName), m_clock->now());
    if (!log)
        return std::unexpected(log.error());
    core.witness = std::make_unique<trace::WitnessHttp>(core.client, core.client.servers(), *m_clock, std::make_unique<trace::EvidenceRecorder>(std::move(*log)));
    return {};
}

void Session::startCore(const net::Servers &servers)
{
    m_servers = servers;
    m_coreThread.start();
    QMetaObject::invokeMethod(m_coreHome.get(), [this, servers, token = m_gitHubToken] {
        // What a demonstration or a recording tells is not what was seen.
        const auto profile = m_config.source == Source::Live ? m_config.profile : QString();
        m_core = std::make_unique<Core>(*m_clock, m_pools, profile, servers, m_config.contact);
        m_core->gitHubToken = token;
        auto &memory = m_core->memory;
        connect(&memory.history(), &history::History::troubled, this, &Session::historyTroubled);
        if (const auto kept = openEvidence(*m_core, profile); !kept)
            Q_EMIT historyTroubled(kept.error());
        const auto opened = openCassette(*m_core);
        std::vector<Feed> feeds;
        quint32 seed = 1;
        for (const auto &server : servers) {
            if (server.kind != net::ServerKind::Hydra)
                continue;
            m_core->hydras.push_back(std::make_unique<hydra::Client>(m_core->client, server, m_pools));
            m_core->watches.push_back(std::make_unique<watch::HydraWatch>(m_core->client, server, m_pools, *m_clock, seed));
            m_core->watches.back()->remember(memory.history());
            m_core->farms.push_back(std::make_unique<watch::FarmWatch>(m_core->client, watch::farmServersOf(server, servers), m_pools, *m_clock, seed++));
            m_core->farms.back()->remember(memory.history());
            feeds.push_back({server.id, m_core->watches.back().get(), m_core->farms.back().get()});
        }
        m_core->channels = std::make_unique<watch::ChannelWatch>(m_core->door(), servers, m_pools, *m_clock, seed);
        m_core->channels->remember(memory.history());
        QStringList caches;
        for (const auto &server : servers) {
            if (server.kind == net::ServerKind::Cache)
                caches << server.url.toString(QUrl::FullyEncoded);
        }
        QString keysTrouble;
        const auto choices = firstChoices(&keysTrouble);
        m_core->desk = std::make_unique<nix::Desk>(caches, nix::isoPlaces(servers), policyOf(choices), m_core->door(), m_pools, *m_clock);
        QList<hydra::Client *> hydras;
        for (const auto &hydra : m_core->hydras)
            hydras << hydra.get();
        const auto folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + u"/logs"_s;
        m_core->logDesk = std::make_unique<log::LogDesk>(hydras, servers, m_core->client, m_pools, *m_clock, folder, archiveFor(m_config));
        m_core->logDesk->listenThrough(m_core->client);
        m_core->tracer = std::make_unique<trace::Tracer>(servers, policyOf(choices), trace::TracerDoors {.http = m_core->door(), .pools = m_pools, .clock = *m_clock, .history = &memory.history(), .gitHubToken = [core = m_core.get()] { return github::Token(core->gitHubToken); }, .gitClone = m_config.nixpkgsClone});
        m_core->watchList = std::make_unique<watch::WatchDesk>(watch::WatchDoors {.http = m_core->door(), .servers = servers, .pools = m_pools, .clock = *m_clock},
            watch::WatchFeeds {.channels = m_core->channels.get(), .farm = m_core->farms.empty() ? nullptr : m_core->farms.front().get()}, memory.history(), profile);
        m_core->watchList->start();
        memory.follow(m_core->client.ledger());
        memory.follow(*m_core->desk);
        memory.follow(*m_core->logDesk, hydras.isEmpty() ? QString() : hydras.front()->server().id);
        memory.keepSmall({});
        connect(&m_core->client.ledger(), &net::Ledger::changed, this, &Session::entriesChanged);
        connect(&m_core->client.ledger(), &net::Ledger::metersChanged, this, &Session::metersChanged);
        m_core->client.ledger().sendAll();
        QMetaObject::invokeMethod(this, [this, opened, feeds, choices, keysTrouble, channels = m_core->channels.get(), desk = m_core->desk.get(), logDesk = m_core->logDesk.get(), tracer = m_core->tracer.get(), notices = m_core->watchList.get()] {
            m_notices = notices;
            m_feeds = feeds;
            m_choices = choices;
            m_channels = channels;
            m_desk = desk;
            m_logDesk = logDesk;
            m_tracer = tracer;
            if (!opened) {
                Q_EMIT failed(opened.error());
                return;
            }
            Q_EMIT ready();
            Q_EMIT keysTroubled(keysTrouble);
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

/// Core thread. A list that cannot be read leaves the shipped keys in force and the file alone.
nix::TrustChoices Session::firstChoices(QString *trouble) const
{
    if (m_config.source == Source::Demo) {
        nix::TrustChoices choices;
        for (const auto &text : m_demoKeys) {
            if (auto key = nix::parsePublicKey(text))
                choices.keys.push_back({.key = *key, .purpose = u"a simulated cache"_s, .source = u"demonstration"_s});
        }
        for (auto key : nix::shippedKeys()) { // known by name; nothing simulated is signed with them
            key.enabledByDefault = false;
            choices.keys.push_back(std::move(key));
        }
        return choices;
    }
    if (m_config.profile.isEmpty())
        return nix::shippedChoices();
    auto read = nix::readChoices(m_config.profile);
    if (!read)
        *trouble = tr("The keys that Narscope ships are in force: %1").arg(read.error().sentence);
    return read.value_or(nix::shippedChoices());
}

void Session::askKept()
{
    onCore([this](Core &core) {
        core.scope.start([](Session *self, history::History *memory) -> Task<void> {
            auto writing = memory->flush(); // the run that just ended belongs to it
            (void)co_await std::move(writing);
            auto asking = memory->verifications({}, keptShown);
            const auto kept = co_await std::move(asking);
            if (kept)
                Q_EMIT self->keptAnswered(*kept);
        }(this, &core.memory.history()));
    });
}

void Session::setTrustChoices(const nix::TrustChoices &choices)
{
    m_choices = choices;
    onCore([this, choices, folder = m_config.source == Source::Demo ? QString() : m_config.profile](Core &core) {
        core.desk->setPolicy(policyOf(choices));
        const auto saved = folder.isEmpty() ? Result<void> {} : nix::saveChoices(folder, choices);
        Q_EMIT keysTroubled(saved ? QString() : saved.error().sentence);
    });
}

void Session::setGitHubToken(const QByteArray &token)
{
    if (m_config.source != Source::Live)
        return;
    m_gitHubToken = token; // for a core that is still to come
    onCore([token](Core &core) { core.gitHubToken = token; });
}

void Session::setPolicies(const net::Servers &servers, const history::Retention &keeping)
{
    onCore([servers, keeping](Core &core) {
        for (const auto &server : servers)
            core.client.addServer(server);
        core.memory.keepSmall(keeping);
    });
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
