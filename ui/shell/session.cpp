// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/session.h"

#include "sim/demoservers.h"
#include "sim/world.h"

#include <QDateTime>
#include <QDir>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int keptShown = 200;

std::shared_ptr<Clock> clockFor(const SessionConfig &config)
{
    if (config.clock)
        return config.clock;
    if (config.source != Source::Demo)
        return std::make_shared<SystemClock>();
    return std::make_shared<ScaledClock>(Milliseconds(QDateTime::currentMSecsSinceEpoch()), config.speed);
}

/// One that is under way: it shows what a trace is for.
std::optional<PullRequestNr> tellingStory(const sim::World &world)
{
    const auto found = std::ranges::find(world.stories(), QByteArray("failed-constituent"), &sim::Story::name);
    return found == world.stories().end() ? std::nullopt : std::optional(found->pullRequest);
}

QList<std::pair<PullRequestNr, QString>> pullsOf(const sim::World &world)
{
    QList<std::pair<PullRequestNr, QString>> pulls;
    for (const auto &story : world.stories()) {
        const auto *pull = world.source().pullRequest(story.pullRequest);
        pulls << std::pair(story.pullRequest, pull ? QString::fromUtf8(pull->title) : QString());
    }
    return pulls;
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
    static constexpr std::array kinds{net::ServerKind::Hydra, net::ServerKind::QueueRunner, net::ServerKind::Prometheus,
        net::ServerKind::GitHub, net::ServerKind::OfBorg, net::ServerKind::OfBorgBus, net::ServerKind::HydraSocket,
        net::ServerKind::Channels, net::ServerKind::Releases, net::ServerKind::ChannelsBucket, net::ServerKind::Cache};
    net::Servers used;
    std::ranges::copy_if(servers, std::back_inserter(used),
        [](const net::Server &server) { return std::ranges::find(kinds, server.kind) != kinds.end(); });
    return used;
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
    QMetaObject::invokeMethod(
        m_simulatorHome.get(),
        [this] {
            m_simulator = std::make_unique<sim::Simulator>(m_config.simulator, *m_clock);
            const auto started = m_simulator->start();
            const auto story = started ? tellingStory(m_simulator->world()) : std::nullopt;
            const auto pulls = started ? pullsOf(m_simulator->world()) : decltype(m_demoPulls)();
            QMetaObject::invokeMethod(
                this,
                [this, started, story, pulls] {
                    m_demoStory = story;
                    m_demoPulls = pulls;
                    if (!started) {
                        Q_EMIT failed(started.error());
                        return;
                    }
                    m_demoKeys = {started->cacheKey, started->secondCacheKey};
                    startCore(serversInUse(sim::demoServers(*started, m_config.speed)));
                },
                Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

void Session::startCore(const net::Servers &servers)
{
    m_servers = servers;
    m_coreThread.start();
    QMetaObject::invokeMethod(
        m_coreHome.get(),
        [this, servers, token = m_gitHubToken] {
            m_core = std::make_unique<Core>(m_config, servers, m_demoKeys, *m_clock, m_pools);
            m_core->gitHubToken = token;
            connect(&m_core->memory.history(), &history::History::troubled, this, &Session::historyTroubled);
            connect(&m_core->client.ledger(), &net::Ledger::changed, this, &Session::entriesChanged);
            connect(&m_core->client.ledger(), &net::Ledger::metersChanged, this, &Session::metersChanged);
            m_core->client.ledger().sendAll();
            QMetaObject::invokeMethod(this, [this, core = m_core.get()] { meet(*core); }, Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

/// The core is made: its services are called by queued signals from here on.
void Session::meet(const Core &core)
{
    for (size_t i = 0; i < core.hydras.size(); ++i)
        m_feeds.push_back({core.hydras[i]->server().id, core.watches[i].get(), core.farms[i].get()});
    m_choices = core.choices;
    m_channels = core.channels.get();
    m_desk = core.desk.get();
    m_logDesk = core.logDesk.get();
    m_excerpts = core.excerpts.get();
    m_tracer = core.tracer.get();
    m_jobs = core.jobs.get();
    m_endpoints = core.endpoints.get();
    m_pulls = core.pulls.get();
    m_evidenceFile = core.evidenceFile;
    m_notices = core.watchList.get();
    if (!core.cassette) {
        Q_EMIT failed(core.cassette.error());
        return;
    }
    Q_EMIT ready();
    Q_EMIT keysTroubled(core.keysTrouble);
    for (const auto &trouble : core.troubles)
        Q_EMIT historyTroubled(trouble);
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
    onCore([this, choices](Core &core) {
        const auto saved = core.setChoices(choices);
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

void Session::setCircumstances(const watch::Circumstances &circumstances)
{
    onCore([circumstances](Core &core) { core.setCircumstances(circumstances); });
}

void Session::onCore(std::function<void(Core &)> work)
{
    QMetaObject::invokeMethod(
        m_coreHome.get(),
        [this, work = std::move(work)] {
            if (m_core)
                work(*m_core);
        },
        Qt::QueuedConnection);
}

void Session::armFault(sim::Service service, sim::Fault fault, int count)
{
    QMetaObject::invokeMethod(
        m_simulatorHome.get(),
        [this, service, fault, count] {
            if (m_simulator)
                m_simulator->arm(service, fault, count);
        },
        Qt::QueuedConnection);
}

} // namespace narscope::ui
