// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/pullreport.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

using github::Verdict;

namespace {

/// The value, or its problem beside the rest.
template <typename T> T taken(Result<T> result, PullReport &report)
{
    if (result)
        return std::move(*result);
    report.problems.append(std::move(result.error()));
    return {};
}

QStringList wantedBackports(const github::PullRequest &pull)
{
    QStringList branches;
    for (const auto &label : pull.labels) {
        if (label.name.startsWith("backport "_L1))
            branches << label.name.sliced(9).trimmed();
    }
    return branches;
}

void takeOpinions(PullReport &report, QList<github::Review> opinions)
{
    report.opinions = std::move(opinions);
    report.approvals = github::approvals(report.opinions, report.pull.headSha);
}

void takeChecks(PullReport &report, const QList<github::CheckRun> &checks, const QList<github::CommitStatus> &statuses)
{
    report.checks = github::newestChecks(checks);
    report.groups = checkGroups(report.checks);
    report.statuses = github::newestStatuses(statuses);
    report.required = github::requiredVerdict(statuses);
    report.counts = github::evaluationCounts(statuses);
}

Task<Result<PullReport>> byGraphQl(github::Client &github, PullRequestNr number, github::Ask ask)
{
    auto asking = github.overview(number, ask);
    auto overview = co_await std::move(asking);
    if (!overview)
        co_return std::unexpected(std::move(overview.error()));
    PullReport report{.pull = std::move(overview->pull)};
    takeOpinions(report, std::move(overview->opinions));
    takeChecks(report, overview->checks, overview->statuses);
    co_return report;
}

Task<Result<PullReport>> byRest(github::Client &github, PullRequestNr number, github::Ask ask)
{
    auto asking = github.pull(number, ask);
    auto pull = co_await std::move(asking);
    if (!pull)
        co_return std::unexpected(std::move(pull.error()));
    PullReport report{.pull = std::move(*pull)};
    auto reviewing = github.reviews(number, ask);
    auto reviews = co_await std::move(reviewing);
    takeOpinions(report, github::opinions(taken(std::move(reviews), report)));
    auto stating = github.statuses(report.pull.headSha, ask);
    auto statuses = co_await std::move(stating);
    auto checking = github.checkRuns(report.pull.headSha, {}, ask);
    auto checks = co_await std::move(checking);
    const auto known = taken(std::move(statuses), report);
    takeChecks(report, taken(std::move(checks), report), known);
    co_return report;
}

Task<void> addComparison(github::Client &github, PullReport &report, github::Ask ask)
{
    const auto *run = github::pullRequestRun(report.runs);
    const auto id = report.counts && report.counts->run ? report.counts->run
        : run                                           ? std::optional(run->id)
                                                        : std::nullopt;
    if (!id || !github.hasToken())
        co_return;
    auto listing = github.artifacts(*id, u"comparison"_s, ask);
    auto artifacts = co_await std::move(listing);
    const auto list = taken(std::move(artifacts), report);
    if (list.isEmpty() || list.first().expired)
        co_return;
    auto loading = github.evaluationComparison(list.first(), ask);
    auto comparison = co_await std::move(loading);
    if (comparison)
        report.comparison = std::move(*comparison);
    else
        report.problems.append(std::move(comparison.error()));
}

Task<void> addAttempts(
    ofborg::Client &ofborg, const github::RepositoryName repository, PullReport &report, github::Ask ask)
{
    const ofborg::PullKey key{.owner = repository.owner, .repository = repository.name, .number = report.pull.number};
    auto asking = ofborg.attempts(key, {.why = ask.why, .priority = ask.priority});
    auto attempts = co_await std::move(asking);
    takeAttempts(report, taken(std::move(attempts), report));
}

/// The worst first.
int weight(Verdict verdict)
{
    if (github::isFailure(verdict))
        return 0;
    if (verdict == Verdict::Running)
        return 1;
    if (verdict == Verdict::Queued)
        return 2;
    return verdict == Verdict::Success ? 4 : verdict == Verdict::Skipped ? 5 : 3;
}

QString listed(const QStringList &names)
{
    constexpr qsizetype most = 5;
    const auto shown = names.first(qMin(most, names.size())).join(u", "_s);
    return names.size() > most ? shown + u" and %1 more"_s.arg(names.size() - most) : shown;
}

QStringList failedNames(const PullReport &report, bool ofOfBorg)
{
    QStringList names;
    for (const auto &check : report.checks) {
        if (check.isOfBorg() == ofOfBorg && github::isFailure(check.verdict))
            names << check.name;
    }
    return names;
}

qsizetype waiting(const PullReport &report, bool ofOfBorg)
{
    return std::ranges::count_if(report.checks, [ofOfBorg](const github::CheckRun &check) {
        return check.isOfBorg() == ofOfBorg && !github::isFinal(check.verdict);
    });
}

void sayMergeability(const PullReport &report, QStringList &missing)
{
    const auto &pull = report.pull;
    if (pull.draft)
        missing << u"It is a draft."_s;
    if (pull.mergeState == github::MergeState::Conflict || pull.mergeable == false)
        missing << u"It conflicts with %1 and has to be rebased."_s.arg(pull.base);
    else if (!pull.mergeable)
        missing << u"GitHub is still finding out whether it can be merged."_s;
}

void sayChecks(const PullReport &report, QStringList &missing)
{
    const auto failed = failedNames(report, false);
    const auto open = waiting(report, false);
    if (github::isFailure(report.required))
        missing << u"The required check «no PR failures» failed%1."_s.arg(
            failed.isEmpty() ? QString() : u": "_s + listed(failed));
    else if (!failed.isEmpty())
        missing << u"Checks failed: %1."_s.arg(listed(failed));
    if (report.required == Verdict::Queued)
        missing << (open > 0 ? u"The required check «no PR failures» waits for %1 checks that are not over."_s.arg(open)
                             : u"The required check «no PR failures» has not been posted."_s);
    const auto builds = failedNames(report, true);
    if (!builds.isEmpty())
        missing << u"Builds of OfBorg's failed, though GitHub shows them grey: %1."_s.arg(listed(builds));
    if (const auto queued = waiting(report, true); queued > 0)
        missing << u"%1 builds of OfBorg's are not over."_s.arg(queued);
}

void sayReviews(const PullReport &report, QStringList &missing)
{
    if (report.approvals.changesRequested > 0)
        missing << u"%1 of its reviewers ask for changes."_s.arg(report.approvals.changesRequested);
    if (report.approvals.onHead == 0)
        missing << (report.approvals.older > 0 ? u"Its approvals are of an older push; nobody has approved this one."_s
                                               : u"Nobody has approved it."_s);
}

void sayRebuilds(const PullReport &report, QStringList &missing)
{
    constexpr int massRebuild = 1000;
    if (!report.counts || github::branchKind(report.pull.base) != github::BranchKind::Primary)
        return;
    const int rebuilds = qMax(report.counts->rebuildLinux, report.counts->rebuildDarwin);
    if (rebuilds >= massRebuild)
        missing << u"It causes %1 rebuilds, which belong into staging and not into %2."_s.arg(rebuilds).arg(
            report.pull.base);
}

void sayBackports(const PullReport &report, QStringList &missing)
{
    for (const auto &branch : report.wantedBackports) {
        const auto found = std::ranges::find(report.backports, branch, &github::Backport::branch);
        if (found == report.backports.end())
            missing << u"No backport to %1 was found, though its label asks for one."_s.arg(branch);
        else if (found->mergedAt == 0)
            missing << (found->open ? u"The backport %1 to %2 is not merged yet."_s
                                    : u"The backport %1 to %2 was closed."_s)
                           .arg(found->number.text(), branch);
    }
}

} // namespace

