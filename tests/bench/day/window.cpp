// SPDX-License-Identifier: GPL-3.0-or-later
// bench_day_window [SPEED [HOURS]]: the whole program through virtual hours (24) at SPEED virtual seconds a second,
// while somebody goes through all its places again and again. The simulated servers are a process of their own, which
// remembers more every hour. Prints this process's memory by the hour; ends with 1 when what is resident grew by more
// than 3 % from the second hour to the last. A busy machine falls behind at a high speed, and the first
// hours then see less than the last: take 150 there.
#include "sim/demoservers.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "ui/shell/program.h"

#include <QApplication>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

using namespace narscope;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;
constexpr double mostGrowth = 0.03;
constexpr int visitsAnHour = 27; ///< three rounds, so that hours are alike

/// What the window is told of the world.
struct Told {
    sim::Addresses addresses;
    qint64 eval = 0;
    qint64 build = 0;
    qint64 pull = 0;
    QString path;
};

const std::array urls{&sim::Addresses::hydra, &sim::Addresses::queueRunner, &sim::Addresses::cache,
    &sim::Addresses::secondCache, &sim::Addresses::github, &sim::Addresses::ofborg, &sim::Addresses::ofborgBus,
    &sim::Addresses::channels, &sim::Addresses::releases, &sim::Addresses::channelsBucket,
    &sim::Addresses::releasesBucket, &sim::Addresses::prometheus};

/// The simulator's process; never returns.
[[noreturn]] void serve(int argc, char **argv, Clock &clock, int pipe)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const QCoreApplication application(argc, argv);
    sim::Simulator simulator({}, clock);
    const auto addresses = simulator.start();
    if (!addresses)
        std::_Exit(1);
    auto &world = simulator.world();
    const auto &eval = *world.evaluation(world.evaluations(*world.findJobset("nixpkgs", "unstable")).back());
    const auto build = *world.build(eval, sim::JobIndex{0});
    QByteArray text;
    for (const auto url : urls)
        text += ((*addresses).*url).toEncoded() + '\n';
    text += QByteArray::number(eval.id.value) + '\n' + QByteArray::number(build.id.value) + '\n'
        + QByteArray::number(world.stories().front().pullRequest.value) + '\n'
        + world.recipes().mainPath(build.drv).text() + '\n';
    QFile out;
    // Closed with the file: the other process reads until then.
    if (!out.open(pipe, QIODevice::WriteOnly, QFileDevice::AutoCloseHandle) || out.write(text) != text.size())
        std::_Exit(1);
    out.close();
    std::_Exit(QCoreApplication::exec());
}

Told readTold(int pipe)
{
    QFile in;
    if (!in.open(pipe, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle))
        return {};
    const auto lines = in.readAll().split('\n');
    if (lines.size() < qsizetype(urls.size()) + 4)
        return {};
    Told told;
    for (size_t i = 0; i < urls.size(); ++i)
        told.addresses.*urls.at(i) = QUrl(QString::fromUtf8(lines.at(qsizetype(i))));
    const auto rest = lines.mid(qsizetype(urls.size()));
    told.eval = rest.at(0).toLongLong();
    told.build = rest.at(1).toLongLong();
    told.pull = rest.at(2).toLongLong();
    told.path = QString::fromUtf8(rest.at(3));
    return told;
}

struct Memory {
    qint64 resident = 0;
    qint64 heap = 0; ///< in use, of malloc

    static Memory now()
    {
        Memory memory;
        QFile file(u"/proc/self/statm"_s);
        if (file.open(QIODevice::ReadOnly))
            memory.resident = file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
        const auto info = mallinfo2();
        memory.heap = qint64(info.uordblks + info.hblkhd);
        return memory;
    }
};

/// A person who looks at everything, each for some minutes.
class Visitor : public QObject {
public:
    Visitor(ui::Program &program, Told told, Clock &clock)
        : m_program(program)
        , m_told(std::move(told))
        , m_clock(clock)
        , m_began(clock.monotonic())
    {
    }
    void visitNext()
    {
        auto &window = m_program.window();
        const auto server = m_program.session().servers().front().id;
        const QList<std::function<void()>> visits{
            [&] { window.showPlace(u"overview"_s); },
            [&] { window.open(Subject::ofJobset(server, {u"nixos"_s, u"unstable-small"_s})); },
            [&] { window.open(Subject::ofEvaluation(server, EvalId(m_told.eval))); },
            [&] { window.open(Subject::ofBuild(server, BuildId(m_told.build))); },
            [&] { window.showPlace(u"farm"_s); },
            [&] {
                m_visits == 5 ? void(window.open(Subject::ofPullRequest(PullRequestNr(m_told.pull))))
                              : void(window.showPlace(u"trace"_s));
            },
            [&] { window.showPlace(u"logs"_s); },
            [&] {
                m_visits == 7 ? void(window.open(Subject::ofStorePath(m_told.path)))
                              : void(window.showPlace(u"verify"_s));
            },
            [&] { window.showPlace(u"activity"_s); },
        };
        visits.at(m_visits++ % visits.size())();
        // From the beginning, not from the last call: small delays would add up.
        const auto next
            = m_began + m_visits * std::chrono::duration_cast<Milliseconds>(std::chrono::hours(1)) / visitsAnHour;
        m_clock.callLater(next - m_clock.monotonic(), this, [this] { visitNext(); });
    }

private:
    ui::Program &m_program;
    Told m_told;
    Clock &m_clock;
    Milliseconds m_began;
    qsizetype m_visits = 0;
};

