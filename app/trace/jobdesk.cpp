// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/jobdesk.h"

#include "history/history.h"
#include "trace/attrs.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr qint64 freshFor = 300; ///< seconds
constexpr qsizetype mostKnown = 30;
constexpr int mostPages = 10; ///< 200 builds
constexpr int mostWindowRequests = 3; ///< of 100 commits each
constexpr qsizetype mostSuspects = 20;

hydra::Ask personAsks(QString why)
{
    return {.why = std::move(why), .priority = net::Priority::Interactive};
}

/// Numbers grow with the evaluations, while a build that was restarted finishes late.
void addBuilds(JobCourse &course, const QList<hydra::BuildRow> &more)
{
    for (const auto &build : more) {
        if (!std::ranges::contains(course.builds, build.id, &hydra::BuildRow::id))
            course.builds << build;
    }
    std::ranges::sort(course.builds, std::greater{}, &hydra::BuildRow::id);
}

hydra::BuildRow rowOf(const hydra::Build &build)
{
    return {.id = build.id,
        .job = build.job.job,
        .jobset = {},
        .state = build.state(),
        .finished = build.stoppedAt,
        .nixName = build.nixName,
        .system = build.system};
}

} // namespace

JobDesk::JobDesk(QList<hydra::Client *> hydras, net::Servers servers, TracerDoors doors)
    : m_hydras(std::move(hydras))
    , m_servers(std::move(servers))
    , m_doors(std::move(doors))
{
    qRegisterMetaType<JobOrder>();
    qRegisterMetaType<JobCourse>();
    qRegisterMetaType<SuspectOrder>();
    qRegisterMetaType<Suspects>();
    qRegisterMetaType<RawOrder>();
    qRegisterMetaType<RawAnswer>();
    qRegisterMetaType<Problem>();
}

Result<hydra::Client *> JobDesk::hydraOf(const QString &server) const
{
    const auto found
        = std::ranges::find_if(m_hydras, [&server](const auto *hydra) { return hydra->server().id == server; });
    if (found == m_hydras.end())
        return problemSaying(ProblemKind::NotFound, u"No such Hydra is in the list of servers."_s, server);
    return *found;
}

const JobCourse *JobDesk::known(const JobOrder &order) const
{
    const auto found = std::ranges::find(m_known, order, &JobCourse::order);
    return found == m_known.end() ? nullptr : &*found;
}

void JobDesk::keep(const JobCourse &course)
{
    m_known.removeIf([&course](const JobCourse &other) { return other.order == course.order; });
    m_known.prepend(course);
    if (m_known.size() > mostKnown)
        m_known.removeLast();
}

void JobDesk::ask(const JobOrder &order, bool anew)
{
    m_courseScope.cancelAll();
    if (const auto *course = known(order)) {
        Q_EMIT told(*course);
        if (!anew && m_doors.clock.nowSeconds() - course->seenAt < freshFor)
            return;
    }
    m_courseScope.start(follow(order));
}

Task<void> JobDesk::follow(JobOrder order)
{
    const auto hydra = hydraOf(order.server);
    if (!hydra) {
        Q_EMIT failed(order, hydra.error());
        co_return;
    }
    auto asking = askPage(*hydra, order);
    auto course = co_await std::move(asking);
    if (!course) {
        Q_EMIT failed(order, course.error());
        co_return;
    }
    remember(*course);
    course->turn = turnOf(course->builds, order.at);
    if (!known(order))
        Q_EMIT told(*course);
    auto turn = askTurn(*hydra, &*course);
    co_await std::move(turn);
    if (order.siblings && course->exists) {
        if (!known(order))
            Q_EMIT told(*course);
        auto siblings = askSiblings(*hydra, &*course);
        co_await std::move(siblings);
    }
    course->isWhole = true;
    if (!course->problem)
        keep(*course);
    Q_EMIT told(*course);
}

void JobDesk::remember(const JobCourse &course) const
{
    QList<history::BuildSight> sights;
    for (const auto &build : course.queued + course.builds)
        sights << history::sightOf(build, course.job.jobset);
    if (m_doors.history)
        m_doors.history->addBuilds(course.order.server, sights);
}

