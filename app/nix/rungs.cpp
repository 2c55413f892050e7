// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/rungs.h"

#include "nix/urlname.h"

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr std::array contentRungs{RungName::FileHash, RungName::NarHash, RungName::NarForm, RungName::References};

void set(PathReport &report, RungName name, Verdict verdict, QString detail, QByteArray bytes = {})
{
    auto &rung = report.rung(name);
    rung.verdict = verdict;
    rung.detail = std::move(detail);
    rung.bytes = std::move(bytes);
}

QString names(const QList<QByteArray> &keys)
{
    QStringList list;
    for (const auto &key : keys)
        list << QString::fromUtf8(key);
    return list.join(u", "_s);
}

QString otherPath(const NarInfo &info, const Question &question)
{
    if (question.path && *question.path != info.path)
        return u"It is about %1, not about %2."_s.arg(
            QString::fromUtf8(info.path.text()), QString::fromUtf8(question.path->text()));
    if (!question.hashPart.isEmpty() && info.path.hashPart() != question.hashPart)
        return u"It is about %1, and was asked for under %2."_s.arg(
            QString::fromUtf8(info.path.text()), QString::fromLatin1(question.hashPart));
    return {};
}

QString wellFormed(const std::vector<NarInfoNote> &notes)
{
    QString text = u"Well-formed, and about this path."_s;
    for (const auto &note : notes)
        text += u' ' + describe(note);
    return text;
}

/// Why the signatures are not enough, most telling reason first.
QString whyUntrusted(const TrustResult &trust, const TrustPolicy &policy)
{
    if (trust.signatures.empty())
        return u"It carries no signature."_s;
    if (trust.signedOverListedOrder())
        return u"The signature is over an unsorted reference list (an old upload); Nix rejects it."_s;
    const auto isNotTried
        = [](const SignatureCheck &signature) { return signature.verdict == SignatureVerdict::NotChecked; };
    if (std::ranges::any_of(trust.signatures, isNotTried))
        return u"So many signatures under trusted names are wrong that the rest was not tried."_s;
    QStringList unknown;
    for (const auto &signature : trust.signatures) {
        const auto name = QString::fromUtf8(signature.keyName);
        if (signature.verdict == SignatureVerdict::Bad)
            return u"The signature by %1 is not over these bytes: path, contents' hash, size or references were changed."_s
                .arg(name);
        if (signature.verdict == SignatureVerdict::Retired)
            return u"The key %1 made the signature, but it is retired."_s.arg(name);
        if (signature.verdict == SignatureVerdict::Malformed)
            return u"A signature is malformed."_s;
        unknown << name;
    }
    if (policy.keys.empty())
        return u"No key is trusted, so no signature can be checked."_s;
    return u"No trusted key made its signatures (%1)."_s.arg(unknown.join(u", "_s));
}

void climbSignature(PathReport &report, const TrustResult &trust, const TrustPolicy &policy, bool isContentAddressed)
{
    report.keys = trust.goodKeys;
    report.signatures = trust.signatures;
    const auto needed = qMax(1, trust.threshold);
    if (trust.enough) {
        const auto more = needed > 1 ? u" %1 were needed."_s.arg(needed) : QString();
        set(report, RungName::Signature, Verdict::Holds,
            u"Signed by %1 over exactly these bytes."_s.arg(names(trust.goodKeys)) + more, trust.fingerprint);
        return;
    }
    auto reason = trust.goodKeys.isEmpty()
        ? whyUntrusted(trust, policy)
        : u"Signed by %1 only; %2 distinct keys were asked for."_s.arg(names(trust.goodKeys), QString::number(needed));
    if (isContentAddressed) {
        set(report, RungName::Signature, Verdict::Unavailable,
            reason + u" The path is content-addressed, so it needs none."_s, trust.fingerprint);
        return;
    }
    const bool canTell = !policy.keys.empty() || trust.signatures.empty();
    set(report, RungName::Signature, canTell ? Verdict::Fails : Verdict::Unchecked, std::move(reason),
        trust.fingerprint);
}

/// A recursive SHA-256 without a reference to itself must equal the NarHash: known without the contents.
bool contradictsNarHash(const NarInfo &info)
{
    const auto &address = *info.contentAddress;
    return address.method == ContentMethod::Recursive && address.hash.algorithm == HashAlgorithm::Sha256
        && !info.refersToItself() && address.hash != info.narHash;
}

void climbContentAddress(PathReport &report, const NarInfo &info, const ContentAddressCheck &check)
{
    if (check.verdict == ContentAddressCheck::Verdict::None) {
        set(report, RungName::ContentAddress, Verdict::Unavailable,
            u"The narinfo has no CA field: the path is not content-addressed."_s);
        return;
    }
    const auto address = info.contentAddress->text();
    if (check.verdict == ContentAddressCheck::Verdict::Fails) {
        const auto computed
            = check.computed ? u"gives %1"_s.arg(QString::fromUtf8(check.computed->text())) : check.detail;
        set(report, RungName::ContentAddress, Verdict::Fails,
            u"The CA field is not that of this path: it "_s + computed + u'.', address);
        return;
    }
    if (contradictsNarHash(info)) {
        set(report, RungName::ContentAddress, Verdict::Fails,
            u"The path follows from the CA field, but NarHash is another hash than the CA field's."_s, address);
        return;
    }
    set(report, RungName::ContentAddress, Verdict::Holds,
        u"The path follows from the CA field; the contents were not compared with it."_s, address);
}

