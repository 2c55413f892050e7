// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/answercheck.h"

#include <QCache>

namespace narscope::net {

/// Answers that a server can confirm instead of sending again. Bounded; the longest unused go first.
class KeptAnswers {
public:
    /// The headers that ask whether the answer kept for the key, which came from that URL, still holds.
    [[nodiscard]] QList<std::pair<QByteArray, QByteArray>> conditions(const QByteArray &key, const QUrl &url) const;
    /// Keeps a 200 that has an ETag or Last-Modified and is not too large.
    void keep(const QByteArray &key, const QUrl &url, const Answer &answer);
    /// After a 304: the kept answer with the new headers over it; nothing when there is none.
    [[nodiscard]] std::optional<Answer> confirmed(const QByteArray &key, const Answer &notModified) const;

private:
    struct Kept {
        QUrl url;
        Answer answer;
    };
    static constexpr qsizetype maxBytes = 64 * 1024 * 1024;
    static constexpr qsizetype maxBytesOfOne = 8 * 1024 * 1024;

    QCache<QByteArray, Kept> m_kept{maxBytes};
};

} // namespace narscope::net
