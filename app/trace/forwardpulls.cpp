// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/attrs.h"
#include "trace/forwardask.h"

#include <algorithm>
#include <functional>

using namespace Qt::StringLiterals;

// What GitHub says of a pull request itself.

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

/// One GraphQL answer as the three of REST that it stands for.
void takeOver(const Look<github::PullOverview> &overview, KnownPull &pull)
{
    const auto fill = [&overview](auto &look, const auto &value) {
        look.value = value;
        look.at = overview.at;
        look.answers = overview.answers;
        look.source = overview.source;
        look.problem.reset();
        look.tooDear = false;
    };
    fill(pull.pull, overview->pull);
    if (!overview->complete) // more checks than one answer holds: REST tells all
        return;
    auto statuses = overview->statuses;
    std::ranges::stable_sort(statuses, std::greater(), &github::CommitStatus::createdAt); // as REST orders them
    fill(pull.statuses, statuses);
    fill(pull.checks, overview->checks);
    pull.statusesOf = overview->pull.headSha;
}

} // namespace

Task<void> Forward::askPull(KnownPull *pull)
{
    const auto page = m_sources.gitHub.pullPage(pull->number);
    const bool isFinal = pull->pull && pull->pull->state == github::PullState::Merged;
    if (!isFinal) {
        auto overview = askOverview(pull);
        const bool isTold = co_await std::move(overview);
        if (!isTold) {
            const auto reason = why(*pull, u"the pull request"_s);
            auto asking = m_sources.gitHub.pull(pull->number, gitHubAsk(reason));
            auto looking = look(&pull->pull, m_budget.allowsGitHub(), std::move(asking), reason, page);
            co_await std::move(looking);
            if (pull->isMerged())
                keep(pull->pull);
        }
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
    auto commit = askCommit(pull);
    co_await std::move(commit);
}

Task<bool> Forward::askOverview(KnownPull *pull)
{
    if (!m_sources.gitHub.hasToken() || !m_hasGraphQl)
        co_return false;
    const auto page = m_sources.gitHub.pullPage(pull->number);
    const auto reason = why(*pull, u"the pull request, its checks and its place in the queue"_s);
    Look<github::PullOverview> overview;
    auto asking = m_sources.gitHub.overview(pull->number, gitHubAsk(reason));
    auto looking = look(&overview, m_budget.allowsGitHub(), std::move(asking), reason, page);
    const bool good = co_await std::move(looking);
    if (!good) {
        m_hasGraphQl = overview.tooDear;
        co_return false;
    }
    takeOver(overview, *pull);
    co_return true;
}

Task<void> Forward::askCommit(KnownPull *pull)
{
    if (!pull->isMerged() || pull->commit || pull->commitSha().isEmpty())
        co_return;
    const auto reason = why(*pull, u"its merge commit"_s);
    auto asking = m_sources.gitHub.commit(pull->commitSha(), gitHubAsk(reason));
    auto looking = look(&pull->commit, m_budget.allowsGitHub(), std::move(asking), reason,
        m_sources.gitHub.commitPage(pull->commitSha()));
    const bool good = co_await std::move(looking);
    if (good)
        keep(pull->commit);
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
        if (good) {
            pull->statusesOf = head;
            if (pull->isMerged() && github::isFinal(github::requiredVerdict(*pull->statuses)))
                keep(pull->statuses);
        }
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

} // namespace narscope::trace
