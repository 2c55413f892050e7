// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/farmparts.h"

#include "watch/farmmath.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 settling = 300; ///< seconds after the runner's start within which builders connect again
constexpr qsizetype mostEvents = 200;

} // namespace

double grow(FarmMemory::Counter &counter, double raw)
{
    counter.total = counter.known ? continued(counter.total, counter.raw, raw) : counter.total;
    counter.raw = raw;
    counter.known = true;
    return counter.total;
}

void addEvent(FarmState &state, FarmEvent event)
{
    const auto before
        = std::ranges::find_if(state.events, [&](const FarmEvent &other) { return other.time <= event.time; });
    state.events.insert(before - state.events.begin(), std::move(event));
    if (state.events.size() > mostEvents)
        state.events.removeLast();
}

SystemQueueLine &lineOf(FarmState &state, const QString &system)
{
    const auto it = std::ranges::find(state.systems, system, &SystemQueueLine::system);
    if (it != state.systems.end())
        return *it;
    state.systems.append(SystemQueueLine{.system = system});
    return state.systems.back();
}

JobsetQueueLine &lineOf(FarmState &state, const JobsetName &jobset)
{
    const auto it = std::ranges::find(state.jobsets, jobset, &JobsetQueueLine::jobset);
    if (it != state.jobsets.end())
        return *it;
    state.jobsets.append(JobsetQueueLine{.jobset = jobset});
    return state.jobsets.back();
}

BuilderLine *findBuilder(FarmState &state, const QString &name)
{
    const auto it = std::ranges::find(state.builders, name, [](const BuilderLine &line) { return line.machine.name; });
    return it == state.builders.end() ? nullptr : &*it;
}

BuilderLine &builderOf(FarmState &state, const QString &name, qint64 now)
{
    if (auto *known = findBuilder(state, name))
        return *known;
    BuilderLine line{.machine = {}, .firstSeen = now, .lastSeen = now};
    line.machine.name = name;
    const auto place = std::ranges::lower_bound(
        state.builders, name, {}, [](const BuilderLine &other) { return other.machine.name; });
    return *state.builders.insert(place, std::move(line));
}

BuilderLine *findByLabel(FarmState &state, const QString &label)
{
    if (auto *exact = findBuilder(state, label))
        return exact;
    const auto it = std::ranges::find(
        state.builders, label, [](const BuilderLine &line) { return line.machine.name.section(u'.', 0, 0); });
    return it == state.builders.end() ? nullptr : &*it;
}

void setConnected(FarmState &state, BuilderLine &line, bool connected, qint64 now)
{
    if (line.isConnected == connected)
        return;
    if (!connected && state.totals.uptime.value_or(settling) < double(settling))
        return;
    line.isConnected = connected;
    if (connected) {
        addEvent(state,
            {.time = now, .kind = FarmEventKind::CameBack, .builder = line.machine.name, .count = now - line.lastSeen});
        return;
    }
    addEvent(state,
        {.time = line.lastSeen,
            .kind = FarmEventKind::Left,
            .builder = line.machine.name,
            .count = line.machine.currentJobs.value_or(0)});
    line.steps.reset();
}

void noteUptime(FarmState &state, double uptime, qint64 now)
{
    if (state.totals.uptime && uptime < *state.totals.uptime)
        addEvent(state, {.time = now - qint64(uptime), .kind = FarmEventKind::RunnerRestarted});
    state.totals.uptime = uptime;
}

/// Two sources may tell of the same moment.
BuilderPoint &pointAt(BuilderLine &line, qint64 now)
{
    constexpr qint64 same = 20;
    if (line.points.isEmpty() || now - line.points.back().time > same)
        line.points.append({.time = now});
    return line.points.back();
}

void addPoint(SystemQueueLine &line, qint64 now, std::optional<double> taken)
{
    line.points.append({.time = now, .waiting = double(line.waiting), .running = double(line.running), .taken = taken});
}

void noteDone(FarmState &state, FarmMemory &memory, double stepsDone, qint64 now)
{
    memory.allDonePoints.append({.time = now, .done = grow(memory.allDone, stepsDone)});
    state.totals.donePerHour = donePerHour(memory.allDonePoints, now);
}

} // namespace narscope::watch
