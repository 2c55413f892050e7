// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/watchpolls.h"

#include "watch/plan.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

using namespace std::chrono_literals;

/// Where packages and maintainers are looked up, and where their jobs are built.
constexpr auto packageChannel = "nixpkgs-unstable"_L1;
const JobsetName &packageJobset()
{
    static const JobsetName name{u"nixpkgs"_s, u"unstable"_s};
    return name;
}
/// However many jobs are watched: 200 requests an hour (hydra.md §13).
constexpr Milliseconds jobPace = 18s;
constexpr Milliseconds jobInterval = 30min;
constexpr Milliseconds jobsetInterval = 15min;
/// Without a token GitHub answers 60 requests an hour; others need some too.
constexpr Milliseconds pullInterval = 15min;
constexpr Milliseconds pullPace = 90s;
constexpr Milliseconds pathInterval = 15min;
constexpr Milliseconds day = 24h;

hydra::Ask background()
{
    return {.why = u"Watch list"_s, .priority = net::Priority::Background};
}

QString itemOf(const Poll &poll)
{
    if (poll.kind == WatchKind::Job)
        return u"job:"_s + poll.server + u':' + poll.job.jobset.text() + u':' + poll.job.job;
    if (poll.kind == WatchKind::Build)
        return u"build:%1:%2"_s.arg(poll.server).arg(poll.rule.target.number);
    return poll.server + u'|' + poll.rule.target.text();
}

/// A rule for what two rules watch.
void join(WatchRule &rule, const WatchRule &other)
{
    for (const auto transition : other.on) {
        if (!rule.wants(transition))
            rule.on << transition;
    }
    rule.sound = rule.sound || other.sound;
}

bool wantsOnlyLevels(const WatchRule &rule)
{
    return std::ranges::all_of(rule.on,
        [](Transition transition) { return transition == Transition::Broke || transition == Transition::Fixed; });
}

bool agrees(const hydra::Shield &shield, bool isGood)
{
    return shield.colour == (isGood ? hydra::Shield::Colour::Green : hydra::Shield::Colour::Red);
}

std::unique_ptr<github::Client> githubOf(const WatchDoors &doors)
{
    const auto *server = net::findServer(doors.servers, net::ServerKind::GitHub);
    return server ? std::make_unique<github::Client>(doors.http, *server, doors.pools, doors.clock) : nullptr;
}

std::shared_ptr<nix::CacheClient> cacheOf(const WatchDoors &doors, nix::Batch &batch)
{
    const auto *server = net::findServer(doors.servers, net::ServerKind::Cache);
    if (!server)
        return nullptr;
    auto cache = nix::openCache(server->url.toString(QUrl::FullyEncoded),
        {.http = doors.http, .pools = doors.pools, .clock = doors.clock, .batch = batch});
    return cache ? *cache : nullptr;
}

} // namespace

WatchPolls::WatchPolls(WatchDoors doors, Take take, Known known, Fail fail)
    : m_doors(std::move(doors))
    , m_take(std::move(take))
    , m_known(std::move(known))
    , m_fail(std::move(fail))
    , m_github(githubOf(m_doors))
    , m_channels(m_doors.http, channels::placesOf(m_doors.servers), m_doors.pools)
    , m_batch(m_doors.pools.hash)
    , m_cache(cacheOf(m_doors, m_batch))
{
    for (const auto &server : m_doors.servers) {
        if (server.kind == net::ServerKind::Hydra)
            m_hydras[server.id] = std::make_unique<hydra::Client>(m_doors.http, server, m_doors.pools);
    }
}

WatchPolls::~WatchPolls() = default;

hydra::Client *WatchPolls::hydraOf(const QString &server)
{
    if (server.isEmpty()) {
        const auto *first = net::findServer(m_doors.servers, net::ServerKind::Hydra);
        return first ? m_hydras[first->id].get() : nullptr;
    }
    const auto it = m_hydras.find(server);
    return it == m_hydras.end() ? nullptr : it->second.get();
}

