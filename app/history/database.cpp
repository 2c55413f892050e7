// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/database.h"

#include <QFile>

#include <sqlite3.h>

using namespace Qt::StringLiterals;

namespace narscope::history {

namespace {

/// Another program that writes to the same file holds it for a moment only.
constexpr int patience = 2000; // ms

struct Trouble {
    ProblemKind kind;
    QString sentence;
    QString advice;
};

Trouble troubleOf(int code)
{
    switch (code) {
    case SQLITE_FULL:
        return {ProblemKind::Io, u"The disk with the history is full."_s,
            u"Free some room; what was seen meanwhile is kept in memory for a while."_s};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return {ProblemKind::Io, u"The history cannot be written."_s,
            u"Check that the profile's folder exists and is yours; without it nothing is remembered."_s};
    case SQLITE_BUSY:
        return {ProblemKind::Io, u"Another program holds the history."_s,
            u"Close the other program that uses this profile."_s};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {ProblemKind::Malformed, u"The history is damaged."_s, u"It is set aside and a new one is begun."_s};
    default:
        return {ProblemKind::Io, u"The history could not be read or written."_s, {}};
    }
}

} // namespace

Database::~Database()
{
    close();
}

void Database::close()
{
    for (const auto &[sql, statement] : m_idle)
        sqlite3_finalize(statement);
    m_idle.clear();
    sqlite3_close(m_handle);
    m_handle = nullptr;
}

Result<void> Database::open(const QString &file, Access access)
{
    close();
    clearError();
    m_file = file;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (access == Access::Write ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(QFile::encodeName(file).constData(), &m_handle, flags, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
        auto found = problem();
        close();
        return std::unexpected(found);
    }
    sqlite3_busy_timeout(m_handle, patience);
    if (access == Access::Read)
        execute("PRAGMA query_only = 1");
    if (hasFailed())
        return std::unexpected(problem());
    return {};
}

bool Database::execute(const char *sql)
{
    if (hasFailed())
        return false;
    fail(sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr));
    return !hasFailed();
}

std::optional<qint64> Database::number(const QByteArray &sql)
{
    if (hasFailed())
        return std::nullopt;
    sqlite3_stmt *statement = nullptr;
    fail(sqlite3_prepare_v2(m_handle, sql.constData(), -1, &statement, nullptr));
    std::optional<qint64> number;
    if (statement && sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        number = sqlite3_column_int64(statement, 0);
    fail(sqlite3_finalize(statement));
    return number;
}

qint64 Database::changes() const
{
    return sqlite3_changes64(m_handle);
}

qint64 Database::lastId() const
{
    return sqlite3_last_insert_rowid(m_handle);
}

void Database::fail(int code)
{
    const int primary = code & 0xff;
    if (hasFailed() || primary == SQLITE_OK || primary == SQLITE_ROW || primary == SQLITE_DONE)
        return;
    m_error = primary;
    m_message = QString::fromUtf8(m_handle ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code));
}

void Database::clearError()
{
    m_error = 0;
    m_message.clear();
}

Problem Database::problem() const
{
    const auto trouble = troubleOf(m_error);
    return {.kind = trouble.kind,
        .sentence = trouble.sentence,
        .where = m_file,
        .detail = u"SQLite: %1 (%2)"_s.arg(m_message).arg(m_error),
        .advice = trouble.advice,
        .retryHelps = cannotWrite(),
        .retryAfter = {}};
}

bool Database::isDamaged() const
{
    return m_error == SQLITE_CORRUPT || m_error == SQLITE_NOTADB;
}

bool Database::cannotWrite() const
{
    switch (m_error) {
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
        return true;
    default:
        return false;
    }
}

sqlite3_stmt *Database::borrow(const char *sql)
{
    if (hasFailed())
        return nullptr;
    if (const auto node = m_idle.extract(sql))
        return node.mapped();
    sqlite3_stmt *statement = nullptr;
    fail(sqlite3_prepare_v3(m_handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return statement;
}

void Database::giveBack(const char *sql, sqlite3_stmt *statement)
{
    if (!statement)
        return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (!m_idle.emplace(sql, statement).second)
        sqlite3_finalize(statement); // a query inside a query of the same text
}

Query::~Query()
{
    m_database.giveBack(m_sql, m_statement);
}

bool Query::next()
{
    if (m_database.hasFailed() || !m_statement)
        return false;
    const int code = sqlite3_step(m_statement);
    m_database.fail(code);
    return code == SQLITE_ROW;
}

bool Query::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

qint64 Query::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::optional<qint64> Query::maybe(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

double Query::real(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

QString Query::text(int column) const
{
    // The bytes are asked for after the pointer, as SQLite wants it.
    const auto *utf8 = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    return QString::fromUtf8(utf8, sqlite3_column_bytes(m_statement, column));
}

QByteArray Query::bytes(int column) const
{
    const auto *start = static_cast<const char *>(sqlite3_column_blob(m_statement, column));
    return QByteArray(start, sqlite3_column_bytes(m_statement, column));
}

void Query::bind(int index, qint64 value)
{
    m_database.fail(sqlite3_bind_int64(m_statement, index, value));
}

void Query::bind(int index, double value)
{
    m_database.fail(sqlite3_bind_double(m_statement, index, value));
}

void Query::bind(int index, const QString &value)
{
    const auto utf8 = value.toUtf8();
    m_database.fail(sqlite3_bind_text64(m_statement, index, utf8.isNull() ? "" : utf8.constData(),
        sqlite3_uint64(utf8.size()), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind(int index, const QByteArray &value)
{
    if (value.isNull())
        bind(index, std::nullopt);
    else
        m_database.fail(
            sqlite3_bind_blob64(m_statement, index, value.constData(), sqlite3_uint64(value.size()), SQLITE_TRANSIENT));
}

void Query::bind(int index, std::nullopt_t)
{
    m_database.fail(sqlite3_bind_null(m_statement, index));
}

} // namespace narscope::history
