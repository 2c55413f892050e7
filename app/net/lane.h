// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/bucket.h"
#include "net/exchange.h"
#include "net/pathrules.h"

#include <QNetworkRequest>
#include <QRandomGenerator>

namespace narscope::net {

/// What waits for one server and what is under way, and when the next may go.
class Lane {
public:
    Lane(Server server, QByteArray userAgent, Milliseconds now);

    [[nodiscard]] const Server &server() const { return m_server; }
    [[nodiscard]] const PathRules &rules() const { return m_rules; }
    /// Another policy, or another address.
    void change(Server server, Milliseconds now);
    /// What all requests to this server have in common.
    [[nodiscard]] const QNetworkRequest &blankRequest() const { return m_blank; }

    void add(Exchange &exchange);
    void remove(Exchange &exchange);
    /// A background request for which a person waits now.
    void promote(Exchange &exchange);

    /// The next to be sent, taken out of the queue and its token with it; null: see nextChance().
    [[nodiscard]] Exchange *take(Milliseconds now);
    /// When take() may succeed without anything else happening; nothing: when something ends or is asked.
    [[nodiscard]] std::optional<Milliseconds> nextChance(Milliseconds now);
    void ended() { --m_inFlight; }

    /// The server asked for a pause, `asked` long or it did not say. Times are monotonic.
    void backOff(std::optional<Milliseconds> asked, Milliseconds now, QRandomGenerator &random);
    /// A request sent at that time was answered well.
    void answeredWell(Milliseconds sent);
    [[nodiscard]] bool isBackedOff(Milliseconds now) const { return now < m_pauseEnd; }
    [[nodiscard]] Milliseconds pauseEnd() const { return m_pauseEnd; }
    [[nodiscard]] const std::optional<Problem> &pauseReason() const { return m_pauseReason; }
    void setPauseReason(Problem reason) { m_pauseReason = std::move(reason); }
    /// Interactive requests do not wait for a pause to end: they are handed back.
    [[nodiscard]] std::list<Exchange *> takeInteractive();

    /// How long a conversation (websocket.h) has to wait; zero: it begins, until conversationEnded().
    [[nodiscard]] Milliseconds waitToConverse(Milliseconds now);
    void conversationEnded() { --m_conversations; }

    /// Whether the next answer should tell when the server's certificate ends: now and then, for looking takes longer
    /// than a small answer.
    [[nodiscard]] bool wantsCertificate(Milliseconds now);

    [[nodiscard]] int inFlight() const { return m_inFlight; }
    [[nodiscard]] int waiting() const { return int(m_interactive.size() + m_background.size()); }
    [[nodiscard]] Milliseconds timeout(TimeoutClass timeout) const;

private:
    [[nodiscard]] std::list<Exchange *> &queueOf(const Exchange &exchange)
    {
        return exchange.isInteractive() ? m_interactive : m_background;
    }

    Server m_server;
    QByteArray m_userAgent;
    QNetworkRequest m_blank;
    PathRules m_rules;
    TokenBucket m_all;
    TokenBucket m_ofBackground;
    std::list<Exchange *> m_interactive;
    std::list<Exchange *> m_background;
    int m_inFlight = 0;
    int m_conversations = 0;
    std::optional<Milliseconds> m_certificateAsked;
    Milliseconds m_pauseEnd{};
    int m_pauses = 0; ///< since it last answered well
    std::optional<Problem> m_pauseReason;
};

} // namespace narscope::net
