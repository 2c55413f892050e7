// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/core.h"

#include <QCoreApplication>
#include <QDir>
#include <QStandardPaths>

#include <malloc.h>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// What the demonstration's servers say is not mixed with what real ones said. Without a profile nothing is kept.
std::shared_ptr<log::Archive> archiveFor(const SessionConfig &config)
{
    if (config.profile.isEmpty())
        return nullptr;
    return std::make_shared<log::Archive>(
        config.profile + (config.source == Source::Demo ? u"/logs-demo"_s : u"/logs"_s), log::archiveLimit);
}

QStringList cachesAmong(const net::Servers &servers)
{
    QStringList caches;
    for (const auto &server : servers) {
        if (server.kind == net::ServerKind::Cache)
            caches << server.url.toString(QUrl::FullyEncoded);
    }
    return caches;
}

/// The simulated caches' keys are trusted; the shipped ones are known by name, for nothing simulated is signed with
/// them.
nix::TrustChoices demoChoices(const QList<QByteArray> &keys)
{
    nix::TrustChoices choices;
    for (const auto &text : keys) {
        if (auto key = nix::parsePublicKey(text))
            choices.keys.push_back({.key = *key, .purpose = u"a simulated cache"_s, .source = u"demonstration"_s});
    }
    for (auto key : nix::shippedKeys()) {
        key.enabledByDefault = false;
        choices.keys.push_back(std::move(key));
    }
    return choices;
}

/// Blocks from this size on have pages of their own, which go back when they are freed. It is the C library's own first
/// value; set, it no longer rises with the largest answer so far, whose room then stays between small things.
constexpr int largeBlock = 128 * 1024;

/// The C library keeps what is freed, in every thread's heap; a program that runs for days gives it back. On a pool, as
/// it takes some milliseconds.
Task<void> giveBackMemory(Clock &clock, Pools &pools)
{
    for (;;) {
        co_await clock.sleep(std::chrono::minutes(10));
        auto giving = runOn(pools.store, [] { return malloc_trim(0); });
        (void)co_await std::move(giving);
    }
}

} // namespace

Core::Core(const SessionConfig &config, const net::Servers &servers, const QList<QByteArray> &demoKeys, Clock &clock,
    Pools &pools)
    : memory(config.source == Source::Live ? config.profile : QString(), clock, pools)
    , client(clock, servers, config.contact)
    , probe(clock)
    , m_clock(clock)
    , m_pools(pools)
    , m_profile(config.source == Source::Live ? config.profile : QString())
    , m_keysFolder(config.source == Source::Demo ? QString() : config.profile)
{
    mallopt(M_MMAP_THRESHOLD, largeBlock);
    openEvidence();
    openCassette(config);
    readChoices(config.source, demoKeys);
    makeWatches(servers);
    makeDesks(config, servers);
    memory.follow(client.ledger());
    memory.follow(*desk);
    memory.follow(*logDesk, hydras.empty() ? QString() : hydras.front()->server().id);
    memory.keepSmall({});
    scope.start(giveBackMemory(clock, pools));
}

Core::~Core()
{
    client.ledger().flush(); // the last requests are counted too
}

void Core::openEvidence()
{
    const auto file = QDir(memory.folder()).filePath(trace::evidenceFileName);
    auto log = trace::EvidenceLog::open(file, m_clock.now());
    if (!log) {
        troubles << log.error();
        return;
    }
    evidenceFile = file;
    witness = std::make_unique<trace::WitnessHttp>(
        client, client.servers(), m_clock, std::make_unique<trace::EvidenceRecorder>(std::move(*log)));
}

void Core::openCassette(const SessionConfig &config)
{
    if (!config.replayFrom.isEmpty())
        cassette = client.replayFrom(config.replayFrom);
    if (cassette && !config.recordTo.isEmpty())
        cassette = client.recordTo(config.recordTo);
}

