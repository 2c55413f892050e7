// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pulljson.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

QJsonValue time(qint64 seconds)
{
    return seconds > 0 ? QJsonValue(seconds) : QJsonValue();
}

QJsonValue text(const QString &some)
{
    return some.isEmpty() ? QJsonValue() : QJsonValue(some);
}

QJsonArray texts(const QStringList &list)
{
    return QJsonArray::fromStringList(list);
}

template <typename T, typename Make> QJsonArray array(const QList<T> &list, Make make)
{
    QJsonArray made;
    for (const auto &one : list)
        made.append(make(one));
    return made;
}

QString word(github::PullState state)
{
    return state == github::PullState::Open  ? u"open"_s
        : state == github::PullState::Merged ? u"merged"_s
                                             : u"closed"_s;
}

QString word(github::MergeState state)
{
    using enum github::MergeState;
    switch (state) {
    case Clean:
        return u"clean"_s;
    case Unstable:
        return u"unstable"_s;
    case Blocked:
        return u"blocked"_s;
    case Behind:
        return u"behind"_s;
    case Conflict:
        return u"conflict"_s;
    case Draft:
        return u"draft"_s;
    case HasHooks:
        return u"has-hooks"_s;
    case Unknown:
        break;
    }
    return u"unknown"_s;
}

QString word(github::ReviewState state)
{
    using enum github::ReviewState;
    switch (state) {
    case Approved:
        return u"approved"_s;
    case ChangesRequested:
        return u"changes-requested"_s;
    case Commented:
        return u"commented"_s;
    case Dismissed:
        return u"dismissed"_s;
    case Pending:
        return u"pending"_s;
    case Unknown:
        break;
    }
    return u"unknown"_s;
}

QString word(github::Signature::Kind kind)
{
    using enum github::Signature::Kind;
    return kind == OpenPgp ? u"openpgp"_s : kind == Ssh ? u"ssh"_s : kind == Smime ? u"smime"_s : u"none"_s;
}

QJsonValue toJson(const std::optional<github::Commit> &commit)
{
    if (!commit)
        return {};
    const auto &signature = commit->signature;
    return QJsonObject{{u"sha"_s, commit->sha}, {u"headline"_s, commit->headline()},
        {u"author"_s, text(commit->author)}, {u"committer"_s, text(commit->committer)},
        {u"time"_s, time(commit->committedAt)}, {u"parents"_s, texts(commit->parents)},
        {u"signature"_s,
            QJsonObject{{u"kind"_s, word(signature.kind)}, {u"verified"_s, signature.verified},
                {u"reason"_s, text(signature.reason)}, {u"key"_s, text(signature.keyId)},
                {u"byGitHub"_s, signature.byGitHub}}}};
}

QJsonObject toJson(const github::CheckRun &check)
{
    return {{u"name"_s, check.name}, {u"app"_s, check.app}, {u"verdict"_s, github::word(check.verdict)},
        {u"conclusion"_s, text(check.conclusion)}, {u"title"_s, text(check.title)},
        {u"startedAt"_s, time(check.startedAt)}, {u"completedAt"_s, time(check.completedAt)},
        {u"attempt"_s, text(check.externalId)}, {u"details"_s, text(check.details.toString())}};
}

QJsonObject toJson(const github::CommitStatus &status)
{
    return {{u"context"_s, status.context}, {u"verdict"_s, github::word(status.verdict)},
        {u"description"_s, text(status.description)}, {u"time"_s, time(status.createdAt)},
        {u"target"_s, text(status.target.toString())}};
}

QJsonObject toJson(const github::WorkflowRun &run)
{
    return {{u"id"_s, run.id.value}, {u"name"_s, run.name}, {u"path"_s, run.path}, {u"event"_s, run.event},
        {u"verdict"_s, github::word(run.verdict)}, {u"attempt"_s, run.attempt}, {u"createdAt"_s, time(run.createdAt)},
        {u"updatedAt"_s, time(run.updatedAt)}, {u"page"_s, text(run.page.toString())}};
}

