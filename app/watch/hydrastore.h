// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "hydra/client.h"
#include "watch/change.h"
#include "watch/circumstances.h"
#include "watch/plan.h"
#include "watch/progresshttp.h"
#include "watch/recorder.h"

#include <map>
#include <random>
#include <set>

namespace narscope::watch {

/// Keeps what is shown of one Hydra fresh: the only place that polls it. Cheap pages that tell what changed
/// (the list of the newest evaluations, the jobsets with their counts) are asked for on a rhythm, details only
/// when these changed and somebody looks. A failed refresh keeps the last good value beside the problem.
/// Lives on the core thread; destroying it withdraws every request.
class HydraStore {
public:
    using Publish = std::function<void(const Change &)>;
    /// `seed` spreads the rhythm, so that many copies of the program do not ask at once.
    HydraStore(net::Http &http, net::Server server, Pools &pools, Clock &clock, quint32 seed, Publish publish);
    /// What is learned goes into the history, and each thing begins with what was last known of it: what is still
    /// fresh is not asked for. Before the first interest; the history must outlive the store.
    void remember(history::History &history);
    [[nodiscard]] QString server() const { return m_client.server().id; }

    void setInterest(const Interest &interest);
    /// These projects' jobsets, and the list of the newest evaluations while there are any, are kept fresh whatever
    /// the window shows: who wants them takes them from what is published. Replaces those before.
    void keepFresh(const QStringList &projects);
    void setCircumstances(const Circumstances &circumstances);
    void refresh(const Subject &subject);
    void loadOlder(const JobsetName &jobset);
    void search(EvalId eval, QString text);
    void loadAll(EvalId eval);
    void cancelLoadAll();

private:
    struct Track {
        Milliseconds askedAt{-1}; ///< -1: never
        Milliseconds dueAt{0};
        int failures = 0;
        bool inFlight = false;
        bool wasRecalled = false; ///< the history was asked
        std::unique_ptr<Scope> scope = std::make_unique<Scope>();
    };
    using Keys = std::set<Key>;

    // hydrastore.cpp: what is asked when
    [[nodiscard]] Keys wanted() const;
    [[nodiscard]] Keys keysOf(const Subject &subject) const;
    void wantedChanged(const Keys &before);
    void replan();
    Task<void> loop();
    void startDue(const Keys &keys, net::Priority priority);
    void start(const Key &key, net::Priority priority);
    void withdraw(const Keys &stillWanted);
    void markChanged(const Key &key);
    /// An attempt is over; plans the next one, and tells the problem when that is. replan() follows.
    void settle(const Key &key, std::optional<Problem> &problem);
    [[nodiscard]] Milliseconds pauseAfter(const Key &key) const;
    [[nodiscard]] Milliseconds buildPause(BuildId build) const;
    void forgetOld();

    // hydraflows.cpp: one flow a thing
    Task<void> run(Key key, hydra::Ask ask);
    Task<void> askFor(Key key, hydra::Ask ask);
    Task<void> askProjects(Key key, hydra::Ask ask);
    Task<void> askLatestEvals(Key key, hydra::Ask ask);
    Task<void> askJobsets(Key key, hydra::Ask ask);
    Task<void> askEvals(Key key, hydra::Ask ask);
    Task<void> askJobset(Key key, hydra::Ask ask);
    Task<void> askEvalHeader(Key key, hydra::Ask ask);
    Task<void> askEvalJobs(Key key, hydra::Ask ask);
    Task<void> askEvalErrors(Key key, hydra::Ask ask);
    Task<void> askBuild(Key key, hydra::Ask ask);
    Task<void> askBuildDetails(Key key, hydra::Ask ask);
    Task<void> askOlder(JobsetName jobset, int page);
    Task<void> askSearch(EvalId eval, QString text);
    Task<void> askAll(EvalId eval);
    void setLoading(const Key &key, bool loading);
    void publish(const Key &key);
    void takeEvalPage(const JobsetName &asked, const hydra::EvalPage &page, int number);
    void noticeJobsets(const QList<hydra::JobsetOverview> &before, const QList<hydra::JobsetOverview> &now);
    void noticeEvals(const QList<hydra::EvalSummary> &newest);
    void rename(const JobsetName &from, const JobsetName &to);
    void reportProgress(qint64 bytes);
    template <typename T> void take(const Key &key, Seen<T> &seen, const Result<T> &answer);

    // hydrarecall.cpp: what the history knows
    /// Whether it is fresh enough not to be asked for.
    Task<bool> recall(Key key);
    template <typename T> Task<bool> recallInto(Key key, Seen<T> *seen);
    void settleRecalled(const Key &key, Milliseconds age);

    Clock &m_clock;
    Pools &m_pools;
    Publish m_publish;
    ProgressHttp m_http;
    hydra::Client m_client;
    std::unique_ptr<Recorder> m_recorder; ///< null: nothing is remembered
    std::minstd_rand m_jitter;
    Interest m_interest;
    Circumstances m_circumstances;
    QStringList m_keptFresh; ///< projects
    bool m_inLoop = false;
    std::map<Key, Track> m_tracks;

    Seen<QList<hydra::Project>> m_projects;
    std::map<QString, Seen<QList<hydra::JobsetOverview>>> m_jobsets;
    std::map<JobsetName, Seen<EvalList>> m_evals;
    std::map<JobsetName, Seen<hydra::Jobset>> m_jobset;
    std::map<EvalId, Seen<hydra::EvalHeader>> m_headers;
    std::map<EvalId, Seen<hydra::EvalJobs>> m_evalJobs;
    std::map<EvalId, Seen<hydra::EvalErrors>> m_errors;
    std::map<BuildId, Seen<hydra::Build>> m_builds;
    std::map<BuildId, Seen<hydra::BuildDetails>> m_details;
    AllBuildsSeen m_all;
    Milliseconds m_allReported{0};

    // Last, so that flows end before what they use.
    Scope m_searchFlow;
    Scope m_allFlow;
    Scope m_olderFlow;
    Scope m_loopFlow;
};

} // namespace narscope::watch
