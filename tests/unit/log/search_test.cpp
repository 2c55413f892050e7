// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/escapes.h"
#include "log/search.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>
#include <QThreadPool>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

QList<qint64> found(const QByteArray &log, const Query &query, Findings *all = nullptr)
{
    const MemoryBytes bytes(log);
    QThreadPool pool;
    LineIndex index;
    if (!index.extend(bytes, &pool))
        return {-1};
    const auto search = Search::compile(query);
    if (!search)
        return {-2};
    Findings findings;
    const auto done = searchAll(**search, bytes, index, searchOrder(index, Line(index.lineCount() / 2)), &pool,
        [&findings](BlockFinding finding) {
            findings.add(std::move(finding));
            return true;
        });
    if (!done)
        return {-3};
    QList<qint64> lines;
    for (qint64 i = 0; i < findings.size(); ++i)
        lines << findings.at(i).value;
    if (all)
        *all = findings;
    return lines;
}

/// The slow and plain way, by another engine: strip all, split, match each line.
QList<qint64> expected(const QByteArray &log, const QRegularExpression &regex)
{
    QList<qint64> lines;
    const auto text = visible(log);
    qint64 number = 0;
    for (const auto &line : (text.endsWith('\n') ? text.chopped(1) : text).split('\n')) {
        if (regex.match(QString::fromUtf8(line)).hasMatch())
            lines << number;
        ++number;
    }
    return lines;
}

