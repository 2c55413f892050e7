// SPDX-License-Identifier: GPL-3.0-or-later
#include "madelog.h"

#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace narscope::log::test;
using namespace Qt::StringLiterals;

namespace {

QString printed(const Comparison &comparison)
{
    QStringList lines;
    const auto number = [](std::optional<Line> line) { return line ? QString::number(line->value) : u"-"_s; };
    for (const auto &phase : comparison.phases) {
        lines << u"%1 %2%3 same %4"_s
                     .arg(phase.name, phase.isInLeft ? u"l"_s : u"_"_s, phase.isInRight ? u"r"_s : u"_"_s)
                     .arg(phase.same);
        for (const auto &line : phase.lines)
            lines << u"  %1 %2"_s.arg(number(line.left), number(line.right));
    }
    return lines.join(u'\n');
}

} // namespace

class CompareTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatDiffersEveryTimeIsNoDifference_data()
    {
        QTest::addColumn<QByteArray>("one");
        QTest::addColumn<QByteArray>("two");
        QTest::newRow("store path") << "gcc -I/nix/store/zi6ypq21vd9w5yk0l8m3jcn4q7rb2xfa-zlib-1.3/include"_ba
                                    << "gcc -I/nix/store/0c1q8vyzs1w5yk0l8m3jcn4q7rb2xfab-zlib-1.3/include"_ba;
        QTest::newRow("progress") << "[12/340] Linking a"_ba << "[9/340] Linking a"_ba;
        QTest::newRow("percentage") << "[ 45%] Building"_ba << "[ 46%] Building"_ba;
        QTest::newRow("duration") << "test a ... ok in 0.31s"_ba << "test a ... ok in 12.2s"_ba;
        QTest::newRow("kernel time") << "machine # [   97.140000] systemd[1]: Started x"_ba
                                     << "machine # [  121.330000] systemd[1]: Started x"_ba;
        QTest::newRow("clock") << "started at 12:03:44"_ba << "started at 23:59:01"_ba;
        QTest::newRow("temporary folder") << "cd /build/tmp.Xy12/src"_ba << "cd /build/tmp.ab9Z/src"_ba;
        QTest::newRow("address") << "at 0x7f12ab34cd56 in f"_ba << "at 0x7fffab34cd56 in f"_ba;
        QTest::newRow("commit") << "HEAD is at 1a2b3c4d5e"_ba << "HEAD is at 9f8e7d6c5b"_ba;
    }
    void whatDiffersEveryTimeIsNoDifference()
    {
        QFETCH(QByteArray, one);
        QFETCH(QByteArray, two);
        QCOMPARE(normalised(one), normalised(two));
    }

    void whatMattersStays()
    {
        QVERIFY(normalised("foo.c:12:3: error: x") != normalised("foo.c:13:3: error: x"));
        QVERIFY(normalised("3 tests failed") != normalised("4 tests failed"));
        QVERIFY(normalised("zlib-1.3") != normalised("zlib-1.4"));
        QVERIFY(normalised("undefined reference to a") != normalised("undefined reference to b"));
    }

    void onlyDifferencesAreListedPhaseByPhase()
    {
        const Log good("Running phase: buildPhase\n[1/3] a\n[2/3] b\n[3/3] c\nRunning phase: checkPhase\nall ok\n"_ba);
        const Log bad(
            "Running phase: buildPhase\n[1/3] b\n[2/3] a\n[3/3] d\nerror: d\nRunning phase: diffPhase\nx\n"_ba);
        const auto comparison = compareLogs(good.side(), bad.side());
        QVERIFY(comparison);
        QCOMPARE(printed(*comparison),
            u"buildPhase lr same 3\n  3 -\n  - 3\n  - 4\ndiffPhase _r same 0\n  - 5\n  - 6\ncheckPhase l_ same 0\n  4 -\n  5 -"_s);
    }

    void theSameLogHasNoDifferences()
    {
        const Log log(QByteArray("Running phase: buildPhase\nline\n").repeated(3) + "end");
        QCOMPARE(compareLogs(log.side(), log.side())->differences(), 0);
    }
};

QTEST_APPLESS_MAIN(CompareTest)
#include "compare_test.moc"
