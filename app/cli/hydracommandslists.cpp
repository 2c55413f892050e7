// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "cli/hydracommands.h"

#include <QCommandLineParser>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

Task<int> runServers(Context &context, const QCommandLineParser &, QStringList)
{
    QJsonArray list;
    TextTable table({u"ID"_s, u"KIND"_s, u"ADDRESS"_s});
    for (const auto &server : context.servers) {
        const auto url = server.url.toString(QUrl::FullyEncoded);
        list.append(QJsonObject{
            {u"id"_s, server.id}, {u"kind"_s, net::word(server.kind)}, {u"name"_s, server.name}, {u"url"_s, url}});
        table.add({server.id, net::word(server.kind), url});
    }
    if (context.json)
        printJson(QJsonObject{{u"servers"_s, list}});
    else
        table.print();
    co_return Fine;
}

Task<int> runProjects(Context &context, const QCommandLineParser &, QStringList)
{
    auto client = hydraClient(context);
    if (!client)
        co_return fail(client.error());
    auto asking = client->projects(byPerson());
    const auto projects = co_await std::move(asking);
    if (!projects)
        co_return fail(projects.error());
    if (context.json) {
        printJson(QJsonObject{{u"projects"_s, toJsonArray(*projects)}});
        co_return Fine;
    }
    TextTable table({u"PROJECT"_s, u">JOBSETS"_s, u"STATE"_s, u"DESCRIPTION"_s});
    for (const auto &project : *projects)
        table.add({project.name, QString::number(project.jobsets.size()),
            !project.enabled     ? u"disabled"_s
                : project.hidden ? u"hidden"_s
                                 : u"enabled"_s,
            project.description});
    table.print();
    co_return Fine;
}

QString stateOf(const hydra::JobsetOverview &jobset, const Clock &clock)
{
    if (!jobset.fetchError.isEmpty())
        return u"fetching failed: "_s + jobset.fetchError;
    if (jobset.times.evaluating)
        return u"evaluating for "_s + ago(jobset.times.evaluating, clock);
    if (const auto pending = jobset.times.pendingSince())
        return u"evaluation pending for "_s + ago(pending, clock);
    return jobset.hasErrors ? u"evaluation errors"_s : QString();
}

bool isBroken(const hydra::JobsetOverview &jobset)
{
    return jobset.hasErrors || !jobset.fetchError.isEmpty();
}

Task<int> runJobsets(Context &context, const QCommandLineParser &, QStringList arguments)
{
    const auto project = projectNamed(arguments);
    auto client = hydraClient(context);
    if (!project || !client)
        co_return fail(!project ? project.error() : client.error());
    auto asking = client->jobsetOverviews(*project, byPerson());
    auto jobsets = co_await std::move(asking);
    if (!jobsets)
        co_return fail(jobsets.error());
    std::ranges::sort(*jobsets, {}, &hydra::JobsetOverview::name);
    const auto code = std::ranges::any_of(*jobsets, isBroken) ? Failing : Fine;
    if (context.json) {
        printJson(QJsonObject{{u"jobsets"_s, toJsonArray(*jobsets)}});
        co_return code;
    }
    TextTable table({u"JOBSET"_s, u">SUCCEEDED"_s, u">FAILED"_s, u">QUEUED"_s, u">CHECKED"_s, u"STATE"_s});
    for (const auto &jobset : *jobsets)
        table.add({jobset.name.jobset, formatCount(jobset.succeeded), formatCount(jobset.failed),
            formatCount(jobset.scheduled), ago(jobset.times.lastChecked, context.clock),
            stateOf(jobset, context.clock)});
    table.print();
    co_return code;
}

QString changesOf(const hydra::EvalSummary &eval)
{
    QStringList changes;
    for (const auto &change : eval.changes)
        changes.append(change.name + u" → "_s + change.shown);
    return eval.hasErrors ? changes.join(u", "_s) + u" (evaluation errors)"_s : changes.join(u", "_s);
}

void declareEvals(QCommandLineParser &parser)
{
    parser.addOption({u"page"_s, u"Older evaluations: 20 a page."_s, u"number"_s, u"1"_s});
}

Task<int> runEvals(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto jobset = jobsetNamed(arguments);
    auto client = hydraClient(context);
    if (!jobset || !client)
        co_return fail(!jobset ? jobset.error() : client.error());
    bool isNumber = false;
    const auto page = parser.value(u"page"_s).toInt(&isNumber);
    if (!isNumber || page < 1)
        co_return fail(problemSaying(ProblemKind::Usage, u"--page takes a number from 1 on."_s).error());
    auto asking = client->evals(*jobset, page, byPerson());
    const auto evals = co_await std::move(asking);
    if (!evals)
        co_return fail(evals.error());
    const auto code = !evals->evals.isEmpty() && evals->evals.first().hasErrors ? Failing : Fine;
    if (context.json) {
        printJson(toJson(*evals));
        co_return code;
    }
    TextTable table(
        {u">EVALUATION"_s, u"TIME (UTC)"_s, u">SUCCEEDED"_s, u">FAILED"_s, u">QUEUED"_s, u"INPUT CHANGES"_s});
    for (const auto &eval : evals->evals)
        table.add({eval.id.text(), formatTime(eval.time, context.clock.nowSeconds()), formatCount(eval.succeeded),
            formatCount(eval.failed), formatCount(eval.scheduled), changesOf(eval)});
    table.print();
    co_return code;
}

} // namespace

Command serversCommand()
{
    return {
        .name = u"servers"_s, .arguments = {}, .summary = u"Lists the servers that are known."_s, .run = runServers};
}

Command projectsCommand()
{
    return {.name = u"projects"_s, .arguments = {}, .summary = u"Lists a Hydra's projects."_s, .run = runProjects};
}

Command jobsetsCommand()
{
    return {.name = u"jobsets"_s,
        .arguments = u"PROJECT"_s,
        .summary = u"Lists a project's jobsets with the counts of their latest evaluation."_s,
        .run = runJobsets};
}

Command evalsCommand()
{
    return {.name = u"evals"_s,
        .arguments = u"PROJECT/JOBSET"_s,
        .summary = u"Lists a jobset's evaluations, newest first."_s,
        .declare = declareEvals,
        .run = runEvals};
}

} // namespace narscope::cli
