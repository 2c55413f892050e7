// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "ui/models/hydratree.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const JobsetName unstable{u"nixpkgs"_s, u"unstable"_s};

/// «  * name (hint) | failed | left | ago», a level for two spaces; * is the unseen bar.
QStringList printed(const HydraTree &tree, const QModelIndex &parent = {}, int level = 0)
{
    QStringList lines;
    for (int row = 0; row < tree.rowCount(parent); ++row) {
        const auto index = tree.index(row, 0, parent);
        QStringList cells;
        for (int column = 0; column < tree.columnCount(); ++column)
            cells << index.siblingAtColumn(column).data().toString();
        const auto hint = index.data(HintRole).toString();
        if (!hint.isEmpty())
            cells[0] = (cells[0] + u" ("_s + hint + u')').trimmed();
        auto line
            = QString(level * 2, u' ') + (index.data(UnseenRole).toBool() ? u"* "_s : QString()) + cells.join(u" | "_s);
        while (line.endsWith(u" |"_s) || line.endsWith(u' '))
            line.chop(1);
        lines << line << printed(tree, index, level + 1);
    }
    return lines;
}

hydra::JobsetOverview jobset(const QString &name, int failed, int scheduled, qint64 checked)
{
    hydra::JobsetOverview overview;
    overview.name = {u"nixpkgs"_s, name};
    overview.failed = failed;
    overview.scheduled = scheduled;
    overview.succeeded = 10;
    overview.total = 10 + failed + scheduled;
    overview.times.lastChecked = checked;
    return overview;
}

watch::EvalList evals(const QList<int> &ids, qint64 now, int scheduled = 0)
{
    watch::EvalList list;
    for (const int id : ids) {
        hydra::EvalSummary eval;
        eval.id = EvalId(id);
        eval.time = now - 3600 * (100 - id);
        eval.failed = 2;
        eval.scheduled = id == ids.first() ? scheduled : 0;
        list.evals << eval;
    }
    list.total = 40;
    list.pages = 1;
    list.hasOlder = true;
    return list;
}

template <typename T> watch::Seen<T> seen(T value)
{
    return {.value = std::move(value)};
}

struct Fixture {
    test::FakeClock clock;
    HydraTree tree{clock};
    QAbstractItemModelTester tester{&tree, QAbstractItemModelTester::FailureReportingMode::QtTest};
    QSignalSpy resets{&tree, &QAbstractItemModel::modelReset};
    QSignalSpy inserted{&tree, &QAbstractItemModel::rowsInserted};
    QSignalSpy removed{&tree, &QAbstractItemModel::rowsRemoved};
    QSignalSpy changed{&tree, &QAbstractItemModel::dataChanged};

