// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/values.h"

using namespace Qt::StringLiterals;

namespace narscope::history {

BuildSight sightOf(const hydra::Build &build)
{
    return {.id = build.id,
        .job = build.job,
        .nixName = build.nixName,
        .system = build.system,
        .state = build.state(),
        .tellsRunning = false,
        .queuedAt = build.queuedAt,
        // An unfinished build's JSON may still have the times of the run before (hydra.md §6.1).
        .startedAt = build.finished ? build.startedAt : Epoch(),
        .stoppedAt = build.finished ? build.stoppedAt : Epoch(),
        .drvPath = build.drvPath,
        .outputs = build.outputs};
}

BuildSight sightOf(const hydra::BuildDetails &details)
{
    const bool isFinished = hydra::isFinished(details.state);
    return {.id = details.id,
        .job = details.job,
        .nixName = details.nixName,
        .system = details.system,
        .state = details.state,
        .tellsRunning = true,
        .queuedAt = details.queuedAt.value_or(0),
        .startedAt = details.startedAt,
        .stoppedAt = isFinished ? details.finishedAt : Epoch(),
        .drvPath = details.drvPath,
        .outputs = details.outputs};
}

BuildSight sightOf(const hydra::BuildRow &row, const JobsetName &jobset)
{
    return {.id = row.id,
        .job = {row.jobset.value_or(jobset), row.job},
        .nixName = row.nixName,
        .system = row.system,
        .state = row.state,
        .tellsRunning = false,
        .queuedAt = 0,
        .startedAt = {},
        .stoppedAt = hydra::isFinished(row.state) ? row.finished : Epoch(),
        .drvPath = {},
        .outputs = {}};
}

QString EvalPast::revision() const
{
    hydra::EvalHeader header;
    header.inputs = inputs;
    if (auto known = header.nixpkgsRevision(); !known.isEmpty())
        return known;
    QString only;
    for (const auto &change : summary.changes) {
        if (change.name == "nixpkgs"_L1)
            return change.revision;
        only = summary.changes.size() == 1 ? change.revision : QString();
    }
    return only;
}

QList<StepPast> stepsOf(const hydra::BuildDetails &details)
{
    QList<StepPast> steps;
    for (const auto &row : details.steps) {
        StepPast step{.build = details.id, .number = row.number, .machine = row.machine};
        step.drvName = row.paths.isEmpty() ? QString() : row.paths.front().section(u'/', -1);
        step.state = row.state;
        step.durationSeconds = row.durationSeconds;
        step.propagatedFrom = row.propagatedFrom;
        steps << step;
    }
    return steps;
}

StepPast stepOf(const hydra::RunningStep &running)
{
    StepPast step{.build = running.build, .number = running.step.value_or(StepNr()), .machine = running.machine};
    step.drvName = running.drvName;
    step.state = running.state;
    step.stoppedAt = running.finished;
    step.durationSeconds = running.seconds;
    return step;
}

QString subjectKey(const Subject &subject)
{
    const auto on
        = [&subject](const QString &rest) { return subject.kindWord() + u':' + subject.server + u':' + rest; };
    switch (subject.kind) {
    case SubjectKind::Server:
        return u"server:"_s + subject.server;
    case SubjectKind::Project:
        return on(subject.jobset.project);
    case SubjectKind::Jobset:
        return on(subject.jobset.text());
    case SubjectKind::Job:
        return on(subject.jobset.text() + u':' + subject.name);
    case SubjectKind::Evaluation:
    case SubjectKind::Build:
        return on(QString::number(subject.number));
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
        return u"path:"_s + subject.name;
    case SubjectKind::PullRequest:
        return u"pr:%1#%2"_s.arg(subject.name).arg(subject.number);
    case SubjectKind::Commit:
        return u"commit:"_s + subject.name;
    case SubjectKind::Channel:
        return u"channel:"_s + subject.name;
    case SubjectKind::Builder:
        return on(subject.name);
    }
    return {};
}

} // namespace narscope::history