void WatchPolls::setRules(const QList<WatchRule> &rules)
{
    std::map<QString, Entry> before;
    before.swap(m_entries);
    for (const auto &rule : rules) {
        if (rule.target.kind == WatchKind::Channel || rule.target.kind == WatchKind::Builder)
            continue;
        Poll poll{.rule = rule, .kind = rule.target.kind};
        if (const auto *hydra = hydraOf(rule.target.server))
            poll.server = hydra->server().id;
        if (poll.kind == WatchKind::Job)
            poll.job = {rule.target.jobset, rule.target.name};
        const auto item = itemOf(poll);
        const auto old = before.find(item);
        // What a rule stands for is found again at once: the list of packages is at hand.
        const bool isExpanded = poll.kind == WatchKind::Package || poll.kind == WatchKind::Maintainer;
        m_entries[item] = {.poll = poll, .track = old == before.end() || isExpanded ? Track{} : old->second.track};
    }
    replan();
}

void WatchPolls::setCircumstances(const Circumstances &circumstances)
{
    const auto before = std::exchange(m_circumstances, circumstances);
    const auto now = m_doors.clock.monotonic();
    for (auto &[item, entry] : m_entries) {
        auto &dueAt = entry.track.dueAt;
        if (dueAt > now)
            dueAt = now + restretched(dueAt - now, before, circumstances);
    }
    replan();
}

void WatchPolls::replan()
{
    m_scope.cancelAll();
    if (!m_entries.empty())
        m_scope.start(loop());
}

/// One question at a time; who waits longest comes first.
Task<void> WatchPolls::loop()
{
    for (;;) {
        const auto next
            = std::ranges::min_element(m_entries, {}, [](const auto &entry) { return entry.second.track.dueAt; });
        const auto wait = next->second.track.dueAt - m_doors.clock.monotonic();
        if (wait > 0ms)
            co_await m_doors.clock.sleep(wait);
        const auto item = next->first;
        auto asking = ask(next->second.poll);
        const auto pause = co_await std::move(asking);
        m_entries[item].track.dueAt = m_doors.clock.monotonic() + stretched(pause, m_circumstances);
    }
}

Task<Milliseconds> WatchPolls::ask(Poll poll)
{
    auto asking = askOne(poll);
    const auto result = co_await std::move(asking);
    auto &track = m_entries[itemOf(poll)].track;
    if (result) {
        track.failures = 0;
        track.complaint.clear();
        co_return *result;
    }
    ++track.failures;
    auto problem = result.error();
    if (std::exchange(track.complaint, problem.sentence) != problem.sentence) {
        problem.where = poll.rule.target.text() + (problem.where.isEmpty() ? QString() : u": "_s + problem.where);
        m_fail(problem);
    }
    co_return std::max(retryPause(track.failures, problem.retryAfter), problem.retryHelps ? 0ms : pauseOf(poll.kind));
}

Milliseconds WatchPolls::pauseOf(WatchKind kind) const
{
    const auto count
        = std::ranges::count_if(m_entries, [kind](const auto &entry) { return entry.second.poll.kind == kind; });
    switch (kind) {
    case WatchKind::Job:
        return std::max(jobInterval, jobPace * count);
    case WatchKind::PullRequest:
        return std::max(pullInterval, pullPace * count);
    case WatchKind::Package:
    case WatchKind::Maintainer:
        return day;
    case WatchKind::StorePath:
        return pathInterval;
    default:
        return jobsetInterval;
    }
}

Task<Result<Milliseconds>> WatchPolls::askOne(Poll poll)
{
    const bool needsHydra = poll.kind != WatchKind::PullRequest && poll.kind != WatchKind::StorePath;
    if (needsHydra && !hydraOf(poll.server))
        return [](QString server) -> Task<Result<Milliseconds>> {
            co_return problemSaying(ProblemKind::Usage, u"No Hydra of that name is known."_s, server);
        }(poll.server);
    switch (poll.kind) {
    case WatchKind::Job:
        return askJob(poll);
    case WatchKind::Jobset:
        return askJobset(poll);
    case WatchKind::Build:
        return askBuild(poll);
    case WatchKind::PullRequest:
        return askPull(poll);
    case WatchKind::StorePath:
        return askPath(poll);
    default:
        return expand(poll);
    }
}

