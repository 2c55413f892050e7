// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/pullwords.h"

#include "base/format.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

using github::Verdict;

namespace {

QString say(const char *words)
{
    return QCoreApplication::translate("Pull", words);
}

QString ago(qint64 at, qint64 now)
{
    return say("%1 ago").arg(formatAge(std::chrono::seconds(std::max<qint64>(0, now - at))));
}

QString signatureWords(const github::Signature &signature)
{
    using enum github::Signature::Kind;
    if (signature.kind == None)
        return say("not signed");
    const auto key = signature.keyId.isEmpty() ? QString() : say(", key %1").arg(signature.keyId);
    if (!signature.verified)
        return say("signed, but GitHub does not verify it: %1").arg(signature.reason) + key;
    return (signature.byGitHub ? say("signed by GitHub itself, not by a person") : say("signed; GitHub verifies it"))
        + key;
}

QString rangeWords(const std::optional<github::RebuildRange> &range)
{
    if (!range)
        return {};
    const auto numbers = range->most == range->least ? QString::number(range->least)
        : range->most                                ? say("%1 to %2").arg(range->least).arg(*range->most)
                                                     : say("%1 or more").arg(range->least);
    return range->stdenv ? say("%1, the standard environment too").arg(numbers) : numbers;
}

/// Only somebody who may merge is missing.
bool isReady(const watch::PullReport &report)
{
    return report.required == Verdict::Success && report.approvals.onHead > 0 && report.approvals.changesRequested == 0
        && report.pull.mergeable == true && !report.pull.draft && watch::whatIsMissing(report).size() == 1;
}

FactCell number(int count)
{
    return {.text = count > 0 ? formatCount(count) : QString(), .right = true, .order = count};
}

} // namespace

Mark markOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Queued:
        return Mark::Queued;
    case Verdict::Running:
        return Mark::Running;
    case Verdict::Success:
        return Mark::Succeeded;
    case Verdict::Failure:
    case Verdict::HashMismatch:
    case Verdict::Error:
        return Mark::Failed;
    case Verdict::TimedOut:
        return Mark::TimedOut;
    case Verdict::Skipped:
    case Verdict::Neutral:
    case Verdict::Stale:
        return Mark::NotChecked;
    case Verdict::Cancelled:
        return Mark::Aborted;
    case Verdict::ActionRequired:
        return Mark::Warning;
    case Verdict::Unknown:
        break;
    }
    return Mark::Unknown;
}

QString wordFor(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Queued:
        return say("queued");
    case Verdict::Running:
        return say("running");
    case Verdict::Success:
        return say("succeeded");
    case Verdict::Failure:
        return say("failed");
    case Verdict::HashMismatch:
        return say("failed: another hash than declared");
    case Verdict::Error:
        return say("failed: an error outside of the build");
    case Verdict::TimedOut:
        return say("timed out");
    case Verdict::Skipped:
        return say("skipped");
    case Verdict::Neutral:
        return say("neutral");
    case Verdict::Stale:
        return say("stale");
    case Verdict::Cancelled:
        return say("cancelled");
    case Verdict::ActionRequired:
        return say("waits for somebody to act");
    case Verdict::Unknown:
        break;
    }
    return say("unknown");
}

QString wordFor(const github::CheckRun &check)
{
    return check.isDisguised() ? say("%1 (grey at GitHub)").arg(wordFor(check.verdict)) : wordFor(check.verdict);
}

QString stateOf(const github::PullRequest &pull, qint64 now)
{
    using enum github::PullState;
    if (pull.state == Merged)
        return say("merged %1 into %2%3")
            .arg(ago(pull.mergedAt, now), pull.base,
                pull.mergedBy.isEmpty() ? QString() : say(" by %1").arg(pull.mergedBy));
    if (pull.state == Closed)
        return say("closed %1, not merged").arg(ago(pull.closedAt, now));
    return (pull.draft ? say("a draft, open for %1, into %2") : say("open for %1, into %2"))
        .arg(formatAge(std::chrono::seconds(std::max<qint64>(0, now - pull.createdAt))), pull.base);
}

Sentence sentenceOf(const watch::PullNews &news, qint64 now)
{
    if (!news.report)
        return news.problem
            ? Sentence{.mark = Mark::Warning, .what = news.problem->sentence, .why = news.problem->advice}
            : Sentence{.mark = Mark::Running, .what = say("Asking GitHub and OfBorg …")};
    const auto &report = *news.report;
    const auto missing = watch::whatIsMissing(report);
    Sentence sentence;
    if (report.pull.state == github::PullState::Merged)
        sentence = {.mark = missing.isEmpty() ? Mark::Succeeded : Mark::Running,
            .what
            = missing.isEmpty() ? say("Merged; nothing is missing that GitHub and OfBorg know of.") : missing.front()};
    else
        sentence = {.mark = report.pull.state == github::PullState::Closed ? Mark::Aborted
                : watch::isFailing(report)                                 ? Mark::Failed
                : isReady(report)                                          ? Mark::Succeeded
                                                                           : Mark::Queued,
            .what = missing.isEmpty() ? QString() : missing.front()};
    sentence.quiet = wordsOf(news.asked, now);
    return sentence;
}

