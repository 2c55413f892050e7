// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/bundlecheck.h"

#include "base/hash.h"
#include "trace/statement.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <ranges>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr std::array words{"holds"_L1, "fails"_L1, "unchecked"_L1};

QString hex(const QByteArray &digits)
{
    return QString::fromLatin1(digits);
}

/// Works through one bundle and notes what it finds.
class Checker {
public:
    Checker(const Bundle &bundle, const BundleTrust &trust)
        : m_bundle(bundle)
        , m_trust(trust)
    {
        m_report.publicKey = bundle.publicKey;
    }

    BundleReport run()
    {
        note("form"_L1, {}, BundleVerdict::Holds, u"Every line is written in its one form."_s);
        // Nothing of a statement is read before its signature holds.
        if (!checkSignatures())
            return std::move(m_report);
        checkSigner();
        if (!readStatements())
            return std::move(m_report);
        checkEvidence();
        collectAnswers();
        for (const auto &statement : m_statements)
            checkSubjects(statement);
        for (const auto &statement : m_statements | std::views::take(m_statements.size() - 1))
            checkProvenance(statement);
        readSummary();
        return std::move(m_report);
    }

private:
    void note(QLatin1StringView name, QString subject, BundleVerdict verdict, QString sentence)
    {
        m_report.checks.append(
            {.name = name, .subject = std::move(subject), .verdict = verdict, .sentence = std::move(sentence)});
    }

    bool checkSignatures()
    {
        const auto keyId = keyIdOf(m_bundle.publicKey);
        for (const auto &envelope : m_bundle.envelopes) {
            const bool isOnly = envelope.signatures.size() == 1 && envelope.signatures.first().keyId == keyId;
            if (!isOnly || !isSignedBy(envelope, m_bundle.publicKey)) {
                note("signature"_L1, {}, BundleVerdict::Fails,
                    u"A statement is not signed by the key in the first line, or was altered after it was signed."_s);
                return false;
            }
        }
        const bool hasSome = !m_bundle.envelopes.empty();
        note("signature"_L1, {}, hasSome ? BundleVerdict::Holds : BundleVerdict::Fails,
            hasSome ? u"%1 statements are signed by one key."_s.arg(m_bundle.envelopes.size())
                    : u"There is no signed statement in it."_s);
        return hasSome;
    }

    void checkSigner()
    {
        const auto key = QString::fromLatin1(m_bundle.publicKey.toBase64());
        const auto known = std::ranges::find(m_trust.signers, m_bundle.publicKey, &nix::PublicKey::bytes);
        if (known != m_trust.signers.end())
            note("signer"_L1, QString::fromUtf8(known->name), BundleVerdict::Holds,
                u"Signed by %1, a key that you named."_s.arg(QString::fromUtf8(known->name)));
        else if (m_trust.signers.isEmpty())
            note("signer"_L1, key, BundleVerdict::Holds,
                u"Signed by the key %1. Whose it is, the file cannot tell: you named no key, so anybody may have signed it."_s
                    .arg(key));
        else
            note("signer"_L1, key, BundleVerdict::Fails,
                u"Signed by the key %1, which is none of those that you named."_s.arg(key));
    }

    /// The last one is the summary, and it names all others: none can be taken out.
    bool readStatements()
    {
        QStringList digests;
        for (const auto &envelope : m_bundle.envelopes) {
            const auto statement = statementIn(envelope);
            if (statement.value("_type"_L1) != "https://in-toto.io/Statement/v1"_L1
                || canonicalJson(statement) != envelope.payload)
                return fails(u"A signed payload is no in-toto Statement v1."_s);
            m_statements.push_back(statement);
            digests << hex(hashOf(envelope.payload).base16());
        }
        digests.removeLast();
        m_summary = m_statements.back().value("predicate"_L1).toObject();
        if (m_statements.back().value("predicateType"_L1) != summaryType)
            return fails(u"The last statement is no verification summary."_s);
        QStringList named;
        for (const auto &input : m_summary.value("inputAttestations"_L1).toArray())
            named << input["digest"_L1]["sha256"_L1].toString();
        if (named != digests)
            return fails(u"The statements in the file are not those that the summary was made from."_s);
        note("summary"_L1, {}, BundleVerdict::Holds, u"The summary names every other statement."_s);
        return true;
    }
    bool fails(const QString &sentence)
    {
        note("summary"_L1, {}, BundleVerdict::Fails, sentence);
        return false;
    }

