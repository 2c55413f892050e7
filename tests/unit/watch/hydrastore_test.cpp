// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "watch/channelwatch.h"

#include <QTest>

#include <iostream>

using namespace narscope;
using namespace narscope::watch;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr auto base = "https://h.example"_L1;
const JobsetName unstable{u"nixpkgs"_s, u"unstable"_s};

QString url(const QString &path)
{
    return base + path;
}

QByteArray page(const QByteArray &title, const QByteArray &content)
{
    return "<title>Hydra - " + title + "</title>" + content + "<footer>Hydra 1.2.</footer>";
}

/// A list of evaluations of nixpkgs:unstable as Hydra writes it, with one row.
QByteArray evalsPage(const QByteArray &jobset, int eval, int succeeded, int queued)
{
    return page("Evaluations of jobset nixpkgs:" + jobset,
        "<div class=\"page-header\"><a href=\"https://h.example/jobset/nixpkgs/" + jobset
            + "\">x</a></div><table><tr><th>#</th></tr><tr><td><a href=\"https://h.example/eval/"
            + QByteArray::number(eval) + "\">" + QByteArray::number(eval)
            + "</a></td><td></td><td>nixpkgs → <tt>65179426c83b</tt></td><td><span class=\"badge badge-success\">"
            + QByteArray::number(succeeded) + "</span></td><td></td><td><span class=\"badge badge-secondary\">"
            + QByteArray::number(queued) + "</span></td><td></td></tr></table>");
}

QByteArray evaluationPage(int eval)
{
    return page("Evaluation " + QByteArray::number(eval) + " of jobset nixpkgs:unstable",
        "<div class=page-header><a href=\"/jobset/nixpkgs/unstable\">unstable</a></div>");
}

QByteArray jobsets(qint64 lastChecked, int succeeded)
{
    return R"([{"project":"nixpkgs","name":"unstable","nrscheduled":3,"nrsucceeded":)" + QByteArray::number(succeeded)
        + R"(,"nrfailed":1,"nrtotal":10,"lastcheckedtime":)" + QByteArray::number(lastChecked)
        + R"(,"starttime":null,"triggertime":null,"errortime":null,"checkinterval":300,"fetcherrormsg":null,"haserrormsg":false}])";
}

QByteArray build(bool finished)
{
    const QByteArray state = finished ? R"("finished":1,"buildstatus":0,"starttime":1763690100,"stoptime":1763690200)"
                                      : R"("finished":0,"buildstatus":null,"starttime":null,"stoptime":null)";
    return R"({"id":7,"project":"nixpkgs","jobset":"unstable","job":"hello","nixname":"hello-2.12","system":"x86_64-linux","priority":100,"timestamp":1763690000,)"
        + state
        + R"(,"releasename":null,"drvpath":"/nix/store/00000000000000000000000000000000-hello.drv","jobsetevals":[5],"buildoutputs":{},"buildproducts":{},"buildmetrics":{}})";
}

struct Fixture {
    test::FakeClock clock;
    test::FakeHttp http;
    Pools pools;
    std::vector<Change> changes;
    std::unique_ptr<HydraStore> store;

    Fixture()
    {
        net::Server server;
        server.id = u"h"_s;
        server.url = QUrl(QString(base));
        store = std::make_unique<HydraStore>(
            http, server, pools, clock, 1, [this](const Change &change) { changes.push_back(change); });
        http.answer(url(u"/"_s),
            R"([{"name":"nixpkgs","displayname":"","description":"","homepage":"","owner":"root","enabled":true,"hidden":false,"jobsets":["unstable"]}])");
        http.answer(url(u"/evals?page=1"_s), evalsPage("unstable", 5, 6, 3));
        http.answer(url(u"/api/jobsets?project=nixpkgs"_s), jobsets(1763690000, 6));
        http.answer(url(u"/jobset/nixpkgs/unstable/evals?page=1"_s), evalsPage("unstable", 5, 6, 3));
        http.answer(url(u"/eval/5?filter=zz-no-such-job"_s), evaluationPage(5));
        http.answer(url(u"/eval/5"_s), evaluationPage(5));
        http.answer(url(u"/build/7"_s), net::Expect::Json, build(true));
    }
    ~Fixture()
    {
        store.reset();
        pools.waitForDone();
    }

