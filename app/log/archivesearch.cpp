// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/archivesearch.h"

#include "log/escapes.h"

#include <QSet>

namespace narscope::log {

namespace {

QString textOf(Line line, const Bytes &bytes, const LineIndex &index)
{
    constexpr qint64 enough = 4096;
    const auto begin = index.offsetOf(line, bytes);
    auto raw = begin ? bytes.read(*begin, enough) : Result<QByteArray>(QByteArray());
    if (!raw)
        return {};
    if (const auto end = raw->indexOf('\n'); end >= 0)
        raw->truncate(end);
    return cook(*raw).text.trimmed().left(maxFoundText);
}

} // namespace

QList<ArchivedLog> contentsOf(const QList<ArchivedLog> &newestFirst)
{
    QSet<QByteArray> seen;
    QList<ArchivedLog> contents;
    for (const auto &log : newestFirst) {
        if (!seen.contains(log.digest))
            contents << log;
        seen << log.digest;
    }
    return contents;
}

FoundLogs searchBytes(
    const Bytes &bytes, const LineIndex &index, const Query &query, const std::atomic<bool> *cancelled)
{
    FoundLogs found;
    const auto search = Search::compile(query);
    if (!search) {
        found.problem = search.error();
        return found;
    }
    Findings findings;
    const auto searched = searchAll(
        **search, bytes, index, searchOrder(index, Line(0)), nullptr,
        [&findings](BlockFinding finding) {
            findings.add(std::move(finding));
            return true;
        },
        cancelled);
    if (!searched)
        found.problem = searched.error();
    found.matches = findings.size();
    for (qint64 n = 0; n < qMin<qint64>(findings.size(), maxFoundLines); ++n)
        found.lines << FoundLine{findings.at(n), textOf(findings.at(n), bytes, index)};
    return found;
}

FoundLogs searchArchived(const Archive &archive, const ArchivedLog &log, const Query &query, const QString &spoolFolder,
    const std::atomic<bool> *cancelled)
{
    FoundLogs found;
    const auto bytes = archive.open(log.digest, spoolFolder);
    LineIndex index;
    const auto indexed
        = bytes ? index.extend(**bytes, nullptr, cancelled) : Result<void>(std::unexpected(bytes.error()));
    if (indexed)
        found = searchBytes(**bytes, index, query, cancelled);
    else
        found.problem = indexed.error();
    found.log = log;
    return found;
}

} // namespace narscope::log
