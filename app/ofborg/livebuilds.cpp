// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/livebuilds.h"

using namespace Qt::StringLiterals;

namespace narscope::ofborg {

namespace {

constexpr auto shortestPause = Milliseconds(1'000);
constexpr auto longestPause = Milliseconds(60'000);
constexpr double jitter = 0.3;
/// A conversation that held so long was a good one.
constexpr auto goodConversation = Milliseconds(60'000);
/// A file that may have the missing lines is asked for no more often.
constexpr auto betweenFiles = Milliseconds(5'000);
/// The collector writes the last lines a moment after the bus has told them.
constexpr auto collectorDelay = Milliseconds(2'000);
constexpr int collectorTries = 3;

} // namespace

LiveBuilds::LiveBuilds(Client &client, net::WebSockets &sockets, Clock &clock, QUrl bus, Plan plan, Sink sink)
    : m_client(client)
    , m_sockets(sockets)
    , m_clock(clock)
    , m_bus(std::move(bus))
    , m_plan(std::move(plan))
    , m_sink(std::move(sink))
    , m_random(QRandomGenerator::securelySeeded())
{
}

void LiveBuilds::start()
{
    m_scope.start(run());
}

Milliseconds LiveBuilds::pause(int failures)
{
    const auto least = std::min(longestPause, shortestPause * (1L << std::min(failures, 10)));
    return least + Milliseconds(qint64(double(least.count()) * jitter * m_random.generateDouble()));
}

Task<void> LiveBuilds::run()
{
    for (int failures = 0; !m_isDone;) {
        const auto began = m_clock.monotonic();
        auto conversing = converse();
        auto problem = co_await std::move(conversing);
        if (m_isDone)
            break;
        failures = m_clock.monotonic() - began > goodConversation ? 0 : failures + 1;
        problem.retryAfter = pause(failures);
        const auto wait = *problem.retryAfter;
        m_sink(LiveState{.isLive = false, .problem = std::move(problem)});
        auto sleeping = m_clock.sleep(wait);
        co_await std::move(sleeping);
    }
}

Task<Problem> LiveBuilds::converse()
{
    Bus bus(m_sockets, m_clock, m_bus, m_plan.ask.why);
    auto opening = bus.open();
    const auto opened = co_await std::move(opening);
    if (!opened)
        co_return opened.error();
    // First the subscription, then what was before: nothing falls between.
    if (auto subscribed = bus.subscribe(m_plan.key); !subscribed)
        co_return subscribed.error();
    auto catching = catchUp();
    const auto caught = co_await std::move(catching);
    if (!caught)
        co_return caught.error();
    m_sink(LiveState{.isLive = true, .problem = {}});
    while (!m_isDone) {
        auto waiting = bus.next();
        auto message = co_await std::move(waiting);
        if (!message)
            co_return std::move(message.error());
        auto taking = take(std::move(*message));
        co_await std::move(taking);
    }
    co_return Problem{};
}

Task<Result<void>> LiveBuilds::catchUp()
{
    auto asking = m_client.attempts(m_plan.key, m_plan.ask);
    const auto attempts = co_await std::move(asking);
    if (!attempts)
        co_return std::unexpected(attempts.error());
    for (const auto &attempt : *attempts) {
        if (!isWanted(attempt.id) || m_tracked[attempt.id].isOver)
            continue;
        if (attempt.start)
            tellStart(*attempt.start);
        const bool wasFollowed = m_tracked[attempt.id].fetched.has_value();
        if (!attempt.result) {
            auto reading = readFile(attempt.id);
            co_await std::move(reading);
        } else if (wasFollowed || attempt.id == m_plan.only) {
            auto finishing = finish(*attempt.result);
            co_await std::move(finishing);
        } else {
            // Over before anybody looked: its log can be fetched, and is not pressed on anybody.
            m_tracked[attempt.id].isOver = true;
            m_sink(*attempt.result);
        }
    }
    co_return Result<void>();
}

Task<void> LiveBuilds::take(Message message)
{
    if (auto *start = std::get_if<BuildStart>(&message)) {
        if (isWanted(start->attempt))
            tellStart(*start);
    } else if (auto *update = std::get_if<HydraUpdate>(&message)) {
        m_sink(std::move(*update));
    } else if (auto *line = std::get_if<BuildLine>(&message)) {
        auto taking = takeLine(std::move(*line));
        co_await std::move(taking);
    } else if (auto *result = std::get_if<BuildResult>(&message)) {
        if (isWanted(result->attempt) && !m_tracked[result->attempt].isOver) {
            auto finishing = finish(std::move(*result));
            co_await std::move(finishing);
        }
    }
}

Task<void> LiveBuilds::takeLine(BuildLine line)
{
    if (!isWanted(line.attempt) || m_tracked[line.attempt].isOver)
        co_return;
    auto &tracked = m_tracked[line.attempt];
    tracked.log.addLine(line.number, std::move(line.text));
    const auto now = m_clock.monotonic();
    if (tracked.log.hasGap() && (!tracked.fetched || now - *tracked.fetched > betweenFiles)) {
        auto reading = readFile(line.attempt);
        co_await std::move(reading);
    }
    if (!tracked.fetched)
        tracked.fetched = now;
    give(line.attempt);
}

Task<void> LiveBuilds::finish(BuildResult result)
{
    const auto attempt = result.attempt;
    for (int tries = 1;; ++tries) {
        auto asking = m_client.log(m_plan.key, attempt, m_plan.ask);
        const auto file = co_await std::move(asking);
        auto &log = m_tracked[attempt].log;
        if (file)
            log.addFile(*file, false);
        if ((file && !log.hasGap()) || tries == collectorTries) {
            log.addFile(file.value_or(QByteArray()), true);
            break;
        }
        auto sleeping = m_clock.sleep(collectorDelay);
        co_await std::move(sleeping);
    }
    give(attempt);
    auto &tracked = m_tracked[attempt];
    tracked.isOver = true;
    tracked.log = {};
    m_isDone = attempt == m_plan.only;
    m_sink(std::move(result));
}

/// A file that cannot be had now costs nothing but time: the bus goes on, and the end fetches it again.
Task<void> LiveBuilds::readFile(QString attempt)
{
    auto asking = m_client.log(m_plan.key, attempt, m_plan.ask);
    const auto file = co_await std::move(asking);
    auto &tracked = m_tracked[attempt];
    tracked.fetched = m_clock.monotonic();
    if (file)
        tracked.log.addFile(*file, false);
    give(attempt);
}

void LiveBuilds::tellStart(const BuildStart &start)
{
    if (!std::exchange(m_tracked[start.attempt].isTold, true))
        m_sink(start);
}

void LiveBuilds::give(const QString &attempt)
{
    auto &log = m_tracked[attempt].log;
    for (auto &repair : log.takeRepairs())
        m_sink(LinesAdded{.attempt = attempt, .run = std::move(repair), .isRepair = true});
    if (auto run = log.take(); !run.lines.isEmpty())
        m_sink(LinesAdded{.attempt = attempt, .run = std::move(run), .isRepair = false});
}

} // namespace narscope::ofborg
