// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/pulldesk.h"

#include "watch/plan.h"

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds withToken = 2min; ///< pull-requests.md F.6
constexpr Milliseconds withoutToken = 15min;
constexpr Milliseconds workflowsWithToken = 5min;
constexpr Milliseconds workflowsWithoutToken = 30min; ///< six requests of sixty an hour
constexpr Milliseconds buildsPause = 1min; ///< OfBorg's log API alone
constexpr size_t mostKnown = 50;

github::Ask personAsks(QString why)
{
    return {.why = std::move(why), .priority = net::Priority::Interactive};
}

bool isWaiting(const PullReport &report)
{
    return report.pull.state == github::PullState::Open
        || std::ranges::any_of(
            report.checks, [](const github::CheckRun &check) { return !github::isFinal(check.verdict); })
        || std::ranges::any_of(report.backports, &github::Backport::open);
}

/// A build of OfBorg's is not over as far as GitHub knows.
bool isBuilding(const PullReport &report)
{
    return report.pull.state == github::PullState::Open
        && std::ranges::any_of(report.checks,
            [](const github::CheckRun &check) { return check.isOfBorg() && !github::isFinal(check.verdict); });
}

} // namespace

PullDesk::PullDesk(PullDoors doors)
    : m_doors(std::move(doors))
{
    qRegisterMetaType<PullNews>();
    qRegisterMetaType<WorkflowNews>();
}

std::optional<Milliseconds> PullDesk::pauseAfter(const PullNews &news, int failures)
{
    const auto usual = news.asked.hasToken ? withToken : withoutToken;
    if (news.problem) {
        if (!news.problem->retryHelps && !news.problem->retryAfter)
            return {};
        return std::max(usual, retryPause(failures, news.problem->retryAfter));
    }
    return news.report && isWaiting(*news.report) ? std::optional(usual) : std::nullopt;
}

std::unique_ptr<github::Client> PullDesk::newClient() const
{
    const auto *server = net::findServer(m_doors.servers, net::ServerKind::GitHub);
    if (!server)
        return nullptr;
    return std::make_unique<github::Client>(m_doors.http, *server, m_doors.pools, m_doors.clock,
        m_doors.gitHubToken ? m_doors.gitHubToken() : github::Token());
}

std::unique_ptr<ofborg::Client> PullDesk::newOfBorg() const
{
    const auto *server = net::findServer(m_doors.servers, net::ServerKind::OfBorg);
    return server ? std::make_unique<ofborg::Client>(m_doors.http, *server, m_doors.pools) : nullptr;
}

PullNews &PullDesk::newsOf(qint64 number)
{
    m_shownAt[number] = m_doors.clock.nowSeconds();
    if (m_known.size() >= mostKnown && !m_known.contains(number)) {
        const auto oldest
            = std::ranges::min_element(m_shownAt, {}, [](const auto &entry) { return entry.second; })->first;
        m_known.erase(oldest);
        m_shownAt.erase(oldest);
    }
    auto &news = m_known[number];
    news.number = PullRequestNr(number);
    return news;
}

void PullDesk::show(qint64 number)
{
    if (number != m_shown || m_pullScope.isEmpty())
        begin(number, false);
}

void PullDesk::begin(qint64 number, bool asksNow)
{
    m_pullScope.cancelAll();
    if (const auto known = m_known.find(m_shown); known != m_known.end()) {
        known->second.asked.isRunning = false;
        known->second.asked.nextAt = 0;
    }
    m_shown = number;
    if (number > 0)
        m_pullScope.start(followPull(number, asksNow));
}

void PullDesk::showWorkflows(bool shown)
{
    if (shown == m_showsWorkflows)
        return;
    m_workflowScope.cancelAll();
    m_showsWorkflows = shown;
    if (shown)
        m_workflowScope.start(followWorkflows(false));
}

void PullDesk::refresh()
{
    if (m_shown > 0)
        begin(m_shown, true);
    if (!m_showsWorkflows)
        return;
    m_workflowScope.cancelAll();
    m_workflowScope.start(followWorkflows(true));
}

Milliseconds PullDesk::left(qint64 askedAt, Milliseconds pause) const
{
    return askedAt > 0 ? std::chrono::seconds(askedAt) + pause - m_doors.clock.now() : Milliseconds(0);
}

Task<void> PullDesk::take(PullNews *news, Result<PullReport> report)
{
    if (!report) {
        news->problem = std::move(report.error());
        co_return;
    }
    news->problem.reset();
    ChangeTablePtr changes;
    if (report->comparison) {
        const auto comparison = std::make_shared<const github::EvaluationComparison>(*std::move(report->comparison));
        report->comparison.reset(); // its table says the same
        auto making = runOn(m_doors.pools.parse,
            [comparison] { return std::make_shared<const ChangeTable>(changeTable(*comparison)); });
        changes = co_await std::move(making);
    }
    news->report = std::move(*report);
    news->changes = std::move(changes);
}

