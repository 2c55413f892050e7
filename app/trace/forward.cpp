// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/forward.h"

#include "trace/attrs.h"
#include "trace/forwardask.h"
#include "trace/places.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr qsizetype mostAttributes = 40;

/// What the evaluation says that is changed or added; of very many those that the title names, or the first.
QStringList chosen(const github::EvaluationComparison &comparison, const QStringList &named)
{
    const auto all = comparison.all.changed + comparison.all.added;
    if (all.size() <= mostAttributes)
        return all.isEmpty() ? named : all;
    QStringList both;
    std::ranges::copy_if(named, std::back_inserter(both), [&](const QString &attr) { return all.contains(attr); });
    return both.isEmpty() ? all.first(mostAttributes) : both;
}

/// While open, what changes it shows in its time of change; a review or a new head does. What comes after the
/// merge (a revert, a backport) is not urgent.
bool isTimelineDue(const KnownPull &pull, qint64 now)
{
    constexpr qint64 mergedAge = 1800;
    if (!pull.timeline)
        return true;
    return pull.isMerged() ? pull.timeline.at + mergedAge < now : pull.timeline.at <= pull.pull->updatedAt;
}

bool isOfHead(const QList<github::CheckRun> &checks, const QString &head)
{
    return std::ranges::all_of(checks, [&](const github::CheckRun &check) { return check.headSha == head; });
}

bool areStatusesDue(const KnownPull &pull)
{
    if (!pull.statuses || pull.statusesOf != pull.pull->headSha)
        return true;
    return !pull.isMerged() && !github::isFinal(github::requiredVerdict(*pull.statuses));
}

/// Those of a merged one are worth a request only to somebody with a token.
bool areChecksDue(const KnownPull &pull, bool hasToken)
{
    if (pull.isMerged())
        return !pull.checks && hasToken;
    if (!pull.checks || !isOfHead(*pull.checks, pull.pull->headSha))
        return true;
    return !std::ranges::all_of(github::newestChecks(*pull.checks),
        [](const github::CheckRun &check) { return github::isFinal(check.verdict); });
}

} // namespace

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
    , m_graph(github::BranchGraph::shipped())
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
    auto leftovers = askLeftovers(pull);
    co_await std::move(leftovers);
}

Task<void> Forward::askPull(KnownPull *pull)
{
    const auto &gitHub = m_sources.gitHub;
    const auto page = gitHub.pullPage(pull->number);
    const bool isFinal = pull->pull && pull->pull->state == github::PullState::Merged;
    if (!isFinal) {
        const auto reason = why(*pull, u"the pull request"_s);
        auto asking = m_sources.gitHub.pull(pull->number, gitHubAsk(reason));
        auto looking = look(&pull->pull, m_budget.allowsGitHub(), std::move(asking), reason, page);
        co_await std::move(looking);
        m_publish();
    }
    if (!pull->pull)
        co_return;
    if (isTimelineDue(*pull, m_sources.clock.nowSeconds())) {
        const auto reason = why(*pull, u"its timeline"_s);
        auto asking = m_sources.gitHub.timeline(pull->number, gitHubAsk(reason));
        auto looking = look(&pull->timeline, m_budget.allowsGitHub(), std::move(asking), reason, page);
        co_await std::move(looking);
    }
    auto checks = askChecks(pull);
    co_await std::move(checks);
    auto comparison = askComparison(pull);
    co_await std::move(comparison);
    if (pull->isMerged() && !pull->commit && !pull->commitSha().isEmpty()) {
        const auto reason = why(*pull, u"its merge commit"_s);
        auto asking = m_sources.gitHub.commit(pull->commitSha(), gitHubAsk(reason));
        auto looking = look(
            &pull->commit, m_budget.allowsGitHub(), std::move(asking), reason, gitHub.commitPage(pull->commitSha()));
        co_await std::move(looking);
    }
}

