// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/drawing.h"

#include "base/format.h"
#include "nix/rungs.h"

using namespace Qt::StringLiterals;

// The lane of the cache: what the verifier found about a path, as two stops.

namespace narscope::trace {

namespace {

using nix::RungName;
using nix::Verdict;

QString shortPath(const QString &path)
{
    const auto name = path.section(u'/', -1);
    return name.size() > 40 ? name.first(8) + u"…-"_s + name.section(u'-', 1) : name;
}

bool isMissing(const nix::PathReport &report)
{
    return report.rung(RungName::NarInfo).verdict == Verdict::Unavailable;
}

StopState signedState(const nix::PathReport &report)
{
    if (isMissing(report))
        return StopState::Waiting;
    const auto narInfo = report.rung(RungName::NarInfo).verdict;
    const auto signature = report.rung(RungName::Signature).verdict;
    if (narInfo == Verdict::Fails || signature == Verdict::Fails)
        return StopState::Failed;
    return signature == Verdict::Holds ? StopState::Reached : StopState::Unknown;
}

void fillSigned(Hop &hop, const nix::PathReport &report)
{
    const auto &info = *report.info;
    QStringList keys;
    for (const auto &key : report.keys)
        keys << QString::fromUtf8(key);
    hop.grade = Grade::Signed;
    hop.sentence = u"%1 signed that this path has these contents."_s.arg(keys.join(u" and "_s));
    hop.caveat = u"It did not sign which derivation or machine made them."_s;
    hop.covered
        = {{u"StorePath"_s, report.pathText()}, {u"NarHash"_s, QString::fromLatin1(info.narHash.prefixedNix32())},
            {u"NarSize"_s, u"%1 bytes"_s.arg(formatCount(qint64(info.narSize)))},
            {u"References"_s, u"%1 paths"_s.arg(info.references.size())}};
    for (const auto &claim : report.notSigned())
        hop.claimed << Field{QString::fromUtf8(claim.field), QString::fromUtf8(claim.value)};
    hop.claimed << Field{u"Builder"_s, u"nobody signs which machine built it"_s};
    hop.stronger = u"build it again and compare"_s;
    hop.command = u"nix path-info --store %1 --json --sigs %2"_s.arg(report.cache, report.pathText());
}

void excuseSigned(
    Drawing &drawing, const nix::PathReport &report, const Stop &stop, const StopId &id, const QString &what)
{
    if (stop.state == StopState::Waiting) {
        drawing.excuse({.stop = id,
            .kind = ExcuseKind::NotInCache,
            .what = what,
            .waitsFor = u"the cache has no such path; an edge of its CDN may hold on to that answer for a day"_s,
            .advice = u"Look again in an hour."_s});
    } else if (stop.state == StopState::Failed) {
        const auto &rung = report.rung(
            report.rung(RungName::NarInfo).verdict == Verdict::Fails ? RungName::NarInfo : RungName::Signature);
        drawing.excuse({.stop = id,
            .kind = ExcuseKind::BadInCache,
            .what = what,
            .waitsFor = rung.detail,
            .advice = u"Do not use it; open it in Verify and report it."_s});
    } else if (stop.state == StopState::Unknown) {
        auto excuse = notFoundOut(id, what, {});
        const auto narInfo = report.rung(RungName::NarInfo);
        excuse.waitsFor = narInfo.verdict == Verdict::Holds ? report.rung(RungName::Signature).detail : narInfo.detail;
        drawing.excuse(excuse);
    }
}

/// What the contents' rungs say together: the first that fails counts.
const nix::Rung *failedContents(const nix::PathReport &report)
{
    for (const auto name :
        {RungName::Url, RungName::FileHash, RungName::NarHash, RungName::NarForm, RungName::References}) {
        if (report.rung(name).verdict == Verdict::Fails)
            return &report.rung(name);
    }
    return nullptr;
}

void drawContents(Drawing &drawing, const nix::PathReport &report, const Look<nix::PathReport> &look,
    const StopId &from, Stop stop, const QString &what)
{
    const auto *failure = failedContents(report);
    const bool holds = report.rung(RungName::NarHash).verdict == Verdict::Holds;
    stop.kind = StopKind::Contents;
    stop.state = failure ? StopState::Failed : holds ? StopState::Reached : StopState::NotTried;
    stop.text = failure ? u"wrong"_s : holds ? u"match"_s : u"not read"_s;
    Hop hop{.from = from, .claim = Claim::HasContents, .subject = report.pathText()};
    hop.to = drawing.add(stop);
    hop.object = QString::fromLatin1(report.info->narHash.prefixedNix32());
    if (failure) {
        drawing.excuse({.stop = hop.to,
            .kind = ExcuseKind::BadInCache,
            .what = what,
            .waitsFor = failure->detail,
            .advice = u"Do not use it; open it in Verify and report it."_s});
        drawing.finding({.kind = FindingKind::WrongNar,
            .stop = hop.to,
            .sentence = u"The signature of %1 holds, and the NAR that the cache serves is not the one signed: %2"_s.arg(
                shortPath(report.pathText()), failure->detail),
            .advice = u"Do not use it; report it."_s,
            .answers = look.answers});
    } else if (holds) {
        hop.grade = Grade::HashLinked;
        hop.sentence = u"The archive served was read: its hash and size are the signed ones."_s;
        hop.covered = {{u"NarHash"_s, hop.object}};
        restOn(hop, look);
    } else {
        const auto size = report.info->fileSize ? formatSize(qint64(*report.info->fileSize)) : u"its file"_s;
        drawing.excuse({.stop = hop.to,
            .kind = ExcuseKind::NotAsked,
            .what = u"the contents of "_s + what,
            .waitsFor = u"that takes reading %1"_s.arg(size),
            .advice = u"Open it in Verify."_s});
    }
    drawing.add(hop);
}

} // namespace

void drawReport(Drawing &drawing, const nix::PathReport &report, const Look<nix::PathReport> &look, const StopId &from,
    Stop signedStop, const QString &what)
{
    signedStop.lane = Lane::Cache;
    signedStop.kind = StopKind::Signed;
    signedStop.state = signedState(report);
    signedStop.text = shortPath(report.pathText());
    signedStop.subject = Subject::ofStorePath(report.pathText());
    Hop hop{.from = from, .claim = Claim::SignedAs, .subject = report.pathText(), .object = report.cache};
    hop.to = drawing.add(signedStop);
    if (signedStop.state == StopState::Reached && report.info)
        fillSigned(hop, report);
    restOn(hop, look);
    excuseSigned(drawing, report, signedStop, hop.to, what);
    const auto id = hop.to;
    drawing.add(hop);
    if (report.rung(RungName::Signature).verdict == Verdict::Fails)
        drawing.finding({.kind = FindingKind::BadSignature,
            .stop = id,
            .sentence = u"%1 is in the cache without a signature that counts: %2"_s.arg(
                shortPath(report.pathText()), report.rung(RungName::Signature).detail),
            .advice = u"Nix will not take it from there."_s,
            .answers = look.answers});
    if (report.info)
        drawContents(drawing, report, look, id, signedStop, what);
}

void findFailedInCache(
    Drawing &drawing, const StopId &built, BuildId build, hydra::BuildState state, const QList<QByteArray> &answers)
{
    if (!hydra::isFailing(state) || state == hydra::BuildState::FailedWithOutput)
        return;
    drawing.finding({.kind = FindingKind::FailedButInCache,
        .stop = built,
        .sentence = u"Hydra says that build %1 ended as «%2», and its output is in the cache."_s.arg(
            build.text(), hydra::word(state).toLower()),
        .advice = u"Another build of the same derivation may have made it."_s,
        .answers = answers,
        .subject = Subject::ofBuild(drawing.hydra(), build)});
}

void drawPath(Drawing &drawing, const KnownBuild &build, const KnownPath &path, const StopId &built)
{
    const auto what
        = (path.output == "out"_L1 ? build.attr : build.attr + u'.' + path.output) + u" on "_s + build.system;
    Stop stop{.lane = Lane::Cache, .kind = StopKind::Signed, .name = build.system};
    stop.attr = build.attr;
    stop.system = build.system;
    stop.output = path.output;
    if (!path.report) {
        stop.state = path.report.problem ? StopState::Unknown : StopState::NotTried;
        stop.text = shortPath(path.path);
        stop.subject = Subject::ofStorePath(path.path);
        const auto id = drawing.add(stop);
        drawing.add(Hop{.from = built, .to = id, .claim = Claim::SignedAs, .subject = path.path});
        drawing.excuse(notFoundOut(id, what, path.report.problem));
        return;
    }
    drawReport(drawing, *path.report, path.report, built, stop, what);
    const bool isDone = build.row.state == hydra::BuildState::Succeeded && isMissing(*path.report);
    if (isDone)
        drawing.finding({.kind = FindingKind::SucceededButMissing,
            .stop = built,
            .sentence = u"Hydra says that build %1 succeeded, and the cache has no %2."_s.arg(
                build.row.id.text(), shortPath(path.path)),
            .advice = u"An edge of the CDN may hold on to an old answer for a day; after that, report it."_s,
            .answers = path.report.answers + build.build.answers,
            .subject = Subject::ofBuild(drawing.hydra(), build.row.id)});
}

} // namespace narscope::trace