QList<DetailRow> missingOf(const watch::PullReport &report)
{
    QList<DetailRow> rows;
    for (const auto &words : watch::whatIsMissing(report).mid(1))
        rows << DetailRow{.text = words, .mark = Mark::Queued};
    return rows;
}

QString wordsOf(const watch::AskState &asked, qint64 now)
{
    QStringList words;
    const auto seconds = [](qint64 count) { return formatAge(std::chrono::seconds(std::max<qint64>(0, count))); };
    const auto when = now - asked.at < 1 ? say("just now") : say("%1 ago").arg(seconds(now - asked.at));
    if (asked.isRunning)
        words << say("Asking …");
    else if (asked.at > 0)
        words << (asked.nextAt > now ? say("Asked %1, again in %2.").arg(when, seconds(asked.nextAt - now))
                                     : say("Asked %1; again with F5.").arg(when));
    if (asked.quota)
        words << say("GitHub: %1 of %2 requests left until %3 UTC.")
                     .arg(formatCount(asked.quota->remaining), formatCount(asked.quota->limit),
                         formatTime(asked.quota->reset, now));
    if (!asked.hasToken && asked.at > 0)
        words << say("A token in the settings gives 5,000 an hour.");
    return words.join(u' ');
}

QStringList reviewHeaders()
{
    return {say("Reviewer"), say("Opinion"), say("Of"), say("When"), say("Is")};
}

FactRows reviewRows(const watch::PullReport &report, qint64 now)
{
    using enum github::ReviewState;
    FactRows rows;
    for (const auto &review : report.opinions) {
        const bool isOfHead = review.commit == report.pull.headSha;
        const auto mark = review.state == ChangesRequested ? Mark::Failed
            : review.state == Approved                     ? (isOfHead ? Mark::Succeeded : Mark::Queued)
                                                           : Mark::NotChecked;
        rows << FactRow{.key = u"review/"_s + QString::number(review.id) + review.user,
            .cells = {{.text = review.user.isEmpty() ? say("an account that is gone") : review.user, .mark = mark},
                {.text = review.state == Approved          ? say("approved")
                        : review.state == ChangesRequested ? say("asks for changes")
                        : review.state == Dismissed        ? say("dismissed")
                                                           : say("commented")},
                {.text = isOfHead ? say("this push") : say("an older push"), .tip = review.commit, .quiet = !isOfHead},
                {.text = ago(review.submittedAt, now), .tip = formatExactTime(review.submittedAt)},
                {.text = review.association.toLower(), .quiet = true}},
            .copy = review.page.toString(QUrl::FullyEncoded)};
    }
    const auto asked = [&rows](const QString &name, const QString &what) {
        rows << FactRow{.key = u"asked/"_s + what + name,
            .cells = {{.text = name, .mark = Mark::Queued}, {.text = say("was asked")}, {}, {},
                {.text = what, .quiet = true}}};
    };
    for (const auto &reviewer : report.pull.requestedReviewers)
        asked(reviewer, say("a person"));
    for (const auto &team : report.pull.requestedTeams)
        asked(team, say("a team"));
    return rows;
}

QStringList backportHeaders()
{
    return {say("Branch"), say("State"), say("Pull request"), say("Title")};
}

FactRows backportRows(const watch::PullReport &report, qint64 now)
{
    FactRows rows;
    auto wanted = report.wantedBackports;
    for (const auto &backport : report.backports) {
        wanted.removeAll(backport.branch);
        const bool isMerged = backport.mergedAt > 0;
        rows << FactRow{.key = backport.number.text(),
            .cells = {{.text = backport.branch,
                          .mark = isMerged    ? Mark::Succeeded
                              : backport.open ? Mark::Running
                                              : Mark::Aborted},
                {.text = isMerged       ? say("merged %1").arg(ago(backport.mergedAt, now))
                        : backport.open ? say("open")
                                        : say("closed"),
                    .tip = isMerged ? formatExactTime(backport.mergedAt) : QString()},
                {.text = u'#' + backport.number.text()}, {.text = backport.title.simplified()}},
            .subject = Subject::ofPullRequest(backport.number),
            .copy = backport.page.toString(QUrl::FullyEncoded)};
    }
    for (const auto &branch : std::as_const(wanted))
        rows << FactRow{.key = u"wanted/"_s + branch,
            .cells = {{.text = branch, .mark = Mark::Queued},
                {.text = report.pull.state == github::PullState::Merged
                        ? say("asked for by a label, not there yet")
                        : say("asked for by a label; made after the merge")},
                {}, {}}};
    return rows;
}