Task<void> Forward::askChecks(KnownPull *pull)
{
    const auto head = pull->pull->headSha;
    const QUrl page(m_sources.gitHub.pullPage(pull->number).toString() + u"/checks"_s);
    if (areStatusesDue(*pull)) {
        const auto reason = why(*pull, u"statuses of its head"_s);
        auto asking = m_sources.gitHub.statuses(head, gitHubAsk(reason));
        auto looking = look(&pull->statuses, m_budget.allowsGitHub(), std::move(asking), reason, page);
        const bool good = co_await std::move(looking);
        if (good)
            pull->statusesOf = head;
    }
    if (areChecksDue(*pull, m_sources.gitHub.hasToken())) {
        const auto reason = why(*pull, u"checks of its head"_s);
        auto asking = m_sources.gitHub.checkRuns(head, {}, gitHubAsk(reason));
        auto looking = look(&pull->checks, m_budget.allowsGitHub(), std::move(asking), reason, page);
        co_await std::move(looking);
    }
}

// What GitHub's evaluation says that it changes; only those with a token may fetch it.
Task<void> Forward::askComparison(KnownPull *pull)
{
    if (!m_sources.gitHub.hasToken() || pull->comparison || !m_order.attrs.isEmpty())
        co_return;
    const auto reason = why(*pull, u"its evaluation"_s);
    Look<QList<github::WorkflowRun>> runs;
    auto askingRuns = m_sources.gitHub.runsOfHead(pull->pull->headSha, gitHubAsk(reason));
    auto lookingRuns = look(&runs, m_budget.allowsGitHub(4), std::move(askingRuns), reason, {});
    co_await std::move(lookingRuns);
    const auto *run = runs ? github::pullRequestRun(*runs) : nullptr;
    if (!run)
        co_return;
    Look<QList<github::Artifact>> artifacts;
    auto askingArtifacts = m_sources.gitHub.artifacts(run->id, u"comparison"_s, gitHubAsk(reason));
    auto lookingArtifacts = look(&artifacts, m_budget.allowsGitHub(3), std::move(askingArtifacts), reason, {});
    co_await std::move(lookingArtifacts);
    if (!artifacts || artifacts->isEmpty() || artifacts->first().expired)
        co_return;
    auto asking = m_sources.gitHub.evaluationComparison(artifacts->first(), gitHubAsk(reason));
    auto looking = look(&pull->comparison, m_budget.allowsGitHub(2), std::move(asking), reason, run->page);
    co_await std::move(looking);
}

void Forward::findAttributes(KnownPull *pull)
{
    if (!pull->attrs.isEmpty())
        return;
    if (!m_order.attrs.isEmpty()) {
        pull->attrs = m_order.attrs;
        pull->attrsSource = u"as given"_s;
        return;
    }
    pull->attrs = attributesInTitle(pull->pull->title);
    pull->attrsSource = u"guessed from the title"_s;
    if (pull->comparison) {
        pull->attrs = chosen(*pull->comparison, pull->attrs);
        pull->attrsGrade = Grade::AssertedOverTls;
        pull->attrsSource = u"from GitHub's evaluation"_s;
    }
    if (!pull->attrs.isEmpty() || !pull->checks)
        return;
    for (const auto &check : *pull->checks) {
        const auto build = check.isOfBorg() ? github::buildName(check.name) : std::nullopt;
        for (const auto &attr : build ? build->attributes : QStringList()) {
            if (!pull->attrs.contains(attr))
                pull->attrs << attr;
        }
    }
    pull->attrsSource = u"from OfBorg's builds"_s;
}

void Forward::findBackports(const KnownPull &pull)
{
    if (!pull.timeline || pull.kind == TrackKind::Backport)
        return;
    QStringList branches;
    for (const auto &backport : github::backportsIn(*pull.timeline)) {
        branches << backport.branch;
        const auto id = u"pr/%1"_s.arg(backport.number.value);
        if (std::ranges::contains(m_known.pulls, id, &KnownPull::id))
            continue;
        m_known.pulls.push_back({.id = id, .kind = TrackKind::Backport, .parent = pull.id, .number = backport.number});
    }
}

void Forward::planPlaces(KnownPull *pull)
{
    const auto base = pull->pull->base;
    if (!pull->branches.isEmpty() && pull->branches.first().name == base)
        return;
    pull->branches.clear();
    const auto branches = developmentBranches(m_graph, base);
    for (const auto &branch : branches)
        pull->branches << KnownBranch{.name = branch};
    pull->jobsets = jobsetsOf(m_graph, branches);
    pull->channels.clear();
    for (const auto &channel : channelsOf(m_graph, branches))
        pull->channels << KnownChannel{.channel = channel};
}

} // namespace narscope::trace
