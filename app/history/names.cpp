// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/names.h"

#include "base/hash.h"

using namespace Qt::StringLiterals;

namespace narscope::history {

namespace {

/// Names held in memory, of each kind: a large jobset's jobs and packages.
constexpr qsizetype mostRemembered = 300'000;
constexpr qsizetype digestBytes = 20;
constexpr qsizetype digits = 32;
constexpr auto storeDir = "/nix/store/"_L1;

qint64 firstNumber(Query &&query)
{
    return query.next() ? query.integer(0) : 0;
}

} // namespace

template <typename Key, typename Make> qint64 Names::remembered(QHash<Key, qint64> &known, const Key &key, Make make)
{
    if (const auto it = known.constFind(key); it != known.cend())
        return *it;
    const auto number = make();
    if (known.size() >= mostRemembered)
        known.clear();
    if (!m_database.hasFailed())
        known.insert(key, number);
    return number;
}

void Names::forget()
{
    m_servers.clear();
    m_words.clear();
    m_series.clear();
    m_jobs.clear();
    m_jobsets.clear();
}

qint64 Names::server(const QString &name)
{
    return remembered(m_servers, name, [&] {
        if (const auto known = serverNumber(m_database, name))
            return known;
        Query(m_database, "INSERT INTO server (name) VALUES (?)", name).run();
        return m_database.lastId();
    });
}

qint64 Names::word(const QString &text)
{
    if (text.isEmpty())
        return 0;
    return remembered(m_words, text, [&] {
        if (const auto known = wordNumber(m_database, text))
            return known;
        Query(m_database, "INSERT INTO word (text) VALUES (?)", text).run();
        return m_database.lastId();
    });
}

qint64 Names::jobset(const QString &server, const JobsetName &name)
{
    const auto owner = this->server(server);
    return remembered(m_jobsets, std::pair(owner, name), [&] {
        if (const auto known = jobsetNumber(m_database, server, name))
            return known;
        Query(
            m_database, "INSERT INTO jobset (server, project, name) VALUES (?, ?, ?)", owner, name.project, name.jobset)
            .run();
        return m_database.lastId();
    });
}

qint64 Names::job(const QString &server, const JobName &name)
{
    const auto owner = jobset(server, name.jobset);
    return remembered(m_jobs, std::pair(owner, name.job), [&] {
        if (const auto known
            = firstNumber(Query(m_database, "SELECT id FROM job WHERE jobset = ? AND name = ?", owner, name.job)))
            return known;
        Query(m_database, "INSERT INTO job (jobset, name) VALUES (?, ?)", owner, name.job).run();
        return m_database.lastId();
    });
}

qint64 Names::series(const QString &server, const QString &name)
{
    const auto owner = this->server(server);
    return remembered(m_series, std::pair(owner, name), [&] {
        if (const auto known
            = firstNumber(Query(m_database, "SELECT id FROM series WHERE server = ? AND name = ?", owner, name)))
            return known;
        Query(m_database, "INSERT INTO series (server, name) VALUES (?, ?)", owner, name).run();
        return m_database.lastId();
    });
}

qint64 serverNumber(Database &database, const QString &name)
{
    return firstNumber(Query(database, "SELECT id FROM server WHERE name = ?", name));
}

QString serverName(Database &database, qint64 number)
{
    Query query(database, "SELECT name FROM server WHERE id = ?", number);
    return query.next() ? query.text(0) : QString();
}

qint64 wordNumber(Database &database, const QString &text)
{
    return firstNumber(Query(database, "SELECT id FROM word WHERE text = ?", text));
}

QString wordText(Database &database, qint64 number)
{
    Query query(database, "SELECT text FROM word WHERE id = ?", number);
    return query.next() ? query.text(0) : QString();
}

qint64 jobsetNumber(Database &database, const QString &server, const JobsetName &name)
{
    return firstNumber(Query(database,
        "SELECT jobset.id FROM jobset JOIN server ON server.id = jobset.server WHERE server.name = ? AND "
        "project = ? AND jobset.name = ?",
        server, name.project, name.jobset));
}

qint64 jobNumber(Database &database, const QString &server, const JobName &name)
{
    return firstNumber(Query(database, "SELECT id FROM job WHERE jobset = ? AND name = ?",
        jobsetNumber(database, server, name.jobset), name.job));
}

QByteArray packPath(const QString &path, const QString &expectedName)
{
    if (!path.startsWith(storeDir) || path.size() < storeDir.size() + digits + 2
        || path[storeDir.size() + digits] != u'-')
        return {};
    const auto digest = fromNix32(path.sliced(storeDir.size(), digits).toLatin1(), digestBytes);
    if (!digest)
        return {};
    const auto name = path.sliced(storeDir.size() + digits + 1);
    return name == expectedName ? *digest : *digest + name.toUtf8();
}

QString unpackPath(const QByteArray &packed, const QString &expectedName)
{
    if (packed.size() < digestBytes)
        return {};
    const auto name = packed.size() > digestBytes ? QString::fromUtf8(packed.sliced(digestBytes)) : expectedName;
    return storeDir + QString::fromLatin1(toNix32(packed.first(digestBytes))) + u'-' + name;
}

QString outputName(const QString &nixName, const QString &output)
{
    return output == "out"_L1 ? nixName : nixName + u'-' + output;
}

} // namespace narscope::history
