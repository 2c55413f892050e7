// SPDX-License-Identifier: GPL-3.0-or-later
// A history of many builds and thirty days of samples: bench_history [BUILDS] [FOLDER]. Prints the file's
// size a build and, in milliseconds, opening and what each view asks; 50 ms is the limit of a question.
#include "history/history.h"
#include "support/fakeclock.h"
#include "support/flow.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>
#include <random>

using namespace narscope;
using namespace narscope::history;
using namespace Qt::StringLiterals;

namespace {

constexpr int jobs = 120'000;
constexpr int series = 20;
constexpr int minutes = 30 * 24 * 60;
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
    for (int minute = 0; minute < minutes; ++minute) {
        QList<Sample> samples;
        for (int i = 0; i < series; ++i)
            samples << Sample{u"queue/%1"_s.arg(i), double(random() % 5000)};
        history.addSamples(server, samples);
        clock.advance(std::chrono::minutes(1));
        if (minute % 2000 == 0)
            (void)test::waitFor(history.flush());
    }
    (void)test::waitFor(history.flush());
}

template <typename T> void ask(const char *what, Task<T> task)
{
    QElapsedTimer timer;
    timer.start();
    const auto answer = test::waitFor(std::move(task));
    std::printf("%8.2f ms  %s%s\n", double(timer.nsecsElapsed()) / 1e6, what, answer ? "" : "  FAILED");
}

void askAll(History &history, test::FakeClock &clock)
{
    const auto now = clock.nowSeconds();
    const JobName job{{u"nixpkgs"_s, u"unstable"_s}, u"python3Packages.package77.x86_64-linux"_s};
    ask("a build", history.build(server, BuildId(310'000'123)));
    ask("builds of a job", history.buildsOfJob(server, job));
    ask("builds of a store path", history.buildsOfPath(u"/nix/store/10s5j3mfdg22k1597x580qrhprnzcjwb-hello-2.12.1"_s));
    ask("evaluations of a jobset", history.evals(server, {u"nixpkgs"_s, u"unstable"_s}));
    ask("what changed in a day", history.events(now - 86400));
    ask("queue of 30 days as 1000 points", history.samples(server, u"queue/3"_s, now - 30 * 86400, now));
    ask("queue of a day", history.samples(server, u"queue/3"_s, now - 86400, now));
    ask("names of series", history.seriesNames(server, u"queue/"_s));
    ask("channels now", history.channelsNow());
    ask("machines", history.machines(server));
    ask("tallies of machines", history.tallies(server, now - 86400));
    ask("requests by hour", history.requests((now - 86400) / 3600));
    ask("logs opened", history.logsOpened());
    ask("verifications", history.verifications({}));
    ask("documents of a server", history.documents(server, {u"projects"_s, u"evals"_s}));
    ask("sizes of all kinds (on demand)", history.sizeOf());
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const int builds = argc > 1 ? std::atoi(argv[1]) : 2'000'000;
    const QTemporaryDir throwAway;
    const auto folder = argc > 2 ? QString::fromLocal8Bit(argv[2]) : throwAway.path();
    test::FakeClock clock;
    Pools pools;
    QElapsedTimer timer;
    timer.start();
    {
        History history(folder, clock, pools);
        fill(history, clock, builds);
        const auto size = test::waitFor(history.sizeOf()).value();
        std::printf("%lld bytes in all; written in %lld s\n", qlonglong(size.bytes), qlonglong(timer.elapsed() / 1000));
        for (const auto &kind : size.kinds) {
            if (kind.rows > 0)
                std::printf("%10lld %-12s %12lld bytes, %.1f each\n", qlonglong(kind.rows), qPrintable(kind.kind),
                    qlonglong(kind.bytes), double(kind.bytes) / double(kind.rows));
        }
    }
    timer.restart();
    History history(folder, clock, pools);
    ask("opening and a first question", history.mark(u"x"_s, u"y"_s));
    askAll(history, clock);
    return 0;
}
