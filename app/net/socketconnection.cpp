// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/socketconnection.h"

#include <QNetworkRequest>
#include <QWebSocketHandshakeOptions>

using namespace Qt::StringLiterals;

namespace narscope::net {

SocketWire::SocketWire(SocketRequest request, std::shared_ptr<Lane> lane, Clock &clock, Ledger &ledger)
    : m_request(std::move(request))
    , m_lane(std::move(lane))
    , m_clock(clock)
    , m_ledger(&ledger)
{
    m_socket.setMaxAllowedIncomingFrameSize(static_cast<quint64>(m_request.maxMessage));
    m_socket.setMaxAllowedIncomingMessageSize(static_cast<quint64>(m_request.maxMessage));
    LedgerEntry entry;
    entry.server = m_lane ? m_lane->server().id : QString();
    entry.why = m_request.why;
    entry.url = m_request.url.adjusted(QUrl::RemoveUserInfo);
    entry.method = "GET";
    entry.asked = m_clock.now();
    m_entry = m_ledger->open(std::move(entry));
}

void SocketWire::start()
{
    connectSignals();
    tryToOpen();
}

// Nobody connects to sslErrors to forgive them: Qt ends the handshake.
void SocketWire::connectSignals()
{
    connect(&m_socket, &QWebSocket::connected, this, &SocketWire::opened);
    connect(
        &m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) { received(text.toUtf8()); });
    connect(&m_socket, &QWebSocket::binaryMessageReceived, this, &SocketWire::received);
    connect(&m_socket, &QWebSocket::errorOccurred, this, &SocketWire::failed);
    connect(&m_socket, &QWebSocket::disconnected, this, [this] {
        if (wasTooLong())
            return finish(problem(ProblemKind::TooLarge, m_request.url.toDisplayString(),
                u"a message of more than %1 bytes"_s.arg(m_request.maxMessage))
                    .error());
        finish(problemSaying(ProblemKind::Network, u"The server ended the conversation."_s,
            m_request.url.toDisplayString(), m_socket.closeReason())
                .error());
    });
}

void SocketWire::tryToOpen()
{
    const auto now = m_clock.monotonic();
    if (m_end)
        return;
    if (const auto wait = m_lane->waitToConverse(now); wait > Milliseconds(0)) {
        m_clock.callLater(wait, this, [this] { tryToOpen(); });
        return;
    }
    m_isCounted = true;
    m_heard = now;
    if (m_ledger) {
        m_ledger->countSent(m_lane->server().id);
        if (auto *entry = m_ledger->change(m_entry))
            entry->state = RequestState::Running;
    }
    auto request = m_lane->blankRequest();
    request.setUrl(m_request.url);
    QWebSocketHandshakeOptions options;
    options.setSubprotocols(m_request.subprotocols);
    m_socket.open(request, options);
    watch();
}

void SocketWire::opened()
{
    const auto agreed = m_socket.subprotocol();
    if (!m_request.subprotocols.isEmpty() && !m_request.subprotocols.contains(agreed))
        return finish(problem(ProblemKind::Unsupported, m_request.url.toDisplayString(),
            u"the server takes none of the protocols asked for"_s)
                .error());
    m_isOpen = true;
    m_heard = m_clock.monotonic();
    if (auto *entry = m_ledger ? m_ledger->change(m_entry) : nullptr)
        entry->status = 101;
    m_news.set(true);
}

void SocketWire::received(QByteArray message)
{
    if (m_end)
        return;
    m_heard = m_clock.monotonic();
    if (auto *entry = m_ledger ? m_ledger->change(m_entry) : nullptr)
        entry->bytes += message.size();
    m_waitingBytes += message.size();
    if (m_waitingBytes > m_request.maxWaiting)
        return finish(problem(ProblemKind::TooLarge, m_request.url.toDisplayString(),
            u"messages of more than %1 bytes wait to be read"_s.arg(m_request.maxWaiting))
                .error());
    m_waiting.push_back(std::move(message));
    m_news.set(true);
}

