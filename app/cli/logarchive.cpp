// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/logarchive.h"

#include "base/format.h"
#include "cli/hydracommands.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

constexpr qsizetype shortDigest = 12; ///< enough for log::Archive to know it by

QString placeOf(const log::ArchivedLog &log)
{
    if (log.step.value > 0)
        return log.build.text() + u'/' + log.step.text();
    if (log.build.value > 0)
        return log.build.text();
    return log.derivation.isEmpty() ? log.address : log.derivation;
}

QString stateOf(const log::ArchivedLog &log)
{
    return log.state == hydra::BuildState::Unknown ? QString() : hydra::word(log.state);
}

QJsonObject toJson(const log::ArchivedLog &log)
{
    return {{u"archive"_s, QString::fromLatin1("archive:" + log.digest)}, {u"title"_s, log.title},
        {u"system"_s, log.system}, {u"server"_s, log.server}, {u"source"_s, log.source}, {u"log"_s, placeOf(log)},
        {u"state"_s, stateOf(log)}, {u"stopped"_s, log.stoppedAt > 0 ? QJsonValue(log.stoppedAt) : QJsonValue()},
        {u"kept"_s, log.keptAt}, {u"bytes"_s, log.size}, {u"packed"_s, log.packed},
        {u"cause"_s, log.cause.isEmpty() ? QJsonValue() : QJsonValue(log.cause)},
        {u"causeLine"_s, log.causeLine < 0 ? QJsonValue() : QJsonValue(log.causeLine + 1)},
        {u"fingerprint"_s, QString::fromUtf8(log.fingerprint)}};
}

QJsonObject toJson(const log::FoundLogs &found)
{
    QJsonArray lines;
    for (const auto &line : found.lines)
        lines.append(QJsonObject{{u"line"_s, line.line.value + 1}, {u"text"_s, line.text}});
    auto object = toJson(found.log);
    object[u"count"_s] = found.matches;
    object[u"lines"_s] = lines;
    return object;
}

void printFound(const log::FoundLogs &found, bool countOnly)
{
    const auto name = u"archive:"_s + QString::fromLatin1(found.log.digest.first(shortDigest));
    if (countOnly)
        return print(u"%1  %2  %3"_s.arg(name, QString::number(found.matches), found.log.title));
    print(u"%1  %2 %3"_s.arg(name, found.log.title, placeOf(found.log)));
    for (const auto &line : found.lines)
        print(u"%1:%2"_s.arg(line.line.value + 1).arg(line.text));
    if (found.matches > found.lines.size())
        print(u"and %1 more lines"_s.arg(formatCount(found.matches - found.lines.size())));
}

} // namespace

int printArchived(const QList<log::ArchivedLog> &logs, bool asJson)
{
    if (asJson) {
        QJsonArray rows;
        for (const auto &log : logs)
            rows.append(toJson(log));
        printJson(QJsonObject{{u"logs"_s, rows}});
        return logs.isEmpty() ? Failing : Fine;
    }
    TextTable table({u"ARCHIVE"_s, u"OF"_s, u"TITLE"_s, u"SYSTEM"_s, u"STATE"_s, u"ENDED"_s, u">SIZE"_s, u"CAUSE"_s});
    for (const auto &log : logs)
        table.add({u"archive:"_s + QString::fromLatin1(log.digest.first(qMin(shortDigest, log.digest.size()))),
            placeOf(log), log.title, log.system, stateOf(log),
            log.stoppedAt > 0 ? formatExactTime(log.stoppedAt) : QString(), formatSize(log.size), log.cause.left(80)});
    if (logs.isEmpty())
        print(u"No log was kept in this profile yet."_s);
    else
        table.print();
    return logs.isEmpty() ? Failing : Fine;
}

Task<Result<int>> findInArchive(
    Context &context, std::shared_ptr<log::Archive> archive, log::Query query, bool countOnly)
{
    const auto compiled = log::Search::compile(query);
    if (!compiled)
        co_return std::unexpected(compiled.error());
    QJsonArray rows;
    qint64 matches = 0;
    for (const auto logs = log::contentsOf(archive->logs()); const auto &log : logs) {
        auto look
            = [archive, log, query] { return log::searchArchived(*archive, log, query, QDir::tempPath(), nullptr); };
        const auto found = co_await runOn(context.pools.log, std::move(look));
        if (found.problem)
            fail(*found.problem);
        if (found.matches == 0)
            continue;
        matches += found.matches;
        if (context.json)
            rows.append(toJson(found));
        else
            printFound(found, countOnly);
    }
    if (context.json)
        printJson(QJsonObject{{u"count"_s, matches}, {u"logs"_s, rows}});
    co_return matches > 0 ? Fine : Failing;
}

} // namespace narscope::cli
