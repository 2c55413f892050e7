// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/lane.h"
#include "net/ledger.h"
#include "net/websocket.h"

#include <QWebSocket>

#include <deque>

namespace narscope::net {

/// The wire of one conversation. Deletes itself after release(): that may come from one of its own signals.
class SocketWire final : public QObject {
public:
    SocketWire(SocketRequest request, std::shared_ptr<Lane> lane, Clock &clock, Ledger &ledger);

    /// Waits for the policy, then shakes hands.
    void start();
    void refuse(Problem problem);
    void release();

    [[nodiscard]] bool isOpen() const { return m_isOpen; }
    [[nodiscard]] const std::optional<Problem> &end() const { return m_end; }
    [[nodiscard]] std::optional<QByteArray> take();
    [[nodiscard]] QByteArray subprotocol() const { return m_socket.subprotocol().toLatin1(); }
    [[nodiscard]] Result<void> send(const QByteArray &utf8);
    /// Set when something has come, or it is over. A new one for each wait.
    [[nodiscard]] Completion<bool> news();

private:
    void connectSignals();
    void tryToOpen();
    void opened();
    void received(QByteArray message);
    void watch();
    void failed(QAbstractSocket::SocketError error);
    void finish(Problem problem);
    [[nodiscard]] bool wasTooLong() const;
    [[nodiscard]] Problem wireProblem(QAbstractSocket::SocketError error) const;

    SocketRequest m_request;
    std::shared_ptr<Lane> m_lane; ///< null: refused before it began
    Clock &m_clock;
    Ledger *m_ledger; ///< null once released: the client may be gone
    quint64 m_entry = 0;
    QWebSocket m_socket;
    std::deque<QByteArray> m_waiting;
    qint64 m_waitingBytes = 0;
    std::optional<Problem> m_end;
    Completion<bool> m_news;
    Milliseconds m_heard{}; ///< monotonic
    bool m_isOpen = false;
    bool m_isCounted = false; ///< among the lane's conversations
};

/// The owner's end of a wire.
class SocketConnection final : public WebSocket {
public:
    explicit SocketConnection(SocketWire *wire)
        : m_wire(wire)
    {
    }
    ~SocketConnection() override { m_wire->release(); }

    Task<Result<QByteArray>> opened() override;
    Task<Result<QByteArray>> next() override;
    Result<void> send(QByteArray utf8) override { return m_wire->send(utf8); }

private:
    SocketWire *m_wire;
};

} // namespace narscope::net
