// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/keptanswers.h"

namespace narscope::net {

QList<std::pair<QByteArray, QByteArray>> KeptAnswers::conditions(const QByteArray &key, const QUrl &url) const
{
    const auto *kept = m_kept.object(key);
    if (!kept || kept->url != url)
        return {};
    if (const auto tag = kept->answer.header("etag"); !tag.isEmpty())
        return {{"If-None-Match", tag}};
    return {{"If-Modified-Since", kept->answer.header("last-modified")}};
}

void KeptAnswers::keep(const QByteArray &key, const QUrl &url, const Answer &answer)
{
    const bool canBeConfirmed = !answer.header("etag").isEmpty() || !answer.header("last-modified").isEmpty();
    if (answer.status != 200 || !canBeConfirmed || answer.body.size() > maxBytesOfOne)
        return;
    constexpr qsizetype overhead = 1024;
    m_kept.insert(key, new Kept{.url = url, .answer = answer}, answer.body.size() + overhead);
}

std::optional<Answer> KeptAnswers::confirmed(const QByteArray &key, const Answer &notModified) const
{
    const auto *kept = m_kept.object(key);
    if (!kept)
        return std::nullopt;
    Answer answer = kept->answer;
    answer.headers = notModified.headers;
    for (const auto &header : kept->answer.headers) {
        if (notModified.header(header.first).isEmpty())
            answer.headers.append(header);
    }
    return answer;
}

} // namespace narscope::net
