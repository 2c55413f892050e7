// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/channelscout.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

// What costs Hydra nothing: metrics, pointers, releases. The rest is channelprobe.cpp's.

namespace narscope::watch {

namespace {

constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;
constexpr qint64 pastDays = 30;

template <typename T> void take(Seen<T> &seen, const Result<T> &answer, qint64 now)
{
    seen.problem = answer ? std::nullopt : std::optional(answer.error());
    if (answer) {
        seen.value = *answer;
        seen.seenAt = now;
    }
}

/// A failed attempt leaves the last value beside the problem.
template <typename T> void fail(Seen<T> &seen, const Problem &problem)
{
    seen.problem = problem;
}

/// One entry a day that the series covers, oldest first.
QList<GateDay> daysOf(const channels::Series &series)
{
    QList<GateDay> days;
    for (const auto &point : series.points) {
        const auto begins = qint64(point.time) / day * day;
        if (days.isEmpty() || days.last().begins != begins)
            days.append({.begins = begins});
        ++days.last().known;
        days.last().failed += point.value > 0 ? 1 : 0;
    }
    return days;
}

/// Values of channel_update_time, each once.
QList<qint64> movesOf(const channels::Series &series)
{
    QList<qint64> moves;
    for (const auto &point : series.points) {
        const auto time = std::isfinite(point.value) ? qint64(point.value) : 0;
        if (time > 0 && (moves.isEmpty() || time > moves.last()))
            moves.append(time);
    }
    return moves;
}

} // namespace

ChannelScout::ChannelScout(net::Http &http, const net::Servers &servers, Pools &pools, Clock &clock)
    : m_clock(clock)
    , m_client(http, channels::placesOf(servers), pools)
{
    if (const auto *server = net::findServer(servers, net::ServerKind::Hydra))
        m_hydra = std::make_unique<hydra::Client>(http, *server, pools);
    if (const auto *server = net::findServer(servers, net::ServerKind::GitHub))
        m_gitHub = std::make_unique<github::Client>(http, *server, pools, clock);
    for (const auto &channel : channels::shippedChannels().channels) {
        if (channel.isMaintained())
            add(channel.name);
    }
}

QStringList ChannelScout::names() const
{
    QStringList names;
    for (const auto &channel : channels::shippedChannels().channels) {
        if (m_facts.contains(channel.name))
            names.append(channel.name);
    }
    for (const auto &[name, facts] : m_facts) {
        if (!names.contains(name))
            names.append(name);
    }
    return names;
}

QStringList ChannelScout::projects() const
{
    QStringList projects;
    for (const auto &[name, facts] : m_facts) {
        if (!projects.contains(facts.channel.gate.jobset.project))
            projects.append(facts.channel.gate.jobset.project);
    }
    return projects;
}

void ChannelScout::add(const QString &channel)
{
    if (m_facts.contains(channel))
        return;
    const auto *shipped = channels::shippedChannels().find(channel);
    ChannelFacts facts{.channel = shipped ? *shipped : channels::channelNamed(channel)};
    if (!facts.channel.name.isEmpty())
        m_facts.emplace(channel, std::move(facts));
}

void ChannelScout::recall(const QString &channel, ChannelFacts facts)
{
    add(channel);
    const auto it = m_facts.find(channel);
    if (it == m_facts.end() || it->second.release.value || it->second.evals.value)
        return;
    auto &now = it->second;
    const auto keepNewer = [](auto &kept, auto &told) {
        if (told.value)
            kept = std::move(told);
        else
            kept.problem = std::move(told.problem);
    };
    for (size_t i = 0; i < pointerViews; ++i)
        keepNewer(facts.views.at(i), now.views.at(i));
    keepNewer(facts.jobset, now.jobset);
    keepNewer(facts.gateFailed, now.gateFailed);
    keepNewer(facts.unit, now.unit);
    if (!now.days.isEmpty())
        facts.days = now.days;
    if (!now.moves.isEmpty())
        facts.moves = now.moves;
    facts.channel = now.channel;
    now = std::move(facts);
}

void ChannelScout::noteAgreement(ChannelFacts &facts)
{
    if (disagreeing(facts).isEmpty())
        facts.disagreeSince.reset();
    else if (!facts.disagreeSince)
        facts.disagreeSince = m_clock.nowSeconds();
}

void ChannelScout::setView(const QString &channel, PointerView view, const Result<Pointing> &pointing)
{
    take(facts(channel).view(view), pointing, m_clock.nowSeconds());
    noteAgreement(facts(channel));
}

Task<void> ChannelScout::askStates(hydra::Ask ask)
{
    const auto query = channels::channelStateQuery();
    auto asking = m_client.query(query, ask);
    const auto answer = co_await std::move(asking);
    if (!answer) {
        for (auto &[name, facts] : m_facts)
            fail(facts.view(PointerView::Prometheus), answer.error());
        co_return;
    }
    std::set<QString> told;
    for (const auto &state : channels::channelStates(*answer)) {
        if (state.isCurrent)
            add(state.channel);
        if (!m_facts.contains(state.channel))
            continue;
        told.insert(state.channel);
        setView(
            state.channel, PointerView::Prometheus, Pointing{.revision = state.revision, .movedAt = state.updatedAt});
    }
    for (auto &[name, facts] : m_facts) {
        if (!told.contains(name))
            fail(facts.view(PointerView::Prometheus),
                problemSaying(ProblemKind::NotFound, u"Prometheus has no value for it."_s).error());
    }
}

Task<void> ChannelScout::askGateMetrics(hydra::Ask ask)
{
    const auto gates = channels::gateJobsQuery();
    auto asking = m_client.query(gates, ask);
    const auto answer = co_await std::move(asking);
    const auto units = channels::updateUnitsQuery();
    auto askingUnits = m_client.query(units, ask);
    const auto states = co_await std::move(askingUnits);
    const auto now = m_clock.nowSeconds();
    for (auto &[name, facts] : m_facts) {
        if (!answer)
            fail(facts.gateFailed, answer.error());
        if (!states)
            fail(facts.unit, states.error());
        else if (const auto state = channels::unitStates(*states).value(facts.channel.unit); !state.isEmpty())
            take<QString>(facts.unit, state, now);
    }
    if (!answer)
        co_return;
    for (const auto &gate : channels::gateStates(*answer)) {
        if (m_facts.contains(gate.channel))
            take<bool>(facts(gate.channel).gateFailed, gate.hasFailed, now);
    }
}

Task<void> ChannelScout::askPast(hydra::Ask ask)
{
    const auto now = m_clock.nowSeconds();
    const auto end = now / hour * hour;
    const auto start = (now / day - pastDays + 1) * day;
    const auto gates = channels::gateJobsQuery();
    auto asking = m_client.queryRange(gates, start, end, hour, ask);
    const auto failures = co_await std::move(asking);
    const auto updates = u"channel_update_time"_s;
    auto askingMoves = m_client.queryRange(updates, start, end, hour, ask);
    const auto moves = co_await std::move(askingMoves);
    const auto learn = [this](const Result<QList<channels::Series>> &answer, const auto &take) {
        if (!answer)
            return; // what was known stays
        for (const auto &series : *answer) {
            if (const auto it = m_facts.find(series.label(u"channel"_s)); it != m_facts.end())
                take(it->second, series);
        }
    };
    learn(failures, [](ChannelFacts &facts, const channels::Series &series) { facts.days = daysOf(series); });
    learn(moves, [](ChannelFacts &facts, const channels::Series &series) { facts.moves = movesOf(series); });
}

Task<void> ChannelScout::askPointer(QString channel, hydra::Ask ask)
{
    auto asking = m_client.pointerWithRevision(channel, ask);
    const auto answer = co_await std::move(asking);
    if (!answer) {
        setView(channel, PointerView::Cdn, std::unexpected(answer.error()));
        co_return;
    }
    setView(channel, PointerView::Cdn,
        Pointing{.release = answer->release(),
            .revision = answer->revision,
            .folder = answer->folder,
            .servedBy = answer->servedBy});
    auto following = askRelease(channel, answer->folder, ask);
    co_await std::move(following);
}

Task<void> ChannelScout::askRelease(QString channel, QString folder, hydra::Ask ask)
{
    const auto &known = facts(channel).release.value;
    if (known && folder.endsWith(u'/' + known->release))
        co_return;
    auto asking = m_client.releaseIndex(folder, ask);
    const auto index = co_await std::move(asking);
    auto &now = facts(channel);
    // The pointer moved: what was found out about the release before is about another question.
    if (index) {
        now.gates.clear();
        now.trouble.reset();
    }
    take(now.release, index, m_clock.nowSeconds());
}

Task<void> ChannelScout::askBranches(hydra::Ask ask)
{
    if (!m_gitHub)
        co_return;
    const github::Ask asGitHub{.why = ask.why, .priority = ask.priority};
    const auto prefix = u"nix"_s;
    auto asking = m_gitHub->branches(prefix, asGitHub);
    const auto answer = co_await std::move(asking);
    for (const auto &name : names()) {
        if (!answer) {
            setView(name, PointerView::Git, std::unexpected(answer.error()));
            continue;
        }
        const auto branch = std::ranges::find(*answer, facts(name).channel.branch, &github::Branch::name);
        if (branch != answer->end())
            setView(name, PointerView::Git, Pointing{.revision = branch->sha});
    }
}

Task<void> ChannelScout::askBucket(QString channel, hydra::Ask ask)
{
    auto asking = m_client.bucketPointer(channel, ask);
    const auto answer = co_await std::move(asking);
    setView(channel, PointerView::S3, answer.transform([](const channels::Pointer &pointer) {
        return Pointing{.release = pointer.release(), .folder = pointer.folder};
    }));
}

} // namespace narscope::watch
