// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/statement.h"

#include "trace/traceparts.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

// None of these is registered anywhere; the manual (bundle.md) says what they mean.
const auto buildType = u"urn:narscope:hydra-build:v1"_s;
const auto policyUri = u"urn:narscope:narinfo-signatures:v1"_s;
const auto verifierId = u"urn:narscope"_s;

const auto provenanceRole = u"The signer did not build this. The signer states that Narscope received the "
                            u"answers named here from the servers "
                            "named here; that they say this is the word of those servers."_s;
const auto summaryRole = u"The signer states that Narscope received these answers at these times and checked "
                         u"them as each hop says. Each hop "
                         "names who vouches for it; the signer vouches for none of them."_s;

QString hex(const QByteArray &digits)
{
    return QString::fromLatin1(digits);
}

QString timestamp(qint64 seconds)
{
    return QDateTime::fromSecsSinceEpoch(seconds, QTimeZone::UTC).toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
}

QString address(const QUrl &url)
{
    return QString::fromUtf8(url.toEncoded());
}

QString address(const QUrl &base, const QString &path)
{
    return address(base) + path;
}

void set(QJsonObject &object, QLatin1StringView name, const QString &text)
{
    if (!text.isEmpty())
        object.insert(name, text);
}

QJsonObject sha256(const QString &digits)
{
    return {{u"sha256"_s, digits}};
}

/// An answer as a resource: what, from where, and its digest.
QJsonObject resource(const QString &name, const Answer &answer)
{
    return {{u"name"_s, name}, {u"uri"_s, address(answer.finalUrl)}, {u"digest"_s, sha256(hex(answer.sha256))}};
}

/// The subject is the contents (by the signed hash of the archive), not the compressed file.
QJsonObject subject(const KeptNarInfo &kept)
{
    const auto &info = kept.reading.info;
    const QJsonObject annotations{
        {u"nix_narHash"_s, hex(info.narHash.prefixedNix32())}, {u"nix_narSize"_s, QString::number(info.narSize)}};
    return {{u"name"_s, QString::fromUtf8(info.path.text())}, {u"digest"_s, sha256(hex(info.narHash.base16()))},
        {u"downloadLocation"_s, address(kept.answer->finalUrl.resolved(QUrl::fromEncoded(info.url)))},
        {u"mediaType"_s, u"application/x-nix-nar"_s}, {u"annotations"_s, annotations}};
}

QJsonObject statement(const QJsonArray &subjects, const QString &type, const QJsonObject &predicate)
{
    return {{u"_type"_s, u"https://in-toto.io/Statement/v1"_s}, {u"subject"_s, subjects}, {u"predicateType"_s, type},
        {u"predicate"_s, predicate}};
}

std::vector<KeptNarInfo> outputsOf(const KeptBuild &kept, const std::vector<KeptNarInfo> &narInfos)
{
    std::vector<KeptNarInfo> outputs;
    std::ranges::copy_if(narInfos, std::back_inserter(outputs), [&](const KeptNarInfo &narInfo) {
        return std::ranges::contains(
            kept.build.outputs, QString::fromUtf8(narInfo.reading.info.path.text()), &hydra::BuildOutput::path);
    });
    return outputs;
}

QJsonObject dependency(const Trace &trace, const QString &revision)
{
    const auto repository = trace.tracks.isEmpty() ? QString() : trace.tracks.first().repository;
    return {{u"uri"_s, u"git+https://github.com/"_s + (repository.isEmpty() ? u"NixOS/nixpkgs"_s : repository)},
        {u"digest"_s, QJsonObject{{u"gitCommit"_s, revision}}}};
}

QJsonObject buildDefinition(const Trace &trace, const KeptBuild &kept)
{
    const auto revision = revisionOf(kept.build, revisionsIn(trace.answers));
    const auto &build = kept.build;
    QJsonObject internal;
    set(internal, "drvPath"_L1, build.drvPath);
    QJsonArray dependencies;
    if (!revision.isEmpty())
        dependencies.append(dependency(trace, revision));
    const QJsonObject external{
        {u"jobset"_s, build.job.jobset.text()}, {u"job"_s, build.job.job}, {u"system"_s, build.system}};
    return {{u"buildType"_s, buildType}, {u"externalParameters"_s, external}, {u"internalParameters"_s, internal},
        {u"resolvedDependencies"_s, dependencies}};
}

QJsonObject runDetails(const KeptBuild &kept, const std::vector<KeptNarInfo> &outputs)
{
    QJsonObject metadata{{u"invocationId"_s, address(kept.answer->finalUrl)}};
    if (kept.build.startedAt)
        metadata.insert(u"startedOn"_s, timestamp(*kept.build.startedAt));
    if (kept.build.stoppedAt)
        metadata.insert(u"finishedOn"_s, timestamp(*kept.build.stoppedAt));
    QJsonArray byproducts{resource(u"build"_s, *kept.answer)};
    for (const auto &output : outputs)
        byproducts.append(resource(u"narinfo"_s, *output.answer));
    const QJsonObject builder{{u"id"_s, address(kept.hydra, u"/"_s)}};
    return {{u"builder"_s, builder}, {u"metadata"_s, metadata}, {u"byproducts"_s, byproducts}};
}

