// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "cli/input.h"
#include "cli/trustoptions.h"
#include "cli/verifyarguments.h"
#include "cli/verifyoutput.h"

#include "nix/isocheck.h"

#include <QCommandLineParser>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

constexpr int mostJobs = 256;

struct Request {
    nix::VerifyOptions options;
    QStringList caches;
    QStringList challengers;
};

void declare(QCommandLineParser &parser)
{
    declareTrustOptions(parser);
    parser.addOptions(
        {{u"cache"_s, u"Ask this cache: http(s) or file URL, or a folder (repeatable; in this order)."_s, u"URL"_s},
            {u"depth"_s, u"How far to go: signature, file, nar or references."_s, u"DEPTH"_s, u"references"_s},
            {u"closure"_s, u"Check everything that the paths refer to as well."_s},
            {u"challenge"_s, u"Compare with the other caches given, or known when only one is asked."_s},
            {u"deriver"_s, u"Recompute the paths from the derivations that they name, as far as those are found."_s},
            {u"derivations"_s, u"Look for derivations in this folder first; implies --deriver."_s, u"DIR"_s},
            {u"jobs"_s, u"How many paths to check at once."_s, u"N"_s}});
}

/// Caches that the program knows; the first is asked unless others are given.
QStringList knownCaches(const net::Servers &servers)
{
    QStringList caches;
    for (const auto &server : servers) {
        if (server.kind == net::ServerKind::Cache)
            caches << server.url.toString(QUrl::FullyEncoded);
    }
    return caches;
}

Result<int> jobsOf(const QCommandLineParser &parser)
{
    if (!parser.isSet(u"jobs"_s))
        return nix::VerifyOptions{}.jobs;
    bool isNumber = false;
    const int jobs = parser.value(u"jobs"_s).toInt(&isNumber);
    if (!isNumber || jobs < 1 || jobs > mostJobs)
        return problemSaying(
            ProblemKind::Usage, u"--jobs is not a number from 1 to %1."_s.arg(mostJobs), parser.value(u"jobs"_s));
    return jobs;
}

void chooseCaches(Request &request, const QCommandLineParser &parser, const Context &context)
{
    const auto known = knownCaches(context.servers);
    request.caches = parser.values(u"cache"_s);
    if (request.caches.isEmpty())
        request.caches = known.first(qMin<qsizetype>(1, known.size()));
    // Other caches learn the path's name: with some to compare among given, no others are asked.
    if (request.options.asked.challenge && request.caches.size() < 2) {
        for (const auto &cache : known) {
            if (!request.caches.contains(cache))
                request.challengers << cache;
        }
    }
}

Result<Request> requestOf(const QCommandLineParser &parser, const Context &context)
{
    Request request;
    auto policy = trustPolicy(parser, context);
    if (!policy)
        return std::unexpected(policy.error());
    request.options.trust = {.policy = std::move(*policy), .today = context.clock.nowUtc().date()};
    const auto depth = nix::depthNamed(parser.value(u"depth"_s));
    if (!depth)
        return problemSaying(
            ProblemKind::Usage, u"--depth is one of signature, file, nar, references."_s, parser.value(u"depth"_s));
    const auto jobs = jobsOf(parser);
    if (!jobs)
        return std::unexpected(jobs.error());
    request.options.jobs = *jobs;
    request.options.derivations = parser.value(u"derivations"_s);
    request.options.asked = {.depth = *depth,
        .challenge = parser.isSet(u"challenge"_s),
        .deriver = parser.isSet(u"deriver"_s) || parser.isSet(u"derivations"_s),
        .closure = parser.isSet(u"closure"_s)};
    chooseCaches(request, parser, context);
    return request;
}

Result<std::vector<std::shared_ptr<nix::CacheClient>>> open(const QStringList &addresses, const nix::CacheDoors &doors)
{
    std::vector<std::shared_ptr<nix::CacheClient>> clients;
    for (const auto &address : addresses) {
        auto client = nix::openCache(address, doors);
        if (!client)
            return std::unexpected(client.error());
        clients.push_back(std::move(*client));
    }
    return clients;
}

void allowNamedCaches(const Context &context, const std::vector<nix::VerifyTarget> &targets)
{
    for (const auto &target : targets) {
        if (target.cache.startsWith("http"_L1) && context.allow)
            context.allow(net::serverAt(QUrl(target.cache), net::ServerKind::Cache));
    }
}

bool needsCache(const nix::VerifyInput &arguments)
{
    const auto asksCache = [](const nix::VerifyTarget &target) {
        return target.kind == nix::VerifyTarget::Kind::Path && target.cache.isEmpty();
    };
    return !arguments.images.isEmpty() || std::ranges::any_of(arguments.targets, asksCache);
}

Task<void> verifyImages(
    nix::Verifier *verifier, nix::CacheDoors doors, nix::IsoPlaces places, QStringList images, VerifyOutput *output)
{
    nix::IsoCheck check(*verifier, doors, std::move(places));
    for (const auto &image : images) {
        const std::function<void(const nix::IsoReport &)> nobody;
        const auto report = co_await check.check(image, nobody);
        output->write(report);
    }
}

Task<int> verifyAll(Context *context, Request request, nix::VerifyInput arguments, VerifyOutput *output)
{
    nix::Batch batch(context->pools.hash);
    const nix::CacheDoors doors{
        .http = context->http, .pools = context->pools, .clock = context->clock, .batch = batch};
    auto caches = open(request.caches, doors);
    auto challengers = open(request.challengers, doors);
    if (!caches || !challengers)
        co_return fail(caches ? challengers.error() : caches.error());
    allowNamedCaches(*context, arguments.targets);
    if (caches->empty() && needsCache(arguments))
        co_return fail(problemSaying(ProblemKind::Usage, u"No cache is known; name one with --cache."_s).error());
    nix::Verifier verifier(std::move(*caches), std::move(*challengers), doors, std::move(request.options));
    output->expect(arguments.targets);
    nix::VerifyResult result;
    if (!arguments.targets.empty()) {
        auto observer = output->observer();
        result = co_await verifier.run(std::move(arguments.targets), std::move(observer));
    }
    output->write(arguments.problems);
    const auto places = nix::isoPlaces(context->servers);
    co_await verifyImages(&verifier, doors, places, arguments.images, output);
    output->end(result);
    co_return output->code();
}

Task<int> verify(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    auto request = requestOf(parser, context);
    if (!request)
        co_return fail(request.error());
    auto read = readVerifyArguments(arguments);
    for (const auto &problem : read.problems)
        fail(problem);
    VerifyOutput output(context.json, request->options.asked.closure);
    if (read.targets.empty() && read.images.isEmpty() && read.problems.empty()) {
        output.end({}); // an empty list of paths gives an empty list of reports
        co_return fail(problemSaying(
            ProblemKind::Usage, u"Nothing to verify: name a path, hash, URL or file, or - for standard input."_s)
                .error());
    }
    co_return co_await verifyAll(&context, std::move(*request), std::move(read), &output);
}

} // namespace

std::vector<Command> verifyCommands()
{
    return {{.name = u"verify"_s,
        .arguments = u"PATH|HASH|URL|FILE..."_s,
        .summary = u"Check what is proved about store paths, and what is not."_s,
        .declare = declare,
        .run = verify}};
}

} // namespace narscope::cli
