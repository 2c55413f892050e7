// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/contentaddress.h"

#include <QByteArrayMatcher>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

struct Prefix {
    QByteArrayView text;
    ContentMethod method;
};
// Longest first: "fixed:" begins the two before it.
constexpr std::array prefixes{
    Prefix{"text:", ContentMethod::Text},
    Prefix{"fixed:r:", ContentMethod::Recursive},
    Prefix{"fixed:git:", ContentMethod::Git},
    Prefix{"fixed:", ContentMethod::Flat},
};

} // namespace

QByteArray ContentAddress::text() const
{
    for (const auto &prefix : prefixes) {
        if (prefix.method == method)
            return prefix.text.toByteArray() + hash.prefixedNix32();
    }
    return {};
}

Result<ContentAddress> parseContentAddress(QByteArrayView text)
{
    for (const auto &prefix : prefixes) {
        if (!text.startsWith(prefix.text))
            continue;
        const auto digits = text.sliced(prefix.text.size());
        // Nix reads only algo:digits here, not SRI.
        if (!digits.contains(':'))
            break;
        auto hash = parseHash(digits);
        if (!hash)
            return std::unexpected(std::move(hash.error()));
        return ContentAddress{.method = prefix.method, .hash = std::move(*hash)};
    }
    return problemSaying(ProblemKind::Malformed, u"A content address is not text:HASH, fixed:HASH or fixed:r:HASH."_s,
        QString::fromUtf8(text.first(qMin(text.size(), 120))));
}

SelfReferenceHasher::SelfReferenceHasher(HashAlgorithm algorithm, QByteArray hashPart)
    : m_masked(algorithm)
    , m_withOffsets(algorithm)
    , m_hashPart(std::move(hashPart))
{
}

void SelfReferenceHasher::hash(QByteArrayView bytes)
{
    m_masked.add(bytes);
    m_withOffsets.add(bytes);
}

void SelfReferenceHasher::add(QByteArrayView bytes)
{
    if (m_hashPart.isEmpty()) {
        hash(bytes);
        return;
    }
    m_pending.append(bytes);
    scan();
}

void SelfReferenceHasher::scan()
{
    const QByteArrayMatcher matcher(m_hashPart);
    const QByteArrayView pending(m_pending);
    qsizetype from = 0;
    for (auto at = matcher.indexIn(pending); at >= 0; at = matcher.indexIn(pending, from)) {
        hash(pending.sliced(from, at - from));
        hash(QByteArray(m_hashPart.size(), '\0'));
        m_offsets.push_back(m_position + quint64(at));
        from = at + m_hashPart.size();
    }
    // What is left could be the start of an occurrence only in its last bytes.
    const auto keep = qMin(pending.size() - from, m_hashPart.size() - 1);
    const auto done = pending.size() - keep;
    hash(pending.sliced(from, done - from));
    m_position += quint64(done);
    m_pending = pending.sliced(done).toByteArray();
}

SelfReferenceHashes SelfReferenceHasher::finish()
{
    hash(m_pending);
    for (const auto offset : m_offsets)
        m_withOffsets.add('|' + QByteArray::number(offset));
    return {.masked = m_masked.finish(), .withOffsets = m_withOffsets.finish()};
}

} // namespace narscope::nix
