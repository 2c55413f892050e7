// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/readbuilds.h"

#include "history/codes.h"
#include "history/names.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::history {

namespace {

JobName jobOf(Database &database, qint64 number)
{
    Query query(database,
        "SELECT project, jobset.name, job.name FROM job JOIN jobset ON jobset.id = job.jobset WHERE job.id = "
        "?",
        number);
    if (!query.next())
        return {};
    return {{query.text(0), query.text(1)}, query.text(2)};
}

QList<hydra::BuildOutput> outputsOf(Database &database, qint64 key, const QString &nixName)
{
    QList<hydra::BuildOutput> outputs;
    Query query(database,
        "SELECT word.text, path FROM output JOIN word ON word.id = output.name WHERE build = ? ORDER BY "
        "word.text",
        key);
    while (query.next()) {
        const auto name = query.text(0);
        outputs << hydra::BuildOutput{name, unpackPath(query.bytes(1), outputName(nixName, name))};
    }
    return outputs;
}

/// Columns: state, started, stopped, drv, since, until.
BuildSpell spellOf(const Query &query, int first, const QString &nixName)
{
    return {.seenFrom = query.integer(first + 4),
        .seenUntil = query.integer(first + 5),
        .state = stateOfCode(query.integer(first)),
        .startedAt = query.maybe(first + 1),
        .stoppedAt = query.maybe(first + 2),
        .drvPath = unpackPath(query.bytes(first + 3), nixName + u".drv"_s)};
}

std::optional<BuildPast> buildOf(Database &database, qint64 key)
{
    Query query(database,
        "SELECT state, started, stopped, drv, since, until, job, name, system, queued FROM build WHERE key = "
        "?",
        key);
    if (!query.next())
        return std::nullopt;
    BuildPast past{.server = serverName(database, serverOf(key)), .id = BuildId(numberOf(key))};
    past.job = jobOf(database, query.integer(6));
    past.nixName = wordText(database, query.integer(7));
    past.system = wordText(database, query.integer(8));
    past.queuedAt = query.integer(9);
    past.outputs = outputsOf(database, key, past.nixName);
    Query earlier(database,
        "SELECT state, started, stopped, drv, since, until FROM buildpast WHERE build = ? ORDER BY since", key);
    while (earlier.next())
        past.spells << spellOf(earlier, 0, past.nixName);
    past.spells << spellOf(query, 0, past.nixName);
    return past;
}

QList<BuildPast> buildsOf(Database &database, const QList<qint64> &keys)
{
    QList<BuildPast> builds;
    for (const auto key : keys) {
        if (auto build = buildOf(database, key))
            builds << *build;
    }
    return builds;
}

QList<qint64> keysOf(Query &&query)
{
    QList<qint64> keys;
    while (query.next())
        keys << query.integer(0);
    return keys;
}

EvalPast evalOf(Database &database, const Query &query)
{
    const auto key = query.integer(0);
    EvalPast past{.server = serverName(database, serverOf(key))};
    past.jobset = {query.text(1), query.text(2)};
    past.summary.id = EvalId(numberOf(key));
    past.summary.jobset = past.jobset;
    past.summary.time = query.integer(3);
    past.summary.succeeded = int(query.integer(4));
    past.summary.failed = int(query.integer(5));
    past.summary.scheduled = int(query.integer(6));
    if (const auto delta = query.maybe(7))
        past.summary.delta = int(*delta);
    past.summary.hasErrors = query.integer(8) != 0;
    past.seenFrom = query.integer(9);
    past.seenUntil = query.integer(10);
    Query changes(database, "SELECT name, revision, shown FROM evalchange WHERE eval = ? ORDER BY place", key);
    while (changes.next())
        past.summary.changes << hydra::InputChange{changes.text(0), changes.text(1), changes.text(2)};
    Query inputs(database,
        "SELECT name, type, value, uri, revision, storepath FROM evalinput WHERE eval = ? ORDER BY place", key);
    while (inputs.next())
        past.inputs << hydra::EvalInput{
            inputs.text(0), inputs.text(1), inputs.text(2), inputs.text(3), inputs.text(4), inputs.text(5)};
    return past;
}

QList<EvalPast> evalsOf(Database &database, Query &&query)
{
    QList<EvalPast> evals;
    while (query.next())
        evals << evalOf(database, query);
    return evals;
}

/// The end of a text range that begins with the prefix; revisions are hexadecimal digits.
QString beyond(const QString &prefix)
{
    return prefix + u'g';
}

StepPast stepOf(const Query &query)
{
    StepPast step{.build = BuildId(numberOf(query.integer(0))), .number = StepNr(query.integer(1))};
    step.machine = query.text(2);
    step.drvName = query.text(3);
    step.state = stateOfCode(query.integer(4));
    step.startedAt = query.maybe(5);
    step.stoppedAt = query.maybe(6);
    step.durationSeconds = query.maybe(7);
    if (const auto from = query.maybe(8))
        step.propagatedFrom = BuildId(*from);
    step.seenFrom = query.integer(9);
    step.seenUntil = query.integer(10);
    return step;
}

QList<StepPast> stepsOf(Query &&query)
{
    QList<StepPast> steps;
    while (query.next())
        steps << stepOf(query);
    return steps;
}

/// Keys of one server lie between these.
qint64 firstKey(Database &database, const QString &server)
{
    return keyOf(serverNumber(database, server), 0);
}
qint64 lastKey(Database &database, const QString &server)
{
    return keyOf(serverNumber(database, server) + 1, 0) - 1;
}

} // namespace

