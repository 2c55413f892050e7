// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/socketmessage.h"
#include "net/websocket.h"

#include <QObject>

namespace narscope::log {

/// Tells when a running build's log goes on, as Hydra's WebSocket service says. The lines themselves are read from the
/// log: the service begins with the last fifty only and leaves out lines for slow readers without saying so (hydra.md
/// §7.2). Connects again after every break. Belongs to the thread of the doors, which must outlive it.
class LogBell {
public:
    /// `url`: the service. `step`: nothing for the build's own derivation.
    LogBell(net::WebSockets &sockets, Clock &clock, QUrl url, BuildId build, std::optional<StepNr> step);

    /// Ends when it rings, at once when it rang since the last wait, and after `atMost` in any case.
    Task<void> wait(Milliseconds atMost);
    /// The service has taken the request and the conversation stands.
    [[nodiscard]] bool isListening() const { return m_isListening; }
    /// The service said that the build or the step is over.
    [[nodiscard]] bool hasEnded() const { return m_hasEnded; }

private:
    Task<void> listen();
    Task<void> converse();
    void take(const SocketMessage &message);
    void ring();

    net::WebSockets &m_sockets;
    Clock &m_clock;
    QUrl m_url;
    BuildId m_build;
    std::optional<StepNr> m_step;
    bool m_isListening = false;
    bool m_hasEnded = false;
    bool m_hasRung = false;
    std::optional<Completion<bool>> m_waiting;
    QObject m_home; ///< of timers
    Scope m_scope;
};

} // namespace narscope::log
