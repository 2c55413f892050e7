// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrasocket.h"

#include "sim/jsonwriter.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimeZone>
#include <QTimer>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

constexpr int lookEvery = 200; ///< ms of real time: how often the service polls the file
constexpr qsizetype backlog = 50; ///< lines that a viewer hears first
constexpr auto pingEvery = Milliseconds(20'000);

QList<QByteArray> linesOf(World &world, Drv drv)
{
    QList<QByteArray> lines = world.log(drv).value_or(QByteArray()).split('\n');
    lines.removeLast(); // what has no line end yet, or nothing
    return lines;
}

void send(QWebSocket *socket, JsonWriter &json)
{
    json.endObject();
    socket->sendTextMessage(QString::fromUtf8(json.take()));
}

JsonWriter messageOf(const char *type, BuildId build)
{
    JsonWriter json;
    json.beginObject();
    json.field("type", type);
    json.field("buildId", build.value);
    return json;
}

void addStep(JsonWriter &json, std::optional<StepNr> step)
{
    if (step)
        json.field("stepId", step->value);
    else
        json.field("stepId", nullptr);
}

void answer(QWebSocket *socket, const char *type, const std::pair<BuildId, std::optional<StepNr>> &log, bool success,
    const QByteArray &details)
{
    auto json = messageOf(type, log.first);
    addStep(json, log.second);
    json.field("success", success);
    json.field("details", details);
    send(socket, json);
}

void sendLine(
    QWebSocket *socket, const std::pair<BuildId, std::optional<StepNr>> &log, const QByteArray &line, qint64 time)
{
    auto json = messageOf("logLine", log.first);
    addStep(json, log.second);
    if (time > 0)
        json.field("timestamp", QDateTime::fromSecsSinceEpoch(time, QTimeZone::UTC).toString(Qt::ISODate).toUtf8());
    json.field("line", line);
    send(socket, json);
}

} // namespace

HydraSocket::HydraSocket(const Stage &stage, QObject *parent)
    : SocketService(stage, u"hydra-ws"_s, parent)
{
    auto *timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [this] { tell(); });
    timer->start(lookEvery);
    keepAlive();
}

HydraSocket::~HydraSocket()
{
    dropAll();
}

qsizetype HydraSocket::followed() const
{
    qsizetype count = 0;
    for (const auto &[socket, viewer] : m_viewers)
        count += qsizetype(viewer.size());
    return count;
}

void HydraSocket::take(QWebSocket *socket, const QByteArray &message)
{
    const auto object = QJsonDocument::fromJson(message).object();
    const auto type = object["type"_L1].toString();
    Log log{BuildId(object["buildId"_L1].toInteger()), {}};
    if (object["stepId"_L1].isDouble())
        log.second = StepNr(object["stepId"_L1].toInteger());
    if (type == "ping"_L1) {
        socket->sendTextMessage(u"{\"type\":\"pong\"}"_s);
    } else if (type == "logsStart"_L1 && log.first.value > 0) {
        begin(socket, log);
    } else if (type == "logsEnd"_L1 && log.first.value > 0) {
        stop(socket, log);
    } else {
        socket->sendTextMessage(u"{\"type\":\"invalidRequest\",\"details\":\"unknown request\"}"_s);
    }
}

std::optional<QByteArray> HydraSocket::obstacle(const Log &log, Drv *drv)
{
    World &world = stage().now();
    const auto id = QByteArray::number(log.first.value);
    const auto build = world.build(log.first);
    if (!build)
        return "Build " + id + " not found";
    *drv = build->drv;
    if (log.second) {
        const auto steps = world.steps(*build);
        const auto step = std::ranges::find(steps, *log.second, &StepFacts::number);
        if (step == steps.end())
            return "Build step (" + id + ", " + QByteArray::number(log.second->value) + ") not found";
        *drv = step->drv;
    }
    return world.log(*drv) ? std::nullopt : std::optional<QByteArray>("Log file not found");
}

void HydraSocket::begin(QWebSocket *socket, const Log &log)
{
    auto &viewer = m_viewers.at(socket);
    if (viewer.contains(log))
        return answer(socket, "logsStart", log, true, "Already following log");
    Followed followed{};
    if (const auto why = obstacle(log, &followed.drv))
        return answer(socket, "logsStart", log, false, *why);
    answer(socket, "logsStart", log, true, {});
    World &world = stage().now();
    const auto lines = linesOf(world, followed.drv);
    for (const auto &line : lines.last(qMin(lines.size(), backlog)))
        sendLine(socket, log, line, 0);
    followed.told = lines.size();
    for (const StepFacts &step : world.steps(*world.build(log.first))) {
        if (step.status)
            followed.over.insert(step.number);
    }
    viewer.emplace(log, std::move(followed));
}

void HydraSocket::stop(QWebSocket *socket, const Log &log)
{
    const bool was = m_viewers.at(socket).erase(log) > 0;
    answer(socket, "logsEnd", log, was, was ? QByteArray() : QByteArray("Was not following log"));
}

void HydraSocket::tell()
{
    for (auto &[socket, viewer] : m_viewers)
        std::erase_if(viewer, [&](auto &followed) { return tell(socket, followed.first, followed.second); });
}

bool HydraSocket::tell(QWebSocket *socket, const Log &log, Followed &followed)
{
    World &world = stage().now();
    const auto lines = linesOf(world, followed.drv);
    for (; followed.told < lines.size(); ++followed.told)
        sendLine(socket, log, lines[followed.told], world.now());
    followed.told = qMin(followed.told, lines.size()); // a retry has begun the file anew
    const auto build = *world.build(log.first);
    for (const StepFacts &step : world.steps(build)) {
        if (!step.status || !followed.over.insert(step.number).second)
            continue;
        auto json = messageOf("stepFinished", log.first);
        addStep(json, step.number);
        send(socket, json);
    }
    if (build.finished()) {
        auto json = messageOf("buildFinished", log.first);
        send(socket, json);
    }
    return build.finished();
}

void HydraSocket::keepAlive()
{
    for (const auto &[socket, viewer] : m_viewers)
        socket->ping();
    stage().clock.callLater(pingEvery, this, [this] { keepAlive(); });
}

} // namespace narscope::sim
