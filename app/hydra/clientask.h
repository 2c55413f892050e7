// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "hydra/answers.h"
#include "net/http.h"

#include <functional>

// A part of the client's own sources.

namespace narscope::hydra {

/// Asks, and reads the body on the pool. Http and pools must outlive the task.
template <typename T, typename Bytes>
Task<Result<T>> askFor(std::reference_wrapper<net::Http> http, std::reference_wrapper<Pools> pools,
    net::Request request, Result<T> (*parse)(Bytes))
{
    const auto url = request.url;
    auto fetching = http.get().fetch(std::move(request));
    auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(explained(std::move(response.error())));
    auto parsing = runOn(pools.get().parse,
        [body = std::move(response->body), parse]() mutable { return parse(Bytes(std::move(body))); });
    auto value = co_await std::move(parsing);
    if (!value)
        value.error() = located(std::move(value.error()), url);
    co_return value;
}

} // namespace narscope::hydra