/// Ends what has fallen silent; Qt itself would wait for TCP, which may be for ever.
void SocketWire::watch()
{
    if (m_end)
        return;
    const auto patience = m_isOpen ? m_lane->timeout(TimeoutClass::Slow) : m_lane->timeout(TimeoutClass::Quick);
    const auto left = m_heard + patience - m_clock.monotonic();
    if (left <= Milliseconds(0)) {
        const auto detail = m_isOpen ? u"nothing was heard for %1 s"_s : u"no answer to the handshake in %1 s"_s;
        return finish(
            problem(ProblemKind::Timeout, m_request.url.toDisplayString(), detail.arg(patience.count() / 1000))
                .error());
    }
    m_clock.callLater(left, this, [this] { watch(); });
}

/// Qt ends a conversation itself when a message is too long, and says so only in the code.
bool SocketWire::wasTooLong() const
{
    return m_socket.closeCode() == QWebSocketProtocol::CloseCodeTooMuchData;
}

Problem SocketWire::wireProblem(QAbstractSocket::SocketError error) const
{
    const bool isTls
        = error == QAbstractSocket::SslHandshakeFailedError || error == QAbstractSocket::SslInvalidUserDataError;
    const auto kind = isTls ? ProblemKind::Tls : wasTooLong() ? ProblemKind::TooLarge : ProblemKind::Network;
    auto found = problem(kind, m_request.url.toDisplayString(), m_socket.errorString()).error();
    if (m_isOpen && kind == ProblemKind::Network)
        found.sentence = u"The connection broke in the middle of the conversation."_s;
    return found;
}

void SocketWire::failed(QAbstractSocket::SocketError error)
{
    finish(wireProblem(error));
}

void SocketWire::finish(Problem problem)
{
    if (m_end)
        return;
    m_end = std::move(problem);
    m_isOpen = false;
    if (std::exchange(m_isCounted, false))
        m_lane->conversationEnded();
    if (auto *entry = m_ledger ? m_ledger->change(m_entry) : nullptr) {
        entry->state = RequestState::Failed;
        entry->problem = m_end;
        entry->took = m_clock.now() - entry->asked;
    }
    m_socket.abort();
    m_news.set(true);
}

void SocketWire::refuse(Problem problem)
{
    finish(std::move(problem));
}

void SocketWire::release()
{
    m_socket.disconnect(this);
    if (auto *entry = m_ledger && !m_end ? m_ledger->change(m_entry) : nullptr) {
        entry->state = m_isOpen ? RequestState::Done : RequestState::Withdrawn;
        entry->took = m_clock.now() - entry->asked;
    }
    m_ledger = nullptr;
    if (std::exchange(m_isCounted, false))
        m_lane->conversationEnded();
    if (m_isOpen)
        m_socket.close();
    else
        m_socket.abort();
    m_isOpen = false;
    m_end = narscope::problem(ProblemKind::Cancelled, m_request.url.toDisplayString()).error();
    deleteLater();
}

std::optional<QByteArray> SocketWire::take()
{
    if (m_waiting.empty())
        return {};
    auto message = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_waitingBytes -= message.size();
    return message;
}

Result<void> SocketWire::send(const QByteArray &utf8)
{
    if (m_end)
        return std::unexpected(*m_end);
    if (!m_isOpen)
        return problem(ProblemKind::Network, m_request.url.toDisplayString(), u"the conversation has not begun"_s);
    m_socket.sendTextMessage(QString::fromUtf8(utf8));
    return {};
}

Completion<bool> SocketWire::news()
{
    m_news = Completion<bool>();
    return m_news;
}

Task<Result<QByteArray>> SocketConnection::opened()
{
    while (!m_wire->isOpen() && !m_wire->end()) {
        const auto news = m_wire->news();
        co_await news;
    }
    if (m_wire->end())
        co_return std::unexpected(*m_wire->end());
    co_return m_wire->subprotocol();
}

Task<Result<QByteArray>> SocketConnection::next()
{
    for (;;) {
        if (auto message = m_wire->take())
            co_return std::move(*message);
        if (m_wire->end())
            co_return std::unexpected(*m_wire->end());
        const auto news = m_wire->news();
        co_await news;
    }
}

} // namespace narscope::net
