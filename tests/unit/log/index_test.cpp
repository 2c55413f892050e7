// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/lineindex.h"
#include "log/linereader.h"
#include "log/outline.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

/// Lines of 0 to 200 bytes, now and then one of several blocks.
QByteArray randomLog(quint32 seed, qsizetype size)
{
    QRandomGenerator random(seed);
    QByteArray log;
    while (log.size() < size) {
        const auto length = random.bounded(2000) == 0 ? random.bounded(3 << 20) : random.bounded(200);
        log += QByteArray(length, char('a' + random.bounded(26))) + '\n';
    }
    return log;
}

QList<qint64> lineBegins(const QByteArray &log)
{
    QList<qint64> begins{0};
    for (qsizetype i = 0; i < log.size(); ++i) {
        if (log[i] == '\n' && i + 1 < log.size())
            begins << i + 1;
    }
    return begins;
}

/// Knows how much of a log was read.
class CountedBytes final : public Bytes {
public:
    explicit CountedBytes(const Bytes &bytes)
        : m_bytes(bytes)
    {
    }
    [[nodiscard]] qint64 size() const override { return m_bytes.size(); }
    [[nodiscard]] Result<qint64> readInto(Offset offset, std::span<char> buffer) const override
    {
        const auto got = m_bytes.readInto(offset, buffer);
        count += got.value_or(0);
        return got;
    }
    mutable qint64 count = 0;

private:
    const Bytes &m_bytes;
};

} // namespace

class IndexTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyLineIsFoundWhereItBegins()
    {
        QThreadPool pool;
        for (const quint32 seed : {1u, 2u, 3u}) {
            const auto log = randomLog(seed, 9 << 20) + (seed == 2 ? "open end" : "");
            const MemoryBytes bytes(log);
            LineIndex index;
            QVERIFY(index.extend(bytes, &pool));
            const auto begins = lineBegins(log);
            QCOMPARE(index.lineCount(), begins.size());
            for (qsizetype i = 0; i < begins.size(); ++i) {
                QCOMPARE(index.offsetOf(Line(i), bytes)->value, begins[i]);
                // Within the lines of one sample, or of one block where that has fewer.
                const auto first = begins[qMax<qsizetype>(0, i - LineIndex::stride)];
                const auto last = i + LineIndex::stride < begins.size() ? begins[i + LineIndex::stride] : log.size();
                const auto rough = index.roughOffsetOf(Line(i)).value;
                QVERIFY(rough >= first && rough <= last);
                if (i % 97 == 0)
                    QCOMPARE(
                        index
                            .lineAt(
                                Offset(begins[i] + (i + 1 < begins.size() ? begins[i + 1] - begins[i] - 1 : 0)), bytes)
                            ->value,
                        i);
            }
            QVERIFY(index.memory() < log.size() / 1000);
        }
    }

    void linesAreReadWholeInWhateverOrderAndNoLongerThanWanted()
    {
        const auto log = randomLog(4, 3 << 20) + "open end";
        const MemoryBytes bytes(log);
        LineIndex index;
        QVERIFY(index.extend(bytes));
        const auto lines = log.split('\n');
        LineReader ascending(bytes, index, 8 << 20);
        LineReader descending(bytes, index, 100);
        for (qsizetype i = 0; i < lines.size(); i += 1 + i % 3)
            QVERIFY(*ascending.line(Line(i)) == lines[i]);
        for (qsizetype i = lines.size() - 1; i >= 0; i -= 61)
            QVERIFY(*descending.line(Line(i)) == lines[i].left(100));
    }

    void growingInAnyStepsGivesTheSameIndex()
    {
        QTemporaryDir folder;
        const auto spool = Spool::create(folder.path(), 64 << 20);
        QVERIFY(spool);
        const auto log = randomLog(7, 3 << 20);
        QRandomGenerator random(5);
        LineIndex grown;
        for (qsizetype at = 0; at < log.size();) {
            const auto step = qMin<qsizetype>(log.size() - at, 1 + random.bounded(100'000));
            QVERIFY((*spool)->append(QByteArrayView(log).sliced(at, step)));
            QVERIFY(grown.extend(**spool));
            QCOMPARE(grown.bytesIndexed(), at + step);
            QCOMPARE(grown.lineCount(), log.first(at + step).count('\n') + (log[at + step - 1] == '\n' ? 0 : 1));
            at += step;
        }
        LineIndex whole;
        QVERIFY(whole.extend(MemoryBytes(log)));
        QCOMPARE(grown, whole);
    }

    void anAppendCostsWhatWasAppended()
    {
        QTemporaryDir folder;
        const auto spool = *Spool::create(folder.path(), 64 << 20);
        QVERIFY(spool->append(randomLog(9, 5 << 20)));
        const CountedBytes bytes(*spool);
        LineIndex index;
        OutlineScanner outline;
        QVERIFY(index.extend(bytes) && outline.extend(bytes, index, false));
        const auto more = "@nix {\"action\":\"setPhase\",\"phase\":\"buildPhase\"}\ngcc -c a.c\n"_ba.repeated(10);
        for (int i = 0; i < 100; ++i) {
            QVERIFY(spool->append(more));
            bytes.count = 0;
            QVERIFY(index.extend(bytes) && outline.extend(bytes, index, false));
            QCOMPARE(bytes.count, 2 * more.size()); // once for the lines, once for the phases
        }
        QCOMPARE(outline.phases().size(), size_t(1 + 1000));
    }

    void emptyAndOneByteLogs()
    {
        LineIndex index;
        QVERIFY(index.extend(MemoryBytes({})));
        QCOMPARE(index.lineCount(), 0);
        QVERIFY(index.extend(MemoryBytes("x"_ba)));
        QCOMPARE(index.lineCount(), 1);
        LineIndex newline;
        QVERIFY(newline.extend(MemoryBytes("\n"_ba)));
        QCOMPARE(newline.lineCount(), 1);
    }

    void aTruncatedFileIsSaidAndWhatWasThereStays()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"build.log"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray("line\n").repeated(500'000));
        file.flush();
        auto bytes = FileBytes::open(file.fileName());
        QVERIFY(bytes);
        QVERIFY(file.resize(1'500'000));
        LineIndex index;
        const auto result = index.extend(**bytes);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ProblemKind::Io);
        QCOMPARE(index.bytesIndexed(), 1 << 20);
        QCOMPARE(index.lineCount(), (1 << 20) / 5 + 1);
        QCOMPARE((*bytes)->look(), FileBytes::Change::Truncated);
    }

    void aGrowingAReplacedAndARemovedFileAreToldApart()
    {
        QTemporaryDir folder;
        const auto name = folder.filePath(u"build.log"_s);
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("one\n");
        file.flush();
        auto bytes = *FileBytes::open(name);
        QCOMPARE(bytes->look(), FileBytes::Change::None);
        file.write("two\n");
        file.flush();
        QCOMPARE(bytes->look(), FileBytes::Change::Grew);
        QCOMPARE(*bytes->read(Offset(4), 100), "two\n"_ba);
        QVERIFY(QFile::rename(name, folder.filePath(u"old.log"_s)));
        QCOMPARE(bytes->look(), FileBytes::Change::Gone);
        QFile second(name);
        QVERIFY(second.open(QIODevice::WriteOnly));
        QCOMPARE(bytes->look(), FileBytes::Change::Replaced);
    }

    void aSpoolStopsAtItsLimitAndKeepsWhatFits()
    {
        QTemporaryDir folder;
        const auto spool = *Spool::create(folder.path(), 10);
        QVERIFY(spool->append("123456"));
        const auto full = spool->append("7890abc");
        QVERIFY(!full);
        QCOMPARE(full.error().kind, ProblemKind::TooLarge);
        QCOMPARE(*spool->read(Offset(0), 100), "1234567890"_ba);
    }
};

QTEST_APPLESS_MAIN(IndexTest)
#include "index_test.moc"
