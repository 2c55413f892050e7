// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "cli/hydracommands.h"
#include "cli/pulljson.h"
#include "cli/tokenoption.h"
#include "github/runs.h"

#include <QCommandLineParser>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

using github::Verdict;

/// What a command of this file asks with; the parts go together.
struct Asking {
    std::unique_ptr<github::Client> github;
    std::unique_ptr<ofborg::Client> ofborg; ///< null: no OfBorg among the servers
};

Result<Asking> askingFor(Context &context, const QCommandLineParser &parser)
{
    const auto *server = net::findServer(context.servers, net::ServerKind::GitHub);
    if (!server)
        return problemSaying(ProblemKind::NotFound, u"There is no GitHub among the servers."_s);
    auto token = tokenFrom(parser, context);
    if (!token)
        return std::unexpected(std::move(token.error()));
    Asking asking;
    asking.github
        = std::make_unique<github::Client>(context.http, *server, context.pools, context.clock, std::move(*token));
    if (const auto *borg = net::findServer(context.servers, net::ServerKind::OfBorg))
        asking.ofborg = std::make_unique<ofborg::Client>(context.http, *borg, context.pools);
    return asking;
}

github::Ask personAsks()
{
    return {.why = u"narscope-cli"_s, .priority = net::Priority::Interactive};
}

