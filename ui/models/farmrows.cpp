// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/farmrows.h"

#include "base/format.h"
#include "ui/models/farmwords.h"
#include "watch/farmjudge.h"
#include "watch/farmmath.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int graphHours = 24;

struct Rows {
    Q_DECLARE_TR_FUNCTIONS(FarmRows)
};

QString age(qint64 seconds)
{
    return formatAge(std::chrono::seconds(std::max<qint64>(0, seconds)));
}

/// What is not known draws nothing.
QList<double> drawn(QList<double> values)
{
    for (auto &value : values)
        value = std::isnan(value) ? -1 : value;
    return std::ranges::all_of(values, [](double value) { return value < 0; }) ? QList<double>{} : values;
}

FactCell number(std::optional<double> value, const QString &text)
{
    return {.text = value ? text : QString(), .right = true, .order = value.value_or(-1)};
}

FactCell count(qint64 value)
{
    return number(double(value), formatCount(value));
}

FactCell graph(const QList<double> &values, bool isRate)
{
    return {.graph = drawn(values), .isRate = isRate};
}

FactCell runningCell(const watch::SystemQueueLine &line)
{
    auto cell = count(line.running);
    if (line.why.slots > 0 && !line.why.shared)
        cell.text = Rows::tr("%1 of %2").arg(formatCount(line.running), formatCount(line.why.slots));
    else if (line.why.slots > 0)
        cell.tip = Rows::tr("Its builders' %1 slots are shared with other systems.").arg(formatCount(line.why.slots));
    return cell;
}

FactCell clearCell(const watch::SystemQueueLine &line)
{
    if (line.waiting == 0)
        return {.right = true, .order = 0};
    if (!line.clear)
        return {.text = Rows::tr("unknown"),
            .tip = Rows::tr("Too little was taken, or seen, to tell."),
            .quiet = true,
            .right = true,
            .order = 1e18};
    const auto &band = *line.clear;
    return {
        .text = wordsOf(band), .tip = wordsOf(band.past), .right = true, .order = double(band.high.value_or(band.low))};
}

Mark queueMark(const watch::SystemQueueLine &line)
{
    using enum watch::WaitKind;
    if (line.why.kind == NoBuilder || line.why.kind == BuildersGone)
        return Mark::Aborted;
    if (line.why.kind == NoCapacity)
        return Mark::Limit;
    return line.running > 0 ? Mark::Running : Mark::Queued;
}

struct StateCell {
    Mark mark = Mark::Queued;
    QString text;
    int rank = 0; ///< trouble first
};

StateCell stateOf(const watch::BuilderLine &line, const QList<watch::FarmTrouble> &troubles)
{
    if (!troubles.isEmpty())
        return {markOf(troubles.front().kind), wordsOf(troubles.front()), int(troubles.front().kind) - 1000};
    if (line.machine.currentJobs.value_or(0) > 0)
        return {Mark::Running, Rows::tr("Busy"), 0};
    // Since when it is idle no runner tells reliably (hydra.md §8.1).
    return {Mark::Queued, line.machine.currentJobs ? Rows::tr("Idle") : Rows::tr("Connected"), 1};
}

FactCell slotsCell(const watch::BuilderLine &line)
{
    if (!line.isConnected || !line.machine.currentJobs)
        return {.right = true, .order = -1};
    const auto jobs = *line.machine.currentJobs;
    return number(
        jobs, line.isKnownWhole ? Rows::tr("%1 of %2").arg(jobs).arg(line.machine.maxJobs) : QString::number(jobs));
}

FactCell pressureCell(
    const watch::BuilderLine &line, const std::optional<hydra::Pressure> &pressure, const std::optional<double> &limit)
{
    if (!line.isConnected || !pressure)
        return {.right = true, .order = -1};
    auto cell = number(pressure->avg10, percentOf(pressure->avg10 / 100));
    cell.tip = Rows::tr("Share of time that work stood still for want of it: %1 over 10 s, %2 over a minute, "
                        "%3 over 5 minutes.")
                   .arg(percentOf(pressure->avg10 / 100, 1), percentOf(pressure->avg60 / 100, 1),
                       percentOf(pressure->avg300 / 100, 1));
    cell.bold = limit && pressure->avg10 > *limit;
    return cell;
}

FactCell diskCell(const watch::BuilderLine &line)
{
    const auto &load = line.machine.load;
    if (!line.isConnected || !load || !load->storeFreePercent)
        return {.right = true, .order = -1};
    auto cell = number(*load->storeFreePercent, percentOf(*load->storeFreePercent / 100));
    cell.bold = line.machine.limits && line.machine.limits->storeFreePercent
        && *load->storeFreePercent < *line.machine.limits->storeFreePercent;
    cell.tip = Rows::tr("Free in the store%1")
                   .arg(load->buildDirFreePercent
                           ? Rows::tr("; where it builds: %1").arg(percentOf(*load->buildDirFreePercent / 100))
                           : QString());
    return cell;
}

