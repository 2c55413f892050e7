// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channels/client.h"
#include "github/client.h"
#include "github/containment.h"
#include "history/history.h"
#include "hydra/client.h"
#include "nix/verifier.h"
#include "trace/known.h"
#include "trace/recorder.h"
#include "trace/tracer.h"

#include <QHash>

#include <functional>

namespace narscope::trace {

/// The clients that a trace asks with, all through its recorder.
struct Sources {
    Recorder &http;
    hydra::Client &hydra;
    github::Client &gitHub;
    channels::Client &channels;
    nix::Verifier &verifier;
    github::CloneContainment *clone = nullptr; ///< null: no clone was named
    history::History *history = nullptr;
    Clock &clock;
    github::BranchGraph graph; ///< how commits travel, as known when the trace began
};

/// What a round may still ask of Hydra and GitHub.
class Budget {
public:
    Budget() = default;
    Budget(const Recorder &recorder, int hydra, int gitHub);

    [[nodiscard]] bool allowsHydra(int requests = 1) const;
    [[nodiscard]] bool allowsGitHub(int requests = 1) const;

private:
    const Recorder *m_recorder = nullptr;
    int m_hydraUntil = 0; ///< the recorder's count
    int m_gitHubUntil = 0;
};

/// Whether a tip has a commit, and what says so.
struct Answered {
    github::Containing containing;
    QList<QByteArray> answers;
    bool byHashes = false; ///< by a clone on this machine
};

/// Why a question was left for the next round.
[[nodiscard]] QString tooDearSentence();

/// Follows pull requests down to the channels. One round asks what is open and may have changed; what is
/// final is never asked again. One thread; everything given must outlive it.
class Forward {
public:
    Forward(Sources sources, Order order, KnownForward &known, std::function<void()> publish);

    [[nodiscard]] Task<void> round(PullRequestNr number, QString repository);

private:
    using Server = net::ServerKind;

    // One question: asked unless the budget is spent, its answer and evidence kept. The why must be of that
    // question alone.
    template <typename T>
    Task<bool> look(Look<T> *into, bool allowed, Task<Result<T>> asking, QString why, QUrl source);
    [[nodiscard]] QString why(const KnownPull &pull, const QString &what) const;
    /// Its answer will not change: later starts need not ask. Answers of several pages are not kept.
    template <typename T> void keep(const Look<T> &look, qint64 seconds = 0);

    Task<void> trackRound(KnownPull *pull);
    Task<void> askPull(KnownPull *pull);
    Task<void> askCommit(KnownPull *pull);
    /// With a token: pull request, checks, statuses and its place in the queue in one request.
    Task<bool> askOverview(KnownPull *pull);
    Task<void> askChecks(KnownPull *pull);
    Task<void> askComparison(KnownPull *pull);
    void findAttributes(KnownPull *pull);
    void findBackports(const KnownPull &pull);
    void planPlaces(KnownPull *pull);

    Task<void> askBranches(KnownPull *pull);
    /// With a token: all branches and channels at once.
    Task<void> askReach(KnownPull *pull);
    void takeReach(const Look<QList<github::BranchReach>> &reach, const QString &sha);
    Task<void> askBranch(KnownPull *pull, KnownBranch *branch);
    /// Which merges brought the commit: of a clone alone, which costs no request.
    Task<void> askCarriers(KnownPull *pull);
    /// Whether a revision or branch has a commit; kept when it cannot change any more. NotAllowed: too dear
    /// now.
    Task<Result<Answered>> contains(QString tip, QString sha, QString why);
    [[nodiscard]] QUrl comparePage(const QString &tip, const QString &sha) const;
    /// The last branch that has the commit; null before it is merged.
    [[nodiscard]] KnownBranch *furthest(KnownPull *pull) const;

    Task<void> askEvals(KnownPull *pull, KnownJobset *jobset);
    Task<void> searchEval(KnownPull *pull, KnownJobset *jobset);
    Task<bool> askEval(KnownPull *pull, KnownJobset *jobset, QString revision);
    Task<void> noteFinished(KnownJobset *jobset);
    /// The evaluation that an earlier start found.
    Task<void> recallFound(KnownPull *pull, KnownJobset *jobset);
    void rememberFound(const KnownPull &pull, const KnownJobset &jobset);
    [[nodiscard]] QHash<QString, bool> knownOf(const KnownPull &pull, const KnownJobset &jobset) const;
    Task<std::optional<Answered>> remembered(QString tip, QString sha);
    void remember(const QString &tip, const QString &sha, const Answered &answered);
    /// How long the job's builds take, in our own history.
    Task<std::optional<UsualTime>> usualTime(JobName job);
    Task<void> askBuilding(KnownPull *pull);
    Task<void> askJobs(KnownPull *pull, KnownJobset *jobset);
    Task<void> askErrors(KnownPull *pull, KnownJobset *jobset);
    void listBuilds(KnownPull *pull, const KnownJobset &jobset);

    Task<void> askBuilds(KnownPull *pull, bool firstOnly);
    Task<void> askBuild(KnownPull *pull, KnownBuild *build);
    /// The derivation that the build was seen with before, when Hydra has given it another since; else empty.
    Task<QString> formerDrv(BuildId id, QString drvPath);
    Task<void> askFailure(KnownPull *pull, KnownBuild *build);
    Task<void> askPathOfFailed(KnownBuild *build);
    /// How many steps wait for machines of the queued builds' systems; costs Hydra nothing.
    Task<void> askQueues(KnownPull *pull);
    Task<void> askPath(KnownPath *path);

    Task<void> askChannels(KnownPull *pull);
    Task<void> askChannelStates(KnownPull *pull);
    Task<void> askChannel(KnownPull *pull, KnownChannel *channel);
    Task<void> askRelease(KnownPull *pull, KnownChannel *channel);
    Task<void> askGate(KnownPull *pull, KnownChannel *channel);
    Task<void> askGateBuild(KnownPull *pull, KnownChannel *channel);
    Task<void> askLeftovers(KnownPull *pull);

    [[nodiscard]] hydra::Ask hydraAsk(const QString &why) const;
    [[nodiscard]] github::Ask gitHubAsk(const QString &why) const;
    [[nodiscard]] bool hasSystem(const QString &system) const;

    Sources m_sources;
    Order m_order;
    KnownForward &m_known;
    std::function<void()> m_publish;
    int m_round = 0;
    Budget m_budget;
    github::CompareContainment m_compare;
    QHash<QString, Answered> m_contained; ///< «TIP COMMIT»: what never changes
    QHash<QString, Answered> m_fresh; ///< «BRANCH COMMIT»: this round's answers about branches
    bool m_hasGraphQl = true; ///< until it refuses
};

} // namespace narscope::trace
