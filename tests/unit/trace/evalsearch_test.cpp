// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evalsearch.h"

#include <QTest>

using namespace narscope;
using namespace narscope::trace;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 hour = 3600;

QString revision(int number)
{
    return QString::number(number).rightJustified(40, u'0');
}

/// Newest first, one an hour; number 1 ends at hour 1.
QList<EvalAt> evals(int count)
{
    QList<EvalAt> list;
    for (int i = count; i >= 1; --i)
        list << EvalAt{.id = EvalId(1000 + i), .time = i * hour, .revision = revision(i)};
    return list;
}

struct Course {
    std::optional<EvalAt> found;
    bool isFirst = false;
    int questions = 0;
};

/// Asks to the end; evaluations from number `first` on have the commit.
Course search(const QList<EvalAt> &list, int first, qint64 merged, bool isDirect)
{
    QHash<QString, bool> known;
    Course course;
    for (;;) {
        const auto next = nextQuestion(list, merged, isDirect, known);
        if (!next.ask) {
            course.found = next.found;
            course.isFirst = next.isFirst;
            return course;
        }
        ++course.questions;
        known.insert(next.ask->revision, next.ask->revision.toInt() >= first);
    }
}

} // namespace

class EvalSearchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFirstWithTheCommitIsFoundWhereverItIs()
    {
        for (int first = 1; first <= 20; ++first) {
            for (const bool isDirect : {false, true}) {
                const auto course = search(evals(20), first, 0, isDirect);
                QVERIFY(course.found);
                QCOMPARE(course.found->revision, revision(first));
            }
        }
    }

    void halvingTakesFiveQuestionsForTwentyAndADirectMergeOneOrTwo()
    {
        for (int first = 1; first <= 21; ++first)
            QVERIFY(search(evals(20), first, 0, false).questions <= 5);
        QCOMPARE(search(evals(20), 8, 7 * hour + 60, true).questions, 1);
        QCOMPARE(search(evals(20), 9, 7 * hour + 60, true).questions, 2);
    }

    void whatWasEvaluatedBeforeTheMergeIsNeverAskedAbout()
    {
        const auto course = search(evals(20), 16, 15 * hour, false);
        QCOMPARE(course.found->revision, revision(16));
        QVERIFY(course.questions <= 3);
        QVERIFY(course.isFirst);
    }

    void noneHasIt()
    {
        const auto course = search(evals(20), 99, 0, false);
        QVERIFY(!course.found);
    }

    void aListThatDoesNotReachBackCannotKnowTheFirst()
    {
        QVERIFY(!search(evals(20), 0, -100 * hour, false).isFirst);
        QVERIFY(search(evals(20), 1, hour - 60, false).found);
    }

    void aRowWithoutChangesHasTheRevisionBelow()
    {
        hydra::EvalPage page;
        page.evals = {{.id = EvalId(3), .time = 30}, {.id = EvalId(2), .time = 20}, {.id = EvalId(1), .time = 10}};
        page.evals[1].changes = {{.name = u"nixpkgs"_s, .revision = revision(7)}};
        const auto list = withRevisions(page);
        QCOMPARE(list[0].revision, revision(7));
        QCOMPARE(list[1].revision, revision(7));
        QVERIFY(list[2].revision.isEmpty());
    }

    void otherJobsetsOfTheBranchTellWhatIsWellApart()
    {
        const QList<EvalAt> others{{.id = EvalId(1), .time = 10 * hour, .revision = u"has"_s},
            {.id = EvalId(2), .time = 8 * hour, .revision = u"lacks"_s}};
        const auto told = toldByOthers(evals(20), others, {{u"has"_s, true}, {u"lacks"_s, false}});
        QCOMPARE(told.value(revision(13)), true);
        QCOMPARE(told.value(revision(5), true), false);
        for (int near = 6; near <= 12; ++near)
            QVERIFY2(!told.contains(revision(near)), qPrintable(QString::number(near)));
    }

    void theOlderPageIsGuessedFromTheRhythm()
    {
        hydra::EvalPage page;
        page.paging.hasNext = true;
        for (int i = 100; i > 80; --i)
            page.evals << hydra::EvalSummary{.id = EvalId(i), .time = i * hour};
        QCOMPARE(olderPage(page, 90 * hour), 1);
        QCOMPARE(olderPage(page, 75 * hour), 2);
        QCOMPARE(olderPage(page, 45 * hour), 3);
        page.paging.hasNext = false;
        QCOMPARE(olderPage(page, 45 * hour), 1);
    }
};

QTEST_APPLESS_MAIN(EvalSearchTest)
#include "evalsearch_test.moc"
