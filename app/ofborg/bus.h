// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "net/websocket.h"
#include "ofborg/parsers.h"
#include "ofborg/stomp.h"

#include <QUrl>

#include <deque>
#include <memory>

namespace narscope::ofborg {

/// One conversation with OfBorg's message bus, as its own log viewer has it: STOMP over WebSocket,
/// heart-beats every ten seconds both ways. It may read the exchange «logs» and nothing else. Belongs to its
/// thread.
class Bus {
public:
    /// `server` is the base address («https://messages.ofborg.org:15673»). Both must outlive the bus.
    Bus(net::WebSockets &sockets, Clock &clock, const QUrl &server, QString why);
    ~Bus();

    /// Shakes hands. Awaited first, once.
    Task<Result<void>> open();
    /// From now on the messages of this pull request come; nothing that was said before does.
    [[nodiscard]] Result<void> subscribe(const PullKey &key);
    /// The next message; what cannot be read is passed over. Ends with the problem that ended the
    /// conversation.
    Task<Result<Message>> next();

private:
    Task<Result<StompFrame>> nextFrame();
    Task<void> beat(Milliseconds every);
    void readBeats(const StompFrame &connected);

    Clock &m_clock;
    QUrl m_url;
    std::unique_ptr<net::WebSocket> m_socket;
    StompReader m_reader;
    int m_subscriptions = 0;
    Scope m_beats; ///< after the socket: it sends through it
};

} // namespace narscope::ofborg
