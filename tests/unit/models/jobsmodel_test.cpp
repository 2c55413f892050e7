// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "ui/models/jobsmodel.h"
#include "ui/models/matrixmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <random>

using namespace narscope;
using namespace narscope::ui;
using namespace hydra;
using namespace Qt::StringLiterals;

namespace {

BuildRow row(int id, const QString &job, BuildState state, EvalCategory category)
{
    return {.id = BuildId(id),
        .job = job,
        .state = state,
        .nixName = job + u"-1.0"_s,
        .system = job.section(u'.', -1),
        .category = category};
}

EvalJobs page()
{
    EvalJobs jobs;
    jobs.rows = {row(1, u"hello.x86_64-linux"_s, BuildState::Failed, EvalCategory::NowFail),
        row(2, u"Hello-wayland.aarch64-linux"_s, BuildState::DependencyFailed, EvalCategory::NowFail),
        row(3, u"curl.x86_64-linux"_s, BuildState::Succeeded, EvalCategory::StillSucceed),
        row(4, u"bash.x86_64-linux"_s, BuildState::Queued, EvalCategory::Unfinished),
        row(0, u"gone.x86_64-linux"_s, BuildState::Unknown, EvalCategory::Removed)};
    jobs.header.counts[int(EvalCategory::NowFail)] = 2;
    jobs.header.counts[int(EvalCategory::StillSucceed)] = 900;
    jobs.header.counts[int(EvalCategory::Unfinished)] = 1;
    jobs.header.counts[int(EvalCategory::Removed)] = 1;
    return jobs;
}

QStringList jobsOf(const JobsModel &model)
{
    QStringList jobs;
    for (int i = 0; i < model.rowCount(); ++i)
        jobs << (model.index(i, 0).data(UnseenRole).toBool() ? u"* "_s : QString())
                + model.index(i, 0).data().toString().section(u'.', 0, 0);
    return jobs;
}

struct Fixture {
    test::FakeClock clock;
    QThreadPool pool;
    JobsModel model{pool, clock};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    Fixture() { model.setEvaluation(u"h"_s, EvalId(1)); }
    ~Fixture() { pool.waitForDone(); }
    void wait()
    {
        QVERIFY(QTest::qWaitFor([this] { return !model.isWorking(); }));
    }
    void rows(const EvalJobs &jobs, bool news = false)
    {
        model.setRows(JobRows(jobs), news);
        wait();
    }
    void query(const JobQuery &query)
    {
        model.setQuery(query);
        wait();
    }
};

} // namespace

class JobsModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sortsAndFiltersByWordsOfJobPackageAndSystem()
    {
        Fixture f;
        f.rows(page());
        QCOMPARE(jobsOf(f.model), (QStringList{u"Hello-wayland"_s, u"bash"_s, u"curl"_s, u"gone"_s, u"hello"_s}));
        f.query({.text = u"HELLO"_s});
        QCOMPARE(jobsOf(f.model), (QStringList{u"Hello-wayland"_s, u"hello"_s}));
        f.query({.text = u"hello x86"_s});
        QCOMPARE(jobsOf(f.model), (QStringList{u"hello"_s}));
        f.query({.text = u"hel"_s}); // widened again
        QCOMPARE(f.model.rowCount(), 2);
        f.query({.kind = JobKind::NowFail, .system = u"aarch64-linux"_s});
        QCOMPARE(jobsOf(f.model), (QStringList{u"Hello-wayland"_s}));
        f.query({.sort = JobColumn::State, .descending = false});
        QCOMPARE(jobsOf(f.model),
            (QStringList{u"hello"_s, u"Hello-wayland"_s, u"bash"_s, u"curl"_s, u"gone"_s})); // trouble first
    }

    void aRefreshIsADifferenceAndMarksWhatIsNew()
    {
        Fixture f;
        f.rows(page());
        QSignalSpy inserted(&f.model, &QAbstractItemModel::rowsInserted),
            removed(&f.model, &QAbstractItemModel::rowsRemoved), changed(&f.model, &QAbstractItemModel::dataChanged),
            reset(&f.model, &QAbstractItemModel::modelReset), layout(&f.model, &QAbstractItemModel::layoutChanged);
        const QPersistentModelIndex curl = f.model.index(2, 0);
        auto next = page();
        next.rows[3].state = BuildState::Failed; // bash has ended
        next.rows.remove(1);
        next.rows << row(7, u"aaa.x86_64-linux"_s, BuildState::Queued, EvalCategory::Unfinished)
                  << row(8, u"aab.x86_64-linux"_s, BuildState::Queued, EvalCategory::Unfinished);
        std::shuffle(next.rows.begin(), next.rows.end(), std::mt19937(1)); // the server has no order
        f.rows(next, true);
        QCOMPARE(jobsOf(f.model), (QStringList{u"aaa"_s, u"aab"_s, u"* bash"_s, u"curl"_s, u"gone"_s, u"hello"_s}));
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(removed.count(), 1);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(reset.count() + layout.count(), 0);
        QCOMPARE(curl.row(), 3);
        f.model.markSeen(2);
        QVERIFY(!jobsOf(f.model).contains(u"* bash"_s));
    }

    void anOvertakenAnswerIsDropped()
    {
        Fixture f;
        f.rows(page());
        QSignalSpy applied(&f.model, &JobsModel::applied);
        for (const auto &text : {u"h"_s, u"he"_s, u"hel"_s, u"curl"_s})
            f.model.setQuery({.text = text});
        f.wait();
        QCOMPARE(jobsOf(f.model), QStringList{u"curl"_s});
        f.pool.waitForDone();
        QCoreApplication::processEvents();
        QCOMPARE(applied.count(), 1);
    }

    void anotherOrderKeepsWhoIsWho()
    {
        Fixture f;
        f.rows(page());
        const QPersistentModelIndex hello = f.model.index(4, 0);
        f.query({.sort = JobColumn::Job, .descending = true});
        QCOMPARE(hello.row(), 0);
        QCOMPARE(hello.data().toString(), u"hello"_s); // its system stands beside it
        QCOMPARE(hello.data(Qt::ToolTipRole).toString(), u"hello.x86_64-linux"_s);
        f.query({.text = u"curl"_s});
        QVERIFY(!hello.isValid());
    }

    void manyScatteredRowsGoAndComeAsOneChange()
    {
        Fixture f;
        EvalJobs many;
        for (int i = 1; i <= 5000; ++i)
            many.rows << row(i, u"%1%2.x86_64-linux"_s.arg(i % 2 ? u"odd"_s : u"even"_s).arg(i), BuildState::Succeeded,
                EvalCategory::StillSucceed);
        f.rows(many);
        f.query({.sort = JobColumn::Finished});
        f.query({.text = u"odd"_s, .sort = JobColumn::Finished});
        QCOMPARE(f.model.rowCount(), 2500);
        f.query({.sort = JobColumn::Finished});
        QCOMPARE(f.model.rowCount(), 5000);
    }

    void nextFailingSkipsWhatIsWellOrWaits()
    {
        Fixture f;
        f.rows(page());
        QCOMPARE(f.model.nextFailing(-1, 1), 0);
        QCOMPARE(f.model.nextFailing(0, 1), 4);
        QCOMPARE(f.model.nextFailing(4, 1), -1);
        QCOMPARE(f.model.nextFailing(4, -1), 0);
    }

    void countsAreExactOnlyWhereAllRowsAreThere()
    {
        Fixture f;
        MatrixModel matrix;
        const QAbstractItemModelTester tester(&matrix, QAbstractItemModelTester::FailureReportingMode::QtTest);
        f.model.setCounts(JobRows(page()), page().header);
        QTRY_COMPARE(f.model.matrix().lines.size(), 4);
        matrix.setMatrix(f.model.matrix());
        const auto cell = [&](int r, int c) { return matrix.index(r, c).data().toString(); };
        QCOMPARE(matrix.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), u"x86_64-linux"_s);
        QCOMPARE(cell(0, 0), u"Newly failing"_s);
        QCOMPARE(cell(0, 1), u"2"_s);
        QCOMPARE(cell(0, 2), u"1"_s);
        const auto well = matrix.cellOf(JobKind::StillSucceed, {});
        QCOMPARE(well.data().toString(), u"900"_s);
        QCOMPARE(well.siblingAtColumn(2).data().toString(), u"–"_s); // 1 of 900 is here
        QCOMPARE(cell(4, 0), u"All jobs"_s);
        QCOMPARE(cell(4, 1), u"903"_s); // removed ones are no jobs of this evaluation
    }

    void aRemovedJobOpensNothing()
    {
        Fixture f;
        f.rows(page());
        QVERIFY(!f.model.subjectAt(3));
        QCOMPARE(f.model.subjectAt(4), Subject::ofBuild(u"h"_s, BuildId(1)));
    }
};

QTEST_GUILESS_MAIN(JobsModelTest)
#include "jobsmodel_test.moc"
