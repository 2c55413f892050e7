// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/tracesummary.h"

#include "base/format.h"
#include "ui/trace/pictureof.h"
#include "ui/widgets/pathrow.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype longestText = 400; ///< read from the settings

QString say(const char *words)
{
    return QCoreApplication::translate("Trace", words);
}

const trace::Track *firstTrack(const trace::Trace &trace)
{
    const auto found
        = std::ranges::find_if(trace.tracks, [](const trace::Track &track) { return track.pullRequest > 0; });
    return found != trace.tracks.end() ? &*found : trace.tracks.isEmpty() ? nullptr : &trace.tracks.front();
}

bool needsSomebody(trace::ExcuseKind kind)
{
    using enum trace::ExcuseKind;
    static constexpr std::array kinds{MergeConflict, ChecksFailed, Closed, EvaluationFailed, JobMissing, BuildFailed,
        DependencyFailed, BadInCache, GateFailed};
    return std::ranges::find(kinds, kind) != kinds.end();
}

/// Those of stops that were looked at; of a channel only the last: the ones before it say the same.
QList<const trace::Excuse *> tellingExcuses(const trace::Trace &trace)
{
    QList<const trace::Excuse *> excuses;
    QHash<QString, qsizetype> ofChannel;
    for (const auto &excuse : trace.excuses) {
        const auto *stop = trace.stop(excuse.stop);
        if (!stop || stop->state == trace::StopState::NotTried || stop->state == trace::StopState::NotNeeded
            || stop->kind == trace::StopKind::Image)
            continue;
        if (stop->lane != trace::Lane::Channel) {
            excuses << &excuse;
            continue;
        }
        const auto key = stop->track + u'|' + stop->name;
        if (const auto known = ofChannel.constFind(key); known != ofChannel.cend())
            excuses[*known] = &excuse;
        else {
            ofChannel.insert(key, excuses.size());
            excuses << &excuse;
        }
    }
    return excuses;
}

/// Nothing before it is missing.
bool isNext(const trace::Trace &trace, const trace::Stop &stop)
{
    const auto hops = trace.into(stop.id);
    return hops.isEmpty() || std::ranges::any_of(hops, [&](const trace::Hop &hop) {
        const auto *from = trace.stop(hop.from);
        return !from || from->state == trace::StopState::Reached || from->state == trace::StopState::Running;
    });
}

std::array<LaneState, 6> lanesOf(const trace::Trace &trace)
{
    std::array<LaneState, 6> lanes;
    for (const auto &stop : trace.stops) {
        if (stop.state == trace::StopState::NotTried || stop.state == trace::StopState::NotNeeded
            || stop.kind == trace::StopKind::Image)
            continue;
        auto &lane = lanes[size_t(stop.lane)];
        const bool begins = stop.state != trace::StopState::Waiting || lane.mark != Mark::None;
        if (begins)
            lane.mark = worseOf(lane.mark == Mark::None ? markOf(stop.state) : lane.mark, markOf(stop.state));
        lane.goesOn = lane.goesOn || stop.state == trace::StopState::Reached;
    }
    return lanes;
}

QString withoutStop(QString text)
{
    if (text.endsWith(u'.'))
        text.chop(1);
    return text;
}

QString wordsFor(const trace::Trace &trace, const QList<TraceNote> &notes, qint64 now)
{
    QStringList bad;
    for (const auto &note : notes) {
        if (note.mark == Mark::Failed && bad.size() < 2)
            bad << note.text;
    }
    if (!bad.isEmpty())
        return bad.join(u". "_s) + u'.';
    const auto headline = trace::headline(trace, now);
    if (notes.isEmpty() || trace.stops.isEmpty() || withoutStop(headline) == notes.front().text)
        return headline;
    return withoutStop(headline) + u". "_s + notes.front().text + u'.';
}

