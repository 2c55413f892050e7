// SPDX-License-Identifier: GPL-3.0-or-later
// What the channels' store keeps in the history and begins with at the next start.
#include "history/packing.h"
#include "watch/channelstore.h"
#include "watch/recorder.h"

using namespace Qt::StringLiterals;

namespace narscope::channels {

/// Without its files: nothing here shows them.
void fields(auto &io, ReleaseIndex &v)
{
    io(v.channel, v.release, v.releasedAt, v.revision, v.committedAt, v.eval);
}

} // namespace narscope::channels

namespace narscope::watch {

template <typename T> void fields(auto &io, Seen<T> &v)
{
    io(v.value, v.seenAt);
}
void fields(auto &io, Pointing &v)
{
    io(v.release, v.revision, v.folder, v.movedAt, v.servedBy);
}
void fields(auto &io, GateAt &v)
{
    io(v.eval, v.revision, v.build, v.state, v.finishedAt);
}
void fields(auto &io, GateCause &v)
{
    io(v.name, v.build, v.state, v.status);
}
void fields(auto &io, Blocker &v)
{
    io(v.job, v.build, v.state, v.cause);
}
void fields(auto &io, WindowCommit &v)
{
    io(v.sha, v.headline, v.pullRequest, v.isSuspect);
}
void fields(auto &io, CommitWindow &v)
{
    io(v.from, v.to, v.total, v.commits);
}
void fields(auto &io, GateTrouble &v)
{
    io(v.eval, v.gate, v.constituents, v.blockers, v.firstBad, v.firstBadIsSure, v.lastGood, v.window);
}
void fields(auto &io, GateDay &v)
{
    io(v.begins, v.failed, v.known);
}
/// All but the channel itself, which the map tells, and the pace of its builds.
void fields(auto &io, ChannelFacts &v)
{
    for (auto &view : v.views)
        io(view);
    io(v.disagreeSince, v.release, v.gateFailed, v.unit, v.moves, v.days, v.jobset, v.errors, v.evals, v.gates,
        v.trouble);
}

namespace {

const QString kind = u"channel"_s;
constexpr qint64 keepEvery = 60; ///< seconds

} // namespace

QByteArray packedFacts(const ChannelFacts &facts)
{
    return history::pack(facts);
}

std::optional<ChannelFacts> unpackedFacts(const QByteArray &packed)
{
    return history::unpack<ChannelFacts>(packed);
}

void ChannelStore::remember(history::History &history)
{
    m_history = &history;
    m_recalling.start(recall());
}

Task<void> ChannelStore::recall()
{
    auto question = m_history->documents({}, {kind});
    const auto documents = co_await std::move(question);
    if (!documents)
        co_return publish();
    for (const auto &document : *documents) {
        auto reading = runOn(m_pools.parse, [body = document.body] { return unpackedFacts(body); });
        auto facts = co_await std::move(reading);
        if (facts)
            m_scout.recall(document.key, std::move(*facts));
    }
    publish();
}

/// Of each channel at most once a minute.
void ChannelStore::keep(const QString &channel)
{
    const qint64 now = m_clock.nowSeconds();
    auto &keptAt = m_keptAt[channel];
    if (!m_history || now - keptAt < keepEvery)
        return;
    keptAt = now;
    m_history->putDocument({.server = {}, .kind = kind, .key = channel, .body = {}, .seenAt = now},
        [facts = m_scout.channels().at(channel)] { return packedFacts(facts); });
}

} // namespace narscope::watch