FactCell failedCell(const watch::BuilderLine &line, double others)
{
    if (!line.record || line.record->total() == 0)
        return {.right = true, .order = -1};
    const auto &record = *line.record;
    auto cell = number(record.failedShare(), percentOf(record.failedShare(), 1));
    cell.tip
        = Rows::tr("%1 of %2 builds %3; the others fail %4")
              .arg(formatCount(record.failed), formatCount(record.total()),
                  record.since > 0 ? Rows::tr("within a day") : Rows::tr("since it connected"), percentOf(others, 1));
    cell.bold = watch::failsOftener(record, others);
    return cell;
}

/// «aarch64, x86_64-darwin»: the operating system once.
QString systemsOf(const hydra::Machine &machine)
{
    QMap<QString, QStringList> byOs;
    for (const auto &system : machine.systems)
        byOs[system.section(u'-', 1)] << system.section(u'-', 0, 0);
    QStringList words;
    for (auto it = byOs.cbegin(); it != byOs.cend(); ++it)
        words << it.value().join(u", "_s) + (it.key().isEmpty() ? QString() : u'-' + it.key());
    for (const auto &feature : machine.mandatoryFeatures)
        words << Rows::tr("only %1").arg(feature);
    return words.join(u", "_s);
}

FactRow builderRow(const watch::FarmState &state, const watch::BuilderLine &line, const QString &server, qint64 now)
{
    const auto &machine = line.machine;
    const auto pressure = machine.load.value_or(hydra::MachineLoad{});
    const auto limits = machine.limits.value_or(hydra::MachineLimits{});
    const auto condition = stateOf(line, troublesOf(state, machine.name));
    FactRow row{.key = machine.name, .subject = Subject::ofBuilder(server, machine.name), .copy = machine.name};
    row.cells = {{.text = shortBuilder(machine.name), .tip = machine.name, .mark = condition.mark},
        {.text = condition.text, .order = double(condition.rank)},
        {.text = systemsOf(machine), .tip = machine.systems.join(u", "_s)}, slotsCell(line),
        graph(watch::hourlyDone(line.points, now, graphHours), true),
        pressureCell(line, pressure.cpuSome, limits.cpuPressure),
        pressureCell(line, pressure.memSome, limits.memPressure), diskCell(line),
        failedCell(line, watch::othersFailedShare(state, machine.name)),
        {.text = age(now - line.lastSeen),
            .tip = formatExactTime(line.lastSeen),
            .quiet = true,
            .right = true,
            .order = double(now - line.lastSeen)}};
    return row;
}

} // namespace

QStringList queueHeaders()
{
    return {Rows::tr("System"), Rows::tr("Waiting"), Rows::tr("24 h"), Rows::tr("Running"), Rows::tr("Taken / h"),
        Rows::tr("Usual wait"), Rows::tr("Clear in"), Rows::tr("Why it waits")};
}

QStringList builderHeaders()
{
    return {Rows::tr("Builder"), Rows::tr("State"), Rows::tr("Systems"), Rows::tr("Slots"), Rows::tr("Done / h, 24 h"),
        Rows::tr("CPU wait"), Rows::tr("Mem wait"), Rows::tr("Disk free"), Rows::tr("Failed"), Rows::tr("Heard")};
}

QStringList stepHeaders()
{
    return {
        Rows::tr("Step"), Rows::tr("Build"), Rows::tr("For"), Rows::tr("Doing"), Rows::tr("Since"), Rows::tr("Usual")};
}

QStringList jobsetHeaders()
{
    return {Rows::tr("Jobset"), Rows::tr("Queued"), Rows::tr("Turn"), Rows::tr("Of time"), Rows::tr("Oldest")};
}

QStringList eventHeaders()
{
    return {Rows::tr("Event"), Rows::tr("Ago")};
}

QList<watch::FarmTrouble> troublesOf(const watch::FarmState &state, const QString &builder)
{
    QList<watch::FarmTrouble> own;
    std::ranges::copy_if(state.troubles, std::back_inserter(own), [&](const watch::FarmTrouble &trouble) {
        return trouble.builder == builder && trouble.kind != watch::TroubleKind::NoBuilder;
    });
    return own;
}

FactRows queueRows(const watch::FarmState &state, qint64 now)
{
    FactRows rows;
    for (const auto &line : state.systems) {
        FactRow row{.key = line.system, .copy = line.system};
        auto waiting = count(line.waiting);
        if (line.builds)
            waiting.tip = Rows::tr("%1 steps could run now; %2 builds are queued, those that wait for others too.")
                              .arg(formatCount(line.waiting), formatCount(*line.builds));
        row.cells = {{.text = line.system, .mark = queueMark(line)}, waiting,
            graph(watch::hourlyWaiting(line.points, now, graphHours), false), runningCell(line),
            number(line.perHour, formatCount(qint64(std::llround(line.perHour.value_or(0))))),
            number(line.usualWait ? std::optional(double(*line.usualWait)) : std::nullopt,
                formatDuration(std::chrono::seconds(line.usualWait.value_or(0)))),
            clearCell(line), {.text = wordsOf(line.why, line)}};
        rows << row;
    }
    return rows;
}

