// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/channelstore.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace narscope::watch {

ChannelStore::ChannelStore(
    net::Http &http, const net::Servers &servers, Pools &pools, Clock &clock, quint32 seed, Publish publish)
    : m_clock(clock)
    , m_pools(pools)
    , m_publish(std::move(publish))
    , m_scout(http, servers, pools, clock)
    , m_jitter(seed)
{
}

ChannelLook ChannelStore::look() const
{
    auto closest = ChannelLook::Hidden;
    for (const auto &[viewer, look] : m_looks)
        closest = std::max(closest, look);
    return closest;
}

void ChannelStore::setLook(const QString &viewer, ChannelLook look)
{
    m_looks[viewer] = look;
    publish();
    if (this->look() == ChannelLook::Hidden)
        withdrawAll();
    replan();
}

/// What was answered stays answered: who looks again soon after asks for nothing twice.
void ChannelStore::withdrawAll()
{
    for (auto &[key, track] : m_tracks) {
        if (!track.inFlight)
            continue;
        track.scope->cancelAll();
        track.inFlight = false;
        track.askedAt = Milliseconds(-1);
    }
}

void ChannelStore::take(const JobsetsSeen &jobsets)
{
    if (jobsets.seen.loading || (!jobsets.seen.value && !jobsets.seen.problem))
        return;
    m_scout.takeJobsets(jobsets.project, jobsets.seen);
    if (look() == ChannelLook::Hidden)
        return;
    publish();
    replan();
}

void ChannelStore::take(const LatestEvalsSeen &latest)
{
    bool isNews = false;
    for (const auto &eval : latest.evals)
        isNews |= eval.jobset && m_scout.noteNewest(*eval.jobset, eval.id);
    if (isNews && look() != ChannelLook::Hidden)
        publish();
}

void ChannelStore::take(const EvalsSeen &evals)
{
    if (!evals.seen.value || evals.seen.value->evals.isEmpty())
        return;
    const bool isNews = m_scout.noteNewest(evals.jobset, evals.seen.value->evals.first().id);
    if (isNews && look() != ChannelLook::Hidden)
        publish();
}

void ChannelStore::keepJobsetsFresh()
{
    const auto projects = look() == ChannelLook::Open ? m_scout.projects() : QStringList();
    if (!m_jobsets || projects == m_keptFresh)
        return;
    m_keptFresh = projects;
    m_jobsets->keepFresh(projects);
}

void ChannelStore::setCircumstances(const Circumstances &circumstances)
{
    m_circumstances = circumstances;
    replan();
}

void ChannelStore::refresh()
{
    for (const auto &project : std::as_const(m_keptFresh))
        m_jobsets->refresh(project);
    for (const auto &key : wanted()) {
        // GitHub gives 60 requests an hour to whoever has no token.
        if (key.question != Question::Past && key.question != Question::Branches)
            start(key, net::Priority::Interactive);
    }
    replan();
}

QList<ChannelStore::Key> ChannelStore::wanted() const
{
    QList<Key> keys;
    if (look() == ChannelLook::Hidden)
        return keys;
    keys << Key{Question::States} << Key{Question::GateMetrics} << Key{Question::Past} << Key{Question::Branches};
    for (const auto &name : m_scout.names())
        keys << Key{Question::Pointer, name} << Key{Question::Bucket, name};
    if (look() != ChannelLook::Open)
        return keys;
    if (!m_jobsets) {
        for (const auto &project : m_scout.projects())
            keys << Key{Question::Jobsets, project};
    }
    for (const auto &name : m_scout.names()) {
        if (m_scout.channels().at(name).release.value)
            keys << Key{Question::Investigation, name};
    }
    return keys;
}