    Fixture() { tree.addServer(u"h"_s, u"hydra"_s); }
    [[nodiscard]] qint64 now() const { return clock.nowSeconds(); }
    void tell(const watch::Change &change) { tree.apply(u"h"_s, change); }
    void tellAll()
    {
        hydra::Project project;
        project.name = u"nixpkgs"_s;
        project.jobsets = {u"unstable"_s, u"old"_s};
        tell(watch::ProjectsSeen{seen(QList{project})});
        tell(watch::JobsetsSeen{u"nixpkgs"_s,
            seen(QList{jobset(u"unstable"_s, 2, 4, now() - 60), jobset(u"old"_s, 0, 0, now() - 31 * 86'400)})});
        tell(watch::EvalsSeen{unstable, seen(evals({99, 98, 97, 96, 95, 94, 93}, now(), 4))});
    }
    void forget()
    {
        for (auto *spy : {&inserted, &removed, &changed})
            spy->clear();
    }
    [[nodiscard]] QModelIndex at(const Subject &subject) const { return tree.indexOf(subject); }
};

} // namespace

class HydraTreeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatIsThereAndFoldsWhatIsOld()
    {
        Fixture f;
        QCOMPARE(printed(f.tree), (QStringList{u"hydra"_s, u"  Loading …"_s}));
        f.tellAll();
        QCOMPARE(printed(f.tree).join(u'\n'),
            QStringList({u"hydra"_s, u"  nixpkgs (2 jobsets)"_s, u"    unstable (building) | 2 | 4 | 1 h"_s,
                            u"      99 (building) | 2 | 4 | 1 h"_s, u"      98 (some failed) | 2 |  | 2 h"_s,
                            u"      97 (some failed) | 2 |  | 3 h"_s, u"      96 (some failed) | 2 |  | 4 h"_s,
                            u"      95 (some failed) | 2 |  | 5 h"_s, u"      (35 older …)"_s,
                            u"    (1 not evaluated for 30 d)"_s, u"      old (all succeeded) |  |  | 31 d"_s,
                            u"        Loading …"_s})
                .join(u'\n'));
        QCOMPARE(f.resets.count(), 0);
    }

    void aRefreshTouchesOnlyWhatIsDifferentAndNewsCarriesABar()
    {
        Fixture f;
        f.tellAll();
        const QPersistentModelIndex selected = f.at(Subject::ofEvaluation(u"h"_s, EvalId(97)));
        f.forget();
        f.tell(watch::EvalsSeen{unstable, seen(evals({99, 98, 97, 96, 95, 94, 93}, f.now(), 4))});
        QCOMPARE(f.inserted.count() + f.removed.count() + f.changed.count(), 0); // the same again
        f.tell(watch::EvalsSeen{unstable, seen(evals({101, 100, 99, 98, 97, 96, 95, 94, 93}, f.now(), 4))});
        QCOMPARE(f.inserted.count(), 1); // two rows, one run
        QCOMPARE(f.inserted[0][1].toInt(), 0);
        QCOMPARE(f.inserted[0][2].toInt(), 1);
        QVERIFY(!selected.isValid() || selected.data().toString() == "97"_L1);
        const auto newest = Subject::ofEvaluation(u"h"_s, EvalId(101));
        QVERIFY(f.at(newest).data(UnseenRole).toBool());
        QVERIFY(!f.at(Subject::ofEvaluation(u"h"_s, EvalId(98))).data(UnseenRole).toBool());
        f.tree.markSeen(newest);
        QVERIFY(!f.at(newest).data(UnseenRole).toBool());
        QCOMPARE(f.resets.count(), 0);
    }

    void olderEvaluationsComeInStepsWithoutBars()
    {
        Fixture f;
        f.tellAll();
        const auto jobset = f.at(Subject::ofJobset(u"h"_s, unstable));
        const auto older = f.tree.index(5, 0, jobset);
        QCOMPARE(f.tree.kindAt(older), TreeKind::Older);
        QVERIFY(f.tree.showMore(older)); // 25 wanted, 7 held: the next page has to be asked for
        QCOMPARE(f.tree.rowCount(jobset), 8);
        QVERIFY(!f.at(Subject::ofEvaluation(u"h"_s, EvalId(93))).data(UnseenRole).toBool());
    }

    void aJobsetThatWakesUpLeavesTheFold()
    {
        Fixture f;
        f.tellAll();
        f.tell(watch::JobsetsSeen{
            u"nixpkgs"_s, seen(QList{jobset(u"unstable"_s, 2, 4, f.now()), jobset(u"old"_s, 0, 3, f.now())})});
        const auto old = f.at(Subject::ofJobset(u"h"_s, {u"nixpkgs"_s, u"old"_s}));
        QCOMPARE(f.tree.kindAt(old.parent()), TreeKind::Project);
        QVERIFY(!printed(f.tree).join(u'\n').contains("not evaluated"_L1));
        QCOMPARE(f.resets.count(), 0);
    }

    void aProblemIsToldAndWhatWasThereStays()
    {
        Fixture f;
        f.tellAll();
        auto failed = seen(evals({99, 98, 97, 96, 95, 94, 93}, f.now(), 4));
        failed.problem = Problem{.kind = ProblemKind::Timeout,
            .sentence = u"No answer within 90 s."_s,
            .where = {},
            .detail = {},
            .advice = {},
            .retryHelps = true,
            .retryAfter = {}};
        const auto before = printed(f.tree);
        f.tell(watch::EvalsSeen{unstable, failed});
        QCOMPARE(printed(f.tree), before);
        const auto jobset = f.at(Subject::ofJobset(u"h"_s, unstable));
        QVERIFY(jobset.data(HydraTree::StaleRole).toBool());
        QCOMPARE(jobset.data(HydraTree::ProblemRole).toString(), u"No answer within 90 s."_s);
        watch::Seen<watch::EvalList> nothing;
        nothing.problem = failed.problem;
        f.tell(watch::EvalsSeen{{u"nixpkgs"_s, u"old"_s}, nothing});
        QCOMPARE(f.tree.index(0, 0, f.at(Subject::ofJobset(u"h"_s, {u"nixpkgs"_s, u"old"_s}))).data().toString(),
            u"No answer within 90 s."_s);
    }

    void agesMoveOnByThemselves()
    {
        Fixture f;
        f.tellAll();
        f.clock.advance(1h);
        f.tree.tick();
        QCOMPARE(
            f.at(Subject::ofEvaluation(u"h"_s, EvalId(99))).siblingAtColumn(HydraTree::AgeColumn).data().toString(),
            u"2 h"_s);
    }
};

QTEST_GUILESS_MAIN(HydraTreeTest)
#include "hydratree_test.moc"
