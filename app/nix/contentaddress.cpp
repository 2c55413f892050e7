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
constexpr std::array prefixes {
    Prefix {"text:", ContentMethod::Text},
    Prefix {"fixed:r:", ContentMethod::Recursive},
    Prefix {"fixed:git:", ContentMethod::Git},
    Prefix {"fixed:", ContentMethod::Flat},
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
        return ContentAddress {.method = prefix.method, .hash = std::move(*hash)};
    }
    return problemSaying(ProblemKind::Malformed, u"A content address is not text:HASH, fixed:HASH or fixed:r:HASH."_s,
        QString::fromUtf8(text.first(qMin(text.size(), 120))));
}

SelfReferenceHasher::SelfReferenceHasher(HashAlgorithm algorithm, QByteArray hashPart)
    : m_hasher(algorithm)
    , m_hashPart(std::move(hashPart))
{
}

void SelfReferenceHasher::add(QByteArrayView bytes)
{
    if (m_hashPart.isEmpty()) {
        m_hasher.add(bytes);
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
        m_hasher.add(pending.sliced(from, at - from));
        m_hasher.add(QByteArray(m_hashPart.size(), '\0'));
        m_offsets.push_back(m_position + quint64(at));
        from = at + m_hashPart.size();
    }
    // What is left could be the start of an occurrence only in its last bytes.
    const auto keep = qMin(pending.size() - from, m_hashPart.size() - 1);
    const auto done = pending.size() - keep;
    m_hasher.add(pending.sliced(from, done - from));
    m_position += quint64(done);
    m_pending = pending.sliced(done).toByteArray();
}

Hash SelfReferenceHasher::finish()
{
    m_hasher.add(m_pending);
    for (const auto offset : m_offsets)
        m_hasher.add('|' + QByteArray::number(offset));
    return m_hasher.finish();
}

} // namespace narscope::nix
