// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/database.h"
#include "history/values.h"

// The other questions; what they mean is told in history.h. Private to app/history.

namespace narscope::history {

[[nodiscard]] QList<MachinePast> readMachines(Database &database, const QString &server);
[[nodiscard]] QStringList readSeriesNames(Database &database, const QString &server, const QString &prefix);
[[nodiscard]] QList<SamplePoint> readSamples(
    Database &database, const QString &server, const QString &series, qint64 from, qint64 until, int most);
[[nodiscard]] QList<ChannelSpell> readChannel(Database &database, const QString &name, int limit);
[[nodiscard]] QList<ChannelSpell> readChannelsNow(Database &database);
[[nodiscard]] QList<ChannelSpell> readChannelsAt(Database &database, qint64 time);
[[nodiscard]] QList<SeriesValue> readValuesAt(Database &database, const QString &server, qint64 time);
[[nodiscard]] QList<LogOpened> readLogsOpened(Database &database, int limit);
[[nodiscard]] QList<Verification> readVerifications(Database &database, const QString &path, int limit);
[[nodiscard]] QList<Fact> readFacts(Database &database, const QString &subject, const QString &claim);
[[nodiscard]] QList<RequestCount> readRequests(Database &database, qint64 sinceHour);
[[nodiscard]] QList<Mark> readMarks(Database &database, const QString &name);
[[nodiscard]] std::optional<Mark> readMark(Database &database, const QString &subject, const QString &name);
[[nodiscard]] QList<Document> readDocuments(Database &database, const QString &server, const QStringList &kinds);
[[nodiscard]] std::optional<Document> readDocument(
    Database &database, const QString &server, const QString &kind, const QString &key);
[[nodiscard]] HistorySize readSize(Database &database, const QString &file);

} // namespace narscope::history
