// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/cachekinds.h"

#include "nix/resume.h"

#include <QAbstractEventDispatcher>

#include <deque>
#include <mutex>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

/// Answers up to this size come whole: one thread hop instead of one for each piece.
constexpr quint64 smallAnswer = 256 * 1024;
constexpr qint64 fullAt = 4 * 1024 * 1024;
constexpr qint64 roomAt = 1024 * 1024;
/// Nothing in a cache is a page. One that comes with 200 (a crawler guard, a hotel's sign-in) is nobody's word about
/// a path: it was not had, rather than that it fails.
constexpr auto notAPage = net::Expect::Text;

/// Hands a body to a consumer on a pool: pieces wait here, and one worker at a time takes them while there
/// are any, so that a slow server holds no thread.
class PoolSink final : public net::BodySink, public std::enable_shared_from_this<PoolSink> {
public:
    PoolSink(QThreadPool &pool, std::shared_ptr<ByteConsumer> consumer)
        : m_pool(pool)
        , m_consumer(std::move(consumer))
    {
    }

    Result<void> begin(int status, const QList<std::pair<QByteArray, QByteArray>> &headers) override
    {
        return m_resume.begin(status, headers);
    }

    Result<void> write(QByteArray chunk) override
    {
        m_resume.add(chunk.size());
        const std::lock_guard lock(m_mutex);
        if (m_problem)
            return std::unexpected(*m_problem);
        m_held += chunk.size();
        m_chunks.push_back(std::move(chunk));
        if (!std::exchange(m_working, true))
            m_pool.start([self = shared_from_this()] { self->work(); });
        return {};
    }

    [[nodiscard]] bool isFull() const override
    {
        const std::lock_guard lock(m_mutex);
        return m_held > fullAt;
    }

    /// On the client's thread.
    [[nodiscard]] Resume &resume() { return m_resume; }

    /// Waits for the worker to have taken all of it.
    static Task<Result<void>> consumed(std::shared_ptr<PoolSink> self)
    {
        Completion<bool> idle;
        {
            const std::lock_guard lock(self->m_mutex);
            if (self->m_working) {
                auto *home = QAbstractEventDispatcher::instance();
                self->m_whenIdle = [home, idle] {
                    QMetaObject::invokeMethod(home, [idle] { idle.set(true); }, Qt::QueuedConnection);
                };
            } else {
                idle.set(true);
            }
        }
        co_await idle;
        if (const auto problem = self->takenProblem())
            co_return std::unexpected(*problem);
        co_return Result<void>{};
    }

    [[nodiscard]] std::optional<Problem> takenProblem() const
    {
        const std::lock_guard lock(m_mutex);
        return m_problem;
    }

    /// Nobody waits any more: what is held is dropped.
    void abandon()
    {
        const std::lock_guard lock(m_mutex);
        m_chunks.clear();
        m_held = 0;
    }

private:
    void work()
    {
        while (auto chunk = next()) {
            auto taken = m_consumer->take(*chunk);
            if (after(chunk->size(), std::move(taken)) && drained)
                drained();
        }
    }

    std::optional<QByteArray> next()
    {
        const std::lock_guard lock(m_mutex);
        if (m_chunks.empty() || m_problem) {
            m_working = false;
            if (const auto whenIdle = std::exchange(m_whenIdle, {}))
                whenIdle();
            return {};
        }
        auto chunk = std::move(m_chunks.front());
        m_chunks.pop_front();
        return chunk;
    }

    /// Whether the source may have waited for this room.
    bool after(qint64 size, Result<void> taken)
    {
        const std::lock_guard lock(m_mutex);
        if (!taken)
            m_problem = taken.error();
        const bool wasFull = m_held > roomAt;
        m_held = qMax<qint64>(0, m_held - size);
        return m_problem || (wasFull && m_held <= roomAt);
    }

    QThreadPool &m_pool;
    std::shared_ptr<ByteConsumer> m_consumer;
    Resume m_resume;
    mutable std::mutex m_mutex;
    std::deque<QByteArray> m_chunks;
    std::function<void()> m_whenIdle;
    std::optional<Problem> m_problem;
    qint64 m_held = 0;
    bool m_working = false;
};

/// Ends the work for a flow that is destroyed.
struct AbandonOnExit {
    std::shared_ptr<PoolSink> sink;
    explicit AbandonOnExit(std::shared_ptr<PoolSink> s)
        : sink(std::move(s))
    {
    }
    AbandonOnExit(const AbandonOnExit &) = delete;
    AbandonOnExit &operator=(const AbandonOnExit &) = delete;
    ~AbandonOnExit() { sink->abandon(); }
};

