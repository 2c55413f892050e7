// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/logarchive.h"
#include "cli/logoutput.h"
#include "cli/profile.h"

#include "log/search.h"

#include <QCommandLineParser>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

void declare(QCommandLineParser &parser)
{
    declareProfile(parser);
    parser.addOptions({{u"errors"_s, u"The lines that broke the build, likeliest cause first."_s},
        {u"outline"_s, u"The phases."_s}, {u"phase"_s, u"Only this phase."_s, u"NAME"_s},
        {u"grep"_s, u"Only lines that match this regular expression, over the text as seen."_s, u"RE"_s},
        {{u"i"_s, u"ignore-case"_s}, u"With --grep: upper and lower case are the same."_s},
        {{u"C"_s, u"context"_s}, u"With --grep: so many lines around each match."_s, u"N"_s, u"0"_s},
        {u"count"_s,
            u"How many lines match (--grep), are errors (--errors), differ (--compare), how many phases (--outline), or lines there are."_s},
        {u"stats"_s, u"Size, lines, phases, errors, kinds of bytes."_s},
        {u"compare"_s,
            u"What differs from this other log, apart from hashes, times and order; also last-good, attempt-before, or a system: aarch64-linux."_s,
            u"OTHER"_s},
        {u"follow"_s, u"Print the log of a running build or a growing file as it comes."_s},
        {u"plain"_s, u"No colours, whatever the output is."_s}});
}

struct Choice {
    bool coloured = false;
    qint64 context = 0;
};

