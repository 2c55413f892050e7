// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/cacheclient.h"

#include "nix/cachekinds.h"
#include "nix/narinfo.h"
#include "nix/narlisting.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qsizetype longestPlace = 4096;
constexpr qint64 maxCacheInfo = 1024 * 1024;
constexpr qint64 maxLog = 256 * 1024 * 1024;

std::unexpected<Problem> outside(QByteArrayView place, const QString &reason)
{
    return problemSaying(ProblemKind::NotAllowed,
        u"The narinfo's URL leads outside the cache; it is not signed and was not followed."_s,
        QString::fromUtf8(place.first(qMin<qsizetype>(place.size(), 200))), reason);
}

int effectivePort(const QUrl &url)
{
    return url.port(url.scheme() == "https"_L1 ? 443 : 80);
}

} // namespace

Result<QUrl> resolveInCache(const QUrl &cache, QByteArrayView place)
{
    if (place.isEmpty() || place.size() > longestPlace)
        return outside(place, u"empty, or longer than 4 KiB"_s);
    auto base = cache;
    base.setPath(cache.path() + u'/');
    const auto url = base.resolved(QUrl::fromEncoded(place, QUrl::TolerantMode));
    if (!url.isValid())
        return outside(place, u"not a URL"_s);
    if (url.scheme() != cache.scheme() || url.host() != cache.host() || effectivePort(url) != effectivePort(cache))
        return outside(place, u"another scheme, host or port"_s);
    if (url.userInfo() != cache.userInfo())
        return outside(place, u"it carries a name or password"_s);
    return url.adjusted(QUrl::RemoveFragment);
}

Result<QByteArray> resolveInFolder(QByteArrayView place)
{
    if (place.isEmpty() || place.size() > longestPlace)
        return outside(place, u"empty, or longer than 4 KiB"_s);
    auto path = place.toByteArray();
    if (const auto query = path.indexOf('?'); query >= 0)
        path.truncate(query);
    if (path.contains("://") || path.startsWith('/') || path.contains('\0'))
        return outside(place, u"not a path inside the cache's folder"_s);
    if (path.split('/').contains(".."))
        return outside(place, u"it goes up"_s);
    return path;
}

Task<Result<CacheInfo>> CacheClient::info()
{
    const QByteArray place = "nix-cache-info"_ba;
    const auto answer = co_await get(place, maxCacheInfo);
    if (!answer) {
        if (answer.error().kind == ProblemKind::NotFound)
            co_return CacheInfo{};
        co_return std::unexpected(answer.error());
    }
    co_return readCacheInfo(answer->body);
}

Task<Result<CacheAnswer>> CacheClient::narInfo(QByteArray hashPart)
{
    return get(hashPart + ".narinfo"_ba, maxNarInfoSize);
}

Task<Result<CacheAnswer>> CacheClient::listing(QByteArray hashPart)
{
    return get(hashPart + ".ls"_ba, maxListingSize);
}

Task<Result<CacheAnswer>> CacheClient::log(StorePath derivation)
{
    return get("log/"_ba + derivation.baseName(), maxLog);
}

Result<std::shared_ptr<CacheClient>> openCache(const QString &address, CacheDoors doors)
{
    const QUrl url(address.endsWith(u'/') && address.size() > 1 ? address.chopped(1) : address);
    if (url.scheme() == "http"_L1 || url.scheme() == "https"_L1) {
        if (url.host().isEmpty() || url.hasQuery())
            return problemSaying(ProblemKind::Usage, u"This is not the address of a cache."_s, address);
        return makeHttpCache(url, doors);
    }
    auto folder = url.scheme() == "file"_L1 ? url.path() : address;
    // A name with '%', '#' or '?' that was typed as it is, and not as a URL has it.
    const auto typed = address.startsWith("file://"_L1) ? address.sliced(7) : QString();
    if (!typed.isEmpty() && !QDir(folder).exists() && QDir(typed).exists())
        folder = typed;
    if (url.scheme() != "file"_L1 && address.contains("://"_L1))
        return problemSaying(ProblemKind::Usage, u"Caches are asked over http, https or as a folder only."_s, address);
    if (folder.isEmpty() || !QDir(folder).exists())
        return problemSaying(ProblemKind::Usage, u"There is no such folder to use as a cache."_s, address);
    return makeFolderCache(QDir(folder).absolutePath(), doors);
}

} // namespace narscope::nix
