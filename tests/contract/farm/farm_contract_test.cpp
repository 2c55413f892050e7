// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client.h"
#include "sim/demoservers.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "watch/farmwatch.h"

#include <QTest>

#include <set>

using namespace narscope;
using namespace narscope::watch;
using namespace Qt::StringLiterals;

namespace {

/// The whole way: simulated servers, the client with its policies, the watch. The clock stands, so that the
/// world may be compared with what was seen of it.
class StandingClock final : public Clock {
public:
    [[nodiscard]] Milliseconds now() const override { return Milliseconds(1'763'700'000'000); }
    [[nodiscard]] Milliseconds monotonic() const override { return m_real.monotonic(); }
    void callLater(Milliseconds delay, QObject *context, std::function<void()> call) override
    {
        m_real.callLater(delay, context, std::move(call));
    }

private:
    SystemClock m_real;
};

struct Pipeline {
    StandingClock clock;
    sim::Simulator simulator;
    Pools pools;
    net::Servers servers;
    std::unique_ptr<net::Client> client;
    std::unique_ptr<FarmWatch> watch;
    FarmState state;

    explicit Pipeline(const sim::Config &config)
        : simulator(config, clock)
    {
        const auto addresses = simulator.start();
        Q_ASSERT(addresses);
        servers = sim::demoServers(*addresses, 1);
        if (config.oldRunner) // it has no metrics of its own, so nobody remembers them
            servers.removeIf([](const net::Server &server) {
                return server.kind == net::ServerKind::QueueRunner || server.kind == net::ServerKind::Prometheus;
            });
        client = std::make_unique<net::Client>(clock, servers);
        const auto hydra = *net::findServer(servers, net::ServerKind::Hydra);
        watch = std::make_unique<FarmWatch>(*client, farmServersOf(hydra, servers), pools, clock, 1);
        QObject::connect(watch.get(), &FarmFeed::changed, watch.get(), [this](const FarmState &told) { state = told; });
        watch->setView(u"farm"_s, FarmView::Open);
    }
    ~Pipeline()
    {
        watch.reset();
        client.reset();
        pools.waitForDone();
    }
    [[nodiscard]] bool sawAll()
    {
        return QTest::qWaitFor(
            [this] {
                return std::ranges::all_of(state.sources, [](const SourceState &source) {
                    return !source.isAsked || source.seenAt != 0 || source.problem;
                }) && state.of(FarmSource::Runner).isAsked;
            },
            20'000);
    }
    [[nodiscard]] QStringList problems() const
    {
        QStringList list;
        for (const auto &source : state.sources) {
            if (source.problem)
                list << describe(*source.problem);
        }
        return list;
    }
};

std::set<qint64> buildsRunning(const FarmState &state)
{
    std::set<qint64> builds;
    for (const auto &builder : state.builders) {
        for (const auto &step : builder.steps.value_or(QList<StepLine>{}))
            builds.insert(step.step.build.value);
    }
    return builds;
}

std::set<qint64> buildsRunning(sim::World &world)
{
    std::set<qint64> builds;
    for (const auto &step : world.runningSteps())
        builds.insert(step.build.value);
    return builds;
}

} // namespace

class FarmContractTest : public QObject {
    Q_OBJECT

    static void compareBuilders(const FarmState &state, const sim::World &world)
    {
        for (quint16 i = 0; i < world.machines().size(); ++i) {
            const auto &facts = world.machines()[i];
            const auto *line = state.builder(QString::fromUtf8(facts.host));
            QVERIFY2(line, facts.host.constData());
            QVERIFY(line->isConnected && line->isKnownWhole);
            QCOMPARE(line->machine.maxJobs, facts.maxJobs);
            QCOMPARE(line->machine.currentJobs, std::optional(world.load(sim::MachineIndex{i}).currentJobs));
            QCOMPARE(line->steps->size(), line->machine.currentJobs.value());
        }
    }

private Q_SLOTS:
    void aNewRunnersFarmIsSeenWhole()
    {
        Pipeline farm(sim::Config{});
        QVERIFY(farm.sawAll());
        QCOMPARE(farm.problems().join(u" / "_s), QString());
        auto &world = farm.simulator.world();
        QCOMPARE(farm.state.form, hydra::QueueRunnerStatus::Form::Nested);
        compareBuilders(farm.state, world);
        QCOMPARE(buildsRunning(farm.state), buildsRunning(world));
        QVERIFY(!buildsRunning(world).empty());
        for (const auto system : sim::allSystems) {
            const auto *line = farm.state.system(QString::fromUtf8(sim::name(system)));
            QVERIFY(line);
            QCOMPARE(line->waiting, world.systemSteps(system).runnable);
            QCOMPARE(line->running, world.systemSteps(system).running);
            QVERIFY(line->why.kind != WaitKind::Unknown);
        }
        QCOMPARE(farm.state.totals.unfinishedBuilds, std::optional(world.runner().buildsUnfinished));
        const auto queued = std::ranges::fold_left(farm.state.jobsets, qint64(0),
            [](qint64 sum, const JobsetQueueLine &line) { return sum + line.queued.value_or(0); });
        QCOMPARE(queued, qint64(world.unfinished().size()));
    }

