// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/historyjson.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

QJsonValue timeOf(history::Epoch time)
{
    return time ? QJsonValue(*time) : QJsonValue();
}

QJsonValue textOf(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

QString jobText(const JobName &job)
{
    return job.job.isEmpty() ? QString() : job.jobset.text() + u':' + job.job;
}

QJsonObject toJson(const history::BuildSpell &spell)
{
    return {{u"state"_s, hydra::key(spell.state)}, {u"started"_s, timeOf(spell.startedAt)},
        {u"stopped"_s, timeOf(spell.stoppedAt)}, {u"drv"_s, textOf(spell.drvPath)}, {u"seenFrom"_s, spell.seenFrom},
        {u"seenUntil"_s, spell.seenUntil}};
}

} // namespace

QJsonObject toJson(const history::BuildPast &build)
{
    QJsonArray spells;
    for (const auto &spell : build.spells)
        spells.append(toJson(spell));
    QJsonObject outputs;
    for (const auto &output : build.outputs)
        outputs[output.name] = output.path;
    return {{u"server"_s, build.server}, {u"id"_s, build.id.value}, {u"job"_s, textOf(jobText(build.job))},
        {u"name"_s, textOf(build.nixName)}, {u"system"_s, textOf(build.system)},
        {u"queued"_s, build.queuedAt > 0 ? QJsonValue(build.queuedAt) : QJsonValue()}, {u"outputs"_s, outputs},
        {u"seen"_s, spells}};
}

QJsonObject toJson(const history::EvalPast &eval)
{
    QJsonArray inputs;
    for (const auto &input : eval.inputs)
        inputs.append(QJsonObject{{u"name"_s, input.name}, {u"type"_s, input.type}, {u"value"_s, textOf(input.value)},
            {u"uri"_s, textOf(input.uri)}, {u"revision"_s, textOf(input.revision)}});
    return {{u"server"_s, eval.server}, {u"id"_s, eval.summary.id.value}, {u"jobset"_s, eval.jobset.text()},
        {u"time"_s, eval.summary.time}, {u"revision"_s, textOf(eval.revision())},
        {u"succeeded"_s, eval.summary.succeeded}, {u"failed"_s, eval.summary.failed},
        {u"scheduled"_s, eval.summary.scheduled}, {u"inputs"_s, inputs}, {u"seenFrom"_s, eval.seenFrom},
        {u"seenUntil"_s, eval.seenUntil}};
}

QJsonObject toJson(const history::StepPast &step)
{
    return {{u"build"_s, step.build.value}, {u"number"_s, step.number.value}, {u"machine"_s, textOf(step.machine)},
        {u"drv"_s, textOf(step.drvName)}, {u"state"_s, hydra::key(step.state)}, {u"started"_s, timeOf(step.startedAt)},
        {u"stopped"_s, timeOf(step.stoppedAt)}, {u"seconds"_s, timeOf(step.durationSeconds)},
        {u"seenFrom"_s, step.seenFrom}, {u"seenUntil"_s, step.seenUntil}};
}

QJsonObject toJson(const history::ChannelSpell &spell)
{
    return {{u"channel"_s, spell.channel}, {u"view"_s, spell.view}, {u"revision"_s, spell.revision},
        {u"release"_s, textOf(spell.release)}, {u"moved"_s, timeOf(spell.movedAt)}, {u"seenFrom"_s, spell.seenFrom},
        {u"seenUntil"_s, spell.seenUntil}};
}

QJsonObject toJson(const history::Verification &verification)
{
    return {{u"path"_s, verification.path}, {u"time"_s, verification.time}, {u"verdict"_s, verification.verdict},
        {u"report"_s, QJsonDocument::fromJson(verification.report).object()}};
}

QJsonObject toJson(const history::Fact &fact)
{
    return {{u"subject"_s, fact.subject}, {u"claim"_s, fact.claim}, {u"object"_s, fact.object},
        {u"source"_s, textOf(fact.source)}, {u"time"_s, fact.time},
        {u"digest"_s, textOf(QString::fromLatin1(fact.digest.toHex()))}};
}

QJsonObject toJson(const history::Event &event)
{
    return {{u"time"_s, event.time}, {u"kind"_s, event.subject.kindWord()}, {u"subject"_s, event.subject.text()},
        {u"before"_s, textOf(event.before)}, {u"after"_s, textOf(event.after)}};
}

QJsonObject toJson(const history::LogOpened &log)
{
    return {{u"time"_s, log.time}, {u"server"_s, textOf(log.server)},
        {u"build"_s, log.build.value > 0 ? QJsonValue(log.build.value) : QJsonValue()}, {u"log"_s, textOf(log.drv)},
        {u"title"_s, log.title}, {u"source"_s, textOf(log.source)}, {u"state"_s, hydra::key(log.state)}};
}

QJsonObject toJson(const history::HistorySize &size)
{
    QJsonArray kinds;
    for (const auto &kind : size.kinds)
        kinds.append(QJsonObject{{u"kind"_s, kind.kind}, {u"rows"_s, kind.rows},
            {u"bytes"_s, kind.bytes >= 0 ? QJsonValue(kind.bytes) : QJsonValue()}, {u"oldest"_s, timeOf(kind.oldest)}});
    return {{u"file"_s, size.file}, {u"bytes"_s, size.bytes}, {u"kinds"_s, kinds}};
}

QJsonObject toJson(const history::Moment &moment)
{
    QJsonArray channels;
    for (const auto &spell : moment.channels)
        channels.append(toJson(spell));
    QJsonArray evals;
    for (const auto &eval : moment.evals)
        evals.append(toJson(eval));
    QJsonArray values;
    for (const auto &value : moment.values)
        values.append(QJsonObject{{u"series"_s, value.series}, {u"time"_s, value.time}, {u"value"_s, value.value}});
    return {{u"time"_s, moment.time}, {u"channels"_s, channels}, {u"evaluations"_s, evals}, {u"values"_s, values}};
}

} // namespace narscope::cli
