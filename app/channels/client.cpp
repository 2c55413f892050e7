// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/client.h"

#include <QUrlQuery>

#include <functional>

using namespace Qt::StringLiterals;
using narscope::net::Expect;

namespace narscope::channels {

namespace {

net::Request requestFor(const QUrl &base, const QString &path, Expect expect, const Ask &ask)
{
    net::Request request;
    request.url = base;
    if (!base.isEmpty())
        request.url.setPath(base.path() + u'/' + path, QUrl::DecodedMode);
    request.expect = expect;
    request.priority = ask.priority;
    request.why = ask.why;
    return request;
}

void setQuery(QUrl &url, const QList<std::pair<QString, QString>> &items)
{
    QUrlQuery query;
    for (const auto &[name, value] : items) {
        if (!value.isEmpty())
            query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    }
    url.setQuery(query);
}

std::unexpected<Problem> notConfigured(const QString &what)
{
    auto found = problemSaying(ProblemKind::Usage, u"No server that tells this is in the list of servers."_s, what);
    found.error().advice = u"Add one in Settings › Servers."_s;
    return found;
}

template <typename T>
Task<Result<T>> askFor(std::reference_wrapper<net::Http> http, std::reference_wrapper<QThreadPool> pool,
    net::Request request, Result<T> (*parse)(QByteArrayView))
{
    if (request.url.isEmpty())
        co_return notConfigured(request.why);
    const auto address = request.url.toDisplayString();
    auto fetching = http.get().fetch(std::move(request));
    auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(std::move(response.error()));
    auto parsing = runOn(pool.get(), [body = std::move(response->body), parse] { return parse(body); });
    auto value = co_await std::move(parsing);
    if (!value)
        value.error().where = value.error().where.isEmpty() ? address : address + u' ' + value.error().where;
    co_return value;
}

QUrl urlOf(const net::Servers &servers, net::ServerKind kind)
{
    const auto *server = net::findServer(servers, kind);
    return server ? server->url : QUrl();
}

} // namespace

Places placesOf(const net::Servers &servers)
{
    using enum net::ServerKind;
    return {.channels = urlOf(servers, Channels),
        .releases = urlOf(servers, Releases),
        .channelsBucket = urlOf(servers, ChannelsBucket),
        .releasesBucket = urlOf(servers, ReleasesBucket),
        .prometheus = urlOf(servers, Prometheus)};
}

Client::Client(net::Http &http, Places places, Pools &pools)
    : m_http(http)
    , m_places(std::move(places))
    , m_pools(pools)
{
}

Task<Result<Pointer>> Client::redirect(QString channel, QString file, Ask ask)
{
    auto request = requestFor(m_places.channels, channel + file, Expect::Anything, ask);
    if (request.url.isEmpty())
        co_return notConfigured(u"channels"_s);
    request.method = "HEAD";
    request.followRedirects = false;
    auto fetching = m_http.fetch(std::move(request));
    const auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(response.error());
    auto folder = releaseFolder(response->location());
    if (!folder)
        co_return std::unexpected(std::move(folder.error()));
    Pointer pointer{.channel = channel,
        .folder = std::move(*folder),
        .servedBy = QString::fromLatin1(response->header("x-served-by")),
        .cacheState = QString::fromLatin1(response->header("x-cache"))};
    readImmutableLink(response->header("link"), pointer);
    co_return pointer;
}

Task<Result<Pointer>> Client::pointer(QString channel, Ask ask)
{
    auto asking = redirect(channel, {}, ask);
    co_return co_await std::move(asking);
}

Task<Result<Pointer>> Client::pointerWithRevision(QString channel, Ask ask)
{
    auto asking = redirect(channel, u"/nixexprs.tar.xz"_s, ask);
    co_return co_await std::move(asking);
}

Task<Result<Pointer>> Client::bucketPointer(QString channel, Ask ask)
{
    auto request = requestFor(m_places.channelsBucket, channel, Expect::Anything, ask);
    if (request.url.isEmpty())
        co_return notConfigured(u"channels-bucket"_s);
    request.method = "HEAD";
    request.followRedirects = false;
    auto fetching = m_http.fetch(std::move(request));
    const auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(response.error());
    auto folder = releaseFolder(QUrl::fromEncoded(response->header("x-amz-website-redirect-location")));
    if (!folder)
        co_return std::unexpected(std::move(folder.error()));
    co_return Pointer{.channel = channel, .folder = std::move(*folder)};
}

Task<Result<ReleaseIndex>> Client::releaseIndex(QString folder, Ask ask)
{
    auto asking
        = askFor(m_http, m_pools.parse, requestFor(m_places.releases, folder, Expect::Html, ask), parseReleaseIndex);
    co_return co_await std::move(asking);
}

Task<Result<QString>> Client::revision(QString folder, Ask ask)
{
    auto asking = askFor(m_http, m_pools.parse,
        requestFor(m_places.releases, folder + u"/git-revision"_s, Expect::Text, ask), parseRevision);
    co_return co_await std::move(asking);
}

Task<Result<std::pair<EvalId, QUrl>>> Client::evaluation(QString folder, Ask ask)
{
    auto asking = askFor(m_http, m_pools.parse,
        requestFor(m_places.releases, folder + u"/src-url"_s, Expect::Text, ask), parseSourceUrl);
    co_return co_await std::move(asking);
}

Task<Result<Hash>> Client::fileHash(QString folder, QString file, Ask ask)
{
    const auto path = u"%1/%2.sha256"_s.arg(folder, file);
    auto asking = askFor(m_http, m_pools.parse, requestFor(m_places.releases, path, Expect::Text, ask), parseFileHash);
    co_return co_await std::move(asking);
}

Task<Result<QList<QByteArray>>> Client::storePaths(QString folder, Ask ask)
{
    auto request = requestFor(m_places.releases, folder + u"/store-paths.xz"_s, Expect::Anything, ask);
    request.timeout = net::TimeoutClass::Slow;
    auto asking = askFor(m_http, m_pools.hash, std::move(request), readStorePaths);
    co_return co_await std::move(asking);
}

Task<Result<QList<Package>>> Client::packages(QString folder, Ask ask)
{
    auto request = requestFor(m_places.releases, folder + u"/packages.json.br"_s, Expect::Anything, ask);
    request.timeout = net::TimeoutClass::Long;
    request.maxBody = largestUnpacked;
    auto asking = askFor(m_http, m_pools.hash, std::move(request), readPackages);
    co_return co_await std::move(asking);
}

Task<Result<BucketPage>> Client::releases(QString prefix, QString marker, Ask ask)
{
    auto request = requestFor(m_places.releasesBucket, {}, Expect::Anything, ask);
    if (!request.url.isEmpty())
        setQuery(request.url, {{u"delimiter"_s, u"/"_s}, {u"prefix"_s, prefix}, {u"marker"_s, marker}});
    auto asking = askFor(m_http, m_pools.parse, std::move(request), parseBucketPage);
    co_return co_await std::move(asking);
}

Task<Result<QList<Sample>>> Client::query(QString promql, Ask ask)
{
    auto request = requestFor(m_places.prometheus, u"api/v1/query"_s, Expect::Json, ask);
    if (!request.url.isEmpty())
        setQuery(request.url, {{u"query"_s, promql}});
    auto asking = askFor(m_http, m_pools.parse, std::move(request), parseSamples);
    co_return co_await std::move(asking);
}

Task<Result<QList<Series>>> Client::queryRange(QString promql, qint64 start, qint64 end, qint64 step, Ask ask)
{
    if (step <= 0 || end < start || (end - start) / step > longestRange)
        co_return problemSaying(ProblemKind::Usage, u"A range of this length has too many points."_s);
    auto request = requestFor(m_places.prometheus, u"api/v1/query_range"_s, Expect::Json, ask);
    request.timeout = net::TimeoutClass::Slow;
    if (!request.url.isEmpty())
        setQuery(request.url,
            {{u"query"_s, promql}, {u"start"_s, QString::number(start)}, {u"end"_s, QString::number(end)},
                {u"step"_s, QString::number(step)}});
    auto asking = askFor(m_http, m_pools.parse, std::move(request), parseSeries);
    co_return co_await std::move(asking);
}

QUrl Client::releaseUrl(const QString &folder) const
{
    return requestFor(m_places.releases, folder, Expect::Html, {}).url;
}

QUrl Client::channelUrl(const QString &channel) const
{
    return requestFor(m_places.channels, channel, Expect::Html, {}).url;
}

} // namespace narscope::channels
