// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/http.h"
#include "net/servers.h"

namespace narscope::net {

/// One answer as it came over the wire or out of a cassette.
struct Answer {
    int status = 0;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case
    QByteArray body; ///< of a non-2xx: its beginning
    qint64 bytes = 0; ///< of the body, also when a sink took it
    std::optional<qint64>
        certificateEnds; ///< seconds since 1970, the server's own; nothing without TLS or from a record

    [[nodiscard]] QByteArray header(QByteArrayView lowerCaseName) const;
    [[nodiscard]] bool isGood() const { return status >= 200 && status < 300; }
    [[nodiscard]] bool isRedirect() const
    {
        return status >= 301 && status <= 308 && status != 304 && !header("location").isEmpty();
    }
};

/// What Accept says.
[[nodiscard]] QByteArray acceptFor(Expect expect);

/// Whether a 2xx's type is what was asked for: CrawlerGuard when HTML came instead, Malformed otherwise. Known
/// before any of the body.
[[nodiscard]] Result<void> checkType(Expect expect, const Answer &head, const QUrl &url);
/// Looks into the body of a 2xx for what a type cannot tell: text that a crawler trap wrote. Hydra's own pages
/// are known by their title (hydra.md §1); fragments, which have none, are let through.
[[nodiscard]] Result<void> checkBody(Expect expect, ServerKind kind, const Answer &answer, const QUrl &url);

/// The problem that a status means, with the server's own words as detail.
[[nodiscard]] Problem statusProblem(const Answer &answer, const QUrl &url);
/// Whether the answer asks for a pause: 429, 502, 503, 504, or GitHub's 403 for a used-up quota.
[[nodiscard]] bool asksForPause(const Answer &answer);
/// How long: Retry-After in both its forms, or GitHub's X-RateLimit-Reset. `now` is since 1970.
[[nodiscard]] std::optional<Milliseconds> retryAfter(const Answer &answer, Milliseconds now);

} // namespace narscope::net
