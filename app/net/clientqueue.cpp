// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client_p.h"

#include "net/systemproxies.h"

using namespace Qt::StringLiterals;

// The way out: from a lane's queue to the wire, and the one timer for all that waits.

namespace narscope::net {

void Client::Private::enqueue(Exchange &exchange)
{
    exchange.since = clock.monotonic();
    if (player)
        return replay(exchange);
    exchange.lane->add(exchange);
    pump(*exchange.lane);
}

void Client::Private::pump(Lane &lane)
{
    const auto now = clock.monotonic();
    while (auto *next = lane.take(now))
        send(*next);
    showMeter(lane);
    if (const auto chance = lane.nextChance(now))
        wakeAt(*chance);
}

void Client::Private::pumpSoon()
{
    if (std::exchange(pumpIsDue, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            pumpIsDue = false;
            for (const auto &lane : lanes)
                pump(*lane);
        },
        Qt::QueuedConnection);
}

QNetworkRequest Client::Private::wireRequest(const Exchange &exchange) const
{
    QNetworkRequest request = exchange.lane->blankRequest();
    request.setUrl(exchange.url);
    request.setRawHeader("Accept"_ba, acceptFor(exchange.request.expect));
    if (!exchange.request.graphQl.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_ba);
    if (exchange.request.revalidate) {
        for (const auto &[name, value] : kept.conditions(exchange.key, exchange.url))
            request.setRawHeader(name, value);
    }
    // What a caller adds (a token, say) is for the server that it asked, not for where that sends us.
    if (exchange.url.authority() == exchange.request.url.authority()) {
        for (const auto &[name, value] : exchange.request.headers)
            request.setRawHeader(name, value);
    }
    return request;
}

void Client::Private::startTransfer(Exchange &exchange)
{
    const auto now = clock.monotonic();
    const auto patience = exchange.lane->timeout(exchange.request.timeout);
    exchange.waited += now - exchange.since;
    exchange.since = now;
    Transfer::Plan plan{.url = exchange.url,
        .method = exchange.request.method,
        .expect = exchange.request.expect,
        .kind = exchange.lane->server().kind,
        .maxBody = exchange.request.maxBody.value_or(exchange.lane->server().policy.maxBody),
        .sink = exchange.request.sink,
        .copy = exchange.copy.get(),
        .deadline = now + patience,
        .patience = patience,
        .readsCertificate = exchange.lane->wantsCertificate(now)};
    exchange.transfer.reset(new Transfer(
        std::move(plan), clock, [this, &exchange](Result<Answer> answer) { arrived(exchange, std::move(answer)); }));
    if (auto *entry = ledger.change(exchange.number)) {
        entry->state = RequestState::Running;
        entry->waited = exchange.waited;
        entry->fromRecord = player != nullptr;
    }
    nextDeadline = std::min(nextDeadline, now + patience);
    wakeAt(nextDeadline);
}

void Client::Private::send(Exchange &exchange)
{
    if (!manager) {
        manager = std::make_unique<QNetworkAccessManager>();
        manager->setProxyFactory(new SystemProxies); // which it owns
    }
    if (recorder && exchange.request.sink) {
        if (auto file = recorder->newBody())
            exchange.copy = std::move(*file);
    }
    startTransfer(exchange);
    ledger.countSent(exchange.lane->server().id);
    const auto request = wireRequest(exchange);
    const auto &method = exchange.request.method;
    exchange.transfer->start(method == "HEAD" ? manager->head(request)
            : method == "POST"                ? manager->post(request, exchange.request.graphQl)
                                              : manager->get(request));
}

void Client::Private::replay(Exchange &exchange)
{
    startTransfer(exchange);
    const auto limit = exchange.request.maxBody.value_or(exchange.lane->server().policy.maxBody);
    const auto read = [&]() -> Result<Answer> {
        auto recorded
            = player->next(exchange.request.method, exchange.url, exchange.request.expect, exchange.request.graphQl);
        if (!recorded)
            return std::unexpected(std::move(recorded.error()));
        auto body = readRecordedBody(recorded->bodyFile, limit);
        if (!body)
            return std::unexpected(std::move(body.error()));
        return Answer{.status = recorded->status, .headers = std::move(recorded->headers), .body = std::move(*body)};
    };
    exchange.transfer->start(read(), this);
}

void Client::Private::wakeAt(Milliseconds at)
{
    if (at == Milliseconds::max() || (nextWake && *nextWake <= at))
        return;
    nextWake = at;
    clock.callLater(at - clock.monotonic(), this, [this, at] {
        if (nextWake == at)
            wake();
    });
}

void Client::Private::wake()
{
    nextWake.reset();
    const auto now = clock.monotonic();
    if (now >= nextDeadline)
        sweepDeadlines(now);
    wakeAt(nextDeadline);
    for (const auto &lane : lanes)
        pump(*lane);
}

void Client::Private::sweepDeadlines(Milliseconds now)
{
    std::vector<std::shared_ptr<Exchange>> running;
    for (auto *exchange : live) {
        if (exchange->transfer)
            running.push_back(exchange->shared_from_this());
    }
    nextDeadline = Milliseconds::max();
    for (const auto &exchange : running) {
        if (exchange->transfer)
            exchange->transfer->checkDeadline(now);
        if (exchange->transfer)
            nextDeadline = std::min(nextDeadline, exchange->transfer->deadline());
    }
}

} // namespace narscope::net