QJsonObject toJson(const github::RunJob &job)
{
    return {{u"name"_s, job.name}, {u"verdict"_s, github::word(job.verdict)}, {u"startedAt"_s, time(job.startedAt)},
        {u"completedAt"_s, time(job.completedAt)}, {u"page"_s, text(job.page.toString())}};
}

QJsonObject toJson(const ofborg::Attempt &attempt)
{
    return {{u"id"_s, attempt.id}, {u"system"_s, attempt.system()}, {u"status"_s, ofborg::word(attempt.status())},
        {u"error"_s, attempt.result ? text(attempt.result->error) : QJsonValue()},
        {u"machine"_s, attempt.start ? text(attempt.start->machine) : QJsonValue()},
        {u"attempted"_s, texts(attempt.attempted())}, {u"skipped"_s, texts(attempt.skipped())},
        {u"log"_s, text(attempt.log.toString())}};
}

QJsonObject toJson(const github::Backport &backport)
{
    return {{u"number"_s, backport.number.value}, {u"title"_s, backport.title}, {u"branch"_s, backport.branch},
        {u"open"_s, backport.open}, {u"mergedAt"_s, time(backport.mergedAt)}};
}

QJsonValue rangeJson(const std::optional<github::RebuildRange> &range)
{
    if (!range)
        return {};
    return QJsonObject{{u"least"_s, range->least}, {u"most"_s, range->most ? QJsonValue(*range->most) : QJsonValue()},
        {u"stdenv"_s, range->stdenv}};
}

QJsonObject rebuildsJson(const watch::PullReport &report)
{
    QJsonObject json{{u"linuxByLabel"_s, rangeJson(report.onLinux)}, {u"darwinByLabel"_s, rangeJson(report.onDarwin)}};
    const auto &counts = report.counts;
    const auto count = [&counts](int github::EvaluationCounts::*member) {
        return counts ? QJsonValue((*counts).*member) : QJsonValue();
    };
    json.insert(u"linux"_s, count(&github::EvaluationCounts::rebuildLinux));
    json.insert(u"darwin"_s, count(&github::EvaluationCounts::rebuildDarwin));
    json.insert(u"added"_s, count(&github::EvaluationCounts::added));
    json.insert(u"changed"_s, count(&github::EvaluationCounts::changed));
    json.insert(u"removed"_s, count(&github::EvaluationCounts::removed));
    return json;
}

QJsonObject toJson(const github::AttributeChange &change)
{
    return {{u"added"_s, texts(change.added)}, {u"changed"_s, texts(change.changed)},
        {u"removed"_s, texts(change.removed)}};
}

QJsonValue toJson(const std::optional<github::EvaluationComparison> &comparison)
{
    if (!comparison)
        return {};
    QJsonObject platforms;
    for (auto it = comparison->byPlatform.begin(); it != comparison->byPlatform.end(); ++it)
        platforms.insert(it.key(), toJson(*it));
    QJsonObject rebuilds;
    for (auto it = comparison->rebuildsByPlatform.begin(); it != comparison->rebuildsByPlatform.end(); ++it)
        rebuilds.insert(it.key(), texts(*it));
    auto json = toJson(comparison->all);
    json.insert(u"byPlatform"_s, platforms);
    json.insert(u"rebuildsByPlatform"_s, rebuilds);
    return json;
}

QJsonObject toJson(const Problem &problem)
{
    return {{u"kind"_s, narscope::word(problem.kind)}, {u"sentence"_s, problem.sentence}, {u"where"_s, problem.where}};
}

