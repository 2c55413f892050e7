// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/forward.h"

#include "trace/forwardask.h"
#include "trace/places.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

Budget::Budget(const Recorder &recorder, int hydra, int gitHub)
    : m_recorder(&recorder)
    , m_hydraUntil(recorder.count(net::ServerKind::Hydra) + hydra)
    , m_gitHubUntil(recorder.count(net::ServerKind::GitHub) + gitHub)
{
}

bool Budget::allowsHydra(int requests) const
{
    return m_recorder && m_recorder->count(net::ServerKind::Hydra) + requests <= m_hydraUntil;
}

bool Budget::allowsGitHub(int requests) const
{
    return m_recorder && m_recorder->count(net::ServerKind::GitHub) + requests <= m_gitHubUntil;
}

Forward::Forward(Sources sources, Order order, KnownForward &known, std::function<void()> publish)
    : m_sources(std::move(sources))
    , m_order(std::move(order))
    , m_known(known)
    , m_publish(std::move(publish))
    , m_compare(m_sources.gitHub)
{
}

QString tooDearSentence()
{
    return u"it would take more requests than one round may make; it is asked in the next one"_s;
}

QString Forward::why(const KnownPull &pull, const QString &what) const
{
    return u"Trace of #%1: %2"_s.arg(pull.number.value).arg(what);
}

hydra::Ask Forward::hydraAsk(const QString &why) const
{
    return {.why = why, .priority = net::Priority::Interactive};
}

github::Ask Forward::gitHubAsk(const QString &why) const
{
    return {.why = why, .priority = net::Priority::Interactive};
}

bool Forward::hasSystem(const QString &system) const
{
    return m_order.systems.isEmpty() || m_order.systems.contains(system);
}

Task<void> Forward::round(PullRequestNr number, QString repository)
{
    m_known.repository = std::move(repository);
    ++m_round;
    if (m_known.pulls.empty())
        m_known.pulls.push_back({.id = u"pr/%1"_s.arg(number.value), .number = number});
    // Backports are found on the way and join the list.
    for (size_t i = 0; i < m_known.pulls.size(); ++i) {
        auto round = trackRound(&m_known.pulls[i]);
        co_await std::move(round);
    }
    m_publish();
}

Task<void> Forward::trackRound(KnownPull *pull)
{
    const auto &limits = m_order.limits;
    const int more = qMax(0, int(pull->attrs.size() + m_order.attrs.size()) - 1);
    m_budget = Budget(m_sources.http, limits.hydra + more * limits.hydraPerAttribute,
        m_sources.gitHub.hasToken() ? limits.gitHubWithToken : limits.gitHub);
    auto asking = askPull(pull);
    co_await std::move(asking);
    if (!pull->pull)
        co_return;
    findAttributes(pull);
    planPlaces(pull);
    m_publish();
    if (!pull->isMerged())
        co_return;
    findBackports(*pull);
    auto reach = askReach(pull);
    co_await std::move(reach);
    auto branches = askBranches(pull);
    co_await std::move(branches);
    auto building = askBuilding(pull);
    co_await std::move(building);
    auto first = askBuilds(pull, true);
    co_await std::move(first);
    auto channels = askChannels(pull);
    co_await std::move(channels);
    auto rest = askBuilds(pull, false);
    co_await std::move(rest);
    auto queues = askQueues(pull);
    co_await std::move(queues);
    auto leftovers = askLeftovers(pull);
    co_await std::move(leftovers);
}

void Forward::planPlaces(KnownPull *pull)
{
    const auto base = pull->pull->base;
    if (!pull->branches.isEmpty() && pull->branches.first().name == base)
        return;
    pull->branches.clear();
    const auto branches = developmentBranches(m_sources.graph, base);
    for (const auto &branch : branches)
        pull->branches << KnownBranch{.name = branch};
    pull->jobsets = jobsetsOf(m_sources.graph, branches);
    pull->channels.clear();
    for (const auto &channel : channelsOf(m_sources.graph, branches))
        pull->channels << KnownChannel{.channel = channel};
}

} // namespace narscope::trace