    /// Lets parsers on the pools come back.
    void settle()
    {
        for (int i = 0; i < 4; ++i) {
            pools.waitForDone();
            QCoreApplication::processEvents();
        }
    }
    void show(const Interest &interest)
    {
        store->setInterest(interest);
        settle();
    }
    void pass(Milliseconds time)
    {
        for (const auto end = clock.now() + time; clock.now() < end;) {
            clock.advance(10s);
            settle();
        }
    }
    [[nodiscard]] QMap<QString, int> counts() const
    {
        QMap<QString, int> counts;
        for (const auto &asked : http.urls())
            ++counts[QUrl(asked).host() + asked.mid(base.size())];
        return counts;
    }
    template <typename T> [[nodiscard]] T last() const
    {
        T found{};
        for (const auto &change : changes) {
            if (const auto *one = std::get_if<T>(&change))
                found = *one;
        }
        return found;
    }
};

Interest everything()
{
    return {.projects = {u"nixpkgs"_s}, .jobsets = {unstable}, .jobset = {}, .eval = EvalId(5), .build = BuildId(7)};
}

} // namespace

class HydraStoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anHourOfWatchingAsksNoMoreThanThePlanAllows()
    {
        Fixture f;
        f.show(everything());
        f.pass(1h);
        // hydra.md §13: a project list daily, /evals every 10 min, jobsets every 5 min, a jobset's evaluations
        // every 15 min unless a change shows, an evaluation once, a finished build daily.
        const QMap<QString, int> most{{u"/"_s, 1}, {u"/evals?page=1"_s, 7}, {u"/api/jobsets?project=nixpkgs"_s, 13},
            {u"/jobset/nixpkgs/unstable/evals?page=1"_s, 5}, {u"/eval/5?filter=zz-no-such-job"_s, 1}, {u"/eval/5"_s, 1},
            {u"/build/7"_s, 6}};
        int all = 0;
        const auto counts = f.counts();
        for (auto it = counts.cbegin(); it != counts.cend(); ++it) {
            std::cout << "  " << it.value() << "  " << qPrintable(it.key()) << "\n";
            const auto path = it.key().mid(int(sizeof("h.example")) - 1);
            QVERIFY2(most.contains(path), qPrintable(path + u" is not in the plan"_s));
            QVERIFY2(it.value() <= most[path], qPrintable(path));
            all += it.value();
        }
        std::cout << "  " << all << "  in a virtual hour" << std::endl;
        QVERIFY(all >= 15); // and it does go on asking
    }

    void aPauseThatIsUnderWayFollowsTheCircumstances()
    {
        Fixture f;
        f.show({.projects = {u"nixpkgs"_s}});
        const auto asked = [&f] { return f.http.urls().count(url(u"/api/jobsets?project=nixpkgs"_s)); };
        f.pass(1min);
        QCOMPARE(asked(), 1); // the next is due 5 to 6 minutes after it
        f.store->setCircumstances({.onBattery = true, .isMetered = true});
        f.pass(20min);
        QCOMPARE(asked(), 1);
        f.store->setCircumstances({});
        f.pass(2min);
        QCOMPARE(asked(), 2);
    }

    void overviewAndJobsAskForTheJobsetsOnce()
    {
        test::FakeClock clock;
        test::FakeHttp http;
        Pools pools;
        net::Server server;
        server.id = u"h"_s;
        server.url = QUrl(QString(base));
        http.answer(url(u"/api/jobsets?project=nixos"_s), "[]");
        http.answer(url(u"/api/jobsets?project=nixpkgs"_s), jobsets(1763690000, 6));
        http.answer(url(u"/evals?page=1"_s), evalsPage("unstable", 5, 6, 3));
        const auto pass = [&](Milliseconds span) {
            for (const auto end = clock.now() + span; clock.now() < end; clock.advance(20s)) {
                pools.waitForDone();
                QCoreApplication::processEvents();
            }
        };
        const auto asked = [&http](const QString &path) { return http.urls().count(url(path)); };
        {
            HydraWatch hydra(http, server, pools, clock, 1);
            ChannelWatch channels(http, {server}, pools, clock, 2);
            channels.follow(hydra);
            hydra.setInterest({.projects = {u"nixpkgs"_s, u"nixos"_s}});
            channels.setLook(u"overview"_s, ChannelLook::Open);
            pass(1h);
            for (const auto &project : {u"nixos"_s, u"nixpkgs"_s})
                QVERIFY(asked(u"/api/jobsets?project="_s + project) >= 10
                    && asked(u"/api/jobsets?project="_s + project) <= 13);
            hydra.setInterest({.active = false}); // the overview alone keeps them fresh, and sees what is new
            const auto jobsets = asked(u"/api/jobsets?project=nixos"_s);
            const auto evals = asked(u"/evals?page=1"_s);
            pass(1h);
            QVERIFY(asked(u"/api/jobsets?project=nixos"_s) >= jobsets + 9);
            QVERIFY(asked(u"/evals?page=1"_s) >= evals + 4);
            channels.setLook(u"overview"_s, ChannelLook::Hidden);
            pass(20s);
            const auto all = http.requests().size();
            pass(1h);
            QCOMPARE(http.requests().size(), all);
            channels.setLook(u"overview"_s, ChannelLook::Open);
            pass(1min);
            channels.setLook(u"overview"_s, ChannelLook::Hidden);
            channels.setLook(u"overview"_s, ChannelLook::Open); // back within the minute: nothing is asked twice
            const auto now = asked(u"/api/jobsets?project=nixos"_s);
            pass(40s);
            QCOMPARE(asked(u"/api/jobsets?project=nixos"_s), now);
        }
        pools.waitForDone();
    }

    void whatThePersonOpenedGoesFirstAndTheRestIsBackground()
    {
        Fixture f;
        f.show(everything());
        for (const auto &request : f.http.requests()) {
            const bool detector = request.url.path() == "/evals"_L1;
            QCOMPARE(request.priority, detector ? net::Priority::Background : net::Priority::Interactive);
        }
        const auto before = f.http.requests().size();
        f.pass(1h);
        for (const auto &request : f.http.requests().sliced(before))
            QCOMPARE(request.priority, net::Priority::Background);
        const auto after = f.http.requests().size();
        f.store->refresh(Subject::ofBuild(u"h"_s, BuildId(7)));
        f.settle();
        QCOMPARE(f.http.requests().size(), after + 2);
        QCOMPARE(f.http.requests().last().priority, net::Priority::Interactive);
    }

    void aChangeInTheJobsetsBringsItsEvaluationsAtOnce()
    {
        Fixture f;
        f.show({.projects = {u"nixpkgs"_s}, .jobsets = {unstable}, .jobset = {}, .eval = {}, .build = {}});
        f.pass(4min);
        const auto evals = u"h.example/jobset/nixpkgs/unstable/evals?page=1"_s;
        QCOMPARE(f.counts()[evals], 1);
        f.http.answer(url(u"/api/jobsets?project=nixpkgs"_s), jobsets(1763699999, 8));
        f.http.answer(url(u"/jobset/nixpkgs/unstable/evals?page=1"_s), evalsPage("unstable", 6, 0, 10));
        f.pass(3min);
        QCOMPARE(f.counts()[evals], 2);
        const auto list = f.last<EvalsSeen>().seen.value;
        QVERIFY(list);
        QCOMPARE(list->evals.size(), 2); // the older one stays
        QCOMPARE(list->evals.first().id, EvalId(6));
    }

    void failedRefreshKeepsTheLastGoodValueBesideTheProblem()
    {
        Fixture f;
        f.show({.projects = {u"nixpkgs"_s}, .jobsets = {}, .jobset = {}, .eval = {}, .build = {}});
        const auto good = f.last<JobsetsSeen>();
        QVERIFY(good.seen.value && !good.seen.problem);
        f.http.fail(url(u"/api/jobsets?project=nixpkgs"_s),
            Problem{.kind = ProblemKind::ServerError,
                .sentence = u"busy"_s,
                .where = {},
                .detail = {},
                .advice = {},
                .retryHelps = true,
                .retryAfter = {}});
        f.pass(7min);
        const auto stale = f.last<JobsetsSeen>();
        QCOMPARE(stale.seen.problem->sentence, u"busy"_s);
        QCOMPARE(stale.seen.value, good.seen.value);
        QCOMPARE(stale.seen.seenAt, good.seen.seenAt);
        f.http.answer(url(u"/api/jobsets?project=nixpkgs"_s), jobsets(1763690000, 6));
        f.pass(20min);
        QVERIFY(!f.last<JobsetsSeen>().seen.problem);
        QVERIFY(f.last<JobsetsSeen>().seen.seenAt > good.seen.seenAt);
    }

    void whatIsAskedForOnceADayIsTriedAgainWithinMinutesWhenItFailed()
    {
        Fixture f;
        const auto page = url(u"/eval/5?filter=zz-no-such-job"_s);
        f.http.fail(page,
            Problem{.kind = ProblemKind::ServerError,
                .sentence = u"busy"_s,
                .where = {},
                .detail = {},
                .advice = {},
                .retryHelps = true,
                .retryAfter = {}});
        f.show({.projects = {}, .jobsets = {}, .jobset = {}, .eval = EvalId(5), .build = {}});
        const auto failed = f.last<EvalHeaderSeen>().seen;
        QVERIFY(failed.problem && !failed.value);
        QVERIFY(failed.problem->retryAfter >= 1min && failed.problem->retryAfter <= 72s);
        f.pass(50s);
        QCOMPARE(f.counts()[u"h.example/eval/5?filter=zz-no-such-job"_s], 1);
        f.pass(25s);
        QCOMPARE(f.counts()[u"h.example/eval/5?filter=zz-no-such-job"_s], 2);
        f.pass(1h);
        QVERIFY(f.counts()[u"h.example/eval/5?filter=zz-no-such-job"_s] <= 8);
    }

    void nothingIsAskedWhileNobodyLooks()
    {
        Fixture f;
        auto hidden = everything();
        hidden.active = false;
        f.show(hidden);
        f.pass(1h);
        QCOMPARE(f.http.requests().size(), 0);
    }

    void anEvaluationThatWasOnlyPassedIsNeverReadWhole()
    {
        Fixture f;
        f.http.hold();
        f.show({.projects = {}, .jobsets = {}, .jobset = {}, .eval = EvalId(5), .build = {}});
        f.show({.projects = {}, .jobsets = {}, .jobset = {}, .eval = {}, .build = {}});
        f.http.release();
        f.settle();
        f.pass(1min);
        QVERIFY(f.counts().contains(u"h.example/eval/5?filter=zz-no-such-job"_s));
        QVERIFY(!f.counts().contains(u"h.example/eval/5"_s));
    }

    void aRenamedJobsetComesUnderItsCurrentName()
    {
        Fixture f;
        const JobsetName old{u"nixpkgs"_s, u"trunk"_s};
        f.http.answer(url(u"/jobset/nixpkgs/trunk/evals?page=1"_s), evalsPage("unstable", 5, 6, 3));
        f.show({.projects = {}, .jobsets = {old}, .jobset = {}, .eval = {}, .build = {}});
        const auto renamed = f.last<JobsetRenamed>();
        QCOMPARE(renamed.from, old);
        QCOMPARE(renamed.to, unstable);
        f.show({.projects = {}, .jobsets = {unstable}, .jobset = {}, .eval = {}, .build = {}});
        QCOMPARE(f.last<EvalsSeen>().jobset, unstable);
        QCOMPARE(f.last<EvalsSeen>().seen.value->evals.first().id, EvalId(5));
        QVERIFY(!f.counts().contains(u"h.example/jobset/nixpkgs/unstable/evals?page=1"_s)); // known already
    }

    void olderPagesAreAddedBelowAndARefreshKeepsThem()
    {
        Fixture f;
        f.http.answer(url(u"/jobset/nixpkgs/unstable/evals?page=1"_s),
            evalsPage("unstable", 5, 6, 3).replace("<footer>", "<p>Showing evaluations 1 - 20 out of 21:</p><footer>"));
        f.http.answer(url(u"/jobset/nixpkgs/unstable/evals?page=2"_s),
            evalsPage("unstable", 3, 6, 0)
                .replace("<footer>", "<p>Showing evaluations 21 - 21 out of 21:</p><footer>"));
        f.show({.projects = {}, .jobsets = {unstable}, .jobset = {}, .eval = {}, .build = {}});
        QVERIFY(f.last<EvalsSeen>().seen.value->hasOlder);
        f.store->loadOlder(unstable);
        f.settle();
        f.pass(20min);
        QCOMPARE(f.last<EvalsSeen>().seen.value->evals.size(), 2);
        QCOMPARE(f.last<EvalsSeen>().seen.value->pages, 2);
        QVERIFY(!f.last<EvalsSeen>().seen.value->hasOlder);
    }

    void shortWordsAreNotSearchedFor()
    {
        Fixture f;
        f.store->search(EvalId(5), u"he"_s);
        QCOMPARE(f.http.requests().size(), 0);
        f.http.answer(url(u"/eval/5?filter=hel"_s), evaluationPage(5));
        f.store->search(EvalId(5), u"hel"_s);
        f.settle();
        QCOMPARE(f.last<EvalJobsSeen>().filter, u"hel"_s);
        QVERIFY(f.last<EvalJobsSeen>().seen.value);
    }
};

QTEST_GUILESS_MAIN(HydraStoreTest)
#include "hydrastore_test.moc"
