// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/channelscout.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

// What Hydra has to be asked for: evaluations of the gate's jobset, the gate in them, and what makes it fail.

namespace narscope::watch {

namespace {

constexpr int mostCommits = 100; ///< of a window; one request
constexpr size_t mostWindows = 12; ///< kept; each has up to mostCommits
constexpr int mostGates = 8; ///< evaluations asked for at a time
constexpr int mostCauses = 3; ///< failing jobs whose own pages are read
constexpr qsizetype mostLeftPoints = 400;

/// «openssh-10.3p1» of /nix/store/HASH-openssh-10.3p1.drv.
QString nameOfPath(const QString &path)
{
    constexpr qsizetype hashAndDash = 33;
    auto name = path.section(u'/', -1).mid(hashAndDash);
    if (name.endsWith(".drv"_L1))
        name.chop(4);
    return name;
}

bool sameCounts(const hydra::JobsetOverview &a, const hydra::JobsetOverview &b)
{
    return std::tie(a.total, a.scheduled, a.succeeded, a.failed)
        == std::tie(b.total, b.scheduled, b.succeeded, b.failed);
}

/// The package that a commit would name: «openssh» of «openssh-10.3p1», of
/// «nixos.tests.openssh.x86_64-linux».
QString suspectName(const GateTrouble &trouble)
{
    if (trouble.blockers.isEmpty())
        return {};
    const auto &first = trouble.blockers.first();
    if (!first.cause)
        return first.job.section(u'.', -2, -2);
    static const QRegularExpression version(u"-\\d.*$"_s);
    return QString(first.cause->name).remove(version);
}

/// GitHub's own merge commits carry their pull request's title in the third line.
WindowCommit commitOf(const github::Commit &commit, const QString &suspect)
{
    static const QRegularExpression number(u"(?:^Merge pull request #|\\(#)(\\d{1,9})\\b"_s);
    WindowCommit one{.sha = commit.sha, .headline = commit.headline()};
    if (const auto match = number.match(commit.headline()); match.hasMatch()) {
        one.pullRequest = PullRequestNr(match.capturedView(1).toLongLong());
        const auto title = commit.message.section(u'\n', 2, 2);
        if (commit.headline().startsWith("Merge "_L1) && !title.isEmpty())
            one.headline = u"#%1 "_s.arg(match.captured(1)) + title;
    }
    const QRegularExpression word(u"(^|[^a-z0-9])"_s + QRegularExpression::escape(suspect) + u"($|[^a-z0-9])"_s,
        QRegularExpression::CaseInsensitiveOption);
    one.isSuspect = suspect.size() > 1 && word.match(one.headline).hasMatch();
    return one;
}

CommitWindow windowOf(
    const github::Comparison &comparison, const std::pair<QString, QString> &ends, const QString &suspect)
{
    CommitWindow window{.from = ends.first, .to = ends.second, .total = comparison.totalCommits};
    for (const auto &commit : comparison.commits)
        window.commits.append(commitOf(commit, suspect));
    return window;
}

bool failsByItself(hydra::BuildState state)
{
    return hydra::isFailing(state) && state != hydra::BuildState::DependencyFailed;
}

} // namespace

Task<void> ChannelScout::askJobsets(QString project, hydra::Ask ask)
{
    if (!m_hydra)
        co_return;
    auto asking = m_hydra->jobsetOverviews(project, ask);
    const auto answer = co_await std::move(asking);
    Seen<QList<hydra::JobsetOverview>> seen{.seenAt = m_clock.nowSeconds()};
    if (answer)
        seen.value = *answer;
    else
        seen.problem = answer.error();
    takeJobsets(project, seen);
}

void ChannelScout::takeJobsets(const QString &project, const Seen<QList<hydra::JobsetOverview>> &seen)
{
    if (seen.value) {
        m_jobsets.removeIf([&project](const auto &jobset) { return jobset.name.project == project; });
        m_jobsets += *seen.value;
    }
    for (auto &[name, facts] : m_facts) {
        if (facts.channel.gate.jobset.project != project)
            continue;
        facts.jobset.problem = seen.problem;
        const auto it = std::ranges::find(m_jobsets, facts.channel.gate.jobset, &hydra::JobsetOverview::name);
        if (!seen.value || seen.seenAt <= facts.jobset.seenAt || it == m_jobsets.end())
            continue;
        facts.jobset.value = *it;
        facts.jobset.seenAt = seen.seenAt;
        noteLeft(facts);
    }
}

bool ChannelScout::noteNewest(const JobsetName &jobset, EvalId eval)
{
    auto &newest = m_newestEvals[jobset];
    return std::exchange(newest, std::max(newest, eval)) < eval;
}

void ChannelScout::noteLeft(ChannelFacts &facts)
{
    if (!facts.evals.value || facts.evals.value->evals.isEmpty())
        return;
    const auto &newest = facts.evals.value->evals.first();
    noteNewest(facts.channel.gate.jobset, newest.id);
    if (facts.leftOf != newest.id)
        facts.left.clear();
    facts.leftOf = newest.id;
    // Hydra's overview is fresher, but is of the newest evaluation that it knows, which may be another one.
    const auto total = newest.succeeded + newest.failed + newest.scheduled;
    const bool isSame
        = facts.jobset.value && facts.jobset.value->total == total && facts.jobset.seenAt > facts.evals.seenAt;
    const auto scheduled = isSame ? facts.jobset.value->scheduled : newest.scheduled;
    const auto time = isSame ? facts.jobset.seenAt : facts.evals.seenAt;
    if (facts.left.isEmpty() || facts.left.last().time < time)
        facts.left.append({.time = time, .waiting = double(scheduled), .taken = double(total - scheduled)});
    if (facts.left.size() > mostLeftPoints)
        facts.left.removeFirst();
}

bool ChannelScout::wantsInvestigation(const QString &channel) const
{
    const auto known = m_known.find(channel);
    const auto &facts = m_facts.at(channel);
    if (known == m_known.end() || !known->second.isInvestigated || facts.evals.problem)
        return true;
    const auto release = facts.release.value ? facts.release.value->release : QString();
    return release != known->second.investigatedRelease
        || (facts.jobset.value && !sameCounts(*facts.jobset.value, known->second.investigatedAt));
}

Task<void> ChannelScout::investigate(QString channel, hydra::Ask ask)
{
    if (!m_hydra || facts(channel).releasedEval().value == 0)
        co_return;
    auto &known = m_known[channel];
    known.isInvestigated = true;
    known.investigatedRelease = facts(channel).release.value->release;
    known.investigatedAt = facts(channel).jobset.value.value_or(hydra::JobsetOverview());
    auto askingEvals = askEvals(channel, ask);
    co_await std::move(askingEvals);
    if (!facts(channel).evals.value)
        co_return;
    if (facts(channel).newerEvals().isEmpty()) {
        auto askingErrors = askErrors(channel, ask);
        co_await std::move(askingErrors);
        co_return;
    }
    auto askingGates = askGates(channel, ask);
    co_await std::move(askingGates);
    const auto &gates = facts(channel).gates;
    const auto decided = std::ranges::find_if(gates, &GateAt::isDecided);
    if (decided == gates.end() || std::ranges::any_of(gates, &GateAt::isGreen) || decided->build.value == 0)
        co_return;
    auto askingTrouble = askTrouble(channel, *decided, ask);
    co_await std::move(askingTrouble);
    auto askingWindow = askWindow(channel, ask);
    co_await std::move(askingWindow);
}

Task<void> ChannelScout::askWindow(QString channel, hydra::Ask ask)
{
    const auto trouble = facts(channel).trouble;
    const auto *bad = trouble ? facts(channel).gateOf(trouble->firstBad) : nullptr;
    // Without a sure first bad evaluation the window says nothing.
    if (!m_gitHub || !trouble || !trouble->firstBadIsSure || !bad || bad->revision.isEmpty())
        co_return;
    const std::pair ends(facts(channel).release.value->revision, bad->revision);
    if (!m_windows.contains(ends)) {
        const github::Ask asGitHub{.why = ask.why, .priority = ask.priority};
        auto asking = m_gitHub->commitsBetween(ends.first, ends.second, mostCommits, asGitHub);
        const auto answer = co_await std::move(asking);
        if (!answer)
            co_return;
        if (m_windows.size() >= mostWindows)
            m_windows.clear();
        m_windows[ends] = windowOf(*answer, ends, suspectName(*trouble));
    }
    if (facts(channel).trouble)
        facts(channel).trouble->window = m_windows[ends];
}

Task<void> ChannelScout::askEvals(QString channel, hydra::Ask ask)
{
    const auto jobset = facts(channel).channel.gate.jobset;
    auto asking = m_hydra->evals(jobset, 1, ask);
    const auto page = co_await std::move(asking);
    auto &evals = facts(channel).evals;
    evals.problem = page ? std::nullopt : std::optional(page.error());
    if (!page)
        co_return;
    evals.value
        = EvalList{.evals = page->evals, .total = page->paging.total, .pages = 1, .hasOlder = page->paging.hasNext};
    evals.seenAt = m_clock.nowSeconds();
    noteLeft(facts(channel));
}

Task<void> ChannelScout::askErrors(QString channel, hydra::Ask ask)
{
    const auto jobset = facts(channel).channel.gate.jobset;
    auto asking = m_hydra->jobsetErrors(jobset, ask);
    const auto answer = co_await std::move(asking);
    auto &errors = facts(channel).errors;
    errors.problem = answer ? std::nullopt : std::optional(answer.error());
    if (answer) {
        errors.value = *answer;
        errors.seenAt = m_clock.nowSeconds();
    }
}

void ChannelScout::setRow(ChannelFacts &facts, const GateAt &gate)
{
    facts.gates.removeIf([&gate](const GateAt &old) { return old.eval == gate.eval; });
    facts.gates.append(gate);
    std::ranges::sort(facts.gates, std::greater{}, &GateAt::eval);
}

Task<void> ChannelScout::askGates(QString channel, hydra::Ask ask)
{
    const auto evals = facts(channel).newerEvals();
    const auto job = facts(channel).channel.gate.job;
    facts(channel).gates.removeIf(
        [&evals](const GateAt &gate) { return !std::ranges::contains(evals, gate.eval, &hydra::EvalSummary::id); });
    forgetSettled(channel, evals);
    int asked = 0;
    for (const auto &eval : evals) {
        auto &known = m_known[channel];
        const auto kept = known.gates.find(eval.id);
        const bool isCurrent = kept != known.gates.end()
            && (kept->second.isDecided() || known.unfinishedWhenAsked[eval.id] == eval.scheduled);
        if (!isCurrent && asked < mostGates) {
            ++asked;
            auto asking = askGate(eval.id, job, ask);
            const auto gate = co_await std::move(asking);
            if (!gate) {
                facts(channel).evals.problem = gate.error();
                co_return;
            }
            known.gates[eval.id] = *gate;
            known.unfinishedWhenAsked[eval.id] = eval.scheduled;
        }
        const auto found = known.gates.find(eval.id);
        if (found == known.gates.end())
            co_return;
        setRow(facts(channel), found->second);
        // Older evaluations than one that can be published do not matter.
        if (found->second.isGreen() && eval.scheduled == 0)
            co_return;
    }
}

/// What was found out about evaluations that are published by now.
void ChannelScout::forgetSettled(const QString &channel, const QList<hydra::EvalSummary> &newer)
{
    auto &known = m_known[channel];
    const auto isNewer = [&newer](EvalId eval) { return std::ranges::contains(newer, eval, &hydra::EvalSummary::id); };
    std::erase_if(known.gates, [&](const auto &entry) { return !isNewer(entry.first); });
    std::erase_if(known.unfinishedWhenAsked, [&](const auto &entry) { return !isNewer(entry.first); });
    std::erase_if(known.troubles, [&](const auto &entry) { return !isNewer(entry.second.eval); });
}

Task<Result<GateAt>> ChannelScout::askGate(EvalId eval, QString job, hydra::Ask ask)
{
    hydra::EvalJobsQuery query;
    query.filter = job;
    auto asking = m_hydra->evalJobs(eval, query, ask);
    const auto jobs = co_await std::move(asking);
    if (!jobs)
        co_return std::unexpected(jobs.error());
    GateAt gate{.eval = eval, .revision = jobs->header.nixpkgsRevision()};
    const auto row
        = std::ranges::find_if(jobs->rows, [&job](const auto &one) { return one.job == job && one.id.value != 0; });
    if (row != jobs->rows.end()) {
        gate.build = row->id;
        gate.state = row->state;
        gate.finishedAt = row->finished;
    }
    co_return gate;
}

Task<void> ChannelScout::askTrouble(QString channel, GateAt gate, hydra::Ask ask)
{
    auto &known = m_known[channel];
    if (!known.troubles.contains(gate.build)) {
        auto asking = m_hydra->buildDetails(gate.build, ask);
        const auto details = co_await std::move(asking);
        if (!details) {
            facts(channel).evals.problem = details.error();
            co_return;
        }
        GateTrouble trouble{.eval = gate.eval, .gate = gate.build, .constituents = int(details->constituents.size())};
        for (const auto &row : details->constituents) {
            if (hydra::isFailing(row.state))
                trouble.blockers.append({.job = row.job, .build = row.id, .state = row.state});
        }
        std::ranges::stable_partition(
            trouble.blockers, [](const Blocker &blocker) { return failsByItself(blocker.state); });
        int asked = 0;
        for (auto &blocker : trouble.blockers) {
            if (failsByItself(blocker.state) || ++asked > mostCauses)
                continue;
            auto askingCause = askCause(blocker.build, ask);
            blocker.cause = co_await std::move(askingCause);
        }
        known.troubles[gate.build] = std::move(trouble);
    }
    auto trouble = known.troubles[gate.build];
    trouble.eval = gate.eval;
    const auto &gates = facts(channel).gates;
    for (const auto &one : gates) {
        if (one.eval <= gate.eval && one.isDecided())
            trouble.firstBad = one.eval;
    }
    // Sure only when every evaluation down to the release's was looked at.
    const auto newer = facts(channel).newerEvals();
    const bool reachesRelease = newer.size() < facts(channel).evals.value->evals.size();
    trouble.firstBadIsSure = reachesRelease && trouble.firstBad == newer.last().id;
    trouble.lastGood = facts(channel).releasedEval();
    facts(channel).trouble = std::move(trouble);
}

Task<std::optional<GateCause>> ChannelScout::askCause(BuildId build, hydra::Ask ask)
{
    auto asking = m_hydra->buildDetails(build, ask);
    const auto details = co_await std::move(asking);
    if (!details)
        co_return std::nullopt;
    const auto step = std::ranges::find_if(
        details->steps, [](const auto &one) { return failsByItself(one.state) && !one.paths.isEmpty(); });
    if (step == details->steps.end())
        co_return std::nullopt;
    co_return GateCause{.name = nameOfPath(step->paths.first()),
        .build = step->propagatedFrom.value_or(build),
        .state = step->state,
        .status = hydra::word(step->state)};
}

} // namespace narscope::watch
