// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/drawing.h"

using namespace Qt::StringLiterals;

// The lanes of the pull request and of the branches.

namespace narscope::trace {

namespace {

QString numbered(const KnownPull &pull)
{
    return u'#' + pull.number.text();
}

Subject subjectOf(const KnownPull &pull, const QString &repository)
{
    return Subject::ofPullRequest(pull.number, repository);
}

/// Reviews as the timeline tells them: one request less.
QList<github::Review> reviewsIn(const QList<github::TimelineEvent> &timeline)
{
    QList<github::Review> reviews;
    for (const auto &event : timeline) {
        if (event.kind != "reviewed"_L1)
            continue;
        const auto state = event.state == "approved"_L1 ? github::ReviewState::Approved
            : event.state == "changes_requested"_L1     ? github::ReviewState::ChangesRequested
            : event.state == "dismissed"_L1             ? github::ReviewState::Dismissed
                                                        : github::ReviewState::Commented;
        reviews << github::Review{.user = event.actor, .state = state, .submittedAt = event.at, .commit = event.commit};
    }
    return reviews;
}

struct CheckCount {
    int good = 0;
    int all = 0;
    QStringList failed;
    qint64 last = 0;
};

CheckCount countChecks(const QList<github::CheckRun> &checks)
{
    CheckCount count;
    for (const auto &check : github::newestChecks(checks)) {
        if (check.verdict == github::Verdict::Skipped)
            continue;
        ++count.all;
        count.good += check.verdict == github::Verdict::Success ? 1 : 0;
        count.last = std::max(count.last, check.completedAt);
        if (github::isFailure(check.verdict))
            count.failed << check.name;
    }
    return count;
}

QString checksText(const KnownPull &pull)
{
    if (pull.checks) {
        const auto count = countChecks(*pull.checks);
        return u"%1 of %2"_s.arg(count.good).arg(count.all);
    }
    const auto counts = pull.statuses ? github::evaluationCounts(*pull.statuses) : std::nullopt;
    return counts ? u"rebuilds %1 linux, %2 darwin"_s.arg(counts->rebuildLinux).arg(counts->rebuildDarwin) : QString();
}

StopState checksState(const KnownPull &pull)
{
    if (!pull.statuses)
        return pull.statuses.problem ? StopState::Unknown : StopState::NotTried;
    const auto verdict = github::requiredVerdict(*pull.statuses);
    if (verdict == github::Verdict::Success)
        return StopState::Reached;
    if (github::isFailure(verdict))
        return StopState::Failed;
    return pull.isMerged() ? StopState::NotNeeded : StopState::Running;
}

Excuse checksExcuse(const KnownPull &pull, const StopId &stop, StopState state)
{
    Excuse excuse{.stop = stop, .kind = ExcuseKind::ChecksPending, .what = numbered(pull)};
    excuse.since = pull.pull->updatedAt;
    if (state == StopState::NotNeeded) {
        excuse.kind = ExcuseKind::NoSuchThere;
        excuse.waitsFor = u"GitHub keeps no verdict of its checks; it was merged without waiting for one"_s;
        return excuse;
    }
    if (state != StopState::Failed)
        return excuse;
    excuse.kind = ExcuseKind::ChecksFailed;
    excuse.waitsFor = u"GitHub does not say which"_s;
    const auto failed = pull.checks ? countChecks(*pull.checks).failed : QStringList();
    for (const auto &name : failed.first(std::min<qsizetype>(failed.size(), 5)))
        excuse.blockers << Blocker{.name = name};
    excuse.blocking = failed.size();
    excuse.advice = u"Read the failing checks on the pull request's page."_s;
    return excuse;
}

StopId drawChecks(Drawing &drawing, const KnownPull &pull, const StopId &opened)
{
    const auto state = checksState(pull);
    Stop stop{.lane = Lane::PullRequest, .kind = StopKind::Checks, .state = state, .text = checksText(pull)};
    if (pull.statuses && !pull.statuses->isEmpty())
        stop.at = pull.statuses->first().createdAt; // newest first
    const auto id = drawing.add(stop);
    if (const auto unseen = unlooked(id, u"the checks of "_s + numbered(pull), pull.statuses))
        drawing.excuse(*unseen);
    else if (state != StopState::Reached)
        drawing.excuse(checksExcuse(pull, id, state));
    Hop hop{.from = opened, .to = id, .claim = Claim::CheckedAs, .subject = numbered(pull), .object = stop.text};
    if (state == StopState::Reached || (state == StopState::Failed && pull.statuses)) {
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = u"GitHub says that the required status «no PR failures» of this head is %1."_s.arg(
            github::word(github::requiredVerdict(*pull.statuses)));
        hop.caveat = u"Nobody signs what the checks found, nor on which machine they ran."_s;
        restOn(hop, pull.statuses);
        if (pull.checks)
            restOn(hop, pull.checks);
    }
    drawing.add(hop);
    return id;
}

StopId drawApproval(Drawing &drawing, const KnownPull &pull, const StopId &checks)
{
    const auto reviews = pull.timeline ? reviewsIn(*pull.timeline) : QList<github::Review>();
    const auto count = github::approvals(reviews, pull.pull->headSha);
    const int approvals = count.onHead + count.older;
    const bool isApproved = approvals > 0 && count.changesRequested == 0;
    Stop stop{.lane = Lane::PullRequest, .kind = StopKind::Approved};
    stop.state = !pull.timeline ? (pull.timeline.problem ? StopState::Unknown : StopState::NotTried)
        : isApproved            ? StopState::Reached
        : pull.isMerged()       ? StopState::NotNeeded
                                : StopState::Waiting;
    stop.text = approvals > 0 ? u"by %1"_s.arg(approvals) : QString();
    for (const auto &review : reviews) {
        if (review.state == github::ReviewState::Approved)
            stop.at = review.submittedAt;
    }
    const auto id = drawing.add(stop);
    Hop hop{.from = checks, .to = id, .claim = Claim::ApprovedBy, .subject = numbered(pull), .object = stop.text};
    if (const auto unseen = unlooked(id, u"the reviews of "_s + numbered(pull), pull.timeline)) {
        drawing.excuse(*unseen);
    } else if (stop.state == StopState::NotNeeded) {
        drawing.excuse({.stop = id,
            .kind = ExcuseKind::NoSuchThere,
            .what = numbered(pull),
            .waitsFor = u"it was merged without an approving review"_s});
    } else if (stop.state == StopState::Waiting) {
        drawing.excuse({.stop = id,
            .kind = ExcuseKind::NeedsReview,
            .what = numbered(pull),
            .since = pull.pull->createdAt,
            .advice = u"Ask a maintainer of the package for a review."_s});
    } else {
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = count.onHead > 0 ? u"GitHub says that %1 approved this head."_s.arg(count.onHead)
                                        : u"GitHub says that %1 approved an earlier head."_s.arg(approvals);
        hop.caveat = u"Reviews are not signed."_s;
        restOn(hop, pull.timeline);
    }
    drawing.add(hop);
    return id;
}

/// Only GraphQL tells the place in the merge queue; that it is in there, the timeline tells too.
std::optional<qint64> queuedSince(const KnownPull &pull)
{
    if (pull.pull->queue)
        return pull.pull->queue->enqueuedAt;
    std::optional<qint64> since;
    for (const auto &event : pull.timeline.value_or({})) {
        if (event.kind == "added_to_merge_queue"_L1)
            since = event.at;
        else if (event.kind == "removed_from_merge_queue"_L1 || event.kind == "head_ref_force_pushed"_L1)
            since.reset();
    }
    return since;
}

Excuse mergeExcuse(const KnownPull &pull, const StopId &stop)
{
    const auto &value = *pull.pull;
    Excuse excuse{.stop = stop, .kind = ExcuseKind::NotMerged, .what = numbered(pull), .waitsFor = value.base};
    excuse.since = value.createdAt;
    const auto verdict = pull.statuses ? github::requiredVerdict(*pull.statuses) : github::Verdict::Unknown;
    if (value.state == github::PullState::Closed) {
        excuse.kind = ExcuseKind::Closed;
    } else if (value.draft) {
        excuse.kind = ExcuseKind::Draft;
    } else if (value.mergeState == github::MergeState::Conflict) {
        excuse.kind = ExcuseKind::MergeConflict;
        excuse.advice = u"Rebase it onto the branch."_s;
    } else if (const auto queued = queuedSince(pull)) {
        excuse.kind = ExcuseKind::InMergeQueue;
        excuse.since = *queued;
        excuse.remaining = value.queue ? value.queue->position : 0;
        if (value.queue && value.queue->estimatedSeconds)
            excuse.likely = Band{.from = pull.pull.at, .to = pull.pull.at + *value.queue->estimatedSeconds};
        if (value.queue && value.queue->state == "UNMERGEABLE"_L1)
            excuse.advice = u"GitHub will throw it out of the queue: its tests there failed."_s;
    } else if (github::isFailure(verdict)) {
        return checksExcuse(pull, stop, StopState::Failed);
    } else if (pull.statuses && verdict != github::Verdict::Success) {
        excuse.kind = ExcuseKind::ChecksPending;
    } else if (pull.timeline && github::approvals(reviewsIn(*pull.timeline), value.headSha).onHead == 0) {
        excuse.kind = ExcuseKind::NeedsReview;
        excuse.advice = u"Ask a maintainer of the package for a review."_s;
    } else {
        excuse.advice = u"Somebody who may merge has to do it."_s;
    }
    return excuse;
}

QString signatureSentence(const github::Commit &commit)
{
    const auto &signature = commit.signature;
    if (signature.kind == github::Signature::Kind::None)
        return u" The commit is not signed."_s;
    const auto key = signature.keyId.isEmpty() ? u"a key"_s : u"the key "_s + signature.keyId;
    if (!signature.verified)
        return u" The commit carries a signature by %1 that GitHub does not confirm (%2)."_s.arg(key, signature.reason);
    return signature.byGitHub
        ? u" GitHub's own key (%1) is on the commit: it was made on the web or by the merge queue."_s.arg(
              signature.keyId.isEmpty() ? u"web-flow"_s : signature.keyId)
        : u" GitHub confirms the signature by %1 on the commit."_s.arg(key);
}

void drawMerge(
    Drawing &drawing, const KnownPull &pull, const QString &repository, const StopId &approved, Places &places)
{
    const bool isClosed = pull.pull->state == github::PullState::Closed;
    Stop stop{.lane = Lane::PullRequest, .kind = StopKind::Merged, .name = {}};
    stop.state = pull.isMerged() ? StopState::Reached : isClosed ? StopState::Failed : StopState::Waiting;
    const auto sha = pull.commitSha();
    Hop hop{.from = approved, .claim = Claim::MergedAs, .subject = numbered(pull), .object = sha};
    if (pull.isMerged()) {
        stop.at = pull.pull->mergedAt;
        stop.text = sha.isEmpty() ? u"commit unknown"_s : shortSha(sha);
        stop.subject = sha.isEmpty() ? subjectOf(pull, repository) : Subject::ofCommit(sha);
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = u"GitHub says that %1 was merged as %2 by %3."_s.arg(
            numbered(pull), shortSha(sha), pull.pull->mergedBy.isEmpty() ? u"somebody"_s : pull.pull->mergedBy);
        hop.caveat = u"A signature of GitHub's says that GitHub made the commit, not who approved it."_s;
        restOn(hop, pull.pull);
        if (pull.commit) {
            hop.sentence += signatureSentence(*pull.commit);
            hop.claimed << Field{.name = u"Committer"_s, .value = pull.commit->committerName}
                        << Field{.name = u"Signature"_s, .value = pull.commit->signature.keyId};
            restOn(hop, pull.commit);
            hop.stronger = u"check the signature yourself, with GitHub's key, in a clone"_s;
        }
        if (!sha.isEmpty())
            hop.command = u"git verify-commit %1"_s.arg(sha);
    }
    hop.to = drawing.add(stop);
    if (pull.isMerged())
        places.merged = hop.to;
    else
        drawing.excuse(*(places.blocked = mergeExcuse(pull, hop.to)));
    drawing.add(hop);
}

void findReverts(Drawing &drawing, const KnownPull &pull, const QString &repository, const StopId &merged)
{
    if (!pull.timeline || merged.isEmpty())
        return;
    for (const auto &event : *pull.timeline) {
        const bool isRevert = event.from && event.fromTitle.startsWith("Revert \""_L1)
            && event.fromTitle.contains(pull.pull->title.first(std::min<qsizetype>(pull.pull->title.size(), 60)));
        if (!isRevert || event.fromMergedAt == 0)
            continue;
        drawing.finding({.kind = FindingKind::Reverted,
            .stop = merged,
            .sentence
            = u"#%1 took the change of %2 back: the commit stays in the branches, and what it did is undone where that one has arrived."_s
                .arg(event.from->value)
                .arg(numbered(pull)),
            .advice = u"Follow #%1 as well."_s.arg(event.from->value),
            .answers = pull.timeline.answers,
            .subject = Subject::ofPullRequest(*event.from, repository)});
    }
}

QString branchWait(const KnownPull &pull, qsizetype at)
{
    for (qsizetype i = at - 1; i > 0; --i) {
        const auto &before = pull.branches[i];
        if (before.contained && before.contained->contained != github::Contained::Yes && before.impliedBy.isEmpty())
            return u"%1 does not have it either"_s.arg(before.name);
    }
    return u"%1 has not been merged into %2 since"_s.arg(pull.branches[at - 1].name, pull.branches[at].name);
}

void drawBranch(Drawing &drawing, const KnownPull &pull, qsizetype at, const StopId &from, Places &places)
{
    const auto &branch = pull.branches[at];
    const bool isThere
        = !branch.impliedBy.isEmpty() || (branch.contained && branch.contained->contained == github::Contained::Yes);
    Stop stop{.lane = Lane::Branch, .kind = StopKind::InBranch, .name = branch.name};
    stop.state = isThere && pull.isMerged()    ? StopState::Reached
        : branch.contained || !pull.isMerged() ? StopState::Waiting
        : branch.contained.problem             ? StopState::Unknown
                                               : StopState::NotTried;
    if (pull.pull->state == github::PullState::Closed)
        stop.state = StopState::NotNeeded;
    if (at == 0 && pull.isMerged()) {
        stop.at = pull.pull->mergedAt;
        stop.text = u"as "_s + shortSha(pull.commitSha());
    }
    if (!branch.carrier.isEmpty())
        stop.text = u"with "_s + shortSha(branch.carrier);
    Hop hop{.from = from, .claim = Claim::ContainedIn, .subject = pull.commitSha(), .object = branch.name};
    hop.to = drawing.add(stop);
    places.allBranches[branch.name] = hop.to;
    if (stop.state == StopState::Reached) {
        places.branches[branch.name] = hop.to;
        hop.grade = branch.byHashes      ? Grade::HashLinked
            : branch.impliedBy.isEmpty() ? Grade::AssertedOverTls
                                         : Grade::Local;
        hop.sentence = at == 0 ? u"GitHub says that the pull request was merged into %1."_s.arg(branch.name)
            : branch.byHashes  ? u"A clone on this machine has the commit among the ancestors of %1."_s.arg(branch.name)
            : !branch.impliedBy.isEmpty()
            ? u"%1 has it, and gets its commits through %2 only."_s.arg(branch.impliedBy, branch.name)
            : u"GitHub's comparison says that %1 contains the commit."_s.arg(branch.name);
        if (!branch.carrier.isEmpty())
            hop.sentence += u" A clone on this machine says that %1 brought it there."_s.arg(branch.carrier);
        hop.stronger = branch.byHashes ? QString() : u"a clone of nixpkgs on this machine proves it by hashes"_s;
        hop.command = u"git merge-base --is-ancestor %1 origin/%2"_s.arg(pull.commitSha(), branch.name);
        restOn(hop, branch.contained);
    } else if (places.blocked) {
        Excuse excuse{.stop = hop.to, .kind = ExcuseKind::BranchNotMergedYet, .what = branch.name};
        excuse.waitsFor = u"%1 is not merged"_s.arg(numbered(pull));
        drawing.excuse(excuse);
    } else if (const auto unseen = unlooked(hop.to, branch.name, branch.contained)) {
        drawing.excuse(*unseen);
    } else {
        drawing.excuse({.stop = hop.to,
            .kind = branch.contained->contained == github::Contained::Unknown ? ExcuseKind::NotFoundOut
                                                                              : ExcuseKind::BranchNotMergedYet,
            .what = branch.name,
            .waitsFor = branch.contained->contained == github::Contained::Unknown
                ? u"GitHub knows no such branch or commit"_s
                : branchWait(pull, at),
            .since = pull.pull->mergedAt});
    }
    drawing.add(hop);
}

} // namespace

void drawPull(Drawing &drawing, const KnownPull &pull, const KnownForward &known, Places &places)
{
    Stop opened{.lane = Lane::PullRequest, .kind = StopKind::Opened, .subject = subjectOf(pull, known.repository)};
    opened.state = pull.pull ? StopState::Reached : StopState::Unknown;
    if (pull.pull) {
        opened.at = pull.pull->createdAt;
        opened.text = pull.pull->author;
    }
    const auto first = drawing.add(opened);
    if (const auto unseen = unlooked(first, numbered(pull), pull.pull)) {
        drawing.excuse(*unseen);
        drawing.problem(pull.pull.problem);
        return;
    }
    const auto checks = drawChecks(drawing, pull, first);
    const auto approved = drawApproval(drawing, pull, checks);
    drawMerge(drawing, pull, known.repository, approved, places);
    findReverts(drawing, pull, known.repository, places.merged);
}

void drawBranches(Drawing &drawing, const KnownPull &pull, Places &places)
{
    StopId from = drawing.trace().stops.last().id; // merged, reached or not
    for (qsizetype i = 0; i < pull.branches.size(); ++i) {
        const auto count = drawing.trace().stops.size();
        drawBranch(drawing, pull, i, from, places);
        from = drawing.trace().stops[count].id;
    }
}

} // namespace narscope::trace
