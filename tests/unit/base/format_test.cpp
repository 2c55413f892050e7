// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"

#include <QTest>

using namespace narscope;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class FormatTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sizes()
    {
        QCOMPARE(formatSize(0), u"0 B"_s);
        QCOMPARE(formatSize(1023), u"1023 B"_s);
        QCOMPARE(formatSize(1024), u"1.0 KiB"_s);
        QCOMPARE(formatSize(1024 * 1024 - 1), u"1.0 MiB"_s);
        QCOMPARE(formatSize(23'173'530), u"22.1 MiB"_s);
        QCOMPARE(formatSize(std::numeric_limits<qint64>::max()), u"8.0 EiB"_s);
    }
    void durations()
    {
        QCOMPARE(formatDuration(-5s), u"0 s"_s);
        QCOMPARE(formatDuration(182s), u"3 m 02 s"_s);
        QCOMPARE(formatDuration(3h + 12min), u"3 h 12 m"_s);
        QCOMPARE(formatDuration(52h), u"2 d 4 h"_s);
        QCOMPARE(formatAge(9h + 50min), u"9 h"_s);
        QCOMPARE(formatAge(-3s), u"now"_s);
    }
    void countsTimesAndElision()
    {
        QCOMPARE(formatCount(250113), u"250,113"_s);
        QCOMPARE(formatTime(1763694765, 1763700000), u"21 Nov 03:12"_s);
        QCOMPARE(formatExactTime(1763694765), u"2025-11-21 03:12:45 UTC"_s);
        QCOMPARE(elideMiddle(u"abcdefghij"_s, 5), u"ab…ij"_s);
    }
};

QTEST_APPLESS_MAIN(FormatTest)
#include "format_test.moc"
