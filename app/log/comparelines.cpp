// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/comparelines.h"

#include "log/escapes.h"

#include <QHashFunctions>

namespace narscope::log {

Result<void> eachLineHash(const Bytes &bytes, const LineIndex &index, const std::atomic<bool> *cancelled,
    const std::function<void(quint64)> &take)
{
    QByteArray held;
    const auto takeLine = [&take](QByteArrayView line) {
        const auto text = normalised(visible(line));
        take(text.isEmpty() ? blankLine : qMax<quint64>(1, qHash(text, size_t(0x6e617273))));
    };
    for (qint64 at = 0; at < index.bytesIndexed(); at += LineIndex::blockSize) {
        if (cancelled && cancelled->load(std::memory_order_relaxed))
            return problem(ProblemKind::Cancelled, {});
        const auto block = bytes.read(Offset(at), qMin(LineIndex::blockSize, index.bytesIndexed() - at));
        if (!block)
            return std::unexpected(block.error());
        held += *block;
        qsizetype begin = 0;
        for (auto end = held.indexOf('\n'); end >= 0; end = held.indexOf('\n', begin)) {
            takeLine(QByteArrayView(held).sliced(begin, end - begin));
            begin = end + 1;
        }
        held.remove(0, begin);
        if (held.size() > 4 * LineIndex::blockSize) // a line without end: its beginning stands for it
            held.truncate(LineIndex::blockSize);
    }
    if (!held.isEmpty())
        takeLine(held);
    return {};
}

Result<std::vector<quint64>> hashLines(const ComparedLog &log, const std::atomic<bool> *cancelled)
{
    std::vector<quint64> hashes;
    hashes.reserve(size_t(log.index.lineCount()));
    const auto read
        = eachLineHash(log.bytes, log.index, cancelled, [&hashes](quint64 hash) { hashes.push_back(hash); });
    if (!read)
        return std::unexpected(read.error());
    // A log that was cut or is growing may have other lines than its index by now.
    hashes.resize(size_t(log.index.lineCount()));
    return hashes;
}

std::vector<Section> sectionsOf(const ComparedLog &log)
{
    std::vector<Section> sections;
    for (const auto &phase : log.phases)
        sections.push_back({phase.name, phase.begin.value, phase.end.value});
    if (sections.empty())
        sections.push_back({{}, 0, log.index.lineCount()});
    sections.back().end = log.index.lineCount();
    return sections;
}

} // namespace narscope::log
