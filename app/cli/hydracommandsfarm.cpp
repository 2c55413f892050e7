// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "cli/hydracommands.h"

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

QString stateOf(const hydra::Machine &machine, const Clock &clock)
{
    if (!machine.enabled)
        return u"disabled"_s;
    if (machine.disabledUntil && *machine.disabledUntil > clock.nowSeconds())
        return u"disabled for "_s + formatAge(Milliseconds((*machine.disabledUntil - clock.nowSeconds()) * 1000));
    return machine.hasCapacity ? u"ready"_s : u"full"_s;
}

bool isDisabled(const hydra::Machine &machine, const Clock &clock)
{
    return !machine.enabled || machine.disabledUntil.value_or(0) > clock.nowSeconds();
}

QString jobsOf(const hydra::Machine &machine)
{
    return machine.currentJobs ? u"%1/%2"_s.arg(*machine.currentJobs).arg(machine.maxJobs)
                               : QString::number(machine.maxJobs);
}

Task<int> runMachines(Context &context, const QCommandLineParser &, QStringList)
{
    auto client = hydraClient(context);
    if (!client)
        co_return fail(client.error());
    auto asking = client->machines(byPerson());
    const auto machines = co_await std::move(asking);
    if (!machines)
        co_return fail(machines.error());
    if (machines->isEmpty())
        co_return fail(problemSaying(ProblemKind::NotFound,
            u"Hydra tells of no machines: its queue runner cannot be reached, or none is connected."_s)
                .error());
    const auto code
        = std::ranges::any_of(*machines, [&](const auto &machine) { return isDisabled(machine, context.clock); })
        ? Failing
        : Fine;
    if (context.json) {
        printJson(QJsonObject{{u"machines"_s, toJsonArray(*machines)}});
        co_return code;
    }
    TextTable table({u"MACHINE"_s, u"STATE"_s, u">JOBS"_s, u">LOAD"_s, u">STEPS"_s, u">BUILD TAKES"_s, u"SYSTEMS"_s});
    for (const auto &machine : *machines) {
        table.add({machine.name, stateOf(machine, context.clock), jobsOf(machine),
            machine.load ? QString::number(machine.load->load1, 'f', 2) : u"-"_s, formatCount(machine.stepsDone),
            machine.averageBuildMs ? formatDuration(Milliseconds(*machine.averageBuildMs)) : u"-"_s,
            machine.systems.join(u", "_s)});
    }
    table.print();
    co_return code;
}

void printQueue(const hydra::QueueSummary &queue, const Clock &clock)
{
    TextTable jobsets({u"JOBSET"_s, u">QUEUED"_s, u">OLDEST"_s, u">NEWEST"_s});
    for (const auto &jobset : queue.jobsets)
        jobsets.add(
            {jobset.jobset.text(), formatCount(jobset.queued), ago(jobset.oldest, clock), ago(jobset.newest, clock)});
    jobsets.print();
    print({});
    TextTable systems({u"SYSTEM"_s, u">QUEUED"_s});
    for (const auto &[system, queued] : queue.systems)
        systems.add({system, formatCount(queued)});
    systems.print();
    print(u"\n%1 builds are queued."_s.arg(formatCount(queue.total())));
}

void printRunner(const hydra::QueueRunnerStatus &runner)
{
    using enum hydra::QueueRunnerStatus::Reach;
    if (runner.reach == Up)
        print(u"The queue runner is up: %1 steps run, %2 could run now."_s.arg(
            formatCount(runner.activeSteps), formatCount(runner.runnableSteps)));
    else if (runner.reach == Unreachable)
        print(u"Hydra cannot reach its queue runner."_s);
}

Task<int> runQueue(Context &context, const QCommandLineParser &, QStringList)
{
    auto client = hydraClient(context);
    if (!client)
        co_return fail(client.error());
    auto asking = client->queueSummary(byPerson());
    const auto queue = co_await std::move(asking);
    if (!queue)
        co_return fail(queue.error());
    auto askingRunner = client->queueRunnerStatus(byPerson());
    const auto runner = co_await std::move(askingRunner);
    if (!runner)
        (void)fail(runner.error());
    if (context.json) {
        auto object = toJson(*queue);
        object.insert(u"queueRunner"_s, runner ? QJsonValue(toJson(*runner)) : QJsonValue());
        printJson(object);
    } else {
        printQueue(*queue, context.clock);
        if (runner)
            printRunner(*runner);
    }
    co_return runner && runner->reach == hydra::QueueRunnerStatus::Reach::Unreachable ? Failing : Fine;
}

} // namespace

Command machinesCommand()
{
    return {.name = u"machines"_s,
        .arguments = {},
        .summary = u"Lists the builders and what they do."_s,
        .run = runMachines};
}

Command queueCommand()
{
    return {.name = u"queue"_s,
        .arguments = {},
        .summary = u"Counts what is queued by jobset and system."_s,
        .run = runQueue};
}

} // namespace narscope::cli
