// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/farmstate.h"

#include "watch/farmmath.h"

#include <algorithm>

namespace narscope::watch {

namespace {

constexpr int trendHours = 24;

} // namespace

const BuilderLine *FarmState::builder(const QString &name) const
{
    const auto it = std::ranges::find(builders, name, [](const BuilderLine &line) { return line.machine.name; });
    return it == builders.end() ? nullptr : &*it;
}

const SystemQueueLine *FarmState::system(const QString &name) const
{
    const auto it = std::ranges::find(systems, name, &SystemQueueLine::system);
    return it == systems.end() ? nullptr : &*it;
}

qint64 FarmState::seenAt() const
{
    return std::ranges::max(sources, {}, &SourceState::seenAt).seenAt;
}

FarmSummary summaryOf(const FarmState &state, qint64 now)
{
    FarmSummary summary{.builders = state.totals.builders,
        .buildersInUse = state.totals.buildersInUse,
        .donePerHour = state.totals.donePerHour,
        .troubles = state.troubles,
        .seenAt = state.seenAt()};
    for (const auto &line : state.systems)
        summary.systems.append({line.system, line.waiting, hourlyWaiting(line.points, now, trendHours), line.clear});
    for (const auto &source : state.sources) {
        if (source.isAsked && source.problem && !summary.problem)
            summary.problem = source.problem;
    }
    return summary;
}

} // namespace narscope::watch