Result<Choice> choiceOf(const QCommandLineParser &parser)
{
    bool isNumber = false;
    const auto context = parser.value(u"context"_s).toLongLong(&isNumber);
    if (!isNumber || context < 0 || context > 100'000)
        return problemSaying(ProblemKind::Usage, u"-C takes a number of lines."_s, parser.value(u"context"_s));
    const QStringList ways{u"errors"_s, u"outline"_s, u"stats"_s, u"compare"_s, u"follow"_s, u"grep"_s};
    QStringList given;
    for (const auto &way : ways) {
        if (parser.isSet(way))
            given << u"--"_s + way;
    }
    if (given.size() > 1)
        return problemSaying(ProblemKind::Usage, given.join(u" and "_s) + u" do not go together."_s);
    const auto way = given.isEmpty() ? QString() : given.front();
    if (!way.isEmpty() && way != "--grep"_L1 && parser.isSet(u"phase"_s))
        return problemSaying(ProblemKind::Usage, way + u" and --phase do not go together."_s);
    if ((way == "--stats"_L1 || way == "--follow"_L1) && parser.isSet(u"count"_s))
        return problemSaying(ProblemKind::Usage, way + u" and --count do not go together."_s);
    if (way == "--follow"_L1 && parser.isSet(u"json"_s))
        return problemSaying(ProblemKind::Usage, u"--follow prints lines as they come, not JSON."_s);
    if (way != "--grep"_L1 && (parser.isSet(u"context"_s) || parser.isSet(u"ignore-case"_s)))
        return problemSaying(ProblemKind::Usage, u"-C and -i go with --grep only."_s);
    return Choice{.coloured = !parser.isSet(u"plain"_s) && isatty(STDOUT_FILENO) == 1, .context = context};
}

/// The lines of the phases with this name; all lines without one.
std::vector<LineRange> chosenLines(const ReadLog &log, const QCommandLineParser &parser)
{
    if (!parser.isSet(u"phase"_s))
        return {{log::Line(0), log::Line(log.index.lineCount())}};
    const auto name = parser.value(u"phase"_s);
    std::vector<LineRange> ranges;
    for (const auto &phase : log.phases) {
        if (phase.name == name || phase.name == name + u"Phase"_s)
            ranges.push_back({phase.begin, phase.end});
    }
    return ranges;
}

log::Query queryOf(const QCommandLineParser &parser)
{
    return log::Query::of(
        {.text = parser.value(u"grep"_s), .isRegex = true, .matchCase = !parser.isSet(u"ignore-case"_s)});
}

Result<log::Findings> grep(const ReadLog &log, const QCommandLineParser &parser, Pools &pools)
{
    const auto search = log::Search::compile(queryOf(parser));
    if (!search)
        return std::unexpected(search.error());
    log::Findings findings;
    const auto searched = log::searchAll(**search, *log.bytes, log.index, log::searchOrder(log.index, log::Line(0)),
        &pools.log, [&findings](log::BlockFinding finding) {
            findings.add(std::move(finding));
            return true;
        });
    if (!searched)
        return std::unexpected(searched.error());
    return findings;
}

Result<int> showLines(const ReadLog &log, const QCommandLineParser &parser, Context &context, const Choice &choice)
{
    const auto ranges = chosenLines(log, parser);
    const LogOutput output{.log = log, .json = context.json, .coloured = choice.coloured};
    if (!parser.isSet(u"grep"_s))
        return parser.isSet(u"count"_s) ? output.printCount(countOf(ranges)) : output.printLines(ranges);
    const auto findings = grep(log, parser, context.pools);
    if (!findings)
        return std::unexpected(findings.error());
    const auto matches = matchesIn(*findings, ranges);
    sayUnsure(*findings);
    if (parser.isSet(u"count"_s))
        return output.printCount(qint64(matches.size()));
    return output.printMatches(matches, *findings, choice.context);
}

Result<int> showErrors(const ReadLog &log, const QCommandLineParser &parser, Context &context, const Choice &choice)
{
    const auto extract = log::extractErrors(*log.bytes, log.index, log.phases, &context.pools.log);
    if (!extract)
        return std::unexpected(extract.error());
    const LogOutput output{.log = log, .json = context.json, .coloured = choice.coloured};
    if (parser.isSet(u"count"_s))
        return output.printCount(extract->errorLines);
    return parser.isSet(u"stats"_s) ? output.printStats(*extract) : output.printErrors(*extract);
}

Result<int> showComparison(
    const ReadLog &log, const ReadLog &other, const QCommandLineParser &parser, Context &context, const Choice &choice)
{
    const auto comparison
        = log::compareLogs({*other.bytes, other.index, other.phases}, {*log.bytes, log.index, log.phases});
    if (!comparison)
        return std::unexpected(comparison.error());
    const LogOutput output{.log = log, .json = context.json, .coloured = choice.coloured};
    return parser.isSet(u"count"_s) ? output.printCount(comparison->differences())
                                    : output.printComparison(*comparison, other);
}

Result<int> show(const ReadLog &log, const QCommandLineParser &parser, Context &context, const Choice &choice)
{
    if (parser.isSet(u"errors"_s) || parser.isSet(u"stats"_s))
        return showErrors(log, parser, context, choice);
    if (!parser.isSet(u"outline"_s))
        return showLines(log, parser, context, choice);
    const LogOutput output{.log = log, .json = context.json, .coloured = choice.coloured};
    return parser.isSet(u"count"_s) ? output.printCount(qint64(log.phases.size())) : output.printOutline();
}

/// All that was kept, or where a pattern is found in it.
Task<int> showArchive(Context &context, const QCommandLineParser &parser)
{
    const auto archive = logArchive(parser);
    if (!parser.isSet(u"grep"_s))
        co_return printArchived(archive->logs(), context.json);
    auto searching = findInArchive(context, archive, queryOf(parser), parser.isSet(u"count"_s));
    const auto code = co_await std::move(searching);
    co_return code ? *code : fail(code.error());
}

Task<int> runLog(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto choice = choiceOf(parser);
    if (!choice)
        co_return fail(choice.error());
    if (arguments.size() != 1)
        co_return fail(problemSaying(ProblemKind::Usage,
            u"log takes one log: a build, a step (BUILD/STEP), a derivation, a URL, a file, archive:DIGEST, or - for standard input."_s)
                .error());
    const auto text = arguments.front();
    if (text == "-"_L1 && parser.value(u"compare"_s) == "-"_L1)
        co_return fail(problemSaying(
            ProblemKind::Usage, u"Standard input can be read once only: name a file for one of the two."_s)
                .error());
    if (text == "archive:"_L1) {
        auto looking = showArchive(context, parser);
        co_return co_await std::move(looking);
    }
    LogReader reader(context, parser);
    if (parser.isSet(u"follow"_s)) {
        auto following = reader.followAndPrint(text, choice->coloured);
        const auto followed = co_await std::move(following);
        co_return followed ? int(Fine) : fail(followed.error());
    }
    auto reading = reader.read(text);
    const auto log = co_await std::move(reading);
    if (!log)
        co_return fail(log.error());
    std::optional<ReadLog> other;
    if (parser.isSet(u"compare"_s)) {
        auto readingOther = reader.readOther(text, parser.value(u"compare"_s));
        auto read = co_await std::move(readingOther);
        if (!read)
            co_return fail(read.error());
        other = std::move(*read);
    }
    const auto code
        = other ? showComparison(*log, *other, parser, context, *choice) : show(*log, parser, context, *choice);
    if (!code)
        co_return fail(code.error());
    const auto cut = log->cut || !other ? log->cut : other->cut;
    co_return cut ? fail(*cut) : *code; // what there is was shown, and is not all
}

} // namespace

std::vector<Command> logCommands()
{
    return {{.name = u"log"_s,
        .arguments = u"BUILD|STEP|DRV|URL|FILE|archive:[DIGEST]|-"_s,
        .summary = u"A build log: whole, its errors, phases, matches, differences."_s,
        .declare = declare,
        .run = runLog}};
}

} // namespace narscope::cli
