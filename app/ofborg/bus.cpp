// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/bus.h"

using namespace Qt::StringLiterals;

namespace narscope::ofborg {

namespace {

/// The public viewer's account: it is in the page of logs.ofborg.org (pull-requests.md A.6).
constexpr auto account = "ofborg-logviewer";
constexpr auto virtualHost = "ofborg";
constexpr qint64 ownBeat = 10'000; ///< ms

QUrl socketUrl(const QUrl &server)
{
    auto url = server;
    url.setScheme(server.scheme() == "https"_L1 ? u"wss"_s : u"ws"_s);
    url.setPath(server.path() + u"/ws/"_s);
    return url;
}

std::unexpected<Problem> refused(const QUrl &url, const StompFrame &frame)
{
    auto said = QString::fromUtf8(frame.header("message"));
    if (!frame.body.isEmpty())
        said += u": "_s + QString::fromUtf8(frame.body.first(qMin<qsizetype>(300, frame.body.size())));
    return problemSaying(ProblemKind::Forbidden, u"OfBorg's bus refuses."_s, url.toDisplayString(), said);
}

} // namespace

Bus::Bus(net::WebSockets &sockets, Clock &clock, const QUrl &server, QString why)
    : m_clock(clock)
    , m_url(socketUrl(server))
    , m_socket(sockets.converse(
          {.url = m_url, .subprotocols = {u"v12.stomp"_s, u"v11.stomp"_s, u"v10.stomp"_s}, .why = std::move(why)}))
{
}

Bus::~Bus() = default;

Task<Result<void>> Bus::open()
{
    auto opening = m_socket->opened();
    const auto opened = co_await std::move(opening);
    if (!opened)
        co_return std::unexpected(opened.error());
    const StompFrame connect{.command = "CONNECT",
        .headers = {{"login", account}, {"passcode", account}, {"host", virtualHost}, {"accept-version", "1.1,1.0"},
            {"heart-beat", QByteArray::number(ownBeat) + ',' + QByteArray::number(ownBeat)}},
        .body = {}};
    if (auto sent = m_socket->send(connect.encoded()); !sent)
        co_return sent;
    auto waiting = nextFrame();
    const auto answer = co_await std::move(waiting);
    if (!answer)
        co_return std::unexpected(answer.error());
    if (answer->command != "CONNECTED")
        co_return refused(m_url, *answer);
    readBeats(*answer);
    co_return Result<void>();
}

/// «sx,sy»: the server can send every sx and wants one every sy milliseconds; 0: not at all.
void Bus::readBeats(const StompFrame &connected)
{
    const auto wanted = connected.header("heart-beat").split(',').value(1).trimmed().toLongLong();
    if (wanted > 0)
        m_beats.start(beat(Milliseconds(std::clamp(qMax(ownBeat, qint64(wanted)), qint64(1'000), qint64(600'000)))));
}

Task<void> Bus::beat(Milliseconds every)
{
    for (;;) {
        auto sleeping = m_clock.sleep(every);
        co_await std::move(sleeping);
        if (auto sent = m_socket->send("\n"); !sent)
            co_return;
    }
}

Result<void> Bus::subscribe(const PullKey &key)
{
    const StompFrame subscribe{.command = "SUBSCRIBE",
        .headers = {{"id", "sub-" + QByteArray::number(m_subscriptions++)},
            {"destination", "/exchange/logs/" + QUrl::toPercentEncoding(key.text())}},
        .body = {}};
    return m_socket->send(subscribe.encoded());
}

Task<Result<StompFrame>> Bus::nextFrame()
{
    for (;;) {
        auto frame = m_reader.next();
        if (!frame)
            co_return std::unexpected(std::move(frame.error()));
        if (*frame)
            co_return std::move(**frame);
        auto waiting = m_socket->next();
        const auto bytes = co_await std::move(waiting);
        if (!bytes)
            co_return std::unexpected(bytes.error());
        m_reader.add(*bytes);
    }
}

Task<Result<Message>> Bus::next()
{
    for (;;) {
        auto waiting = nextFrame();
        const auto frame = co_await std::move(waiting);
        if (!frame)
            co_return std::unexpected(frame.error());
        if (frame->command == "ERROR")
            co_return refused(m_url, *frame);
        if (frame->command != "MESSAGE")
            continue;
        if (auto message = parseMessage(frame->body))
            co_return std::move(*message);
    }
}

} // namespace narscope::ofborg