Task<Result<PullReport>> pullReport(
    github::Client &github, ofborg::Client *ofborg, PullRequestNr number, github::Ask ask)
{
    auto asking = github.hasToken() ? byGraphQl(github, number, ask) : byRest(github, number, ask);
    auto report = co_await std::move(asking);
    if (!report)
        co_return report;
    report->onLinux = github::rebuildRange(report->pull.labels, u"linux"_s);
    report->onDarwin = github::rebuildRange(report->pull.labels, u"darwin"_s);
    report->wantedBackports = wantedBackports(report->pull);
    auto running = github.runsOfHead(report->pull.headSha, ask);
    auto runs = co_await std::move(running);
    report->runs = taken(std::move(runs), *report);
    auto telling = github.timeline(number, ask);
    auto timeline = co_await std::move(telling);
    report->backports = github::backportsIn(taken(std::move(timeline), *report));
    if (!report->pull.mergeCommit.isEmpty()) {
        auto committing = github.commit(report->pull.mergeCommit, ask);
        auto commit = co_await std::move(committing);
        if (commit)
            report->mergeCommit = std::move(*commit);
        else
            report->problems.append(std::move(commit.error()));
    }
    auto comparing = addComparison(github, *report, ask);
    co_await std::move(comparing);
    if (ofborg) {
        auto adding = addAttempts(*ofborg, github.repository(), *report, ask);
        co_await std::move(adding);
    }
    co_return report;
}