QByteArray buildLog(quint32 seed, qsizetype size)
{
    QRandomGenerator random(seed);
    const QList<QByteArray> lines{"gcc -O2 -c src/foo_bar12.cpp -o foo.o",
        "\x1b[01m\x1b[Ksrc/foo_bar12.cpp:3:14:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kno member",
        "  1%\r 50%\r100%", "tests failed: 3", "ok", "", "Grüße, 世界 FAILED", "all errors are gone",
        "make: *** [Makefile:7: foo.o] Error 1"};
    QByteArray log;
    while (log.size() < size)
        log += lines[random.bounded(lines.size())]
            + (random.bounded(20'000) == 0 ? QByteArray(2 << 20, '=') : QByteArray()) + '\n';
    return log + "the last failed line";
}

} // namespace

class SearchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsWhatAnotherEngineFinds_data()
    {
        QTest::addColumn<QString>("regex");
        for (const auto *regex :
            {"error|failed", "error: no", "^ok$", "^$", "[a-z]+_[a-z]+[0-9]+\\.(?:cpp|cc|c|rs):[0-9]+:[0-9]+", "世界",
                "Gr.{2}e", "\\bfailed\\b", "^100%", "[^ -~]", "\\s", "(o+)\\1", "fail(?=ed)", "[.]cpp", "r[[:^alpha:]]",
                "Gr[[:^ascii:]]", "e{1,2}rror", "last failed line$", ".*", "x*", "[a-z]+_bar[0-9]+",
                "[0-9]+[.]?:[0-9]+", "\\]|failed", "1?00%", "[\\].]c:?pp", "(no )?memb+er", "[c-f]+"})
            QTest::newRow(regex) << QString::fromUtf8(regex);
    }
    void findsWhatAnotherEngineFinds()
    {
        QFETCH(QString, regex);
        const auto log = buildLog(3, 2'500'000);
        QVERIFY(found(log, Query::of({.text = regex, .isRegex = true, .matchCase = true}))
            == expected(log, QRegularExpression(regex)));
        QVERIFY(found(log, Query::of({.text = regex, .isRegex = true}))
            == expected(log, QRegularExpression(regex, QRegularExpression::CaseInsensitiveOption)));
    }

    void linesThatEndWithABlockDoNotHideTheNext()
    {
        const auto size = LineIndex::blockSize;
        const auto log = QByteArray(size - 10, 'a') + '\n' + QByteArray(size + 8, 'b') + '\n'
            + QByteArray("hit\nno\n").repeated(10);
        Findings findings;
        QCOMPARE(found(log, Query::of({.text = u"hit"_s}), &findings).size(), 10);
        QVERIFY(findings.contains(Line(2)));
        QVERIFY(!findings.contains(Line(3)));
        QCOMPARE(found(log, Query::of({.text = u"^b+$"_s, .isRegex = true})), QList<qint64>{1});
    }

    /// Of the log's first line and of texts put together behind it: a mark at a line's begin is not seen.
    void patternsBeginBehindAByteOrderMark()
    {
        const QByteArray mark("\xef\xbb\xbf");
        const auto log = mark + "one\ntwo\n" + mark + "one\nx" + mark + "one\n" + mark + "\n\x1b[31mone\n" + mark
            + "\x1b[31mone\n" + QByteArray(LineIndex::blockSize, 'y') + '\n' + mark + "one";
        QCOMPARE(found(log, Query::of({.text = u"^one$"_s, .isRegex = true})), (QList<qint64>{0, 2, 5, 6, 8}));
        QCOMPARE(found(log, Query::of({.text = u"^$"_s, .isRegex = true})), (QList<qint64>{4}));
        QCOMPARE(found(log, Query::of({.text = u"^[^o]*one"_s, .isRegex = true})), (QList<qint64>{0, 2, 3, 5, 6, 8}));
        QCOMPARE(found(log, Query::of({.text = u"one"_s})), (QList<qint64>{0, 2, 3, 5, 6, 8}));
    }

    void whatIsSearchedOnlyInPartIsToldAlsoBehindAnotherLongLine()
    {
        Findings findings;
        const auto log = QByteArray(3 * LineIndex::blockSize, 'x') + "\nshort\n"
            + QByteArray(maxSearchedLine + 2 * LineIndex::blockSize, 'y') + " hit\nlast";
        QCOMPARE(found(log, Query::of({.text = u"hit"_s}), &findings), QList<qint64>());
        QCOMPARE(findings.tooLong(), 1);
    }

    void literalsAreNoPatterns()
    {
        const auto log = "a.b\naxb\n[x]*(y)\nlinks \\d {3} #1\n"_ba;
        QCOMPARE(found(log, Query::of({.text = u"a.b"_s})), QList<qint64>{0});
        QCOMPARE(found(log, Query::of({.text = u"[x]*(y)"_s})), QList<qint64>{2});
        QCOMPARE(found(log, Query::of({.text = u"\\d {3} #1"_s})), QList<qint64>{3});
    }

    void wholeWordsAndCase()
    {
        const auto log = "Error\nerrors\nan error.\n"_ba;
        QCOMPARE(found(log, Query::of({.text = u"error"_s, .wholeWord = true})), (QList<qint64>{0, 2}));
        QCOMPARE(found(log, Query::of({.text = u"error"_s, .matchCase = true})), (QList<qint64>{1, 2}));
    }

    void termsAreJoinedByAndOrNot()
    {
        const auto log = "cat\ndog\ncat dog\ncat dog bird\nbird\n"_ba;
        const auto term = [](const char *text, bool excluded = false) {
            return Term{.pattern = {.text = QString::fromLatin1(text)}, .isExcluded = excluded};
        };
        QCOMPARE(found(log, {.anyOf = {{term("cat"), term("dog"), term("bird", true)}}}), QList<qint64>{2});
        QCOMPARE(found(log, {.anyOf = {{term("cat"), term("dog")}, {term("bird")}}}), (QList<qint64>{2, 3, 4}));
        QCOMPARE(found(log, {.anyOf = {{term("cat", true)}}}), (QList<qint64>{1, 4}));
        QCOMPARE(found(log, {}), QList<qint64>{});
    }

    void matchesAreWalkedBothWays()
    {
        Findings findings;
        const auto log = QByteArray("x\nhit\nx\n").repeated(150'000);
        QCOMPARE(found(log, Query::of({.text = u"hit"_s}), &findings).size(), 150'000);
        QCOMPARE(findings.next(Line(1))->value, 4);
        QCOMPARE(findings.next(Line(0))->value, 1);
        QCOMPARE(findings.previous(Line(4))->value, 1);
        QVERIFY(!findings.previous(Line(1)));
        QVERIFY(!findings.next(Line(3 * 149'999 + 1)));
        QCOMPARE(findings.rank(Line(3 * 125'000)), 125'000);
        QVERIFY(findings.contains(Line(3 * 125'000 + 1)));
        QVERIFY(!findings.contains(Line(3 * 125'000)));
    }

    void aPatternThatRunsAwayIsStoppedAndCounted()
    {
        Findings findings;
        const auto log = "ok\n"_ba + QByteArray(60, 'a') + "!\n" + QByteArray("aaa\n");
        const auto lines
            = found(log, Query::of({.text = u"^(a|aa)+$"_s, .isRegex = true, .matchCase = true}), &findings);
        QVERIFY(lines.contains(2));
        QVERIFY(lines.size() + findings.limitHit() >= 1);
        Findings hard;
        found(QByteArray(60, 'a') + "!\n", Query::of({.text = u"^(a|aa)+(?=x)$"_s, .isRegex = true}), &hard);
        QCOMPARE(hard.limitHit(), 1);
    }

    void aWrongPatternIsExplained()
    {
        const auto search = Search::compile(Query::of({.text = u"a(b"_s, .isRegex = true}));
        QVERIFY(!search);
        QCOMPARE(search.error().kind, ProblemKind::Usage);
        QVERIFY(search.error().sentence.contains(u"character"_s));
    }

    void rangesAreThoseOfTheTermsLookedFor()
    {
        const auto search = *Search::compile(
            {.anyOf = {{Term{.pattern = {.text = u"ab"_s}}, Term{.pattern = {.text = u"zz"_s}, .isExcluded = true}}}});
        QVERIFY(search->ranges("ab zzab") == (std::vector<MatchRange>{{0, 2}, {5, 7}}));
    }
};

QTEST_APPLESS_MAIN(SearchTest)
#include "search_test.moc"
