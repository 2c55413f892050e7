// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/retention.h"

namespace narscope::history {

namespace {

constexpr qint64 day = 86400;
constexpr qint64 hour = 3600;
/// Rows of a portion: some 50 ms.
constexpr qint64 portion = 4000;
/// Samples of the last days stay as they are.
constexpr qint64 fineDays = 7;

/// Nothing is older than 0 days of keeping.
qint64 cutOff(int days, qint64 now)
{
    return days > 0 ? now - days * day : 0;
}

qint64 removed(Database &database, Query &&query)
{
    query.run();
    return database.hasFailed() ? 0 : database.changes();
}

qint64 removeBuilds(Database &database, QList<qint64> keys)
{
    for (const auto key : keys) {
        Query(database, "DELETE FROM output WHERE build = ?", key).run();
        Query(database, "DELETE FROM buildpast WHERE build = ?", key).run();
        Query(database, "DELETE FROM build WHERE key = ?", key).run();
    }
    return keys.size();
}

QList<qint64> keysOf(Query &&query)
{
    QList<qint64> keys;
    while (query.next())
        keys << query.integer(0);
    return keys;
}

/// Bytes in use, without free pages.
qint64 used(Database &database)
{
    return database
        .number("SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
                "pragma_freelist_count, pragma_page_size")
        .value_or(0);
}

qint64 thinSamples(Database &database, qint64 before)
{
    qint64 rows = 0;
    for (const auto series : keysOf(Query(database, "SELECT id FROM series"))) {
        rows += removed(database,
            Query(database,
                "DELETE FROM sample WHERE series = ?1 AND time IN (SELECT time FROM (SELECT time, min(time) "
                "OVER (PARTITION BY time / 3600) AS first FROM sample WHERE series = ?1 AND time < ?2) WHERE "
                "time <> first LIMIT ?3)",
                series, before / hour * hour, portion));
        if (rows >= portion)
            break;
    }
    return rows;
}

qint64 removeOldSamples(Database &database, qint64 before)
{
    qint64 rows = 0;
    for (const auto series : keysOf(Query(database, "SELECT id FROM series")))
        rows += removed(database,
            Query(database,
                "DELETE FROM sample WHERE series = ? AND time IN (SELECT time FROM sample WHERE series = ?1 "
                "AND time < ? LIMIT ?)",
                series, before, portion));
    return rows;
}

qint64 removeOld(Database &database, const Retention &policy, qint64 now)
{
    qint64 rows = 0;
    const auto builds = cutOff(policy.builds, now);
    rows += removeBuilds(
        database, keysOf(Query(database, "SELECT key FROM build WHERE until < ? LIMIT ?", builds, portion)));
    rows += removed(database,
        Query(database,
            "DELETE FROM member WHERE eval IN (SELECT key FROM eval WHERE until < ? AND EXISTS (SELECT 1 "
            "FROM member WHERE eval = key) LIMIT 10)",
            builds));
    const auto steps = cutOff(policy.steps, now);
    rows += removed(database,
        Query(database,
            "DELETE FROM step WHERE (build, number, slot) IN (SELECT build, number, slot FROM step WHERE "
            "until < ? LIMIT ?)",
            steps, portion));
    rows += removed(database,
        Query(database,
            "DELETE FROM event WHERE (time, kind, key) IN (SELECT time, kind, key FROM event WHERE time < ? "
            "LIMIT ?)",
            steps, portion));
    const auto samples = cutOff(policy.samples, now);
    rows += samples > 0 ? removeOldSamples(database, samples) + thinSamples(database, now - fineDays * day) : 0;
    rows += removed(database, Query(database, "DELETE FROM document WHERE seen < ?", cutOff(policy.documents, now)));
    rows += removed(database, Query(database, "DELETE FROM logopened WHERE time < ?", cutOff(policy.logs, now)));
    rows += removed(
        database, Query(database, "DELETE FROM verification WHERE time < ?", cutOff(policy.verifications, now)));
    rows += removed(
        database, Query(database, "DELETE FROM request WHERE hour < ?", cutOff(policy.requests, now) / hour));
    return rows;
}

} // namespace

Pruned pruneSome(Writing &writing, const Retention &policy, qint64 now)
{
    auto &database = writing.database;
    auto rows = removeOld(database, policy, now);
    if (rows == 0 && policy.largest > 0 && used(database) > policy.largest)
        rows += removeBuilds(database, keysOf(Query(database, "SELECT key FROM build ORDER BY key LIMIT ?", portion)));
    const auto freePages = database.number("PRAGMA freelist_count").value_or(0);
    if (freePages > 0)
        database.execute("PRAGMA incremental_vacuum(500)");
    return {.rows = rows, .isDone = database.hasFailed() || (rows == 0 && freePages == 0)};
}

} // namespace narscope::history