Task<Result<JobCourse>> JobDesk::askPage(hydra::Client *hydra, JobOrder order)
{
    auto asking = hydra->jobPage(order.job, personAsks(u"Jobs: builds of a job"_s));
    const auto page = co_await std::move(asking);
    if (!page)
        co_return std::unexpected(page.error());
    constexpr int newest = 10; // so many at most are on the job's page
    JobCourse course{.order = order,
        .job = page->job,
        .exists = page->exists,
        .inLatestEval = page->inLatestEval,
        .builds = {},
        .queued = page->queued,
        .hasOlder = page->latest.size() >= newest,
        .turn = {},
        .siblings = {},
        .seenAt = m_doors.clock.nowSeconds(),
        .problem = {}};
    addBuilds(course, page->latest);
    auto older = askOlder(hydra, &course);
    co_await std::move(older);
    co_return course;
}

Task<void> JobDesk::askOlder(hydra::Client *hydra, JobCourse *course)
{
    for (int page = 1; page <= std::min(course->order.pages, mostPages) && course->hasOlder; ++page) {
        auto asking = hydra->jobBuilds(course->job, page, personAsks(u"Jobs: older builds of a job"_s));
        const auto list = co_await std::move(asking);
        if (!list) {
            course->problem = list.error();
            co_return;
        }
        addBuilds(*course, list->builds);
        course->hasOlder = list->paging.hasNext && page < mostPages;
    }
}

Task<void> JobDesk::askTurn(hydra::Client *hydra, JobCourse *course)
{
    if (!course->turn)
        co_return;
    if (!course->turn->lastGood && !course->order.at) {
        auto asking = askLastGood(hydra, course);
        co_await std::move(asking);
    }
    auto bad = evalsOf(hydra, course->turn->firstBad.id, course);
    const auto badEvals = co_await std::move(bad);
    course->turn->firstBadEval = badEvals.value(0);
    if (!course->turn->lastGood || course->turn->lastGoodEval.value != 0)
        co_return;
    auto good = evalsOf(hydra, course->turn->lastGood->id, course);
    const auto goodEvals = co_await std::move(good);
    course->turn->lastGoodEval = goodEvals.isEmpty() ? EvalId() : goodEvals.last();
}

/// None of the builds that are listed succeeded: an older one may have.
Task<void> JobDesk::askLastGood(hydra::Client *hydra, JobCourse *course)
{
    if (!course->hasOlder) // all of its builds are listed
        co_return;
    auto finding = hydra->latest(course->job, personAsks(u"Jobs: last success of a job"_s));
    const auto id = co_await std::move(finding);
    if (!id) {
        if (id.error().kind != ProblemKind::NotFound)
            course->problem = id.error();
        co_return;
    }
    auto asking = hydra->build(*id, personAsks(u"Jobs: last success of a job"_s));
    const auto build = co_await std::move(asking);
    if (!build) {
        course->problem = build.error();
        co_return;
    }
    course->turn->lastGood = rowOf(*build);
    course->turn->lastGoodEval = build->evals.isEmpty() ? EvalId() : build->evals.last();
}

Task<QList<EvalId>> JobDesk::evalsOf(hydra::Client *hydra, BuildId id, JobCourse *course)
{
    auto asking = hydra->build(id, personAsks(u"Jobs: since when a job fails"_s));
    const auto build = co_await std::move(asking);
    if (!build) {
        course->problem = build.error();
        co_return QList<EvalId>();
    }
    if (m_doors.history)
        m_doors.history->addBuilds(course->order.server, {history::sightOf(*build)});
    co_return build->evals;
}

Task<void> JobDesk::askSiblings(hydra::Client *hydra, JobCourse *course)
{
    for (auto sibling : siblingsOf(course->job)) {
        const hydra::LatestBuildsQuery query{.count = 1,
            .project = sibling.job.jobset.project,
            .jobset = sibling.job.jobset.jobset,
            .job = sibling.job.job,
            .system = {}};
        auto asking = hydra->latestBuilds(query, personAsks(u"Jobs: a job on other systems"_s));
        const auto builds = co_await std::move(asking);
        if (!builds) {
            course->problem = builds.error();
            co_return;
        }
        if (!builds->isEmpty())
            sibling.newest = builds->first();
        course->siblings << sibling;
    }
}

