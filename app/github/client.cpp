// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/client.h"

#include "base/hash.h"
#include "github/clientask.h"
#include "github/parsers.h"
#include "github/zip.h"

#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace narscope::github {

namespace {

constexpr qint64 largestArtifact = 256 * 1024 * 1024;
constexpr qsizetype largestComparison = 256 * 1024 * 1024;

bool mayTakeToken(const net::Server &server)
{
    return server.url.scheme() == "https"_L1 || net::isLoopback(server.url);
}

/// A slash in a branch's name stays one.
QString encoded(const QString &name)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(name, "/"));
}

std::optional<int> headerNumber(const net::Response &response, QByteArrayView name)
{
    bool isNumber = false;
    const int number = response.header(name).toInt(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

/// The zip is held to the digest that GitHub lists for it.
Result<EvaluationComparison> comparisonIn(const QByteArray &zip, const QString &digest)
{
    const auto is = u"sha256:"_s + QString::fromLatin1(hashOf(zip).base16());
    if (!digest.isEmpty() && digest.startsWith("sha256:"_L1) && digest != is)
        return problemSaying(ProblemKind::Malformed, u"The artifact is not the one that GitHub lists."_s, {},
            u"listed %1, came %2"_s.arg(digest, is));
    const auto json = fileInZip(zip, "changed-paths.json", largestComparison);
    if (!json)
        return std::unexpected(json.error());
    return parseEvaluationComparison(*json);
}

/// The one that brought the commit first, then the latest merged (pull-requests.md B.1 trap 8).
QList<PullRequest> ordered(QList<PullRequest> pulls, const QString &sha)
{
    std::ranges::stable_sort(pulls, [&sha](const PullRequest &a, const PullRequest &b) {
        return std::pair(a.mergeCommit == sha, a.mergedAt) > std::pair(b.mergeCommit == sha, b.mergedAt);
    });
    return pulls;
}

Problem noSuchArtifact(Problem problem)
{
    if (problem.kind == ProblemKind::Forbidden)
        problem.advice = u"Artifacts need a token of somebody who may read the Actions of public repositories."_s;
    return problem;
}

} // namespace

net::Policy policyWithToken(net::Policy policy)
{
    // 5000 an hour would be 1.4 a second; GitHub's second limit is about 15 a second.
    policy.perSecond = 1.3;
    policy.burst = 60;
    policy.backgroundPerSecond = 0.7;
    policy.inFlight = 4;
    return policy;
}

Client::Client(
    net::Http &http, net::Server server, Pools &pools, const Clock &clock, Token token, RepositoryName repository)
    : m_http(http)
    , m_server(std::move(server))
    , m_pools(pools)
    , m_clock(clock)
    , m_token(mayTakeToken(m_server) ? std::move(token) : Token())
    , m_repository(std::move(repository))
{
}

QUrl Client::url(const QString &path, const QList<std::pair<QString, QString>> &query) const
{
    auto address = m_server.url;
    address.setPath(address.path(QUrl::FullyEncoded) + u'/' + path, QUrl::StrictMode);
    if (query.isEmpty())
        return address;
    QUrlQuery items;
    for (const auto &[name, value] : query)
        items.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    address.setQuery(items);
    return address;
}

QUrl Client::ofRepository(const QString &path, const QList<std::pair<QString, QString>> &query) const
{
    return url(u"repos/%1/%2/%3"_s.arg(encoded(m_repository.owner), encoded(m_repository.name), path), query);
}

net::Request Client::request(QUrl url, const Ask &ask) const
{
    net::Request request{.url = std::move(url),
        .expect = net::Expect::Json,
        .priority = ask.priority,
        .why = ask.why,
        .revalidate = true};
    request.headers = {{"Accept", "application/vnd.github+json"}, {"X-GitHub-Api-Version", "2022-11-28"}};
    if (hasToken())
        request.headers.emplaceBack("Authorization", m_token.authorization());
    return request;
}

Task<Result<net::Response>> Client::fetch(net::Request request)
{
    const auto now = m_clock.nowSeconds();
    const bool isCore = request.method == "GET" && !request.url.path().contains("/search/"_L1)
        && !request.url.path().endsWith("/rate_limit"_L1);
    if (isCore && m_quota && m_quota->remaining <= 0 && now < m_quota->reset)
        co_return std::unexpected(quotaProblem(m_quota->limit, m_quota->reset, now, hasToken()));
    auto fetching = m_http.fetch(std::move(request));
    auto response = co_await std::move(fetching);
    const auto notSent = [](ProblemKind kind) {
        return kind == ProblemKind::NotAllowed || kind == ProblemKind::Cancelled || kind == ProblemKind::NoRecord;
    };
    if (response || !notSent(response.error().kind))
        ++m_spent;
    if (!response) {
        if (isCore && response.error().kind == ProblemKind::RateLimited)
            noteUsedUp(response.error());
        co_return std::unexpected(explained(std::move(response.error()), hasToken()));
    }
    noteQuota(*response);
    co_return response;
}

void Client::noteQuota(const net::Response &response)
{
    const auto resource = response.header("x-ratelimit-resource");
    const auto limit = headerNumber(response, "x-ratelimit-limit");
    const auto remaining = headerNumber(response, "x-ratelimit-remaining");
    if ((!resource.isEmpty() && resource != "core") || !limit || !remaining)
        return;
    m_quota = Quota{.limit = *limit,
        .used = headerNumber(response, "x-ratelimit-used").value_or(*limit - *remaining),
        .remaining = *remaining,
        .reset = response.header("x-ratelimit-reset").toLongLong()};
}

/// An answer that refuses tells no numbers here, but for how long. Slowing down is none of the quota.
void Client::noteUsedUp(const Problem &problem)
{
    if (!problem.retryAfter || problem.detail.contains("secondary"_L1, Qt::CaseInsensitive))
        return;
    const int limit = m_quota ? m_quota->limit : hasToken() ? 5000 : 60;
    const auto reset = m_clock.nowSeconds() + (problem.retryAfter->count() + 999) / 1000;
    m_quota = Quota{.limit = limit, .used = limit, .remaining = 0, .reset = reset};
}

Task<Result<PullRequest>> Client::pull(PullRequestNr number, Ask ask)
{
    auto asking = get(ofRepository(u"pulls/%1"_s.arg(number.value)), parsePull, ask);
    auto found = co_await std::move(asking);
    if (!found && found.error().kind == ProblemKind::NotFound)
        found.error().sentence = u"%1 has no pull request %2."_s.arg(m_repository.text(), number.text());
    co_return found;
}

Task<Result<QList<Review>>> Client::reviews(PullRequestNr number, Ask ask)
{
    const auto address
        = ofRepository(u"pulls/%1/reviews"_s.arg(number.value), {{u"per_page"_s, QString::number(perPage)}});
    auto asking = getPages(address, parseReviews, mostPages, ask);
    co_return co_await std::move(asking);
}

Task<Result<QList<TimelineEvent>>> Client::timeline(PullRequestNr number, Ask ask)
{
    const auto address
        = ofRepository(u"issues/%1/timeline"_s.arg(number.value), {{u"per_page"_s, QString::number(perPage)}});
    auto asking = getPages(address, parseTimeline, mostPages, ask);
    co_return co_await std::move(asking);
}

Task<Result<QList<CheckRun>>> Client::checkRuns(QString sha, CheckQuery query, Ask ask)
{
    QList<std::pair<QString, QString>> items{
        {u"per_page"_s, QString::number(perPage)}, {u"filter"_s, query.all ? u"all"_s : u"latest"_s}};
    if (query.app != 0)
        items.emplaceBack(u"app_id"_s, QString::number(query.app));
    auto asking
        = getPages(ofRepository(u"commits/%1/check-runs"_s.arg(encoded(sha)), items), parseCheckRuns, mostPages, ask);
    co_return co_await std::move(asking);
}

Task<Result<QList<CheckSuite>>> Client::checkSuites(QString sha, Ask ask)
{
    const auto address
        = ofRepository(u"commits/%1/check-suites"_s.arg(encoded(sha)), {{u"per_page"_s, QString::number(perPage)}});
    auto asking = get(address, parseCheckSuites, ask);
    co_return co_await std::move(asking);
}

Task<Result<QList<CommitStatus>>> Client::statuses(QString sha, Ask ask)
{
    const auto address
        = ofRepository(u"commits/%1/statuses"_s.arg(encoded(sha)), {{u"per_page"_s, QString::number(perPage)}});
    auto asking = get(address, parseStatuses, ask);
    co_return co_await std::move(asking);
}

Task<Result<QList<WorkflowRun>>> Client::runsOfHead(QString sha, Ask ask)
{
    const auto address
        = ofRepository(u"actions/runs"_s, {{u"head_sha"_s, sha}, {u"per_page"_s, QString::number(perPage)}});
    auto asking = get(address, parseRuns, ask);
    co_return co_await std::move(asking);
}

Task<Result<QList<WorkflowRun>>> Client::workflowRuns(QString file, int count, Ask ask)
{
    const auto address = ofRepository(u"actions/workflows/%1/runs"_s.arg(encoded(file)),
        {{u"per_page"_s, QString::number(qBound(1, count, perPage))}, {u"exclude_pull_requests"_s, u"true"_s}});
    auto asking = get(address, parseRuns, ask);
    auto runs = co_await std::move(asking);
    if (!runs && runs.error().kind == ProblemKind::NotFound)
        runs.error().sentence = u"%1 has no workflow %2."_s.arg(m_repository.text(), file);
    co_return runs;
}

Task<Result<QList<RunJob>>> Client::jobs(RunId run, Ask ask)
{
    const auto address
        = ofRepository(u"actions/runs/%1/jobs"_s.arg(run.value), {{u"per_page"_s, QString::number(perPage)}});
    auto asking = getPages(address, parseJobs, mostPages, ask);
    co_return co_await std::move(asking);
}

Task<Result<QList<Artifact>>> Client::artifacts(RunId run, QString name, Ask ask)
{
    const auto address = ofRepository(
        u"actions/runs/%1/artifacts"_s.arg(run.value), {{u"name"_s, name}, {u"per_page"_s, QString::number(perPage)}});
    auto asking = get(address, parseArtifacts, ask);
    co_return co_await std::move(asking);
}

Task<Result<EvaluationComparison>> Client::evaluationComparison(Artifact artifact, Ask ask)
{
    if (!hasToken())
        co_return needsToken(u"GitHub gives the comparison's artifact only with a token."_s);
    auto asked = request(ofRepository(u"actions/artifacts/%1/zip"_s.arg(artifact.id.value)), ask);
    asked.expect = net::Expect::Anything;
    asked.timeout = net::TimeoutClass::Slow;
    asked.maxBody = largestArtifact;
    asked.revalidate = false;
    const auto where = asked.url;
    auto fetching = fetch(std::move(asked));
    auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(noSuchArtifact(std::move(response.error())));
    auto reading = runOn(m_pools.parse,
        [zip = std::move(response->body), digest = artifact.digest] { return comparisonIn(zip, digest); });
    auto read = co_await std::move(reading);
    if (!read)
        read.error() = located(std::move(read.error()), where);
    co_return read;
}

Task<Result<Commit>> Client::commit(QString shaOrBranch, Ask ask)
{
    // One file's difference is the least that it gives.
    auto asking = get(ofRepository(u"commits/"_s + encoded(shaOrBranch), {{u"per_page"_s, u"1"_s}}), parseCommit, ask);
    co_return co_await std::move(asking);
}

Task<Result<QList<PullRequest>>> Client::pullsOfCommit(QString sha, Ask ask)
{
    auto asking = get(ofRepository(u"commits/%1/pulls"_s.arg(encoded(sha))), parsePulls, ask);
    auto pulls = co_await std::move(asking);
    if (pulls)
        *pulls = ordered(std::move(*pulls), sha);
    co_return pulls;
}

Task<Result<Comparison>> Client::compare(QString base, QString head, Ask ask)
{
    // Later pages have no files, whose differences GitHub often cannot make in time (pull-requests.md B.6).
    const auto address = ofRepository(
        u"compare/%1...%2"_s.arg(encoded(base), encoded(head)), {{u"per_page"_s, u"1"_s}, {u"page"_s, u"2"_s}});
    auto asked = request(address, ask);
    asked.timeout = net::TimeoutClass::Slow;
    auto fetching = fetch(std::move(asked));
    auto response = co_await std::move(fetching);
    if (!response)
        co_return std::unexpected(std::move(response.error()));
    auto reading = readOnPool(std::ref(m_pools), std::move(response->body), address, parseComparison);
    co_return co_await std::move(reading);
}

Task<Result<Comparison>> Client::commitsBetween(QString base, QString head, int most, Ask ask)
{
    const auto address = ofRepository(
        u"compare/%1...%2"_s.arg(encoded(base), encoded(head)), {{u"per_page"_s, QString::number(perPage)}});
    auto first = get(address, parseComparison, ask);
    auto all = co_await std::move(first);
    for (int page = 2; all && page <= most && all->commits.size() < all->totalCommits; ++page) {
        auto more = get(onPage(address, page), parseComparison, ask);
        auto part = co_await std::move(more);
        if (!part)
            co_return part;
        if (part->commits.isEmpty())
            break;
        all->commits += std::move(part->commits);
    }
    co_return all;
}

Task<Result<QList<Branch>>> Client::branches(QString prefix, Ask ask)
{
    auto asking = get(ofRepository(u"git/matching-refs/heads/"_s + encoded(prefix)), parseBranches, ask);
    co_return co_await std::move(asking);
}

Task<Result<std::optional<PullRequest>>> Client::backport(PullRequestNr original, QString branch, Ask ask)
{
    const auto head = u"%1:backport-%2-to-%3"_s.arg(m_repository.owner, original.text(), branch);
    auto asking = get(ofRepository(u"pulls"_s, {{u"state"_s, u"all"_s}, {u"head"_s, head}}), parsePulls, ask);
    auto pulls = co_await std::move(asking);
    if (!pulls)
        co_return std::unexpected(std::move(pulls.error()));
    co_return pulls->isEmpty() ? std::nullopt : std::optional(pulls->first());
}

QUrl Client::pullPage(PullRequestNr number) const
{
    return QUrl(u"https://github.com/%1/pull/%2"_s.arg(m_repository.text(), number.text()));
}

QUrl Client::commitPage(const QString &sha) const
{
    return QUrl(u"https://github.com/%1/commit/%2"_s.arg(m_repository.text(), sha));
}

} // namespace narscope::github
