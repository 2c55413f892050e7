// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/ofborgbus.h"

#include "sim/hydrahtml.h"
#include "sim/jsonwriter.h"
#include "sim/ofborgservice.h"

#include <QTimer>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

constexpr auto beatEvery = Milliseconds(10'000);
constexpr int lookEvery = 200; ///< ms of real time
constexpr QByteArrayView exchange = "/exchange/logs/";

using Headers = std::map<QByteArray, QByteArray>;

// "NAME:VALUE" lines up to the empty one; the first of a name counts.
Headers headersOf(const QByteArray &frame)
{
    Headers headers;
    for (const QByteArray &line : frame.first(qMax<qsizetype>(0, frame.indexOf("\n\n"))).split('\n').mid(1)) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            headers.emplace(line.first(colon), line.mid(colon + 1));
    }
    return headers;
}

QByteArray valueOf(const Headers &headers, const QByteArray &name)
{
    const auto it = headers.find(name);
    return it == headers.end() ? QByteArray() : it->second;
}

QList<QByteArray> linesOf(const QByteArray &log)
{
    QList<QByteArray> lines = log.split('\n');
    lines.removeLast(); // what has no line end yet, or nothing
    return lines;
}

QByteArray lineMessage(const Check &check, qsizetype number, const QByteArray &text)
{
    JsonWriter json;
    json.beginObject();
    json.field("system", check.system ? name(*check.system) : QByteArray());
    json.field("identity", ofborgIdentity(check));
    json.field("attempt_id", check.externalId);
    json.field("line_number", number);
    json.field("output", text);
    json.endObject();
    return json.take();
}

} // namespace

OfBorgBus::OfBorgBus(const Stage &stage, QObject *parent)
    : SocketService(stage, u"RabbitMQ"_s, parent)
{
    server().setSupportedSubprotocols({u"v12.stomp"_s, u"v11.stomp"_s, u"v10.stomp"_s});
    auto *timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [this] { tell(); });
    timer->start(lookEvery);
    beat();
}

OfBorgBus::~OfBorgBus()
{
    dropAll();
}

void OfBorgBus::take(QWebSocket *socket, const QByteArray &frame)
{
    if (frame == "\n")
        return;
    if (!frame.endsWith('\0'))
        return refuse(socket, "Invalid frame");
    const QByteArray command = frame.first(qMax<qsizetype>(0, frame.indexOf('\n')));
    if (command == "CONNECT" || command == "STOMP")
        return connectViewer(socket, headersOf(frame));
    const auto viewer = m_viewers.find(socket);
    if (viewer == m_viewers.end() || !viewer->second.isIn)
        return refuse(socket, "Illegal command");
    if (command == "SUBSCRIBE")
        subscribe(socket, headersOf(frame));
    else if (command == "DISCONNECT")
        socket->close();
}

void OfBorgBus::connectViewer(QWebSocket *socket, const Headers &headers)
{
    const bool isKnown = valueOf(headers, "login") == "ofborg-logviewer"
        && valueOf(headers, "passcode") == "ofborg-logviewer" && valueOf(headers, "host") == "ofborg";
    if (!isKnown)
        return refuse(socket, "Bad CONNECT");
    const bool isNew = valueOf(headers, "accept-version").split(',').contains("1.2");
    m_viewers.at(socket).isIn = true;
    socket->sendTextMessage(QString::fromUtf8(
        QByteArray("CONNECTED\nserver:RabbitMQ/4.0.5\nsession:session-simulated\nheart-beat:10000,10000\nversion:")
        + (isNew ? "1.2" : "1.1") + "\n\n" + '\0'));
}

void OfBorgBus::subscribe(QWebSocket *socket, const Headers &headers)
{
    const QByteArray destination = valueOf(headers, "destination");
    if (!destination.startsWith(exchange))
        return refuse(socket, "access_refused");
    Subscription subscription{.id = valueOf(headers, "id"),
        .destination = destination,
        .key = QByteArray::fromPercentEncoding(destination.mid(exchange.size())),
        .attempts = {}};
    // It begins now: nothing is told again.
    World &world = stage().now();
    if (const PullRequest *pull = pullOfOfBorgKey(world, subscription.key)) {
        for (const Check &check : ofborgAttempts(world, *pull)) {
            subscription.attempts[check.externalId]
                = {.told = linesOf(world.ofborgLog(check.externalId).value_or(QByteArray())).size(),
                    .isOver = check.state == Check::State::Completed};
        }
    }
    m_viewers.at(socket).subscriptions.push_back(std::move(subscription));
}

void OfBorgBus::refuse(QWebSocket *socket, const QByteArray &message)
{
    socket->sendTextMessage(QString::fromUtf8("ERROR\nmessage:" + message + "\ncontent-type:text/plain\n\n" + '\0'));
    socket->close();
}

void OfBorgBus::beat()
{
    for (const auto &[socket, viewer] : m_viewers) {
        if (viewer.isIn)
            socket->sendTextMessage(u"\n"_s);
    }
    stage().clock.callLater(beatEvery, this, [this] { beat(); });
}

void OfBorgBus::tell()
{
    for (auto &[socket, viewer] : m_viewers) {
        for (Subscription &subscription : viewer.subscriptions)
            tell(socket, viewer, subscription);
    }
}

void OfBorgBus::tell(QWebSocket *socket, Viewer &viewer, Subscription &subscription)
{
    World &world = stage().now();
    const PullRequest *pull = pullOfOfBorgKey(world, subscription.key);
    if (pull == nullptr)
        return;
    for (const Check &check : ofborgAttempts(world, *pull)) {
        const auto [it, isNew] = subscription.attempts.try_emplace(check.externalId);
        Followed &followed = it->second;
        if (followed.isOver)
            continue;
        if (isNew)
            send(socket, viewer, subscription, ofborgMetadata(check));
        const QList<QByteArray> lines = linesOf(world.ofborgLog(check.externalId).value_or(QByteArray()));
        for (; followed.told < lines.size(); ++followed.told)
            send(socket, viewer, subscription, lineMessage(check, followed.told + 1, lines[followed.told]));
        followed.isOver = check.state == Check::State::Completed;
        if (followed.isOver)
            send(socket, viewer, subscription, ofborgResult(world, *pull, check));
    }
}

void OfBorgBus::send(QWebSocket *socket, Viewer &viewer, const Subscription &subscription, const QByteArray &json)
{
    const QByteArray frame = "MESSAGE\nsubscription:" + subscription.id + "\ndestination:" + subscription.destination
        + "\nmessage-id:T_" + subscription.id + "@@session-simulated@@" + QByteArray::number(++viewer.sent)
        + "\ncontent-type:application/json\ncontent-length:" + QByteArray::number(json.size()) + "\n\n" + json + '\0';
    socket->sendTextMessage(QString::fromUtf8(frame));
}

} // namespace narscope::sim
