// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channels/client.h"
#include "history/history.h"
#include "hydra/client.h"
#include "watch/circumstances.h"
#include "watch/farmfeed.h"
#include "watch/farmtake.h"

#include <functional>
#include <map>
#include <random>

namespace narscope::watch {

/// Who tells of one Hydra's farm.
struct FarmServers {
    net::Server hydra;
    QUrl metrics{}; ///< of its queue runner; empty: it has none that may be asked
    QUrl prometheus{}; ///< that remembers these metrics; empty: none
};
/// The queue runner and the Prometheus that belong to the Hydra: below the same domain, or all on this
/// machine.
[[nodiscard]] FarmServers farmServersOf(const net::Server &hydra, const net::Servers &all);

/// The pause between two questions to one source (hydra.md §13); nothing: it is not asked.
[[nodiscard]] std::optional<Milliseconds> farmInterval(FarmSource source, FarmView view, const FarmServers &servers);

/// Keeps the picture of one Hydra's farm fresh while somebody looks: metrics first, which cost Hydra nothing,
/// details at the pace of the polling plan. A failed question keeps what is known beside the problem. Lives
/// on the core thread; destroying it withdraws every request.
class FarmStore {
public:
    using Publish = std::function<void(const FarmState &)>;
    /// `seed` spreads the rhythm, so that many copies of the program do not ask at once.
    FarmStore(net::Http &http, FarmServers servers, Pools &pools, Clock &clock, quint32 seed, Publish publish);

    /// Begins with what the history knows and records there from now on. Before the first call of the others;
    /// the history must outlive the store.
    void remember(history::History &history);

    void setView(const QString &viewer, FarmView view);
    void setCircumstances(const Circumstances &circumstances);
    void refresh();

private:
    struct Track {
        Milliseconds dueAt{0};
        int failures = 0;
        bool inFlight = false;
        std::unique_ptr<Scope> scope = std::make_unique<Scope>();
    };
    [[nodiscard]] FarmView view() const;
    [[nodiscard]] std::optional<Milliseconds> pauseOf(FarmSource source) const;
    void replan();
    Task<void> loop();
    void startDue();
    void start(FarmSource source, net::Priority priority);
    void withdrawUnwanted();
    void settle(FarmSource source, std::optional<Problem> problem);
    void tell();

    Task<void> recall();
    void recallLoadsOnce();
    Task<void> recallLoads();
    void record(const QList<hydra::Machine> &machines);
    void recordQueues();

    Task<void> run(FarmSource source, hydra::Ask ask);
    Task<void> askMetrics(hydra::Ask ask);
    Task<void> askRunner(hydra::Ask ask);
    Task<void> askActivity(hydra::Ask ask);
    Task<void> askQueue(hydra::Ask ask);
    Task<void> askPast(hydra::Ask ask);

    net::Http &m_http;
    FarmServers m_servers;
    Pools &m_pools;
    Clock &m_clock;
    Publish m_publish;
    hydra::Client m_hydra;
    channels::Client m_prometheus;
    std::minstd_rand m_jitter;
    std::map<QString, FarmView> m_views;
    Circumstances m_circumstances;
    bool m_inLoop = false;
    Milliseconds m_slotsAskedAt{0}; ///< 0: never
    FarmState m_state;
    FarmMemory m_memory;
    std::array<Track, farmSources> m_tracks;
    history::History *m_history = nullptr;
    qint64 m_recordedAt = 0; ///< the queues
    qint64 m_loadsRecordedAt = 0; ///< of the builders
    bool m_isRecalled = false;
    bool m_areLoadsRecalled = false;
    Scope m_recallFlow;
    Scope m_loadsFlow;
    Scope m_loopFlow; ///< last, so that flows end before what they use
};

} // namespace narscope::watch
