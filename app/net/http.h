// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

#include <QByteArray>
#include <QList>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>

namespace narscope::net {

/// A person waits for an interactive request; it goes before background ones.
enum class Priority { Interactive, Background };

/// How long a server may take; the lengths are the policy's (hydra.md §13: 30 s, 90 s, 300 s).
enum class TimeoutClass { Quick, Slow, Long };

/// What the answer must be. Sets Accept; an answer of another type is a problem (HTML with 200 instead of
/// JSON: CrawlerGuard).
enum class Expect { Anything, Json, Html, Text };

/// Takes a body too large to hold. Called on the client's thread, in order.
class BodySink {
public:
    virtual ~BodySink() = default;
    /// The head of the answer whose body follows, before any of it; names in lower case. A problem ends the request
    /// with it.
    virtual Result<void> begin(int status, const QList<std::pair<QByteArray, QByteArray>> &headers)
    {
        Q_UNUSED(status)
        Q_UNUSED(headers)
        return {};
    }
    /// A problem ends the request with it.
    virtual Result<void> write(QByteArray chunk) = 0;
    /// While true nothing is written and the connection is left to fill up; call `drained` when there is
    /// room.
    [[nodiscard]] virtual bool isFull() const { return false; }
    /// Set by the client; may be called from any thread, any number of times.
    std::function<void()> drained;
};

/// One thing to ask. Only GET and HEAD exist here, and queries in GraphQL: Narscope never changes a server's
/// state.
struct Request {
    QUrl url;
    QByteArray method = "GET";
    Expect expect = Expect::Anything;
    Priority priority = Priority::Background;
    TimeoutClass timeout = TimeoutClass::Quick;
    QString why; ///< which view or watch asks, for the ledger
    bool followRedirects = true; ///< false: a 3xx is an answer, see Response::location
    bool revalidate = false; ///< keep the answer and its ETag or Last-Modified; ask conditionally next time
    std::optional<qint64> maxBody; ///< bytes after decoding; lowers or raises the policy's own limit
    QList<std::pair<QByteArray, QByteArray>> headers; ///< besides Accept and User-Agent
    /// The body of a GraphQL query: method POST, to /graphql of a GitHub alone, and only what reads:
    /// NotAllowed else.
    QByteArray graphQl;
    std::shared_ptr<BodySink> sink; ///< takes the body of a 2xx instead of Response::body; never joined with others
};

struct Response {
    int status = 0;
    QUrl url; ///< the last one, after redirects
    QList<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case
    QByteArray body;
    bool notModified = false; ///< the server said 304; body is the copy kept
    Milliseconds waited{}; ///< our own queue and rate limit
    Milliseconds took{}; ///< the server and the wire

    [[nodiscard]] QByteArray header(QByteArrayView lowerCaseName) const
    {
        for (const auto &[name, value] : headers) {
            if (name == lowerCaseName)
                return value;
        }
        return {};
    }
    [[nodiscard]] QUrl location() const { return url.resolved(QUrl::fromEncoded(header("location"))); }
};

/// The one door to the network, as its users see it. net::Client is the real one; tests pass their own.
/// 2xx (and 3xx when not followed) is a Response, everything else a Problem. Every fetch ends exactly once;
/// destroying the Task withdraws the request.
class Http {
public:
    Http() = default;
    Http(const Http &) = delete;
    Http &operator=(const Http &) = delete;
    virtual ~Http() = default;
    [[nodiscard]] virtual Task<Result<Response>> fetch(Request request) = 0;
};

} // namespace narscope::net
