// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

// SQLite, as far as the history needs it. Private to app/history.

namespace narscope::history {

/// One connection, used by one thread at a time. The first error stays until clearError(): a sequence of
/// statements is written without checks and looked at once, at its end.
class Database {
public:
    Database() = default;
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;
    ~Database();

    enum class Access { Write, Read };
    [[nodiscard]] Result<void> open(const QString &file, Access access);
    void close();

    /// Statements without values, one or more.
    bool execute(const char *sql);
    /// The one number that a statement made at run time asks for; nothing when there is none, or null.
    [[nodiscard]] std::optional<qint64> number(const QByteArray &sql);
    [[nodiscard]] qint64 changes() const; ///< rows of the last statement
    [[nodiscard]] qint64 lastId() const;

    [[nodiscard]] bool hasFailed() const { return m_error != 0; }
    [[nodiscard]] int error() const { return m_error; } ///< SQLite's primary result code
    [[nodiscard]] Problem problem() const;
    [[nodiscard]] bool isDamaged() const; ///< the error says that the file is
    [[nodiscard]] bool cannotWrite() const; ///< disk full, read-only, locked, or broken: may get well again
    void clearError();

private:
    friend class Query;
    [[nodiscard]] sqlite3_stmt *borrow(const char *sql);
    void giveBack(const char *sql, sqlite3_stmt *statement);
    void fail(int code);

    sqlite3 *m_handle = nullptr;
    QString m_file;
    int m_error = 0;
    QString m_message;
    std::unordered_map<const char *, sqlite3_stmt *> m_idle; ///< by literal
};

/// A prepared statement with its values, under way. `sql` is a literal: it is kept prepared by its address.
class Query {
public:
    template <typename... Values>
    Query(Database &database, const char *sql, const Values &...values)
        : m_database(database)
        , m_sql(sql)
        , m_statement(database.borrow(sql))
    {
        int index = 0;
        (bind(++index, values), ...);
    }
    Query(const Query &) = delete;
    Query &operator=(const Query &) = delete;
    ~Query();

    /// On to the next row; false at the end and after an error.
    bool next();
    void run()
    {
        while (next()) { }
    }

    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] qint64 integer(int column) const;
    [[nodiscard]] std::optional<qint64> maybe(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] QString text(int column) const;
    [[nodiscard]] QByteArray bytes(int column) const;

private:
    void bind(int index, qint64 value);
    void bind(int index, int value) { bind(index, qint64(value)); }
    void bind(int index, bool value) { bind(index, qint64(value)); }
    void bind(int index, double value);
    void bind(int index, const QString &value);
    void bind(int index, const QByteArray &value); ///< a blob; null when it is null
    void bind(int index, std::nullopt_t);
    void bind(int index, const std::optional<qint64> &value)
    {
        if (value)
            bind(index, *value);
        else
            bind(index, std::nullopt);
    }

    Database &m_database;
    const char *m_sql;
    sqlite3_stmt *m_statement;
};

} // namespace narscope::history
