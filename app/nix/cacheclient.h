// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "base/result.h"
#include "net/http.h"
#include "nix/batch.h"
#include "nix/cacheinfo.h"
#include "nix/storepath.h"

#include <QUrl>

#include <memory>

// A binary cache, wherever it lies: http(s), file:// or a folder. What may be asked of it is in Nix's manual,
// «binary cache».

namespace narscope::nix {

/// One answer of a cache, whole.
struct CacheAnswer {
    QByteArray body;
    QUrl url; ///< where it came from, after redirects
    Milliseconds at{}; ///< since 1970
};

/// Takes a large answer piece by piece, in order, on the hash pool. A problem ends the transfer with it.
class ByteConsumer {
public:
    ByteConsumer() = default;
    ByteConsumer(const ByteConsumer &) = delete;
    ByteConsumer &operator=(const ByteConsumer &) = delete;
    virtual ~ByteConsumer() = default;
    virtual Result<void> take(QByteArrayView bytes) = 0;
};

struct Stream {
    QUrl url;
    Milliseconds at{}; ///< since 1970, when it began
    quint64 wentOnFrom = 0; ///< the byte from which the rest was asked for, after the connection had broken there
};

/// One binary cache. Used on one thread with an event loop; destroying a task withdraws what it asked.
class CacheClient {
public:
    CacheClient(const CacheClient &) = delete;
    CacheClient &operator=(const CacheClient &) = delete;
    virtual ~CacheClient() = default;

    /// The address, without a slash at the end: `https://cache.nixos.org`, `file:///srv/cache`.
    [[nodiscard]] const QString &address() const { return m_address; }
    [[nodiscard]] virtual bool isLocal() const = 0;

    /// A small answer. `place` as a narinfo's URL field has it: relative to the cache, not trusted.
    /// NotFound: the cache has no such thing. NotAllowed: the place is outside the cache. Network, ...: no
    /// answer.
    [[nodiscard]] virtual Task<Result<CacheAnswer>> get(QByteArray place, qint64 maxSize) = 0;
    /// A large one; `expected` bytes when known (small ones come cheaper). Ends when all has been consumed. A
    /// connection that breaks is made again for the rest, if the server can tell that it is the rest of the same file.
    [[nodiscard]] virtual Task<Result<Stream>> stream(
        QByteArray place, std::shared_ptr<ByteConsumer> consumer, quint64 expected)
        = 0;
    /// Where the place is, if it is inside the cache.
    [[nodiscard]] virtual Result<QUrl> resolve(QByteArrayView place) const = 0;

    /// `nix-cache-info`; a cache without one is taken as Nix does: for any store. Asked every time.
    [[nodiscard]] Task<Result<CacheInfo>> info();
    [[nodiscard]] Task<Result<CacheAnswer>> narInfo(QByteArray hashPart);
    /// The `.ls` listing's bytes, still compressed as the cache keeps them when it says nothing of an
    /// encoding.
    [[nodiscard]] Task<Result<CacheAnswer>> listing(QByteArray hashPart);
    /// The log of a derivation's last build.
    [[nodiscard]] Task<Result<CacheAnswer>> log(StorePath derivation);

protected:
    explicit CacheClient(QString address)
        : m_address(std::move(address))
    {
    }

private:
    QString m_address;
};

/// What clients need; all of it must outlive them.
struct CacheDoors {
    net::Http &http;
    Pools &pools;
    Clock &clock;
    Batch &batch; ///< on pools.hash
};

/// `https://…`, `http://…`, `file://…` or a folder. Usage: anything else.
[[nodiscard]] Result<std::shared_ptr<CacheClient>> openCache(const QString &address, CacheDoors doors);

/// Where a narinfo's URL field leads, seen from an http(s) cache. NotAllowed: another scheme or host, user
/// information, longer than 4 KiB. The field is not signed.
[[nodiscard]] Result<QUrl> resolveInCache(const QUrl &cache, QByteArrayView place);
/// The same for a cache in a folder, as a path relative to it: nothing absolute, no `..`, a query is dropped.
[[nodiscard]] Result<QByteArray> resolveInFolder(QByteArrayView place);

} // namespace narscope::nix
