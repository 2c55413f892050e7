// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/metricstext.h"
#include "watch/farmjudge.h"
#include "watch/farmmath.h"

#include <QFile>
#include <QTest>

#include <cmath>

using namespace narscope;
using namespace narscope::watch;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 now = 1'795'000'000;
constexpr qint64 hour = 3600;

hydra::Metrics metrics(const QByteArray &text)
{
    return hydra::parseMetrics(text).value();
}

QByteArray builderMetrics(const QByteArray &host, qint64 ping, qint64 at, int steps)
{
    const QByteArray label = "{hostname=\"" + host + "\"} ";
    return "hydraqueuerunner_machine_steps_done" + label + QByteArray::number(steps)
        + "\nhydraqueuerunner_machine_current_jobs" + label + "2\nhydraqueuerunner_machine_last_ping_timestamp" + label
        + QByteArray::number(ping) + "\nhydraqueuerunner_current_time_seconds " + QByteArray::number(at)
        + "\nhydraqueuerunner_uptime_seconds 90000\n";
}

hydra::Machine machine(const QString &name, const QStringList &systems, int maxJobs, int jobs)
{
    hydra::Machine made;
    made.name = name;
    made.systems = systems;
    made.maxJobs = maxJobs;
    made.currentJobs = jobs;
    made.hasCapacity = jobs < maxJobs;
    return made;
}

hydra::QueueRunnerStatus status(const QList<hydra::Machine> &machines)
{
    hydra::QueueRunnerStatus made;
    made.reach = hydra::QueueRunnerStatus::Reach::Up;
    made.form = hydra::QueueRunnerStatus::Form::Nested;
    made.uptime = 90'000;
    made.machines = machines;
    return made;
}

hydra::MachineActivity activity(const QString &name, const QString &phase, qint64 seconds, int build = 7)
{
    hydra::RunningStep step;
    step.machine = name;
    step.build = BuildId(build);
    step.drvName = u"hello-%1.drv"_s.arg(build);
    step.phase = phase;
    step.seconds = seconds;
    hydra::MachineActivity made;
    made.name = name;
    made.steps = {step};
    return made;
}

struct Farm {
    FarmState state;
    FarmMemory memory;

    void take(const hydra::QueueRunnerStatus &runner, qint64 at = now)
    {
        takeRunner(state, memory, runner, true, at);
        judge(state, memory, at);
    }
    void take(const QList<hydra::MachineActivity> &machines, qint64 at)
    {
        takeActivity(state, memory, machines, at);
        state.of(FarmSource::Activity).seenAt = at;
        judge(state, memory, at);
    }
    void queue(const QString &system, qint64 waiting)
    {
        state.systems.append({.system = system, .waiting = waiting});
        judge(state, memory, now);
    }
    [[nodiscard]] QStringList troubles() const
    {
        QStringList words;
        for (const auto &trouble : state.troubles)
            words << u"%1 %2 %3"_s.arg(int(trouble.kind)).arg(trouble.builder + trouble.system, trouble.what).trimmed();
        return words;
    }
};

QString trouble(TroubleKind kind, const QString &who, const QString &what = {})
{
    return u"%1 %2 %3"_s.arg(int(kind)).arg(who, what).trimmed();
}

} // namespace

class FarmTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLimitIsMeasuredFromAHundredStepsOn()
    {
        std::vector<double> ages(99, 10);
        QVERIFY(!usualAge(u"Sending inputs"_s, ages).measured);
        QCOMPARE(usualAge(u"Sending inputs"_s, ages).limit, hour);
        QCOMPARE(usualAge(u"Building"_s, {}).limit, 10 * hour);
        ages.push_back(500);
        ages.push_back(240);
        const auto usual = usualAge(u"Sending inputs"_s, ages); // rank ceil(0.99 * 101) = 100 of 101
        QVERIFY(usual.measured);
        QCOMPARE(usual.limit, 240);
        QCOMPARE(usual.seen, 101);
    }

    void everyMetricThatIsReadIsOneTheRunnerHas()
    {
        QFile file(QStringLiteral(NARSCOPE_SHARED_DIR) + u"/samples/distribution/queue-runner-metrics.tsv"_s);
        if (!file.open(QIODevice::ReadOnly))
            QSKIP("the list of the runner's metrics is not there");
        QByteArray text;
        for (const auto &line : file.readAll().split('\n')) {
            const auto cells = line.split('\t');
            if (line.startsWith('#') || cells.size() < 3)
                continue;
            auto labels = cells[2];
            labels.replace("machine_type", "machine_type=\"x86_64-linux\"")
                .replace("hostname", "hostname=\"m1\"")
                .replace("jobset_name", "jobset_name=\"p:j\"")
                .replace("remote_store", "remote_store=\"s\"");
            const auto value = cells[0].endsWith("_timestamp") || cells[0].endsWith("current_time_seconds")
                ? QByteArray::number(now)
                : QByteArray("7");
            if (cells[1].startsWith("Histogram"))
                text += cells[0] + "_bucket{machine_type=\"x86_64-linux\",le=\"10\"} 7\n" + cells[0]
                    + "_bucket{machine_type=\"x86_64-linux\",le=\"+Inf\"} 7\n" + cells[0]
                    + "_count{machine_type=\"x86_64-linux\"} 7\n";
            else
                text += cells[0] + (labels == "{}" ? QByteArray() : labels) + ' ' + value + '\n';
        }
        Farm farm;
        takeMetrics(farm.state, farm.memory, metrics(text), now);
        const std::optional<qint64> seven = 7;
        const auto &totals = farm.state.totals;
        QCOMPARE(totals.unfinishedBuilds, seven);
        QCOMPARE(totals.running, seven);
        QCOMPARE(totals.runnable, seven);
        QCOMPARE(totals.dependent, seven);
        QCOMPARE(totals.unsupported, seven);
        QCOMPARE(totals.uploads, seven);
        QCOMPARE(totals.overflow, std::optional<qint64>(0)); // 7 queued, 7 done, 7 failed
        QCOMPARE(totals.builders, std::optional(7));
        QCOMPARE(totals.buildersInUse, std::optional(7));
        QCOMPARE(totals.uptime, std::optional(7.0));
        QCOMPARE(farm.state.systems.size(), 1);
        const auto &line = farm.state.systems.first();
        QCOMPARE(line.waiting, 7);
        QCOMPARE(line.running, 7);
        QCOMPARE(line.disabled, 7);
        QCOMPARE(line.usualWait, std::optional<qint64>(5));
        QVERIFY(line.points.first().taken.has_value());
        QCOMPARE(farm.state.builders.size(), 1);
        const auto &builder = farm.state.builders.first();
        QCOMPARE(builder.machine.name, u"m1"_s);
        QCOMPARE(builder.machine.currentJobs, std::optional(7));
        QCOMPARE(builder.machine.consecutiveFailures, 7);
        QCOMPARE(builder.lastSeen, now);
        QVERIFY(!builder.isKnownWhole);
    }

    void aBuilderWhosePingsStopIsGoneSinceTheLastOne()
    {
        Farm farm;
        takeMetrics(farm.state, farm.memory, metrics(builderMetrics("m1", now - 600, now - 600, 5)), now - 600);
        QVERIFY(farm.state.builder(u"m1"_s)->isConnected);
        takeMetrics(farm.state, farm.memory, metrics(builderMetrics("m1", now - 590, now, 5)), now);
        const auto *line = farm.state.builder(u"m1"_s);
        QVERIFY(!line->isConnected);
        QCOMPARE(line->lastSeen, now - 590);
        QCOMPARE(farm.state.events.size(), 1);
        QCOMPARE(farm.state.events[0],
            (FarmEvent{.time = now - 590, .kind = FarmEventKind::Left, .builder = u"m1"_s, .count = 2}));
        takeMetrics(farm.state, farm.memory, metrics(builderMetrics("m1", now + 60, now + 60, 6)), now + 60);
        QVERIFY(farm.state.builder(u"m1"_s)->isConnected);
        QCOMPARE(farm.state.events[0],
            (FarmEvent{.time = now + 60, .kind = FarmEventKind::CameBack, .builder = u"m1"_s, .count = 650}));
    }

    void aBuilderThatTheRunnerNoLongerListsIsKeptAsGone()
    {
        Farm farm;
        farm.take(status({machine(u"a"_s, {u"x86_64-linux"_s}, 4, 4), machine(u"b"_s, {u"x86_64-linux"_s}, 4, 1)}),
            now - 300);
        farm.take(status({machine(u"b"_s, {u"x86_64-linux"_s}, 4, 1)}), now);
        QCOMPARE(farm.state.builders.size(), 2);
        QVERIFY(!farm.state.builder(u"a"_s)->isConnected);
        QCOMPARE(farm.troubles(), QStringList({trouble(TroubleKind::Gone, u"a"_s)}));
        QCOMPARE(farm.state.troubles[0].seconds, 300);
        QCOMPARE(farm.state.troubles[0].count, 4);
        QCOMPARE(farm.state.builder(u"a"_s)->machine.systems, QStringList({u"x86_64-linux"_s})); // as it was
        forgetOld(farm.state, farm.memory, now + 15 * 24 * hour);
        QVERIFY(!farm.state.builder(u"a"_s));
    }

    void afterTheRunnerRestartedBuildersHaveTimeToConnectAgain()
    {
        Farm farm;
        farm.take(status({machine(u"a"_s, {u"x86_64-linux"_s}, 4, 4)}), now - 120);
        auto fresh = status({});
        fresh.uptime = 60;
        farm.take(fresh, now);
        QVERIFY(farm.state.builder(u"a"_s)->isConnected);
        QCOMPARE(farm.state.events.size(), 1);
        QCOMPARE(farm.state.events[0], (FarmEvent{.time = now - 60, .kind = FarmEventKind::RunnerRestarted}));
        fresh.uptime = 400;
        farm.take(fresh, now + 340);
        QVERIFY(!farm.state.builder(u"a"_s)->isConnected);
    }

    void whySomethingWaits_data()
    {
        QTest::addColumn<QList<hydra::Machine>>("machines");
        QTest::addColumn<QString>("system");
        QTest::addColumn<int>("waiting");
        QTest::addColumn<int>("kind");
        const auto x86 = QStringList{u"x86_64-linux"_s};
        auto held = machine(u"b"_s, x86, 4, 1);
        held.hasCapacity = false;
        auto disabled = machine(u"c"_s, x86, 4, 0);
        disabled.enabled = false;
        auto big = machine(u"d"_s, x86, 4, 0);
        big.features = {u"big-parallel"_s};
        big.mandatoryFeatures = {u"big-parallel"_s};
        const auto busy = machine(u"a"_s, x86, 4, 4);
        QTest::newRow("nothing waits") << QList{busy} << u"x86_64-linux"_s << 0 << int(WaitKind::Nothing);
        QTest::newRow("all busy") << QList{busy} << u"x86_64-linux"_s << 3 << int(WaitKind::Busy);
        QTest::newRow("nobody") << QList{busy} << u"riscv64-linux"_s << 3 << int(WaitKind::NoBuilder);
        QTest::newRow("held back") << QList{busy, held} << u"x86_64-linux"_s << 3 << int(WaitKind::NoCapacity);
        QTest::newRow("disabled") << QList{busy, disabled} << u"x86_64-linux"_s << 3 << int(WaitKind::NoCapacity);
        QTest::newRow("free") << QList{busy, machine(u"e"_s, x86, 2, 1)} << u"x86_64-linux"_s << 3
                              << int(WaitKind::Free);
        QTest::newRow("not known") << QList<hydra::Machine>{} << u"x86_64-linux"_s << 3 << int(WaitKind::Unknown);
        QTest::newRow("a feature nobody has") << QList{busy} << u"x86_64-linux:kvm"_s << 3 << int(WaitKind::NoBuilder);
        QTest::newRow("for big steps alone") << QList{big} << u"x86_64-linux:"_s << 3 << int(WaitKind::NoBuilder);
        QTest::newRow("a big step") << QList{big} << u"x86_64-linux:big-parallel"_s << 3 << int(WaitKind::Free);
    }
    void whySomethingWaits()
    {
        QFETCH(const QList<hydra::Machine>, machines);
        QFETCH(const QString, system);
        QFETCH(const int, waiting);
        QFETCH(const int, kind);
        Farm farm;
        farm.take(status(machines));
        QCOMPARE(int(whyWaiting(farm.state, {.system = system, .waiting = waiting}, now).kind), kind);
    }

    void aBuilderThatFailsFarOftenerThanTheOthersIsNamed()
    {
        const auto with = [](const QString &name, qint64 succeeded, qint64 failed) {
            auto made = machine(name, {u"x86_64-linux"_s}, 4, 1);
            made.succeeded = succeeded;
            made.failed = failed;
            return made;
        };
        Farm farm;
        farm.take(status({with(u"a"_s, 970, 30), with(u"b"_s, 880, 120), with(u"few"_s, 10, 8)}));
        QCOMPARE(farm.troubles(), QStringList({trouble(TroubleKind::Failing, u"b"_s)}));
        QCOMPARE(farm.state.troubles[0].value, 0.12);
    }

    void aQueueWhoseOnlyBuilderLeftSaysSo()
    {
        Farm farm;
        farm.take(status({machine(u"a"_s, {u"aarch64-linux"_s}, 4, 4), machine(u"b"_s, {u"x86_64-linux"_s}, 4, 0)}),
            now - 600);
        farm.take(status({machine(u"b"_s, {u"x86_64-linux"_s}, 4, 0)}), now);
        farm.queue(u"aarch64-linux"_s, 31);
        const auto *line = farm.state.system(u"aarch64-linux"_s);
        QCOMPARE(line->why.kind, WaitKind::BuildersGone);
        QCOMPARE(line->why.builders, QStringList({u"a"_s}));
        QCOMPARE(farm.troubles(),
            QStringList({trouble(TroubleKind::Gone, u"a"_s), trouble(TroubleKind::NoBuilder, u"aaarch64-linux"_s)}));
    }

    void whatABuilderIsShortOfIsNamed_data()
    {
        QTest::addColumn<double>("storeFree");
        QTest::addColumn<double>("memoryPressure");
        QTest::addColumn<double>("load");
        QTest::addColumn<QString>("what");
        QTest::newRow("disk") << 8.0 << 0.0 << 1.0 << u"disk"_s;
        QTest::newRow("memory") << 50.0 << 93.0 << 1.0 << u"memory"_s;
        QTest::newRow("load") << 50.0 << 0.0 << 9.0 << u"load"_s;
        QTest::newRow("it does not say") << 50.0 << 0.0 << 1.0 << QString();
    }
    void whatABuilderIsShortOfIsNamed()
    {
        QFETCH(const double, storeFree);
        QFETCH(const double, memoryPressure);
        QFETCH(const double, load);
        QFETCH(const QString, what);
        auto short1 = machine(u"a"_s, {u"x86_64-linux"_s}, 4, 1);
        short1.hasCapacity = false;
        short1.limits = hydra::MachineLimits{.storeFreePercent = 10.0, .load1 = 8.0, .memPressure = 80.0};
        short1.load = hydra::MachineLoad{
            .load1 = load, .memSome = hydra::Pressure{.avg10 = memoryPressure}, .storeFreePercent = storeFree};
        const auto held = whatHolds(short1, now);
        QVERIFY(held);
        QCOMPARE(held->kind, TroubleKind::NoCapacity);
        QCOMPARE(held->what, what);
        auto full = short1;
        full.currentJobs = 4; // it takes nothing because it is full
        QVERIFY(!whatHolds(full, now));
    }

    void aStepOlderThanTheOthersEverGotIsStuck()
    {
        Farm farm;
        farm.take(status({machine(u"mac.example.org"_s, {u"aarch64-darwin"_s}, 4, 1)}), now - 20 * hour);
        // 120 steps leave «Sending inputs» when they are half a minute to two and a half minutes old.
        qint64 at = now - 10 * hour;
        for (int build = 1; build <= 120; ++build) {
            farm.take({activity(u"mac"_s, u"Sending inputs"_s, 30, build)}, at);
            farm.take({activity(u"mac"_s, u"Building"_s, 150, build)}, at + 120);
            at += 240;
        }
        QVERIFY(farm.state.troubles.isEmpty());
        farm.take({activity(u"mac"_s, u"Sending inputs"_s, 600, 500)}, now);
        const auto &step = farm.state.builder(u"mac.example.org"_s)->steps->first();
        QVERIFY(step.isStuck);
        QVERIFY(step.usual.measured);
        QCOMPARE(step.usual.limit, 150);
        QCOMPARE(
            farm.troubles(), QStringList({trouble(TroubleKind::Stuck, u"mac.example.org"_s, u"Sending inputs"_s)}));
        QCOMPARE(farm.state.events.first(),
            (FarmEvent{.time = now - 450,
                .kind = FarmEventKind::BecameStuck,
                .builder = u"mac.example.org"_s,
                .what = u"Sending inputs"_s}));
        const auto events = farm.state.events.size();
        farm.take({activity(u"mac"_s, u"Sending inputs"_s, 720, 500)}, now + 120);
        QCOMPARE(farm.state.events.size(), events); // told once
    }

    void whatComesAfterBuildingIsTimedFromTheFirstLook()
    {
        Farm farm;
        farm.take({activity(u"mac"_s, u"Receiving outputs"_s, 4 * hour)}, now - 4000);
        QVERIFY(!farm.state.builder(u"mac"_s)->steps->first().isStuck); // it built for four hours
        for (qint64 at = now - 3900; at <= now; at += 100)
            farm.take({activity(u"mac"_s, u"Receiving outputs"_s, 4 * hour + at - (now - 4000))}, at);
        QVERIFY(farm.state.builder(u"mac"_s)->steps->first().isStuck);
        QCOMPARE(farm.state.builder(u"mac"_s)->steps->first().inState, 4000);
    }

    void aGapInLookingTellsNothingOfAges()
    {
        Farm farm;
        farm.take({activity(u"mac"_s, u"Sending inputs"_s, 30)}, now - 2 * hour);
        farm.take({activity(u"mac"_s, u"Building"_s, 7000)}, now);
        QVERIFY(farm.memory.ages.empty());
    }

    void aBuilderThatOnlyThePageTellsOfGoesWithIt()
    {
        Farm farm;
        farm.take({activity(u"a"_s, u"Building"_s, 5), activity(u"b"_s, u"Building"_s, 5)}, now - 120);
        farm.take({activity(u"b"_s, u"Building"_s, 125)}, now);
        QVERIFY(!farm.state.builder(u"a"_s)->isConnected);
        QCOMPARE(farm.state.builder(u"a"_s)->lastSeen, now - 120);
        QVERIFY(farm.state.builder(u"b"_s)->isConnected);
    }

    void aRunningStepFindsItsDerivationInTheRunnersList()
    {
        auto busy = machine(u"mac"_s, {u"aarch64-darwin"_s}, 4, 1);
        busy.jobs
            = {u"0a1rv3vbvv8fgvs5v6gqsyv5kp1p8n0x-hello-7.drv"_s, u"1a1rv3vbvv8fgvs5v6gqsyv5kp1p8n0x-hello-70.drv"_s};
        Farm farm;
        farm.take(status({busy}));
        farm.take({activity(u"mac"_s, u"Building"_s, 30)}, now);
        QCOMPARE(farm.state.builder(u"mac"_s)->steps->first().drvPath,
            u"/nix/store/0a1rv3vbvv8fgvs5v6gqsyv5kp1p8n0x-hello-7.drv"_s);
    }

    void theJobsetThatUsedLeastForItsSharesIsNext()
    {
        auto runner = status({});
        runner.jobsets
            = {{{u"p"_s, u"a"_s}, 0, 600, 100}, {{u"p"_s, u"b"_s}, 0, 300, 10}, {{u"p"_s, u"c"_s}, 0, 100, 1000}};
        Farm farm;
        farm.take(runner); // what is queued is told later
        takeQueue(farm.state,
            {.jobsets = {{{u"p"_s, u"b"_s}, 50, now - 900, now}, {{u"p"_s, u"a"_s}, 20, now - 60, now}},
                .systems = {}});
        judge(farm.state, farm.memory, now);
        const auto turn = [&](const QString &jobset) {
            return std::ranges::find(farm.state.jobsets, JobsetName{u"p"_s, jobset}, &JobsetQueueLine::jobset)->turn;
        };
        QCOMPARE(turn(u"a"_s), std::optional(1)); // 6 s a share
        QCOMPARE(turn(u"b"_s), std::optional(2)); // 30 s a share
        QCOMPARE(turn(u"c"_s), std::optional<int>()); // nothing of it waits
        QCOMPARE(farm.state.jobsets.first().jobset.jobset, u"b"_s); // most queued first
        QCOMPARE(farm.state.jobsets.first().timeShare, std::optional(0.3));
    }

    void whatPrometheusRemembersGoesBeforeWhatWasSeen()
    {
        Farm farm;
        const auto told = [](int count) {
            return metrics("hydraqueuerunner_machine_type_runnable{machine_type=\"s\"} "
                           "9\nhydraqueuerunner_machine_type_waiting{machine_type=\"s\"} "
                           "9\nhydraqueuerunner_job_wait_time_seconds_count{machine_type=\"s\"} "
                + QByteArray::number(count) + "\n");
        };
        takeMetrics(farm.state, farm.memory, told(1000), now);
        PastQueue past{.system = u"s"_s, .points = {}};
        past.points = {{.time = now - 900, .waiting = 5, .taken = 2000.0},
            {.time = now - 600, .waiting = 6, .taken = 2100.0}, // the runner restarts
            {.time = now - 300, .waiting = 7, .taken = 900.0}, {.time = now + 5, .waiting = 7, .taken = 1001.0}};
        takePast(farm.state, farm.memory, {past}, {}, now);
        takeMetrics(farm.state, farm.memory, told(1010), now + 60);
        const auto &points = farm.state.system(u"s"_s)->points;
        QCOMPARE(points.size(), 5);
        QList<double> taken;
        for (const auto &point : points)
            taken << point.taken.value_or(-1);
        for (qsizetype i = 1; i < taken.size(); ++i)
            QVERIFY2(taken[i] >= taken[i - 1], "it only grows");
        QCOMPARE(taken[2] - taken[0], 1000.0); // 100, then 900 after the restart
        QCOMPARE(taken[4] - taken[3], 10.0);
    }

    void aBuilderWhoseLineEndedInPrometheusIsGoneSinceThen()
    {
        Farm farm;
        PastBuilder left{.name = u"left"_s,
            .points = {{.time = now - 3000, .jobs = 2, .done = 5.0}, {.time = now - 2400, .jobs = 2, .done = 9.0}}};
        PastBuilder stays{
            .name = u"stays"_s, .points = {{.time = now - 2400, .done = 5.0}, {.time = now - 60, .done = 50.0}}};
        takePast(farm.state, farm.memory, {}, {left, stays}, now);
        QVERIFY(!farm.state.builder(u"left"_s)->isConnected);
        QCOMPARE(farm.state.builder(u"left"_s)->lastSeen, now - 2400);
        QVERIFY(farm.state.builder(u"stays"_s)->isConnected);
    }

    void buildersOfFormerDaysAreKnownAtOnce()
    {
        Farm farm;
        KeptFarm kept{.talliesSince = now - 7 * 24 * hour};
        kept.builders = {{.machine = machine(u"left.example.org"_s, {u"aarch64-linux"_s}, 4, 3),
                             .seenFrom = now - 90 * hour,
                             .seenUntil = now - 5 * hour},
            {.machine = machine(u"stays.example.org"_s, {u"x86_64-linux"_s}, 4, 3),
                .seenFrom = now - 90 * hour,
                .seenUntil = now - 5 * hour},
            {.machine = machine(u"ancient"_s, {u"x86_64-linux"_s}, 4, 3),
                .seenFrom = now - 9000 * hour,
                .seenUntil = now - 15 * 24 * hour}};
        kept.tallies = {{.machine = u"left"_s, .succeeded = 90, .failed = 10}};
        kept.durations = QList<qint64>(200, 50);
        kept.builders[0].machine.lastPing = now - 5 * hour;
        takeKept(farm.state, farm.memory, kept, now);
        judge(farm.state, farm.memory, now);
        QVERIFY(farm.state.troubles.isEmpty()); // nobody told anything yet
        QCOMPARE(farm.state.builders.size(), 2);
        QVERIFY(!farm.state.builder(u"left.example.org"_s)->machine.currentJobs);
        farm.take(status({machine(u"stays.example.org"_s, {u"x86_64-linux"_s}, 4, 1)}));
        const auto *left = farm.state.builder(u"left.example.org"_s);
        QVERIFY(!left->isConnected);
        QCOMPARE(left->lastSeen, now - 5 * hour);
        QCOMPARE(
            left->own, (std::optional(BuilderRecord{.succeeded = 90, .failed = 10, .since = now - 7 * 24 * hour})));
        QVERIFY(farm.state.builder(u"stays.example.org"_s)->isConnected);
        QCOMPARE(farm.state.builder(u"stays.example.org"_s)->firstSeen, std::optional(now - 90 * hour));
        QVERIFY(std::ranges::none_of(
            farm.state.events, [](const FarmEvent &event) { return event.kind == FarmEventKind::CameBack; }));
        farm.take({activity(u"stays"_s, u"Building"_s, 60)}, now);
        QVERIFY(farm.state.builder(u"stays.example.org"_s)->steps->first().usual.measured);
    }

    void aDayOfPointsStaysSmall()
    {
        Farm farm;
        farm.state.systems.append({.system = u"s"_s});
        for (qint64 at = now - 30 * hour; at <= now; at += 60)
            farm.state.systems.first().points.append({.time = at, .waiting = 1});
        forgetOld(farm.state, farm.memory, now);
        const auto &points = farm.state.systems.first().points;
        QVERIFY(points.size() < 450);
        QVERIFY(points.first().time >= now - 25 * hour);
        QCOMPARE(points.last().time, now);
        QCOMPARE(points.last().time - points[points.size() - 2].time, 60);
    }

    void theSummaryHasADayOfEachQueue()
    {
        Farm farm;
        farm.state.of(FarmSource::Metrics)
            = {.isAsked = true, .seenAt = now - 5, .problem = problem(ProblemKind::Timeout, {}).error()};
        farm.state.systems.append({.system = u"s"_s, .waiting = 3, .points = {{.time = now - 10, .waiting = 3}}});
        const auto summary = summaryOf(farm.state, now);
        QCOMPARE(summary.systems.first().trend.size(), 24);
        QCOMPARE(summary.systems.first().trend.last(), 3.0);
        QCOMPARE(summary.seenAt, now - 5);
        QCOMPARE(summary.problem->kind, ProblemKind::Timeout);
    }
};

QTEST_GUILESS_MAIN(FarmTest)
#include "farm_test.moc"
