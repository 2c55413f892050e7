// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/traceoutput.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

using namespace trace;

template <typename T> QJsonValue orNull(const std::optional<T> &value)
{
    return value ? QJsonValue(qint64(*value)) : QJsonValue();
}

QJsonValue orNull(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

template <typename List, typename Make> QJsonArray array(const List &list, Make make)
{
    QJsonArray result;
    for (const auto &one : list)
        result.append(make(one));
    return result;
}

QJsonArray texts(const QList<QByteArray> &list)
{
    return array(list, [](const QByteArray &text) { return QJsonValue(QString::fromLatin1(text)); });
}

QJsonObject jsonOf(const Track &track)
{
    return {{u"id"_s, track.id}, {u"kind"_s, word(track.kind)}, {u"parent"_s, orNull(track.parent)},
        {u"pullRequest"_s, track.pullRequest == 0 ? QJsonValue() : QJsonValue(track.pullRequest)},
        {u"repository"_s, track.repository}, {u"title"_s, track.title}, {u"author"_s, orNull(track.author)},
        {u"base"_s, orNull(track.base)}, {u"mergeCommit"_s, orNull(track.mergeCommit)},
        {u"openedAt"_s, orNull(track.openedAt)}, {u"mergedAt"_s, orNull(track.mergedAt)},
        {u"attributes"_s, QJsonArray::fromStringList(track.attrs)}, {u"attributesGrade"_s, word(track.attrsGrade)},
        {u"attributesSource"_s, orNull(track.attrsSource)}};
}

QJsonObject jsonOf(const Stop &stop)
{
    return {{u"id"_s, stop.id}, {u"track"_s, stop.track}, {u"lane"_s, word(stop.lane)}, {u"kind"_s, word(stop.kind)},
        {u"state"_s, word(stop.state)}, {u"name"_s, orNull(stop.name)}, {u"attribute"_s, orNull(stop.attr)},
        {u"system"_s, orNull(stop.system)}, {u"output"_s, orNull(stop.output)}, {u"text"_s, orNull(stop.text)},
        {u"subject"_s, stop.subject ? orNull(stop.subject->text()) : QJsonValue()}, {u"at"_s, orNull(stop.at)},
        {u"seconds"_s, orNull(stop.seconds)}};
}

QJsonObject jsonOf(const Field &field)
{
    return {{u"name"_s, field.name}, {u"value"_s, field.value}};
}

QJsonArray jsonOf(const QList<Field> &fields)
{
    return array(fields, [](const Field &field) { return jsonOf(field); });
}

QJsonObject jsonOf(const Hop &hop)
{
    return {{u"id"_s, hop.id}, {u"from"_s, orNull(hop.from)}, {u"to"_s, hop.to}, {u"claim"_s, word(hop.claim)},
        {u"subject"_s, orNull(hop.subject)}, {u"object"_s, orNull(hop.object)},
        {u"grade"_s, hop.grade ? QJsonValue(word(*hop.grade)) : QJsonValue()}, {u"sentence"_s, orNull(hop.sentence)},
        {u"caveat"_s, orNull(hop.caveat)}, {u"covered"_s, jsonOf(hop.covered)}, {u"claimed"_s, jsonOf(hop.claimed)},
        {u"answers"_s, texts(hop.answers)}, {u"source"_s, orNull(hop.source.toString())},
        {u"at"_s, hop.at == 0 ? QJsonValue() : QJsonValue(hop.at)}, {u"stronger"_s, orNull(hop.stronger)},
        {u"command"_s, orNull(hop.command)}};
}

QJsonValue jsonOf(const std::optional<Band> &band)
{
    if (!band)
        return {};
    return QJsonObject{{u"from"_s, band->from}, {u"to"_s, band->to}, {u"fromHistory"_s, band->fromHistory}};
}

QJsonObject jsonOf(const Blocker &blocker)
{
    return {{u"name"_s, blocker.name}, {u"cause"_s, orNull(blocker.cause)},
        {u"subject"_s, blocker.subject ? orNull(blocker.subject->text()) : QJsonValue()}};
}

QJsonObject jsonOf(const Excuse &excuse, qint64 now)
{
    return {{u"stop"_s, excuse.stop}, {u"kind"_s, word(excuse.kind)}, {u"what"_s, excuse.what},
        {u"sentence"_s, sentence(excuse, now)}, {u"waitsFor"_s, orNull(excuse.waitsFor)},
        {u"since"_s, orNull(excuse.since)}, {u"likely"_s, jsonOf(excuse.likely)},
        {u"blockers"_s, array(excuse.blockers, [](const Blocker &blocker) { return jsonOf(blocker); })},
        {u"blocking"_s, excuse.blocking}, {u"remaining"_s, excuse.remaining}, {u"advice"_s, orNull(excuse.advice)}};
}

QJsonObject jsonOf(const Finding &finding)
{
    return {{u"id"_s, finding.id}, {u"kind"_s, word(finding.kind)}, {u"stop"_s, finding.stop},
        {u"sentence"_s, finding.sentence}, {u"advice"_s, orNull(finding.advice)},
        {u"answers"_s, texts(finding.answers)}};
}

QJsonObject jsonOf(const Answer &answer)
{
    return {{u"sha256"_s, QString::fromLatin1(answer.sha256)}, {u"url"_s, answer.url.toString()}, {u"at"_s, answer.at},
        {u"status"_s, answer.status}, {u"size"_s, answer.size},
        {u"contentType"_s, orNull(QString::fromLatin1(answer.contentType))},
        {u"location"_s, orNull(QString::fromLatin1(answer.location))}};
}

QJsonObject jsonOf(const Spent &spent)
{
    return {{u"host"_s, spent.host}, {u"requests"_s, spent.requests}, {u"lastRound"_s, spent.lastRound}};
}

QJsonObject jsonOf(const Problem &problem)
{
    return {{u"kind"_s, word(problem.kind)}, {u"sentence"_s, problem.sentence}, {u"where"_s, orNull(problem.where)},
        {u"advice"_s, orNull(problem.advice)}};
}

const auto each = [](const auto &one) { return jsonOf(one); };

} // namespace

QJsonObject toJson(const trace::Trace &trace, qint64 now)
{
    return {{u"asked"_s, trace.asked}, {u"direction"_s, word(trace.direction)}, {u"headline"_s, headline(trace, now)},
        {u"isOpen"_s, trace.isOpen()}, {u"at"_s, trace.changedAt}, {u"tracks"_s, array(trace.tracks, each)},
        {u"stops"_s, array(trace.stops, each)}, {u"hops"_s, array(trace.hops, each)},
        {u"excuses"_s, array(trace.excuses, [now](const Excuse &excuse) { return jsonOf(excuse, now); })},
        {u"findings"_s, array(trace.findings, each)}, {u"answers"_s, array(trace.answers, each)},
        {u"requests"_s, array(trace.spent, each)}, {u"problems"_s, array(trace.problems, each)}};
}

} // namespace narscope::cli
