// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client_p.h"
#include "net/graphql.h"
#include "net/socketconnection.h"

using namespace Qt::StringLiterals;

namespace narscope::net {

namespace {

/// An hour or more of watching; the Activity place lists as many.
constexpr qsizetype requestsRemembered = 1000;

QString authorityOf(const QUrl &url)
{
    const QString scheme = url.scheme();
    return scheme + u"://"_s + url.host() + u':' + QString::number(url.port(scheme == "https"_L1 ? 443 : 80));
}

/// A contact is a person's text: nothing that could end the header or the comment in it goes through.
QByteArray makeUserAgent(const QString &contact)
{
    QByteArray agent = "Narscope/" NARSCOPE_VERSION;
    QByteArray plain;
    for (const QChar c : contact.first(std::min<qsizetype>(contact.size(), 200))) {
        if (c > u' ' && c < u'\x7f' && c != u'(' && c != u')' && c != u'\\')
            plain += c.toLatin1();
    }
    return plain.isEmpty() ? agent : agent + " (+" + plain + ')';
}

/// What makes two requests the same one.
QByteArray keyOf(const Request &request)
{
    if (request.method != "GET" || request.sink)
        return {};
    QByteArray key = request.url.toEncoded(QUrl::RemoveFragment);
    key += '\n' + QByteArray::number(int(request.expect)) + (request.followRedirects ? 'f' : '-')
        + (request.revalidate ? 'r' : '-');
    if (request.maxBody)
        key += QByteArray::number(*request.maxBody);
    for (const auto &[name, value] : request.headers)
        key += '\n' + name + ':' + value;
    return key;
}

LedgerEntry entryFor(const Request &request, const Lane *lane, Milliseconds now)
{
    LedgerEntry entry;
    entry.server = lane ? lane->server().id : QString();
    entry.why = request.why;
    entry.url = request.url.userInfo().isEmpty() ? request.url : request.url.adjusted(QUrl::RemoveUserInfo);
    entry.method = request.method;
    entry.priority = request.priority;
    entry.asked = now;
    return entry;
}

std::unexpected<Problem> notListed(const QUrl &url)
{
    auto found = problemSaying(ProblemKind::NotAllowed,
        u"%1 is not in the list of servers, so it is not asked."_s.arg(url.host()),
        url.toDisplayString(QUrl::RemoveUserInfo));
    found.error().advice = u"Add it in Settings › Servers if it shall be."_s;
    return found;
}

Result<void> checkRequest(const Request &request, const Lane *lane)
{
    const bool isQuery = request.method == "POST" && !request.graphQl.isEmpty();
    if (request.method != "GET" && request.method != "HEAD" && !isQuery)
        return problem(ProblemKind::NotAllowed, request.url.toDisplayString(), u"only GET and HEAD are ever sent"_s);
    if (!lane)
        return notListed(request.url);
    if (isQuery) {
        if (auto ok = checkQuery(request.url, request.graphQl, lane->server()); !ok)
            return ok;
    }
    return lane->rules().check(request.url);
}

} // namespace

/// Lives in the frame of a fetch, and dies with it.
struct Client::Ticket {
    Private &client;
    Waiter waiter{};
    ~Ticket()
    {
        if (waiter.exchange)
            client.withdraw(waiter);
    }
};

Client::Client(Clock &clock, Servers servers, QString contact)
    : d(std::make_unique<Private>(clock, std::move(servers), contact))
{
}

Client::~Client() = default;

Task<Result<Response>> Client::fetch(Request request)
{
    Ticket ticket{.client = *d};
    d->ask(std::move(request), ticket.waiter);
    const auto answer = ticket.waiter.done;
    co_return co_await answer;
}

std::unique_ptr<WebSocket> Client::converse(SocketRequest request)
{
    QUrl asked = request.url;
    asked.setScheme(request.url.scheme() == "wss"_L1 ? u"https"_s
            : request.url.scheme() == "ws"_L1        ? u"http"_s
                                                     : u"none"_s);
    const auto lane = d->laneFor(asked);
    const auto where = request.url.toDisplayString(QUrl::RemoveUserInfo);
    auto *wire = new SocketWire(std::move(request), lane, d->clock, d->ledger);
    auto connection = std::make_unique<SocketConnection>(wire);
    if (!lane) {
        wire->refuse(notListed(asked).error());
    } else if (auto ok = lane->rules().check(asked); !ok) {
        wire->refuse(std::move(ok.error()));
    } else if (d->player) {
        wire->refuse(problem(ProblemKind::NoRecord, where).error());
    } else {
        wire->start();
    }
    return connection;
}

void Client::addServer(Server server)
{
    const auto it = std::ranges::find(d->servers, server.id, &Server::id);
    if (it == d->servers.end())
        d->servers.append(server);
    else
        *it = server;
    d->addLane(server);
}

const Servers &Client::servers() const
{
    return d->servers;
}

Result<void> Client::recordTo(const QString &folder)
{
    auto recorder = Recorder::open(folder);
    if (!recorder)
        return std::unexpected(recorder.error());
    d->recorder = std::move(*recorder);
    return {};
}

Result<void> Client::replayFrom(const QString &folder)
{
    auto player = Player::open(folder);
    if (!player)
        return std::unexpected(player.error());
    d->player = std::move(*player);
    return {};
}

Ledger &Client::ledger()
{
    return d->ledger;
}

QByteArray Client::userAgent() const
{
    return d->userAgent;
}

Client::Private::Private(Clock &itsClock, Servers itsServers, const QString &contact)
    : clock(itsClock)
    , userAgent(makeUserAgent(contact))
    , servers(std::move(itsServers))
    , ledger(itsClock, requestsRemembered)
    , random(QRandomGenerator::securelySeeded())
{
    for (const auto &server : servers)
        addLane(server);
}

Client::Private::~Private()
{
    for (auto *exchange : live) {
        exchange->transfer.reset();
        // Those who wait past the client's end wait for ever, but harm nothing.
        for (auto *waiter : std::exchange(exchange->waiters, {})) {
            const auto last = std::exchange(waiter->exchange, {});
        }
    }
}

void Client::Private::addLane(const Server &server)
{
    const auto it = std::ranges::find(lanes, server.id, [](const auto &lane) { return lane->server().id; });
    if (it == lanes.end())
        lanes.push_back(std::make_shared<Lane>(server, userAgent, clock.monotonic()));
    else
        (*it)->change(server, clock.monotonic());
    ledger.addServer(server);
    lanesByAuthority.clear();
    for (const auto &lane : lanes)
        lanesByAuthority[authorityOf(lane->server().url)].append(lane);
    for (auto &same : lanesByAuthority)
        std::ranges::stable_sort(
            same, std::greater(), [](const auto &lane) { return lane->server().url.path().size(); });
}

std::shared_ptr<Lane> Client::Private::laneFor(const QUrl &url) const
{
    const auto candidates = lanesByAuthority.constFind(authorityOf(url));
    if (candidates == lanesByAuthority.constEnd())
        return nullptr;
    const auto it = std::ranges::find_if(*candidates, [&](const auto &lane) { return lane->rules().covers(url); });
    return it == candidates->end() ? nullptr : *it;
}

void Client::Private::ask(Request request, Waiter &waiter)
{
    const auto lane = laneFor(request.url);
    if (auto allowed = checkRequest(request, lane.get()); !allowed)
        return refuse(request, lane.get(), waiter, std::move(allowed.error()));
    const auto key = keyOf(request);
    const auto same = key.isEmpty() ? joinable.end() : joinable.find(key);
    const bool isPaused = request.priority == Priority::Interactive && !player && lane->isBackedOff(clock.monotonic());
    if (isPaused && (same == joinable.end() || (*same)->isQueued))
        return refuse(request, lane.get(), waiter, pauseProblem(*lane));
    if (same != joinable.end())
        return join(**same, request, waiter);

    const auto exchange = std::make_shared<Exchange>();
    exchange->key = key;
    exchange->url = request.url;
    exchange->lane = lane;
    exchange->number = ledger.open(entryFor(request, lane.get(), clock.now()));
    exchange->request = std::move(request);
    exchange->waiters.push_back(&waiter);
    waiter.exchange = exchange;
    live.insert(exchange.get());
    if (!key.isEmpty())
        joinable.insert(key, exchange.get());
    enqueue(*exchange);
}

void Client::Private::join(Exchange &exchange, const Request &request, Waiter &waiter)
{
    exchange.waiters.push_back(&waiter);
    waiter.exchange = exchange.shared_from_this();
    if (request.priority == Priority::Interactive && !exchange.isInteractive())
        exchange.lane->promote(exchange);
    if (exchange.lane->timeout(request.timeout) > exchange.lane->timeout(exchange.request.timeout)) {
        exchange.request.timeout = request.timeout;
        if (exchange.transfer)
            exchange.transfer->extendDeadline(exchange.since + exchange.lane->timeout(request.timeout));
    }
    if (auto *entry = ledger.change(exchange.number)) {
        ++entry->joined;
        entry->priority = exchange.request.priority;
    }
    pump(*exchange.lane);
}

void Client::Private::refuse(const Request &request, const Lane *lane, Waiter &waiter, Problem problem)
{
    auto entry = entryFor(request, lane, clock.now());
    entry.state = RequestState::Failed;
    entry.problem = problem;
    ledger.open(std::move(entry));
    waiter.done.set(std::unexpected(std::move(problem)));
}

void Client::Private::withdraw(Waiter &waiter)
{
    const auto exchange = std::exchange(waiter.exchange, {});
    std::erase(exchange->waiters, &waiter);
    if (!exchange->waiters.empty())
        return;
    if (exchange->isQueued)
        exchange->lane->remove(*exchange);
    if (exchange->transfer) {
        exchange->transfer.reset();
        if (!player)
            exchange->lane->ended();
    }
    dropCopy(*exchange);
    if (auto *entry = ledger.change(exchange->number))
        entry->state = RequestState::Withdrawn;
    forget(*exchange);
    showMeter(*exchange->lane);
    pumpSoon(); // not now: whoever withdraws one may be about to withdraw the rest
}

void Client::Private::forget(Exchange &exchange)
{
    live.erase(&exchange);
    if (!exchange.key.isEmpty())
        joinable.remove(exchange.key);
}

void Client::Private::showMeter(const Lane &lane)
{
    auto &meter = ledger.changeMeter(lane.server().id);
    meter.inFlight = lane.inFlight();
    meter.waiting = lane.waiting();
}

} // namespace narscope::net
