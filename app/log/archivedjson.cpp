// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/archive.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr qsizetype longestText = 2000;

QString text(const QJsonObject &object, QLatin1StringView key)
{
    return object[key].toString().left(longestText);
}

} // namespace

QByteArray writeArchived(const ArchivedLog &log)
{
    QJsonObject object{{u"digest"_s, QString::fromLatin1(log.digest)}, {u"title"_s, log.title.left(longestText)},
        {u"source"_s, log.source.left(longestText)}, {u"kept"_s, log.keptAt}, {u"size"_s, log.size},
        {u"packed"_s, log.packed}};
    const auto add = [&object](const QString &key, const QString &value) {
        if (!value.isEmpty())
            object[key] = value.left(longestText);
    };
    add(u"system"_s, log.system);
    add(u"server"_s, log.server);
    add(u"derivation"_s, log.derivation);
    add(u"address"_s, log.address);
    add(u"cause"_s, log.cause);
    add(u"fingerprint"_s, QString::fromUtf8(log.fingerprint));
    if (log.build.value > 0)
        object[u"build"_s] = log.build.value;
    if (log.step.value > 0)
        object[u"step"_s] = log.step.value;
    if (log.state != hydra::BuildState::Unknown)
        object[u"state"_s] = int(log.state);
    if (log.stoppedAt > 0)
        object[u"stopped"_s] = log.stoppedAt;
    if (log.causeLine >= 0)
        object[u"line"_s] = log.causeLine + 1;
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

std::optional<ArchivedLog> readArchived(QByteArrayView line)
{
    const auto object = QJsonDocument::fromJson(line.toByteArray()).object();
    ArchivedLog log{.digest = text(object, "digest"_L1).toLatin1(),
        .title = text(object, "title"_L1),
        .system = text(object, "system"_L1),
        .server = text(object, "server"_L1),
        .source = text(object, "source"_L1),
        .derivation = text(object, "derivation"_L1),
        .build = BuildId(object[u"build"_s].toInteger()),
        .step = StepNr(object[u"step"_s].toInteger()),
        .address = text(object, "address"_L1)};
    if (log.digest.size() != 64)
        return {};
    const auto state = object[u"state"_s].toInt(int(hydra::BuildState::Unknown));
    log.state = state >= 0 && state <= int(hydra::BuildState::Resolved) ? hydra::BuildState(state)
                                                                        : hydra::BuildState::Unknown;
    log.stoppedAt = object[u"stopped"_s].toInteger();
    log.keptAt = object[u"kept"_s].toInteger();
    log.size = qMax<qint64>(0, object[u"size"_s].toInteger());
    log.packed = qMax<qint64>(0, object[u"packed"_s].toInteger());
    log.fingerprint = text(object, "fingerprint"_L1).toUtf8();
    log.cause = text(object, "cause"_L1);
    log.causeLine = object[u"line"_s].toInteger() - 1;
    return log;
}

} // namespace narscope::log