Milliseconds ChannelStore::interval(const Key &key) const
{
    switch (key.question) {
    case Question::States:
    case Question::GateMetrics:
        return 1min;
    case Question::Branches:
    case Question::Past:
        return 15min;
    case Question::Pointer:
        return 5min;
    case Question::Bucket:
        return m_scout.channels().at(key.name).disagreeSince ? 5min : 15min;
    case Question::Jobsets:
        return 5min;
    // What an evaluation's page costs Hydra is not spent more often, however much changes.
    case Question::Investigation:
        return m_scout.wantsInvestigation(key.name) ? 10min : 1h;
    }
    return 1h;
}

Milliseconds ChannelStore::dueAt(const Key &key)
{
    const auto &track = m_tracks[key];
    return track.askedAt < 0ms ? 0ms : track.askedAt + stretched(interval(key), m_circumstances);
}

void ChannelStore::replan()
{
    if (m_inLoop) {
        m_again = true;
        return;
    }
    keepJobsetsFresh();
    m_loopFlow.cancelAll();
    m_loopFlow.start(loop());
}

Task<void> ChannelStore::loop()
{
    for (;;) {
        auto next = m_clock.monotonic() + 1h;
        m_inLoop = true;
        do {
            m_again = false;
            for (const auto &key : wanted()) {
                if (m_tracks[key].inFlight)
                    continue;
                if (dueAt(key) <= m_clock.monotonic())
                    start(key, net::Priority::Background);
                if (!m_tracks[key].inFlight)
                    next = std::min(next, dueAt(key));
            }
        } while (m_again);
        m_inLoop = false;
        // Copies of the program do not ask at the same second.
        const auto spread = Milliseconds(std::uniform_int_distribution(0, 3000)(m_jitter));
        const auto pause = std::max<Milliseconds>(1s, next - m_clock.monotonic()) + spread;
        auto sleeping = m_clock.sleep(pause);
        co_await std::move(sleeping);
    }
}

void ChannelStore::start(const Key &key, net::Priority priority)
{
    auto &track = m_tracks[key];
    if (track.inFlight)
        return;
    track.inFlight = true;
    track.askedAt = m_clock.monotonic();
    track.scope->start(run(key, priority));
}

Task<void> ChannelStore::run(Key key, net::Priority priority)
{
    const hydra::Ask ask{.why = u"Channels"_s, .priority = priority};
    auto asking = [&]() -> Task<void> {
        switch (key.question) {
        case Question::States:
            return m_scout.askStates(ask);
        case Question::GateMetrics:
            return m_scout.askGateMetrics(ask);
        case Question::Past:
            return m_scout.askPast(ask);
        case Question::Branches:
            return m_scout.askBranches(ask);
        case Question::Pointer:
            return m_scout.askPointer(key.name, ask);
        case Question::Bucket:
            return m_scout.askBucket(key.name, ask);
        case Question::Jobsets:
            return m_scout.askJobsets(key.name, ask);
        case Question::Investigation:
            return m_scout.investigate(key.name, ask);
        }
        Q_UNREACHABLE();
    }();
    co_await std::move(asking);
    m_tracks[key].inFlight = false;
    record(key);
    publish();
    replan();
}

/// What the views told last; History joins what stays the same.
void ChannelStore::record(const Key &key)
{
    for (const auto &[name, facts] : m_scout.channels()) {
        if (key.name.isEmpty() || key.name == name)
            keep(name);
    }
    const bool tellsPointers
        = key.question == Question::States || key.question == Question::Pointer || key.question == Question::Bucket;
    if (!m_history || !tellsPointers)
        return;
    QList<history::ChannelSpell> spells;
    for (const auto &[name, facts] : m_scout.channels()) {
        for (size_t i = 0; i < pointerViews; ++i) {
            const auto &seen = facts.views.at(i);
            if (seen.value && !seen.problem && (key.name.isEmpty() || key.name == name))
                spells.append({.channel = name,
                    .view = word(static_cast<PointerView>(i)),
                    .revision = seen.value->revision,
                    .release = seen.value->release,
                    .movedAt = seen.value->movedAt});
        }
    }
    m_history->addChannels(spells);
}

void ChannelStore::publish()
{
    m_publish(boardOf(m_scout, m_clock.nowSeconds()));
}

} // namespace narscope::watch
