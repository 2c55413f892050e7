// SPDX-License-Identifier: GPL-3.0-or-later
// A history of many builds and of thirty days of a farm: bench_history [BUILDS] [FOLDER]. Prints the file's size a
// build and, in milliseconds, opening and what each view asks: the first time, the best of three (others may be using
// the machine), and the processor's time of the first. Ends with 1 when the best took more than 50 ms. With a folder it
// is left there, for bench_start; one that has a history is only asked.
#include "channels/channelmap.h"
#include "history/history.h"
#include "history/packing.h"
#include "support/fakeclock.h"
#include "support/flow.h"
#include "watch/channelstore.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>

using namespace narscope;
using namespace narscope::history;
using namespace Qt::StringLiterals;

namespace {

constexpr int jobs = 120'000;
constexpr qint64 samplePause = 300; ///< seconds; of queues, and of builders each second time
constexpr int samplings = 30 * 24 * 3600 / int(samplePause);
constexpr int builders = 60;
constexpr int steps = 50'000;
constexpr double limit = 50; ///< ms
constexpr int portion = 5000;
const QString server = u"hydra.nixos.org"_s;

QString storePath(std::minstd_rand &random, const QString &name)
{
    static constexpr char digits[] = "0123456789abcdfghijklmnpqrsvwxyz";
    QString hash(32, u'0');
    for (qsizetype i = 1; i < hash.size(); ++i)
        hash[i] = QLatin1Char(digits[random() % 32]);
    return u"/nix/store/"_s + hash + u'-' + name;
}

BuildSight sightAt(int number, qint64 now, std::minstd_rand &random)
{
    const int job = int(random() % jobs);
    BuildSight sight{.id = BuildId(310'000'000 + number)};
    sight.job = {{u"nixpkgs"_s, u"unstable"_s}, u"python3Packages.package%1.x86_64-linux"_s.arg(job)};
    sight.nixName = u"python3.13-package%1-1.%2"_s.arg(job).arg(random() % 5);
    sight.system = u"x86_64-linux"_s;
    sight.state = random() % 20 ? hydra::BuildState::Succeeded : hydra::BuildState::Failed;
    sight.queuedAt = now - 9000;
    sight.startedAt = now - 5000;
    sight.stoppedAt = now - int(random() % 4000);
    sight.drvPath = storePath(random, sight.nixName + u".drv"_s);
    sight.outputs = {{u"out"_s, storePath(random, sight.nixName)}};
    if (random() % 3 == 0)
        sight.outputs << hydra::BuildOutput{u"dev"_s, storePath(random, sight.nixName + u"-dev"_s)};
    return sight;
}

void fill(History &history, test::FakeClock &clock, int builds)
{
    std::minstd_rand random(1);
    for (int number = 0; number < builds; number += portion) {
        QList<BuildSight> sights;
        for (int i = number; i < std::min(number + portion, builds); ++i)
            sights << sightAt(i, clock.nowSeconds(), random);
        history.addBuilds(server, sights);
        (void)test::waitFor(history.flush());
    }
}

QString builderName(int number)
{
    return u"builder%1.example.org"_s.arg(number);
}

/// Thirty days of queues and builders, at the pace of the farm's store.
void fillFarm(History &history, test::FakeClock &clock)
{
    std::minstd_rand random(2);
    const QStringList systems{u"x86_64-linux"_s, u"aarch64-linux"_s, u"x86_64-darwin"_s, u"aarch64-darwin"_s};
    const QStringList loads{u"jobs"_s, u"load"_s, u"memory"_s, u"cpu-wait"_s, u"memory-wait"_s, u"io-wait"_s};
    for (int sampling = 0; sampling < samplings; ++sampling) {
        QList<Sample> samples;
        for (const auto &system : systems)
            samples << Sample{u"queue/waiting/"_s + system, double(random() % 5000)}
                    << Sample{u"queue/running/"_s + system, double(random() % 200)};
        for (int i = 0; i < builders && sampling % 2 == 0; ++i) {
            for (const auto &load : loads)
                samples << Sample{u"builder/%1/%2"_s.arg(load, builderName(i)), double(random() % 1000) / 1000};
        }
        history.addSamples(server, samples);
        clock.advance(std::chrono::seconds(samplePause));
        if (sampling % 500 == 0)
            (void)test::waitFor(history.flush());
    }
    QList<hydra::Machine> machines;
    for (int i = 0; i < builders; ++i) {
        hydra::Machine machine;
        machine.name = builderName(i);
        machine.systems = {systems[i % systems.size()]};
        machine.maxJobs = 4;
        machines << machine;
    }
    history.addMachines(server, machines);
    QList<StepPast> past;
    for (int i = 0; i < steps; ++i) {
        const qint64 began = clock.nowSeconds() - qint64(random() % (14 * 86400));
        past << StepPast{.build = BuildId(310'000'000 + i),
            .number = StepNr(1),
            .machine = builderName(int(random() % builders)).section(u'.', 0, 0),
            .drvName = u"python3.13-package%1-1.drv"_s.arg(i),
            .state = random() % 20 ? hydra::BuildState::Succeeded : hydra::BuildState::Failed,
            .startedAt = began,
            .stoppedAt = began + qint64(random() % 4000)};
    }
    history.addSteps(server, past);
    (void)test::waitFor(history.flush());
}

QList<hydra::EvalSummary> evalsUntil(qint64 newest, qint64 now, int count)
{
    QList<hydra::EvalSummary> evals;
    for (int i = 0; i < count; ++i)
        evals << hydra::EvalSummary{.id = EvalId(newest - i * 8),
            .time = now - i * 7200,
            .changes = {},
            .succeeded = 120'000,
            .failed = 3000,
            .scheduled = i == 0 ? 900 : 0};
    return evals;
}

/// Channels as their store keeps them, and where they pointed all the time.
void fillChannels(History &history, test::FakeClock &clock)
{
    const auto now = clock.nowSeconds();
    qint64 newest = 1'830'000;
    for (const auto &channel : channels::shippedChannels().channels) {
        const auto evals = evalsUntil(++newest, now, 500);
        history.addEvals(server, channel.gate.jobset, evals);
        for (int i = 60; i >= 0; --i) {
            const auto revision = QString::number(newest * 1000 + i).rightJustified(40, u'a');
            for (const auto *view : {"cdn", "s3", "git", "prometheus"})
                history.addChannels({{.channel = channel.name,
                    .view = QString::fromLatin1(view),
                    .revision = revision,
                    .release = u"%1-26.11pre%2.aaaaaaaaaaaa"_s.arg(channel.name).arg(i),
                    .movedAt = now - i * 43'200}});
        }
        watch::ChannelFacts facts{.channel = channel};
        const watch::Pointing pointing{.release = u"nixos-26.11pre1.aaaaaaaaaaaa"_s,
            .revision = QString(40, u'a'),
            .folder = u"nixos/unstable/nixos-26.11pre1.aaaaaaaaaaaa"_s};
        for (auto &view : facts.views)
            view = {.value = pointing, .seenAt = now};
        for (int i = 30; i >= 0; --i) {
            facts.days << watch::GateDay{.begins = now / 86400 * 86400 - i * 86400, .failed = i % 3, .known = 24};
            facts.moves << now - i * 43'200 - 3600;
        }
        facts.evals = {.value = watch::EvalList{.evals = evals.first(20)}, .seenAt = now};
        facts.release = {.value = channels::ReleaseIndex{.release = pointing.release,
                             .releasedAt = now - 3600,
                             .revision = pointing.revision,
                             .eval = evals[10].id},
            .seenAt = now};
        history.putDocument({.server = {},
            .kind = u"channel"_s,
            .key = channel.name,
            .body = watch::packedFacts(facts),
            .seenAt = now});
    }
    (void)test::waitFor(history.flush());
}

int slow = 0;

double cpuMilliseconds()
{
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return double(used.tv_sec) * 1e3 + double(used.tv_nsec) / 1e6;
}

/// `question` makes a task each time.
void ask(const char *what, const auto &question)
{
    double first = 0;
    double best = 1e9;
    double cpu = 0;
    bool isAnswered = true;
    for (int attempt = 0; attempt < 3; ++attempt) {
        const double used = cpuMilliseconds();
        QElapsedTimer timer;
        timer.start();
        test::Flow flow(question());
        while (!flow.isDone())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        const double took = double(timer.nsecsElapsed()) / 1e6;
        isAnswered = isAnswered && flow.value();
        best = std::min(best, took);
        if (attempt == 0) {
            first = took;
            cpu = cpuMilliseconds() - used;
        }
    }
    const bool isSlow = best > limit;
    std::printf("%8.2f ms, best %8.2f, CPU %8.2f  %s%s\n", first, best, cpu, what,
        !isAnswered  ? "  FAILED"
            : isSlow ? "  TOO SLOW"
                     : "");
    slow += !isAnswered || isSlow ? 1 : 0;
}

void askAll(History &history, test::FakeClock &clock)
{
    const auto now = clock.nowSeconds();
    const JobName job{{u"nixpkgs"_s, u"unstable"_s}, u"python3Packages.package77.x86_64-linux"_s};
    ask("a build", [&] { return history.build(server, BuildId(310'000'123)); });
    ask("builds of a job", [&] { return history.buildsOfJob(server, job); });
    ask("builds of a store path",
        [&] { return history.buildsOfPath(u"/nix/store/10s5j3mfdg22k1597x580qrhprnzcjwb-hello-2.12.1"_s); });
    ask("evaluations of a jobset", [&] { return history.evals(server, {u"nixpkgs"_s, u"unstable"_s}); });
    ask("what changed in a day", [&] { return history.events(now - 86400); });
    const auto queue = u"queue/waiting/x86_64-linux"_s;
    ask("evaluations of all jobsets", [&] { return history.evals(server, {}); });
    ask("queue of 30 days as 1000 points", [&] { return history.samples(server, queue, now - 30 * 86400, now); });
    ask("queue of a day", [&] { return history.samples(server, queue, now - 86400, now); });
    ask("names of series", [&] { return history.seriesNames(server, u"queue/"_s); });
    ask("load of a builder over a day",
        [&] { return history.samples(server, u"builder/load/"_s + builderName(7), now - 86400, now); });
    ask("steps on a builder",
        [&] { return history.stepsOnMachine(server, builderName(7).section(u'.', 0, 0), now - 7 * 86400); });
    ask("how long steps took", [&] { return history.stepDurations(server, now - 7 * 86400); });
    ask("where a channel pointed", [&] { return history.channel(u"nixos-unstable"_s); });
    ask("channels now", [&] { return history.channelsNow(); });
    ask("machines", [&] { return history.machines(server); });
    ask("tallies of machines", [&] { return history.tallies(server, now - 7 * 86400); });
    ask("requests by hour", [&] { return history.requests((now - 86400) / 3600); });
    ask("logs opened", [&] { return history.logsOpened(); });
    ask("verifications", [&] { return history.verifications({}); });
    ask("documents of a server", [&] { return history.documents(server, {u"projects"_s, u"evals"_s}); });
    ask("documents of the channels", [&] { return history.documents({}, {u"channel"_s}); });
}

} // namespace

void fillAll(const QString &folder, test::FakeClock &clock, Pools &pools, int builds)
{
    QElapsedTimer timer;
    timer.start();
    History history(folder, clock, pools);
    fill(history, clock, builds);
    const auto bare = test::waitFor(history.sizeOf()).value();
    std::printf("%d builds: %lld bytes, %.1f a build\n", builds, qlonglong(bare.bytes),
        double(bare.bytes) / std::max(1, builds));
    fillFarm(history, clock);
    fillChannels(history, clock);
    const auto size = test::waitFor(history.sizeOf()).value();
    std::printf("%lld bytes in all; written in %lld s\n", qlonglong(size.bytes), qlonglong(timer.elapsed() / 1000));
    for (const auto &kind : size.kinds) {
        if (kind.rows > 0)
            std::printf("%10lld %-12s %12lld bytes, %.1f each\n", qlonglong(kind.rows), qPrintable(kind.kind),
                qlonglong(kind.bytes), double(kind.bytes) / double(kind.rows));
    }
}

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const int builds = argc > 1 ? std::atoi(argv[1]) : 2'000'000;
    const QTemporaryDir throwAway;
    const auto folder = argc > 2 ? QString::fromLocal8Bit(argv[2]) : throwAway.path();
    constexpr std::chrono::days span{30};
    test::FakeClock clock(Milliseconds(QDateTime::currentMSecsSinceEpoch()) - span); // ends about now
    Pools pools;
    if (!QFile::exists(folder + u"/history.sqlite"_s))
        fillAll(folder, clock, pools, builds);
    else
        clock.advance(span);
    std::unique_ptr<History> opened;
    ask("opening and a first question", [&] {
        opened.reset();
        opened = std::make_unique<History>(folder, clock, pools);
        return opened->mark(u"x"_s, u"y"_s);
    });
    auto &history = *opened;
    askAll(history, clock);
    return slow == 0 ? 0 : 1;
}
