// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/runs.h"

#include <QRegularExpression>
#include <QSet>
#include <QUrlQuery>

#include <algorithm>

using namespace Qt::StringLiterals;

// What follows from the answers by nixpkgs' own rules.

namespace narscope::github {

namespace {

constexpr QLatin1StringView requiredContext("no PR failures");

/// A count in the words of the summary: «added 12».
std::optional<int> countAfter(const QString &text, const QString &word)
{
    const QRegularExpression form(u"\\b"_s + word + u" (\\d{1,9})\\b"_s);
    const auto match = form.match(text);
    return match.hasMatch() ? std::optional(match.capturedView(1).toInt()) : std::nullopt;
}

/// The run of «https://github.com/NixOS/nixpkgs/actions/runs/19000000001?pr=451386».
std::optional<RunId> runOf(const QUrl &target)
{
    static const QRegularExpression form(u"/actions/runs/(\\d{1,18})(?:/|$)"_s);
    const auto match = form.match(target.path());
    return match.hasMatch() ? std::optional(RunId(match.capturedView(1).toLongLong())) : std::nullopt;
}

/// «11-100», «501+», «1».
std::optional<RebuildRange> rangeOf(const QString &text)
{
    static const QRegularExpression form(QRegularExpression::anchoredPattern(u"(\\d{1,9})(?:(\\+)|-(\\d{1,9}))?"_s));
    const auto match = form.match(text);
    if (!match.hasMatch())
        return {};
    const int least = match.capturedView(1).toInt();
    RebuildRange range{.least = least, .most = least};
    if (match.hasCaptured(2))
        range.most.reset();
    else if (match.hasCaptured(3))
        range.most = match.capturedView(3).toInt();
    return range;
}

/// The labels overlap («501-1000» comes with «501+»): the narrowest has the largest lower end, then the least
/// upper.
bool isNarrower(const RebuildRange &a, const RebuildRange &b)
{
    if (a.least != b.least)
        return a.least > b.least;
    return a.most && (!b.most || *a.most < *b.most);
}

bool isOpinion(const Review &review)
{
    return review.state == ReviewState::Approved || review.state == ReviewState::ChangesRequested
        || review.state == ReviewState::Dismissed;
}

} // namespace

QList<Review> opinions(const QList<Review> &reviews)
{
    QList<Review> latest;
    for (const auto &review : reviews) {
        if (!isOpinion(review))
            continue;
        const auto former = std::ranges::find(latest, review.user, &Review::user);
        // Accounts that are gone cannot be told apart: each of their reviews counts as somebody's.
        if (former == latest.end() || review.user.isEmpty())
            latest.append(review);
        else if (review.submittedAt >= former->submittedAt)
            *former = review;
    }
    return latest;
}

Approvals approvals(const QList<Review> &reviews, const QString &headSha)
{
    Approvals count;
    for (const auto &review : opinions(reviews)) {
        if (review.state == ReviewState::ChangesRequested)
            ++count.changesRequested;
        else if (review.state == ReviewState::Approved)
            ++(review.commit == headSha ? count.onHead : count.older);
    }
    return count;
}

QList<CommitStatus> newestStatuses(const QList<CommitStatus> &statuses)
{
    auto newest = statuses;
    std::ranges::stable_sort(newest, std::greater(), &CommitStatus::createdAt);
    QSet<QString> seen;
    newest.removeIf([&seen](const CommitStatus &status) {
        if (seen.contains(status.context))
            return true;
        seen.insert(status.context);
        return false;
    });
    return newest;
}

QList<CheckRun> newestChecks(const QList<CheckRun> &checks)
{
    auto newest = checks;
    std::ranges::stable_sort(newest, std::greater(), &CheckRun::id);
    QSet<std::pair<QString, QString>> seen;
    newest.removeIf([&seen](const CheckRun &check) {
        const std::pair key(check.app, check.name);
        if (seen.contains(key))
            return true;
        seen.insert(key);
        return false;
    });
    std::ranges::stable_sort(newest, {}, [](const CheckRun &check) { return std::pair(check.app, check.name); });
    return newest;
}

std::optional<EvaluationCounts> evaluationCounts(const QList<CommitStatus> &statuses)
{
    for (const auto &status : newestStatuses(statuses)) {
        if (status.context != "Eval Summary"_L1 && status.context != "Eval / Summary"_L1)
            continue;
        const auto parts = status.description.split(u" — "_s);
        const auto package = parts.value(0);
        const auto changed = countAfter(package, u"changed"_s);
        if (!package.startsWith("Package:"_L1) || !changed)
            return {};
        EvaluationCounts counts{.added = countAfter(package, u"added"_s).value_or(0),
            .removed = countAfter(package, u"removed"_s).value_or(0),
            .changed = *changed,
            .rebuildLinux = 0,
            .rebuildDarwin = 0,
            .removedLinux = {},
            .removedDarwin = {},
            .run = runOf(status.target)};
        for (const auto &part : parts.sliced(1)) {
            const auto onLinux = countAfter(part, u"linux"_s);
            const auto onDarwin = countAfter(part, u"darwin"_s);
            if (part.startsWith("Rebuild:"_L1)) {
                counts.rebuildLinux = onLinux.value_or(0);
                counts.rebuildDarwin = onDarwin.value_or(0);
            } else if (part.startsWith("Removed:"_L1)) {
                counts.removedLinux = onLinux;
                counts.removedDarwin = onDarwin;
            }
        }
        return counts;
    }
    return {};
}

Verdict requiredVerdict(const QList<CommitStatus> &statuses)
{
    const auto newest = newestStatuses(statuses);
    const auto it = std::ranges::find(newest, requiredContext, &CommitStatus::context);
    return it == newest.end() ? Verdict::Queued : it->verdict;
}

std::optional<RebuildRange> rebuildRange(const QList<Label> &labels, const QString &kernel)
{
    const auto prefix = u"10.rebuild-%1: "_s.arg(kernel);
    std::optional<RebuildRange> best;
    for (const auto &label : labels) {
        if (!label.name.startsWith(prefix))
            continue;
        const auto range = rangeOf(label.name.sliced(prefix.size()));
        if (range && (!best || isNarrower(*range, *best)))
            best = range;
    }
    if (best)
        best->stdenv = std::ranges::contains(labels, u"10.rebuild-%1-stdenv"_s.arg(kernel), &Label::name);
    return best;
}

std::optional<BuildName> buildName(const QString &checkName)
{
    const auto on = checkName.lastIndexOf(" on "_L1);
    if (on <= 0 || on + 4 == checkName.size())
        return {};
    BuildName name{.attributes = {}, .system = checkName.sliced(on + 4)};
    const auto list = checkName.first(on);
    if (list != "(unknown attributes)"_L1)
        name.attributes = list.split(u", "_s, Qt::SkipEmptyParts);
    return name;
}

QString groupOf(const QString &name)
{
    const auto slash = name.indexOf(" / "_L1);
    return slash < 0 ? QString() : name.first(slash);
}

const WorkflowRun *pullRequestRun(const QList<WorkflowRun> &runs)
{
    const WorkflowRun *newest = nullptr;
    for (const auto &run : runs) {
        if ((run.name == "PR"_L1 || run.name == "Eval"_L1) && (!newest || run.createdAt > newest->createdAt))
            newest = &run;
    }
    return newest;
}

QList<Backport> backportsIn(const QList<TimelineEvent> &timeline)
{
    static const QRegularExpression form(u"^\\[Backport ([^\\]\\s]+)\\]"_s);
    QList<Backport> found;
    for (const auto &event : timeline) {
        const auto match = form.match(event.fromTitle);
        if (!event.from || !match.hasMatch() || std::ranges::contains(found, *event.from, &Backport::number))
            continue;
        found.append({.number = *event.from,
            .title = event.fromTitle,
            .branch = match.captured(1),
            .open = event.fromOpen,
            .mergedAt = event.fromMergedAt,
            .page = event.fromPage});
    }
    return found;
}

qsizetype failuresInARow(const QList<WorkflowRun> &runs)
{
    qsizetype count = 0;
    for (const auto &run : runs) {
        if (!isFinal(run.verdict))
            continue;
        if (!isFailure(run.verdict))
            break;
        ++count;
    }
    return count;
}

} // namespace narscope::github