FactRows builderRows(const watch::FarmState &state, const QString &server, const QStringList &unseen, qint64 now)
{
    FactRows rows;
    for (const auto &line : state.builders) {
        rows << builderRow(state, line, server, now);
        rows.back().unseen = unseen.contains(line.machine.name);
    }
    const auto place = [](const FactRow &row) {
        return std::pair(row.cells[BuilderState].order.value_or(0), -row.cells[BuilderSlots].order.value_or(0));
    };
    std::ranges::stable_sort(rows, {}, place);
    return rows;
}

FactRows stepRows(const watch::BuilderLine &builder, const QString &server)
{
    FactRows rows;
    const auto lines = builder.steps.value_or(QList<watch::StepLine>{});
    for (const auto &line : lines) {
        const auto &step = line.step;
        FactRow row{.key = step.build.text() + u' ' + step.drvName,
            .copy = line.drvPath.isEmpty() ? step.drvName : line.drvPath};
        if (step.build.value != 0)
            row.subject = Subject::ofBuild(server, step.build);
        const auto seconds = step.seconds.value_or(0);
        row.cells = {{.text = stepName(step.drvName),
                         .tip = line.drvPath,
                         .mark = line.isStuck ? Mark::TimedOut : Mark::Running},
            {.text = step.build.value == 0 ? QString() : step.build.text(),
                .right = true,
                .order = double(step.build.value)},
            {.text = step.job.job.isEmpty() ? QString() : step.job.jobset.text() + u':' + step.job.job},
            {.text = step.phase},
            {.text = step.seconds ? formatDuration(std::chrono::seconds(seconds)) : QString(),
                .right = true,
                .bold = line.isStuck,
                .order = double(seconds)},
            {.text = wordsOf(line.usual),
                .tip = line.usual.measured
                    ? Rows::tr("99 of 100 of the %1 steps seen leaving this state were younger.").arg(line.usual.seen)
                    : Rows::tr("Only %1 steps were seen leaving this state; from %2 on the limit is what 99 "
                               "of 100 stay below.")
                          .arg(line.usual.seen)
                          .arg(watch::enoughSteps),
                .quiet = true,
                .right = true,
                .order = double(line.usual.limit)}};
        rows << row;
    }
    return rows;
}

FactRows jobsetRows(const watch::FarmState &state, const QString &server, qint64 now)
{
    FactRows rows;
    for (const auto &line : state.jobsets) {
        if (line.queued.value_or(0) == 0 && line.timeShare.value_or(0) < 0.005)
            continue;
        FactRow row{
            .key = line.jobset.text(), .subject = Subject::ofJobset(server, line.jobset), .copy = line.jobset.text()};
        FactCell share = number(line.timeShare, percentOf(line.timeShare.value_or(0)));
        share.meter = line.timeShare;
        if (line.entitled)
            share.tip = Rows::tr("Its share of the builders' time; its scheduling shares entitle it to %1 "
                                 "while these jobsets wait.")
                            .arg(percentOf(*line.entitled));
        row.cells = {{.text = line.jobset.text()}, count(line.queued.value_or(0)),
            {.text = line.turn ? QString::number(*line.turn) : QString(),
                .tip = Rows::tr("A free slot goes to the jobset that used least of the time it is entitled "
                                "to: 1 is next."),
                .right = true,
                .order = line.turn.value_or(9999)},
            share,
            {.text = line.oldest ? age(now - *line.oldest) : QString(),
                .tip = line.oldest ? formatExactTime(*line.oldest) : QString(),
                .quiet = true,
                .right = true,
                .order = line.oldest ? double(now - *line.oldest) : -1}};
        rows << row;
    }
    return rows;
}

FactRows eventRows(const watch::FarmState &state, const QString &server, qint64 now)
{
    FactRows rows;
    for (const auto &event : state.events) {
        FactRow row{
            .key = u"%1 %2 %3"_s.arg(event.time).arg(int(event.kind)).arg(event.builder), .copy = wordsOf(event)};
        if (!event.builder.isEmpty())
            row.subject = Subject::ofBuilder(server, event.builder);
        row.cells = {{.text = wordsOf(event), .tip = event.builder, .mark = markOf(event.kind)},
            {.text = age(now - event.time),
                .tip = formatExactTime(event.time),
                .quiet = true,
                .right = true,
                .order = double(now - event.time)}};
        rows << row;
    }
    return rows;
}

} // namespace narscope::ui
