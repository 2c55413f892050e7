// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "cli/hydracommands.h"
#include "watch/channelboard.h"
#include "watch/channelscout.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

using watch::ChannelLine;

QJsonValue timeOrNull(hydra::Epoch time)
{
    return time ? QJsonValue(*time) : QJsonValue();
}

QJsonObject toJson(const watch::Evidence &evidence)
{
    return {{u"label"_s, evidence.label}, {u"text"_s, evidence.text},
        {u"state"_s, evidence.state ? QJsonValue(hydra::key(*evidence.state)) : QJsonValue()},
        {u"source"_s, evidence.source.toString()},
        {u"seenAt"_s, evidence.seenAt > 0 ? QJsonValue(evidence.seenAt) : QJsonValue()}};
}

QJsonObject viewsJson(const ChannelLine &line)
{
    QJsonObject views;
    for (size_t i = 0; i < watch::pointerViews; ++i) {
        const auto &seen = line.views.at(i);
        if (!seen.value && !seen.problem)
            continue;
        const auto pointing = seen.value.value_or(watch::Pointing());
        views.insert(word(static_cast<watch::PointerView>(i)),
            QJsonObject{{u"release"_s, pointing.release}, {u"revision"_s, pointing.revision},
                {u"servedBy"_s, pointing.servedBy},
                {u"problem"_s, seen.problem ? QJsonValue(seen.problem->sentence) : QJsonValue()}});
    }
    return views;
}

QJsonObject toJson(const ChannelLine &line)
{
    QJsonArray evidence;
    for (const auto &one : line.verdict.evidence)
        evidence.append(toJson(one));
    QJsonArray days;
    for (const auto &day : line.days)
        days.append(
            QJsonObject{{u"begins"_s, day.begins}, {u"failedHours"_s, day.failed}, {u"knownHours"_s, day.known}});
    return {{u"name"_s, line.channel.name}, {u"status"_s, line.channel.status},
        {u"project"_s, line.channel.gate.jobset.project}, {u"jobset"_s, line.channel.gate.jobset.jobset},
        {u"job"_s, line.channel.gate.job}, {u"release"_s, line.release}, {u"revision"_s, line.revision},
        {u"committedAt"_s, timeOrNull(line.committedAt)}, {u"movedAt"_s, timeOrNull(line.verdict.movedAt)},
        {u"evaluation"_s, line.releasedEval.value != 0 ? QJsonValue(line.releasedEval.value) : QJsonValue()},
        {u"usualPause"_s, line.usualPause ? QJsonValue(*line.usualPause) : QJsonValue()},
        {u"late"_s, line.verdict.late ? QJsonValue(*line.verdict.late) : QJsonValue()},
        {u"verdict"_s, key(line.verdict.kind)}, {u"sentence"_s, line.verdict.sentence},
        {u"warnings"_s, QJsonArray::fromStringList(line.verdict.warnings)}, {u"evidence"_s, evidence},
        {u"views"_s, viewsJson(line)}, {u"gateDays"_s, days}};
}

/// 1: something keeps a channel; 2: of one it could not be found out.
int codeOf(const QList<ChannelLine> &lines)
{
    const auto is = [&lines](watch::Severity severity) {
        return std::ranges::any_of(lines, [severity](const auto &line) { return line.verdict.severity == severity; });
    };
    if (is(watch::Severity::Unknown))
        return NotFoundOut;
    return is(watch::Severity::Trouble)
            || std::ranges::any_of(lines,
                [](const auto &line) {
                    return line.verdict.late && line.verdict.kind != watch::ChannelVerdictKind::Moved;
                })
        ? Failing
        : Fine;
}

void printTable(const QList<ChannelLine> &lines, const Clock &clock)
{
    TextTable table({u"CHANNEL"_s, u"VERDICT"_s, u"RELEASE"_s, u">MOVED"_s, u"WHY"_s});
    for (const auto &line : lines)
        table.add({line.channel.name, key(line.verdict.kind),
            line.release.isEmpty() ? line.revision.first(std::min<qsizetype>(12, line.revision.size())) : line.release,
            ago(line.verdict.movedAt, clock), line.verdict.sentence});
    table.print();
    for (const auto &line : lines) {
        for (const auto &warning : line.verdict.warnings)
            print(u"%1: %2"_s.arg(line.channel.name, warning));
    }
}

void printOne(const ChannelLine &line)
{
    print(u"%1: %2"_s.arg(line.channel.name, line.verdict.sentence));
    TextTable table({u""_s, u""_s});
    for (const auto &evidence : line.verdict.evidence)
        table.add({evidence.label, evidence.text});
    table.print();
    for (const auto &warning : line.verdict.warnings)
        print(warning);
}

/// Every question that a verdict needs, in the order of what it costs; each once.
Task<void> askAll(watch::ChannelScout *scout, QStringList channels)
{
    const auto ask = byPerson();
    for (auto question : {&watch::ChannelScout::askStates, &watch::ChannelScout::askGateMetrics,
             &watch::ChannelScout::askPast, &watch::ChannelScout::askBranches}) {
        auto asking = (scout->*question)(ask);
        co_await std::move(asking);
    }
    if (channels.isEmpty())
        channels = scout->names();
    QStringList projects;
    for (const auto &channel : channels) {
        auto asking = scout->askPointer(channel, ask);
        co_await std::move(asking);
        auto askingBucket = scout->askBucket(channel, ask);
        co_await std::move(askingBucket);
        projects.append(scout->channels().at(channel).channel.gate.jobset.project);
    }
    projects.removeDuplicates();
    for (const auto &project : projects) {
        auto asking = scout->askJobsets(project, ask);
        co_await std::move(asking);
    }
    for (const auto &channel : channels) {
        auto asking = scout->investigate(channel, ask);
        co_await std::move(asking);
    }
}

Task<int> runChannels(Context &context, const QCommandLineParser &, QStringList arguments)
{
    watch::ChannelScout scout(context.http, context.servers, context.pools, context.clock);
    for (const auto &name : arguments) {
        scout.add(name);
        if (!scout.channels().contains(name))
            co_return fail(problemSaying(ProblemKind::Usage, u"This is no name of a channel: %1"_s.arg(name)).error());
    }
    auto asking = askAll(&scout, arguments);
    co_await std::move(asking);
    auto lines = watch::boardOf(scout, context.clock.nowSeconds()).channels;
    if (!arguments.isEmpty())
        lines.removeIf([&arguments](const ChannelLine &line) { return !arguments.contains(line.channel.name); });
    if (context.json) {
        QJsonArray array;
        for (const auto &line : lines)
            array.append(toJson(line));
        printJson(QJsonObject{{u"channels"_s, array}});
    } else if (lines.size() == 1) {
        printOne(lines.first());
    } else {
        printTable(lines, context.clock);
    }
    co_return codeOf(lines);
}

} // namespace

std::vector<Command> channelCommands()
{
    return {{.name = u"channels"_s,
        .arguments = u"[NAME...]"_s,
        .summary = u"Tells where the channels are and why they have not moved."_s,
        .run = runChannels}};
}

} // namespace narscope::cli
