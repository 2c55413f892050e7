// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/drawing.h"

#include "trace/picture.h"

#include <ranges>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

/// A part of an id: what is empty leaves no trace in it.
QString idPart(const QString &text)
{
    return text.isEmpty() ? QString() : u'/' + text;
}

Track trackOf(const KnownPull &pull, const QString &repository)
{
    Track track{.id = pull.id,
        .kind = pull.kind,
        .parent = pull.parent,
        .pullRequest = pull.number.value,
        .repository = repository,
        .attrs = pull.attrs,
        .attrsGrade = pull.attrsGrade,
        .attrsSource = pull.attrsSource};
    if (!pull.pull)
        return track;
    track.title = pull.pull->title;
    track.author = pull.pull->author;
    track.base = pull.pull->base;
    track.mergeCommit = pull.commitSha();
    track.openedAt = pull.pull->createdAt;
    if (pull.isMerged())
        track.mergedAt = pull.pull->mergedAt;
    return track;
}

void drawTrack(Trace &trace, const KnownPull &pull, const KnownForward &known, qint64 now)
{
    trace.tracks << trackOf(pull, known.repository);
    Drawing drawing(trace, pull.id, known.hydra, now);
    Places places;
    drawPull(drawing, pull, known, places);
    if (!pull.pull)
        return;
    drawBranches(drawing, pull, places);
    drawEvals(drawing, pull, places);
    drawBuilds(drawing, pull, places);
    drawChannels(drawing, pull, known, places);
}

} // namespace

StopId Drawing::add(Stop stop)
{
    stop.track = m_track;
    stop.id = m_track + u'/' + word(stop.kind) + idPart(stop.attr) + idPart(stop.name)
        + (stop.system == stop.name ? QString() : idPart(stop.system)) + idPart(stop.output);
    const auto id = stop.id;
    m_trace.stops.append(std::move(stop));
    return id;
}

void Drawing::add(Hop hop)
{
    hop.id = hop.from + u'>' + hop.to;
    m_trace.hops.append(std::move(hop));
}

void Drawing::finding(Finding finding)
{
    finding.id = word(finding.kind) + u'/' + finding.stop;
    if (std::ranges::none_of(m_trace.findings, [&](const Finding &known) { return known.id == finding.id; }))
        m_trace.findings.append(std::move(finding));
}

void Drawing::problem(const std::optional<Problem> &problem)
{
    if (problem && !m_trace.problems.contains(*problem))
        m_trace.problems.append(*problem);
}

Excuse tooDear(const StopId &stop, const QString &what)
{
    return {.stop = stop,
        .kind = ExcuseKind::NotAsked,
        .what = what,
        .waitsFor = u"it would take more requests than one round may make"_s,
        .advice = u"Refresh: the next round goes on from here."_s};
}

Excuse notFoundOut(const StopId &stop, const QString &what, const std::optional<Problem> &problem)
{
    return {.stop = stop,
        .kind = ExcuseKind::NotFoundOut,
        .what = what,
        .waitsFor = u"nothing was heard yet"_s,
        .advice = problem ? problem->advice : QString(),
        .problem = problem};
}

std::optional<Band> likelyEnd(const std::optional<UsualTime> &usual, qint64 began)
{
    if (!usual)
        return {};
    const auto from = usual->queuedAt > 0 ? usual->queuedAt : began;
    return Band{.from = from + usual->least, .to = from + usual->most, .fromHistory = true};
}

void picture(Trace &trace, const KnownForward &known, qint64 now)
{
    for (const auto &pull : known.pulls)
        drawTrack(trace, pull, known, now);
    std::ranges::stable_sort(trace.stops, {}, &Stop::lane);
}

} // namespace narscope::trace
