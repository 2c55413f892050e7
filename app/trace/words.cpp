// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/types.h"

using namespace Qt::StringLiterals;

namespace narscope::trace {

QString word(Grade grade)
{
    switch (grade) {
    case Grade::HashLinked:
        return u"hash-linked"_s;
    case Grade::Signed:
        return u"signed"_s;
    case Grade::AssertedOverTls:
        return u"asserted-over-tls"_s;
    case Grade::Local:
        return u"local"_s;
    case Grade::Gap:
        break;
    }
    return u"gap"_s;
}

QString title(Grade grade)
{
    return word(grade).replace(u"asserted-over-tls"_s, u"asserted over TLS"_s);
}

QString word(Lane lane)
{
    switch (lane) {
    case Lane::PullRequest:
        return u"pull-request"_s;
    case Lane::Branch:
        return u"branch"_s;
    case Lane::Evaluation:
        return u"evaluation"_s;
    case Lane::Build:
        return u"build"_s;
    case Lane::Cache:
        return u"cache"_s;
    case Lane::Channel:
        break;
    }
    return u"channel"_s;
}

QString title(Lane lane)
{
    const auto text = word(lane).replace(u'-', u' ');
    return text.first(1).toUpper() + text.sliced(1);
}

QString word(StopKind kind)
{
    switch (kind) {
    case StopKind::Opened:
        return u"opened"_s;
    case StopKind::Checks:
        return u"checks"_s;
    case StopKind::Approved:
        return u"approved"_s;
    case StopKind::Merged:
        return u"merged"_s;
    case StopKind::InBranch:
        return u"in-branch"_s;
    case StopKind::Evaluated:
        return u"evaluated"_s;
    case StopKind::Built:
        return u"built"_s;
    case StopKind::Signed:
        return u"signed"_s;
    case StopKind::Contents:
        return u"contents"_s;
    case StopKind::Gate:
        return u"gate"_s;
    case StopKind::ChannelBranch:
        return u"channel-branch"_s;
    case StopKind::Served:
        return u"served"_s;
    case StopKind::Image:
        return u"image"_s;
    case StopKind::Start:
        break;
    }
    return u"start"_s;
}

QString title(StopKind kind)
{
    return kind == StopKind::ChannelBranch ? u"branch"_s : word(kind).replace(u'-', u' ');
}

QString word(StopState state)
{
    switch (state) {
    case StopState::Reached:
        return u"reached"_s;
    case StopState::Running:
        return u"running"_s;
    case StopState::Waiting:
        return u"waiting"_s;
    case StopState::Failed:
        return u"failed"_s;
    case StopState::NotNeeded:
        return u"not-needed"_s;
    case StopState::NotTried:
        return u"not-tried"_s;
    case StopState::Unknown:
        break;
    }
    return u"unknown"_s;
}

QString word(Claim claim)
{
    switch (claim) {
    case Claim::CheckedAs:
        return u"checked-as"_s;
    case Claim::ApprovedBy:
        return u"approved-by"_s;
    case Claim::MergedAs:
        return u"merged-as"_s;
    case Claim::ContainedIn:
        return u"contained-in"_s;
    case Claim::EvaluatedIn:
        return u"evaluated-in"_s;
    case Claim::BuiltAs:
        return u"built-as"_s;
    case Claim::OutputOf:
        return u"output-of"_s;
    case Claim::SignedAs:
        return u"signed-as"_s;
    case Claim::HasContents:
        return u"has-contents"_s;
    case Claim::GatedBy:
        return u"gated-by"_s;
    case Claim::ReleasedAs:
        return u"released-as"_s;
    case Claim::ServedAs:
        return u"served-as"_s;
    case Claim::ImageOf:
        return u"image-of"_s;
    case Claim::DerivedFrom:
        return u"derived-from"_s;
    case Claim::FoundOn:
        return u"found-on"_s;
    case Claim::TouchedBy:
        break;
    }
    return u"touched-by"_s;
}

QString word(ExcuseKind kind)
{
    switch (kind) {
    case ExcuseKind::NotMerged:
        return u"not-merged"_s;
    case ExcuseKind::MergeConflict:
        return u"merge-conflict"_s;
    case ExcuseKind::ChecksPending:
        return u"checks-pending"_s;
    case ExcuseKind::ChecksFailed:
        return u"checks-failed"_s;
    case ExcuseKind::NeedsReview:
        return u"needs-review"_s;
    case ExcuseKind::InMergeQueue:
        return u"in-merge-queue"_s;
    case ExcuseKind::Closed:
        return u"closed"_s;
    case ExcuseKind::Draft:
        return u"draft"_s;
    case ExcuseKind::BranchNotMergedYet:
        return u"branch-not-merged-yet"_s;
    case ExcuseKind::NotEvaluatedYet:
        return u"not-evaluated-yet"_s;
    case ExcuseKind::JobMissing:
        return u"job-missing"_s;
    case ExcuseKind::EvaluationFailed:
        return u"evaluation-failed"_s;
    case ExcuseKind::Queued:
        return u"queued"_s;
    case ExcuseKind::Building:
        return u"building"_s;
    case ExcuseKind::BuildFailed:
        return u"build-failed"_s;
    case ExcuseKind::DependencyFailed:
        return u"dependency-failed"_s;
    case ExcuseKind::NotBuilt:
        return u"not-built"_s;
    case ExcuseKind::NotInCache:
        return u"not-in-cache"_s;
    case ExcuseKind::BadInCache:
        return u"bad-in-cache"_s;
    case ExcuseKind::GateFailed:
        return u"gate-failed"_s;
    case ExcuseKind::GateUnfinished:
        return u"gate-unfinished"_s;
    case ExcuseKind::EvaluationUnfinished:
        return u"evaluation-unfinished"_s;
    case ExcuseKind::UpdateDue:
        return u"update-due"_s;
    case ExcuseKind::NoSuchThere:
        return u"no-such-there"_s;
    case ExcuseKind::NotAsked:
        return u"not-asked"_s;
    case ExcuseKind::NotFoundOut:
        break;
    }
    return u"not-found-out"_s;
}

QString word(FindingKind kind)
{
    switch (kind) {
    case FindingKind::FailedButInCache:
        return u"failed-but-in-cache"_s;
    case FindingKind::SucceededButMissing:
        return u"succeeded-but-missing"_s;
    case FindingKind::GateGreenChannelStill:
        return u"gate-green-channel-still"_s;
    case FindingKind::ChannelBeyondTimeout:
        return u"channel-beyond-timeout"_s;
    case FindingKind::DerivationRepointed:
        return u"derivation-repointed"_s;
    case FindingKind::PointersDisagree:
        return u"pointers-disagree"_s;
    case FindingKind::WrongNar:
        return u"wrong-nar"_s;
    case FindingKind::BadSignature:
        return u"bad-signature"_s;
    case FindingKind::OutputsDisagree:
        return u"outputs-disagree"_s;
    case FindingKind::Reverted:
        break;
    }
    return u"reverted"_s;
}

QString word(TrackKind kind)
{
    switch (kind) {
    case TrackKind::PullRequest:
        return u"pull-request"_s;
    case TrackKind::Backport:
        return u"backport"_s;
    case TrackKind::Backward:
        break;
    }
    return u"backward"_s;
}

QString word(Direction direction)
{
    return direction == Direction::Forward ? u"forward"_s : u"backward"_s;
}

} // namespace narscope::trace
