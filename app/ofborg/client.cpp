// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/client.h"

#include "ofborg/parsers.h"

using namespace Qt::StringLiterals;

namespace narscope::ofborg {

namespace {

QUrl below(QUrl url, const QString &path)
{
    url.setPath(url.path(QUrl::FullyEncoded) + u'/' + path, QUrl::StrictMode);
    return url;
}

net::Request request(QUrl url, net::Expect expect, const Ask &ask)
{
    return {.url = std::move(url), .expect = expect, .priority = ask.priority, .why = ask.why};
}

} // namespace

Client::Client(net::Http &http, net::Server server, Pools &pools)
    : m_http(http)
    , m_server(std::move(server))
    , m_pools(pools)
{
}

Task<Result<QList<Attempt>>> Client::attempts(PullKey key, Ask ask)
{
    const auto url = below(m_server.url, u"logs/"_s + key.text());
    auto fetching = m_http.fetch(request(url, net::Expect::Json, ask));
    auto response = co_await std::move(fetching);
    // «absent»: no build was ever tried.
    if (!response && response.error().kind == ProblemKind::NotFound)
        co_return QList<Attempt>();
    if (!response)
        co_return std::unexpected(std::move(response.error()));
    auto reading = runOn(m_pools.parse, [body = std::move(response->body)] { return parseAttempts(body); });
    auto attempts = co_await std::move(reading);
    if (!attempts)
        attempts.error().where = url.toDisplayString() + u' ' + attempts.error().where;
    co_return attempts;
}

Task<Result<QByteArray>> Client::log(PullKey key, QString attempt, Ask ask)
{
    auto fetching = m_http.fetch(request(logUrl(key, attempt), net::Expect::Text, ask));
    auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(std::move(response.error()));
    co_return std::move(response->body);
}

QUrl Client::logUrl(const PullKey &key, const QString &attempt) const
{
    return below(
        m_server.url, u"logfile/%1/%2"_s.arg(key.text(), QString::fromLatin1(QUrl::toPercentEncoding(attempt))));
}

QUrl Client::viewerUrl(const PullKey &key, const QString &attempt) const
{
    auto url = below(m_server.url, QString());
    url.setQuery(u"key="_s + key.text()
        + (attempt.isEmpty() ? QString() : u"&attempt_id="_s + QString::fromLatin1(QUrl::toPercentEncoding(attempt))));
    return url;
}

} // namespace narscope::ofborg
