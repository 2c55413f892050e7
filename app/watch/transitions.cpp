// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/transitions.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::watch {

QString toText(const Told &told)
{
    const QJsonObject object{{u"good"_s, told.isGood ? QJsonValue(*told.isGood) : QJsonValue()}, {u"run"_s, told.run},
        {u"running"_s, told.running}, {u"cause"_s, told.cause}, {u"since"_s, told.since}};
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

std::optional<Told> toldOf(const QString &text)
{
    const auto document = QJsonDocument::fromJson(text.toUtf8());
    if (!document.isObject())
        return std::nullopt;
    const auto good = document["good"_L1];
    return Told{.isGood = good.isBool() ? std::optional(good.toBool()) : std::nullopt,
        .run = document["run"_L1].toString(),
        .running = document["running"_L1].toString(),
        .cause = document["cause"_L1].toString(),
        .since = document["since"_L1].toInteger()};
}

QList<Transition> transitionsBetween(const Told *before, const Sight &now)
{
    QList<Transition> happened;
    if (!before)
        return happened;
    // A thing that never ended before and did so now has succeeded or failed: neither broke nor was fixed.
    if (now.isGood && now.run != before->run) {
        if (*now.isGood)
            happened << (before->isGood == false ? Transition::Fixed : Transition::Succeeded);
        else
            happened << (before->isGood == true ? Transition::Broke : Transition::Failed);
    }
    if (!now.running.isEmpty() && now.running != before->running)
        happened << Transition::Started;
    return happened;
}

Told toldAfter(const Told *before, const Sight &now, qint64 time)
{
    Told told = before ? *before : Told{};
    if (now.isGood && (!before || now.isGood != before->isGood || told.since == 0))
        told.since = time;
    if (now.isGood) {
        told.isGood = now.isGood;
        told.run = now.run;
        told.cause = now.cause;
    }
    if (!now.running.isEmpty())
        told.running = now.running; // remembered when it ends: the same run does not start twice
    return told;
}

} // namespace narscope::watch
