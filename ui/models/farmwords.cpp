// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/farmwords.h"

#include "base/format.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

using watch::FarmEventKind;
using watch::TroubleKind;
using watch::WaitKind;

namespace {

struct Farm {
    Q_DECLARE_TR_FUNCTIONS(Farm)
};

QString age(qint64 seconds)
{
    return formatAge(std::chrono::seconds(seconds));
}

/// «memory wait over 40 %».
QString shortageOf(const watch::FarmTrouble &trouble)
{
    const auto limit = QString::number(trouble.limit, 'f', trouble.limit == std::floor(trouble.limit) ? 0 : 1);
    if (trouble.what == "disk"_L1)
        return Farm::tr("disk free under %1 %").arg(limit);
    if (trouble.what == "memory"_L1)
        return Farm::tr("memory wait over %1 %").arg(limit);
    if (trouble.what == "cpu"_L1)
        return Farm::tr("CPU wait over %1 %").arg(limit);
    if (trouble.what == "io"_L1)
        return Farm::tr("disk wait over %1 %").arg(limit);
    if (trouble.what == "load"_L1)
        return Farm::tr("load over %1").arg(limit);
    return {};
}

QString gone(const watch::FarmTrouble &trouble)
{
    const auto text = Farm::tr("Gone for %1").arg(age(trouble.seconds));
    if (trouble.count == 1)
        return text + Farm::tr("; it had 1 step");
    return trouble.count == 0 ? text : text + Farm::tr("; it had %1 steps").arg(trouble.count);
}

QString takesNothing(const watch::FarmTrouble &trouble)
{
    const auto what = shortageOf(trouble);
    return what.isEmpty() ? Farm::tr("Takes no more, without saying why") : Farm::tr("Takes no more: %1").arg(what);
}

} // namespace

QString shortBuilder(const QString &name)
{
    const auto label = name.section(u'.', 0, 0);
    bool isNumber = false;
    (void)label.toInt(&isNumber);
    return isNumber || label.isEmpty() ? name : label;
}

QString stepName(const QString &drvName)
{
    return drvName.endsWith(".drv"_L1) ? drvName.chopped(4) : drvName;
}

QString percentOf(double share, int digits)
{
    return Farm::tr("%1 %").arg(QString::number(share * 100, 'f', digits));
}

Mark markOf(TroubleKind kind)
{
    switch (kind) {
    case TroubleKind::RunnerDown:
    case TroubleKind::Failing:
        return Mark::Failed;
    case TroubleKind::Stuck:
    case TroubleKind::Silent:
        return Mark::TimedOut;
    case TroubleKind::Gone:
    case TroubleKind::Disabled:
    case TroubleKind::NoBuilder:
        return Mark::Aborted;
    case TroubleKind::NoCapacity:
        return Mark::Limit;
    }
    return Mark::Unknown;
}

QString wordsOf(const watch::FarmTrouble &trouble)
{
    switch (trouble.kind) {
    case TroubleKind::RunnerDown:
        return Farm::tr("Hydra cannot reach its queue runner");
    case TroubleKind::Stuck:
        return Farm::tr("Stuck %1: “%2”, usual < %3")
            .arg(age(trouble.seconds), trouble.what, age(qint64(trouble.limit)));
    case TroubleKind::Gone:
        return gone(trouble);
    case TroubleKind::Silent:
        return Farm::tr("Silent for %1").arg(age(trouble.seconds));
    case TroubleKind::Disabled:
        return trouble.seconds > 0 ? Farm::tr("Disabled for another %1, after failures").arg(age(trouble.seconds))
                                   : Farm::tr("Disabled");
    case TroubleKind::NoCapacity:
        return takesNothing(trouble);
    case TroubleKind::Failing:
        return trouble.count > 0 ? Farm::tr("%1 failures in a row").arg(trouble.count)
                                 : Farm::tr("%1 fail where the others fail %2")
                                       .arg(percentOf(trouble.value, 1), percentOf(trouble.limit, 1));
    case TroubleKind::NoBuilder:
        return Farm::tr("%1 wait and nothing can build them").arg(formatCount(trouble.count));
    }
    return {};
}

QString clauseOf(const watch::FarmTrouble &trouble)
{
    const auto who = shortBuilder(trouble.builder);
    switch (trouble.kind) {
    case TroubleKind::RunnerDown:
        return Farm::tr("Hydra cannot reach its queue runner");
    case TroubleKind::Stuck:
        return Farm::tr("%1 has been stuck for %2").arg(who, age(trouble.seconds));
    case TroubleKind::Gone:
        return Farm::tr("%1 is gone").arg(who);
    case TroubleKind::Silent:
        return Farm::tr("%1 is silent").arg(who);
    case TroubleKind::Disabled:
        return Farm::tr("%1 is disabled").arg(who);
    case TroubleKind::NoCapacity:
        if (trouble.what == "disk"_L1)
            return Farm::tr("%1 is short of disk").arg(who);
        return trouble.what == "memory"_L1 ? Farm::tr("%1 is short of memory").arg(who)
                                           : Farm::tr("%1 takes no more").arg(who);
    case TroubleKind::Failing:
        return Farm::tr("%1 fails often").arg(who);
    case TroubleKind::NoBuilder:
        return Farm::tr("nothing builds %1").arg(trouble.system);
    }
    return {};
}

