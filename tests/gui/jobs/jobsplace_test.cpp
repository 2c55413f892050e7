// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/jobs/fakefeed.h"
#include "gui/jobs/sample.h"
#include "support/fakeclock.h"
#include "ui/jobs/buildpage.h"
#include "ui/jobs/coursepart.h"
#include "ui/jobs/evalpage.h"
#include "ui/jobs/foldbar.h"
#include "ui/jobs/jobpage.h"
#include "ui/jobs/jobsplace.h"
#include "ui/jobs/markstrip.h"
#include "ui/jobs/rawview.h"
#include "ui/jobs/suspectspart.h"
#include "ui/jobs/treepane.h"
#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QClipboard>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

const JobName openssh{test::unstable, u"openssh.x86_64-linux"_s};

/// Two failures after a success; the newest build waits.
trace::JobCourse openSshCourse(const trace::JobOrder &order, qint64 now)
{
    constexpr qint64 hour = 3600;
    const auto row = [now](BuildId id, hydra::BuildState state, qint64 hoursAgo) {
        return hydra::BuildRow{.id = id,
            .job = openssh.job,
            .state = state,
            .finished = now - hoursAgo * hour,
            .nixName = u"openssh-10.3p1"_s,
            .system = u"x86_64-linux"_s};
    };
    using enum hydra::BuildState;
    trace::JobCourse course{.order = order,
        .job = openssh,
        .builds = {row(test::sampleBuild, Failed, 9), row(BuildId(309000000), Failed, 11),
            row(BuildId(308000000), Succeeded, 30)},
        .queued = {row(BuildId(310000000), Queued, 0)},
        .hasOlder = true,
        .turn = {},
        .siblings = {},
        .isWhole = true,
        .seenAt = now,
        .problem = {}};
    course.turn = trace::turnOf(course.builds, order.at);
    course.turn->firstBadEval = EvalId(1824991);
    course.turn->lastGoodEval = EvalId(1824802);
    const hydra::LatestBuild arm{.id = BuildId(309998900),
        .job = {test::unstable, u"openssh.aarch64-linux"_s},
        .nixName = u"openssh-10.3p1"_s,
        .system = u"aarch64-linux"_s,
        .finished = true,
        .status = hydra::BuildStatus::Succeeded,
        .priority = {},
        .queuedAt = now - 12 * hour};
    course.siblings = {{.system = arm.system, .job = arm.job, .newest = arm},
        {.system = u"x86_64-darwin"_s, .job = {test::unstable, u"openssh.x86_64-darwin"_s}, .newest = {}}};
    return course;
}

/// The place over a fake feed, shown in a window's size.
struct Fixture {
    test::FakeClock clock;
    QThreadPool pool;
    test::FakeFeed feed;
    std::unique_ptr<JobsPlace> place;
    QStringList copied;

    explicit Fixture(QSize size = {1167, 736})
    {
        place = std::make_unique<JobsPlace>(QList<JobsServer>{{u"hydra"_s, u"hydra.nixos.org"_s, &feed}}, pool, clock);
        place->setActions({{u"Copy link"_s, QKeySequence(Qt::SHIFT | Qt::Key_C),
                               [](const Subject &s) { return s.kind != SubjectKind::StorePath; },
                               [this](const Subject &s) { copied << s.text(); }},
            {u"Verify"_s, QKeySequence(Qt::Key_V), [](const Subject &s) { return s.kind == SubjectKind::StorePath; },
                [](const Subject &) {}}});
        // As the shell does: what is asked to be opened is opened.
        QObject::connect(
            place.get(), &Place::openRequested, place.get(), [this](const Subject &subject) { place->open(subject); });
        place->resize(size);
        place->show();
        tellTree();
    }
    ~Fixture() { pool.waitForDone(); }

