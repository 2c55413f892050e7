// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/writeothers.h"

#include "history/codes.h"
#include "history/packing.h"
#include "history/writebuilds.h"

#include <cmath>

namespace narscope::history {

void writeMachines(Writing &writing, const QString &server, const QList<hydra::Machine> &machines, qint64 now)
{
    const auto owner = writing.names.server(server);
    for (const auto &machine : machines) {
        Query(writing.database,
            "INSERT INTO machine (server, name, body, since, until) VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT "
            "DO UPDATE SET body = ?3, until = ?4",
            owner, machine.name, pack(machine), now)
            .run();
    }
}

void writeSamples(Writing &writing, const QString &server, const QList<Sample> &samples, qint64 now)
{
    for (const auto &sample : samples) {
        // A whole number takes one to four bytes, a real one eight.
        const bool isWhole = std::abs(sample.value) < 1e15 && std::trunc(sample.value) == sample.value;
        const auto series = writing.names.series(server, sample.series);
        if (isWhole)
            Query(writing.database, "INSERT OR REPLACE INTO sample (series, time, value) VALUES (?, ?, ?)", series, now,
                qint64(sample.value))
                .run();
        else if (std::isfinite(sample.value))
            Query(writing.database, "INSERT OR REPLACE INTO sample (series, time, value) VALUES (?, ?, ?)", series, now,
                sample.value)
                .run();
    }
}

namespace {

struct Pointer {
    qint64 since = 0;
    qint64 until = 0;
    QString revision{};
};

std::optional<Pointer> lastPointer(Database &database, const ChannelSpell &pointer)
{
    Query query(database,
        "SELECT since, until, revision FROM channel WHERE channel = ? AND view = ? ORDER BY since DESC LIMIT "
        "1",
        pointer.channel, pointer.view);
    if (!query.next())
        return std::nullopt;
    return Pointer{.since = query.integer(0), .until = query.integer(1), .revision = query.text(2)};
}

/// Whether another view has told of this revision already.
bool isKnownRevision(Database &database, const ChannelSpell &pointer)
{
    return Query(
        database, "SELECT 1 FROM channel WHERE channel = ? AND revision = ? LIMIT 1", pointer.channel, pointer.revision)
        .next();
}

} // namespace

void writeChannel(Writing &writing, const ChannelSpell &pointer, qint64 now)
{
    auto &database = writing.database;
    const auto last = lastPointer(database, pointer);
    if (last && last->revision == pointer.revision) {
        Query(database,
            "UPDATE channel SET until = ?4, release = CASE ?5 WHEN '' THEN release ELSE ?5 END, moved = "
            "coalesce(?6, moved) "
            "WHERE channel = ?1 AND view = ?2 AND since = ?3 AND (?4 - until >= 600 OR release IS NOT CASE "
            "?5 WHEN '' THEN release ELSE ?5 END OR moved IS NOT coalesce(?6, moved))",
            pointer.channel, pointer.view, last->since, now, pointer.release, pointer.movedAt)
            .run();
        return;
    }
    if (last && !isKnownRevision(database, pointer))
        writeEvent(writing, Event::Kind::Channel, pointer.channel.toUtf8(), last->revision, pointer.revision, now);
    if (last)
        Query(database, "UPDATE channel SET until = ?3 WHERE channel = ?1 AND view = ?2 AND since = ?4 AND until < ?3",
            pointer.channel, pointer.view, now - 1, last->since)
            .run();
    const auto since = last ? std::max(now, last->since + 1) : now;
    Query(database,
        "INSERT INTO channel (channel, view, since, until, revision, release, moved) VALUES (?1, ?2, ?3, ?3, "
        "?4, ?5, ?6)",
        pointer.channel, pointer.view, since, pointer.revision, pointer.release, pointer.movedAt)
        .run();
}

void writeLogOpened(Writing &writing, const LogOpened &log)
{
    Query(writing.database,
        "INSERT INTO logopened (server, build, drv, title, source, state, time) VALUES (?, ?, ?, ?, ?, ?, ?)",
        log.server, log.build.value, log.drv, log.title, log.source, codeOf(log.state), log.time)
        .run();
}

void writeVerification(Writing &writing, const Verification &verification)
{
    Query(writing.database, "INSERT INTO verification (path, time, verdict, report) VALUES (?, ?, ?, ?)",
        verification.path, verification.time, verification.verdict, qCompress(verification.report))
        .run();
}

void writeFact(Writing &writing, const Fact &fact)
{
    Query(writing.database,
        "INSERT OR IGNORE INTO fact (subject, claim, object, source, time, digest) VALUES (?, ?, ?, ?, ?, ?)",
        fact.subject, fact.claim, fact.object, fact.source, fact.time, fact.digest)
        .run();
}

void writeRequests(Writing &writing, const RequestCount &count)
{
    Query(writing.database,
        "INSERT INTO request (hour, server, host, requests, failures, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
        "ON CONFLICT DO UPDATE SET requests = requests + ?4, failures = failures + ?5, bytes = bytes + ?6",
        count.hour, count.server, count.host, count.requests, count.failures, count.bytes)
        .run();
}

void writeMark(Writing &writing, const Mark &mark)
{
    if (mark.value.isEmpty())
        Query(writing.database, "DELETE FROM mark WHERE name = ? AND subject = ?", mark.name, mark.subject).run();
    else
        Query(writing.database, "INSERT OR REPLACE INTO mark (name, subject, value, time) VALUES (?, ?, ?, ?)",
            mark.name, mark.subject, mark.value, mark.time)
            .run();
}

void writeDocument(Writing &writing, const Document &document)
{
    Query(writing.database, "INSERT OR REPLACE INTO document (server, kind, key, seen, body) VALUES (?, ?, ?, ?, ?)",
        document.server, document.kind, document.key, document.seenAt, document.body)
        .run();
}

} // namespace narscope::history
