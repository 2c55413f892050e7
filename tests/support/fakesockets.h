// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/websocket.h"

#include <deque>
#include <functional>
#include <optional>

namespace narscope::test {

/// The server's side of the conversations of a test. Each conversation that is begun is the newest; what the test says
/// goes to it.
class FakeSockets final : public net::WebSockets {
public:
    [[nodiscard]] std::unique_ptr<net::WebSocket> converse(net::SocketRequest request) override
    {
        m_requests.append(request);
        m_wire = std::make_shared<Wire>();
        if (m_refusal)
            m_wire->end = m_refusal;
        m_sent.append(QByteArrayList());
        return std::make_unique<Socket>(*this, m_wire, m_sent.size() - 1);
    }

    void say(QByteArray message)
    {
        m_wire->messages.push_back(std::move(message));
        m_wire->wake();
    }
    /// The conversation breaks.
    void hangUp(Problem problem)
    {
        m_wire->end = std::move(problem);
        m_wire->wake();
    }
    /// Conversations begun from now on get this; nothing: they are taken.
    void refuse(std::optional<Problem> problem) { m_refusal = std::move(problem); }

    /// Called with every message that the program sends.
    std::function<void(const QByteArray &)> heard;
    [[nodiscard]] const QList<net::SocketRequest> &requests() const { return m_requests; }
    /// What was sent in the newest conversation.
    [[nodiscard]] QByteArrayList sent() const { return m_sent.isEmpty() ? QByteArrayList() : m_sent.constLast(); }

private:
    struct Wire {
        std::deque<QByteArray> messages;
        std::optional<Problem> end;
        Completion<bool> news;

        void wake() { Completion<bool>(news).set(true); }
    };
    class Socket final : public net::WebSocket {
    public:
        Socket(FakeSockets &owner, std::shared_ptr<Wire> wire, qsizetype place)
            : m_owner(owner)
            , m_wire(std::move(wire))
            , m_place(place)
        {
        }
        Task<Result<QByteArray>> opened() override
        {
            if (m_wire->end)
                co_return std::unexpected(*m_wire->end);
            co_return m_owner.m_requests.constLast().subprotocols.value(0).toLatin1();
        }
        Task<Result<QByteArray>> next() override
        {
            for (;;) {
                if (!m_wire->messages.empty()) {
                    auto message = std::move(m_wire->messages.front());
                    m_wire->messages.pop_front();
                    co_return message;
                }
                if (m_wire->end)
                    co_return std::unexpected(*m_wire->end);
                m_wire->news = Completion<bool>();
                const auto news = m_wire->news;
                co_await news;
            }
        }
        Result<void> send(QByteArray utf8) override
        {
            if (m_wire->end)
                return std::unexpected(*m_wire->end);
            m_owner.m_sent[m_place].append(utf8);
            if (m_owner.heard)
                m_owner.heard(utf8);
            return {};
        }

    private:
        FakeSockets &m_owner;
        std::shared_ptr<Wire> m_wire;
        qsizetype m_place;
    };

    std::shared_ptr<Wire> m_wire;
    std::optional<Problem> m_refusal;
    QList<net::SocketRequest> m_requests;
    QList<QByteArrayList> m_sent; ///< of each conversation
};

} // namespace narscope::test
