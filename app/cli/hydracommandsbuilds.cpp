// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "cli/hydracommands.h"
#include "hydra/plaintext.h"

#include <QCommandLineParser>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

constexpr std::array categories{hydra::EvalCategory::Aborted, hydra::EvalCategory::NowFail,
    hydra::EvalCategory::NowSucceed, hydra::EvalCategory::New, hydra::EvalCategory::Removed,
    hydra::EvalCategory::StillFail, hydra::EvalCategory::StillSucceed, hydra::EvalCategory::Unfinished};

/// «Name:  value» lines; empty values are left out.
void printFact(const QString &name, const QString &value)
{
    if (!value.isEmpty() && value != "-"_L1)
        print((name + u':').leftJustified(14) + u' ' + hydra::plainLine(value));
}

QString exactTime(hydra::Epoch time)
{
    return time ? formatExactTime(*time) : QString();
}

void declareEval(QCommandLineParser &parser)
{
    parser.addOptions({{u"filter"_s, u"Lists the jobs whose name contains this; % and _ are wildcards."_s, u"text"_s},
        {u"jobs"_s, u"Lists all jobs, at most 250 of each kind: hard work for the server when the jobset is large."_s},
        {u"compare"_s,
            u"Compares with this instead of the evaluation before: an evaluation's number, a jobset, or -SECONDS."_s,
            u"what"_s}});
}

void printHeader(const hydra::EvalHeader &eval)
{
    printFact(u"Evaluation"_s, eval.id.text());
    printFact(u"Jobset"_s, eval.jobset.text());
    printFact(u"Time"_s, exactTime(eval.time));
    printFact(u"Evaluated in"_s, seconds(eval.evalSeconds));
    printFact(u"Compared with"_s, eval.comparedWith ? eval.comparedWith->text() : QString());
    printFact(u"Flake"_s, eval.flake);
    printFact(u"Errors"_s, eval.hasErrors ? u"some jobs did not evaluate"_s : QString());
    for (const auto &input : eval.inputs)
        printFact(
            u"Input "_s + input.name, input.revision.isEmpty() ? input.value : input.value + u' ' + input.revision);
    for (const auto &change : eval.changes)
        printFact(u"Change "_s + change.name, change.text);
}

QJsonObject categoriesOf(const hydra::EvalJobs &jobs)
{
    QJsonObject all;
    for (const auto category : categories) {
        QJsonArray rows;
        for (const auto &row : jobs.rows) {
            if (row.category == category)
                rows.append(toJson(row));
        }
        all.insert(hydra::key(category),
            QJsonObject{{u"count"_s, jobs.header.count(category)},
                {u"omitted"_s, jobs.omitted[static_cast<int>(category)]}, {u"jobs"_s, rows}});
    }
    return all;
}

void printJobs(const hydra::EvalJobs &jobs)
{
    TextTable table({u"KIND"_s, u"STATE"_s, u">BUILD"_s, u"JOB"_s});
    for (const auto &row : jobs.rows) {
        const bool isGone = row.category == hydra::EvalCategory::Removed;
        table.add({hydra::word(row.category), isGone ? u"-"_s : hydra::word(row.state), isGone ? u"-"_s : row.id.text(),
            row.job});
    }
    table.print();
    if (jobs.omittedRows() > 0)
        print(u"%1 more were left out by the server."_s.arg(formatCount(jobs.omittedRows())));
}

bool hasFailures(const hydra::EvalHeader &eval)
{
    using enum hydra::EvalCategory;
    return eval.hasErrors || eval.count(Aborted) + eval.count(NowFail) + eval.count(StillFail) > 0;
}

Task<int> evalWithJobs(Context &context, hydra::Client &client, EvalId eval, hydra::EvalJobsQuery query)
{
    auto asking = client.evalJobs(eval, std::move(query), byPerson());
    const auto jobs = co_await std::move(asking);
    if (!jobs)
        co_return fail(jobs.error());
    if (context.json) {
        auto object = toJson(jobs->header);
        object.insert(u"categories"_s, categoriesOf(*jobs));
        printJson(object);
    } else {
        printHeader(jobs->header);
        printJobs(*jobs);
    }
    co_return hasFailures(jobs->header) ? Failing : Fine;
}

Task<int> runEval(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto number = numberNamed(arguments, u"eval"_s);
    auto client = hydraClient(context);
    if (!number || !client)
        co_return fail(!number ? number.error() : client.error());
    if (parser.isSet(u"jobs"_s) || parser.isSet(u"filter"_s) || parser.isSet(u"compare"_s)) {
        auto listing = evalWithJobs(context, *client, EvalId(*number),
            {.filter = parser.value(u"filter"_s), .compare = parser.value(u"compare"_s)});
        co_return co_await std::move(listing);
    }
    auto asking = client->evalHeader(EvalId(*number), byPerson());
    const auto eval = co_await std::move(asking);
    if (!eval)
        co_return fail(eval.error());
    if (context.json)
        printJson(toJson(*eval));
    else
        printHeader(*eval);
    co_return eval->hasErrors ? Failing : Fine;
}