class HttpCache final : public CacheClient {
public:
    HttpCache(const QUrl &base, CacheDoors doors)
        : CacheClient(base.toString(QUrl::FullyEncoded | QUrl::StripTrailingSlash))
        , m_base(base)
        , m_doors(doors)
    {
    }

    [[nodiscard]] bool isLocal() const override { return false; }
    [[nodiscard]] Result<QUrl> resolve(QByteArrayView place) const override { return resolveInCache(m_base, place); }

    Task<Result<CacheAnswer>> get(QByteArray place, qint64 maxSize) override
    {
        const auto url = resolve(place);
        if (!url)
            co_return std::unexpected(url.error());
        const auto at = m_doors.clock.now();
        net::Request request;
        request.url = *url;
        request.priority = net::Priority::Interactive; // a person waits for a check
        request.why = u"verify"_s;
        request.expect = notAPage;
        request.maxBody = maxSize;
        auto response = co_await m_doors.http.fetch(std::move(request));
        if (!response)
            co_return std::unexpected(asMissing(std::move(response.error())));
        co_return CacheAnswer{.body = std::move(response->body), .url = std::move(response->url), .at = at};
    }

    Task<Result<Stream>> stream(QByteArray place, std::shared_ptr<ByteConsumer> consumer, quint64 expected) override
    {
        if (expected > 0 && expected <= smallAnswer)
            co_return co_await small(std::move(place), std::move(consumer));
        co_return co_await large(std::move(place), std::move(consumer));
    }

private:
    /// Caches answer 403 or 410 for what they do not have; Nix takes both as «not there».
    static Problem asMissing(Problem problem)
    {
        if (problem.kind == ProblemKind::Forbidden)
            problem.kind = ProblemKind::NotFound;
        return problem;
    }

    Task<Result<Stream>> small(QByteArray place, std::shared_ptr<ByteConsumer> consumer)
    {
        const auto limit = static_cast<qint64>(smallAnswer * 2);
        auto answer = co_await get(place, limit);
        if (!answer && answer.error().kind == ProblemKind::TooLarge)
            co_return co_await large(std::move(place), std::move(consumer));
        if (!answer)
            co_return std::unexpected(answer.error());
        auto take = [consumer, body = std::move(answer->body)] { return consumer->take(body); };
        const auto taken = co_await m_doors.batch.run(std::move(take));
        if (!taken)
            co_return std::unexpected(taken.error());
        co_return Stream{.url = std::move(answer->url), .at = answer->at};
    }

    Task<Result<Stream>> large(QByteArray place, std::shared_ptr<ByteConsumer> consumer)
    {
        const auto url = resolve(place);
        if (!url)
            co_return std::unexpected(url.error());
        const auto at = m_doors.clock.now();
        const AbandonOnExit guard(std::make_shared<PoolSink>(m_doors.pools.hash, std::move(consumer)));
        auto &resume = guard.sink->resume();
        while (true) {
            auto request = wholeFile(*url, guard.sink);
            request.headers = resume.headers();
            const auto response = co_await m_doors.http.fetch(std::move(request));
            // Also before the rest is asked for: the worker must not be at the sink when it changes hands.
            const auto consumed = co_await PoolSink::consumed(guard.sink);
            if (!consumed)
                co_return std::unexpected(consumed.error());
            if (response)
                co_return Stream{.url = response->url, .at = at, .wentOnFrom = resume.from()};
            if (!response.error().retryHelps || !resume.goOn())
                co_return std::unexpected(asMissing(response.error()));
        }
    }

    static net::Request wholeFile(const QUrl &url, std::shared_ptr<net::BodySink> sink)
    {
        net::Request request;
        request.url = url;
        request.timeout = net::TimeoutClass::Long;
        request.priority = net::Priority::Interactive; // a person waits for a check
        request.why = u"verify"_s;
        request.expect = notAPage;
        request.maxBody = std::numeric_limits<qint64>::max(); // the consumer stops it at the signed size
        request.sink = std::move(sink);
        return request;
    }

    QUrl m_base;
    CacheDoors m_doors;
};

} // namespace

std::shared_ptr<CacheClient> makeHttpCache(const QUrl &base, CacheDoors doors)
{
    return std::make_shared<HttpCache>(base, doors);
}

} // namespace narscope::nix
