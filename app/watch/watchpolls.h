// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "channels/client.h"
#include "github/client.h"
#include "hydra/client.h"
#include "nix/cacheclient.h"
#include "watch/circumstances.h"
#include "watch/transitions.h"

#include <map>
#include <memory>

namespace narscope::watch {

/// What polls need; all of it must outlive them.
struct WatchDoors {
    net::Http &http;
    net::Servers servers;
    Pools &pools;
    Clock &clock;
};

/// One question that is asked again and again.
struct Poll {
    WatchRule rule{};
    WatchKind kind = WatchKind::Job; ///< Job for what a package or maintainer stands for
    QString server{};
    JobName job{};

    bool operator==(const Poll &) const = default;
};

/// Asks for what is watched, one thing after the other, spread over the plan's intervals (hydra.md §13), and
/// hands on what it sees. A channel and a builder are not polled here: they have feeds. Core thread.
class WatchPolls {
public:
    using Take = std::function<void(const WatchRule &rule, const Sight &sight)>;
    using Fail = std::function<void(const Problem &problem)>; ///< each problem of one thing once
    using Known = std::function<const Told *(const QString &item)>; ///< what was last told of it
    WatchPolls(WatchDoors doors, Take take, Known known, Fail fail);
    ~WatchPolls();

    /// What is not in the list any more is asked no further.
    void setRules(const QList<WatchRule> &rules);
    void setCircumstances(const Circumstances &circumstances);

private:
    struct Track {
        Milliseconds dueAt{0};
        int failures = 0;
        QString complaint{}; ///< the sentence last handed on
    };
    struct Entry {
        Poll poll{};
        Track track{};
    };

    Task<void> loop();
    Task<Milliseconds> ask(Poll poll);
    Task<Result<Milliseconds>> askOne(Poll poll);
    Task<Result<Milliseconds>> askJob(Poll poll);
    Task<Result<Milliseconds>> askJobset(Poll poll);
    Task<Result<Milliseconds>> askBuild(Poll poll);
    Task<Result<Milliseconds>> askPull(Poll poll);
    Task<Result<Milliseconds>> askArrival(Poll poll, github::PullRequest pull);
    Task<Result<Milliseconds>> askPath(Poll poll);
    Task<Result<Milliseconds>> expand(Poll poll);
    /// The packages of the rolling channel; read once a day.
    Task<Result<QList<channels::Package>>> packages();
    Task<void> addCause(Poll poll, BuildId build, Sight *sight);
    [[nodiscard]] hydra::Client *hydraOf(const QString &server);
    [[nodiscard]] Milliseconds pauseOf(WatchKind kind) const;
    void replan();

    WatchDoors m_doors;
    Take m_take;
    Known m_known;
    Fail m_fail;
    std::map<QString, std::unique_ptr<hydra::Client>> m_hydras;
    std::unique_ptr<github::Client> m_github;
    channels::Client m_channels;
    nix::Batch m_batch;
    std::shared_ptr<nix::CacheClient> m_cache;
    QList<channels::Package> m_packages;
    Milliseconds m_packagesAt{-1};
    Circumstances m_circumstances;
    std::map<QString, Entry> m_entries; ///< by item
    Scope m_scope; ///< last, so that flows end before what they use
};

/// What a job's page tells. `cause` is left to whoever can ask for it.
[[nodiscard]] Sight sightOf(const hydra::JobPage &page, const QString &server);
/// The build that the sight's run is of; nothing when none has ended.
[[nodiscard]] std::optional<BuildId> decidingBuild(const hydra::JobPage &page);
/// What made a failed build fail: the first of its steps that did. Sets cause and text.
void explain(Sight &sight, const hydra::BuildDetails &details);
[[nodiscard]] Sight sightOf(const hydra::EvalPage &page, const JobsetName &jobset, const QString &server);
[[nodiscard]] Sight sightOf(const hydra::Build &build, const QString &server);
[[nodiscard]] Sight sightOf(const github::PullRequest &pull, const QString &repository);
/// Whether it is in the branch of the target; until then it counts as not good.
[[nodiscard]] Sight arrivalOf(const github::PullRequest &pull, const WatchTarget &target, bool isThere);
/// The jobs of nixpkgs:unstable that build a package.
[[nodiscard]] QStringList jobsOfPackage(const QString &attribute, bool allSystems);

} // namespace narscope::watch
