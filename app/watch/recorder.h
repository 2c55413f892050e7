// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/history.h"
#include "history/packing.h"
#include "watch/change.h"
#include "watch/plan.h"

// Between what one Hydra tells and the history: every good answer is remembered by its meaning, and as a
// document that the next start begins with.

namespace narscope::watch {

void fields(auto &io, EvalList &v)
{
    io(v.evals, v.total, v.pages, v.hasOlder);
}

/// A value of a former day, or hour.
template <typename T> struct Kept {
    T value{};
    qint64 seenAt = 0;
};

/// Lives on the core thread, beside the store that it records for.
class Recorder {
public:
    /// The history must outlive it.
    Recorder(history::History &history, QString server, Pools &pools, Clock &clock);

    void take(const Key &key, const QList<hydra::Project> &projects);
    void take(const Key &key, const QList<hydra::JobsetOverview> &jobsets);
    void take(const Key &key, const EvalList &list);
    void take(const Key &key, const hydra::Jobset &jobset);
    void take(const Key &key, const hydra::EvalHeader &header);
    void take(const Key &key, const hydra::EvalJobs &jobs);
    void take(const Key &key, const hydra::EvalErrors &errors);
    void take(const Key &key, const hydra::Build &build);
    void take(const Key &key, const hydra::BuildDetails &details);
    void takeEvals(const JobsetName &jobset, const QList<hydra::EvalSummary> &evals); ///< no document
    void takeJobs(const hydra::EvalJobs &jobs); ///< a part: no document
    void takeAll(const hydra::BuildTable &table);

    /// What `take` was last given; nothing when it was never, or cannot be read any more.
    template <typename T> Task<std::optional<Kept<T>>> kept(Key key)
    {
        const auto name = documentKey(key);
        const auto kind = documentKind(key.what);
        auto question = m_history.document(m_server, kind, name);
        const auto document = co_await std::move(question);
        if (!document || !*document)
            co_return std::nullopt;
        const auto body = (*document)->body;
        auto reading = runOn(m_pools.parse, [body] { return history::unpack<T>(body); });
        auto value = co_await std::move(reading);
        if (!value)
            co_return std::nullopt;
        co_return Kept<T>{std::move(*value), (*document)->seenAt};
    }

private:
    [[nodiscard]] static QString documentKind(What what);
    [[nodiscard]] static QString documentKey(const Key &key);
    template <typename T> void keep(const Key &key, const T &value);

    history::History &m_history;
    QString m_server;
    Pools &m_pools;
    Clock &m_clock;
};

} // namespace narscope::watch
