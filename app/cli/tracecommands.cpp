// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "cli/profile.h"
#include "cli/tokenoption.h"
#include "cli/traceoutput.h"
#include "cli/trustoptions.h"
#include "trace/bundle.h"
#include "trace/bundlekey.h"
#include "trace/tracer.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

constexpr int enough = 400; ///< requests to a server, with --full

void declareTracing(QCommandLineParser &parser)
{
    declareTrustOptions(parser);
    declareProfile(parser);
    declareTokenOption(parser);
    parser.addOptions({{u"attr"_s, u"Follow this attribute instead of those found out (repeatable)."_s, u"NAME"_s},
        {u"system"_s, u"Only this system (repeatable)."_s, u"SYSTEM"_s},
        {u"full"_s, u"Ask everything at once, also beyond the usual 6 requests to Hydra and 12 to GitHub."_s},
        {u"clone"_s, u"A clone of nixpkgs: git answers there instead of GitHub."_s, u"DIR"_s}});
}

void declareTrace(QCommandLineParser &parser)
{
    declareTracing(parser);
    parser.addOptions({{u"contents"_s, u"Fetch the archives as well and check that they are the signed ones."_s},
        {u"no-search"_s, u"Do not let Hydra search for a build, which is hard work for it."_s},
        {u"bundle"_s, u"Write the trace with its evidence into a signed file."_s, u"FILE"_s},
        {u"bundle-key"_s, u"The key that signs it; without it the usual one (see bundle key)."_s, u"FILE"_s}});
}

trace::Order orderOf(const QCommandLineParser &parser, const QString &text)
{
    trace::Order order{.run = 1, .text = text};
    order.attrs = parser.values(u"attr"_s);
    order.systems = parser.values(u"system"_s);
    order.search = true;
    if (parser.isSet(u"full"_s)) {
        order.limits = {.hydra = enough, .hydraPerAttribute = enough, .gitHub = enough, .gitHubWithToken = enough};
        order.everyOutput = true;
    }
    return order;
}

/// The end of a round, as a flow waits for it.
Task<trace::Trace> traced(trace::Tracer *tracer, trace::Order order)
{
    Completion<bool> done;
    trace::Trace last;
    const QObject context;
    QObject::connect(tracer, &trace::Tracer::changed, &context, [&last](const trace::Trace &trace) { last = trace; });
    QObject::connect(tracer, &trace::Tracer::ended, &context, [done] { done.set(true); });
    tracer->start(order);
    co_await done;
    co_return last;
}

struct Asked {
    trace::Trace trace;
    nix::TrustPolicy policy;
};

/// One round, with what the program remembers when it is not the demonstration.
Task<Result<Asked>> ask(std::reference_wrapper<Context> context,
    std::reference_wrapper<const QCommandLineParser> parser, trace::Order order)
{
    auto &with = context.get();
    const auto policy = trustPolicy(parser, with);
    if (!policy)
        co_return std::unexpected(policy.error());
    const auto token = tokenFrom(parser, with);
    if (!token)
        co_return std::unexpected(token.error());
    std::unique_ptr<history::History> memory;
    if (with.demoKeys.isEmpty()) {
        if (auto opened = openHistory(with, parser))
            memory = std::move(*opened);
    }
    trace::Tracer tracer(with.servers, *policy,
        {.http = with.http,
            .pools = with.pools,
            .clock = with.clock,
            .history = memory.get(),
            .gitHubToken = [secret = *token] { return secret; },
            .gitClone = parser.get().value(u"clone"_s)});
    auto tracing = traced(&tracer, std::move(order));
    auto last = co_await std::move(tracing);
    co_return Asked{.trace = std::move(last), .policy = *policy};
}

/// Says what stands in the way of a trace from the beginning.
bool isNothing(const trace::Trace &trace)
{
    return trace.tracks.isEmpty() && !trace.problems.isEmpty();
}

/// The file named; else the person's own, which is made for a first bundle.
Result<QString> bundleKeyFile(const QCommandLineParser &parser)
{
    if (parser.isSet(u"bundle-key"_s))
        return parser.value(u"bundle-key"_s);
    const auto file = trace::usualBundleKeyFile();
    if (QFile::exists(file))
        return file;
    const auto made = trace::makeBundleKey(file, trace::usualBundleKeyName);
    if (!made)
        return std::unexpected(made.error());
    remark(u"Made a key that signs your bundles, readable by you alone: %1"_s.arg(file));
    return file;
}

Result<void> writeBundle(const Asked &asked, const QCommandLineParser &parser, const Clock &clock)
{
    const auto file = parser.value(u"bundle"_s);
    if (file.isEmpty())
        return {};
    const auto key = bundleKeyFile(parser);
    if (!key)
        return std::unexpected(key.error());
    return trace::saveBundle(
        asked.trace, file, *key, asked.policy, clock.nowSeconds(), QCoreApplication::applicationVersion());
}

Result<QString> only(const QStringList &arguments, const QString &what)
{
    if (arguments.size() == 1)
        return arguments.first();
    return problemSaying(ProblemKind::Usage, u"This command takes one argument, %1."_s.arg(what));
}

Task<int> runTrace(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto text = only(arguments, u"a pull request, path, hash, address or file"_s);
    if (!text)
        co_return fail(text.error());
    auto order = orderOf(parser, *text);
    order.contents = parser.isSet(u"contents"_s);
    order.search = !parser.isSet(u"no-search"_s);
    auto asking = ask(context, parser, std::move(order));
    const auto asked = co_await std::move(asking);
    if (!asked)
        co_return fail(asked.error());
    const auto now = context.clock.nowSeconds();
    for (const auto &problem : asked->trace.problems)
        fail(problem);
    if (isNothing(asked->trace))
        co_return NotFoundOut;
    if (context.json)
        printJson(toJson(asked->trace, now));
    else
        printTrace(asked->trace, now);
    if (const auto written = writeBundle(*asked, parser, context.clock); !written)
        co_return fail(written.error());
    co_return exitCodeOf(asked->trace);
}

Task<int> runWhy(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto text = only(arguments, u"a pull request"_s);
    if (!text)
        co_return fail(text.error());
    auto asking = ask(context, parser, orderOf(parser, *text));
    const auto asked = co_await std::move(asking);
    if (!asked)
        co_return fail(asked.error());
    const auto now = context.clock.nowSeconds();
    for (const auto &problem : asked->trace.problems)
        fail(problem);
    if (isNothing(asked->trace))
        co_return NotFoundOut;
    if (context.json) {
        const auto whole = toJson(asked->trace, now);
        printJson(QJsonObject{{u"headline"_s, whole.value("headline"_L1)},
            {u"reasons"_s, QJsonArray::fromStringList(reasons(asked->trace, now))},
            {u"excuses"_s, whole.value("excuses"_L1)}, {u"findings"_s, whole.value("findings"_L1)}});
    } else {
        printWhy(asked->trace, now);
    }
    co_return exitCodeOf(asked->trace);
}

} // namespace

std::vector<Command> traceCommands()
{
    return {{.name = u"trace"_s,
                .arguments = u"PR|PATH|HASH|URL|FILE"_s,
                .summary = u"Follow a change to the channels, or a path back to its pull request."_s,
                .declare = declareTrace,
                .run = runTrace},
        {.name = u"why"_s,
            .arguments = u"PR"_s,
            .summary = u"Say why a pull request has not arrived yet."_s,
            .declare = declareTracing,
            .run = runWhy}};
}

} // namespace narscope::cli
