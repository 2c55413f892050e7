// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/answers.h"
#include "github/client.h"
#include "github/graphqlqueries.h"

// A part of the client's own sources.

namespace narscope::github {

inline constexpr int perPage = 100;
inline constexpr int mostPages = 3;

/// Reads the body on the pool. The pools must outlive the task.
template <typename T>
Task<Result<T>> readOnPool(
    std::reference_wrapper<Pools> pools, QByteArray body, QUrl url, Result<T> (*parse)(QByteArrayView))
{
    auto parsing = runOn(pools.get().parse, [body = std::move(body), parse] { return parse(body); });
    auto value = co_await std::move(parsing);
    if (!value)
        value.error() = located(std::move(value.error()), url);
    co_return value;
}

template <typename T> Task<Result<T>> Client::get(QUrl url, Result<T> (*parse)(QByteArrayView), Ask ask)
{
    auto fetching = fetch(request(url, ask));
    auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(std::move(response.error()));
    auto reading = readOnPool(std::ref(m_pools), std::move(response->body), url, parse);
    co_return co_await std::move(reading);
}

template <typename T>
Task<Result<QList<T>>> Client::getPages(QUrl url, Result<QList<T>> (*parse)(QByteArrayView), int most, Ask ask)
{
    QList<T> all;
    for (int page = 1; page <= most; ++page) {
        const auto asked = onPage(url, page);
        auto fetching = fetch(request(asked, ask));
        auto response = co_await std::move(fetching);
        if (!response)
            co_return std::unexpected(std::move(response.error()));
        const bool isLast = !hasNextPage(response->header("link"));
        auto reading = readOnPool(std::ref(m_pools), std::move(response->body), asked, parse);
        auto items = co_await std::move(reading);
        if (!items)
            co_return std::unexpected(std::move(items.error()));
        all += std::move(*items);
        if (isLast)
            break;
    }
    co_return all;
}

template <typename T> Task<Result<T>> Client::query(GraphQlQuery question, Result<T> (*parse)(QByteArrayView), Ask ask)
{
    if (!hasToken())
        co_return needsToken(QStringLiteral("GitHub answers GraphQL only with a token."));
    auto asked = request(url(QStringLiteral("graphql")), ask);
    question.texts.emplaceBack(QStringLiteral("owner"), m_repository.owner);
    question.texts.emplaceBack(QStringLiteral("name"), m_repository.name);
    asked.method = "POST";
    asked.graphQl = question.body();
    asked.revalidate = false;
    const auto where = asked.url;
    auto fetching = fetch(std::move(asked));
    auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(std::move(response.error()));
    auto reading = readOnPool(std::ref(m_pools), std::move(response->body), where, parse);
    co_return co_await std::move(reading);
}

} // namespace narscope::github
