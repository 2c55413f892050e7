// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/channelboard.h"

#include "watch/channelscout.h"
#include "watch/farmmath.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

Subject gateSubject(const ChannelFacts &facts, const QString &server)
{
    const auto decided = std::ranges::find_if(
        facts.gates, [](const GateAt &gate) { return gate.isDecided() && gate.build.value != 0; });
    if (decided != facts.gates.end())
        return Subject::ofBuild(server, decided->build);
    if (!facts.newerEvals().isEmpty())
        return Subject::ofEvaluation(server, facts.newerEvals().first().id);
    if (facts.releasedEval().value != 0)
        return Subject::ofEvaluation(server, facts.releasedEval());
    return Subject::ofJob(server, facts.channel.gate);
}

/// Of the first job that blocks, or of what lies behind it.
std::optional<BuildId> failedBuild(const ChannelFacts &facts)
{
    if (!facts.trouble || facts.trouble->blockers.isEmpty())
        return {};
    const auto &first = facts.trouble->blockers.first();
    return first.cause ? first.cause->build : first.build;
}

ChannelLine lineOf(const ChannelFacts &facts, const QString &server, const QUrl &hydra, qint64 now)
{
    ChannelLine line{.channel = facts.channel,
        .verdict = judge(facts, server, hydra, now),
        .releasedEval = facts.releasedEval(),
        .days = facts.days,
        .usualPause = facts.usualPause(),
        .gate = gateSubject(facts, server),
        .views = facts.views};
    if (line.verdict.kind == ChannelVerdictKind::Blocked)
        line.failedBuild = failedBuild(facts);
    if (line.failedBuild && facts.trouble)
        line.blockers = facts.trouble->blockers;
    if (const auto *seen = facts.pointing()) {
        line.release = seen->value->release;
        line.revision = seen->value->revision;
        line.folder = seen->value->folder;
    }
    const auto &page = facts.release.value;
    // The page of the release before stays known until the new one's has come.
    if (page && (!facts.pointing() || facts.pointing()->value->agreesWith({.revision = page->revision}) != false)) {
        line.revision = page->revision;
        line.committedAt = page->committedAt;
    }
    for (const auto &view : facts.views)
        line.seenAt = std::max(line.seenAt, view.seenAt);
    return line;
}

QList<EvalUnderWay> underWay(const ChannelScout &scout)
{
    QList<EvalUnderWay> list;
    for (const auto &jobset : scout.jobsets()) {
        if (jobset.scheduled == 0 && !jobset.times.evaluating && !jobset.times.pendingSince())
            continue;
        EvalUnderWay one{.jobset = jobset.name,
            .times = jobset.times,
            .left = jobset.scheduled,
            .failed = jobset.failed,
            .total = jobset.total};
        if (const auto newest = scout.newestEvals().find(jobset.name); newest != scout.newestEvals().end())
            one.eval = newest->second;
        for (const auto &[name, facts] : scout.channels()) {
            if (facts.channel.gate.jobset != jobset.name)
                continue;
            one.gates.append(name);
            if (facts.leftOf == one.eval)
                one.clear = clearBand(facts.left);
        }
        list.append(std::move(one));
    }
    // Those that a channel waits for first, then by how soon they may be done.
    std::ranges::stable_sort(
        list, {}, [](const EvalUnderWay &one) { return std::tuple(one.gates.isEmpty(), one.left == 0, one.left); });
    return list;
}

} // namespace

const ChannelLine *ChannelBoard::find(const QString &channel) const
{
    const auto it
        = std::ranges::find_if(channels, [&channel](const ChannelLine &line) { return line.channel.name == channel; });
    return it == channels.end() ? nullptr : &*it;
}

qsizetype ChannelBoard::count(Severity severity) const
{
    return std::ranges::count_if(
        channels, [severity](const ChannelLine &line) { return line.verdict.severity == severity; });
}

namespace {

bool isAsked(const ChannelFacts &facts, const ChannelVerdict &verdict)
{
    const auto &cdn = facts.view(PointerView::Cdn);
    if (cdn.problem || facts.release.problem)
        return true;
    const bool isLookedInto = verdict.kind != ChannelVerdictKind::Blocked || facts.trouble;
    return cdn.value && facts.release.value && ((facts.evals.value && isLookedInto) || facts.evals.problem);
}

} // namespace

ChannelBoard boardOf(const ChannelScout &scout, qint64 now)
{
    ChannelBoard board;
    const auto *hydra = scout.hydraServer();
    board.server = hydra ? hydra->id : QString();
    for (const auto &name : scout.names()) {
        const auto &facts = scout.channels().at(name);
        board.channels.append(lineOf(facts, board.server, hydra ? hydra->url : QUrl(), now));
        board.seenAt = std::max({board.seenAt, board.channels.last().seenAt, facts.evals.seenAt, facts.jobset.seenAt});
        if (board.channels.last().seenAt == 0 && facts.view(PointerView::Cdn).problem)
            board.problem = facts.view(PointerView::Cdn).problem;
    }
    board.isWhole = std::ranges::all_of(board.channels,
        [&scout](const ChannelLine &line) { return isAsked(scout.channels().at(line.channel.name), line.verdict); });
    if (board.seenAt != 0)
        board.problem.reset();
    std::ranges::stable_sort(
        board.channels, std::greater{}, [](const ChannelLine &line) { return line.verdict.severity; });
    board.underWay = underWay(scout);
    return board;
}

Headline headlineOf(const ChannelBoard &board)
{
    const auto total = board.channels.size();
    const auto troubled = board.count(Severity::Trouble);
    const auto unknown = board.count(Severity::Unknown);
    const auto moved = std::ranges::count_if(
        board.channels, [](const ChannelLine &line) { return line.verdict.kind == ChannelVerdictKind::Moved; });
    Headline headline;
    QStringList rest;
    if (moved > 0)
        rest << u"%1 moved as usual"_s.arg(moved);
    for (const auto &line : board.channels) {
        if (line.verdict.severity == Severity::Busy)
            rest << u"%1: %2"_s.arg(
                line.channel.name, QString(line.verdict.brief).replace(0, 1, line.verdict.brief.first(1).toLower()));
    }
    if (unknown > 0 && unknown < total)
        rest << (unknown == 1 ? u"1 is unknown"_s : u"%1 are unknown"_s.arg(unknown));
    headline.rest = rest.isEmpty() ? QString() : rest.join(u"; "_s) + u'.';
    if (board.seenAt == 0) {
        headline.what = board.problem ? u"Nothing is known of the channels:"_s : u"Asking where the channels are …"_s;
        headline.why = board.problem ? board.problem->sentence : QString();
    } else if (troubled > 0) {
        headline.severity = Severity::Trouble;
        const auto &worst = board.channels.first();
        headline.what = total == 1 ? u"The channel does not move:"_s
            : troubled == 1        ? u"1 of %1 channels does not move:"_s.arg(total)
                                   : u"%1 of %2 channels do not move:"_s.arg(troubled).arg(total);
        headline.why = u"%1: %2"_s.arg(worst.channel.name, worst.verdict.sentence);
    } else if (unknown == total) {
        headline.what = u"Why the channels stand where they do is not known."_s;
        headline.why = board.channels.isEmpty() ? QString() : board.channels.first().verdict.sentence;
    } else if (moved == total) {
        headline.severity = Severity::Good;
        headline.what = u"All %1 channels move as usual."_s.arg(total);
        headline.rest.clear();
    } else {
        headline.severity = Severity::Busy;
        headline.what = u"No channel is blocked."_s;
    }
    return headline;
}

} // namespace narscope::watch
