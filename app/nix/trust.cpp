// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/trust.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

// Anyone can append Sig lines: this many are tried for one path, at 56 µs each.
constexpr int maxTried = 256;

class Checker {
public:
    Checker(const QByteArray &message, const QByteArray &listedMessage, const TrustPolicy &policy, QDate today)
        : m_message(message)
        , m_listedMessage(listedMessage)
        , m_policy(policy)
        , m_today(today)
    {
    }
    SignatureCheck check(const QByteArray &text);
    [[nodiscard]] QList<QByteArray> goodKeys() && { return std::move(m_goodKeys); }

private:
    void judge(SignatureCheck &check, const Signature &signature);

    const QByteArray &m_message;
    const QByteArray &m_listedMessage; ///< empty when the references were listed sorted
    const TrustPolicy &m_policy;
    QDate m_today;
    int m_tried = 0;
    QSet<QByteArray> m_counted; ///< key bytes
    QList<QByteArray> m_goodKeys;
};

SignatureCheck Checker::check(const QByteArray &text)
{
    SignatureCheck check{.keyName = {}, .text = text, .verdict = SignatureVerdict::Malformed, .overListedOrder = false};
    const auto colon = text.indexOf(':');
    if (colon > 0)
        check.keyName = text.first(colon);
    if (const auto signature = parseSignature(text))
        judge(check, *signature);
    return check;
}

void Checker::judge(SignatureCheck &check, const Signature &signature)
{
    const auto *trusted = m_policy.find(signature.name);
    const bool rightLength = signature.bytes.size() == signatureSize;
    if (trusted == nullptr) {
        check.verdict = rightLength ? SignatureVerdict::UnknownKey : SignatureVerdict::Unsupported;
        return;
    }
    if (!rightLength)
        return;
    if (++m_tried > maxTried) {
        check.verdict = SignatureVerdict::NotChecked;
        return;
    }
    const auto &key = trusted->key.bytes;
    if (!verify(m_message, signature.bytes, key)) {
        check.verdict = SignatureVerdict::Bad;
        check.overListedOrder = !m_listedMessage.isEmpty() && verify(m_listedMessage, signature.bytes, key);
    } else if (trusted->isRetired(m_today)) {
        check.verdict = SignatureVerdict::Retired;
    } else if (m_counted.contains(key)) {
        check.verdict = SignatureVerdict::Duplicate;
    } else {
        check.verdict = SignatureVerdict::Good;
        m_counted.insert(key);
        m_goodKeys.append(signature.name);
    }
}

TrustResult checkAll(QByteArray message, const QByteArray &listedMessage, const QList<QByteArray> &signatures,
    const TrustPolicy &policy, QDate today)
{
    Checker checker(message, listedMessage, policy, today);
    TrustResult result{
        .fingerprint = message, .signatures = {}, .goodKeys = {}, .threshold = policy.threshold, .enough = false};
    result.signatures.reserve(size_t(signatures.size()));
    for (const auto &text : signatures)
        result.signatures.push_back(checker.check(text));
    result.goodKeys = std::move(checker).goodKeys();
    // A threshold of 0 or less would trust everything; nobody means that.
    result.enough = result.goodKeys.size() >= qMax(1, policy.threshold);
    return result;
}

} // namespace

const TrustedKey *TrustPolicy::find(QByteArrayView name) const
{
    const auto found = std::ranges::find_if(keys, [&](const TrustedKey &key) { return key.key.name == name; });
    return found == keys.end() ? nullptr : &*found;
}

bool TrustResult::signedOverListedOrder() const
{
    return std::ranges::any_of(signatures, &SignatureCheck::overListedOrder);
}

TrustResult checkTrust(const NarInfoReading &reading, const TrustPolicy &policy, QDate today)
{
    const auto listed
        = reading.listedReferences.empty() ? QByteArray() : fingerprintWith(reading.info, reading.listedReferences);
    return checkAll(fingerprint(reading.info), listed, reading.info.signatures, policy, today);
}

TrustResult checkSignatures(
    QByteArray message, const QList<QByteArray> &signatures, const TrustPolicy &policy, QDate today)
{
    return checkAll(std::move(message), {}, signatures, policy, today);
}

QString word(SignatureVerdict verdict)
{
    switch (verdict) {
    case SignatureVerdict::Good:
        return u"good"_s;
    case SignatureVerdict::Bad:
        return u"bad"_s;
    case SignatureVerdict::UnknownKey:
        return u"unknown-key"_s;
    case SignatureVerdict::Retired:
        return u"retired"_s;
    case SignatureVerdict::Duplicate:
        return u"duplicate"_s;
    case SignatureVerdict::Malformed:
        return u"malformed"_s;
    case SignatureVerdict::Unsupported:
        return u"unsupported"_s;
    case SignatureVerdict::NotChecked:
        return u"not-checked"_s;
    }
    return {};
}

} // namespace narscope::nix