    void aDayIsKnownAtOnceFromPrometheus()
    {
        Pipeline farm(sim::Config{});
        QVERIFY(farm.sawAll());
        const auto *line = farm.state.system(u"x86_64-linux"_s);
        QVERIFY(line && line->points.size() >= 280);
        QCOMPARE(line->points.last().time - line->points.first().time, 24 * 3600);
        for (qsizetype i = 1; i < line->points.size(); ++i)
            QVERIFY(line->points[i].taken.value() >= line->points[i - 1].taken.value());
        QVERIFY(line->perHour.value_or(0) > 0);
        // The past agrees with the present: what waits now is the last point in both.
        QCOMPARE(qint64(line->points.last().waiting), line->waiting);
        const auto estimated = std::ranges::count_if(
            farm.state.systems, [](const SystemQueueLine &queue) { return queue.clear.has_value(); });
        const auto waiting
            = std::ranges::count_if(farm.state.systems, [](const SystemQueueLine &queue) { return queue.waiting > 0; });
        QCOMPARE(estimated, waiting);
    }

    void aBuilderThatLeftBeforeWeLookedIsKnown()
    {
        Pipeline farm(sim::Config{});
        QVERIFY(farm.sawAll());
        const auto left = farm.simulator.world().leftMachine();
        const auto *line = farm.state.builder(QString::fromUtf8(left.host));
        QVERIFY(line);
        QVERIFY(!line->isConnected);
        QVERIFY(std::abs(line->lastSeen - left.leftAt) <= 300);
        QVERIFY(std::ranges::any_of(farm.state.troubles, [&](const FarmTrouble &trouble) {
            return trouble.kind == TroubleKind::Gone && trouble.builder == line->machine.name;
        }));
    }

    void anOldRunnersFarmIsSeenWithoutLoadAndMetrics()
    {
        Pipeline farm(sim::Config{.oldRunner = true});
        QVERIFY(farm.sawAll());
        QCOMPARE(farm.problems().join(u" / "_s), QString());
        auto &world = farm.simulator.world();
        QCOMPARE(farm.state.form, hydra::QueueRunnerStatus::Form::Flat);
        QVERIFY(!farm.state.of(FarmSource::Metrics).isAsked);
        compareBuilders(farm.state, world);
        QCOMPARE(buildsRunning(farm.state), buildsRunning(world));
        QVERIFY(std::ranges::none_of(
            farm.state.builders, [](const BuilderLine &line) { return line.machine.load.has_value(); }));
        const auto *line = farm.state.system(u"x86_64-linux"_s);
        QVERIFY(line);
        QCOMPARE(line->waiting, world.systemSteps(sim::System::X86Linux).runnable);
    }

    void aGlanceAsksForMetricsAndTheirPast()
    {
        Pipeline farm(sim::Config{});
        farm.watch->setView(u"farm"_s, FarmView::Hidden);
        farm.watch->setView(u"overview"_s, FarmView::Glance);
        QVERIFY(QTest::qWaitFor(
            [&] {
                return farm.state.of(FarmSource::Metrics).seenAt != 0 && farm.state.of(FarmSource::Past).seenAt != 0;
            },
            20'000));
        const auto summary = summaryOf(farm.state, farm.clock.nowSeconds());
        QVERIFY(!summary.systems.isEmpty());
        QCOMPARE(summary.builders, std::optional(int(farm.simulator.world().machines().size())));
        QVERIFY(std::ranges::count_if(summary.systems.first().trend, [](double value) { return value >= 0; }) >= 23);
    }
};

QTEST_GUILESS_MAIN(FarmContractTest)
#include "farm_contract_test.moc"
