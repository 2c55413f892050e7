// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "ui/trace/tracelistmodel.h"
#include "ui/trace/tracelistpage.h"
#include "unit/traceui/sampletraces.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace narscope::test;
using namespace Qt::StringLiterals;

namespace {

TraceEntry entryOf(const trace::Trace &trace, quint64 run)
{
    return {.run = run, .summary = summaryOf(trace, sampleNow)};
}

TraceEntry named(const QString &name, TraceGroup group, qint64 began)
{
    return {.run = 1, .summary = {.asked = name, .id = name, .group = group, .began = began}};
}

QStringList titles(const TraceListModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row)
        all << model.index(row, TraceListModel::Title).data().toString();
    return all;
}

} // namespace

/// A trace in one line, and the list of many.
class TraceListTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSummarySaysTheWorstFirstAndShowsTheWorstOfEachLane()
    {
        const auto summary = summaryOf(landedTrace(), sampleNow);
        QCOMPARE(summary.id, u"#429664"_s);
        QCOMPARE(summary.group, TraceGroup::NeedsYou);
        QVERIFY2(summary.words.startsWith(
                     u"python3Packages.llm-ollama on x86_64-darwin does not build: test_chat fails in checkPhase"_s)
                || summary.words.startsWith(u"nixos-unstable waits for 11 h for nixos.tests.openssh, which fails"_s),
            qPrintable(summary.words));
        QCOMPARE(summary.lanes[size_t(trace::Lane::PullRequest)].mark, Mark::Succeeded);
        QCOMPARE(summary.lanes[size_t(trace::Lane::Build)], (LaneState{Mark::Failed, true}));
        QCOMPARE(summary.lanes[size_t(trace::Lane::Channel)].mark, Mark::Failed);
    }

    void whatHasNotBegunHasNoMark()
    {
        const auto summary = summaryOf(openTrace(), sampleNow);
        QCOMPARE(summary.lanes[size_t(trace::Lane::Build)], LaneState{});
        QCOMPARE(summary.lanes[size_t(trace::Lane::Channel)], LaneState{});
        QCOMPARE(summary.group, TraceGroup::OnTheWay);
        QVERIFY(summary.words.contains(u"waits for a review"_s));
    }

    void aSummarySurvivesARestart()
    {
        const auto summary = summaryOf(landedTrace(), sampleNow);
        QCOMPARE(summaryFrom(toJson(summary)), summary);
        TraceSummary subject{.subject = Subject::ofBuild(u"hydra"_s, BuildId(12)), .id = u"build 12"_s};
        QCOMPARE(summaryFrom(toJson(subject)), subject);
        QCOMPARE(summaryFrom({}), std::nullopt);
        QVERIFY(!summaryFrom({{u"lanes"_s, 7}, {u"subject"_s, 9}}));
    }

    void tracesStandInTheirGroupsNewestFirst()
    {
        FakeClock clock;
        TraceListModel model(clock);
        new QAbstractItemModelTester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest, &model);
        model.put(named(u"a"_s, TraceGroup::Arrived, 10));
        model.put(named(u"b"_s, TraceGroup::OnTheWay, 20));
        model.put(named(u"c"_s, TraceGroup::Arrived, 30));
        model.put(named(u"d"_s, TraceGroup::NeedsYou, 5));
        QCOMPARE(titles(model),
            QStringList({u"▾ Needs somebody"_s, u"d"_s, u"▾ On the way"_s, u"b"_s, u"▾ Arrived"_s, u"c"_s, u"a"_s}));
        QCOMPARE(model.rowOf(u"c"_s), 5);
    }

    void aTraceThatChangesItsGroupMovesAndTheOthersStay()
    {
        FakeClock clock;
        TraceListModel model(clock);
        new QAbstractItemModelTester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest, &model);
        for (int i = 0; i < 20; ++i)
            model.put(named(QString::number(i), i % 2 ? TraceGroup::OnTheWay : TraceGroup::Arrived, i));
        const QPersistentModelIndex other(model.index(model.rowOf(u"3"_s), 0));
        model.put(named(u"7"_s, TraceGroup::Arrived, 7));
        model.put(named(u"8"_s, TraceGroup::NeedsYou, 8));
        QVERIFY(other.isValid());
        QCOMPARE(other.data().toString(), u"3"_s);
        QCOMPARE(model.entryAt(1)->summary.id, u"8"_s);
        model.remove(u"8"_s);
        model.remove(u"0"_s);
        QCOMPARE(other.data().toString(), u"3"_s);
        QCOMPARE(model.entries().size(), 18u);
        QCOMPARE(model.count(TraceGroup::NeedsYou), 0);
    }

    void filteringAndClosingGroupsKeepTheModelWhole()
    {
        FakeClock clock;
        TraceListModel model(clock);
        new QAbstractItemModelTester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest, &model);
        model.put(entryOf(landedTrace(), 1));
        model.put(entryOf(openTrace(), 2));
        model.setFilter(u"MAUTRIX"_s);
        QCOMPARE(model.rowCount(), 2);
        model.toggleGroup(0);
        QCOMPARE(model.rowCount(), 1);
        model.setFilter({});
        QCOMPARE(model.rowCount(), 3);
        model.toggleGroup(2);
        QCOMPARE(model.rowCount(), 4);
    }

    void severalThingsPastedAreSeveralQuestions()
    {
        QCOMPARE(questionsIn(u"#429664, 533911\n #429664"_s), QStringList({u"#429664"_s, u"533911"_s}));
        QCOMPARE(questionsIn(u"PR 533911"_s), QStringList{u"PR 533911"_s});
        QCOMPARE(questionsIn(u"https://github.com/NixOS/nixpkgs/pull/1 /nix/store/abc-x"_s).size(), 2);
        QCOMPARE(questionsIn(u"  "_s), QStringList());
    }
};

QTEST_MAIN(TraceListTest)
#include "tracelist_test.moc"
