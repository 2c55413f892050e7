// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "channels/endpointdesk.h"
#include "hydra/client.h"
#include "log/desk.h"
#include "log/excerpt.h"
#include "net/client.h"
#include "nix/desk.h"
#include "nix/trustchoices.h"
#include "sim/simulator.h"
#include "trace/evidencewitness.h"
#include "trace/jobdesk.h"
#include "trace/tracer.h"
#include "ui/shell/memory.h"
#include "ui/shell/statusbar.h"
#include "watch/channelwatch.h"
#include "watch/farmwatch.h"
#include "watch/hydrawatch.h"
#include "watch/pulldesk.h"
#include "watch/watchdesk.h"

namespace narscope::ui {

struct SessionConfig {
    Source source = Source::Live;
    sim::Config simulator; ///< Demo
    double speed = 1; ///< Demo: virtual seconds a second
    std::shared_ptr<Clock> clock; ///< of whoever measures; null: the source's own
    net::Servers servers; ///< Live and Replay
    QString contact;
    QString profile; ///< folder with what is kept: keys, history; empty: nothing is read nor kept
    QString recordTo; ///< folder; empty: nothing is recorded
    QString nixpkgsClone; ///< folder of a local clone; empty: none
    QString replayFrom; ///< Replay
};

/// What lives on the core thread: the one client and what asks through it. Made and destroyed there. What it holds does
/// not change after that, so that others may take the addresses; everything behind them is used by queued calls.
class Core {
public:
    /// `demoKeys` are the simulated caches' public keys. The clock and the pools must outlive it.
    Core(const SessionConfig &config, const net::Servers &servers, const QList<QByteArray> &demoKeys, Clock &clock,
        Pools &pools);
    ~Core();

    /// The client, watched by the witness.
    [[nodiscard]] net::Http &door() { return witness ? static_cast<net::Http &>(*witness) : client; }
    /// For checks and traces from now on; kept in the profile, except in a demonstration.
    [[nodiscard]] Result<void> setChoices(const nix::TrustChoices &now);
    /// Of everything that asks by itself.
    void setCircumstances(const watch::Circumstances &circumstances);

    /// What could not be read or opened; the program goes on without it.
    QList<Problem> troubles;
    Result<void> cassette; ///< of a recording to make or to play: without it nothing goes on
    QString keysTrouble; ///< a sentence; empty: the list of trusted keys is as it was left

    Memory memory; ///< first: the others write to it until they end
    net::Client client;
    std::unique_ptr<trace::WitnessHttp> witness; ///< writes the evidence log; null: nothing is kept
    QString evidenceFile; ///< of that log; empty: there is none
    nix::TrustChoices choices;
    std::vector<std::unique_ptr<hydra::Client>> hydras;
    std::vector<std::unique_ptr<watch::HydraWatch>> watches; ///< one for each Hydra, in the servers' order
    std::vector<std::unique_ptr<watch::FarmWatch>> farms; ///< one for each Hydra, in the servers' order
    std::unique_ptr<watch::ChannelWatch> channels; ///< of the first Hydra
    std::unique_ptr<nix::Desk> desk; ///< asks the caches for the Verify place
    std::unique_ptr<log::LogDesk> logDesk; ///< gets logs for the Logs place
    std::unique_ptr<log::ExcerptDesk> excerpts; ///< why builds failed, for the Jobs place
    std::unique_ptr<trace::JobDesk> jobs; ///< how jobs fared, for the Jobs place
    std::unique_ptr<watch::WatchDesk> watchList; ///< what a person watches, and notices of it
    std::unique_ptr<trace::Tracer> tracer; ///< follows changes for the Trace place
    net::Probe probe;
    std::unique_ptr<channels::EndpointDesk> endpoints; ///< looks at the pipeline's hosts when a person wants it
    std::unique_ptr<watch::PullDesk> pulls; ///< checks of the pull request in view, and workflows
    QByteArray gitHubToken; ///< for traces begun from now on; empty: none
    Scope scope; ///< flows of this core; last, so that they end first

private:
    void openEvidence();
    void openCassette(const SessionConfig &config);
    void readChoices(Source source, const QList<QByteArray> &demoKeys);
    void makeWatches(const net::Servers &servers);
    void makeDesks(const SessionConfig &config, const net::Servers &servers);

    Clock &m_clock;
    Pools &m_pools;
    QString m_profile; ///< empty: what a demonstration or a recording tells is not what was seen
    QString m_keysFolder; ///< empty in a demonstration, which has keys of its own
};

} // namespace narscope::ui