QJsonArray fields(const QList<Field> &list)
{
    QJsonArray array;
    for (const auto &field : list)
        array.append(QJsonObject{{u"name"_s, field.name}, {u"value"_s, field.value}});
    return array;
}

QJsonArray digests(const QList<QByteArray> &list)
{
    QJsonArray array;
    for (const auto &digest : list)
        array.append(hex(digest));
    return array;
}

QJsonObject hopJson(const Trace &trace, const Hop &hop)
{
    QJsonObject object{{u"id"_s, hop.id}, {u"claim"_s, word(hop.claim)}, {u"subject"_s, hop.subject},
        {u"object"_s, hop.object}, {u"grade"_s, hop.grade ? word(*hop.grade) : u"not-reached"_s},
        {u"vouchedBy"_s, vouchedBy(trace, hop)}, {u"evidence"_s, digests(hop.answers)}};
    set(object, "sentence"_L1, hop.sentence);
    set(object, "caveat"_L1, hop.caveat);
    set(object, "source"_L1, address(hop.source));
    set(object, "command"_L1, hop.command);
    if (!hop.covered.isEmpty())
        object.insert(u"covered"_s, fields(hop.covered));
    if (!hop.claimed.isEmpty())
        object.insert(u"claimed"_s, fields(hop.claimed));
    if (hop.at)
        object.insert(u"at"_s, timestamp(hop.at));
    return object;
}

QJsonObject answerJson(const Answer &answer)
{
    QJsonObject object{{u"sha256"_s, hex(answer.sha256)}, {u"size"_s, answer.size}, {u"status"_s, answer.status},
        {u"at"_s, timestamp(answer.at)}, {u"url"_s, address(answer.url)},
        {u"included"_s, !answer.body.isEmpty() || answer.size == 0}};
    if (answer.finalUrl != answer.url)
        set(object, "finalUrl"_L1, address(answer.finalUrl));
    set(object, "contentType"_L1, QString::fromUtf8(answer.contentType));
    set(object, "location"_L1, QString::fromUtf8(answer.location));
    set(object, "node"_L1, QString::fromUtf8(answer.node));
    return object;
}

QJsonArray ancestries(const Trace &trace)
{
    QJsonArray array;
    for (const auto &claim : gitClaimsIn(trace))
        array.append(
            QJsonObject{{u"hop"_s, claim.hop}, {u"ancestor"_s, claim.ancestor}, {u"descendant"_s, claim.descendant}});
    return array;
}

QJsonObject traceJson(const StatementContext &context)
{
    const auto &trace = context.trace;
    QJsonArray hops;
    for (const auto &hop : trace.hops)
        hops.append(hopJson(trace, hop));
    QJsonArray excuses;
    for (const auto &excuse : trace.excuses)
        excuses.append(QJsonObject{
            {u"stop"_s, excuse.stop}, {u"kind"_s, word(excuse.kind)}, {u"sentence"_s, sentence(excuse, context.now)}});
    QJsonArray findings;
    for (const auto &finding : trace.findings)
        findings.append(QJsonObject{{u"kind"_s, word(finding.kind)}, {u"sentence"_s, finding.sentence},
            {u"evidence"_s, digests(finding.answers)}});
    QJsonArray answers;
    for (const auto &answer : trace.answers)
        answers.append(answerJson(answer));
    return {{u"asked"_s, trace.asked}, {u"direction"_s, word(trace.direction)},
        {u"headline"_s, headline(trace, context.now)}, {u"hops"_s, hops}, {u"notReached"_s, excuses},
        {u"findings"_s, findings}, {u"evidence"_s, answers}, {u"ancestry"_s, ancestries(trace)}};
}

/// Paths; without any, commits; without any, the answers themselves.
QJsonArray summarySubjects(const Trace &trace, const std::vector<KeptNarInfo> &narInfos)
{
    QJsonArray subjects;
    for (const auto &narInfo : narInfos)
        subjects.append(subject(narInfo));
    if (!subjects.isEmpty())
        return subjects;
    for (const auto &track : trace.tracks) {
        if (isCommit(track.mergeCommit))
            subjects.append(QJsonObject{
                {u"name"_s, track.mergeCommit}, {u"digest"_s, QJsonObject{{u"gitCommit"_s, track.mergeCommit}}}});
    }
    if (!subjects.isEmpty())
        return subjects;
    for (const auto &answer : trace.answers)
        subjects.append(resource(u"answer"_s, answer));
    return subjects;
}

bool passes(const StatementContext &context, const std::vector<KeptNarInfo> &narInfos)
{
    const auto today = QDateTime::fromSecsSinceEpoch(context.now, QTimeZone::UTC).date();
    return !narInfos.empty() && context.trace.findings.isEmpty()
        && std::ranges::all_of(narInfos,
            [&](const KeptNarInfo &narInfo) { return nix::checkTrust(narInfo.reading, context.policy, today).enough; });
}