QJsonValue toJson(const std::optional<github::QueueEntry> &entry)
{
    if (!entry)
        return {};
    return QJsonObject{{u"position"_s, entry->position}, {u"state"_s, entry->state},
        {u"enqueuedAt"_s, time(entry->enqueuedAt)},
        {u"estimatedSeconds"_s, entry->estimatedSeconds ? QJsonValue(*entry->estimatedSeconds) : QJsonValue()}};
}

} // namespace

QJsonObject toJson(const watch::PullReport &report)
{
    const auto &pull = report.pull;
    QStringList labels;
    for (const auto &label : pull.labels)
        labels << label.name;
    const auto asJson = [](const auto &one) { return toJson(one); };
    return {{u"number"_s, pull.number.value}, {u"title"_s, pull.title}, {u"author"_s, text(pull.author)},
        {u"state"_s, word(pull.state)}, {u"draft"_s, pull.draft}, {u"base"_s, pull.base}, {u"head"_s, pull.headSha},
        {u"mergeState"_s, word(pull.mergeState)}, {u"mergedAt"_s, time(pull.mergedAt)},
        {u"mergedBy"_s, text(pull.mergedBy)}, {u"createdAt"_s, time(pull.createdAt)},
        {u"mergeCommit"_s, text(pull.mergeCommit)}, {u"merge"_s, toJson(report.mergeCommit)},
        {u"queue"_s, toJson(pull.queue)}, {u"labels"_s, texts(labels)},
        {u"approvals"_s,
            QJsonObject{{u"onHead"_s, report.approvals.onHead}, {u"older"_s, report.approvals.older},
                {u"changesRequested"_s, report.approvals.changesRequested}}},
        {u"reviews"_s,
            array(report.opinions,
                [](const github::Review &review) {
                    return QJsonObject{{u"user"_s, text(review.user)}, {u"state"_s, word(review.state)},
                        {u"time"_s, time(review.submittedAt)}, {u"commit"_s, review.commit}};
                })},
        {u"required"_s, github::word(report.required)}, {u"statuses"_s, array(report.statuses, asJson)},
        {u"checks"_s, array(report.checks, asJson)},
        {u"groups"_s,
            array(report.groups,
                [](const watch::CheckGroup &group) {
                    return QJsonObject{{u"name"_s, group.name}, {u"verdict"_s, github::word(group.verdict)},
                        {u"total"_s, group.total}, {u"failed"_s, group.failed}, {u"waiting"_s, group.waiting}};
                })},
        {u"runs"_s, array(report.runs, asJson)}, {u"attempts"_s, array(report.attempts, asJson)},
        {u"olderAttempts"_s, report.olderAttempts}, {u"rebuilds"_s, rebuildsJson(report)},
        {u"comparison"_s, toJson(report.comparison)}, {u"backports"_s, array(report.backports, asJson)},
        {u"wantedBackports"_s, texts(report.wantedBackports)}, {u"missing"_s, texts(watch::whatIsMissing(report))},
        {u"problems"_s, array(report.problems, asJson)}};
}

QJsonObject toJson(const watch::WorkflowReport &report)
{
    const auto asJson = [](const auto &one) { return toJson(one); };
    return {{u"file"_s, report.workflow.file}, {u"what"_s, report.workflow.what},
        {u"everySeconds"_s, report.workflow.everySeconds}, {u"late"_s, report.isLate},
        {u"runs"_s, array(report.runs, asJson)}, {u"jobs"_s, array(report.jobs, asJson)},
        {u"problem"_s, report.problem ? QJsonValue(toJson(*report.problem)) : QJsonValue()}};
}

QJsonObject requestsJson(const github::Client &github, bool askedOfBorg)
{
    QJsonObject json{{u"github"_s, github.spent()}, {u"ofborg"_s, askedOfBorg ? 1 : 0}};
    if (const auto &quota = github.quota())
        json.insert(u"githubLeft"_s,
            QJsonObject{{u"remaining"_s, quota->remaining}, {u"limit"_s, quota->limit}, {u"reset"_s, quota->reset}});
    return json;
}

} // namespace narscope::cli
