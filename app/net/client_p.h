// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/cassette.h"
#include "net/client.h"
#include "net/exchange.h"
#include "net/keptanswers.h"
#include "net/lane.h"
#include "net/transfer.h"

#include <QNetworkAccessManager>

#include <unordered_set>

namespace narscope::net {

/// An exchange is asked, perhaps joined, queued in its lane, sent, perhaps sent on (a redirect is a second turn,
/// in the lane of its server), and settled. Waking a waiter runs other people's code, which may ask and withdraw:
/// it is the last thing done, or done over shared pointers.
struct Client::Private : QObject {
    Private(Clock &itsClock, Servers itsServers, const QString &contact);
    ~Private() override;

    void addLane(const Server &server);
    [[nodiscard]] std::shared_ptr<Lane> laneFor(const QUrl &url) const;

    void ask(Request request, Waiter &waiter);
    void join(Exchange &exchange, const Request &request, Waiter &waiter);
    void withdraw(Waiter &waiter);
    /// Ends a request that is not sent at all.
    void refuse(const Request &request, const Lane *lane, Waiter &waiter, Problem problem);

    void enqueue(Exchange &exchange);
    void pump(Lane &lane);
    void pumpSoon();
    void send(Exchange &exchange);
    void replay(Exchange &exchange);
    void startTransfer(Exchange &exchange);
    [[nodiscard]] QNetworkRequest wireRequest(const Exchange &exchange) const;
    void wakeAt(Milliseconds at);
    void wake();
    void sweepDeadlines(Milliseconds now);

    void arrived(Exchange &exchange, Result<Answer> answer);
    void follow(Exchange &exchange, const Answer &answer);
    void pause(Exchange &exchange, const Answer &answer);
    [[nodiscard]] Result<Response> conclude(Exchange &exchange, Answer answer);
    [[nodiscard]] Problem pauseProblem(const Lane &lane) const;
    void record(Exchange &exchange, const Answer &answer);
    void dropCopy(Exchange &exchange); ///< of an exchange that did not come to its end
    void settle(Exchange &exchange, Result<Response> result);
    void note(const Exchange &exchange, const Result<Response> &result);
    void forget(Exchange &exchange);
    void showMeter(const Lane &lane);

    Clock &clock;
    QByteArray userAgent;
    Servers servers;
    Ledger ledger;
    std::vector<std::shared_ptr<Lane>> lanes;
    QHash<QString, QList<std::shared_ptr<Lane>>> lanesByAuthority; ///< the longest base address first
    std::unordered_set<Exchange *> live;
    QHash<QByteArray, Exchange *> joinable;
    KeptAnswers kept;
    std::unique_ptr<Recorder> recorder;
    std::unique_ptr<Player> player;
    QRandomGenerator random;
    std::unique_ptr<QNetworkAccessManager> manager; ///< made when first needed: it costs a thread
    std::optional<Milliseconds> nextWake;
    Milliseconds nextDeadline = Milliseconds::max();
    bool pumpIsDue = false;
};

} // namespace narscope::net