Mark markOf(FarmEventKind kind)
{
    switch (kind) {
    case FarmEventKind::Left:
        return Mark::Aborted;
    case FarmEventKind::CameBack:
        return Mark::Succeeded;
    case FarmEventKind::RunnerRestarted:
        return Mark::Running;
    case FarmEventKind::BecameStuck:
        return Mark::TimedOut;
    case FarmEventKind::StoppedTaking:
        return Mark::Limit;
    }
    return Mark::Unknown;
}

QString wordsOf(const watch::FarmEvent &event)
{
    const auto who = shortBuilder(event.builder);
    switch (event.kind) {
    case FarmEventKind::Left:
        return event.count > 0 ? Farm::tr("%1 left with %2 steps").arg(who).arg(event.count)
                               : Farm::tr("%1 left").arg(who);
    case FarmEventKind::CameBack:
        return Farm::tr("%1 came back after %2").arg(who, age(event.count));
    case FarmEventKind::RunnerRestarted:
        return Farm::tr("Queue runner restarted; its counters began again");
    case FarmEventKind::BecameStuck:
        return Farm::tr("%1 stuck in “%2”").arg(who, event.what);
    case FarmEventKind::StoppedTaking:
        return Farm::tr("%1 takes no more").arg(who);
    }
    return {};
}

QString wordsOf(const watch::WaitReason &reason, const watch::SystemQueueLine &line)
{
    const auto names = [&] {
        QStringList shortNames;
        for (const auto &name : reason.builders)
            shortNames << shortBuilder(name);
        return shortNames.join(u", "_s);
    };
    const auto rest
        = line.disabled > 0 ? Farm::tr("; %1 fit only disabled builders").arg(formatCount(line.disabled)) : QString();
    switch (reason.kind) {
    case WaitKind::Nothing: {
        const auto held = line.builds.value_or(0) - line.running;
        return held > 0 ? Farm::tr("Its builds wait for others to finish") : QString();
    }
    case WaitKind::Unknown:
        return Farm::tr("Its builders are not known yet");
    case WaitKind::Busy:
        return (reason.shared ? Farm::tr("All %1 slots busy, shared with other systems")
                              : Farm::tr("All %1 slots busy"))
                   .arg(reason.slots)
            + rest;
    case WaitKind::NoBuilder:
        return Farm::tr("No builder for it is connected");
    case WaitKind::BuildersGone:
        return reason.builders.size() == 1
            ? Farm::tr("Its only builder, %1, is gone").arg(names())
            : Farm::tr("Its %1 builders are gone: %2").arg(reason.builders.size()).arg(names());
    case WaitKind::NoCapacity:
        return Farm::tr("%1 of %2 slots free, but held back by %3")
                   .arg(reason.slots - reason.busy)
                   .arg(reason.slots)
                   .arg(names())
            + rest;
    case WaitKind::Free:
        return Farm::tr("%1 of %2 slots free; it may need features they lack")
                   .arg(reason.slots - reason.busy - reason.held)
                   .arg(reason.slots)
            + rest;
    }
    return {};
}

QString wordsOf(const watch::ClearBand &band)
{
    constexpr qint64 minute = 60;
    constexpr qint64 hour = 3600;
    constexpr qint64 day = 24 * hour;
    if (!band.high)
        return Farm::tr("over %1").arg(age(band.low));
    if (*band.high < minute)
        return Farm::tr("< 1 m");
    // Both ends in the unit of the upper one; never closer than a whole unit.
    const qint64 unit = *band.high >= 2 * day ? day : *band.high >= 2 * hour ? hour : minute;
    const auto word = unit == day ? Farm::tr("d") : unit == hour ? Farm::tr("h") : Farm::tr("m");
    const qint64 low = band.low / unit;
    const qint64 high = (*band.high + unit - 1) / unit;
    return low == 0 ? Farm::tr("< %1 %2").arg(high).arg(word) : Farm::tr("%1–%2 %3").arg(low).arg(high).arg(word);
}

QString wordsOf(const std::optional<watch::PastError> &past)
{
    if (!past)
        return {};
    return Farm::tr("%1 of the last day's %2 estimates came true; half were off by more than %3")
        .arg(past->inBand)
        .arg(past->judged)
        .arg(percentOf(past->median));
}

QString wordsOf(const watch::UsualAge &usual)
{
    return usual.measured ? Farm::tr("< %1").arg(age(usual.limit))
                          : Farm::tr("< %1, not measured").arg(age(usual.limit));
}

} // namespace narscope::ui
