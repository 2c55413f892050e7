// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/follow.h"

#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

enum class Step { Grew, Same, Gap, Replaced };

net::Request requestFor(const LogFollow &follow, const QUrl &url)
{
    return {.url = url,
        .expect = net::Expect::Text,
        .priority = net::Priority::Interactive,
        .timeout = net::TimeoutClass::Slow,
        .why = follow.why};
}

/// Bytes on the server's disk; nothing when it does not tell.
Task<Result<std::optional<qint64>>> askSize(net::Http &http, LogFollow follow)
{
    auto request = requestFor(follow, follow.url);
    request.method = "HEAD";
    request.expect = net::Expect::Anything; // what has no body may have any type
    const auto response = co_await http.fetch(std::move(request));
    if (!response)
        co_return std::unexpected(response.error());
    bool isNumber = false;
    const auto size = response->header("content-length").toLongLong(&isNumber);
    co_return isNumber ? std::optional(size) : std::nullopt;
}

Task<Result<Step>> askTail(net::Http &http, LogFollow follow, int lines)
{
    auto url = follow.url;
    QUrlQuery query;
    query.addQueryItem(u"tail"_s, QString::number(lines));
    url.setQuery(query);
    auto request = requestFor(follow, url);
    const auto response = co_await http.fetch(std::move(request));
    if (!response)
        co_return std::unexpected(response.error());
    const auto have = follow.spool->size();
    const auto known = follow.spool->read(Offset(qMax<qint64>(0, have - spliceWindow)), spliceWindow);
    if (!known)
        co_return std::unexpected(known.error());
    const auto more = splice(*known, response->body);
    if (!more)
        co_return Step::Gap;
    if (more->isEmpty())
        co_return Step::Same;
    if (const auto appended = follow.spool->append(*more); !appended)
        co_return std::unexpected(appended.error());
    co_return Step::Grew;
}

/// Compares the whole log with what is there and appends what goes on behind it.
class CompareSink final : public net::BodySink {
public:
    explicit CompareSink(const LogFollow &follow)
        : m_spool(follow.spool)
        , m_grew(follow.grew)
        , m_had(follow.spool->size())
    {
    }
    Result<void> write(QByteArray chunk) override
    {
        if (isReplaced)
            return {};
        if (m_at < m_had) {
            const auto known = m_spool->read(Offset(m_at), qMin<qint64>(chunk.size(), m_had - m_at));
            if (!known)
                return std::unexpected(known.error());
            if (!chunk.startsWith(*known)) {
                isReplaced = true;
                return {};
            }
            m_at += known->size();
            chunk.remove(0, known->size());
        }
        if (chunk.isEmpty())
            return {};
        grew = true;
        const auto appended = m_spool->append(chunk);
        if (m_grew)
            m_grew();
        return appended;
    }
    [[nodiscard]] bool isShorter() const { return m_at < m_had; }
    bool isReplaced = false;
    bool grew = false;

private:
    std::shared_ptr<Spool> m_spool;
    std::function<void()> m_grew;
    qint64 m_had;
    qint64 m_at = 0;
};

Task<Result<Step>> askAll(net::Http &http, LogFollow follow)
{
    auto sink = std::make_shared<CompareSink>(follow);
    auto request = requestFor(follow, follow.url);
    request.timeout = net::TimeoutClass::Long;
    request.maxBody = maxLogSize;
    request.sink = sink;
    const auto response = co_await http.fetch(std::move(request));
    if (!response)
        co_return std::unexpected(response.error());
    if (sink->isReplaced || sink->isShorter())
        co_return Step::Replaced;
    co_return sink->grew ? Step::Grew : Step::Same;
}

Task<Result<Step>> look(net::Http &http, LogFollow follow)
{
    if (follow.spool->size() == 0)
        co_return co_await askAll(http, follow);
    const auto size = co_await askSize(http, follow);
    if (!size)
        co_return std::unexpected(size.error());
    if (*size && **size == follow.spool->size())
        co_return Step::Same;
    if (*size && **size < follow.spool->size())
        co_return Step::Replaced;
    for (const int lines : {200, 1000, 5000}) {
        const auto step = co_await askTail(http, follow, lines);
        if (!step || *step != Step::Gap)
            co_return step;
    }
    co_return co_await askAll(http, follow);
}

Task<Result<bool>> unfinished()
{
    co_return false;
}

/// A bell may stay silent though the log goes on: its service drops what a slow reader does not take.
constexpr Milliseconds longestSilence{60'000};
/// Lines come in bursts; one look is for all of a burst.
constexpr Milliseconds burst{2'000};

Task<void> pause(Clock &clock, LogBell *bell, Milliseconds wait, bool wasProblem)
{
    if (!bell || !bell->isListening() || wasProblem) {
        co_await clock.sleep(wait);
        co_return;
    }
    co_await bell->wait(longestSilence);
    if (!bell->hasEnded())
        co_await clock.sleep(burst);
}

bool isOurs(const Problem &problem)
{
    return problem.kind == ProblemKind::TooLarge || problem.kind == ProblemKind::Io;
}

} // namespace

Task<Result<FollowEnd>> followLog(
    net::Http &http, Clock &clock, LogFollow follow, std::function<void(const Problem &)> onProblem)
{
    Milliseconds asked{};
    for (;;) {
        const auto step = co_await look(http, follow);
        if (step && *step == Step::Grew && follow.grew)
            follow.grew();
        if (step && *step == Step::Replaced)
            co_return FollowEnd::Replaced;
        if (!step && isOurs(step.error()))
            co_return std::unexpected(step.error());
        if (!step && step.error().kind != ProblemKind::NotFound && onProblem)
            onProblem(step.error());
        // Who hears of the end need not ask for it every time.
        const bool asks = !follow.bell || !follow.bell->isListening() || follow.bell->hasEnded()
            || clock.monotonic() - asked >= longestSilence;
        auto isFinished = asks ? follow.isFinished() : unfinished();
        const auto finished = co_await std::move(isFinished);
        if (asks)
            asked = clock.monotonic();
        if (!finished && onProblem)
            onProblem(finished.error());
        if (finished && *finished) {
            const auto last = co_await askAll(http, follow);
            if (last)
                co_return *last == Step::Replaced ? FollowEnd::Replaced : FollowEnd::Complete;
            if (isOurs(last.error()) || last.error().kind == ProblemKind::NotFound)
                co_return std::unexpected(last.error());
            if (onProblem)
                onProblem(last.error());
        }
        const auto wait
            = !step && step.error().retryAfter ? qMax(*step.error().retryAfter, follow.interval) : follow.interval;
        auto pausing = pause(clock, follow.bell, wait, !step);
        co_await std::move(pausing);
    }
}

} // namespace narscope::log
