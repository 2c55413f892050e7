// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/resume.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

QByteArray valueOf(const Resume::Headers &headers, QByteArrayView name)
{
    const auto found
        = std::ranges::find(headers, name, [](const auto &header) { return QByteArrayView(header.first); });
    return found == headers.end() ? QByteArray() : found->second.trimmed();
}

QDateTime dateIn(const QByteArray &text)
{
    return QLocale::c().toDateTime(QString::fromLatin1(text), u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s);
}

/// A date is strong when the file could not have changed again within it (RFC 9110, 8.8.2.2).
QByteArray strongValidator(const Resume::Headers &headers)
{
    constexpr qint64 settledAfter = 60;
    const auto tag = valueOf(headers, "etag");
    if (tag.startsWith('"'))
        return tag;
    const auto changed = valueOf(headers, "last-modified");
    const auto then = dateIn(changed);
    const auto now = dateIn(valueOf(headers, "date"));
    return then.isValid() && now.isValid() && then.secsTo(now) >= settledAfter ? changed : QByteArray();
}

std::unexpected<Problem> otherAnswer(const QByteArray &said)
{
    auto found = problemSaying(ProblemKind::Network,
        u"The connection broke, and the server did not go on from there."_s, {}, QString::fromUtf8(said));
    found.error().retryHelps = true;
    return found;
}

} // namespace

Result<void> Resume::begin(int status, const Headers &headers)
{
    if (m_from == 0) {
        const bool takesRanges = valueOf(headers, "accept-ranges").toLower() == "bytes";
        const bool isPlain = valueOf(headers, "content-encoding").isEmpty();
        if (status == 200 && takesRanges && isPlain)
            m_validator = strongValidator(headers);
        bool isNumber = false;
        const auto length = valueOf(headers, "content-length").toLongLong(&isNumber);
        m_length = isNumber ? length : -1;
        return {};
    }
    if (status != 206)
        return otherAnswer("status " + QByteArray::number(status));
    const auto range = valueOf(headers, "content-range");
    const bool isHere = range.startsWith("bytes " + QByteArray::number(m_from) + '-');
    const bool isWhole = m_length < 0 || range.endsWith('/' + QByteArray::number(m_length));
    if (!isHere || !isWhole || !valueOf(headers, "content-encoding").isEmpty())
        return otherAnswer(range);
    return {};
}

bool Resume::goOn()
{
    constexpr int mostTimes = 64; // a server that sends a byte a connection is none
    if (m_validator.isEmpty() || m_received <= m_from || ++m_times > mostTimes)
        return false;
    m_from = m_received;
    return true;
}

Resume::Headers Resume::headers() const
{
    if (m_from == 0)
        return {};
    return {{"Range"_ba, "bytes=" + QByteArray::number(m_from) + '-'}, {"If-Range"_ba, m_validator},
        {"Accept-Encoding"_ba, "identity"_ba}};
}

} // namespace narscope::nix