/// A list that cannot be read leaves the shipped keys in force and the file alone.
void Core::readChoices(Source source, const QList<QByteArray> &demoKeys)
{
    if (m_keysFolder.isEmpty()) {
        choices = source == Source::Demo ? demoChoices(demoKeys) : nix::shippedChoices();
        return;
    }
    auto read = nix::readChoices(m_keysFolder);
    if (!read)
        keysTrouble = QCoreApplication::translate("Core", "The keys that Narscope ships are in force: %1")
                          .arg(read.error().sentence);
    choices = read.value_or(nix::shippedChoices());
}

void Core::makeWatches(const net::Servers &servers)
{
    quint32 seed = 1;
    for (const auto &server : servers) {
        if (server.kind != net::ServerKind::Hydra)
            continue;
        hydras.push_back(std::make_unique<hydra::Client>(client, server, m_pools));
        watches.push_back(std::make_unique<watch::HydraWatch>(client, server, m_pools, m_clock, seed));
        watches.back()->remember(memory.history());
        farms.push_back(std::make_unique<watch::FarmWatch>(
            client, watch::farmServersOf(server, servers), m_pools, m_clock, seed++));
        farms.back()->remember(memory.history());
    }
    channels = std::make_unique<watch::ChannelWatch>(door(), servers, m_pools, m_clock, seed);
    channels->remember(memory.history());
    if (!watches.empty())
        channels->follow(*watches.front());
}

void Core::makeDesks(const SessionConfig &config, const net::Servers &servers)
{
    desk = std::make_unique<nix::Desk>(
        cachesAmong(servers), nix::isoPlaces(servers), policyOf(choices), door(), m_pools, m_clock);
    QList<hydra::Client *> asked;
    for (const auto &hydra : hydras)
        asked << hydra.get();
    const auto spool = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + u"/logs"_s;
    const auto archive = archiveFor(config);
    logDesk = std::make_unique<log::LogDesk>(asked, servers, client, m_pools, m_clock, spool, archive);
    logDesk->listenThrough(client);
    excerpts = std::make_unique<log::ExcerptDesk>(asked, servers, client, m_pools, spool, archive);
    const trace::TracerDoors doors{.http = door(),
        .pools = m_pools,
        .clock = m_clock,
        .history = &memory.history(),
        .gitHubToken = [this] { return github::Token(gitHubToken); },
        .gitClone = config.nixpkgsClone};
    tracer = std::make_unique<trace::Tracer>(servers, policyOf(choices), doors);
    jobs = std::make_unique<trace::JobDesk>(asked, servers, doors);
    endpoints = std::make_unique<channels::EndpointDesk>(door(), servers, m_clock, probe);
    // The simulator shows what a token gives; it takes any.
    const auto token = [this, isDemo = config.source == Source::Demo] {
        return github::Token(isDemo ? "demonstration"_ba : gitHubToken);
    };
    pulls = std::make_unique<watch::PullDesk>(
        watch::PullDoors{.http = door(), .servers = servers, .pools = m_pools, .clock = m_clock, .gitHubToken = token});
    const watch::WatchFeeds feeds{.channels = channels.get(), .farm = farms.empty() ? nullptr : farms.front().get()};
    watchList = std::make_unique<watch::WatchDesk>(
        watch::WatchDoors{.http = door(), .servers = servers, .pools = m_pools, .clock = m_clock}, feeds,
        memory.history(), m_profile);
    QObject::connect(watchList.get(), &watch::WatchDesk::buildFailed, logDesk.get(), &log::LogDesk::keepLog);
    watchList->start();
}

void Core::setCircumstances(const watch::Circumstances &circumstances)
{
    for (const auto &one : watches)
        one->setCircumstances(circumstances);
    for (const auto &one : farms)
        one->setCircumstances(circumstances);
    channels->setCircumstances(circumstances);
    watchList->setCircumstances(circumstances);
    pulls->setCircumstances(circumstances);
}

Result<void> Core::setChoices(const nix::TrustChoices &now)
{
    choices = now;
    desk->setPolicy(policyOf(choices));
    tracer->setPolicy(policyOf(choices));
    return m_keysFolder.isEmpty() ? Result<void>{} : nix::saveChoices(m_keysFolder, choices);
}

} // namespace narscope::ui
