// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/trustchoices.h"
#include "sim/simulator.h"
#include "ui/shell/core.h"

#include <QThread>

#include <optional>

namespace narscope::ui {

/// Those that a place of the window asks; others are neither shown nor asked.
[[nodiscard]] net::Servers serversInUse(const net::Servers &servers);

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
    [[nodiscard]] log::ExcerptDesk *excerpts() const { return m_excerpts; }
    [[nodiscard]] watch::NoticeSource *notices() const { return m_notices; }
    [[nodiscard]] trace::Tracer *tracer() const { return m_tracer; }
    [[nodiscard]] trace::JobDesk *jobs() const { return m_jobs; }
    [[nodiscard]] channels::EndpointDesk *endpoints() const { return m_endpoints; }
    [[nodiscard]] watch::PullDesk *pulls() const { return m_pulls; }
    [[nodiscard]] const QString &evidenceFile() const { return m_evidenceFile; } ///< empty: none is kept
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
    /// How often everything asks by itself from now on.
    void setCircumstances(const watch::Circumstances &circumstances);
    /// Runs on the core thread.
    void onCore(std::function<void(Core &)> work);
    /// The simulated caches' public keys; empty outside of a demonstration.
    [[nodiscard]] QList<QByteArray> demoKeys() const { return m_demoKeys; }
    /// A pull request of the simulated world that is on its way; nothing outside of a demonstration.
    [[nodiscard]] std::optional<PullRequestNr> demoStory() const { return m_demoStory; }
    /// Pull requests of the simulated world that go each another way, with their titles.
    [[nodiscard]] const QList<std::pair<PullRequestNr, QString>> &demoPulls() const { return m_demoPulls; }
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
    void meet(const Core &core);

    SessionConfig m_config;
    std::shared_ptr<Clock> m_clock;
    net::Servers m_servers;
    QByteArray m_gitHubToken;
    QList<QByteArray> m_demoKeys;
    std::optional<PullRequestNr> m_demoStory;
    QList<std::pair<PullRequestNr, QString>> m_demoPulls;
    nix::TrustChoices m_choices;
    std::vector<Feed> m_feeds;
    watch::ChannelFeed *m_channels = nullptr;
    nix::Desk *m_desk = nullptr;
    log::LogDesk *m_logDesk = nullptr;
    log::ExcerptDesk *m_excerpts = nullptr;
    watch::NoticeSource *m_notices = nullptr;
    trace::Tracer *m_tracer = nullptr;
    trace::JobDesk *m_jobs = nullptr;
    channels::EndpointDesk *m_endpoints = nullptr;
    watch::PullDesk *m_pulls = nullptr;
    QString m_evidenceFile;
    Pools m_pools;
    QThread m_coreThread;
    QThread m_simulatorThread;
    std::unique_ptr<QObject> m_coreHome; ///< lives on the core thread; calls are queued to it
    std::unique_ptr<QObject> m_simulatorHome;
    std::unique_ptr<Core> m_core; ///< touched on the core thread only
    std::unique_ptr<sim::Simulator> m_simulator; ///< touched on its own thread only
};

} // namespace narscope::ui