void takeAttempts(PullReport &report, const QList<ofborg::Attempt> &attempts)
{
    report.attempts.clear();
    report.olderAttempts = 0;
    for (const auto &attempt : attempts) {
        if (attempt.result && attempt.result->headSha != report.pull.headSha)
            ++report.olderAttempts;
        else
            report.attempts.append(attempt);
    }
}

QList<CheckGroup> checkGroups(const QList<github::CheckRun> &checks)
{
    QList<CheckGroup> groups;
    for (const auto &check : checks) {
        if (check.isOfBorg())
            continue;
        const auto name = github::groupOf(check.name);
        auto group = std::ranges::find(groups, name, &CheckGroup::name);
        if (group == groups.end())
            group = groups.insert(groups.end(), CheckGroup{.name = name, .verdict = check.verdict});
        if (weight(check.verdict) < weight(group->verdict))
            group->verdict = check.verdict;
        ++group->total;
        group->failed += github::isFailure(check.verdict) ? 1 : 0;
        group->waiting += github::isFinal(check.verdict) ? 0 : 1;
    }
    std::ranges::stable_sort(groups, {}, &CheckGroup::name);
    return groups;
}

QStringList whatIsMissing(const PullReport &report)
{
    QStringList missing;
    if (report.pull.state == github::PullState::Closed)
        return {u"It was closed without being merged."_s};
    if (report.pull.state == github::PullState::Merged) {
        sayBackports(report, missing);
        return missing;
    }
    sayMergeability(report, missing);
    sayChecks(report, missing);
    sayReviews(report, missing);
    sayRebuilds(report, missing);
    if (report.pull.queue)
        missing << u"It waits in the merge queue at position %1."_s.arg(report.pull.queue->position);
    if (missing.isEmpty())
        missing << u"Nothing stands in its way: somebody who may merge has to do it."_s;
    return missing;
}

bool isFailing(const PullReport &report)
{
    if (report.pull.state != github::PullState::Open)
        return false;
    return report.pull.mergeable == false || github::isFailure(report.required) || report.approvals.changesRequested > 0
        || std::ranges::any_of(
            report.checks, [](const github::CheckRun &check) { return github::isFailure(check.verdict); });
}

Task<QList<WorkflowReport>> workflowReports(
    github::Client &github, QList<github::PeriodicWorkflow> workflows, qint64 now, github::Ask ask)
{
    constexpr int shown = 20;
    QList<WorkflowReport> reports;
    for (const auto &workflow : workflows) {
        WorkflowReport report{.workflow = workflow};
        auto asking = github.workflowRuns(workflow.file, shown, ask);
        auto runs = co_await std::move(asking);
        if (!runs) {
            report.problem = std::move(runs.error());
            reports.append(std::move(report));
            continue;
        }
        report.runs = std::move(*runs);
        report.isLate = report.runs.isEmpty() || now - report.runs.first().createdAt > 2 * workflow.everySeconds;
        const auto ended
            = std::ranges::find_if(report.runs, [](const auto &run) { return github::isFinal(run.verdict); });
        if (ended != report.runs.end()) {
            auto listing = github.jobs(ended->id, ask);
            auto jobs = co_await std::move(listing);
            if (jobs)
                report.jobs = std::move(*jobs);
            else
                report.problem = std::move(jobs.error());
        }
        reports.append(std::move(report));
    }
    co_return reports;
}

} // namespace narscope::watch
