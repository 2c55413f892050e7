// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/dsse.h"

#include "base/hash.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr qsizetype mostSignatures = 64;

std::unexpected<Problem> malformed(const QString &sentence)
{
    return problemSaying(ProblemKind::Malformed, sentence);
}

/// Standard or URL-safe, padding optional.
std::optional<QByteArray> decoded(const QJsonValue &value)
{
    if (!value.isString())
        return std::nullopt;
    auto text = value.toString().toLatin1();
    text.replace('-', '+').replace('_', '/');
    auto result
        = QByteArray::fromBase64Encoding(text, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    return result ? std::optional(*result) : std::nullopt;
}

QString base64(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

} // namespace

QByteArray preAuthEncoding(QByteArrayView type, QByteArrayView payload)
{
    QByteArray bytes = "DSSEv1 " + QByteArray::number(type.size()) + ' ';
    bytes.append(type).append(' ').append(QByteArray::number(payload.size())).append(' ').append(payload);
    return bytes;
}

Result<DsseEnvelope> readEnvelope(QByteArrayView json)
{
    const auto object = QJsonDocument::fromJson(json.toByteArray()).object();
    const auto payload = decoded(object.value("payload"_L1));
    const auto type = object.value("payloadType"_L1);
    const auto signatures = object.value("signatures"_L1).toArray();
    if (!payload || !type.isString())
        return malformed(u"There is no DSSE envelope: payload and payloadType are missing or no text."_s);
    if (signatures.isEmpty() || signatures.size() > mostSignatures)
        return malformed(u"A DSSE envelope has one signature or more, at most %1."_s.arg(mostSignatures));
    DsseEnvelope envelope{.payloadType = type.toString().toUtf8(), .payload = *payload, .signatures = {}};
    for (const auto &value : signatures) {
        const auto signature = decoded(value["sig"_L1]);
        if (!signature)
            return malformed(u"A signature of the DSSE envelope is not base64."_s);
        envelope.signatures.append({.keyId = value["keyid"_L1].toString().toUtf8(), .bytes = *signature});
    }
    return envelope;
}

QByteArray writeEnvelope(const DsseEnvelope &envelope)
{
    QJsonArray signatures;
    for (const auto &signature : envelope.signatures) {
        QJsonObject object{{u"sig"_s, base64(signature.bytes)}};
        if (!signature.keyId.isEmpty())
            object.insert(u"keyid"_s, QString::fromUtf8(signature.keyId));
        signatures.append(object);
    }
    const QJsonObject object{{u"payload"_s, base64(envelope.payload)},
        {u"payloadType"_s, QString::fromUtf8(envelope.payloadType)}, {u"signatures"_s, signatures}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray keyIdOf(QByteArrayView publicKey)
{
    return hashOf(publicKey).base16();
}

DsseEnvelope signedEnvelope(QByteArray type, QByteArray payload, const nix::SecretKey &key)
{
    const auto signature = nix::sign(preAuthEncoding(type, payload), key);
    return {.payloadType = std::move(type),
        .payload = std::move(payload),
        .signatures = {{.keyId = keyIdOf(key.publicKey().bytes), .bytes = signature.bytes}}};
}

bool isSignedBy(const DsseEnvelope &envelope, QByteArrayView publicKey)
{
    const auto message = preAuthEncoding(envelope.payloadType, envelope.payload);
    return std::ranges::any_of(envelope.signatures,
        [&](const DsseSignature &signature) { return nix::verify(message, signature.bytes, publicKey); });
}

} // namespace narscope::trace
