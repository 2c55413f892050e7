// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/stopwatch.h"

#include "base/format.h"

#include <QCoreApplication>

namespace narscope::ui {

namespace {

using trace::StopKind;

QString say(const char *words)
{
    return QCoreApplication::translate("Watch", words);
}

bool canStillCome(const trace::Stop &stop)
{
    using enum trace::StopState;
    return stop.state == Waiting || stop.state == Running || stop.state == Failed || stop.state == Unknown;
}

/// By the name of the branch or channel: the commit is asked for in it.
WatchChoice arrival(const trace::Track &track, const QString &branch)
{
    return {.target = {.kind = watch::WatchKind::PullRequest,
                .name = track.repository,
                .number = track.pullRequest,
                .branch = branch},
        .words = say("#%1 is in %2").arg(track.pullRequest).arg(branch),
        .isStop = true};
}

std::optional<WatchChoice> choiceOf(const trace::Stop &stop, const trace::Track &track)
{
    switch (stop.kind) {
    case StopKind::InBranch:
    case StopKind::ChannelBranch:
    case StopKind::Served:
        if (track.pullRequest > 0 && !stop.name.isEmpty())
            return arrival(track, stop.name);
        break;
    case StopKind::Built:
    case StopKind::Gate:
    case StopKind::Evaluated:
    case StopKind::Signed: {
        const auto target = stop.subject ? watch::targetOf(*stop.subject) : std::nullopt;
        if (!target)
            break;
        const auto what = stop.attr.isEmpty() ? stop.name : say("%1 on %2").arg(stop.attr, stop.system);
        return WatchChoice{.target = *target,
            .words = stop.kind == StopKind::Built ? say("%1 is built").arg(what)
                : stop.kind == StopKind::Gate     ? say("the gate of %1 is green").arg(what)
                : stop.kind == StopKind::Signed   ? say("%1 is in the cache").arg(what)
                                                  : say("%1 has an evaluation").arg(what),
            .isStop = true};
    }
    default:
        break;
    }
    return {};
}

} // namespace

QList<WatchChoice> watchChoices(const trace::Trace &trace)
{
    QList<WatchChoice> choices;
    const auto add = [&choices](const WatchChoice &choice) {
        if (!std::ranges::contains(choices, choice.target, &WatchChoice::target))
            choices << choice;
    };
    for (const auto &track : trace.tracks) {
        if (track.pullRequest > 0 && !track.mergedAt)
            add({.target
                = {.kind = watch::WatchKind::PullRequest, .name = track.repository, .number = track.pullRequest},
                .words = say("#%1 is merged, closed or pushed to").arg(track.pullRequest)});
    }
    for (const auto &stop : trace.stops) {
        const auto *track = trace.track(stop.track);
        if (!track || !canStillCome(stop))
            continue;
        if (const auto choice = choiceOf(stop, *track))
            add(*choice);
    }
    return choices;
}

watch::WatchRule stopRule(const watch::WatchTarget &target)
{
    auto rule = watch::usualRule(target);
    if (target.kind == watch::WatchKind::Job)
        rule.on << watch::Transition::Succeeded << watch::Transition::Failed;
    return rule;
}

} // namespace narscope::ui