void printBuild(const hydra::Build &build, const std::optional<hydra::BuildDetails> &page)
{
    printFact(u"Build"_s, build.id.text());
    printFact(u"Job"_s, build.job.jobset.text() + u':' + build.job.job);
    printFact(u"State"_s,
        page && page->state == hydra::BuildState::Running ? hydra::word(page->state)
                                                          : hydra::word(build.state(), build.status));
    printFact(u"Says"_s, page ? page->status : QString());
    printFact(u"Queued"_s, exactTime(build.queuedAt));
    printFact(u"Waited"_s, seconds(build.waitSeconds()));
    printFact(u"Took"_s, seconds(build.durationSeconds()));
    printFact(u"Finished"_s, build.finished ? exactTime(build.stoppedAt) : QString());
    printFact(u"Evaluations"_s,
        build.evals.isEmpty() ? QString()
                              : u"%1 (newest of %2)"_s.arg(build.evals.last().value).arg(build.evals.size()));
    printFact(u"Derivation"_s, build.drvPath);
    for (const auto &output : build.outputs)
        printFact(u"Output "_s + output.name, output.path);
    for (const auto &product : build.products)
        printFact(u"Product %1"_s.arg(product.number),
            product.type + u' ' + product.path
                + (product.size ? u" ("_s + formatSize(*product.size) + u')' : QString()));
    for (const auto &metric : build.metrics)
        printFact(u"Metric "_s + metric.name, QString::number(metric.value) + u' ' + metric.unit);
}

void printSteps(const QList<hydra::StepRow> &steps)
{
    if (steps.isEmpty())
        return;
    TextTable table({u">STEP"_s, u"STATE"_s, u">TOOK"_s, u"MACHINE"_s, u"WHAT"_s});
    for (const auto &step : steps)
        table.add({step.number.text(), step.status.isEmpty() ? hydra::word(step.state) : step.status, step.durationText,
            step.machine, step.paths.join(u", "_s)});
    table.print();
}

Task<int> runBuild(Context &context, const QCommandLineParser &, QStringList arguments)
{
    const auto number = numberNamed(arguments, u"build"_s);
    auto client = hydraClient(context);
    if (!number || !client)
        co_return fail(!number ? number.error() : client.error());
    auto asking = client->build(BuildId(*number), byPerson());
    const auto build = co_await std::move(asking);
    if (!build)
        co_return fail(build.error());
    // The page alone has the steps and knows whether the build runs.
    auto askingPage = client->buildDetails(BuildId(*number), byPerson());
    const auto page = co_await std::move(askingPage);
    if (!page)
        (void)fail(page.error());
    const auto details = page ? std::optional(*page) : std::nullopt;
    if (context.json) {
        auto object = toJson(*build);
        object.insert(u"running"_s, details ? QJsonValue(details->state == hydra::BuildState::Running) : QJsonValue());
        object.insert(u"steps"_s, details ? QJsonValue(toJsonArray(details->steps)) : QJsonValue());
        printJson(object);
    } else {
        printBuild(*build, details);
        printSteps(details ? details->steps : QList<hydra::StepRow>());
    }
    co_return hydra::isFailing(build->state()) ? Failing : Fine;
}

Task<int> runJob(Context &context, const QCommandLineParser &, QStringList arguments)
{
    const auto name = jobNamed(arguments);
    auto client = hydraClient(context);
    if (!name || !client)
        co_return fail(!name ? name.error() : client.error());
    auto asking = client->jobPage(*name, byPerson());
    const auto job = co_await std::move(asking);
    if (!job)
        co_return fail(job.error());
    if (!job->exists)
        co_return fail(problemSaying(
            ProblemKind::NotFound, u"Hydra has no builds of such a job."_s, name->jobset.text() + u':' + name->job)
                .error());
    const auto code = !job->latest.isEmpty() && hydra::isFailing(job->latest.first().state) ? Failing : Fine;
    if (context.json) {
        printJson(toJson(*job));
        co_return code;
    }
    if (!job->inLatestEval)
        print(u"Not a member of the jobset's latest evaluation: removed, or it did not evaluate."_s);
    TextTable table({u">BUILD"_s, u"STATE"_s, u"FINISHED (UTC)"_s, u"NAME"_s, u"SYSTEM"_s});
    for (const auto &build : job->queued + job->latest)
        table.add({build.id.text(), hydra::word(build.state),
            build.finished ? formatTime(*build.finished, context.clock.nowSeconds()) : u"-"_s, build.nixName,
            build.system});
    table.print();
    co_return code;
}

} // namespace

Command evalCommand()
{
    return {.name = u"eval"_s,
        .arguments = u"N"_s,
        .summary = u"Tells an evaluation's inputs and changes; with --filter or --jobs its jobs."_s,
        .declare = declareEval,
        .run = runEval};
}

Command buildCommand()
{
    return {.name = u"build"_s,
        .arguments = u"N"_s,
        .summary = u"Tells a build's state, times, outputs and steps."_s,
        .run = runBuild};
}

Command jobCommand()
{
    return {.name = u"job"_s,
        .arguments = u"PROJECT/JOBSET/JOB"_s,
        .summary = u"Lists a job's latest and queued builds."_s,
        .run = runJob};
}

} // namespace narscope::cli
