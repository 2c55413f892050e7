// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/history.h"
#include "watch/channelboard.h"
#include "watch/channelfeed.h"
#include "watch/channelscout.h"
#include "watch/circumstances.h"

#include <map>
#include <random>

namespace narscope::watch {

/// Who asks a Hydra for its jobsets' counts anyway. Its answers come by ChannelStore::take().
struct JobsetSource {
    std::function<void(const QStringList &projects)> keepFresh; ///< these and no others from now on
    std::function<void(const QString &project)> refresh; ///< a person wants it now
};

/// A channel as the history keeps it, in documents of the kind «channel» by its name; and back.
[[nodiscard]] QByteArray packedFacts(const ChannelFacts &facts);
[[nodiscard]] std::optional<ChannelFacts> unpackedFacts(const QByteArray &packed);

/// Keeps the channels fresh: distribution.md §6. Metrics every minute, pointers every five, Hydra's counts
/// every five, its pages only when counts or a pointer changed and somebody looks. Lives on the core thread;
/// destroying it withdraws every request.
class ChannelStore {
public:
    using Publish = std::function<void(const ChannelBoard &)>;
    ChannelStore(
        net::Http &http, const net::Servers &servers, Pools &pools, Clock &clock, quint32 seed, Publish publish);

    /// Begins with what the history knows and records there from now on. Before anybody looks; the history must
    /// outlive the store.
    void remember(history::History &history);
    /// From now on the store itself does not ask for them.
    void takeJobsetsFrom(JobsetSource source) { m_jobsets = std::move(source); }
    void take(const JobsetsSeen &jobsets);
    /// Which evaluation is a jobset's newest: also of those that no channel waits for.
    void take(const LatestEvalsSeen &latest);
    void take(const EvalsSeen &evals);

    void setLook(const QString &viewer, ChannelLook look);
    void setCircumstances(const Circumstances &circumstances);
    void refresh();

private:
    enum class Question { States, GateMetrics, Past, Pointer, Bucket, Branches, Jobsets, Investigation };
    struct Key {
        Question question;
        QString name{}; ///< channel, or project
        auto operator<=>(const Key &) const = default;
    };
    struct Track {
        Milliseconds askedAt{-1}; ///< -1: never
        bool inFlight = false;
        std::unique_ptr<Scope> scope = std::make_unique<Scope>();
    };

    [[nodiscard]] ChannelLook look() const;
    [[nodiscard]] QList<Key> wanted() const;
    [[nodiscard]] Milliseconds interval(const Key &key) const;
    [[nodiscard]] Milliseconds dueAt(const Key &key);
    Task<void> loop();
    void replan();
    void withdrawAll();
    void keepJobsetsFresh();
    void start(const Key &key, net::Priority priority);
    Task<void> run(Key key, net::Priority priority);
    Task<void> recall();
    void record(const Key &key);
    void keep(const QString &channel);
    void publish();

    Clock &m_clock;
    Pools &m_pools;
    Publish m_publish;
    history::History *m_history = nullptr;
    ChannelScout m_scout;
    std::optional<JobsetSource> m_jobsets; ///< nothing: asked for here
    QStringList m_keptFresh; ///< projects, as the source was last told
    std::minstd_rand m_jitter;
    std::map<QString, ChannelLook> m_looks;
    Circumstances m_circumstances;
    std::map<Key, Track> m_tracks;
    std::map<QString, qint64> m_keptAt; ///< by channel
    bool m_inLoop = false;
    bool m_again = false; ///< something became due while the loop was starting questions
    Scope m_recalling;
    Scope m_loopFlow; ///< last, so that it ends before what it uses
};

} // namespace narscope::watch