QJsonObject subjectJson(const Subject &subject)
{
    return {{u"kind"_s, int(subject.kind)}, {u"server"_s, subject.server}, {u"project"_s, subject.jobset.project},
        {u"jobset"_s, subject.jobset.jobset}, {u"name"_s, subject.name}, {u"number"_s, double(subject.number)}};
}

std::optional<Subject> subjectFrom(const QJsonObject &json)
{
    const int kind = json.value("kind"_L1).toInt(-1);
    if (kind < 0 || kind > int(SubjectKind::Builder))
        return {};
    const auto text = [&json](QLatin1StringView key) { return json.value(key).toString().left(longestText); };
    return Subject{SubjectKind(kind), text("server"_L1), {text("project"_L1), text("jobset"_L1)}, text("name"_L1),
        qint64(json.value("number"_L1).toDouble())};
}

/// One note for an attribute that fails for the same reason on several systems.
TraceNote buildNote(const trace::Trace &trace, const trace::Excuse &excuse, const trace::Stop &stop, qint64 now)
{
    QStringList systems;
    for (const auto &other : trace.excuses) {
        const auto *of = trace.stop(other.stop);
        if (of && of->lane == stop.lane && of->kind == stop.kind && of->attr == stop.attr && of->track == stop.track
            && phraseOf(other, now) == phraseOf(excuse, now))
            systems << of->system;
    }
    if (systems.size() < 2)
        return {.text = withoutStop(trace::sentence(excuse, now)), .stop = stop.id};
    const auto where = systems.size() == 2 ? systems.join(say(" and ")) : say("%1 systems").arg(systems.size());
    return {.text = say("%1 on %2 %3").arg(stop.attr, where, phraseOf(excuse, now)), .stop = stop.id};
}

TraceNote noteOf(const trace::Trace &trace, const trace::Excuse &excuse, const trace::Stop &stop, qint64 now)
{
    if (stop.lane == trace::Lane::Build && !stop.attr.isEmpty() && !stop.system.isEmpty())
        return buildNote(trace, excuse, stop, now);
    return {.text = withoutStop(trace::sentence(excuse, now)), .stop = stop.id};
}

} // namespace

QList<TraceNote> notesOf(const trace::Trace &trace, qint64 now)
{
    QList<TraceNote> notes;
    for (const auto &finding : trace.findings)
        notes << TraceNote{Mark::Failed, withoutStop(finding.sentence), finding.stop};
    QList<TraceNote> failed;
    QList<TraceNote> waiting;
    for (const auto *excuse : tellingExcuses(trace)) {
        const auto *stop = trace.stop(excuse->stop);
        const bool isBad = stop->state == trace::StopState::Failed || needsSomebody(excuse->kind);
        const bool isSaid = std::ranges::contains(trace.findings, stop->id, &trace::Finding::stop);
        if (isSaid || (!isBad && !isNext(trace, *stop)))
            continue;
        auto note = noteOf(trace, *excuse, *stop, now);
        note.mark = isBad ? Mark::Failed : markOf(stop->state);
        const auto same = [&note](const TraceNote &other) { return other.text == note.text; };
        if (std::ranges::none_of(failed, same) && std::ranges::none_of(waiting, same))
            (isBad ? failed : waiting) << note;
    }
    return notes + failed + waiting;
}

QString idOf(const trace::Trace &trace)
{
    if (trace.direction == trace::Direction::Forward) {
        if (const auto *track = firstTrack(trace); track && track->pullRequest > 0)
            return u'#' + QString::number(track->pullRequest);
    }
    if (trace.asked.startsWith("/nix/store/"_L1))
        return shortPathName(trace.asked.left(longestText));
    const auto text = trace.start.text();
    return text.isEmpty() || !trace.asked.isEmpty() ? trace.asked.left(80) : text;
}

QString titleOf(const trace::Trace &trace)
{
    const auto *track = firstTrack(trace);
    if (!track)
        return {};
    if (trace.direction == trace::Direction::Forward)
        return track->title;
    return track->pullRequest > 0 ? u'#' + QString::number(track->pullRequest) : QString();
}

