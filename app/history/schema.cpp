// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/schema.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <array>

#include <sqlite3.h>

using namespace Qt::StringLiterals;

namespace narscope::history {

namespace {

/// «Nars» in PRAGMA application_id: tells our files from others (sqlite.org/fileformat2, offset 68).
constexpr qint64 applicationId = 0x4e617273;

// Keys of builds and evaluations hold the server above 40 bits of Hydra's own number, so that they are the
// rowid and cost nothing. Store paths are 20 bytes of hash where their name follows from the build's
// (paths.h); their indexes hold 6 of these bytes. Texts that come again and again are numbers into `word`.
constexpr const char *first = R"(
CREATE TABLE server (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE jobset (id INTEGER PRIMARY KEY, server INTEGER NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL,
  UNIQUE (server, project, name));
CREATE TABLE job (id INTEGER PRIMARY KEY, jobset INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (jobset, name));

CREATE TABLE build (key INTEGER PRIMARY KEY, job INTEGER NOT NULL, name INTEGER, system INTEGER, queued INTEGER,
  state INTEGER NOT NULL, started INTEGER, stopped INTEGER, drv, since INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE INDEX build_job ON build (job);
CREATE INDEX build_drv ON build (substr(drv, 1, 6)) WHERE drv IS NOT NULL;
CREATE TABLE buildpast (build INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, state INTEGER NOT NULL,
  started INTEGER, stopped INTEGER, drv, PRIMARY KEY (build, since)) WITHOUT ROWID;
CREATE TABLE output (build INTEGER NOT NULL, name INTEGER NOT NULL, path NOT NULL, PRIMARY KEY (build, name)) WITHOUT ROWID;
CREATE INDEX output_path ON output (substr(path, 1, 6));

CREATE TABLE eval (key INTEGER PRIMARY KEY, jobset INTEGER NOT NULL, time INTEGER, succeeded INTEGER, failed INTEGER,
  scheduled INTEGER, delta INTEGER, errors INTEGER, since INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE INDEX eval_jobset ON eval (jobset);
CREATE TABLE evalchange (eval INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT, revision TEXT, shown TEXT,
  PRIMARY KEY (eval, place)) WITHOUT ROWID;
CREATE INDEX evalchange_revision ON evalchange (revision) WHERE revision <> '';
CREATE TABLE evalinput (eval INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT, type TEXT, value TEXT, uri TEXT,
  revision TEXT, storepath TEXT, PRIMARY KEY (eval, place)) WITHOUT ROWID;
CREATE INDEX evalinput_revision ON evalinput (revision) WHERE revision <> '';
CREATE TABLE member (eval INTEGER NOT NULL, build INTEGER NOT NULL, category INTEGER NOT NULL,
  PRIMARY KEY (eval, build)) WITHOUT ROWID;

CREATE TABLE step (build INTEGER NOT NULL, number INTEGER NOT NULL, slot INTEGER NOT NULL, machine INTEGER, drv TEXT,
  state INTEGER NOT NULL, started INTEGER, stopped INTEGER, seconds INTEGER, propagated INTEGER,
  since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (build, number, slot)) WITHOUT ROWID;
CREATE INDEX step_machine ON step (machine, until);
CREATE INDEX step_until ON step (until);
CREATE TABLE machine (server INTEGER NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, since INTEGER NOT NULL,
  until INTEGER NOT NULL, PRIMARY KEY (server, name)) WITHOUT ROWID;
CREATE TABLE series (id INTEGER PRIMARY KEY, server INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (server, name));
CREATE TABLE sample (series INTEGER NOT NULL, time INTEGER NOT NULL, value NOT NULL, PRIMARY KEY (series, time)) WITHOUT ROWID;

CREATE TABLE channel (channel TEXT NOT NULL, view TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
  revision TEXT NOT NULL, release TEXT, moved INTEGER, PRIMARY KEY (channel, view, since)) WITHOUT ROWID;
CREATE TABLE event (time INTEGER NOT NULL, kind INTEGER NOT NULL, key NOT NULL, before TEXT, after TEXT,
  PRIMARY KEY (time, kind, key)) WITHOUT ROWID;

CREATE TABLE logopened (id INTEGER PRIMARY KEY, server TEXT, build INTEGER, drv TEXT, title TEXT, source TEXT,
  state INTEGER, time INTEGER NOT NULL);
CREATE TABLE verification (id INTEGER PRIMARY KEY, path TEXT NOT NULL, time INTEGER NOT NULL, verdict TEXT, report BLOB);
CREATE INDEX verification_path ON verification (path);
CREATE TABLE fact (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, claim TEXT NOT NULL, object TEXT NOT NULL, source TEXT,
  time INTEGER NOT NULL, digest BLOB, UNIQUE (subject, claim, object));
CREATE TABLE request (hour INTEGER NOT NULL, server TEXT NOT NULL, host TEXT NOT NULL, requests INTEGER NOT NULL,
  failures INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (hour, server, host)) WITHOUT ROWID;
CREATE TABLE mark (name TEXT NOT NULL, subject TEXT NOT NULL, value TEXT NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (name, subject)) WITHOUT ROWID;
CREATE TABLE document (server TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, seen INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (server, kind, key));
)";

/// What leads from each version to the next.
constexpr std::array<const char *, schemaVersion> migrations{first};

QString settingOf(Database &database, const char *pragma)
{
    Query query(database, pragma);
    return query.next() ? query.text(0) : QString();
}

bool hasTables(Database &database)
{
    Query query(database, "SELECT 1 FROM sqlite_schema LIMIT 1");
    return query.next();
}

void migrate(Database &database, int from)
{
    database.execute("BEGIN IMMEDIATE");
    // Another program may have migrated while we waited for the lock.
    const int now = settingOf(database, "PRAGMA user_version").toInt();
    for (int version = std::max(from, now); version < schemaVersion; ++version)
        database.execute(migrations[size_t(version)]);
    database.execute(u"PRAGMA application_id = %1; PRAGMA user_version = %2; COMMIT"_s.arg(applicationId)
            .arg(schemaVersion)
            .toUtf8()
            .constData());
}

/// Why the file is not to be used, or nothing.
struct Fault {
    QString reason; ///< for the file's name
    QString sentence;
};
std::optional<Fault> faultOf(Database &database, int version, qint64 id, bool isEmpty)
{
    const bool lacksTables = database.error() == SQLITE_ERROR;
    if (database.isDamaged() || lacksTables)
        return Fault{u"damaged"_s, u"The history was damaged. It is set aside, and a new one is begun."_s};
    if (!isEmpty && id != applicationId)
        return Fault{
            u"foreign"_s, u"The file of the history was not Narscope's. It is set aside, and a new one is begun."_s};
    if (version > schemaVersion)
        return Fault{u"newer"_s,
            u"The history was written by a newer version of Narscope. It is set aside, and a new one is begun."_s};
    return std::nullopt;
}

/// Every table there: a file cut short often still opens.
void lookAtTables(Database &database)
{
    for (const auto &[table, kind, oldest] : tableKinds()) {
        const auto sql = "SELECT * FROM " + QByteArray(table) + " LIMIT 1";
        database.execute(sql.constData());
    }
}

} // namespace

std::span<const TableKind> tableKinds()
{
    static constexpr std::array kinds{
        TableKind{"build", "builds", "SELECT since FROM build ORDER BY key LIMIT 1"},
        TableKind{"buildpast", "builds", nullptr},
        TableKind{"output", "builds", nullptr},
        TableKind{"job", "names", nullptr},
        TableKind{"jobset", "names", nullptr},
        TableKind{"word", "names", nullptr},
        TableKind{"server", "names", nullptr},
        TableKind{"eval", "evaluations", "SELECT min(since) FROM eval"},
        TableKind{"evalchange", "evaluations", nullptr},
        TableKind{"evalinput", "evaluations", nullptr},
        TableKind{"member", "evaluations", nullptr},
        TableKind{"step", "steps", "SELECT min(since) FROM step"},
        TableKind{"machine", "machines", "SELECT min(since) FROM machine"},
        TableKind{"sample", "samples",
            "SELECT min(first) FROM (SELECT min(time) AS first FROM series JOIN sample ON sample.series = "
            "series.id GROUP BY series.id)"},
        TableKind{"series", "samples", nullptr},
        TableKind{"channel", "channels", "SELECT min(since) FROM channel"},
        TableKind{"event", "events", "SELECT min(time) FROM event"},
        TableKind{"logopened", "logs", "SELECT min(time) FROM logopened"},
        TableKind{"verification", "verifications", "SELECT min(time) FROM verification"},
        TableKind{"fact", "facts", "SELECT min(time) FROM fact"},
        TableKind{"request", "requests", "SELECT min(hour) * 3600 FROM request"},
        TableKind{"mark", "marks", "SELECT min(time) FROM mark"},
        TableKind{"document", "documents", "SELECT min(seen) FROM document"},
    };
    return kinds;
}

Result<SetAside> setAside(const QString &file, const QString &reason, const QString &sentence)
{
    const QFileInfo about(file);
    const auto stamp = QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd-HHmmss"_s);
    QString name;
    for (int number = 1; name.isEmpty() || QFileInfo::exists(name); ++number) {
        const auto count = number > 1 ? u"-%1"_s.arg(number) : QString();
        name = about.dir().filePath(
            u"%1-%2-%3%4.%5"_s.arg(about.completeBaseName(), reason, stamp, count, about.suffix()));
    }
    QFile source(file);
    if (!source.rename(name))
        return problemSaying(
            ProblemKind::Io, u"The history cannot be used and cannot be set aside."_s, file, source.errorString());
    for (const auto *part : {"-wal", "-shm"})
        QFile::rename(file + QLatin1StringView(part), name + QLatin1StringView(part)); // absent after a clean end
    return SetAside{name,
        {.kind = ProblemKind::Unsupported,
            .sentence = sentence,
            .where = name,
            .detail = {},
            .advice = u"Nothing in it was changed."_s,
            .retryHelps = false,
            .retryAfter = {}}};
}

Result<std::optional<SetAside>> openForWriting(Database &database, const QString &file)
{
    std::optional<SetAside> moved;
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (auto opened = database.open(file, Database::Access::Write); !opened)
            return std::unexpected(opened.error());
        const auto version = settingOf(database, "PRAGMA user_version").toInt();
        const auto id = settingOf(database, "PRAGMA application_id").toLongLong();
        const bool isEmpty = !hasTables(database);
        auto fault = faultOf(database, version, id, isEmpty);
        if (!fault) {
            if (isEmpty)
                database.execute("PRAGMA auto_vacuum = INCREMENTAL"); // only before the first table
            // NORMAL: a killed program loses nothing that was committed, a power cut at most what came since
            // the last checkpoint; the file stays whole either way.
            database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384");
            if (version < schemaVersion)
                migrate(database, version);
            lookAtTables(database);
            fault = faultOf(database, schemaVersion, applicationId, false);
        }
        if (!fault)
            break;
        database.close();
        auto result = setAside(file, fault->reason, fault->sentence);
        if (!result)
            return std::unexpected(result.error());
        moved = *result;
    }
    if (database.hasFailed())
        return std::unexpected(database.problem());
    return moved;
}

} // namespace narscope::history