Task<Result<Milliseconds>> WatchPolls::askJob(Poll poll)
{
    auto &hydra = *hydraOf(poll.server);
    const auto pause = pauseOf(poll.kind);
    const auto *told = m_known(itemOf(poll));
    if (told && told->isGood && wantsOnlyLevels(poll.rule)) {
        const bool wasGood = *told->isGood;
        auto badge = hydra.shield(poll.job, background());
        const auto shield = co_await std::move(badge);
        if (!shield && shield.error().kind != ProblemKind::NotFound)
            co_return std::unexpected(shield.error());
        if (shield && agrees(*shield, wasGood))
            co_return pause;
    }
    auto question = hydra.jobPage(poll.job, background());
    const auto page = co_await std::move(question);
    if (!page)
        co_return std::unexpected(page.error());
    if (!page->exists) {
        // A package is not built on every system.
        if (poll.rule.target.kind != WatchKind::Job)
            co_return day;
        co_return problemSaying(ProblemKind::NotFound, u"No build of this job is known."_s);
    }
    auto sight = sightOf(*page, poll.server);
    sight.item = itemOf(poll); // by the name that was asked for, also when the jobset was renamed
    const auto *before = m_known(sight.item);
    const auto build = decidingBuild(*page);
    if (sight.isGood == false && before && before->run == sight.run) {
        sight.cause = before->cause;
    } else if (sight.isGood == false && build) {
        auto asking = addCause(poll, *build, &sight);
        co_await std::move(asking);
    }
    m_take(poll.rule, sight);
    co_return pause;
}

/// Without the build's page the notice says less, but comes.
Task<void> WatchPolls::addCause(Poll poll, BuildId build, Sight *sight)
{
    auto question = hydraOf(poll.server)->buildDetails(build, background());
    const auto details = co_await std::move(question);
    if (details)
        explain(*sight, *details);
}

Task<Result<Milliseconds>> WatchPolls::askJobset(Poll poll)
{
    auto question = hydraOf(poll.server)->evals(poll.rule.target.jobset, 1, background());
    const auto page = co_await std::move(question);
    if (!page)
        co_return std::unexpected(page.error());
    m_take(poll.rule, sightOf(*page, poll.rule.target.jobset, poll.server));
    co_return pauseOf(poll.kind);
}

Task<Result<Milliseconds>> WatchPolls::askBuild(Poll poll)
{
    auto question = hydraOf(poll.server)->build(BuildId(poll.rule.target.number), background());
    const auto build = co_await std::move(question);
    if (!build)
        co_return std::unexpected(build.error());
    auto sight = sightOf(*build, poll.server);
    auto state = build->state();
    if (!hydra::isFinished(state) && poll.rule.wants(Transition::Started)) {
        // Only the page tells whether a build still waits or runs (hydra.md 8).
        auto asking = hydraOf(poll.server)->buildDetails(build->id, background());
        const auto details = co_await std::move(asking);
        if (details && details->state == hydra::BuildState::Running) {
            state = details->state;
            const auto *told = m_known(sight.item);
            // One that is restarted begins anew.
            sight.running = build->id.text() + u'@' + (told ? told->run : QString());
        }
    } else if (sight.isGood == false) {
        const auto *told = m_known(sight.item);
        if (told && told->run == sight.run) {
            sight.cause = told->cause;
        } else {
            auto asking = addCause(poll, build->id, &sight);
            co_await std::move(asking);
        }
    }
    m_take(poll.rule, sight);
    const auto age = m_doors.clock.now() - std::chrono::seconds(build->queuedAt);
    co_return buildInterval(state, age);
}

Task<Result<Milliseconds>> WatchPolls::askPull(Poll poll)
{
    if (!m_github)
        co_return problemSaying(ProblemKind::Usage, u"No GitHub is known."_s);
    const github::Ask asked{.why = u"Watch list"_s, .priority = net::Priority::Background};
    auto question = m_github->pull(PullRequestNr(poll.rule.target.number), asked);
    const auto pull = co_await std::move(question);
    if (!pull)
        co_return std::unexpected(pull.error());
    if (const auto branch = poll.rule.target.branch; !branch.isEmpty()) {
        auto looking = askArrival(poll, *pull);
        co_return co_await std::move(looking);
    }
    m_take(poll.rule, sightOf(*pull, poll.rule.target.name));
    co_return pull->state == github::PullState::Open ? pauseOf(poll.kind) : day;
}