QString resourceUri(const Trace &trace)
{
    if (!trace.tracks.isEmpty() && trace.tracks.first().pullRequest > 0)
        return u"https://github.com/%1/pull/%2"_s.arg(trace.tracks.first().repository)
            .arg(trace.tracks.first().pullRequest);
    return u"urn:narscope:asked:"_s + QString::fromLatin1(QUrl::toPercentEncoding(trace.asked));
}

QString hostsOf(const Trace &trace, const Hop &hop)
{
    QStringList hosts;
    for (const auto &digest : hop.answers) {
        if (const auto *answer = trace.answer(digest); answer && !answer->finalUrl.host().isEmpty())
            hosts << answer->finalUrl.host();
    }
    hosts.removeDuplicates();
    return hosts.isEmpty() ? hop.source.host() : hosts.join(u" and "_s);
}

/// A server on this machine (no other is asked so) spoke without TLS.
bool isPlain(const Trace &trace, const Hop &hop)
{
    return std::ranges::any_of(hop.answers, [&trace](const auto &digest) {
        const auto *answer = trace.answer(digest);
        return answer && answer->finalUrl.scheme() == "http"_L1;
    });
}

QString signersOf(const Trace &trace, const Hop &hop)
{
    QStringList names;
    for (const auto &narInfo : narInfosIn(trace.answers)) {
        if (!hop.answers.contains(narInfo.answer->sha256))
            continue;
        for (const auto &signature : narInfo.reading.info.signatures)
            names << QString::fromUtf8(signature.left(signature.indexOf(':')));
    }
    names.removeDuplicates();
    return names.isEmpty() ? u"the key that the hop names"_s : names.join(u" and "_s);
}

} // namespace

QString vouchedBy(const Trace &trace, const Hop &hop)
{
    if (!hop.grade)
        return u"nobody: not reached"_s;
    switch (*hop.grade) {
    case Grade::HashLinked:
        return u"nobody needs to: it follows from hashes"_s;
    case Grade::Signed:
        return signersOf(trace, hop) + u", by signature"_s;
    case Grade::AssertedOverTls:
        return hostsOf(trace, hop) + (isPlain(trace, hop) ? u", over plain HTTP"_s : u", over TLS"_s);
    case Grade::Local:
        return u"the machine that Narscope ran on"_s;
    case Grade::Gap:
        break;
    }
    return u"nobody"_s;
}

QByteArray canonicalJson(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

std::vector<QJsonObject> provenanceStatements(const StatementContext &context)
{
    const auto narInfos = narInfosIn(context.trace.answers);
    std::vector<QJsonObject> statements;
    for (const auto &kept : buildsIn(context.trace.answers)) {
        const auto outputs = outputsOf(kept, narInfos);
        if (outputs.empty())
            continue;
        QJsonArray subjects;
        for (const auto &output : outputs)
            subjects.append(subject(output));
        statements.push_back(statement(subjects, provenanceType,
            {{u"buildDefinition"_s, buildDefinition(context.trace, kept)}, {u"runDetails"_s, runDetails(kept, outputs)},
                {u"narscope_role"_s, provenanceRole}}));
    }
    return statements;
}

Result<QJsonObject> summaryStatement(const StatementContext &context, const QList<QByteArray> &inputs)
{
    const auto narInfos = narInfosIn(context.trace.answers);
    const auto subjects = summarySubjects(context.trace, narInfos);
    if (subjects.isEmpty())
        return problemSaying(ProblemKind::Malformed,
            u"The trace holds nothing that a statement could be about: no path, no commit, no answer."_s);
    const bool isGood = passes(context, narInfos);
    QJsonArray attestations;
    for (const auto &input : inputs)
        attestations.append(QJsonObject{{u"digest"_s, sha256(hex(hashOf(input).base16()))}});
    // Hydra publishes no provenance of its own, so no level above 0 can be stated.
    const QJsonArray levels{isGood ? u"SLSA_BUILD_LEVEL_0"_s : u"FAILED"_s};
    return statement(subjects, summaryType,
        {{u"verifier"_s, QJsonObject{{u"id"_s, verifierId}}}, {u"narscope_version"_s, context.version},
            {u"timeVerified"_s, timestamp(context.now)}, {u"resourceUri"_s, resourceUri(context.trace)},
            {u"policy"_s, QJsonObject{{u"uri"_s, policyUri}}}, {u"inputAttestations"_s, attestations},
            {u"verificationResult"_s, isGood ? u"PASSED"_s : u"FAILED"_s}, {u"verifiedLevels"_s, levels},
            {u"slsaVersion"_s, u"1.0"_s}, {u"narscope_role"_s, summaryRole},
            {u"narscope_trace"_s, traceJson(context)}});
}

} // namespace narscope::trace
