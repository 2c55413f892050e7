// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/readothers.h"

#include "history/codes.h"
#include "history/names.h"
#include "history/packing.h"
#include "history/schema.h"

#include <QFileInfo>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::history {

namespace {

ChannelSpell channelOf(const Query &query)
{
    return {.channel = query.text(0),
        .view = query.text(1),
        .revision = query.text(2),
        .release = query.text(3),
        .movedAt = query.maybe(4),
        .seenFrom = query.integer(5),
        .seenUntil = query.integer(6)};
}

QList<ChannelSpell> channelsOf(Query &&query)
{
    QList<ChannelSpell> spells;
    while (query.next())
        spells << channelOf(query);
    return spells;
}

QList<Fact> factsOf(Query &&query)
{
    QList<Fact> facts;
    while (query.next()) {
        facts << Fact{.subject = query.text(0),
            .claim = query.text(1),
            .object = query.text(2),
            .source = query.text(3),
            .time = query.integer(4),
            .digest = query.bytes(5)};
    }
    return facts;
}

QList<Verification> verificationsOf(Query &&query)
{
    QList<Verification> found;
    while (query.next())
        found << Verification{.path = query.text(0),
            .time = query.integer(1),
            .verdict = query.text(2),
            .report = qUncompress(query.bytes(3))};
    return found;
}

QList<Document> documentsOf(Query &&query)
{
    QList<Document> documents;
    while (query.next()) {
        documents << Document{.server = query.text(0),
            .kind = query.text(1),
            .key = query.text(2),
            .body = query.bytes(4),
            .seenAt = query.integer(3)};
    }
    return documents;
}

qint64 sizeOnDisk(Database &database, const QString &file)
{
    Query query(database, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    const auto pages = query.next() ? query.integer(0) : 0;
    return std::max(pages, QFileInfo(file).size()) + QFileInfo(file + u"-wal"_s).size();
}

/// Bytes of each table and index; empty when this SQLite was built without dbstat.
QHash<QString, qint64> bytesOfTables(Database &database)
{
    QHash<QString, qint64> bytes;
    Query query(database,
        "SELECT sqlite_schema.tbl_name, sum(dbstat.pgsize) FROM dbstat JOIN sqlite_schema ON "
        "sqlite_schema.name = dbstat.name WHERE aggregate = TRUE GROUP BY sqlite_schema.tbl_name");
    while (query.next())
        bytes[query.text(0)] = query.integer(1);
    if (database.error() != 0 && !database.isDamaged())
        database.clearError();
    return bytes;
}

} // namespace

QList<MachinePast> readMachines(Database &database, const QString &server)
{
    QList<MachinePast> machines;
    Query query(database, "SELECT body, since, until FROM machine WHERE server = ? ORDER BY name",
        serverNumber(database, server));
    while (query.next()) {
        if (auto machine = unpack<hydra::Machine>(query.bytes(0)))
            machines << MachinePast{.server = server,
                .machine = std::move(*machine),
                .seenFrom = query.integer(1),
                .seenUntil = query.integer(2)};
    }
    return machines;
}

QStringList readSeriesNames(Database &database, const QString &server, const QString &prefix)
{
    QStringList names;
    Query query(database, "SELECT name FROM series WHERE server = ? AND substr(name, 1, length(?2)) = ?2 ORDER BY name",
        serverNumber(database, server), prefix);
    while (query.next())
        names << query.text(0);
    return names;
}

QList<SamplePoint> readSamples(
    Database &database, const QString &server, const QString &series, qint64 from, qint64 until, int most)
{
    QList<SamplePoint> points;
    // Points of one stretch of time are joined to one.
    const auto stretch = std::max<qint64>(1, (until - from + most) / std::max(1, most));
    Query query(database,
        "SELECT avg(time), avg(value), min(value), max(value) FROM sample WHERE series = (SELECT id FROM "
        "series WHERE server = ?1 AND name = ?2) AND time BETWEEN ?3 AND ?4 GROUP BY (time - ?3) / ?5 ORDER "
        "BY 1",
        serverNumber(database, server), series, from, until, stretch);
    while (query.next())
        points << SamplePoint{
            .time = qint64(query.real(0)), .value = query.real(1), .least = query.real(2), .most = query.real(3)};
    return points;
}

QList<ChannelSpell> readChannel(Database &database, const QString &name, int limit)
{
    return channelsOf(Query(database,
        "SELECT channel, view, revision, release, moved, since, until FROM channel WHERE channel = ? ORDER "
        "BY since DESC, view LIMIT ?",
        name, limit));
}

QList<ChannelSpell> readChannelsNow(Database &database)
{
    return channelsOf(Query(database,
        "SELECT channel, view, revision, release, moved, max(since), until FROM channel GROUP BY channel, "
        "view ORDER BY channel, view"));
}

QList<ChannelSpell> readChannelsAt(Database &database, qint64 time)
{
    return channelsOf(Query(database,
        "SELECT channel, view, revision, release, moved, max(since), until FROM channel WHERE since <= ? GROUP BY "
        "channel, view ORDER BY channel, view",
        time));
}

QList<SeriesValue> readValuesAt(Database &database, const QString &server, qint64 time)
{
    constexpr qint64 oldest = 3600;
    QList<SeriesValue> values;
    Query query(database,
        "SELECT name, (SELECT max(time) FROM sample WHERE series = id AND time BETWEEN ?2 AND ?3) AS newest, "
        "(SELECT value FROM sample WHERE series = id AND time <= ?3 ORDER BY time DESC LIMIT 1) "
        "FROM series WHERE server = ?1 AND newest IS NOT NULL ORDER BY name",
        serverNumber(database, server), time - oldest, time);
    while (query.next())
        values << SeriesValue{.series = query.text(0), .time = query.integer(1), .value = query.real(2)};
    return values;
}

QList<LogOpened> readLogsOpened(Database &database, int limit)
{
    QList<LogOpened> logs;
    Query query(database,
        "SELECT server, build, drv, title, source, state, time FROM logopened ORDER BY id DESC LIMIT ?", limit);
    while (query.next()) {
        logs << LogOpened{.server = query.text(0),
            .build = BuildId(query.integer(1)),
            .drv = query.text(2),
            .title = query.text(3),
            .source = query.text(4),
            .state = stateOfCode(query.integer(5)),
            .time = query.integer(6)};
    }
    return logs;
}

QList<Verification> readVerifications(Database &database, const QString &path, int limit)
{
    if (path.isEmpty())
        return verificationsOf(
            Query(database, "SELECT path, time, verdict, report FROM verification ORDER BY id DESC LIMIT ?", limit));
    return verificationsOf(Query(database,
        "SELECT path, time, verdict, report FROM verification WHERE path = ? ORDER BY id DESC LIMIT ?", path, limit));
}

QList<Fact> readFacts(Database &database, const QString &subject, const QString &claim)
{
    if (claim.isEmpty())
        return factsOf(Query(database,
            "SELECT subject, claim, object, source, time, digest FROM fact WHERE subject = ? ORDER BY claim, "
            "id",
            subject));
    return factsOf(Query(database,
        "SELECT subject, claim, object, source, time, digest FROM fact WHERE subject = ? AND claim = ? ORDER "
        "BY id",
        subject, claim));
}

QList<RequestCount> readRequests(Database &database, qint64 sinceHour)
{
    QList<RequestCount> counts;
    Query query(database,
        "SELECT server, host, hour, requests, failures, bytes FROM request WHERE hour >= ? ORDER BY hour, "
        "host, server",
        sinceHour);
    while (query.next()) {
        counts << RequestCount{.server = query.text(0),
            .host = query.text(1),
            .hour = query.integer(2),
            .requests = int(query.integer(3)),
            .failures = int(query.integer(4)),
            .bytes = query.integer(5)};
    }
    return counts;
}

QList<Mark> readMarks(Database &database, const QString &name)
{
    QList<Mark> marks;
    Query query(database, "SELECT subject, value, time FROM mark WHERE name = ? ORDER BY subject", name);
    while (query.next())
        marks << Mark{.subject = query.text(0), .name = name, .value = query.text(1), .time = query.integer(2)};
    return marks;
}

std::optional<Mark> readMark(Database &database, const QString &subject, const QString &name)
{
    Query query(database, "SELECT value, time FROM mark WHERE name = ? AND subject = ?", name, subject);
    if (!query.next())
        return std::nullopt;
    return Mark{.subject = subject, .name = name, .value = query.text(0), .time = query.integer(1)};
}

QList<Document> readDocuments(Database &database, const QString &server, const QStringList &kinds)
{
    QList<Document> documents;
    for (const auto &kind : kinds)
        documents += documentsOf(Query(database,
            "SELECT server, kind, key, seen, body FROM document WHERE server = ? AND kind = ? ORDER BY key", server,
            kind));
    return documents;
}

std::optional<Document> readDocument(Database &database, const QString &server, const QString &kind, const QString &key)
{
    auto found = documentsOf(
        Query(database, "SELECT server, kind, key, seen, body FROM document WHERE server = ? AND kind = ? AND key = ?",
            server, kind, key));
    return found.isEmpty() ? std::nullopt : std::optional(std::move(found.front()));
}

HistorySize readSize(Database &database, const QString &file)
{
    HistorySize size{.file = file, .bytes = sizeOnDisk(database, file), .kinds = {}};
    const auto bytes = bytesOfTables(database);
    for (const auto &[table, kind, oldest] : tableKinds()) {
        const auto name = QString::fromLatin1(kind);
        auto it = std::ranges::find(size.kinds, name, &KindSize::kind);
        if (it == size.kinds.end()) {
            // A kind's first table has its rows; the others belong to them.
            const auto rows = database.number("SELECT count(*) FROM " + QByteArray(table)).value_or(0);
            it = size.kinds.insert(size.kinds.end(), KindSize{.kind = name, .rows = rows});
        }
        it->bytes = bytes.isEmpty() ? -1 : it->bytes + bytes.value(QString::fromLatin1(table));
        if (oldest)
            it->oldest = database.number(oldest);
    }
    return size;
}

} // namespace narscope::history
