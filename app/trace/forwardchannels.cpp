// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evalsearch.h"
#include "trace/forwardask.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// From the evaluation to what users of a channel get, or why they do not.

namespace narscope::trace {

namespace {

KnownJobset *jobsetOf(KnownPull *pull, const KnownChannel &channel)
{
    const auto found = std::ranges::find_if(pull->jobsets, [&](const KnownJobset &jobset) {
        return jobset.name == channel.channel.job.jobset && jobset.branch == channel.channel.source;
    });
    return found == pull->jobsets.end() ? nullptr : &*found;
}

bool hasCommit(const KnownChannel &channel)
{
    return channel.contained && channel.contained->contained == github::Contained::Yes;
}

/// A revision among those that the gate's jobset evaluated tells by its place whether it has the commit.
std::optional<bool> byPlace(const KnownJobset *jobset, const QString &revision)
{
    if (!jobset || !jobset->found || !jobset->evals)
        return {};
    const auto at = std::ranges::find(*jobset->evals, revision, &EvalAt::revision);
    if (at == jobset->evals->end())
        return {};
    if (at->id >= jobset->found->eval.id)
        return true;
    return jobset->found->isFirst ? std::optional(false) : std::nullopt;
}

} // namespace

Task<void> Forward::askChannels(KnownPull *pull)
{
    const auto *branch = furthest(pull);
    const bool isDownstream = branch && std::ranges::any_of(pull->channels, [&](const KnownChannel &channel) {
        return channel.channel.source == branch->name;
    });
    const bool anyOpen = std::ranges::any_of(pull->channels, [](const KnownChannel &c) { return !hasCommit(c); });
    if (!isDownstream || pull->commitSha().isEmpty())
        co_return;
    if (anyOpen) {
        auto states = askChannelStates(pull);
        co_await std::move(states);
    }
    for (auto &channel : pull->channels) {
        auto asking = askChannel(pull, &channel);
        co_await std::move(asking);
        if (hasCommit(channel)) {
            auto release = askRelease(pull, &channel);
            co_await std::move(release);
        }
        m_publish();
    }
    for (auto &channel : pull->channels) {
        if (hasCommit(channel))
            continue;
        auto gate = askGate(pull, &channel);
        co_await std::move(gate);
        m_publish();
    }
}

Task<void> Forward::askChannelStates(KnownPull *pull)
{
    const QUrl page(m_sources.channels.places().prometheus);
    const auto reason = why(*pull, u"where the channels are"_s);
    const hydra::Ask ask = hydraAsk(reason);
    auto asking = m_sources.channels.query(channels::channelStateQuery(), ask);
    auto looking = look(&m_known.states, true, std::move(asking), reason, page);
    co_await std::move(looking);
    const auto gateReason = why(*pull, u"their gates"_s);
    const hydra::Ask gateAsk = hydraAsk(gateReason);
    auto askingGates = m_sources.channels.query(channels::gateJobsQuery(), gateAsk);
    auto lookingGates = look(&m_known.gates, true, std::move(askingGates), gateReason, page);
    co_await std::move(lookingGates);
    const auto states = m_known.states ? channels::channelStates(*m_known.states) : QList<channels::ChannelState>();
    const auto gates = m_known.gates ? channels::gateStates(*m_known.gates) : QList<channels::GateState>();
    for (auto &known : m_known.pulls) {
        for (auto &channel : known.channels) {
            const auto state = std::ranges::find(states, channel.channel.name, &channels::ChannelState::channel);
            if (state != states.end())
                channel.state = *state;
            const auto gate = std::ranges::find(gates, channel.channel.name, &channels::GateState::channel);
            if (gate != gates.end())
                channel.gate = *gate;
        }
    }
}

Task<void> Forward::askChannel(KnownPull *pull, KnownChannel *channel)
{
    if (hasCommit(*channel))
        co_return;
    QString revision = channel->state ? channel->state->revision : QString();
    if (revision.isEmpty()) { // Prometheus does not tell: the channel itself does
        const auto reason = why(*pull, u"where %1 points"_s.arg(channel->channel.name));
        const hydra::Ask ask = hydraAsk(reason);
        auto asking = m_sources.channels.pointerWithRevision(channel->channel.name, ask);
        auto looking = look(
            &channel->pointer, true, std::move(asking), reason, m_sources.channels.channelUrl(channel->channel.name));
        const bool good = co_await std::move(looking);
        revision = good ? channel->pointer->revision : QString();
    }
    if (revision.isEmpty()) {
        channel->contained.problem = channel->pointer.problem ? channel->pointer.problem : m_known.states.problem;
        co_return;
    }
    const auto updated = channel->state ? channel->state->updatedAt : std::nullopt;
    channel->olderThanChange = updated && *updated < pull->pull->mergedAt;
    if (channel->olderThanChange || (channel->askedFor == revision && channel->contained))
        co_return;
    const auto *jobset = jobsetOf(pull, *channel);
    github::Containing containing;
    Answered answered;
    if (const auto place = byPlace(jobset, revision)) {
        containing = {.contained = *place ? github::Contained::Yes : github::Contained::No,
            .how = u"its place in the evaluations of %1"_s.arg(jobset->name.text())};
        answered.answers = jobset->evals.answers;
        channel->contained.source = jobset->evals.source;
    } else {
        const auto reason = why(*pull, u"whether %1 has it"_s.arg(channel->channel.name));
        auto asking = contains(revision, pull->commitSha(), reason);
        const auto found = co_await std::move(asking);
        channel->contained.tooDear = !found && found.error().kind == ProblemKind::NotAllowed;
        if (!found) {
            if (!channel->contained.tooDear)
                channel->contained.problem = found.error();
            co_return;
        }
        answered = *found;
        containing = answered.containing;
        channel->contained.source = comparePage(revision, pull->commitSha());
    }
    channel->askedFor = revision;
    channel->byHashes = answered.byHashes;
    channel->contained.value = containing;
    channel->contained.tooDear = false;
    channel->contained.problem.reset();
    channel->contained.at = m_sources.clock.nowSeconds();
    channel->contained.answers = answered.answers;
}

Task<void> Forward::askRelease(KnownPull *pull, KnownChannel *channel)
{
    if (channel->index)
        co_return;
    const auto name = channel->channel.name;
    if (!channel->pointer
        || (!channel->pointer->revision.isEmpty() && channel->pointer->revision != channel->askedFor)) {
        const auto reason = why(*pull, u"where %1 points"_s.arg(name));
        const hydra::Ask ask = hydraAsk(reason);
        auto asking = m_sources.channels.pointerWithRevision(name, ask);
        auto looking = look(&channel->pointer, true, std::move(asking), reason, m_sources.channels.channelUrl(name));
        co_await std::move(looking);
    }
    if (!channel->pointer)
        co_return;
    const auto folder = channel->pointer->folder;
    const auto reason = why(*pull, u"the release of %1"_s.arg(name));
    const hydra::Ask ask = hydraAsk(reason);
    auto asking = m_sources.channels.releaseIndex(folder, ask);
    auto looking = look(&channel->index, true, std::move(asking), reason, m_sources.channels.releaseUrl(folder));
    const bool good = co_await std::move(looking);
    if (good)
        keep(channel->index);
}

Task<void> Forward::askGate(KnownPull *pull, KnownChannel *channel)
{
    auto *jobset = jobsetOf(pull, *channel);
    if (!jobset)
        co_return;
    auto recalling = recallFound(pull, jobset);
    co_await std::move(recalling);
    if (jobset->round != m_round) {
        auto evals = askEvals(pull, jobset);
        co_await std::move(evals);
    }
    if (jobset->evals && !jobset->found) {
        auto search = searchEval(pull, jobset);
        co_await std::move(search);
    }
    if (jobset->found && !channel->usual) {
        auto remembering = usualTime(channel->channel.job);
        channel->usual = co_await std::move(remembering);
    }
    auto noting = noteFinished(jobset);
    co_await std::move(noting);
    const bool hasFailed = channel->gate && channel->gate->hasFailed;
    const bool isFinished = jobset->found && finishedWith(*jobset) != nullptr;
    if (jobset->found && (hasFailed || isFinished)) {
        auto builds = askGateBuild(pull, channel);
        co_await std::move(builds);
    }
}

Task<void> Forward::askGateBuild(KnownPull *pull, KnownChannel *channel)
{
    const auto job = channel->channel.job;
    const auto reason = why(*pull, u"builds of %1"_s.arg(job.job));
    const auto before
        = channel->gatePage && !channel->gatePage->latest.isEmpty() ? channel->gatePage->latest.first().id : BuildId();
    auto asking = m_sources.hydra.jobPage(job, hydraAsk(reason));
    auto looking
        = look(&channel->gatePage, m_budget.allowsHydra(2), std::move(asking), reason, m_sources.hydra.jobUrl(job));
    const bool good = co_await std::move(looking);
    if (!good || channel->gatePage->latest.isEmpty())
        co_return;
    const auto row = channel->gatePage->latest.first();
    if (!hydra::isFailing(row.state) || (channel->gateBuild && row.id == before))
        co_return;
    const auto buildReason = why(*pull, u"what fails in %1"_s.arg(job.job));
    auto askingBuild = m_sources.hydra.buildDetails(row.id, hydraAsk(buildReason));
    auto lookingBuild = look(&channel->gateBuild, m_budget.allowsHydra(), std::move(askingBuild), buildReason,
        m_sources.hydra.buildUrl(row.id));
    co_await std::move(lookingBuild);
}

// What is worth a request only when the important questions have left some.
Task<void> Forward::askLeftovers(KnownPull *pull)
{
    if (!pull->checks && m_budget.allowsGitHub()) {
        const auto reason = why(*pull, u"checks of its head"_s);
        const QUrl page(m_sources.gitHub.pullPage(pull->number).toString() + u"/checks"_s);
        auto asking = m_sources.gitHub.checkRuns(pull->pull->headSha, {}, gitHubAsk(reason));
        auto looking = look(&pull->checks, true, std::move(asking), reason, page);
        const bool good = co_await std::move(looking);
        const auto isOver = [](const github::CheckRun &check) { return github::isFinal(check.verdict); };
        if (good && pull->isMerged() && std::ranges::all_of(*pull->checks, isOver))
            keep(pull->checks);
    }
    const bool anyServed = std::ranges::any_of(pull->channels, hasCommit);
    constexpr qint64 headsAge = 600; // channels move that often
    const bool isOld = m_known.heads.at + headsAge < m_sources.clock.nowSeconds();
    if (anyServed && isOld && m_budget.allowsGitHub()) {
        const auto reason = why(*pull, u"heads of the channel branches"_s);
        auto asking = m_sources.gitHub.branches(u"nix"_s, gitHubAsk(reason));
        const QUrl page(u"https://github.com/%1/branches"_s.arg(m_known.repository));
        auto looking = look(&m_known.heads, true, std::move(asking), reason, page);
        co_await std::move(looking);
    }
}

} // namespace narscope::trace
