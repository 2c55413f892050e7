// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/clientask.h"
#include "hydra/clientrequests.h"
#include "hydra/htmlparsers.h"
#include "hydra/jsonparsers.h"
#include "hydra/metricstext.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;
using narscope::net::Expect;

namespace narscope::hydra {

Task<Result<QueueSummary>> Client::queueSummary(Ask ask)
{
    auto asking = askFor(m_http, m_pools, request(below(m_server.url, u"queue-summary"_s), Expect::Html, Cost::B, ask),
        parseQueueSummary);
    co_return co_await std::move(asking);
}

Task<Result<QList<Machine>>> Client::machines(Ask ask)
{
    auto asking = askFor(
        m_http, m_pools, request(below(m_server.url, u"machines"_s), Expect::Json, Cost::B, ask), parseMachines);
    co_return co_await std::move(asking);
}

Task<Result<QList<MachineActivity>>> Client::machineActivity(Ask ask)
{
    auto asking = askFor(
        m_http, m_pools, request(below(m_server.url, u"machines"_s), Expect::Html, Cost::B, ask), parseMachineActivity);
    co_return co_await std::move(asking);
}

Task<Result<QList<RunningStep>>> Client::latestSteps(int page, Ask ask)
{
    const auto url = withQuery(below(m_server.url, u"steps"_s), {{u"page"_s, QString::number(qMax(1, page))}});
    auto asking = askFor(m_http, m_pools, request(url, Expect::Html, Cost::B, ask), parseLatestSteps);
    co_return co_await std::move(asking);
}

Task<Result<QueueRunnerStatus>> Client::queueRunnerStatus(Ask ask)
{
    auto asking = askFor(m_http, m_pools,
        request(below(m_server.url, u"queue-runner-status"_s), Expect::Json, Cost::A, ask), parseQueueRunnerStatus);
    auto status = co_await std::move(asking);
    if (status)
        m_features.queueRunner = status->reach == QueueRunnerStatus::Reach::Up;
    co_return status;
}

Task<Result<QList<LatestBuild>>> Client::latestBuilds(LatestBuildsQuery query, Ask ask)
{
    const auto url = withQuery(below(m_server.url, u"api/latestbuilds"_s),
        {{u"nr"_s, QString::number(qBound(1, query.count, 1000))}, {u"project"_s, query.project},
            {u"jobset"_s, query.jobset}, {u"job"_s, query.job}, {u"system"_s, query.system}});
    auto asking = askFor(m_http, m_pools, request(url, Expect::Json, Cost::B, ask), parseLatestBuilds);
    co_return co_await std::move(asking);
}

Task<Result<SearchResult>> Client::search(QString query, int limit, Ask ask)
{
    static const QRegularExpression searchable(u"^[a-zA-Z0-9_\\-/.]+$"_s);
    if (!searchable.match(query).hasMatch())
        co_return problemSaying(
            ProblemKind::Usage, u"Hydra searches for letters, digits, “_”, “-”, “/” and “.” only."_s, query);
    const auto url = withQuery(
        below(m_server.url, u"search"_s), {{u"query"_s, query}, {u"limit"_s, QString::number(qBound(1, limit, 50))}});
    auto asking = askFor(m_http, m_pools, request(url, Expect::Json, Cost::C, ask), parseSearch);
    co_return co_await std::move(asking);
}

Task<Result<Metrics>> queueRunnerMetrics(net::Http &http, QUrl metrics, Pools &pools, Ask ask)
{
    auto asking = askFor(http, pools, request(metrics, Expect::Text, Cost::A, ask), parseMetrics);
    co_return co_await std::move(asking);
}

} // namespace narscope::hydra