/// Branches do not lose commits (pull-requests.md B.6): what has arrived is not asked for any more than daily.
Task<Result<Milliseconds>> WatchPolls::askArrival(Poll poll, github::PullRequest pull)
{
    const auto branch = poll.rule.target.branch;
    if (pull.state != github::PullState::Merged || pull.mergeCommit.isEmpty()) {
        m_take(poll.rule, arrivalOf(pull, poll.rule.target, false));
        co_return pull.state == github::PullState::Open ? pauseOf(poll.kind) : day;
    }
    const auto *told = m_known(poll.rule.target.text());
    if (told && told->isGood == true)
        co_return day;
    const auto commit = pull.mergeCommit;
    const github::Ask asked{.why = u"Watch list"_s, .priority = net::Priority::Background};
    auto question = m_github->compare(branch, commit, asked);
    const auto comparison = co_await std::move(question);
    if (!comparison)
        co_return std::unexpected(comparison.error());
    const bool isThere
        = comparison->status == github::CompareStatus::Behind || comparison->status == github::CompareStatus::Identical;
    m_take(poll.rule, arrivalOf(pull, poll.rule.target, isThere));
    co_return isThere ? day : pauseOf(poll.kind);
}

Task<Result<Milliseconds>> WatchPolls::askPath(Poll poll)
{
    if (!m_cache)
        co_return problemSaying(ProblemKind::Usage, u"No cache is known."_s);
    const auto mention = nix::readStorePathMention(poll.rule.target.name.toUtf8());
    if (!mention)
        co_return std::unexpected(mention.error());
    auto question = m_cache->narInfo(mention->hashPart);
    const auto answer = co_await std::move(question);
    if (!answer && answer.error().kind != ProblemKind::NotFound)
        co_return std::unexpected(answer.error());
    const bool isThere = answer.has_value();
    const auto name = poll.rule.target.name.section(u'/', -1).section(u'-', 1);
    m_take(poll.rule,
        {.item = u"path:"_s + poll.rule.target.name,
            .subject = poll.rule.target.subject(),
            .name = name,
            .isGood = isThere,
            .run = isThere ? u"there"_s : u"absent"_s,
            .running = {},
            .cause = {},
            .text = (isThere ? u"It is in %1."_s : u"It is not in %1."_s).arg(m_cache->address())});
    co_return isThere ? day : pauseOf(poll.kind);
}

Task<Result<QList<channels::Package>>> WatchPolls::packages()
{
    if (m_packagesAt >= 0ms && m_doors.clock.monotonic() - m_packagesAt < day)
        co_return m_packages;
    auto pointing = m_channels.pointer(packageChannel, background());
    const auto pointer = co_await std::move(pointing);
    if (!pointer)
        co_return std::unexpected(pointer.error());
    auto question = m_channels.packages(pointer->folder, background());
    auto answer = co_await std::move(question);
    if (!answer)
        co_return answer;
    m_packages = std::move(*answer);
    m_packagesAt = m_doors.clock.monotonic();
    co_return m_packages;
}

/// Jobs for what a package or maintainer stands for.
Task<Result<Milliseconds>> WatchPolls::expand(Poll poll)
{
    auto asking = packages();
    const auto known = co_await std::move(asking);
    if (!known)
        co_return std::unexpected(known.error());
    const bool isPackage = poll.kind == WatchKind::Package;
    const auto &name = poll.rule.target.name;
    QStringList jobs;
    for (const auto &package : *known) {
        const bool isIt
            = isPackage ? package.attribute == name : package.maintainers.contains(name, Qt::CaseInsensitive);
        if (isIt)
            jobs += jobsOfPackage(package.attribute, isPackage);
    }
    if (jobs.isEmpty())
        co_return problemSaying(ProblemKind::NotFound,
            isPackage ? u"The channel has no such package."_s : u"No package of the channel names this maintainer."_s,
            packageChannel);
    for (const auto &job : jobs) {
        Poll one{.rule = poll.rule, .kind = WatchKind::Job, .server = poll.server, .job = {packageJobset(), job}};
        const auto item = itemOf(one);
        if (const auto entry = m_entries.find(item); entry != m_entries.end())
            join(entry->second.poll.rule, poll.rule);
        else
            m_entries[item] = {.poll = one, .track = {}};
    }
    co_return day;
}

} // namespace narscope::watch
