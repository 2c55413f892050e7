// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evidencefiles.h"

#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace narscope::trace {

bool isComparable(const EvidenceReading &reading)
{
    return std::ranges::all_of(
        reading.faults, [](const EvidenceFault &fault) { return fault.kind == EvidenceFaultKind::Missing; });
}

Result<ComparedLogs> compareEvidenceFiles(const QString &left, const QString &right)
{
    ComparedLogs logs;
    EvidenceComparer comparer;
    for (int log = 0; log < 2; ++log) {
        auto reading = readEvidenceFile(
            log == 0 ? left : right, {}, [&](const EvidenceEntry &entry) { comparer.add(log, entry); });
        if (!reading)
            return std::unexpected(std::move(reading.error()));
        logs.readings[size_t(log)] = std::move(*reading);
    }
    if (logs.areComparable())
        logs.comparison = comparer.compare();
    return logs;
}

Result<qint64> exportEvidence(
    const QString &log, const QString &target, const std::function<bool(const EvidenceEntry &)> &takes)
{
    QSaveFile file(target);
    const auto failed = [&file] {
        return problemSaying(ProblemKind::Io, u"The entries cannot be written."_s, file.fileName(), file.errorString());
    };
    if (!file.open(QIODevice::WriteOnly))
        return failed();
    qint64 count = 0;
    bool isGood = true;
    const auto reading = readEvidenceFile(log, {}, [&](const EvidenceEntry &entry) {
        if (!isGood || !takes(entry))
            return;
        const auto line = writeEvidenceLine(entry);
        isGood = file.write(line) == line.size();
        ++count;
    });
    if (!reading)
        return std::unexpected(reading.error());
    if (!isGood || !file.commit())
        return failed();
    return count;
}

} // namespace narscope::trace
