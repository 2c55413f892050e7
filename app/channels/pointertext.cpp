// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/parsers.h"

#include <QRegularExpression>
#include <QUrlQuery>

using namespace Qt::StringLiterals;

// The short texts at the end of the pipeline: redirects, git-revision, src-url, FILE.sha256.

namespace narscope::channels {

namespace {

constexpr qsizetype longestText = 4096; ///< bytes; all of these are shorter than 300

bool isRevision(QStringView text)
{
    static const QRegularExpression form(u"\\A[0-9a-f]{40}\\z"_s);
    return form.matchView(text).hasMatch();
}

std::unexpected<Problem> malformed(const QString &sentence, QByteArrayView body)
{
    return problemSaying(
        ProblemKind::Malformed, sentence, {}, QString::fromUtf8(body.first(std::min<qsizetype>(body.size(), 200))));
}

} // namespace

Result<QString> releaseFolder(const QUrl &target)
{
    const auto segments = target.path(QUrl::FullyDecoded).split(u'/', Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < segments.size(); ++i) {
        if (segments[i] == ".."_L1)
            break;
        if (i > 0 && parseReleaseName(segments[i]))
            return segments.first(i + 1).join(u'/');
    }
    return problemSaying(
        ProblemKind::Malformed, u"The channel does not lead to a release."_s, target.toDisplayString());
}

void readImmutableLink(QByteArrayView link, Pointer &pointer)
{
    static const QRegularExpression form(u"<([^<>]{1,2048})>\\s*;\\s*rel=\"?immutable\"?"_s);
    if (link.size() > longestText)
        return;
    const auto match = form.match(QString::fromLatin1(link));
    const QUrlQuery query(QUrl(match.captured(1), QUrl::StrictMode));
    if (const auto revision = query.queryItemValue(u"rev"_s); isRevision(revision))
        pointer.revision = revision;
    bool isNumber = false;
    const auto time = query.queryItemValue(u"lastModified"_s).toLongLong(&isNumber);
    if (isNumber && time > 0)
        pointer.committedAt = time;
}

Result<QString> parseRevision(QByteArrayView body)
{
    if (const auto text = QString::fromLatin1(body.trimmed()); body.size() <= longestText && isRevision(text))
        return text;
    return malformed(u"This is no git revision."_s, body);
}

Result<std::pair<EvalId, QUrl>> parseSourceUrl(QByteArrayView body)
{
    static const QRegularExpression form(u"\\A(https?://[^\\s?#]+?)/eval/(\\d{1,18})/?\\z"_s);
    const auto match
        = body.size() <= longestText ? form.match(QString::fromUtf8(body.trimmed())) : QRegularExpressionMatch();
    if (!match.hasMatch())
        return malformed(u"This is no address of an evaluation."_s, body);
    return std::pair(EvalId(match.capturedView(2).toLongLong()), QUrl(match.captured(1)));
}

Result<Hash> parseFileHash(QByteArrayView body)
{
    const auto text = body.trimmed();
    const auto end = text.indexOf(' ');
    const auto digest
        = text.size() <= longestText ? fromBase16(end < 0 ? text : text.first(end)) : std::unexpected(Problem());
    if (!digest || digest->size() != digestSize(HashAlgorithm::Sha256))
        return malformed(u"This is no SHA-256 hash as sha256sum writes it."_s, body);
    return Hash{.algorithm = HashAlgorithm::Sha256, .digest = *digest};
}

} // namespace narscope::channels
