// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/http.h"

#include <functional>

namespace narscope::test {

/// A door to the network that changes what passes: servers that contradict one another or themselves.
class DoctoredHttp final : public net::Http {
public:
    using Answer = Result<net::Response>;

    explicit DoctoredHttp(net::Http &http)
        : m_http(http)
    {
    }

    std::function<net::Request(net::Request)> onRequest; ///< empty: as it is
    std::function<Answer(const net::Request &, Answer)> onAnswer; ///< the request as the caller made it

    [[nodiscard]] Task<Answer> fetch(net::Request request) override
    {
        auto fetching = m_http.fetch(onRequest ? onRequest(request) : request);
        auto answer = co_await std::move(fetching);
        co_return onAnswer ? onAnswer(request, std::move(answer)) : std::move(answer);
    }

private:
    net::Http &m_http;
};

} // namespace narscope::test
