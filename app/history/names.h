// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "history/database.h"

#include <QHash>

// The numbers that stand for names, and packed store paths. Private to app/history.

namespace narscope::history {

/// For writing: finds or makes them, and remembers many. Forgets when a transaction is rolled back.
class Names {
public:
    explicit Names(Database &database)
        : m_database(database)
    {
    }
    void forget();

    [[nodiscard]] qint64 server(const QString &name);
    [[nodiscard]] qint64 word(const QString &text); ///< 0 for no text
    [[nodiscard]] qint64 jobset(const QString &server, const JobsetName &name);
    [[nodiscard]] qint64 job(const QString &server, const JobName &name);
    [[nodiscard]] qint64 series(const QString &server, const QString &name);

private:
    template <typename Key, typename Make> qint64 remembered(QHash<Key, qint64> &known, const Key &key, Make make);

    Database &m_database;
    QHash<QString, qint64> m_servers;
    QHash<QString, qint64> m_words;
    QHash<std::pair<qint64, QString>, qint64> m_series;
    QHash<std::pair<qint64, QString>, qint64> m_jobs;
    QHash<std::pair<qint64, JobsetName>, qint64> m_jobsets;
};

// For reading: 0 when it is unknown.
[[nodiscard]] qint64 serverNumber(Database &database, const QString &name);
[[nodiscard]] QString serverName(Database &database, qint64 number);
[[nodiscard]] qint64 wordNumber(Database &database, const QString &text);
[[nodiscard]] QString wordText(Database &database, qint64 number);
[[nodiscard]] qint64 jobsetNumber(Database &database, const QString &server, const JobsetName &name);
[[nodiscard]] qint64 jobNumber(Database &database, const QString &server, const JobName &name);

/// The key of a build or evaluation: the server above 40 bits of Hydra's number.
inline constexpr int keyShift = 40;
[[nodiscard]] constexpr qint64 keyOf(qint64 server, qint64 number)
{
    return (server << keyShift) | number;
}
[[nodiscard]] constexpr qint64 numberOf(qint64 key)
{
    return key & ((1LL << keyShift) - 1);
}
[[nodiscard]] constexpr qint64 serverOf(qint64 key)
{
    return key >> keyShift;
}
/// Whether Hydra's number fits a key.
[[nodiscard]] constexpr bool isStorable(qint64 number)
{
    return number > 0 && number < (1LL << keyShift);
}

/// 20 bytes of hash, and the name only when it is not the expected one; null for what is no path of
/// /nix/store.
[[nodiscard]] QByteArray packPath(const QString &path, const QString &expectedName);
[[nodiscard]] QString unpackPath(const QByteArray &packed, const QString &expectedName);
/// What the indexes hold of a packed path.
inline constexpr int indexedBytes = 6;
/// The name that an output of a build has by custom: «hello-2.12», «hello-2.12-dev».
[[nodiscard]] QString outputName(const QString &nixName, const QString &output);

} // namespace narscope::history
