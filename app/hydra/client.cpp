// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/client.h"
#include "hydra/clientask.h"
#include "hydra/clientrequests.h"
#include "hydra/htmlparsers.h"
#include "hydra/jsonparsers.h"

#include <QUrlQuery>

using namespace Qt::StringLiterals;
using narscope::net::Expect;

namespace narscope::hydra {

namespace {

constexpr qsizetype wholeRevision = 40; ///< digits
const QString noSuchJob
    = u"zz-no-such-job"_s; ///< lets no job through: makes an evaluation's page cheap (hydra.md §4.2)

} // namespace

net::Request request(QUrl url, Expect expect, Cost cost, const Ask &ask)
{
    net::Request request;
    request.url = std::move(url);
    request.expect = expect;
    request.timeout = cost == Cost::A ? net::TimeoutClass::Quick
        : cost == Cost::B             ? net::TimeoutClass::Slow
                                      : net::TimeoutClass::Long;
    request.priority = ask.priority;
    request.why = ask.why;
    return request;
}

QUrl withQuery(QUrl url, const QList<std::pair<QString, QString>> &items)
{
    QUrlQuery query;
    for (const auto &[name, value] : items) {
        if (!value.isEmpty())
            query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    }
    url.setQuery(query);
    return url;
}

QUrl pageOf(const QUrl &url, int page)
{
    return withQuery(url, {{u"page"_s, QString::number(qMax(1, page))}});
}

QUrl below(QUrl url, const QString &path)
{
    const auto base = url.path();
    url.setPath(base + (base.endsWith(u'/') ? QString() : u"/"_s) + path, QUrl::DecodedMode);
    return url;
}

Client::Client(net::Http &http, net::Server server, Pools &pools)
    : m_http(http)
    , m_server(std::move(server))
    , m_pools(pools)
{
}

void Client::learn(const PageFacts &page)
{
    if (!page.version.isEmpty())
        m_features.version = page.version;
}

void Client::learn(const QList<EvalSummary> &evals)
{
    for (const auto &eval : evals) {
        for (const auto &change : eval.changes)
            m_features.fullRevisions = change.revision.size() >= wholeRevision;
    }
}

Task<Result<QList<Project>>> Client::projects(Ask ask)
{
    auto asking = askFor(m_http, m_pools, request(below(m_server.url, {}), Expect::Json, Cost::A, ask), parseProjects);
    co_return co_await std::move(asking);
}

Task<Result<Project>> Client::project(QString name, Ask ask)
{
    auto asking = askFor(m_http, m_pools, request(projectUrl(name), Expect::Json, Cost::B, ask), parseProject);
    co_return co_await std::move(asking);
}

Task<Result<QList<JobsetOverview>>> Client::jobsetOverviews(QString project, Ask ask)
{
    const auto url = withQuery(below(m_server.url, u"api/jobsets"_s), {{u"project"_s, project}});
    auto asking = askFor(m_http, m_pools, request(url, Expect::Json, Cost::B, ask), parseJobsetOverviews);
    co_return co_await std::move(asking);
}

Task<Result<Jobset>> Client::jobset(JobsetName name, Ask ask)
{
    auto asking = askFor(m_http, m_pools, request(jobsetUrl(name), Expect::Json, Cost::B, ask), parseJobset);
    co_return co_await std::move(asking);
}

Task<Result<Jobset>> Client::jobsetErrors(JobsetName name, Ask ask)
{
    auto asking = askFor(
        m_http, m_pools, request(below(jobsetUrl(name), u"errors"_s), Expect::Json, Cost::A, ask), parseJobset);
    co_return co_await std::move(asking);
}

Task<Result<EvalPage>> Client::evals(JobsetName jobset, int page, Ask ask)
{
    auto asking = askFor(m_http, m_pools,
        request(pageOf(below(jobsetUrl(jobset), u"evals"_s), page), Expect::Html, Cost::B, ask), parseEvalPage);
    auto evals = co_await std::move(asking);
    if (evals) {
        learn(evals->page);
        learn(evals->evals);
    }
    co_return evals;
}

Task<Result<EvalPage>> Client::latestEvals(int page, Ask ask)
{
    auto asking = askFor(m_http, m_pools,
        request(pageOf(below(m_server.url, u"evals"_s), page), Expect::Html, Cost::B, ask), parseEvalPage);
    auto evals = co_await std::move(asking);
    if (evals) {
        learn(evals->page);
        learn(evals->evals);
        evals->jobset.reset();
    }
    co_return evals;
}

Task<Result<EvalHeader>> Client::evalHeader(EvalId eval, Ask ask)
{
    const auto url = withQuery(evalUrl(eval), {{u"filter"_s, noSuchJob}});
    auto asking = askFor(m_http, m_pools, request(url, Expect::Html, Cost::B, ask), parseEvalHeader);
    auto header = co_await std::move(asking);
    if (header)
        learn(header->page);
    co_return header;
}

Task<Result<EvalJobs>> Client::evalJobs(EvalId eval, EvalJobsQuery query, Ask ask)
{
    const auto url = withQuery(evalUrl(eval),
        {{u"filter"_s, query.filter}, {u"compare"_s, query.compare}, {u"full"_s, query.full ? u"1"_s : QString()}});
    const auto cost = query.filter.size() >= 3 && !query.full ? Cost::B : Cost::C;
    auto asking = askFor(m_http, m_pools, request(url, Expect::Html, cost, ask), parseEvalJobs);
    auto jobs = co_await std::move(asking);
    if (jobs)
        learn(jobs->header.page);
    co_return jobs;
}

Task<Result<EvalErrors>> Client::evalErrors(EvalId eval, Ask ask)
{
    // A page for a frame, without the title by which Hydra's pages are known; the parser looks for its own mark.
    // Hydra answers HTML to whoever accepts anything.
    auto asking = askFor(
        m_http, m_pools, request(below(evalUrl(eval), u"errors"_s), Expect::Anything, Cost::A, ask), parseEvalErrors);
    co_return co_await std::move(asking);
}

} // namespace narscope::hydra