    void checkEvidence()
    {
        QSet<QByteArray> wanted;
        qint64 left = 0;
        for (const auto &entry : answers()) {
            if (entry["included"_L1].toBool())
                wanted.insert(entry["sha256"_L1].toString().toLatin1());
            else
                ++left;
        }
        QSet<QByteArray> present;
        for (const auto &digest : m_bundle.evidence | std::views::keys)
            present.insert(digest);
        if (wanted != present)
            return note("evidence"_L1, {}, BundleVerdict::Fails,
                u"The answers in the file are not those that the signed summary lists: %1 are missing, %2 are not listed."_s
                    .arg((wanted - present).size())
                    .arg((present - wanted).size()));
        const auto rest = left ? u" %1 more were too large and are known by their hash alone."_s.arg(left) : QString();
        note("evidence"_L1, {}, BundleVerdict::Holds,
            u"All %1 answers have the hashes that the signed summary lists."_s.arg(present.size()) + rest);
    }

    [[nodiscard]] QJsonArray answers() const { return m_summary.value("narscope_trace"_L1)["evidence"_L1].toArray(); }

    /// The answers as a trace keeps them, for the same reading as when they were signed.
    void collectAnswers()
    {
        for (const auto &entry : answers()) {
            const auto text = [&](QLatin1StringView name) { return entry[name].toString().toUtf8(); };
            const auto body = m_bundle.evidence.find(text("sha256"_L1));
            if (body == m_bundle.evidence.end())
                continue;
            Answer answer{.sha256 = body->first,
                .url = QUrl::fromEncoded(text("url"_L1)),
                .finalUrl = QUrl::fromEncoded(text("finalUrl"_L1)),
                .body = body->second};
            if (answer.finalUrl.isEmpty())
                answer.finalUrl = answer.url;
            m_answers.append(std::move(answer));
        }
        m_narInfos = narInfosIn(m_answers);
        m_builds = buildsIn(m_answers);
        m_revisions = revisionsIn(m_answers);
    }

    void checkSubjects(const QJsonObject &statement)
    {
        for (const auto &subject : statement.value("subject"_L1).toArray()) {
            const auto name = subject["name"_L1].toString();
            if (subject["mediaType"_L1] != "application/x-nix-nar"_L1 || m_checked.contains(name))
                continue;
            m_checked.insert(name);
            checkNarInfo(name, subject["digest"_L1]["sha256"_L1].toString().toLatin1());
        }
    }

    void checkNarInfo(const QString &path, const QByteArray &narHash)
    {
        const auto kept = std::ranges::find(
            m_narInfos, path.toUtf8(), [](const KeptNarInfo &one) { return one.reading.info.path.text(); });
        if (kept == m_narInfos.end())
            return note("narinfo"_L1, path, BundleVerdict::Fails, u"The file has no narinfo for this path."_s);
        if (kept->reading.info.narHash.base16() != narHash)
            return note("narinfo"_L1, path, BundleVerdict::Fails,
                u"The narinfo in the file names another hash of the contents than the statement."_s);
        const auto trust = nix::checkTrust(kept->reading, m_trust.policy, m_trust.today);
        if (std::ranges::contains(trust.signatures, nix::SignatureVerdict::Bad, &nix::SignatureCheck::verdict))
            return note("narinfo"_L1, path, BundleVerdict::Fails, u"A signature of the narinfo does not hold."_s);
        if (!trust.enough)
            return note(
                "narinfo"_L1, path, BundleVerdict::Unchecked, u"Nobody whose key is trusted has signed the narinfo."_s);
        note("narinfo"_L1, path, BundleVerdict::Holds,
            u"Signed by %1 over path, hash, size and references."_s.arg(QString::fromUtf8(trust.goodKeys.join(", "))));
    }

    /// Held to the build's own page in the file.
    void checkProvenance(const QJsonObject &statement)
    {
        const auto predicate = statement.value("predicate"_L1);
        const auto invocation = predicate["runDetails"_L1]["metadata"_L1]["invocationId"_L1].toString();
        const auto kept = std::ranges::find(m_builds, QUrl::fromEncoded(invocation.toUtf8()),
            [](const KeptBuild &one) { return one.answer->finalUrl; });
        if (statement.value("predicateType"_L1) != provenanceType || kept == m_builds.end())
            return note("build"_L1, invocation, BundleVerdict::Fails, u"The file has no answer about this build."_s);
        const auto definition = predicate["buildDefinition"_L1];
        const bool isSame = definition["internalParameters"_L1]["drvPath"_L1].toString() == kept->build.drvPath
            && definition["externalParameters"_L1]["job"_L1] == kept->build.job.job;
        const auto subjects = statement.value("subject"_L1).toArray();
        const bool areOutputs = std::ranges::all_of(subjects, [&](const QJsonValue &subject) {
            return std::ranges::contains(kept->build.outputs, subject["name"_L1].toString(), &hydra::BuildOutput::path);
        });
        if (!isSame || !areOutputs)
            return note("build"_L1, invocation, BundleVerdict::Fails,
                u"The build's own answer says something else than the statement: job, derivation or outputs differ."_s);
        note("build"_L1, invocation, BundleVerdict::Holds,
            u"The server said so: job, derivation and outputs are those of its answer. Nothing but TLS vouched for it."_s);
        for (const auto &dependency : definition["resolvedDependencies"_L1].toArray())
            checkRevision(invocation, kept->build, dependency["digest"_L1]["gitCommit"_L1].toString());
    }

