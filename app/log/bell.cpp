// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/bell.h"

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr Milliseconds firstPause{5'000};
constexpr Milliseconds longestPause{120'000};

} // namespace

LogBell::LogBell(net::WebSockets &sockets, Clock &clock, QUrl url, BuildId build, std::optional<StepNr> step)
    : m_sockets(sockets)
    , m_clock(clock)
    , m_url(std::move(url))
    , m_build(build)
    , m_step(step)
{
    m_scope.start(listen());
}

Task<void> LogBell::wait(Milliseconds atMost)
{
    if (!std::exchange(m_hasRung, false)) {
        const Completion<bool> done;
        m_waiting = done;
        m_clock.callLater(atMost, &m_home, [done] { done.set(false); });
        co_await done;
        m_waiting.reset();
        m_hasRung = false;
    }
}

void LogBell::ring()
{
    m_hasRung = true;
    // Queued: who waits may end this bell, but not from inside of its conversation.
    QMetaObject::invokeMethod(
        &m_home,
        [this] {
            if (const auto waiting = m_waiting)
                waiting->set(true);
        },
        Qt::QueuedConnection);
}

Task<void> LogBell::listen()
{
    auto pause = firstPause;
    while (!m_hasEnded) {
        auto talking = converse();
        co_await std::move(talking);
        if (std::exchange(m_isListening, false)) { // it stood: what broke it is new
            pause = firstPause;
            ring(); // what came meanwhile is not known
        }
        if (m_hasEnded)
            break;
        co_await m_clock.sleep(pause);
        pause = qMin(2 * pause, longestPause);
    }
}

/// One conversation to its end, whatever that is.
Task<void> LogBell::converse()
{
    net::SocketRequest request{.url = m_url, .subprotocols = {}, .why = u"Logs: a running build's log"_s};
    const auto socket = m_sockets.converse(std::move(request));
    const auto opened = co_await socket->opened();
    if (!opened || !socket->send(startMessage(m_build, m_step)))
        co_return;
    for (;;) {
        const auto message = co_await socket->next();
        if (!message)
            co_return;
        if (const auto read = readSocketMessage(*message); read && read->build == m_build)
            take(*read);
        if (m_hasEnded)
            co_return;
    }
}

void LogBell::take(const SocketMessage &message)
{
    switch (message.kind) {
    case SocketMessage::Kind::Started:
        m_isListening = message.success;
        break;
    case SocketMessage::Kind::LogLine:
        ring();
        break;
    case SocketMessage::Kind::StepFinished:
        if (message.step != m_step) // of the build's other steps
            break;
        [[fallthrough]];
    case SocketMessage::Kind::BuildFinished:
        m_hasEnded = true;
        ring();
        break;
    default:
        break;
    }
}

} // namespace narscope::log
