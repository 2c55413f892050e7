// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

#include <QByteArray>
#include <QStringList>
#include <QUrl>

#include <memory>

namespace narscope::net {

/// A conversation to be begun.
struct SocketRequest {
    QUrl url; ///< wss: or ws:, below the base address of a server that we know (https: or http: there)
    QStringList subprotocols; ///< the server must take one of them; empty: none is asked for
    QString why; ///< which view or watch asks, for the ledger
    qint64 maxMessage = 1024 * 1024; ///< bytes; a longer message ends the conversation with TooLarge
    qint64 maxWaiting = 16 * 1024 * 1024; ///< bytes that came and were not taken; more end it with TooLarge
};

/// One conversation. Belongs to the thread of the door it came from; destroying it ends it. One flow at a
/// time awaits it.
class WebSocket {
public:
    WebSocket() = default;
    WebSocket(const WebSocket &) = delete;
    WebSocket &operator=(const WebSocket &) = delete;
    virtual ~WebSocket() = default;

    /// Awaited first, once: the subprotocol agreed on, or why there is no conversation (NotAllowed, Tls,
    /// Network, Timeout, ...). It may wait for the server's policy.
    virtual Task<Result<QByteArray>> opened() = 0;
    /// The next message, whole, in the order sent, text as UTF-8. When all are taken and the conversation is
    /// over, the problem that ended it, now and ever after; it is over also when nothing at all came for the
    /// policy's `slow`.
    virtual Task<Result<QByteArray>> next() = 0;
    /// A text message. Network when the conversation is over.
    virtual Result<void> send(QByteArray utf8) = 0;
};

/// The door for conversations. net::Client is the real one: the same servers, policies and ledger as
/// requests.
class WebSockets {
public:
    WebSockets() = default;
    WebSockets(const WebSockets &) = delete;
    WebSockets &operator=(const WebSockets &) = delete;
    virtual ~WebSockets() = default;
    /// Never null; what forbids it comes from opened(). Beginning again after an end is the caller's to pace.
    [[nodiscard]] virtual std::unique_ptr<WebSocket> converse(SocketRequest request) = 0;
};

} // namespace narscope::net
