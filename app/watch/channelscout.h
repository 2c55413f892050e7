// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/client.h"
#include "hydra/client.h"
#include "watch/channelfacts.h"

#include <map>
#include <set>

namespace narscope::watch {

/// Finds out about channels and keeps what it found; decides what has to be asked for a verdict, and when it
/// is called does it at once. When it is called is its owner's business. One thread; everything given must
/// outlive it, and it its tasks.
///
/// Metrics and pointers cost Hydra nothing. Of Hydra: one page of evaluations and one filtered page for each
/// evaluation whose gate is not decided; of a failed gate its page and those of at most three jobs behind it.
class ChannelScout {
public:
    ChannelScout(net::Http &http, const net::Servers &servers, Pools &pools, Clock &clock);

    /// Those of the shipped map that are maintained, and those that Prometheus calls current.
    [[nodiscard]] const std::map<QString, ChannelFacts> &channels() const { return m_facts; }
    [[nodiscard]] QStringList names() const; ///< in the order of the map, others behind
    [[nodiscard]] QStringList projects() const; ///< of the gate jobs
    /// What was known of a channel at an earlier time; what was found out since stays.
    void recall(const QString &channel, ChannelFacts facts);
    /// Makes a channel known that no map has.
    void add(const QString &channel);
    [[nodiscard]] const net::Server *hydraServer() const { return m_hydra ? &m_hydra->server() : nullptr; }
    [[nodiscard]] const QList<hydra::JobsetOverview> &jobsets() const { return m_jobsets; }
    [[nodiscard]] const std::map<JobsetName, EvalId> &newestEvals() const { return m_newestEvals; }

    Task<void> askStates(hydra::Ask ask); ///< Prometheus: all channels
    Task<void> askGateMetrics(hydra::Ask ask); ///< Prometheus: gate jobs and publishing units, two requests
    Task<void> askPast(hydra::Ask ask); ///< Prometheus: 30 days, two requests
    Task<void> askPointer(QString channel, hydra::Ask ask); ///< CDN; when it moved also its release's index
    Task<void> askBucket(QString channel, hydra::Ask ask);
    Task<void> askBranches(hydra::Ask ask); ///< GitHub: all channel branches in one request
    Task<void> askJobsets(QString project, hydra::Ask ask); ///< Hydra, B: counts of the newest evaluations
    /// The same, asked for by somebody else.
    void takeJobsets(const QString &project, const Seen<QList<hydra::JobsetOverview>> &seen);
    /// An evaluation that a list of this jobset's begins with; whether it is newer than those known.
    bool noteNewest(const JobsetName &jobset, EvalId eval);
    /// Hydra: evaluations, the gate in them, and why it fails, as far as the verdict needs it.
    Task<void> investigate(QString channel, hydra::Ask ask);

    /// Whether investigate() would find anything new: counts or the pointer changed since the last time.
    [[nodiscard]] bool wantsInvestigation(const QString &channel) const;

private:
    struct Known {
        std::map<EvalId, GateAt> gates;
        std::map<EvalId, int> unfinishedWhenAsked; ///< of undecided ones
        std::map<BuildId, GateTrouble> troubles; ///< by the gate's build
        hydra::JobsetOverview investigatedAt;
        QString investigatedRelease;
        bool isInvestigated = false;
    };

    [[nodiscard]] ChannelFacts &facts(const QString &channel) { return m_facts.at(channel); }
    Task<void> askRelease(QString channel, QString folder, hydra::Ask ask);
    Task<void> askEvals(QString channel, hydra::Ask ask);
    Task<void> askErrors(QString channel, hydra::Ask ask);
    Task<void> askGates(QString channel, hydra::Ask ask);
    void forgetSettled(const QString &channel, const QList<hydra::EvalSummary> &newer);
    Task<Result<GateAt>> askGate(EvalId eval, QString job, hydra::Ask ask);
    Task<void> askTrouble(QString channel, GateAt gate, hydra::Ask ask);
    Task<void> askWindow(QString channel, hydra::Ask ask);
    Task<std::optional<GateCause>> askCause(BuildId build, hydra::Ask ask);
    void setRow(ChannelFacts &facts, const GateAt &gate);
    void noteLeft(ChannelFacts &facts);
    void noteAgreement(ChannelFacts &facts);
    void setView(const QString &channel, PointerView view, const Result<Pointing> &pointing);

    Clock &m_clock;
    channels::Client m_client;
    std::unique_ptr<hydra::Client> m_hydra;
    std::unique_ptr<github::Client> m_gitHub;
    std::map<std::pair<QString, QString>, CommitWindow> m_windows; ///< by first and last revision
    std::map<QString, ChannelFacts> m_facts;
    std::map<QString, Known> m_known;
    QList<hydra::JobsetOverview> m_jobsets;
    std::map<JobsetName, EvalId> m_newestEvals;
};

} // namespace narscope::watch