void climbUrl(PathReport &report, const NarInfo &info, const Resolve &resolve)
{
    if (resolve) {
        if (const auto where = resolve(info.url); !where) {
            set(report, RungName::Url, Verdict::Fails, where.error().sentence, info.url);
            return;
        }
    }
    const auto check = checkUrlName(info);
    switch (check.verdict) {
    case UrlNameVerdict::IsFileHash:
        return set(report, RungName::Url, Verdict::Holds, u"The file's name is the FileHash."_s, info.url);
    case UrlNameVerdict::IsNarHash:
        return set(report, RungName::Url, Verdict::Holds, u"The file's name is the NarHash."_s, info.url);
    case UrlNameVerdict::OtherHash:
        return set(report, RungName::Url, Verdict::Fails,
            u"The URL names another NAR: its file name is neither the FileHash nor the NarHash."_s, info.url);
    case UrlNameVerdict::Unknown:
        return set(report, RungName::Url, Verdict::Unavailable,
            u"The file's name is a hash that the narinfo does not tell, so they cannot be compared."_s, info.url);
    case UrlNameVerdict::NoHash:
        return set(report, RungName::Url, Verdict::Unavailable, u"The file's name is no hash, so it says nothing."_s,
            info.url);
    }
}

void leaveNarInfoRungs(PathReport &report, const QString &reason)
{
    for (const auto name : {RungName::Signature, RungName::ContentAddress, RungName::Url})
        set(report, name, Verdict::Unchecked, reason);
    leaveContents(report, reason);
}

} // namespace

void climbNarInfo(
    PathReport &report, QByteArrayView bytes, const Question &question, const Trust &trust, const Resolve &resolve)
{
    auto reading = readNarInfo(bytes, trust.storeDir);
    if (!reading) {
        const auto &problem = reading.error();
        set(report, RungName::NarInfo, Verdict::Fails,
            u"Not a narinfo that Nix reads: %1 %2"_s.arg(problem.sentence, problem.where).trimmed(),
            bytes.toByteArray());
        leaveNarInfoRungs(report, u"Not checked: the narinfo cannot be read."_s);
        return;
    }
    const auto &info = reading->info;
    if (const auto other = otherPath(info, question); !other.isEmpty()) {
        set(report, RungName::NarInfo, Verdict::Fails, other, bytes.toByteArray());
        leaveNarInfoRungs(report, u"Not checked: the narinfo is about another path."_s);
        return;
    }
    report.path = info.path;
    set(report, RungName::NarInfo, Verdict::Holds, wellFormed(reading->notes), bytes.toByteArray());
    const auto address = checkContentAddress(info);
    climbContentAddress(report, info, address);
    const bool isContentAddressed = address.verdict == ContentAddressCheck::Verdict::Holds;
    climbSignature(report, checkTrust(*reading, trust.policy, trust.today), trust.policy, isContentAddressed);
    climbUrl(report, info, resolve);
    leaveContents(report, u"The contents were not fetched."_s);
    report.notes = std::move(reading->notes);
    report.info = std::move(reading->info);
}

void failNarInfo(PathReport &report, const Problem &problem)
{
    if (problem.kind == ProblemKind::NotFound)
        set(report, RungName::NarInfo, Verdict::Unavailable, u"No cache asked has this path."_s);
    else if (problem.kind == ProblemKind::Unsupported)
        set(report, RungName::NarInfo, Verdict::Fails, problem.sentence);
    else if (problem.kind == ProblemKind::CrawlerGuard)
        set(report, RungName::NarInfo, Verdict::Unchecked,
            u"The cache answered with a web page instead of a narinfo."_s);
    else if (problem.kind == ProblemKind::NotAllowed) // a cache that is not in the list: it says where the list is
        set(report, RungName::NarInfo, Verdict::Unchecked,
            u"The narinfo could not be had: %1 %2"_s.arg(problem.sentence, problem.advice).trimmed());
    else
        set(report, RungName::NarInfo, Verdict::Unchecked, u"The narinfo could not be had: "_s + problem.sentence);
    leaveNarInfoRungs(report, u"Not checked: there is no narinfo."_s);
}

void leaveContents(PathReport &report, const QString &reason)
{
    for (const auto name : contentRungs) {
        if (report.rung(name).asked)
            set(report, name, Verdict::Unchecked, reason);
    }
}

bool namesAnotherNar(const PathReport &report)
{
    return report.info && checkUrlName(*report.info).verdict == UrlNameVerdict::OtherHash;
}

} // namespace narscope::nix
