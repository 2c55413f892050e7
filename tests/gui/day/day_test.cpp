// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/day/dayrig.h"
#include "support/flow.h"
#include "ui/shell/pastdialog.h"

#include <QTest>

using namespace narscope;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// The first hours of the day whose whole is tests/bench/day/run.
class DayTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void allViewsAndAHundredWatchedJobsStayWithinThePlanAndMissNothing()
    {
        test::DayRig day;
        day.watch(100);
        day.openEverything();
        day.run(150min);
        qInfo().noquote() << u'\n' + day.table();
        const auto breaches = day.breaches();
        QVERIFY2(breaches.isEmpty(), qPrintable(breaches.join(u'\n')));
        QVERIFY(day.sent() > 500);
        const auto evals = day.evaluationsNoticed(test::atMost(10));
        QVERIFY(evals.happened > 0);
        QCOMPARE(evals.noticed, evals.happened);
        QVERIFY2(evals.latest <= test::atMost(10), qPrintable(QString::number(evals.latest)));
        const auto listed = day.evaluationsListed(test::atMost(5) + test::atMost(1));
        QCOMPARE(listed.noticed, listed.happened);
        QVERIFY2(listed.latest <= test::atMost(5) + test::atMost(1), qPrintable(QString::number(listed.latest)));
        const auto releases = day.releasesNoticed(test::atMost(5));
        QCOMPARE(releases.noticed, releases.happened);

        // An hour ago, as the dialog of the past shows it, against what the simulated world did.
        auto &history = day.core().memory.history();
        QVERIFY(test::waitFor(history.flush()).has_value());
        const auto then = day.clock().nowSeconds() - 3600;
        const auto moment = test::waitFor(history.moment(u"demo-hydra"_s, then)).value();
        const auto &world = day.world();
        QCOMPARE(std::ranges::count(moment.channels, u"cdn"_s, &history::ChannelSpell::view), 6);
        QVERIFY(moment.evals.size() >= 8);
        for (const auto &eval : moment.evals) {
            const auto jobset = world.findJobset(eval.jobset.project.toUtf8(), eval.jobset.jobset.toUtf8());
            QVERIFY(jobset);
            const auto all = world.evaluations(*jobset);
            const auto newest = std::ranges::find_if(
                all.rbegin(), all.rend(), [&](EvalId id) { return world.evaluation(id)->time <= then; });
            QVERIFY(newest != all.rend());
            QCOMPARE(eval.summary.id, *newest);
        }
        const auto rows = ui::pastRows(moment);
        const auto shows = [&rows](const QString &what, const QString &text) {
            return std::ranges::any_of(
                rows, [&](const ui::PastRow &row) { return row.what == what && row.then.contains(text); });
        };
        QVERIFY(shows(u"nixos-unstable"_s, u"nixos-26.11pre"_s));
        QVERIFY(shows(u"nixpkgs:unstable"_s, u"succeeded"_s));
        QVERIFY(shows(u"x86_64-linux"_s, u"waiting"_s));
        QVERIFY(shows(u"elated-minsky.builder.nixos.org"_s, u"load"_s));
    }

    void aJobThatGoesBackAndForthGivesOneDigest()
    {
        test::DayRig day;
        const JobName job{{u"nixos"_s, u"unstable-small"_s}, u"nixos.options"_s};
        day.watchOnly(job);
        const auto start = day.clock().nowSeconds();
        day.run(20h);
        // What really happened, as the simulated world tells it.
        const auto &world = day.world();
        const auto jobset = *world.findJobset("nixos", "unstable-small");
        auto builds = world.history(jobset, *world.findJob(jobset, "nixos.options"));
        std::ranges::reverse(builds);
        int turns = 0;
        std::optional<bool> level;
        for (const auto &build : builds) {
            if (!build.finished())
                continue;
            turns += level && *level != build.succeeded() && build.stoppedAt > start ? 1 : 0;
            level = build.succeeded();
        }
        QVERIFY2(turns >= 5, qPrintable(QString::number(turns)));
        const auto &notices = day.notices();
        const auto digest = std::ranges::find_if(notices, &watch::Notice::isDigest);
        QVERIFY(digest != notices.end());
        QVERIFY(!digest->isUpdate);
        for (auto later = digest + 1; later != notices.end(); ++later)
            QVERIFY2(later->isUpdate && later->id == digest->id, qPrintable(later->title));
        QVERIFY2(std::abs(notices.size() - turns) <= 1, qPrintable(QString::number(notices.size())));
    }
};

QTEST_GUILESS_MAIN(DayTest)
#include "day_test.moc"
