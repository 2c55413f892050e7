// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/clientask.h"
#include "hydra/clientrequests.h"
#include "hydra/htmlparsers.h"
#include "hydra/jsonparsers.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;
using narscope::net::Expect;

namespace narscope::hydra {

namespace {

constexpr qint64 largestBuilds = 512 * 1024 * 1024; ///< bytes; 250,000 builds are some 130 MB
constexpr int mostHops = 3;

/// The id in …/build/ID, with or without something behind it.
std::optional<BuildId> buildIn(const QUrl &url)
{
    static const QRegularExpression build(u"/build/(\\d{1,18})(?:/|$)"_s);
    const auto match = build.match(url.path());
    return match.hasMatch() ? std::optional(BuildId(match.captured(1).toLongLong())) : std::nullopt;
}

bool isOnSameServer(const QUrl &a, const QUrl &b)
{
    return a.scheme() == b.scheme() && a.host() == b.host() && a.port() == b.port();
}

QString stepPath(StepNr step, bool asPage)
{
    return asPage ? u"step/%1/log/raw"_s.arg(step.value) : u"nixlog/%1/raw"_s.arg(step.value);
}

} // namespace

Task<Result<QUrl>> Client::redirectOf(net::Request request)
{
    request.followRedirects = false;
    const auto url = request.url;
    auto fetching = m_http.fetch(std::move(request));
    const auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(explained(response.error()));
    if (response->header("location").isEmpty())
        co_return problemSaying(ProblemKind::Malformed, u"Hydra answers where it should lead on."_s,
            url.toDisplayString(), u"status %1"_s.arg(response->status));
    co_return response->location();
}

Task<Result<BuildId>> Client::redirectToBuild(net::Request request)
{
    // The first hop of a renamed jobset leads to its new name.
    for (int hop = 0; hop < mostHops; ++hop) {
        auto asking = redirectOf(request);
        const auto location = co_await std::move(asking);
        if (!location)
            co_return std::unexpected(location.error());
        if (const auto build = buildIn(*location))
            co_return *build;
        if (!isOnSameServer(*location, request.url))
            break;
        request.url = *location;
    }
    co_return problemSaying(ProblemKind::Redirect, u"Hydra does not lead to a build."_s, request.url.toDisplayString());
}

Task<Result<BuildTable>> Client::evalBuilds(EvalId eval, Ask ask)
{
    auto asked = request(below(evalUrl(eval), u"builds"_s), Expect::Json, Cost::C, ask);
    asked.maxBody = largestBuilds;
    auto asking = askFor(m_http, m_pools, std::move(asked), parseEvalBuilds);
    co_return co_await std::move(asking);
}

Task<Result<BuildId>> Client::evalJobBuild(EvalId eval, QString job, Ask ask)
{
    auto asking = redirectToBuild(request(below(evalUrl(eval), u"job/"_s + job), Expect::Anything, Cost::B, ask));
    co_return co_await std::move(asking);
}

Task<Result<Build>> Client::build(BuildId build, Ask ask)
{
    auto asking = askFor(m_http, m_pools, request(buildUrl(build), Expect::Json, Cost::B, ask), parseBuild);
    co_return co_await std::move(asking);
}

Task<Result<QByteArray>> Client::buildJson(BuildId build, Ask ask)
{
    auto fetching = m_http.fetch(request(buildUrl(build), Expect::Json, Cost::B, ask));
    auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(explained(std::move(response.error())));
    co_return std::move(response->body);
}

Task<Result<BuildInfo>> Client::buildInfo(BuildId build, Ask ask)
{
    auto asking = askFor(m_http, m_pools,
        request(below(buildUrl(build), u"api/get-info"_s), Expect::Json, Cost::A, ask), parseBuildInfo);
    co_return co_await std::move(asking);
}

Task<Result<BuildDetails>> Client::buildDetails(BuildId build, Ask ask)
{
    auto asking = askFor(m_http, m_pools, request(buildUrl(build), Expect::Html, Cost::B, ask), parseBuildDetails);
    auto details = co_await std::move(asking);
    if (details)
        learn(details->page);
    co_return details;
}

Task<Result<QList<Build>>> Client::constituents(BuildId build, Ask ask)
{
    auto asking = askFor(
        m_http, m_pools, request(below(buildUrl(build), u"constituents"_s), Expect::Json, Cost::B, ask), parseBuilds);
    co_return co_await std::move(asking);
}

Task<Result<StepInfo>> Client::step(BuildId build, StepNr step, Ask ask)
{
    auto asking = askFor(m_http, m_pools,
        request(below(buildUrl(build), u"step/%1"_s.arg(step.value)), Expect::Json, Cost::A, ask), parseStep);
    auto info = co_await std::move(asking);
    if (info)
        m_features.stepPages = true;
    co_return info;
}

Task<Result<QUrl>> Client::stepLog(BuildId build, StepNr step, Ask ask)
{
    const bool asPage = m_features.stepPages.value_or(true);
    auto first = redirectOf(request(below(buildUrl(build), stepPath(step, asPage)), Expect::Anything, Cost::A, ask));
    auto location = co_await std::move(first);
    if (location)
        m_features.stepPages = asPage;
    if (location || location.error().kind != ProblemKind::NotFound || m_features.stepPages)
        co_return location;
    // Either the step has no log, or the server has no step pages: those that have them redirect the old path there.
    auto second = redirectOf(request(below(buildUrl(build), stepPath(step, false)), Expect::Anything, Cost::A, ask));
    const auto old = co_await std::move(second);
    if (old)
        m_features.stepPages = old->path().contains("/step/"_L1);
    co_return old &&m_features.stepPages == false ? old : location;
}

Task<Result<JobPage>> Client::jobPage(JobName job, Ask ask)
{
    auto asking = askFor(m_http, m_pools, request(jobUrl(job), Expect::Html, Cost::B, ask), parseJobPage);
    auto page = co_await std::move(asking);
    if (page)
        learn(page->page);
    co_return page;
}

Task<Result<BuildList>> Client::jobBuilds(JobName job, int page, Ask ask)
{
    auto asking = askFor(m_http, m_pools,
        request(pageOf(below(jobUrl(job), u"all"_s), page), Expect::Html, Cost::B, ask), parseJobBuilds);
    auto list = co_await std::move(asking);
    if (list)
        learn(list->page);
    co_return list;
}

Task<Result<Shield>> Client::shield(JobName job, Ask ask)
{
    auto asking
        = askFor(m_http, m_pools, request(below(jobUrl(job), u"shield"_s), Expect::Json, Cost::A, ask), parseShield);
    co_return co_await std::move(asking);
}

Task<Result<BuildId>> Client::latest(JobName job, Ask ask)
{
    auto asking = redirectToBuild(request(below(jobUrl(job), u"latest"_s), Expect::Anything, Cost::A, ask));
    co_return co_await std::move(asking);
}

Task<Result<BuildId>> Client::latestFinished(JobName job, Ask ask)
{
    auto asking = redirectToBuild(request(below(jobUrl(job), u"latest-finished"_s), Expect::Anything, Cost::B, ask));
    co_return co_await std::move(asking);
}

} // namespace narscope::hydra
