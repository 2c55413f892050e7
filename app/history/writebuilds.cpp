// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/writebuilds.h"

#include "history/codes.h"

using namespace Qt::StringLiterals;

namespace narscope::history {

namespace {

using hydra::BuildState;

/// «Last confirmed» is not worth a write more often than this.
constexpr qint64 confirmEvery = 600; // s

/// A build's row.
struct Row {
    qint64 job = 0;
    qint64 name = 0;
    qint64 system = 0;
    qint64 queued = 0;
    BuildState state = BuildState::Unknown;
    Epoch started{};
    Epoch stopped{};
    QByteArray drv{};
    qint64 since = 0;
    qint64 until = 0;

    bool operator==(const Row &) const = default;
};

std::optional<Row> rowOf(Database &database, qint64 key)
{
    Query query(database,
        "SELECT job, name, system, queued, state, started, stopped, drv, since, until FROM build WHERE key = "
        "?",
        key);
    if (!query.next())
        return std::nullopt;
    return Row{.job = query.integer(0),
        .name = query.integer(1),
        .system = query.integer(2),
        .queued = query.integer(3),
        .state = stateOfCode(query.integer(4)),
        .started = query.maybe(5),
        .stopped = query.maybe(6),
        .drv = query.bytes(7),
        .since = query.integer(8),
        .until = query.integer(9)};
}

/// What can be seen of the build now, in the terms of what was seen before.
BuildState seenState(const BuildSight &sight, BuildState before)
{
    if (sight.state == BuildState::Queued && !sight.tellsRunning && before == BuildState::Running)
        return before;
    if (sight.state == BuildState::Unknown && hydra::isFinished(before))
        return before;
    return sight.state;
}

bool differ(const Epoch &before, const Epoch &now)
{
    return before && now && *before != *now;
}

/// Whether the build is no longer as it was: another state, another run of it, another derivation.
bool isOther(const Row &before, const BuildSight &sight, BuildState state, const QByteArray &drv)
{
    const bool otherDrv = !before.drv.isEmpty() && !drv.isEmpty() && before.drv != drv;
    return state != before.state || otherDrv || differ(before.started, sight.startedAt)
        || differ(before.stopped, sight.stoppedAt);
}

void keepSpell(Database &database, qint64 key, const Row &row)
{
    Query(database,
        "INSERT OR REPLACE INTO buildpast (build, since, until, state, started, stopped, drv) VALUES (?, ?, "
        "?, ?, ?, ?, ?)",
        key, row.since, row.until, codeOf(row.state), row.started, row.stopped, row.drv)
        .run();
}

void store(Database &database, qint64 key, const Row &row)
{
    Query(database,
        "INSERT OR REPLACE INTO build (key, job, name, system, queued, state, started, stopped, drv, since, "
        "until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        key, row.job, row.name, row.system, row.queued, codeOf(row.state), row.started, row.stopped, row.drv, row.since,
        row.until)
        .run();
}

void writeOutputs(Writing &writing, qint64 key, const BuildSight &sight)
{
    for (const auto &output : sight.outputs) {
        const auto path = packPath(output.path, outputName(sight.nixName, output.name));
        if (!path.isEmpty())
            Query(writing.database,
                "INSERT INTO output (build, name, path) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET path = "
                "?3 WHERE path <> ?3",
                key, writing.names.word(output.name), path)
                .run();
    }
}

/// What the sight tells beyond the row, in place.
void enrich(Row &row, Writing &writing, const QString &server, const BuildSight &sight, const QByteArray &drv)
{
    if (row.job == 0 && !sight.job.job.isEmpty())
        row.job = writing.names.job(server, sight.job);
    if (row.name == 0)
        row.name = writing.names.word(sight.nixName);
    if (row.system == 0)
        row.system = writing.names.word(sight.system);
    if (row.queued == 0)
        row.queued = sight.queuedAt;
    if (sight.startedAt)
        row.started = sight.startedAt;
    if (sight.stoppedAt)
        row.stopped = sight.stoppedAt;
    if (!drv.isEmpty())
        row.drv = drv;
}

QByteArray keyText(qint64 key)
{
    return QByteArray::number(key);
}

} // namespace

void writeEvent(
    Writing &writing, Event::Kind kind, const QByteArray &key, const QString &before, const QString &after, qint64 now)
{
    Query(writing.database, "INSERT OR REPLACE INTO event (time, kind, key, before, after) VALUES (?, ?, ?, ?, ?)", now,
        int(kind), key, before, after)
        .run();
}

void writeBuild(Writing &writing, const QString &server, const BuildSight &sight, qint64 now)
{
    if (!isStorable(sight.id.value))
        return; // removed jobs have no build
    auto &database = writing.database;
    const auto key = keyOf(writing.names.server(server), sight.id.value);
    const auto drv = packPath(sight.drvPath, sight.nixName + u".drv"_s);
    const auto known = rowOf(database, key);
    auto row = known.value_or(
        Row{.state = sight.state, .started = {}, .stopped = {}, .drv = {}, .since = now, .until = now});
    if (known) {
        const auto state = seenState(sight, row.state);
        if (isOther(row, sight, state, drv)) {
            keepSpell(database, key, row);
            writeEvent(writing, Event::Kind::Build, keyText(key), hydra::key(row.state), hydra::key(state), now);
            const bool sameRun = !hydra::isFinished(row.state);
            row.started = sameRun ? row.started : Epoch();
            row.stopped = Epoch();
            row.state = state;
            row.since = std::max(now, row.since + 1);
            row.until = row.since;
        }
    }
    enrich(row, writing, server, sight, drv);
    if (now - row.until >= confirmEvery)
        row.until = now;
    if (known != row)
        store(database, key, row);
    writeOutputs(writing, key, sight);
}

void writeTable(Writing &writing, const QString &server, const hydra::BuildTable &table, qsizetype from,
    qsizetype until, qint64 now)
{
    for (auto row = from; row < std::min(until, table.size()) && !writing.database.hasFailed(); ++row)
        writeBuild(writing, server, sightOf(table.row(row)), now);
}

namespace {

void writeChanges(Writing &writing, qint64 key, const QList<hydra::InputChange> &changes)
{
    for (qsizetype place = 0; place < changes.size(); ++place) {
        const auto &change = changes[place];
        Query(writing.database,
            "INSERT OR REPLACE INTO evalchange (eval, place, name, revision, shown) VALUES (?, ?, ?, ?, ?)", key,
            qint64(place), change.name, change.revision, change.shown)
            .run();
    }
}

/// The newest evaluation known of the jobset; 0 when there is none.
qint64 newestEval(Database &database, qint64 jobset)
{
    Query query(database, "SELECT max(key) FROM eval WHERE jobset = ?", jobset);
    return query.next() ? query.integer(0) : 0;
}

void writeEval(Writing &writing, qint64 key, qint64 jobset, const hydra::EvalSummary &eval, qint64 now)
{
    auto &database = writing.database;
    Query(database,
        "INSERT INTO eval (key, jobset, time, succeeded, failed, scheduled, delta, errors, since, until) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9) "
        "ON CONFLICT DO UPDATE SET jobset = ?2, time = ?3, succeeded = ?4, failed = ?5, scheduled = ?6, "
        "delta = coalesce(?7, delta), errors = ?8, until = ?9 "
        "WHERE ?9 - until >= 600 OR succeeded <> ?4 OR failed <> ?5 OR scheduled <> ?6 OR errors <> ?8 OR "
        "time <> ?3",
        key, jobset, eval.time, eval.succeeded, eval.failed, eval.scheduled,
        eval.delta ? std::optional<qint64>(*eval.delta) : std::nullopt, eval.hasErrors, now)
        .run();
    writeChanges(writing, key, eval.changes);
}

} // namespace

void writeEvals(Writing &writing, const QString &server, const JobsetName &jobset,
    const QList<hydra::EvalSummary> &evals, qint64 now)
{
    const auto owner = writing.names.server(server);
    QHash<qint64, qint64> newest; ///< as it was before, by jobset
    for (const auto &eval : evals) {
        if (!isStorable(eval.id.value))
            continue;
        const auto number = writing.names.jobset(server, eval.jobset.value_or(jobset));
        if (!newest.contains(number))
            newest[number] = newestEval(writing.database, number);
        const auto key = keyOf(owner, eval.id.value);
        writeEval(writing, key, number, eval, now);
        // The first look at a jobset tells nothing new.
        if (newest[number] != 0 && key > newest[number])
            writeEvent(writing, Event::Kind::Evaluation, keyText(key), {}, {}, now);
    }
}

void writeHeader(Writing &writing, const QString &server, const hydra::EvalHeader &header, qint64 now)
{
    if (!isStorable(header.id.value))
        return;
    const auto key = keyOf(writing.names.server(server), header.id.value);
    const auto jobset = writing.names.jobset(server, header.jobset);
    Query(writing.database,
        "INSERT INTO eval (key, jobset, time, succeeded, failed, scheduled, errors, since, until) VALUES (?, "
        "?, ?, 0, 0, 0, ?, ?, ?5) ON CONFLICT DO NOTHING",
        key, jobset, header.time.value_or(0), header.hasErrors, now)
        .run();
    for (qsizetype place = 0; place < header.inputs.size(); ++place) {
        const auto &input = header.inputs[place];
        Query(writing.database,
            "INSERT OR IGNORE INTO evalinput (eval, place, name, type, value, uri, revision, storepath) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            key, qint64(place), input.name, input.type, input.value, input.uri, input.revision, input.storePath)
            .run();
    }
}

void writeEvalJobs(Writing &writing, const QString &server, const hydra::EvalJobs &jobs, qint64 now)
{
    writeHeader(writing, server, jobs.header, now);
    const auto owner = writing.names.server(server);
    const auto eval = keyOf(owner, jobs.header.id.value);
    for (const auto &row : jobs.rows) {
        writeBuild(writing, server, sightOf(row, jobs.header.jobset), now);
        if (!isStorable(row.id.value) || !isStorable(jobs.header.id.value))
            continue;
        Query(writing.database,
            "INSERT INTO member (eval, build, category) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET "
            "category = ?3 WHERE category <> ?3",
            eval, keyOf(owner, row.id.value), codeOf(row.category))
            .run();
    }
}

void writeSteps(Writing &writing, const QString &server, const QList<StepPast> &steps, qint64 now)
{
    const auto owner = writing.names.server(server);
    for (const auto &step : steps) {
        if (!isStorable(step.build.value))
            continue;
        // A step whose number nobody told is known by its derivation.
        const auto slot = step.number.value > 0 ? 0 : writing.names.word(step.drvName);
        Query(writing.database,
            "INSERT INTO step (build, number, slot, machine, drv, state, started, stopped, seconds, "
            "propagated, since, until) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11) ON CONFLICT DO UPDATE SET machine = "
            "CASE ?4 WHEN 0 THEN machine ELSE ?4 END, "
            "drv = CASE ?5 WHEN '' THEN drv ELSE ?5 END, state = ?6, started = coalesce(?7, started), "
            "stopped = coalesce(?8, stopped), seconds = coalesce(?9, seconds), "
            "propagated = coalesce(?10, propagated), until = ?11 WHERE state <> ?6 OR ?11 - until >= 60 OR "
            "stopped IS NOT coalesce(?8, stopped)",
            keyOf(owner, step.build.value), step.number.value, slot, writing.names.word(step.machine), step.drvName,
            codeOf(step.state), step.startedAt, step.stoppedAt, step.durationSeconds,
            step.propagatedFrom ? std::optional(step.propagatedFrom->value) : std::nullopt, now)
            .run();
    }
}

} // namespace narscope::history
