// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "hydra/client.h"
#include "log/desk.h"
#include "net/client.h"
#include "nix/desk.h"
#include "nix/trustchoices.h"
#include "sim/simulator.h"
#include "trace/evidencewitness.h"
#include "trace/tracer.h"
#include "ui/shell/memory.h"
#include "ui/shell/statusbar.h"
#include "watch/channelwatch.h"
#include "watch/farmwatch.h"
#include "watch/hydrawatch.h"
#include "watch/watchdesk.h"

#include <QThread>

#include <optional>

namespace narscope::ui {

struct SessionConfig {
    Source source = Source::Live;
    sim::Config simulator; ///< Demo
    double speed = 1; ///< Demo: virtual seconds a second
    net::Servers servers; ///< Live and Replay
    QString contact;
    QString profile; ///< folder with what is kept: keys, history; empty: nothing is read nor kept
    QString recordTo; ///< folder; empty: nothing is recorded
    QString nixpkgsClone; ///< folder of a local clone; empty: none
    QString replayFrom; ///< Replay
};

/// Those that a place of the window asks; others are neither shown nor asked.
[[nodiscard]] net::Servers serversInUse(const net::Servers &servers);

/// What lives on the core thread: the one client and what asks through it. Made and destroyed there.
struct Core {
    Core(Clock &clock, Pools &pools, const QString &profile, const net::Servers &servers, const QString &contact);

    Memory memory; ///< first: the others write to it until they end
    net::Client client;
    std::unique_ptr<trace::WitnessHttp> witness; ///< writes the evidence log; null: nothing is kept
    /// The client, watched by the witness.
    [[nodiscard]] net::Http &door() { return witness ? static_cast<net::Http &>(*witness) : client; }
    std::vector<std::unique_ptr<hydra::Client>> hydras;
    std::vector<std::unique_ptr<watch::HydraWatch>> watches; ///< one for each Hydra, in the servers' order
    std::vector<std::unique_ptr<watch::FarmWatch>> farms; ///< one for each Hydra, in the servers' order
    std::unique_ptr<watch::ChannelWatch> channels; ///< of the first Hydra
    std::unique_ptr<nix::Desk> desk; ///< asks the caches for the Verify place
    std::unique_ptr<log::LogDesk> logDesk; ///< gets logs for the Logs place
    std::unique_ptr<watch::WatchDesk> watchList; ///< what a person watches, and notices of it
    std::unique_ptr<trace::Tracer> tracer; ///< follows changes for the Trace place
    QByteArray gitHubToken; ///< for traces begun from now on; empty: none
    Scope scope; ///< flows of this core; last, so that they end first
};

/// Everything below the window: the clock, the threads, the core, in a demonstration the simulator. Lives on the
/// GUI thread. Until start() no thread runs and nobody is asked. The window must go before it.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(SessionConfig config);
    /// Withdraws every request, waits for work under way, ends the threads.
    ~Session() override;

    [[nodiscard]] const SessionConfig &config() const { return m_config; }
    [[nodiscard]] Clock &clock() { return *m_clock; }
    void setContact(const QString &contact) { m_config.contact = contact; } ///< before start()
    void start();

    // After ready():
    [[nodiscard]] const net::Servers &servers() const { return m_servers; }
    /// Null when there is no Hydra with this id.
    [[nodiscard]] watch::HydraFeed *feed(const QString &server) const;
    /// Its farm; null when there is no Hydra with this id.
    [[nodiscard]] watch::FarmFeed *farm(const QString &server) const;
    [[nodiscard]] watch::ChannelFeed *channels() const { return m_channels; }
    /// Lives on the core thread: call it by queued signals.
    [[nodiscard]] nix::Desk *desk() const { return m_desk; }
    [[nodiscard]] log::LogDesk *logDesk() const { return m_logDesk; }
    [[nodiscard]] watch::NoticeSource *notices() const { return m_notices; }
    [[nodiscard]] trace::Tracer *tracer() const { return m_tracer; }
    /// Whose signatures count: as the profile says, in a demonstration those of the simulated caches.
    [[nodiscard]] const nix::TrustChoices &trustChoices() const { return m_choices; }
    /// For checks from now on; kept in the profile. keysTroubled() tells when that failed, and an empty sentence when
    /// it went well.
    void setTrustChoices(const nix::TrustChoices &choices);
    /// What was verified before, by keptAnswered().
    void askKept();
    /// Sent to a real GitHub only, with traces begun from now on.
    void setGitHubToken(const QByteArray &token);
    /// Policies with a person's budgets, and how long the history keeps what it saw.
    void setPolicies(const net::Servers &servers, const history::Retention &keeping);
    /// Runs on the core thread.
    void onCore(std::function<void(Core &)> work);
    /// The simulated caches' public keys; empty outside of a demonstration.
    [[nodiscard]] QList<QByteArray> demoKeys() const { return m_demoKeys; }
    [[nodiscard]] Pools &pools() { return m_pools; }
    /// Demo: the next `count` requests to the service get the fault; a negative count means every one from now on.
    /// None clears. Takes effect a moment later, on the simulator's thread.
    void armFault(sim::Service service, sim::Fault fault, int count);

Q_SIGNALS:
    void ready();
    void failed(const narscope::Problem &problem);
    /// The history was set aside or cannot be written; the program goes on.
    void historyTroubled(const narscope::Problem &problem);
    /// Results of checks, newest first; see askKept().
    void keptAnswered(const QList<narscope::history::Verification> &kept);
    void keysTroubled(const QString &sentence);
    void entriesChanged(const QList<narscope::net::LedgerEntry> &entries);
    void metersChanged(const QList<narscope::net::ServerMeter> &meters);

private:
    struct Feed {
        QString server;
        watch::HydraFeed *feed;
        watch::FarmFeed *farm;
    };
    void startSimulator();
    void startCore(const net::Servers &servers);
    [[nodiscard]] nix::TrustChoices firstChoices(QString *trouble) const;
    [[nodiscard]] Result<void> openCassette(Core &core) const;
    [[nodiscard]] Result<void> openEvidence(Core &core, const QString &profile);

    SessionConfig m_config;
    std::unique_ptr<Clock> m_clock;
    net::Servers m_servers;
    QByteArray m_gitHubToken;
    QList<QByteArray> m_demoKeys;
    nix::TrustChoices m_choices;
    std::vector<Feed> m_feeds;
    watch::ChannelFeed *m_channels = nullptr;
    nix::Desk *m_desk = nullptr;
    log::LogDesk *m_logDesk = nullptr;
    watch::NoticeSource *m_notices = nullptr;
    trace::Tracer *m_tracer = nullptr;
    Pools m_pools;
    QThread m_coreThread;
    QThread m_simulatorThread;
    std::unique_ptr<QObject> m_coreHome; ///< lives on the core thread; calls are queued to it
    std::unique_ptr<QObject> m_simulatorHome;
    std::unique_ptr<Core> m_core; ///< touched on the core thread only
    std::unique_ptr<sim::Simulator> m_simulator; ///< touched on its own thread only
};

} // namespace narscope::ui
