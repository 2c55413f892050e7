// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/bundle.h"

#include "base/hash.h"
#include "trace/bundlekey.h"
#include "trace/statement.h"

#include <QJsonDocument>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

const auto format = u"narscope-bundle-1"_s;

QByteArray headerLine(const QByteArray &publicKey)
{
    return canonicalJson({{u"bundle"_s, format}, {u"key"_s, QString::fromLatin1(publicKey.toBase64())}});
}

QByteArray evidenceLine(const QByteArray &digest, const QByteArray &content)
{
    return canonicalJson(
        {{u"content"_s, QString::fromLatin1(content.toBase64())}, {u"sha256"_s, QString::fromLatin1(digest)}});
}

std::unexpected<Problem> malformed(const QString &sentence, qint64 line)
{
    return problemSaying(ProblemKind::Malformed, sentence, u"line %1"_s.arg(line));
}

/// Reads one line after the other; each is held to its one spelling.
class Reader {
public:
    Result<void> line(QByteArrayView line)
    {
        ++m_line;
        const auto object = QJsonDocument::fromJson(line.toByteArray()).object();
        if (m_line == 1)
            return header(line, object);
        if (object.contains("payload"_L1))
            return envelope(line);
        return evidence(line, object);
    }
    Bundle take() { return std::move(m_bundle); }

private:
    Result<void> header(QByteArrayView line, const QJsonObject &object)
    {
        m_bundle.publicKey = QByteArray::fromBase64(object.value("key"_L1).toString().toLatin1());
        if (m_bundle.publicKey.size() != nix::publicKeySize || line != headerLine(m_bundle.publicKey))
            return malformed(u"This is no bundle of Narscope, or its first line was altered."_s, m_line);
        return {};
    }
    Result<void> envelope(QByteArrayView line)
    {
        auto read = readEnvelope(line);
        if (!read)
            return malformed(read.error().sentence, m_line);
        if (writeEnvelope(*read) != line)
            return malformed(u"The signed statement is not written as statements are."_s, m_line);
        if (!m_bundle.evidence.empty())
            return malformed(u"A signed statement stands behind evidence."_s, m_line);
        m_bundle.envelopes.push_back(std::move(*read));
        return {};
    }
    Result<void> evidence(QByteArrayView line, const QJsonObject &object)
    {
        auto content = QByteArray::fromBase64(object.value("content"_L1).toString().toLatin1());
        auto digest = object.value("sha256"_L1).toString().toLatin1();
        if (line != evidenceLine(digest, content))
            return malformed(u"The line is no evidence, or not written as evidence is."_s, m_line);
        if (digest != hashOf(content).base16())
            return malformed(u"The evidence does not have the hash that it says: it was altered."_s, m_line);
        if (!m_bundle.evidence.empty() && m_bundle.evidence.rbegin()->first >= digest)
            return malformed(u"The evidence is not in the order of its hashes."_s, m_line);
        m_bundle.evidence.emplace_hint(m_bundle.evidence.end(), std::move(digest), std::move(content));
        return {};
    }

    Bundle m_bundle;
    qint64 m_line = 0;
};

} // namespace

Result<QByteArray> writeBundle(
    const Trace &trace, const nix::SecretKey &key, const nix::TrustPolicy &policy, qint64 now, const QString &version)
{
    const StatementContext context{.trace = trace, .policy = policy, .now = now, .version = version};
    QList<QByteArray> payloads;
    for (const auto &statement : provenanceStatements(context))
        payloads << canonicalJson(statement);
    const auto summary = summaryStatement(context, payloads);
    if (!summary)
        return std::unexpected(summary.error());
    payloads << canonicalJson(*summary);
    Bundle bundle{.publicKey = key.publicKey().bytes, .envelopes = {}, .evidence = {}};
    for (const auto &payload : payloads)
        bundle.envelopes.push_back(signedEnvelope(inTotoPayloadType, payload, key));
    for (const auto &answer : trace.answers) {
        if (!answer.body.isEmpty() || answer.size == 0)
            bundle.evidence.emplace(answer.sha256, answer.body);
    }
    return writeBundle(bundle);
}

Result<void> saveBundle(const Trace &trace, const QString &file, const QString &keyFile, const nix::TrustPolicy &policy,
    qint64 now, const QString &version)
{
    const auto key = readBundleKey(keyFile);
    if (!key)
        return std::unexpected(key.error());
    const auto bytes = writeBundle(trace, *key, policy, now, version);
    if (!bytes)
        return std::unexpected(bytes.error());
    QSaveFile target(file);
    if (!target.open(QIODevice::WriteOnly) || target.write(*bytes) != bytes->size() || !target.commit())
        return problemSaying(ProblemKind::Io, u"The bundle could not be written."_s, file, target.errorString());
    return {};
}

QByteArray writeBundle(const Bundle &bundle)
{
    auto bytes = headerLine(bundle.publicKey) + '\n';
    for (const auto &envelope : bundle.envelopes)
        bytes += writeEnvelope(envelope) + '\n';
    for (const auto &[digest, content] : bundle.evidence)
        bytes += evidenceLine(digest, content) + '\n';
    return bytes;
}

Result<Bundle> readBundle(QByteArrayView bytes)
{
    if (bytes.size() > maxBundleSize)
        return problem(ProblemKind::TooLarge, {}, u"%1 bytes"_s.arg(bytes.size()));
    if (!bytes.endsWith('\n'))
        return problemSaying(ProblemKind::Malformed, u"The bundle ends in the middle of a line."_s);
    Reader reader;
    while (!bytes.isEmpty()) {
        const auto end = bytes.indexOf('\n');
        if (auto ok = reader.line(bytes.first(end)); !ok)
            return std::unexpected(ok.error());
        bytes = bytes.sliced(end + 1);
    }
    return reader.take();
}

QJsonObject statementIn(const DsseEnvelope &envelope)
{
    return envelope.payloadType == inTotoPayloadType ? QJsonDocument::fromJson(envelope.payload).object()
                                                     : QJsonObject();
}

} // namespace narscope::trace
