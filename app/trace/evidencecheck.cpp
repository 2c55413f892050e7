// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evidencecheck.h"

#include "base/hash.h"

#include <QFile>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr size_t mostFaults = 1000;
constexpr std::array words{
    "torn"_L1, "unreadable"_L1, "missing"_L1, "out-of-order"_L1, "not-the-one-before"_L1, "cut-off"_L1};

/// Follows the chain line by line.
class Follower {
public:
    Follower(const std::optional<EvidenceHead> &expected, const EvidenceVisitor &visit)
        : m_expected(expected)
        , m_visit(visit)
    {
    }

    void line(QByteArrayView bytes)
    {
        ++m_reading.lines;
        const auto entry = readEvidenceLine(bytes);
        if (!entry)
            return unreadable(bytes, entry.error().sentence);
        settleUnreadable(*entry);
        compareWithBefore(*entry);
        m_reading.head = {.number = entry->number, .hash = entry->hash};
        ++m_reading.entries;
        if (entry->seen.kind == EvidenceKind::Resumed)
            m_reading.resumed.push_back(m_reading.lines);
        if (m_expected && m_expected->number == entry->number)
            m_hasExpected = m_expected->hash == entry->hash;
        if (m_visit)
            m_visit(*entry);
    }

    /// The last line, without a line feed behind it.
    void tornLine(QByteArrayView bytes)
    {
        ++m_reading.lines;
        reportUnreadable();
        fault(EvidenceFaultKind::Torn,
            u"The last line is not whole: %1 bytes without an end. A write was cut off there."_s.arg(bytes.size()));
    }

    EvidenceReading end()
    {
        reportUnreadable();
        if (m_expected && !m_hasExpected)
            fault(EvidenceFaultKind::CutOff,
                u"The log once reached entry %1 with hash %2, which is not in it."_s.arg(m_expected->number)
                    .arg(QString::fromLatin1(m_expected->hash)));
        return std::move(m_reading);
    }

private:
    struct Unreadable {
        qint64 line;
        QByteArray hash;
        QString why;
    };

    void fault(EvidenceFaultKind kind, QString sentence, qint64 line = 0)
    {
        if (m_reading.faults.size() < mostFaults)
            m_reading.faults.push_back(
                {.kind = kind, .line = line ? line : m_reading.lines, .sentence = std::move(sentence)});
    }
    void unreadable(QByteArrayView bytes, const QString &why)
    {
        reportUnreadable();
        m_unreadable = Unreadable{.line = m_reading.lines, .hash = hashOf(bytes).base16(), .why = why};
    }
    void reportUnreadable()
    {
        if (m_unreadable)
            fault(EvidenceFaultKind::Unreadable, m_unreadable->why, m_unreadable->line);
        m_unreadable.reset();
    }
    /// A torn line is no fault when the next entry was chained to its very bytes and says so.
    void settleUnreadable(const EvidenceEntry &next)
    {
        m_isBehindTorn = m_unreadable && next.seen.kind == EvidenceKind::Resumed && next.previous == m_unreadable->hash;
        if (m_isBehindTorn)
            m_unreadable.reset();
        m_isBehindBroken = m_unreadable.has_value();
        reportUnreadable();
    }
    void compareWithBefore(const EvidenceEntry &entry)
    {
        const auto number = m_reading.head.number;
        if (m_isBehindBroken && entry.number == number + 2)
            return; // the one between is the line reported already
        if (entry.number <= number)
            return fault(
                EvidenceFaultKind::OutOfOrder, u"Entry %1 comes after entry %2."_s.arg(entry.number).arg(number));
        if (entry.number > number + 1)
            return fault(EvidenceFaultKind::Missing,
                u"Before entry %1 the entries from %2 on are missing."_s.arg(entry.number).arg(number + 1));
        if (!m_isBehindTorn && !m_isBehindBroken
            && entry.previous != (number < 0 ? noEvidenceHash : m_reading.head.hash))
            fault(EvidenceFaultKind::NotTheOneBefore,
                u"Entry %1 did not follow the line before it: one of them was exchanged."_s.arg(entry.number));
    }

    std::optional<EvidenceHead> m_expected;
    const EvidenceVisitor &m_visit;
    EvidenceReading m_reading;
    std::optional<Unreadable> m_unreadable; ///< the line before, until the next one tells whether it is accounted for
    bool m_isBehindTorn = false;
    bool m_isBehindBroken = false;
    bool m_hasExpected = false;
};

} // namespace

QString word(EvidenceFaultKind kind)
{
    return words[size_t(kind)];
}

EvidenceReading readEvidence(
    QByteArrayView log, const std::optional<EvidenceHead> &expected, const EvidenceVisitor &visit)
{
    Follower follower(expected, visit);
    while (!log.isEmpty()) {
        const auto end = log.indexOf('\n');
        if (end < 0) {
            follower.tornLine(log);
            break;
        }
        follower.line(log.first(end));
        log = log.sliced(end + 1);
    }
    return follower.end();
}

Result<EvidenceReading> readEvidenceFile(
    const QString &file, std::optional<EvidenceHead> expected, const EvidenceVisitor &visit)
{
    QFile log(file);
    if (!log.exists())
        return problemSaying(ProblemKind::NotFound, u"There is no such evidence log."_s, file);
    if (!log.open(QIODevice::ReadOnly))
        return problemSaying(ProblemKind::Io, u"The evidence log cannot be read."_s, file, log.errorString());
    QFile head(evidenceHeadFile(file));
    if (!expected && head.open(QIODevice::ReadOnly))
        expected = parseEvidenceHead(head.read(128));
    Follower follower(expected, visit);
    QByteArray line;
    while (!log.atEnd()) {
        const auto piece = log.readLine(maxEvidenceLine);
        if (piece.isEmpty())
            return problemSaying(
                ProblemKind::Io, u"The evidence log cannot be read to its end."_s, file, log.errorString());
        if (line.size() < 2 * maxEvidenceLine) // of a longer one nothing more matters than that it is too long
            line += piece;
        if (!piece.endsWith('\n'))
            continue;
        follower.line(QByteArrayView(line).chopped(1));
        line.clear();
    }
    if (!line.isEmpty())
        follower.tornLine(line);
    return follower.end();
}

} // namespace narscope::trace