Task<void> PullDesk::followPull(qint64 number, bool asksNow)
{
    auto *news = &newsOf(number);
    const bool hasToken = m_doors.gitHubToken && !m_doors.gitHubToken().isEmpty();
    auto wait = asksNow || news->problem ? Milliseconds(0) : left(news->asked.at, hasToken ? withToken : withoutToken);
    int failures = 0;
    for (;;) {
        if (wait <= 0ms) {
            auto asking = askPull(news, &failures);
            co_await std::move(asking);
        }
        const auto pause = pauseAfter(*news, failures).transform([this](Milliseconds usual) {
            return stretched(usual, m_circumstances);
        });
        wait = wait > 0ms ? wait : pause.value_or(0ms);
        news->asked.nextAt = pause ? m_doors.clock.nowSeconds() + wait.count() / 1000 : 0;
        Q_EMIT pullTold(*news);
        if (!pause)
            co_return;
        auto resting = rest(news, wait);
        co_await std::move(resting);
        wait = 0ms;
    }
}

Task<void> PullDesk::rest(PullNews *news, Milliseconds pause)
{
    const auto ofborg = newOfBorg();
    const auto repository = github::RepositoryName();
    while (pause > 0ms) {
        const auto step = std::min(pause, stretched(buildsPause, m_circumstances));
        co_await m_doors.clock.sleep(step);
        pause -= step;
        if (pause <= 0ms || !ofborg || !news->report || !isBuilding(*news->report))
            continue;
        const ofborg::PullKey key{.owner = repository.owner, .repository = repository.name, .number = news->number};
        const ofborg::Ask ask{
            .why = u"Trace: builds of #"_s + news->number.text(), .priority = net::Priority::Background};
        auto asking = ofborg->attempts(key, ask);
        const auto attempts = co_await std::move(asking);
        if (!attempts || !news->report)
            continue;
        takeAttempts(*news->report, *attempts);
        Q_EMIT pullTold(*news);
    }
}

Task<void> PullDesk::askPull(PullNews *news, int *failures)
{
    const auto github = newClient();
    const auto ofborg = newOfBorg();
    news->asked.isRunning = github != nullptr;
    news->asked.nextAt = 0;
    news->asked.hasToken = github && github->hasToken();
    if (!github) {
        news->problem = problemSaying(ProblemKind::NotFound, u"There is no GitHub among the servers."_s).error();
        co_return;
    }
    Q_EMIT pullTold(*news);
    const auto number = news->number;
    const auto ask = personAsks(u"Trace: checks of #"_s + number.text());
    auto reporting = pullReport(*github, ofborg.get(), number, ask);
    auto report = co_await std::move(reporting);
    auto taking = take(news, std::move(report));
    co_await std::move(taking);
    *failures = news->problem ? *failures + 1 : 0;
    news->asked.isRunning = false;
    news->asked.quota = github->quota();
    if (!news->problem)
        news->asked.at = m_doors.clock.nowSeconds();
}

Task<void> PullDesk::followWorkflows(bool asksNow)
{
    const bool hasToken = m_doors.gitHubToken && !m_doors.gitHubToken().isEmpty();
    const auto pause = hasToken ? workflowsWithToken : workflowsWithoutToken;
    auto wait = asksNow ? Milliseconds(0) : left(m_workflows.asked.at, pause);
    for (;;) {
        if (wait <= 0ms) {
            auto asking = askWorkflows();
            co_await std::move(asking);
            wait = stretched(pause, m_circumstances);
        }
        m_workflows.asked.nextAt = m_workflows.problem ? 0 : m_doors.clock.nowSeconds() + wait.count() / 1000;
        Q_EMIT workflowsTold(m_workflows);
        if (m_workflows.problem)
            co_return;
        co_await m_doors.clock.sleep(wait);
        wait = 0ms;
    }
}

Task<void> PullDesk::askWorkflows()
{
    const auto github = newClient();
    m_workflows.asked.isRunning = github != nullptr;
    m_workflows.asked.nextAt = 0;
    m_workflows.asked.hasToken = github && github->hasToken();
    m_workflows.problem.reset();
    if (!github) {
        m_workflows.problem = problemSaying(ProblemKind::NotFound, u"There is no GitHub among the servers."_s).error();
        co_return;
    }
    Q_EMIT workflowsTold(m_workflows);
    const auto workflows = github::BranchGraph::shipped().workflows();
    QList<WorkflowReport> fresh;
    for (const auto &workflow : workflows) {
        const auto ask = personAsks(u"Trace: the last runs of "_s + workflow.file);
        const QList<github::PeriodicWorkflow> one{workflow};
        auto reporting = workflowReports(*github, one, m_doors.clock.nowSeconds(), ask);
        fresh += co_await std::move(reporting);
        m_workflows.asked.quota = github->quota();
        // What was known of those that are still to come stays beside them.
        m_workflows.reports = fresh + m_workflows.reports.mid(std::min(fresh.size(), m_workflows.reports.size()));
        Q_EMIT workflowsTold(m_workflows);
    }
    m_workflows.asked.isRunning = false;
    m_workflows.asked.at = m_doors.clock.nowSeconds();
}

} // namespace narscope::watch