Result<PullRequestNr> pullNamed(const QStringList &arguments)
{
    static const QRegularExpression form(
        QRegularExpression::anchoredPattern(
            u"(?:#|https://github\\.com/NixOS/nixpkgs/pull/)?([1-9]\\d{0,8})(?:[/?#].*)?"_s),
        QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(arguments.value(0));
    if (arguments.size() != 1 || !match.hasMatch())
        return problemSaying(ProblemKind::Usage, u"Name one pull request of nixpkgs: its number or its address."_s,
            arguments.join(u' '));
    return PullRequestNr(match.capturedView(1).toLongLong());
}

QString stateText(const github::PullRequest &pull, qint64 now)
{
    using enum github::PullState;
    switch (pull.state) {
    case Open:
        return pull.draft ? u"open, a draft"_s : u"open"_s;
    case Merged:
        return u"merged %1 by %2"_s.arg(
            formatTime(pull.mergedAt, now), pull.mergedBy.isEmpty() ? u"somebody"_s : pull.mergedBy);
    case Closed:
        break;
    }
    return u"closed %1, not merged"_s.arg(formatTime(pull.closedAt, now));
}

QString signatureText(const github::Signature &signature)
{
    using enum github::Signature::Kind;
    if (signature.kind == None)
        return u"not signed"_s;
    const auto key = signature.keyId.isEmpty() ? QString() : u", key "_s + signature.keyId;
    if (!signature.verified)
        return u"signed, but GitHub does not verify it: %1%2"_s.arg(signature.reason, key);
    return (signature.byGitHub ? u"signed by GitHub itself, not by a person"_s : u"signed; GitHub verifies it"_s) + key;
}

QString countsText(const watch::PullReport &report)
{
    if (report.counts)
        return u"%1 on Linux, %2 on Darwin (%3 added, %4 changed, %5 removed)"_s.arg(
            formatCount(report.counts->rebuildLinux), formatCount(report.counts->rebuildDarwin),
            formatCount(report.counts->added), formatCount(report.counts->changed),
            formatCount(report.counts->removed));
    const auto range = [](const std::optional<github::RebuildRange> &one) {
        if (!one)
            return u"?"_s;
        return one->most == one->least ? QString::number(one->least)
            : one->most                ? u"%1-%2"_s.arg(one->least).arg(*one->most)
                                       : u"%1+"_s.arg(one->least);
    };
    if (report.onLinux || report.onDarwin)
        return u"%1 on Linux, %2 on Darwin, by the labels"_s.arg(range(report.onLinux), range(report.onDarwin));
    return u"not counted yet"_s;
}

void printHead(const watch::PullReport &report, qint64 now)
{
    const auto &pull = report.pull;
    print(u"%1  %2"_s.arg(pull.number.text(), pull.title));
    print(u"State      %1"_s.arg(stateText(pull, now)));
    print(u"Author     %1"_s.arg(pull.author));
    print(u"Into       %1"_s.arg(pull.base));
    print(u"Head       %1"_s.arg(pull.headSha));
    if (!pull.mergeCommit.isEmpty())
        print(u"Merge      %1%2"_s.arg(
            pull.mergeCommit, report.mergeCommit ? u", "_s + signatureText(report.mergeCommit->signature) : QString()));
    else if (pull.state == github::PullState::Merged)
        print(u"Merge      not known: GitHub has no merge commit for it"_s);
    print(u"Reviews    %1 approvals of this head, %2 of older ones, %3 ask for changes"_s.arg(report.approvals.onHead)
            .arg(report.approvals.older)
            .arg(report.approvals.changesRequested));
    print(u"Rebuilds   %1"_s.arg(countsText(report)));
    QStringList labels;
    for (const auto &label : pull.labels)
        labels << label.name;
    print(u"Labels     %1"_s.arg(labels.isEmpty() ? u"none"_s : labels.join(u", "_s)));
    for (const auto &backport : report.backports)
        print(u"Backport   %1 to %2: %3"_s.arg(backport.number.text(), backport.branch,
            backport.mergedAt > 0 ? u"merged "_s + formatTime(backport.mergedAt, now)
                : backport.open   ? u"open"_s
                                  : u"closed"_s));
}

QString resultText(const github::CheckRun &check)
{
    return word(check.verdict) + (check.isDisguised() ? u" (neutral at GitHub)"_s : QString());
}

void printChecks(const watch::PullReport &report)
{
    print(u"\nRequired   %1"_s.arg(report.required == Verdict::Queued ? u"not posted yet"_s : word(report.required)));
    TextTable groups({u"GROUP"_s, u"RESULT"_s, u">CHECKS"_s, u">FAILED"_s, u">WAITING"_s});
    for (const auto &group : report.groups)
        groups.add({group.name.isEmpty() ? u"(others)"_s : group.name, word(group.verdict),
            QString::number(group.total), QString::number(group.failed), QString::number(group.waiting)});
    groups.print();
    TextTable noted({u"CHECK"_s, u"RESULT"_s, u"AT"_s});
    bool isEmpty = true;
    for (const auto &check : report.checks) {
        if (!check.isOfBorg() && !github::isFailure(check.verdict))
            continue;
        noted.add({check.name, resultText(check), check.details.toString()});
        isEmpty = false;
    }
    if (!isEmpty) {
        print({});
        noted.print();
    }
}

void printAttempts(const watch::PullReport &report)
{
    if (report.attempts.isEmpty() && report.olderAttempts == 0)
        return;
    print({});
    TextTable table({u"OFBORG ATTEMPT"_s, u"SYSTEM"_s, u"RESULT"_s, u"ATTEMPTED"_s, u"DOES NOT EVALUATE"_s});
    for (const auto &attempt : report.attempts)
        table.add({attempt.id, attempt.system(),
            word(attempt.status())
                + (attempt.result && !attempt.result->error.isEmpty() ? u": "_s + attempt.result->error : QString()),
            attempt.attempted().join(u", "_s), attempt.skipped().join(u", "_s)});
    table.print();
    if (report.olderAttempts > 0)
        print(u"%1 attempts are of older pushes."_s.arg(report.olderAttempts));
}

void printRuns(const watch::PullReport &report, qint64 now)
{
    if (report.runs.isEmpty())
        return;
    print({});
    TextTable table({u"WORKFLOW"_s, u"RESULT"_s, u"EVENT"_s, u"STARTED"_s, u"AT"_s});
    for (const auto &run : report.runs)
        table.add({run.name, word(run.verdict), run.event, formatTime(run.startedAt, now), run.page.toString()});
    table.print();
}

void printMissing(const watch::PullReport &report)
{
    const auto missing = watch::whatIsMissing(report);
    print(missing.isEmpty() ? u"\nNothing is missing that GitHub and OfBorg know of."_s : u"\nMissing:"_s);
    for (const auto &sentence : missing)
        print(u"  "_s + sentence);
}

QString quotaText(const github::Client &github, const Clock &clock)
{
    if (!github.quota())
        return {};
    return u", %1 of %2 left until %3 UTC"_s.arg(github.quota()->remaining)
        .arg(github.quota()->limit)
        .arg(formatTime(github.quota()->reset, clock.nowSeconds()));
}

Task<int> runPull(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto number = pullNamed(arguments);
    if (!number)
        co_return fail(number.error());
    auto asking = askingFor(context, parser);
    if (!asking)
        co_return fail(asking.error());
    auto reporting = watch::pullReport(*asking->github, asking->ofborg.get(), *number, personAsks());
    const auto report = co_await std::move(reporting);
    if (!report)
        co_return fail(report.error());
    const auto now = context.clock.nowSeconds();
    if (context.json) {
        auto json = toJson(*report);
        json.insert(u"requests"_s, requestsJson(*asking->github, asking->ofborg != nullptr));
        printJson(json);
    } else {
        printHead(*report, now);
        printChecks(*report);
        printRuns(*report, now);
        printAttempts(*report);
        printMissing(*report);
        print(u"\nRequests: %1 to GitHub%2%3."_s.arg(asking->github->spent())
                .arg(quotaText(*asking->github, context.clock), asking->ofborg ? u"; 1 to OfBorg"_s : QString()));
    }
    for (const auto &problem : report->problems)
        (void)fail(problem);
    if (!report->problems.isEmpty())
        co_return NotFoundOut;
    co_return watch::isFailing(*report) ? Failing : Fine;
}

void printWorkflow(const watch::WorkflowReport &report, qint64 now)
{
    print(u"%1 (%2)"_s.arg(report.workflow.file, report.workflow.what));
    if (!report.runs.isEmpty()) {
        const auto &last = report.runs.first();
        print(u"  Last run    %1, %2  %3"_s.arg(
            formatTime(last.createdAt, now), word(last.verdict), last.page.toString()));
    }
    QStringList verdicts;
    for (const auto &run : report.runs.first(qMin<qsizetype>(10, report.runs.size())))
        verdicts << word(run.verdict);
    print(u"  Before      %1"_s.arg(verdicts.mid(1).join(u", "_s)));
    for (const auto &job : report.jobs)
        print(u"  Job         %1: %2"_s.arg(job.name, word(job.verdict)));
    if (const auto failures = github::failuresInARow(report.runs); failures > 0)
        print(failures == 1 ? u"  Its last run failed."_s : u"  Its last %1 runs failed."_s.arg(failures));
    if (report.isLate)
        print(u"  It is late: it should run every %1."_s.arg(
            formatDuration(Milliseconds(report.workflow.everySeconds * 1000))));
}

Task<int> runWorkflows(Context &context, const QCommandLineParser &parser, QStringList)
{
    auto asking = askingFor(context, parser);
    if (!asking)
        co_return fail(asking.error());
    const auto now = context.clock.nowSeconds();
    auto reporting
        = watch::workflowReports(*asking->github, github::BranchGraph::shipped().workflows(), now, personAsks());
    const auto reports = co_await std::move(reporting);
    int code = Fine;
    QJsonArray json;
    for (const auto &report : reports) {
        if (report.isLate || github::failuresInARow(report.runs) > 0)
            code = qMax<int>(code, Failing);
        if (report.problem)
            code = fail(*report.problem);
        if (context.json)
            json.append(toJson(report));
        else
            printWorkflow(report, now);
    }
    if (context.json)
        printJson(QJsonObject{{u"workflows"_s, json}, {u"requests"_s, requestsJson(*asking->github, false)}});
    else
        print(
            u"Requests: %1 to GitHub%2."_s.arg(asking->github->spent()).arg(quotaText(*asking->github, context.clock)));
    co_return code;
}

} // namespace

std::vector<Command> pullCommands()
{
    return {{.name = u"pr"_s,
                .arguments = u"N|URL"_s,
                .summary = u"Tells of a pull request: reviews, checks, builds, rebuilds, and what is missing."_s,
                .declare = declareTokenOption,
                .run = runPull},
        {.name = u"workflows"_s,
            .arguments = {},
            .summary = u"Lists nixpkgs' workflows that run by the clock, with their last runs."_s,
            .declare = declareTokenOption,
            .run = runWorkflows}};
}

} // namespace narscope::cli