    [[nodiscard]] qint64 now() const { return clock.nowSeconds(); }
    void tellTree()
    {
        feed.tell(watch::ProjectsSeen{test::seen(test::sampleProjects(), now())});
        for (const auto &project : {u"nixpkgs"_s, u"nixos"_s})
            feed.tell(watch::JobsetsSeen{project, test::seen(test::sampleJobsets(project, now()), now())});
        feed.tell(watch::EvalsSeen{test::unstable, test::seen(test::sampleEvals(now()), now())});
    }
    void showEval()
    {
        place->open(Subject::ofEvaluation(u"hydra"_s, test::sampleEval));
        feed.tell(watch::EvalHeaderSeen{test::sampleEval, test::seen(test::sampleHeader(now()), now())});
        feed.tell(watch::EvalJobsSeen{test::sampleEval, {}, test::seen(test::sampleJobs(now()), now())});
        QVERIFY(QTest::qWaitFor([this] { return place->isSettled() && list()->model()->rowCount() > 0; }));
    }
    /// From what newly fails, which is shown first, to all jobs.
    void showAllJobs()
    {
        auto *matrix = table(u"Jobs by kind and system"_s);
        QVERIFY(QTest::qWaitFor([this] { return list()->model()->rowCount() == 14; }));
        matrix->setCurrentIndex(matrix->model()->index(matrix->model()->rowCount() - 1, 1));
        QVERIFY(QTest::qWaitFor([this] { return list()->model()->rowCount() == 793; }));
    }
    void showBuild()
    {
        place->open(Subject::ofBuild(u"hydra"_s, test::sampleBuild));
        feed.tell(watch::BuildSeen{test::sampleBuild, test::seen(test::sampleBuildJson(now()), now())});
        feed.tell(watch::BuildDetailsSeen{test::sampleBuild, test::seen(test::sampleDetails(now()), now())});
    }
    [[nodiscard]] QTableView *table(const QString &name) const
    {
        for (auto *view : place->findChildren<QTableView *>()) {
            if (view->accessibleName() == name)
                return view;
        }
        return nullptr;
    }
    [[nodiscard]] QTableView *list() const { return table(u"Jobs"_s); }
    [[nodiscard]] QLineEdit *filter() const { return place->findChild<QLineEdit *>(); }
    void type(const QString &text) const
    {
        for (const auto c : text)
            QTest::keyClick(filter(), Qt::Key(c.toUpper().unicode()), Qt::NoModifier);
    }
};

} // namespace

class JobsPlaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { useLook(makeLook(false, ColourSet::Standard), metric::compactRow); }

    void onlyWhatIsVisibleIsAskedFor()
    {
        Fixture f;
        // At the very first start the two largest projects are opened.
        QTRY_COMPARE(f.feed.interest.projects, (QStringList{u"nixos"_s, u"nixpkgs"_s}));
        QVERIFY(f.feed.interest.jobsets.isEmpty());
        f.place->open(Subject::ofEvaluation(u"hydra"_s, test::sampleEval));
        QCOMPARE(f.feed.interest.eval, test::sampleEval);
        QTRY_COMPARE(f.feed.interest.jobsets, QList{test::unstable}); // its row is open above it
        f.place->open(Subject::ofBuild(u"hydra"_s, test::sampleBuild));
        QCOMPARE(f.feed.interest.build, test::sampleBuild);
        f.place->hide();
        QTRY_VERIFY(!f.feed.interest.active);
    }

    void anEvaluationBeginsWithOneSentenceAndItsMatrixIsTheFilter()
    {
        Fixture f;
        f.showEval();
        QCOMPARE(f.place->evalPage().sentenceText(),
            u"14 jobs newly fail; 23 newly succeed. 919 of 250,070 are not built yet."_s);
        auto *matrix = f.table(u"Jobs by kind and system"_s);
        QTRY_COMPARE(f.list()->model()->rowCount(), 14); // trouble first
        QCOMPARE(matrix->currentIndex(), matrix->model()->index(0, 1));
        QCOMPARE(matrix->model()->index(0, 0).data().toString(), u"Newly failing"_s);
        QCOMPARE(matrix->model()->index(0, 1).data().toString(), u"14"_s);
        const int x86 = 2; // the system that everybody knows first
        QCOMPARE(matrix->model()->headerData(x86, Qt::Horizontal).toString(), u"x86_64-linux"_s);
        matrix->setCurrentIndex(matrix->model()->index(0, x86));
        QTRY_COMPARE(f.list()->model()->rowCount(), 7);
    }

    void anEvaluationOpenedBeforeItsListIsKnownIsSelectedWhenItComes()
    {
        Fixture f;
        const JobsetName small{u"nixos"_s, u"unstable-small"_s};
        f.place->open(Subject::ofJobset(u"hydra"_s, small));
        const auto unknown = Subject::ofEvaluation(u"hydra"_s, EvalId(42));
        f.place->open(unknown);
        QVERIFY(f.place->treePane().pointedAt() != unknown);
        watch::EvalList list;
        list.evals << hydra::EvalSummary{.id = EvalId(42)};
        f.feed.tell(watch::EvalsSeen{small, test::seen(list, f.now())});
        QCOMPARE(f.place->treePane().pointedAt(), unknown);
    }

    void typingFiltersAndAsksTheServerOnlyWhereThePageIsCut()
    {
        Fixture f;
        f.showEval();
        f.showAllJobs();
        QTest::keyClick(f.place.get(), Qt::Key_Slash);
        QTRY_VERIFY(f.filter()->hasFocus());
        f.type(u"openssh"_s);
        QTRY_COMPARE(f.list()->model()->rowCount(), 2);
        QVERIFY(f.feed.searched.isEmpty()); // not while typing
        QTRY_COMPARE_WITH_TIMEOUT(f.feed.searched, QStringList{u"openssh"_s}, 3000);
        hydra::EvalJobs found;
        found.rows = {hydra::BuildRow{.id = BuildId(5),
            .job = u"openssh_hpn.x86_64-linux"_s,
            .nixName = u"openssh-hpn-10.3p1"_s,
            .system = u"x86_64-linux"_s}};
        f.feed.tell(watch::EvalJobsSeen{test::sampleEval, u"openssh"_s, test::seen(found, f.now())});
        QTRY_COMPARE(f.list()->model()->rowCount(), 3);
        QTest::keyClick(f.filter(), Qt::Key_Down);
        QVERIFY(f.list()->hasFocus());
        QVERIFY(f.place->goBack()); // clears the filter
        QTRY_COMPARE(f.list()->model()->rowCount(), 793);
    }

    void refreshMovesNeitherScrollNorSelectionNorExpansion()
    {
        Fixture f;
        f.showEval();
        f.showAllJobs();
        auto *list = f.list();
        list->setCurrentIndex(list->model()->index(400, 0));
        list->verticalScrollBar()->setValue(390);
        const auto job = list->currentIndex().data().toString();
        const auto top = list->indexAt({1, 1}).data().toString();
        const auto expanded = f.place->treePane().expandedSubjects();
        auto jobs = test::sampleJobs(f.now());
        jobs.rows.remove(2); // one is gone, ten come before, one waiting has ended
        for (int i = 0; i < 10; ++i)
            jobs.rows.prepend(hydra::BuildRow{.id = BuildId(100 + i),
                .job = u"aaa%1.x86_64-linux"_s.arg(i),
                .state = hydra::BuildState::Failed,
                .nixName = u"aaa"_s,
                .system = u"x86_64-linux"_s});
        f.feed.tell(watch::EvalJobsSeen{test::sampleEval, {}, test::seen(jobs, f.now() + 1)});
        auto evals = test::sampleEvals(f.now());
        auto newest = evals.evals.first();
        newest.id = EvalId(1825100);
        evals.evals.prepend(newest);
        f.feed.tell(watch::EvalsSeen{test::unstable, test::seen(evals, f.now())});
        QTRY_COMPARE(list->model()->rowCount(), 802);
        QCOMPARE(list->currentIndex().data().toString(), job);
        QTRY_COMPARE(list->indexAt({1, 1}).data().toString(), top);
        QCOMPARE(f.place->treePane().expandedSubjects(), expanded);
        QCOMPARE(f.place->treePane().pointedAt(), Subject::ofEvaluation(u"hydra"_s, test::sampleEval));
    }

    void failedRefreshKeepsTheDataAndSaysWhy()
    {
        Fixture f;
        f.showEval();
        f.showAllJobs();
        auto failed = test::seen(test::sampleJobs(f.now()), f.now() - 600);
        failed.problem = Problem{.kind = ProblemKind::ServerError,
            .sentence = u"Hydra is overloaded (502)."_s,
            .where = {},
            .detail = {},
            .advice = {},
            .retryHelps = true,
            .retryAfter = {}};
        f.feed.tell(watch::EvalJobsSeen{test::sampleEval, {}, failed});
        QCOMPARE(f.place->evalPage().bannerText(), u"Hydra is overloaded (502). You see what was there 10 m ago."_s);
        QCOMPARE(f.list()->model()->rowCount(), 793);
        auto *retry = f.place->evalPage().findChild<QPushButton *>();
        QVERIFY(retry && retry->isVisible());
        QTest::mouseClick(retry, Qt::LeftButton);
        QCOMPARE(f.feed.refreshed, QList{Subject::ofEvaluation(u"hydra"_s, test::sampleEval)});
    }

    void keysWalkTheFailuresAndEscLeadsBack()
    {
        Fixture f;
        f.showEval();
        QTest::keyClick(f.place.get(), Qt::Key_N);
        const auto first = f.list()->currentIndex().data().toString();
        QCOMPARE(first, u"openssh"_s); // what failed by itself comes first
        f.list()->setFocus();
        QTest::keyClick(f.list(), Qt::Key_Return);
        QCOMPARE(f.place->current()->kind, SubjectKind::Build);
        QVERIFY(f.place->buildPage().isVisible());
        const auto before = f.place->current();
        QTest::keyClick(f.place.get(), Qt::Key_N);
        QVERIFY(f.place->current() != before); // the list that is not seen is walked
        QVERIFY(f.place->goBack());
        QCOMPARE(f.place->current(), Subject::ofEvaluation(u"hydra"_s, test::sampleEval));
    }

    void inAWideWindowABuildStandsBesideItsListButNotBesideAnotherOnes()
    {
        Fixture f({1807, 900});
        f.showEval();
        QVERIFY(!f.place->buildPage().isVisible());
        f.list()->setCurrentIndex(f.list()->model()->index(1, 0)); // resting on a row previews it
        QTRY_VERIFY(f.place->buildPage().isVisible());
        QVERIFY(f.place->evalPage().isVisible());
        QCOMPARE(f.place->current()->kind, SubjectKind::Evaluation);
        QTRY_VERIFY(f.feed.interest.build);
        f.place->open(Subject::ofEvaluation(u"hydra"_s, EvalId(1824802)));
        QVERIFY(!f.place->buildPage().isVisible());
        QVERIFY(!f.feed.interest.build);
    }

    void aBuildSaysWhatBecameOfItWhereAndWhen()
    {
        Fixture f;
        f.showBuild();
        QCOMPARE(f.place->buildPage().sentenceText(), u"Failed on elated-minsky after 6 s; waited 41 m 00 s."_s);
        QCOMPARE(f.place->pointedAt(), Subject::ofBuild(u"hydra"_s, test::sampleBuild));
        QCOMPARE(f.place->alsoPointedAt(),
            QList{Subject::ofStorePath(u"/nix/store/9q2xk5vb5x7n3z9w4c6b8r2y1f0g5h7j-openssh-10.3p1"_s)});
        QVERIFY(f.place->isSettled());
    }

    void aFailedBuildThatStaysInViewShowsWhatItsLogSays()
    {
        Fixture f;
        QSignalSpy ordered(f.place.get(), &JobsPlace::excerptOrdered);
        f.showBuild();
        QTRY_COMPARE(ordered.size(), 1);
        const auto order = ordered.back().at(0).value<log::ExcerptOrder>();
        QCOMPARE(order.build, test::sampleBuild);
        QCOMPARE(order.stoppedAt, f.now() - 9 * 3600);
        const log::LogExcerpt excerpt{.lines = {{.number = log::Line(25), .text = u"Hunk #2 FAILED at 118."_s},
                                          {.number = log::Line(26), .text = u"1 out of 6 hunks FAILED"_s}},
            .message = u"1 out of 6 hunks FAILED"_s,
            .lineCount = 29};
        f.place->takeExcerpt(order.run + 1, excerpt); // of another build
        QVERIFY(!f.place->buildPage().sentenceText().contains(u"hunks"_s));
        f.place->takeExcerpt(order.run, excerpt);
        QVERIFY(f.place->buildPage().sentenceText().endsWith(u"The log says: 1 out of 6 hunks FAILED"_s));
        f.showBuild(); // the same again: nothing more is asked
        QTest::qWait(0);
        QVERIFY(f.place->buildPage().sentenceText().contains(u"hunks"_s));
        QCOMPARE(ordered.size(), 1);
    }

    void aJobHasAPageThatTellsSinceWhenItFailsAndWhere()
    {
        Fixture f;
        QSignalSpy ordered(f.place.get(), &JobsPlace::courseOrdered);
        const auto subject = Subject::ofJob(u"hydra"_s, openssh);
        QVERIFY(f.place->shows(subject));
        f.place->open(subject);
        QVERIFY(f.place->jobPage().isVisible() && !f.place->isSettled());
        QCOMPARE(ordered.size(), 1);
        const auto order = ordered.back().at(0).value<trace::JobOrder>();
        QVERIFY(order.siblings && !order.at);
        f.place->takeCourse(openSshCourse(order, f.now()));
        QVERIFY(f.place->isSettled());
        QCOMPARE(f.place->jobPage().sentenceText(), u"Fails since evaluation 1824991, 11 h ago: 2 builds in a row."_s);
        auto *builds = f.table(u"Builds of the job"_s);
        QCOMPARE(builds->model()->rowCount(), 4); // what waits comes first
        QCOMPARE(builds->model()->index(0, 1).data().toString(), u"310000000"_s);
        const auto *systems = f.table(u"The job on other systems"_s);
        QCOMPARE(systems->model()->index(0, 0).data().toString(), u"Succeeded"_s);
        QCOMPARE(systems->model()->index(1, 0).data().toString(), u"Not built here"_s);
        // Log and trace, from anywhere on the page, are those of the newest build.
        QCOMPARE(f.place->alsoPointedAt(), QList{Subject::ofBuild(u"hydra"_s, test::sampleBuild)});
        builds->setFocus();
        builds->setCurrentIndex(builds->model()->index(3, 0));
        QTest::keyClick(builds, Qt::Key_Return);
        QCOMPARE(f.place->current(), Subject::ofBuild(u"hydra"_s, BuildId(308000000)));
    }

    void aJobThatCannotBeHadSaysWhyAndF5AsksAnew()
    {
        Fixture f;
        QSignalSpy ordered(f.place.get(), &JobsPlace::courseOrdered);
        f.place->open(Subject::ofJob(u"hydra"_s, openssh));
        const auto order = ordered.back().at(0).value<trace::JobOrder>();
        f.place->takeCourseFailure(order, problem(ProblemKind::Timeout, u"hydra.example"_s).error());
        QVERIFY(f.place->isSettled());
        QVERIFY(!f.place->jobPage().bannerText().isEmpty());
        f.place->refresh();
        QCOMPARE(ordered.size(), 2);
        QVERIFY(ordered.back().at(1).toBool());
        trace::JobCourse unknown{.order = order, .job = openssh, .exists = false, .isWhole = true};
        f.place->takeCourse(unknown);
        QVERIFY(f.place->jobPage().sentenceText().startsWith(u"Hydra has no build of this job."_s));
        QVERIFY(f.place->jobPage().bannerText().isEmpty());
    }

    void aFailedBuildThatStaysInViewTellsSinceWhenWhatItHoldsAndOnAWordWhoMayHaveBrokenIt()
    {
        Fixture f;
        QSignalSpy ordered(f.place.get(), &JobsPlace::courseOrdered);
        QSignalSpy suspects(f.place.get(), &JobsPlace::suspectsOrdered);
        f.showBuild();
        QTRY_COMPARE(ordered.size(), 1);
        const auto order = ordered.back().at(0).value<trace::JobOrder>();
        QCOMPARE(order.at, test::sampleBuild);
        f.place->takeCourse(openSshCourse(order, f.now()));
        auto &page = f.place->buildPage();
        QCOMPARE(page.course()->rows().size(), 2);
        QCOMPARE(page.course()->rows()[0].text, u"evaluation 1824991, 11 h ago"_s);
        QCOMPARE(page.course()->rows()[1].text, u"evaluation 1824802, 30 h ago"_s);
        auto *strip = page.course()->strip();
        QCOMPARE(strip->marks().size(), 3); // oldest first
        QVERIFY(strip->marks().back().isHere);
        strip->setFocus();
        QTest::keyClick(strip, Qt::Key_Left);
        watch::ChannelBoard board;
        board.server = u"hydra"_s;
        board.channels << watch::ChannelLine{};
        board.channels[0].channel.name = u"nixos-unstable-small"_s;
        board.channels[0].blockers = {{.job = u"tests.openssh"_s, .build = test::sampleBuild}};
        QVERIFY(!page.holds()->isVisible());
        f.place->takeChannels(board);
        QVERIFY(page.holds()->isVisible());
        QCOMPARE(page.holds()->rows()[0].subject, Subject::ofChannel(u"nixos-unstable-small"_s));
        QVERIFY(suspects.isEmpty()); // GitHub is asked on a person's word
        auto *look = page.suspects()->findChild<LinkLabel *>();
        QVERIFY(look && look->isVisible());
        QTest::mouseClick(look, Qt::LeftButton);
        QCOMPARE(suspects.size(), 1);
        trace::Suspects found{.order = suspects.back().at(0).value<trace::SuspectOrder>(), .total = 187, .looked = 187};
        QCOMPARE(found.order.firstBad, BuildId(309000000));
        f.place->takeSuspects(found);
        QCOMPARE(page.suspects()->note(), u"None of them names it in its first line."_s);
        QTest::keyClick(strip, Qt::Key_Return);
        QCOMPARE(f.place->current(), Subject::ofBuild(u"hydra"_s, BuildId(309000000)));
    }

    void aBuildsJsonIsAskedForWhenItIsOpenedAndStandsThereAsAnswered()
    {
        Fixture f;
        QSignalSpy ordered(f.place.get(), &JobsPlace::rawOrdered);
        f.showBuild();
        auto &page = f.place->buildPage();
        QVERIFY(ordered.isEmpty());
        page.folds()->setFocus();
        page.folds()->setOpen(6); // the last one
        QCOMPARE(ordered.size(), 1);
        const auto order = ordered.back().at(0).value<trace::RawOrder>();
        QCOMPARE(order.build, test::sampleBuild);
        f.place->takeRaw({.order = {.server = u"hydra"_s, .build = BuildId(1)}, .body = "{}"}); // of another one
        QVERIFY(page.raw()->text().isEmpty());
        f.place->takeRaw({.order = order,
            .body = "{\"id\":309998812}",
            .shown = hydra::laidOut("{\"id\":309998812}"),
            .url = QUrl(u"https://hydra.example/build/309998812"_s)});
        QCOMPARE(page.raw()->text(), u"{\n  \"id\": 309998812\n}"_s);
        QTest::mouseClick(page.raw()->findChild<LinkLabel *>(), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"{\"id\":309998812}"_s);
    }

    void theWholeListComesOnlyWhenAskedForAndCanBeCancelled()
    {
        Fixture f;
        f.showEval();
        QPushButton *load = nullptr;
        for (auto *button : f.place->evalPage().findChildren<QPushButton *>()) {
            if (button->text().startsWith("Load all 250,070 jobs"_L1))
                load = button;
        }
        QVERIFY(load && load->isVisible() && f.feed.allOf.isEmpty());
        QTest::mouseClick(load, Qt::LeftButton);
        QCOMPARE(f.feed.allOf, QList{test::sampleEval});
        watch::AllBuildsSeen all{.eval = test::sampleEval, .bytes = 1 << 20};
        all.seen.loading = true;
        f.feed.tell(all);
        QCOMPARE(load->text(), u"Cancel"_s);
        QTest::mouseClick(load, Qt::LeftButton);
        QCOMPARE(f.feed.cancelled, 1);
        all.seen.loading = false;
        f.feed.tell(all);
        QVERIFY(load->text().startsWith("Load all"_L1));
    }

    void theTreeIsAsItWasLeftAtTheNextStart()
    {
        QByteArray state;
        {
            Fixture f;
            f.place->open(Subject::ofEvaluation(u"hydra"_s, test::sampleEval));
            state = f.place->saveState();
        }
        Fixture f;
        f.place->restoreState(state);
        QVERIFY(f.place->treePane().expandedSubjects().contains(Subject::ofJobset(u"hydra"_s, test::unstable)));
    }
};

QTEST_MAIN(JobsPlaceTest)
#include "jobsplace_test.moc"
