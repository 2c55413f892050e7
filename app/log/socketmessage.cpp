// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/socketmessage.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

using Kind = SocketMessage::Kind;
constexpr qsizetype longestDetails = 500;

Kind kindOf(const QString &type)
{
    struct Word {
        QLatin1StringView word;
        Kind kind;
    };
    static constexpr std::array words{Word{"logsStart"_L1, Kind::Started}, Word{"logLine"_L1, Kind::LogLine},
        Word{"logsEnd"_L1, Kind::Ended}, Word{"stepFinished"_L1, Kind::StepFinished},
        Word{"buildFinished"_L1, Kind::BuildFinished}, Word{"invalidRequest"_L1, Kind::Invalid}};
    const auto found = std::ranges::find(words, type, &Word::word);
    return found == words.end() ? Kind::Other : found->kind;
}

} // namespace

Result<SocketMessage> readSocketMessage(QByteArrayView json)
{
    const auto object = QJsonDocument::fromJson(json.toByteArray()).object();
    if (!object[u"type"_s].isString())
        return problem(ProblemKind::Malformed, u"live log"_s, u"no message with a type"_s);
    SocketMessage message{.kind = kindOf(object[u"type"_s].toString()),
        .build = BuildId(object[u"buildId"_s].toInteger()),
        .step = {},
        .success = object[u"success"_s].toBool(),
        .details = object[u"details"_s].toString().left(longestDetails)};
    if (object[u"stepId"_s].isDouble())
        message.step = StepNr(object[u"stepId"_s].toInteger());
    return message;
}

QByteArray startMessage(BuildId build, std::optional<StepNr> step)
{
    const QJsonObject object{{u"type"_s, u"logsStart"_s}, {u"buildId"_s, build.value},
        {u"stepId"_s, step ? QJsonValue(step->value) : QJsonValue()}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace narscope::log