    /// The commit that a provenance names is the one that Hydra's page of the evaluation names.
    void checkRevision(const QString &invocation, const hydra::Build &build, const QString &commit)
    {
        const auto told = revisionOf(build, m_revisions);
        if (!isCommit(commit) || (!told.isEmpty() && told != commit))
            return note("revision"_L1, invocation, BundleVerdict::Fails,
                u"The provenance names %1 as what was built, and the evaluation's page in the file %2."_s.arg(
                    commit.first(qMin<qsizetype>(commit.size(), 40)), told.isEmpty() ? u"nothing"_s : told));
        if (!m_report.commits.contains(commit))
            m_report.commits << commit;
        if (told.isEmpty())
            return note("revision"_L1, invocation, BundleVerdict::Unchecked,
                u"No page in the file tells that %1 was evaluated."_s.arg(commit));
        note("revision"_L1, invocation, BundleVerdict::Holds,
            u"The server said so: the build's evaluation is of %1. Nothing but TLS vouched for it."_s.arg(commit));
    }

    void readSummary()
    {
        const auto trace = m_summary.value("narscope_trace"_L1);
        m_report.asked = trace["asked"_L1].toString();
        m_report.headline = trace["headline"_L1].toString();
        m_report.result = m_summary.value("verificationResult"_L1).toString();
        m_report.verifiedAt = m_summary.value("timeVerified"_L1).toString();
        for (const auto &hop : trace["hops"_L1].toArray()) {
            const auto text = [&](QLatin1StringView name) { return hop[name].toString(); };
            m_report.hops.append({.id = text("id"_L1),
                .claim = text("claim"_L1),
                .subject = text("subject"_L1),
                .object = text("object"_L1),
                .grade = text("grade"_L1),
                .vouchedBy = text("vouchedBy"_L1)});
        }
        for (const auto &finding : trace["findings"_L1].toArray())
            m_report.findings << finding["sentence"_L1].toString();
        for (const auto &claim : trace["ancestry"_L1].toArray()) {
            const GitClaim one{.hop = claim["hop"_L1].toString(),
                .ancestor = claim["ancestor"_L1].toString(),
                .descendant = claim["descendant"_L1].toString()};
            if (isCommit(one.ancestor) && isCommit(one.descendant))
                m_report.ancestry.append(one);
        }
    }

    const Bundle &m_bundle;
    const BundleTrust &m_trust;
    BundleReport m_report;
    std::vector<QJsonObject> m_statements;
    QJsonObject m_summary;
    QList<Answer> m_answers;
    std::vector<KeptNarInfo> m_narInfos;
    std::vector<KeptBuild> m_builds;
    QHash<qint64, QString> m_revisions; ///< by evaluation
    QSet<QString> m_checked;
};

} // namespace

QString word(BundleVerdict verdict)
{
    return words[size_t(verdict)];
}

bool BundleReport::fails() const
{
    return std::ranges::contains(checks, BundleVerdict::Fails, &BundleCheck::verdict);
}

bool BundleReport::isOpen() const
{
    return std::ranges::contains(checks, BundleVerdict::Unchecked, &BundleCheck::verdict);
}

BundleReport checkBundle(QByteArrayView bytes, const BundleTrust &trust)
{
    const auto bundle = readBundle(bytes);
    if (bundle)
        return Checker(*bundle, trust).run();
    const auto &found = bundle.error();
    const auto where = found.where.isEmpty() ? QString() : u" (%1)"_s.arg(found.where);
    BundleReport report;
    report.checks.append(
        {.name = u"form"_s, .subject = {}, .verdict = BundleVerdict::Fails, .sentence = found.sentence + where});
    return report;
}

} // namespace narscope::trace