void JobDesk::askSuspects(const SuspectOrder &order)
{
    m_suspectScope.cancelAll();
    m_suspectScope.start(findSuspects(order));
}

Task<void> JobDesk::findSuspects(SuspectOrder order)
{
    auto asking = suspectsOf(order);
    const auto suspects = co_await std::move(asking);
    if (suspects)
        Q_EMIT suspectsTold(*suspects);
    else
        Q_EMIT suspectsFailed(order, suspects.error());
}

Task<Result<Suspects>> JobDesk::suspectsOf(SuspectOrder order)
{
    const auto *server = net::findServer(m_servers, net::ServerKind::GitHub);
    const auto hydra = hydraOf(order.server);
    if (!hydra || !server)
        co_return hydra ? problemSaying(ProblemKind::NotFound, u"No GitHub is in the list of servers."_s)
                        : std::unexpected(hydra.error());
    // A failed build's page compares with the last one that succeeded.
    auto looking = (*hydra)->buildDetails(order.firstBad, personAsks(u"Jobs: what changed before a failure"_s));
    const auto details = co_await std::move(looking);
    if (!details)
        co_return std::unexpected(details.error());
    const auto change = nixpkgsChange(details->changes);
    if (change.fromRevision.isEmpty() || change.toRevision.isEmpty())
        co_return problemSaying(ProblemKind::NotFound,
            u"Hydra does not tell between which revisions of nixpkgs it broke."_s,
            (*hydra)->buildUrl(order.firstBad).toDisplayString());
    github::Client gitHub(m_doors.http, *server, m_doors.pools, m_doors.clock,
        m_doors.gitHubToken ? m_doors.gitHubToken() : github::Token());
    const github::Ask ask{.why = u"Jobs: commits before a failure"_s, .priority = net::Priority::Interactive};
    auto asking = gitHub.commitsBetween(change.fromRevision, change.toRevision, mostWindowRequests, ask);
    const auto window = co_await std::move(asking);
    if (!window)
        co_return std::unexpected(window.error());
    Suspects suspects{.order = order,
        .from = change.fromRevision,
        .to = change.toRevision,
        .total = window->totalCommits,
        .looked = window->commits.size(),
        .named = {}};
    const auto parts = jobParts(order.job.job, packagePrefix(order.job.jobset.project));
    const auto attr = parts ? parts->attr : order.job.job;
    for (const auto &commit : window->commits) {
        if (suspects.named.size() < mostSuspects && attributesInTitle(commit.headline()).contains(attr))
            suspects.named << Suspect{.sha = commit.sha,
                .headline = commit.headline(),
                .pullRequest = PullRequestNr(pullRequestInMessage(commit.message)),
                .committedAt = commit.committedAt};
    }
    co_return suspects;
}

void JobDesk::askRaw(const RawOrder &order)
{
    m_rawScope.cancelAll();
    m_rawScope.start(fetchRaw(order));
}

Task<void> JobDesk::fetchRaw(RawOrder order)
{
    const auto hydra = hydraOf(order.server);
    if (!hydra) {
        Q_EMIT rawFailed(order, hydra.error());
        co_return;
    }
    auto asking = (*hydra)->buildJson(order.build, personAsks(u"Jobs: a build's JSON"_s));
    const auto body = co_await std::move(asking);
    if (!body) {
        Q_EMIT rawFailed(order, body.error());
        co_return;
    }
    auto laying = runOn(m_doors.pools.parse, [bytes = *body] { return hydra::laidOut(bytes); });
    auto shown = co_await std::move(laying);
    Q_EMIT rawTold({.order = order,
        .body = *body,
        .shown = std::move(shown),
        .url = (*hydra)->buildUrl(order.build),
        .seenAt = m_doors.clock.nowSeconds()});
}

} // namespace narscope::trace