/// Looks once a minute and prints the mean of each hour: an answer that is being read at one moment weighs some
/// megabytes. The verdict at the end.
class Meter : public QObject {
public:
    Meter(Clock &clock, int hours, ui::Program &program)
        : m_clock(clock)
        , m_hours(hours)
        , m_program(program)
        , m_began(clock.monotonic())
    {
        next();
    }

private:
    static constexpr int looksAnHour = 60;
    static constexpr int earlyHour = 2;

    void next()
    {
        const auto at = m_began + std::chrono::minutes(++m_looks);
        m_clock.callLater(at - m_clock.monotonic(), this, [this] {
            const auto now = Memory::now();
            m_sum.resident += now.resident;
            m_sum.heap += now.heap;
            if (m_looks % looksAnHour == 0)
                endHour();
            if (m_looks < m_hours * looksAnHour)
                next();
        });
    }
    void endHour()
    {
        const int hour = m_looks / looksAnHour;
        const Memory mean{.resident = m_sum.resident / looksAnHour, .heap = m_sum.heap / looksAnHour};
        m_sum = {};
        if (hour == earlyHour)
            m_early = mean;
        const bool isLast = hour == m_hours;
        m_program.session().onCore([this, hour, mean, isLast](ui::Core &core) {
            qint64 sent = 0;
            for (const auto &meter : core.client.ledger().meters())
                sent += qint64(meter.sent);
            std::printf("hour %2d: resident %7.2f MiB, heap in use %7.2f MiB, %lld requests so far\n", hour,
                double(mean.resident) / mebibyte, double(mean.heap) / mebibyte, qlonglong(sent));
            std::fflush(stdout);
            if (isLast)
                QMetaObject::invokeMethod(this, [this, mean] { judge(mean); }, Qt::QueuedConnection);
        });
    }
    void judge(const Memory &last)
    {
        const auto grown = [](qint64 before, qint64 after) { return double(after - before) / double(before); };
        const double resident = grown(m_early.resident, last.resident);
        const double heap = grown(m_early.heap, last.heap);
        std::printf("from hour %d to hour %d: resident %+.1f %% (limit %.0f %%), heap in use %+.1f %%\n", earlyHour,
            m_hours, resident * 100, mostGrowth * 100, heap * 100);
        QCoreApplication::exit(resident <= mostGrowth ? 0 : 1);
    }

    Clock &m_clock;
    int m_hours;
    ui::Program &m_program;
    Milliseconds m_began;
    int m_looks = 0;
    Memory m_sum;
    Memory m_early;
};

} // namespace

int main(int argc, char **argv)
{
    const double speed = argc > 1 ? std::atof(argv[1]) : 300;
    const int hours = argc > 2 ? std::atoi(argv[2]) : 24;
    const auto clock
        = std::make_shared<ScaledClock>(Milliseconds(QDateTime::currentMSecsSinceEpoch()), speed); // one for both
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0)
        return 2;
    const auto child = fork();
    if (child == 0) {
        close(pipe[0]);
        serve(argc, argv, *clock, pipe[1]);
    }
    close(pipe[1]);
    const auto told = readTold(pipe[0]);
    if (told.eval == 0)
        return 2;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    const QTemporaryDir profile;
    ui::Options options;
    options.session.source = ui::Source::Live;
    options.session.servers = ui::serversInUse(sim::demoServers(told.addresses, speed));
    options.session.clock = clock;
    options.namesServers = true;
    options.profile = profile.path();
    options.size = QSize(1600, 1000);
    int code = 0;
    {
        ui::Program program(options);
        Visitor visitor(program, told, *clock);
        QObject::connect(&program, &ui::Program::ready, &visitor, [&visitor] { visitor.visitNext(); });
        program.start();
        Meter meter(*clock, hours, program);
        code = QApplication::exec();
    }
    kill(child, SIGTERM);
    return code;
}
