// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/align.h"

#include "log/marks.h"
#include "log/relate.h"
#include "log/repeats.h"
#include "log/warnings.h"
#include "madelog.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace narscope::log::test;
using namespace Qt::StringLiterals;

namespace {

/// «= 0|0 3»: kind, first lines (– where the log has none), count.
QString printed(const Alignment &alignment)
{
    QStringList runs;
    for (const auto &run : alignment.runs) {
        const QString kinds = u"=~!<>"_s;
        runs << QString(kinds[int(run.kind)]) + u' ' + (run.isLeft ? run.left.text() : u"-"_s) + u'|'
                + (run.isRight ? run.right.text() : u"-"_s) + u' ' + QString::number(run.count);
    }
    return runs.join(u", "_s);
}

QString aligned(const QByteArray &left, const QByteArray &right)
{
    const Log a(left);
    const Log b(right);
    const auto alignment = alignLogs(a.side(), b.side());
    return alignment ? printed(*alignment) : describe(alignment.error());
}

} // namespace

class AlignTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesStandBesideTheirLikes_data()
    {
        QTest::addColumn<QByteArray>("left");
        QTest::addColumn<QByteArray>("right");
        QTest::addColumn<QString>("runs");
        QTest::newRow("the same") << "a\nb\nc\n"_ba << "a\nb\nc\n"_ba << u"= 0|0 3"_s;
        QTest::newRow("one more") << "a\nc\n"_ba << "a\nb\nc\n"_ba << u"= 0|0 1, > -|1 1, = 1|2 1"_s;
        QTest::newRow("one less") << "a\nb\nc\n"_ba << "a\nc\n"_ba << u"= 0|0 1, < 1|- 1, = 2|1 1"_s;
        QTest::newRow("changed") << "a\nfound 1.19\nc\n"_ba << "a\nfound 1.20\nc\n"_ba
                                 << u"= 0|0 1, ! 1|1 1, = 2|2 1"_s;
        QTest::newRow("what has no near-equal partner is gone or new")
            << "a\nchecking for zlib... yes\nall done\nc\n"_ba
            << "a\nchecking for zlib... no\nconfigure: error: zlib is needed\nc\n"_ba
            << u"= 0|0 1, ! 1|1 1, < 2|- 1, > -|2 1, = 3|3 1"_s;
        QTest::newRow("the likest go together wherever they stand in the gap")
            << "a\ngcc -c one.c -o one.o\nlinking the program\nc\n"_ba
            << "a\none.c:3:1: error: expected ';'\nlinking the whole program\nc\n"_ba
            << u"= 0|0 1, < 1|- 1, > -|1 1, ! 2|2 1, = 3|3 1"_s;
        QTest::newRow("hashes and progress are the same")
            << "[1/9] a\nHEAD 1a2b3c4d5e\n"_ba << "[2/9] a\nHEAD 9f8e7d6c5b\n"_ba << u"= 0|0 2"_s;
        QTest::newRow("other order is no difference")
            << "a\nb\nc\n"_ba << "a\nc\nb\n"_ba << u"= 0|0 1, ~ 1|- 1, = 2|1 1, ~ -|2 1"_s;
        QTest::newRow("blank lines are no difference")
            << "a\nb\n"_ba << "a\n\n\nb\n"_ba << u"= 0|0 1, ~ -|1 2, = 1|3 1"_s;
        QTest::newRow("phases stand beside phases")
            << "Running phase: buildPhase\nx\nRunning phase: checkPhase\ny\n"_ba
            << "Running phase: buildPhase\nx\nz\n"_ba << u"= 0|0 2, > -|2 1, < 2|- 2"_s;
        QTest::newRow("nothing beside something") << ""_ba << "a\n"_ba << u"> -|0 1"_s;
    }
    void linesStandBesideTheirLikes()
    {
        QFETCH(QByteArray, left);
        QFETCH(QByteArray, right);
        QTEST(aligned(left, right), "runs");
    }

    void theFirstNewErrorIsOneOfTheLinesThatCountAsNewOrChanged()
    {
        const Log good("test a ... ok\nold.c:3:1: error: is known\ntest b ... ok\nend\n"_ba);
        const Log bad("test a ... ok\nold.c:3:1: error: is known\ntest b ... FAILED\nfatal: no more space\nend\n"_ba);
        const auto alignment = *alignLogs(good.side(), bad.side());
        QCOMPARE(printed(alignment), u"= 0|0 2, ! 2|2 1, > -|3 1, = 3|4 1"_s);
        using Errors = std::vector<Line>;
        QCOMPARE(alignment.firstNewError(Errors{Line(1), Line(2), Line(3)}, Errors{Line(1)}),
            std::optional(NewError{.line = Line(2), .isChanged = true}));
        // The good log had that error too, in nearly the same words.
        QCOMPARE(alignment.firstNewError(Errors{Line(1), Line(2), Line(3)}, Errors{Line(1), Line(2)}),
            std::optional(NewError{.line = Line(3), .isChanged = false}));
        QCOMPARE(alignment.firstNewError(Errors{Line(1)}, Errors{Line(1)}), std::optional<NewError>());
        QCOMPARE(Alignment().firstNewError(Errors{Line(1)}, {}), std::optional<NewError>());
    }

    /// Too many for every pair to be tried: those at about the same place are.
    void longGapsArePairedInPieces()
    {
        QByteArray left;
        QByteArray right;
        for (int i = 0; i < 3000; ++i) {
            left += "step number "_ba + QByteArray::number(i) + " of the old program\n";
            right += "step number "_ba + QByteArray::number(i) + " of the young program\n";
        }
        const Log a(left);
        const Log b(right + "unlike all others\n"_ba);
        const auto alignment = *alignLogs(a.side(), b.side());
        QVERIFY(alignment.changedLines() > 2900);
        QCOMPARE(alignment.changedLines() + alignment.linesOnlyIn(AlignedRun::Kind::OnlyRight), qint64(3001));
    }

    /// Whatever the logs are: each line of both is there once, in order, and what is called the same is the
    /// same.
    void everyLineIsThereOnceInOrder()
    {
        QRandomGenerator random(5);
        for (int round = 0; round < 200; ++round) {
            const auto make = [&random] {
                QByteArray text;
                for (int i = random.bounded(40); i > 0; --i)
                    text += random.bounded(8) == 0
                        ? "Running phase: p"_ba + QByteArray::number(random.bounded(3)) + "Phase\n"
                        : "line "_ba + QByteArray(1 + random.bounded(6), 'x') + '\n';
                return text;
            };
            const auto left = make();
            const auto right = make();
            const Log a(left);
            const Log b(right);
            const auto alignment = *alignLogs(a.side(), b.side());
            const auto leftLines = left.split('\n');
            const auto rightLines = right.split('\n');
            qint64 nextLeft = 0;
            qint64 nextRight = 0;
            for (const auto &run : alignment.runs) {
                QCOMPARE(run.left.value, nextLeft);
                QCOMPARE(run.right.value, nextRight);
                for (qint64 i = 0; run.kind == AlignedRun::Kind::Same && i < run.count; ++i)
                    QCOMPARE(leftLines[nextLeft + i], rightLines[nextRight + i]);
                nextLeft += run.isLeft ? run.count : 0;
                nextRight += run.isRight ? run.count : 0;
            }
            QCOMPARE(nextLeft, a.index.lineCount());
            QCOMPARE(nextRight, b.index.lineCount());
        }
    }

    void repeatedLinesAreFoundThoughTheirNumbersChange()
    {
        const Log log("a\n[1/9] x\n[2/9] x\n[3/9] x\nb\nb\n\n\n\n\nc"_ba);
        QCOMPARE(*findRepeats(log.bytes, log.index), (std::vector<RepeatedLines>{{Line(1), 3}, {Line(6), 4}}));
    }

    void warningsOfRealToolsAreSeen_data()
    {
        QTest::addColumn<bool>("warns");
        for (const auto *line :
            {"a.c:12:3: warning: unused variable 'x' [-Wunused-variable]", "warning: unused import: `std::io`",
                "CMake Warning at CMakeLists.txt:3 (message):", "CMake Deprecation Warning at CMakeLists.txt:1",
                "WARNING: You should add a boolean check kwarg", "[WARNING] Some problems were encountered",
                "configure: WARNING: unrecognized options", "src/Main.hs:3:1: warning: [-Wunused-imports]",
                "ld: warning: x.o: missing .note.GNU-stack section", "warning[E0133]: use of unsafe", "[WARN] 3 of 4"})
            QTest::newRow(line) << true;
        for (const auto *line : {"0 warnings", "gcc -Wno-warnings -c a.c", "error: no",
                 "checking for warning flags... yes", "no warnings: fine"})
            QTest::newRow(line) << false;
    }
    void warningsOfRealToolsAreSeen()
    {
        QFETCH(bool, warns);
        QCOMPARE(isWarning(QTest::currentDataTag()), warns);
    }

    void marksAreFoundAgainAndLetGo()
    {
        QTemporaryDir folder;
        const Log log("a\nb\nc\n"_ba);
        const auto name = u"build hydra 12"_s;
        QVERIFY(writeMarks(folder.path(), name, {{Line(2), u"why?"_s, {}}, {Line(0), {}, {}}}, log.bytes, log.index));
        QCOMPARE(*readMarks(folder.path(), name, log.bytes, log.index),
            (QList<LineMark>{{Line(2), u"why?"_s, "c"}, {Line(0), {}, "a"}}));
        const Log longer("0\n1\na\nb\nc\n"_ba);
        QCOMPARE(readMarks(folder.path(), name, longer.bytes, longer.index)->front().line, Line(4));
        QVERIFY(readMarks(folder.path(), u"another"_s, log.bytes, log.index)->isEmpty());
        QVERIFY(writeMarks(folder.path(), name, {}, log.bytes, log.index));
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void jobsForOtherSystemsAreNamed()
    {
        QCOMPARE(jobForSystem(u"python3Packages.x.x86_64-linux"_s, u"x86_64-linux"_s, u"aarch64-linux"_s),
            std::optional(u"python3Packages.x.aarch64-linux"_s));
        QCOMPARE(jobForSystem(u"tested"_s, u"x86_64-linux"_s, u"aarch64-linux"_s), std::optional<QString>());
    }
};

QTEST_GUILESS_MAIN(AlignTest)
#include "align_test.moc"
