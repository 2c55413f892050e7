// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/traceparts.h"

#include "hydra/htmlparsers.h"
#include "hydra/jsonparsers.h"
#include "trace/evalsearch.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

/// The commit that a hop of a branch or an evaluation names: its object, or a field of that name.
QString revisionOf(const Hop &hop)
{
    if (isCommit(hop.object))
        return hop.object;
    for (const auto *fields : {&hop.covered, &hop.claimed}) {
        for (const auto &field : *fields) {
            const auto name = field.name.toLower();
            if (isCommit(field.value)
                && (name.contains("revision"_L1) || name.contains("tip"_L1) || name.contains("head"_L1)))
                return field.value;
        }
    }
    return {};
}

QString commitOf(const Trace &trace, const Hop &hop)
{
    if (isCommit(hop.subject))
        return hop.subject;
    const auto *stop = trace.stop(hop.to);
    const auto *track = stop ? trace.track(stop->track) : nullptr;
    return track && isCommit(track->mergeCommit) ? track->mergeCommit : QString();
}

} // namespace

bool isCommit(QStringView text)
{
    return text.size() == 40
        && std::ranges::all_of(text, [](QChar c) { return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f'); });
}

std::vector<KeptNarInfo> narInfosIn(const QList<Answer> &answers)
{
    std::vector<KeptNarInfo> found;
    for (const auto &answer : answers) {
        if (answer.body.isEmpty() || !answer.finalUrl.path().endsWith(".narinfo"_L1))
            continue;
        auto reading = nix::readNarInfo(answer.body);
        if (!reading || std::ranges::contains(found, reading->info.path, [](const KeptNarInfo &kept) {
                return kept.reading.info.path;
            }))
            continue;
        found.push_back({.answer = &answer, .reading = std::move(*reading)});
    }
    return found;
}

std::vector<KeptBuild> buildsIn(const QList<Answer> &answers)
{
    static const QRegularExpression form(u"^(.*)/build/([0-9]+)$"_s);
    std::vector<KeptBuild> found;
    for (const auto &answer : answers) {
        const auto match = form.match(answer.finalUrl.path());
        if (!match.hasMatch() || answer.body.isEmpty())
            continue;
        auto build = hydra::parseBuild(answer.body);
        if (!build || build->id.text() != match.captured(2))
            continue;
        auto base = answer.finalUrl;
        base.setPath(match.captured(1));
        base.setQuery(QString());
        KeptBuild kept{.answer = &answer, .hydra = base, .build = std::move(*build)};
        const auto before = std::ranges::find_if(found,
            [&](const KeptBuild &known) { return known.hydra == kept.hydra && known.build.id == kept.build.id; });
        if (before == found.end())
            found.push_back(std::move(kept));
        else
            *before = std::move(kept);
    }
    return found;
}

QHash<qint64, QString> revisionsIn(const QList<Answer> &answers)
{
    static const QRegularExpression evaluation(u"/eval/([0-9]+)$"_s);
    static const QRegularExpression list(u"/jobset/[^/]+/[^/]+/evals$"_s);
    QHash<qint64, QString> revisions;
    for (const auto &answer : answers) {
        const auto path = answer.finalUrl.path();
        if (answer.body.isEmpty())
            continue;
        if (const auto match = evaluation.match(path); match.hasMatch()) {
            const auto header = hydra::parseEvalHeader(answer.body);
            const bool isIt = header && header->id.text() == match.captured(1);
            if (const auto revision = isIt ? header->nixpkgsRevision() : QString(); isCommit(revision))
                revisions.insert(header->id.value, revision);
        } else if (list.match(path).hasMatch()) {
            const auto page = hydra::parseEvalPage(answer.body);
            for (const auto &eval : page ? withRevisions(*page) : QList<EvalAt>()) {
                if (isCommit(eval.revision) && !revisions.contains(eval.id.value))
                    revisions.insert(eval.id.value, eval.revision);
            }
        }
    }
    return revisions;
}

QString revisionOf(const hydra::Build &build, const QHash<qint64, QString> &revisions)
{
    QList<qint64> evals;
    for (const auto eval : build.evals)
        evals << eval.value;
    std::ranges::sort(evals); // Hydra does not order them
    for (const auto eval : evals) {
        if (revisions.contains(eval))
            return revisions.value(eval);
    }
    return {};
}

std::vector<GitClaim> gitClaimsIn(const Trace &trace)
{
    std::vector<GitClaim> claims;
    for (const auto &hop : trace.hops) {
        if (!hop.grade
            || (hop.claim != Claim::ContainedIn && hop.claim != Claim::EvaluatedIn && hop.claim != Claim::ReleasedAs
                && hop.claim != Claim::ServedAs))
            continue;
        GitClaim claim{.hop = hop.id, .ancestor = commitOf(trace, hop), .descendant = revisionOf(hop)};
        if (!claim.ancestor.isEmpty() && !claim.descendant.isEmpty() && claim.ancestor != claim.descendant)
            claims.push_back(std::move(claim));
    }
    return claims;
}

} // namespace narscope::trace