std::optional<BuildPast> readBuild(Database &database, const QString &server, BuildId id)
{
    return isStorable(id.value) ? buildOf(database, keyOf(serverNumber(database, server), id.value)) : std::nullopt;
}

QList<BuildPast> readBuildsOfJob(Database &database, const QString &server, const JobName &job, int limit)
{
    return buildsOf(database,
        keysOf(Query(database, "SELECT key FROM build WHERE job = ? ORDER BY key DESC LIMIT ?",
            jobNumber(database, server, job), limit)));
}

QList<BuildPast> readBuildsOfPath(Database &database, const QString &storePath)
{
    const auto packed = packPath(storePath, {});
    if (packed.isEmpty())
        return {};
    const auto prefix = packed.first(indexedBytes);
    auto keys
        = keysOf(Query(database, "SELECT key FROM build WHERE substr(drv, 1, 6) = ? AND drv IS NOT NULL", prefix));
    keys += keysOf(Query(database, "SELECT build FROM output WHERE substr(path, 1, 6) = ?", prefix));
    std::ranges::sort(keys, std::greater{});
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    auto builds = buildsOf(database, keys);
    builds.removeIf([&](const BuildPast &build) {
        const bool isOutput = std::ranges::contains(build.outputs, storePath, &hydra::BuildOutput::path);
        return !isOutput && !std::ranges::contains(build.spells, storePath, &BuildSpell::drvPath);
    });
    return builds;
}

std::optional<EvalPast> readEval(Database &database, const QString &server, EvalId id)
{
    Query query(database,
        "SELECT key, project, jobset.name, time, succeeded, failed, scheduled, delta, errors, since, until "
        "FROM eval JOIN jobset ON jobset.id = eval.jobset WHERE key = ?",
        keyOf(serverNumber(database, server), id.value));
    return query.next() ? std::optional(evalOf(database, query)) : std::nullopt;
}

QList<EvalPast> readEvals(
    Database &database, const QString &server, const JobsetName &jobset, int limit, std::optional<EvalId> before)
{
    const auto last = before ? keyOf(serverNumber(database, server), before->value) : lastKey(database, server) + 1;
    if (jobset.project.isEmpty()) {
        return evalsOf(database,
            Query(database,
                "SELECT key, project, jobset.name, time, succeeded, failed, scheduled, delta, errors, since, "
                "until FROM eval JOIN jobset ON jobset.id = eval.jobset WHERE key >= ? AND key < ? ORDER BY "
                "key DESC LIMIT ?",
                firstKey(database, server), last, limit));
    }
    return evalsOf(database,
        Query(database,
            "SELECT key, project, jobset.name, time, succeeded, failed, scheduled, delta, errors, since, "
            "until FROM eval JOIN jobset ON jobset.id = eval.jobset WHERE eval.jobset = ? AND key < ? ORDER "
            "BY key DESC LIMIT ?",
            jobsetNumber(database, server, jobset), last, limit));
}

QList<EvalPast> readEvalsAt(Database &database, const QString &server, qint64 time)
{
    return evalsOf(database,
        Query(database,
            "SELECT key, project, jobset.name, time, succeeded, failed, scheduled, delta, errors, since, until FROM "
            "eval "
            "JOIN jobset ON jobset.id = eval.jobset WHERE key IN (SELECT max(key) FROM eval WHERE key >= ?1 AND key < "
            "?2 "
            "AND coalesce(nullif(time, 0), since) <= ?3 GROUP BY jobset) ORDER BY project, jobset.name",
            firstKey(database, server), lastKey(database, server) + 1, time));
}

