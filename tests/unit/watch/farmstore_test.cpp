// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "support/flow.h"
#include "watch/farmstore.h"

#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::watch;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const auto metricsUrl = u"https://queue-runner.h.example/metrics"_s;
const auto statusUrl = u"https://h.example/queue-runner-status"_s;
const auto machinesUrl = u"https://h.example/machines"_s;
const auto queueUrl = u"https://h.example/queue-summary"_s;

net::Server server(net::ServerKind kind, const QString &url)
{
    net::Server made;
    made.id = url;
    made.kind = kind;
    made.url = QUrl(url);
    return made;
}

struct Fixture {
    test::FakeClock clock;
    test::FakeHttp http;
    Pools pools;
    QList<FarmState> told;
    std::unique_ptr<FarmStore> store;

    explicit Fixture(bool hasMetrics = true)
    {
        const auto hydra = server(net::ServerKind::Hydra, u"https://h.example"_s);
        net::Servers all{hydra};
        if (hasMetrics)
            all << server(net::ServerKind::QueueRunner, u"https://queue-runner.h.example"_s);
        store = std::make_unique<FarmStore>(
            http, farmServersOf(hydra, all), pools, clock, 1, [this](const FarmState &state) { told << state; });
        http.answer(metricsUrl, "hydraqueuerunner_machines_total 12\n");
        http.answer(statusUrl,
            R"({"queueRunner":{"status":"up","uptime":9000,"buildCount":5,"nrStepsDone":10,"queueStats":{"x86_64-linux":{"totalRunnable":4,"activeRunnable":1,"nrRunnableWaiting":3,"nrRunnableDisabled":0}}},"machines":{},"jobsets":{}})");
        http.answer(machinesUrl, net::Expect::Html,
            "<title>Hydra - Machine "
            "status</title><table><tr><th>Job</th><th>Build</th><th>Step</th></tr></table>");
        http.answer(queueUrl, "<title>Hydra - Queue summary</title><table><tr><th>Jobset</th></tr></table>");
    }
    ~Fixture()
    {
        store.reset();
        pools.waitForDone();
    }
    /// Lets time pass in small steps, and the pools finish what came.
    void pass(Milliseconds span)
    {
        for (const auto end = clock.now() + span; clock.now() < end;) {
            clock.advance(20s);
            pools.waitForDone();
            QCoreApplication::processEvents();
        }
    }
    [[nodiscard]] qsizetype asked(const QString &url) const { return http.urls().count(url); }
};

} // namespace

class FarmStoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nobodyLooksNobodyIsAsked()
    {
        Fixture farm;
        farm.pass(1h);
        QCOMPARE(farm.http.requests().size(), 0);
        farm.store->setView(u"farm"_s, FarmView::Open);
        farm.pass(1min);
        farm.store->setView(u"farm"_s, FarmView::Hidden);
        const auto before = farm.http.requests().size();
        farm.pass(3h);
        QCOMPARE(farm.http.requests().size(), before);
    }

    void anOpenFarmAsksAtThePlansPace()
    {
        Fixture farm;
        farm.store->setView(u"farm"_s, FarmView::Open);
        farm.pass(1h);
        // hydra.md §13: metrics 30 to 60 s, status and machines 60 to 120 s; up to a fifth later.
        QVERIFY(farm.asked(metricsUrl) <= 61 && farm.asked(metricsUrl) >= 45);
        QVERIFY(farm.asked(statusUrl) <= 31 && farm.asked(statusUrl) >= 23);
        QVERIFY(farm.asked(machinesUrl) <= 31 && farm.asked(machinesUrl) >= 23);
        QVERIFY(farm.asked(queueUrl) <= 13 && farm.asked(queueUrl) >= 9);
        QCOMPARE(farm.told.back().totals.builders, std::optional(12));
    }

    void onBatteryItAsksHalfAsOftenAndAtOnceAsBeforeAfterwards()
    {
        Fixture farm;
        farm.store->setCircumstances({.onBattery = true});
        farm.store->setView(u"farm"_s, FarmView::Open);
        farm.pass(1h);
        QVERIFY(farm.asked(metricsUrl) <= 31 && farm.asked(metricsUrl) >= 22);
        QVERIFY(farm.asked(queueUrl) <= 7 && farm.asked(queueUrl) >= 4);
        const auto before = farm.asked(metricsUrl);
        farm.store->setCircumstances({});
        farm.pass(30min);
        QVERIFY(farm.asked(metricsUrl) - before >= 22);
    }

    void aGlanceCostsHydraAlmostNothing()
    {
        Fixture farm;
        farm.store->setView(u"overview"_s, FarmView::Glance);
        farm.pass(1h);
        QVERIFY(farm.asked(metricsUrl) >= 45);
        QCOMPARE(farm.asked(statusUrl), 0);
        QCOMPARE(farm.asked(queueUrl), 0);
        QVERIFY(farm.asked(machinesUrl) <= 7);
        // Another viewer looks closer, and goes.
        farm.store->setView(u"farm"_s, FarmView::Open);
        farm.pass(1min);
        QCOMPARE(farm.asked(statusUrl), 1);
        QCOMPARE(farm.asked(queueUrl), 1);
        farm.store->setView(u"farm"_s, FarmView::Hidden);
        farm.pass(1h);
        QCOMPARE(farm.asked(statusUrl), 1);
    }

    void withoutMetricsTheRunnersStatusCountsTheQueue()
    {
        Fixture farm(false);
        farm.store->setView(u"farm"_s, FarmView::Open);
        farm.pass(5min);
        QCOMPARE(farm.asked(metricsUrl), 0);
        const auto &state = farm.told.back();
        QVERIFY(!state.of(FarmSource::Metrics).isAsked);
        QCOMPARE(state.systems.size(), 1);
        QCOMPARE(state.systems.first().waiting, 3);
        QVERIFY(state.systems.first().points.size() > 1);
    }

    void aProblemStandsBesideWhatIsKnownAndIsTriedAgainLater()
    {
        Fixture farm;
        farm.store->setView(u"farm"_s, FarmView::Open);
        farm.pass(20s);
        farm.http.fail(metricsUrl, problem(ProblemKind::Timeout, metricsUrl).error());
        auto failing = problem(ProblemKind::ServerError, metricsUrl).error();
        failing.retryHelps = true;
        farm.http.fail(metricsUrl, failing);
        farm.pass(5min);
        const auto &state = farm.told.back();
        QCOMPARE(state.of(FarmSource::Metrics).problem->kind, ProblemKind::ServerError);
        QVERIFY(state.of(FarmSource::Metrics).problem->retryAfter);
        QCOMPARE(state.totals.builders, std::optional(12));
        const auto asked = farm.asked(metricsUrl);
        farm.pass(30min);
        QVERIFY(farm.asked(metricsUrl) - asked <= 5); // 4, 8, 15 minutes
    }

    void aPersonDoesNotWaitForTheRhythm()
    {
        Fixture farm;
        farm.store->setView(u"farm"_s, FarmView::Open);
        farm.pass(20s);
        const auto before = farm.asked(statusUrl);
        farm.store->refresh();
        QCOMPARE(farm.asked(statusUrl), before + 1);
        QCOMPARE(farm.http.requests().back().priority, net::Priority::Interactive);
    }

    void theNextStartBeginsWithWhatWasSeen()
    {
        QTemporaryDir folder;
        {
            Fixture farm(false);
            history::History history(folder.path(), farm.clock, farm.pools);
            farm.http.answer(statusUrl,
                R"({"queueRunner":{"status":"up","uptime":9000,"queueStats":{"x86_64-linux":{"totalRunnable":4,"activeRunnable":1,"nrRunnableWaiting":3,"nrRunnableDisabled":0}}},"machines":{"m1":{"systems":["x86_64-linux"],"maxJobs":4,"totalMem":8000,"stats":{"currentJobs":1,"lastPing":0,"load1":2.5,"load5":2,"load15":2,"memUsage":2000,"pressure":{"cpuSome":{"avg10":1,"avg60":30,"avg300":1,"total":1}}}}},"jobsets":{}})");
            farm.store->remember(history);
            farm.store->setView(u"farm"_s, FarmView::Open);
            farm.pass(1min);
            QVERIFY(test::waitFor(history.flush()));
            farm.store.reset();
        }
        Fixture later(false);
        later.clock.advance(2h);
        history::History history(folder.path(), later.clock, later.pools);
        later.store->remember(history);
        QTRY_VERIFY(!later.told.isEmpty());
        const auto state = later.told.back();
        QCOMPARE(state.builders.size(), 1);
        QCOMPARE(state.builders.first().machine.name, u"m1"_s);
        QCOMPARE(state.builders.first().machine.maxJobs, 4);
        QVERIFY(later.clock.nowSeconds() - state.builders.first().lastSeen >= 7000);
        later.store->setView(u"farm"_s, FarmView::Open);
        QTRY_VERIFY(!later.told.back().builders.first().points.isEmpty());
        const auto points = later.told.back().builders.first().points;
        QCOMPARE(points.last().load, std::optional(2.5));
        QCOMPARE(points.last().memory, std::optional(0.25));
        QCOMPARE(points.last().cpuWait, std::optional(0.3));
        QCOMPARE(points.last().jobs, std::optional(1));
        QVERIFY(later.clock.nowSeconds() - points.last().time >= 7000);
        const auto *queue = state.system(u"x86_64-linux"_s);
        QVERIFY(queue);
        QCOMPARE(queue->points.last().waiting, 3.0);
        QCOMPARE(queue->points.last().running, 1.0);
        later.store.reset();
    }

    void theRunnerBelongsToTheHydraAboveIt()
    {
        const auto nixos = server(net::ServerKind::Hydra, u"https://hydra.nixos.org"_s);
        const auto other = server(net::ServerKind::Hydra, u"https://hydra.example.org"_s);
        const net::Servers all{nixos, other,
            server(net::ServerKind::QueueRunner, u"https://queue-runner.hydra.nixos.org"_s),
            server(net::ServerKind::Prometheus, u"https://prometheus.nixos.org"_s)};
        QCOMPARE(farmServersOf(nixos, all).metrics, QUrl(u"https://queue-runner.hydra.nixos.org/metrics"_s));
        QCOMPARE(farmServersOf(nixos, all).prometheus, QUrl(u"https://prometheus.nixos.org"_s));
        QVERIFY(farmServersOf(other, all).metrics.isEmpty());
        QVERIFY(farmServersOf(other, all).prometheus.isEmpty());
    }
};

QTEST_GUILESS_MAIN(FarmStoreTest)
#include "farmstore_test.moc"