QString stateOf(const trace::Trace &trace, qint64 now)
{
    const auto *track = firstTrack(trace);
    if (!track)
        return trace.isRunning ? say("looking …") : QString();
    const auto ago = [now](qint64 at) { return formatAge(std::chrono::seconds(std::max<qint64>(0, now - at))); };
    if (track->mergedAt)
        return say("merged %1 ago into %2").arg(ago(*track->mergedAt), track->base);
    if (track->openedAt)
        return say("opened %1 ago, for %2").arg(ago(*track->openedAt), track->base);
    return track->base.isEmpty() ? QString() : say("for %1").arg(track->base);
}

TraceSummary summaryOf(const trace::Trace &trace, qint64 now)
{
    const auto notes = notesOf(trace, now);
    const auto *track = firstTrack(trace);
    TraceSummary summary{.asked = trace.asked,
        .subject = {},
        .id = idOf(trace),
        .title = titleOf(trace),
        .base = track ? track->base : QString(),
        .lanes = lanesOf(trace)};
    if (trace.asked.isEmpty())
        summary.subject = trace.start;
    const bool isBad = std::ranges::any_of(notes, [](const TraceNote &note) { return note.mark == Mark::Failed; });
    const bool anyServed = std::ranges::any_of(trace.stops, [](const trace::Stop &stop) {
        return stop.kind == trace::StopKind::Served && stop.state == trace::StopState::Reached;
    });
    const bool arrived = trace.direction == trace::Direction::Backward ? !trace.isOpen() && !trace.stops.isEmpty()
                                                                       : anyServed && notes.isEmpty();
    summary.group = isBad ? TraceGroup::NeedsYou : arrived ? TraceGroup::Arrived : TraceGroup::OnTheWay;
    summary.words = wordsFor(trace, notes, now);
    summary.began = track && track->mergedAt ? *track->mergedAt
        : track && track->openedAt           ? *track->openedAt
                                             : trace.startedAt;
    summary.seenAt = now;
    return summary;
}

QJsonObject toJson(const TraceSummary &summary)
{
    QJsonArray lanes;
    for (const auto &lane : summary.lanes)
        lanes << QJsonArray{int(lane.mark), lane.goesOn};
    QJsonObject json{{u"asked"_s, summary.asked}, {u"id"_s, summary.id}, {u"title"_s, summary.title},
        {u"base"_s, summary.base}, {u"lanes"_s, lanes}, {u"group"_s, int(summary.group)}, {u"words"_s, summary.words},
        {u"began"_s, double(summary.began)}, {u"seenAt"_s, double(summary.seenAt)}};
    if (summary.subject)
        json.insert("subject"_L1, subjectJson(*summary.subject));
    return json;
}

std::optional<TraceSummary> summaryFrom(const QJsonObject &json)
{
    const auto text = [&json](QLatin1StringView key) { return json.value(key).toString().left(longestText); };
    TraceSummary summary{.asked = text("asked"_L1),
        .subject = subjectFrom(json.value("subject"_L1).toObject()),
        .id = text("id"_L1),
        .title = text("title"_L1),
        .base = text("base"_L1)};
    if (summary.asked.isEmpty() && !summary.subject)
        return {};
    const auto lanes = json.value("lanes"_L1).toArray();
    for (size_t i = 0; i < summary.lanes.size(); ++i) {
        const auto lane = lanes.at(qsizetype(i)).toArray();
        const int mark = lane.at(0).toInt();
        summary.lanes[i]
            = {mark >= 0 && mark <= int(Mark::NotAvailable) ? Mark(mark) : Mark::Unknown, lane.at(1).toBool()};
    }
    summary.group = TraceGroup(std::clamp(json.value("group"_L1).toInt(1), 0, int(TraceGroup::Offered)));
    summary.words = text("words"_L1);
    summary.began = qint64(json.value("began"_L1).toDouble());
    summary.seenAt = qint64(json.value("seenAt"_L1).toDouble());
    return summary;
}

} // namespace narscope::ui
