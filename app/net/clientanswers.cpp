// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client_p.h"

#include <QLoggingCategory>

using namespace Qt::StringLiterals;

// The way back: what an answer means, for those who wait and for the server's lane.

namespace narscope::net {

namespace {

Q_LOGGING_CATEGORY(lcNet, "narscope.net")

constexpr int maxRedirects = 5;

/// Problems that say something about the server's health; the others are answers too.
bool isOfTheServer(ProblemKind kind)
{
    switch (kind) {
    case ProblemKind::NotFound:
    case ProblemKind::Forbidden:
    case ProblemKind::Cancelled:
    case ProblemKind::NotAllowed:
    case ProblemKind::Usage:
    case ProblemKind::Io:
    case ProblemKind::NoRecord:
        return false;
    default:
        return true;
    }
}

} // namespace

void Client::Private::arrived(Exchange &exchange, Result<Answer> answer)
{
    const auto keep = exchange.shared_from_this();
    const auto lane = exchange.lane;
    exchange.transfer.reset();
    if (!player)
        lane->ended();
    exchange.took += clock.monotonic() - exchange.since;
    if (!answer) {
        dropCopy(exchange);
        return settle(exchange, std::unexpected(std::move(answer.error())));
    }
    if (recorder)
        record(exchange, *answer);
    if (auto *entry = ledger.change(exchange.number)) {
        entry->status = answer->status;
        entry->bytes += answer->bytes;
    }
    if (answer->certificateEnds)
        ledger.changeMeter(lane->server().id).certificateEnds = answer->certificateEnds;
    if (asksForPause(*answer) && !player)
        return pause(exchange, *answer);
    if (answer->isRedirect() && exchange.request.followRedirects) {
        follow(exchange, *answer);
        return pump(*lane);
    }
    settle(exchange, conclude(exchange, std::move(*answer)));
}

Result<Response> Client::Private::conclude(Exchange &exchange, Answer answer)
{
    const bool isNotModified = answer.status == 304;
    if (isNotModified && exchange.request.revalidate) {
        if (auto confirmed = kept.confirmed(exchange.key, answer))
            answer = std::move(*confirmed);
    } else if (exchange.request.revalidate && !exchange.key.isEmpty()) {
        kept.keep(exchange.key, exchange.url, answer);
    }
    const bool isAsked = answer.isGood() || isNotModified
        || (answer.status >= 300 && answer.status < 400 && !exchange.request.followRedirects);
    if (!isAsked)
        return std::unexpected(statusProblem(answer, exchange.url));
    if (auto *entry = ledger.change(exchange.number))
        entry->notModified = isNotModified;
    return Response{.status = answer.status,
        .url = exchange.url,
        .headers = std::move(answer.headers),
        .body = std::move(answer.body),
        .notModified = isNotModified,
        .waited = exchange.waited,
        .took = exchange.took};
}

void Client::Private::follow(Exchange &exchange, const Answer &answer)
{
    const QUrl target = exchange.url.resolved(QUrl::fromEncoded(answer.header("location")));
    if (auto *entry = ledger.change(exchange.number))
        ++entry->redirects;
    if (++exchange.redirects > maxRedirects)
        return settle(exchange,
            problem(ProblemKind::Redirect, exchange.request.url.toDisplayString(),
                u"more than %1 redirects"_s.arg(maxRedirects)));
    if (auto ok = checkRedirect(exchange.url, target, exchange.lane->server().policy); !ok)
        return settle(exchange, std::unexpected(std::move(ok.error())));
    // A named host that is no server of ours is asked at the pace of the server that sent us there.
    const auto lane = laneFor(target);
    if (lane) {
        if (auto ok = lane->rules().check(target); !ok)
            return settle(exchange, std::unexpected(std::move(ok.error())));
        exchange.lane = lane;
    }
    exchange.url = target;
    if (!player && exchange.isInteractive() && exchange.lane->isBackedOff(clock.monotonic()))
        return settle(exchange, std::unexpected(pauseProblem(*exchange.lane)));
    enqueue(exchange);
}

void Client::Private::pause(Exchange &exchange, const Answer &answer)
{
    const auto lane = exchange.lane;
    const auto now = clock.monotonic();
    lane->setPauseReason(statusProblem(answer, exchange.url));
    lane->backOff(retryAfter(answer, clock.now()), now, random);
    ledger.changeMeter(lane->server().id).backOffUntil = clock.now() + (lane->pauseEnd() - now);
    std::vector<std::shared_ptr<Exchange>> impatient{exchange.shared_from_this()};
    for (auto *waiting : lane->takeInteractive())
        impatient.push_back(waiting->shared_from_this());
    for (const auto &each : impatient) {
        if (!each->waiters.empty())
            settle(*each, std::unexpected(pauseProblem(*lane)));
    }
}

Problem Client::Private::pauseProblem(const Lane &lane) const
{
    Problem found = *lane.pauseReason();
    found.retryAfter = lane.pauseEnd() - clock.monotonic();
    return found;
}

void Client::Private::record(Exchange &exchange, const Answer &answer)
{
    const auto written = [&]() -> Result<void> {
        if (!exchange.copy) {
            auto file = recorder->newBody();
            if (!file)
                return std::unexpected(file.error());
            exchange.copy = std::move(*file);
        }
        if (!exchange.request.sink || !answer.isGood())
            exchange.copy->write(answer.body);
        const auto request = wireRequest(exchange);
        Recorder::Exchange done{.method = exchange.request.method,
            .url = exchange.url,
            .requestHeaders = {},
            .requestBody = exchange.request.graphQl,
            .status = answer.status,
            .headers = answer.headers,
            .took = clock.monotonic() - exchange.since};
        for (const auto &name : request.rawHeaderList())
            done.requestHeaders.emplaceBack(name, request.rawHeader(name));
        return recorder->write(done, *exchange.copy);
    }();
    exchange.copy.reset();
    if (written)
        return;
    qCWarning(lcNet).noquote() << "The recording ends here:" << describe(written.error());
    recorder.reset();
}

void Client::Private::dropCopy(Exchange &exchange)
{
    if (exchange.copy)
        exchange.copy->remove();
    exchange.copy.reset();
}

void Client::Private::settle(Exchange &exchange, Result<Response> result)
{
    const auto keep = exchange.shared_from_this();
    forget(exchange);
    note(exchange, result);
    pump(*exchange.lane);
    while (!exchange.waiters.empty()) {
        auto *waiter = exchange.waiters.front();
        exchange.waiters.erase(exchange.waiters.begin());
        const auto done = waiter->done;
        waiter->exchange.reset();
        done.set(result);
    }
}

void Client::Private::note(const Exchange &exchange, const Result<Response> &result)
{
    if (auto *entry = ledger.change(exchange.number)) {
        entry->state = result ? RequestState::Done : RequestState::Failed;
        entry->waited = exchange.waited;
        entry->took = exchange.took;
        if (!result)
            entry->problem = result.error();
    }
    auto &meter = ledger.changeMeter(exchange.lane->server().id);
    if (result || !isOfTheServer(result.error().kind)) {
        meter.lastGood = clock.now();
        exchange.lane->answeredWell(exchange.since);
    } else {
        meter.lastProblem = result.error();
        meter.lastProblemAt = clock.now();
    }
}

} // namespace narscope::net
