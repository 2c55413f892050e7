// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/farm/samplefarm.h"

#include "watch/farmjudge.h"

#include <cmath>

using namespace narscope::watch;
using namespace Qt::StringLiterals;

namespace narscope::test {

namespace {

constexpr qint64 now = farmNow;
constexpr qint64 hour = 3600;

hydra::Machine machine(const QString &name, const QStringList &systems, int maxJobs, int jobs)
{
    hydra::Machine made;
    made.name = name;
    made.systems = systems;
    made.features = {u"kvm"_s, u"nixos-test"_s};
    made.maxJobs = maxJobs;
    made.currentJobs = jobs;
    made.hasCapacity = jobs < maxJobs;
    made.cpus = 48;
    made.memory = 256LL << 30;
    made.lastPing = now - 4;
    made.nixVersion = u"2.31.1"_s;
    made.succeeded = 9700;
    made.failed = 300;
    made.stepsDone = 12'000;
    made.averageBuildMs = 83'000;
    made.limits = hydra::MachineLimits{
        .buildDirFreePercent = 10.0, .storeFreePercent = 10.0, .load1 = 60.0, .cpuPressure = 75.0, .memPressure = 40.0};
    hydra::MachineLoad load{.load1 = 31.2, .load5 = 30.1, .load15 = 28.7, .memoryUsed = 140LL << 30};
    load.cpuSome = hydra::Pressure{.avg10 = 58, .avg60 = 51, .avg300 = 40};
    load.memSome = hydra::Pressure{.avg10 = 2, .avg60 = 1.5, .avg300 = 1};
    load.ioSome = hydra::Pressure{.avg10 = 5, .avg60 = 4, .avg300 = 3};
    load.storeFreePercent = 63;
    load.buildDirFreePercent = 71;
    made.load = load;
    return made;
}

QueuePoints queue(double first, double last, double running, double pace)
{
    QueuePoints points;
    for (int i = 0; i <= 288; ++i) {
        const double share = i / 288.0;
        const double wave = 1 + 0.06 * std::sin(i / 9.0);
        points.append({.time = now - 24 * hour + i * 300,
            .waiting = std::floor((first + (last - first) * share) * wave),
            .running = running,
            .taken = std::floor(pace * 300 * (i + 2 * std::sin(i / 9.0)))});
    }
    points.back().waiting = last;
    return points;
}

BuilderPoints past(double stepsAnHour, qint64 until)
{
    BuilderPoints points;
    for (int i = 0; i <= 288; ++i) {
        const double wave = std::sin(i / 20.0);
        const qint64 at = now - 24 * hour + i * 300;
        if (at <= until)
            points.append({.time = at,
                .jobs = 40 + int(4 * wave),
                .done = std::floor(stepsAnHour * i / 12.0),
                .load = 30 + 9 * wave,
                .memory = 0.55 + 0.15 * wave,
                .cpuWait = 0.5 + 0.2 * wave,
                .memoryWait = 0.02,
                .ioWait = 0.04 + 0.02 * wave});
    }
    return points;
}

hydra::MachineActivity activity(const QString &name, int steps, const QString &phase, qint64 seconds)
{
    hydra::MachineActivity made;
    made.name = name;
    for (int i = 0; i < steps; ++i) {
        hydra::RunningStep step;
        step.machine = name;
        step.job = {{u"nixpkgs"_s, u"unstable"_s}, u"python3.14-pyarrow.aarch64-darwin"_s};
        step.build = BuildId(309'998'644 - i);
        step.drvName = i == 0 ? u"python3.14-pyarrow-22.0.0.drv"_s : u"libreoffice-26.2.%1.drv"_s.arg(i);
        step.phase = phase;
        step.seconds = seconds - i * 360;
        made.steps.append(step);
    }
    return made;
}

void addQueues(FarmState &state, FarmMemory &memory)
{
    const auto add = [&](const QString &system, qint64 waiting, double before, qint64 running, double perHour,
                         qint64 usual) {
        SystemQueueLine line{
            .system = system, .waiting = waiting, .running = running, .builds = waiting + 4000, .usualWait = usual};
        line.points = queue(before, double(waiting), double(running), perHour / 3600);
        state.systems.append(line);
        memory.taken[system].known = true;
    };
    add(u"x86_64-linux"_s, 41'203, 9'000, 52, 2'080, 27'600);
    add(u"aarch64-linux"_s, 18'959, 15'000, 40, 1'490, 18'600);
    add(u"aarch64-darwin"_s, 2'114, 9'000, 15, 420, 2'280);
    add(u"x86_64-darwin"_s, 640, 600, 5, 88, 12'000);
    add(u"riscv64-linux"_s, 31, 0, 0, 0, 3'840);
}

} // namespace

FarmState sampleFarm()
{
    FarmState state;
    FarmMemory memory;
    for (auto &source : state.sources)
        source = {.isAsked = true, .seenAt = now - 40};
    addQueues(state, memory);
    const QStringList x86{u"x86_64-linux"_s, u"i686-linux"_s};
    const QStringList arm{u"aarch64-linux"_s};
    const QStringList mac{u"aarch64-darwin"_s, u"x86_64-darwin"_s};
    hydra::QueueRunnerStatus runner;
    runner.reach = hydra::QueueRunnerStatus::Reach::Up;
    runner.form = hydra::QueueRunnerStatus::Form::Nested;
    runner.uptime = 90'000;
    auto shortOfMemory = machine(u"sweeping-filly.mac.nixos.org"_s, mac, 2, 1);
    shortOfMemory.hasCapacity = false;
    shortOfMemory.load->memSome->avg10 = 47;
    auto failing = machine(u"norwegian-blue.mac.nixos.org"_s, mac, 2, 2);
    failing.failed = 1100;
    runner.machines = {machine(u"elated-minsky.builder.nixos.org"_s, x86, 48, 48),
        machine(u"sleepy-brown.builder.nixos.org"_s, x86, 4, 4),
        machine(u"goofy-hopcroft.builder.nixos.org"_s, arm, 40, 40),
        machine(u"hopeful-rivest.builder.nixos.org"_s, {u"riscv64-linux"_s}, 3, 3), failing, shortOfMemory,
        machine(u"eager-heisenberg.mac.nixos.org"_s, mac, 4, 4), machine(u"kind-lumiere.mac.nixos.org"_s, mac, 4, 4),
        machine(u"enormous-catfish.mac.nixos.org"_s, mac, 2, 2), machine(u"growing-jennet.mac.nixos.org"_s, mac, 2, 2),
        machine(u"maximum-snail.mac.nixos.org"_s, mac, 2, 2), machine(u"intense-heron.mac.nixos.org"_s, mac, 2, 0)};
    runner.jobsets = {{{u"nixpkgs"_s, u"unstable"_s}, 0, 46'000, 100},
        {{u"nixpkgs"_s, u"staging-next"_s}, 0, 27'000, 50}, {{u"nixos"_s, u"release-26.05"_s}, 0, 14'000, 100}};
    takeQueue(state,
        {.jobsets = {{{u"nixpkgs"_s, u"unstable"_s}, 39'331, now - 11 * hour, now - 60},
             {{u"nixpkgs"_s, u"staging-next"_s}, 22'460, now - 28 * hour, now - 600},
             {{u"nixos"_s, u"release-26.05"_s}, 1'204, now - 3 * hour, now - 60}},
            .systems = {}});
    auto before = runner;
    for (auto &one : before.machines)
        one.lastPing = now - 2400;
    takeRunner(state, memory, before, true, now - 2400);
    runner.machines.removeIf([](const hydra::Machine &one) { return one.name.startsWith(u"hopeful"_s); });
    takeRunner(state, memory, runner, true, now);
    takeActivity(state, memory,
        {activity(u"norwegian-blue"_s, 2, u"Sending inputs"_s, 18'240),
            activity(u"elated-minsky"_s, 12, u"Building"_s, 4'000), activity(u"intense-heron"_s, 0, {}, 0)},
        now);
    for (auto &line : state.builders)
        line.points = past(line.machine.maxJobs > 10 ? 300 : 20, line.isConnected ? now : now - 2400);
    state.totals = {.unfinishedBuilds = 63'000,
        .running = 107,
        .runnable = 62'947,
        .dependent = 12'300,
        .uploads = 4,
        .builders = 11,
        .buildersInUse = 10,
        .donePerHour = 4388,
        .uptime = 90'000};
    judge(state, memory, now);
    return state;
}

} // namespace narscope::test