QList<DetailRow> aboutRows(const watch::PullReport &report, qint64 now)
{
    const auto &pull = report.pull;
    QList<DetailRow> rows{
        {.label = say("Author"), .text = pull.author.isEmpty() ? say("an account that is gone") : pull.author},
        {.label = say("State"), .text = stateOf(pull, now)},
        {.label = say("From"),
            .text
            = (pull.headRepository.isEmpty() ? say("a fork that is gone") : pull.headRepository) + u':' + pull.head},
        {.label = say("Head"),
            .text = pull.headSha.left(12),
            .whole = pull.headSha,
            .mono = true,
            .subject = pull.headSha.isEmpty() ? std::nullopt : std::optional(Subject::ofCommit(pull.headSha))},
        {.label = say("Size"),
            .text = say("%1 commits, %2 files, +%3 −%4")
                .arg(formatCount(pull.commits), formatCount(pull.changedFiles), formatCount(pull.additions),
                    formatCount(pull.deletions))}};
    if (!pull.mergeCommit.isEmpty())
        rows << DetailRow{.label = say("Merge commit"),
            .text = pull.mergeCommit.left(12),
            .whole = pull.mergeCommit,
            .mono = true,
            .subject = Subject::ofCommit(pull.mergeCommit)};
    else if (pull.state == github::PullState::Merged)
        rows << DetailRow{.label = say("Merge commit"), .text = say("GitHub knows none"), .mark = Mark::Unknown};
    if (report.mergeCommit)
        rows << DetailRow{.label = {},
            .text = signatureWords(report.mergeCommit->signature),
            .mark = report.mergeCommit->signature.verified ? Mark::Holds : Mark::NotChecked};
    if (pull.queue)
        rows << DetailRow{.label = say("Merge queue"),
            .text = say("place %1, %2").arg(pull.queue->position).arg(pull.queue->state.toLower().replace(u'_', u' '))};
    QStringList labels;
    for (const auto &label : pull.labels)
        labels << label.name;
    for (qsizetype i = 0; i < labels.size(); ++i)
        rows << DetailRow{.label = i == 0 ? say("Labels") : QString(), .text = labels[i]};
    return rows;
}

QStringList rebuildHeaders()
{
    return {say("Platform"), say("Rebuilds"), say("Added"), say("Changed"), say("Removed")};
}

FactRows rebuildRows(const watch::PullReport &report, const watch::ChangeTable *changes)
{
    FactRows rows;
    if (changes) {
        for (const auto &sum : changes->platforms)
            rows << FactRow{.key = sum.platform,
                .cells = {{.text = sum.platform}, number(sum.rebuilt), number(sum.added), number(sum.changed),
                    number(sum.removed)}};
        return rows;
    }
    if (const auto &counts = report.counts) {
        rows << FactRow{.key = u"linux"_s, .cells = {{.text = say("Linux")}, number(counts->rebuildLinux), {}, {}, {}}};
        rows << FactRow{
            .key = u"darwin"_s, .cells = {{.text = say("Darwin")}, number(counts->rebuildDarwin), {}, {}, {}}};
        rows << FactRow{.key = u"all"_s,
            .cells = {{.text = say("all platforms")}, {}, number(counts->added), number(counts->changed),
                number(counts->removed)}};
        return rows;
    }
    const auto byLabel = [&rows](const QString &name, const std::optional<github::RebuildRange> &range) {
        if (range)
            rows << FactRow{
                .key = name, .cells = {{.text = name}, {.text = rangeWords(range), .right = true}, {}, {}, {}}};
    };
    byLabel(say("Linux"), report.onLinux);
    byLabel(say("Darwin"), report.onDarwin);
    return rows;
}

QString rebuildSource(const watch::PullNews &news)
{
    if (news.changes)
        return say("From the evaluation's comparison. It leaves out what Hydra ignores: unfree and broken packages.");
    if (!news.report)
        return {};
    const auto more = news.asked.hasToken ? say("Its comparison has not been uploaded, or is older than 90 days.")
                                          : say("Which attributes those are GitHub tells only with a token.");
    if (news.report->counts)
        return say("Counted by the status «Eval Summary».") + u' ' + more;
    return news.report->onLinux || news.report->onDarwin
        ? say("By its labels, which may be ten minutes old.") + u' ' + more
        : say("Not counted yet: its evaluation is not over.");
}

} // namespace narscope::ui