QList<EvalPast> readEvalsOfRevision(Database &database, const QString &server, const QString &revision)
{
    constexpr qsizetype fewestDigits = 7;
    if (revision.size() < fewestDigits)
        return {};
    auto evals = evalsOf(database,
        Query(database,
            "SELECT key, project, jobset.name, time, succeeded, failed, scheduled, delta, errors, since, "
            "until FROM eval JOIN jobset ON jobset.id = eval.jobset "
            "WHERE key IN (SELECT eval FROM evalinput WHERE revision <> '' AND revision >= ?1 AND revision < "
            "?2 UNION SELECT eval FROM evalchange WHERE revision <> '' AND revision >= ?1 AND revision < ?2) "
            "ORDER BY key",
            revision, beyond(revision)));
    evals.removeIf([&](const EvalPast &eval) { return eval.server != server; });
    return evals;
}

QList<EvalMember> readMembers(Database &database, const QString &server, EvalId eval)
{
    QList<EvalMember> members;
    Query query(database, "SELECT build, category FROM member WHERE eval = ?",
        keyOf(serverNumber(database, server), eval.value));
    while (query.next()) {
        if (auto build = buildOf(database, query.integer(0)))
            members << EvalMember{*build, categoryOfCode(query.integer(1))};
    }
    return members;
}

QList<StepPast> readSteps(Database &database, const QString &server, BuildId build)
{
    return stepsOf(Query(database,
        "SELECT build, number, word.text, drv, state, started, stopped, seconds, propagated, since, until "
        "FROM step LEFT JOIN word ON word.id = machine WHERE build = ? ORDER BY number",
        keyOf(serverNumber(database, server), build.value)));
}

QList<StepPast> readStepsOnMachine(
    Database &database, const QString &server, const QString &machine, qint64 since, int limit)
{
    return stepsOf(Query(database,
        "SELECT build, number, word.text, drv, state, started, stopped, seconds, propagated, since, until "
        "FROM step JOIN word ON word.id = machine "
        "WHERE machine = ? AND until >= ? AND build BETWEEN ? AND ? ORDER BY until DESC LIMIT ?",
        wordNumber(database, machine), since, firstKey(database, server), lastKey(database, server), limit));
}

QList<MachineTally> readTallies(Database &database, const QString &server, qint64 since)
{
    QList<MachineTally> tallies;
    // Counted first: a name is looked up for each count, not for each step.
    Query query(database,
        "SELECT word.text, state, steps FROM (SELECT machine, state, count(*) AS steps FROM step WHERE machine <> 0 "
        "AND until >= ? AND build BETWEEN ? AND ? GROUP BY machine, state) JOIN word ON word.id = machine "
        "ORDER BY machine",
        since, firstKey(database, server), lastKey(database, server));
    while (query.next()) {
        const auto machine = query.text(0);
        if (tallies.isEmpty() || tallies.last().machine != machine)
            tallies << MachineTally{.machine = machine};
        const auto state = stateOfCode(query.integer(1));
        auto &tally = tallies.last();
        const bool isOther = !hydra::isFinished(state) || state == hydra::BuildState::Aborted
            || state == hydra::BuildState::Cancelled || state == hydra::BuildState::Unknown;
        auto &count = isOther ? tally.other : hydra::isFailing(state) ? tally.failed : tally.succeeded;
        count += query.integer(2);
    }
    return tallies;
}

QList<qint64> readStepDurations(Database &database, const QString &server, qint64 since, int limit)
{
    QList<qint64> durations;
    Query query(database,
        "SELECT coalesce(stopped - started, seconds) FROM step WHERE until >= ?1 AND build BETWEEN ?2 AND ?3 "
        "AND state < 100 AND coalesce(stopped - started, seconds) >= 0 ORDER BY until DESC LIMIT ?4",
        since, firstKey(database, server), lastKey(database, server), limit);
    while (query.next())
        durations << query.integer(0);
    std::ranges::sort(durations);
    return durations;
}

QList<Event> readEvents(Database &database, qint64 since, int limit)
{
    QList<Event> events;
    Query query(database,
        "SELECT time, kind, key, before, after FROM event WHERE time >= ? ORDER BY time DESC, kind, key DESC "
        "LIMIT ?",
        since, limit);
    while (query.next()) {
        Event event{.kind = Event::Kind(query.integer(1)), .time = query.integer(0)};
        event.before = query.text(3);
        event.after = query.text(4);
        const auto key = query.text(2);
        const auto server = serverName(database, serverOf(key.toLongLong()));
        switch (event.kind) {
        case Event::Kind::Channel:
            event.subject = Subject::ofChannel(key);
            break;
        case Event::Kind::Evaluation:
            event.subject = Subject::ofEvaluation(server, EvalId(numberOf(key.toLongLong())));
            break;
        case Event::Kind::Build:
            event.subject = Subject::ofBuild(server, BuildId(numberOf(key.toLongLong())));
            break;
        }
        events << event;
    }
    return events;
}

} // namespace narscope::history
