// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/backward.h"

#include "github/branchgraph.h"
#include "nix/isocheck.h"
#include "nix/verifyinput.h"
#include "trace/attrs.h"
#include "trace/forwardask.h"
#include "trace/jobcourse.h"
#include "trace/localsystem.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr int mostWindowRequests = 3; ///< of 100 commits each
constexpr qsizetype mostTouches = 8;
constexpr qsizetype mostOfAll = 50; ///< touches, when no attribute is asked for

/// Of several builds that made a path, the one that was first, of nixpkgs' own jobset before others.
const hydra::Build *chosen(const QList<hydra::Build> &builds)
{
    const auto rank = [](const hydra::Build &build) {
        return std::pair(build.job.jobset.project == "nixpkgs"_L1 ? 0 : 1, build.id);
    };
    const auto found = std::ranges::min_element(builds, {}, rank);
    return found == builds.end() ? nullptr : &*found;
}

/// A system of a flake counts days, not commits: «26.05.20261119.a50de1b». There is no release of that name.
bool isDated(const channels::ReleaseName &release)
{
    return release.stage.isEmpty() && release.revisionCount > 20'000'000 && release.revisionCount < 30'000'000;
}

/// Keys of a bucket are in the order of their bytes: from here on it is less than a page to the release itself.
QString markerBefore(const QString &folder, const channels::ReleaseName &release)
{
    constexpr qint64 commits = 3000;
    const auto name = folder.section(u'/', -1);
    const auto count = QString::number(release.revisionCount);
    const auto least
        = QString::number(std::max<qint64>(release.revisionCount - commits, 0)).rightJustified(count.size(), u'0');
    const auto at = name.lastIndexOf(count + u'.');
    return at < 0 ? QString() : folder.section(u'/', 0, -2) + u'/' + name.first(at) + least;
}

/// The folder of the release before, among those of the same series.
QString folderBefore(const channels::BucketPage &page, const QString &folder, const channels::ReleaseName &release)
{
    QString best;
    qint64 most = -1;
    const auto parent = folder.section(u'/', 0, -2);
    for (const auto &entry : page.entries) {
        const auto name = channels::parseReleaseName(entry.key.section(u'/', -1));
        const bool isSame = name && name->product == release.product && name->series == release.series
            && name->stage == release.stage && entry.key.section(u'/', 0, -2) == parent;
        if (isSame && name->revisionCount < release.revisionCount && name->revisionCount > most) {
            most = name->revisionCount;
            best = entry.key;
        }
    }
    return best;
}

} // namespace

Backward::Backward(
    Sources sources, Order order, QString systemFolder, KnownBackward &known, std::function<void()> publish)
    : m_sources(std::move(sources))
    , m_order(std::move(order))
    , m_systemFolder(std::move(systemFolder))
    , m_known(known)
    , m_publish(std::move(publish))
{
}

QString Backward::why(const QString &what) const
{
    return u"Trace back: %1"_s.arg(what);
}

template <typename T>
Task<bool> Backward::look(Look<T> *into, bool allowed, Task<Result<T>> asking, QString why, QUrl source)
{
    return lookFor(m_sources, into, allowed, std::move(asking), std::move(why), std::move(source));
}

Task<void> Backward::round(TraceStart start)
{
    const auto &limits = m_order.limits;
    m_budget
        = Budget(m_sources.http, limits.hydra, m_sources.gitHub.hasToken() ? limits.gitHubWithToken : limits.gitHub);
    begin(start);
    m_publish();
    if (start.kind == TraceStart::Kind::Channel) {
        auto asking = askChannel();
        co_await std::move(asking);
        m_publish();
    }
    if (!m_known.path.isEmpty() || !m_known.hashPart.isEmpty()) {
        auto asking = askPath();
        co_await std::move(asking);
        m_publish();
        auto finding = findBuild();
        co_await std::move(finding);
    }
    if (!m_known.folder.isEmpty()) {
        auto asking = askRelease();
        co_await std::move(asking);
    }
    if (start.kind == TraceStart::Kind::Build) {
        auto asking = askBuild(BuildId(start.subject.number));
        co_await std::move(asking);
    }
    m_publish();
    auto finding = findEval();
    co_await std::move(finding);
    auto eval = askEval();
    co_await std::move(eval);
    auto gate = askGate();
    co_await std::move(gate);
    m_publish();
    auto window = askWindow();
    co_await std::move(window);
    auto touches = askTouches();
    co_await std::move(touches);
    m_publish();
}

void Backward::begin(const TraceStart &start)
{
    using Kind = TraceStart::Kind;
    m_known.start = start.subject;
    if (start.kind == Kind::System)
        readSystem(start.folder.isEmpty() ? m_systemFolder : start.folder);
    if (start.kind == Kind::Channel)
        m_known.channel = start.subject.name;
    if (start.kind == Kind::Evaluation)
        m_known.eval = EvalId(start.subject.number);
    if (start.kind == Kind::Image) {
        m_known.image = start.image;
        if (const auto release = nix::releaseOfImage(start.image))
            m_known.folder = release->folder;
    }
    if (start.kind != Kind::Path && start.kind != Kind::Build && m_known.attr.isEmpty())
        m_known.attr = m_order.attrs.value(0); // only what changed this one is wanted
    if (start.kind != Kind::Path)
        return;
    const auto name = start.subject.name;
    if (start.subject.kind == SubjectKind::Derivation)
        m_known.drv = name;
    else if (name.startsWith(u'/'))
        m_known.path = name;
    else
        m_known.hashPart = name;
}

void Backward::readSystem(const QString &folder)
{
    if (m_known.system)
        return;
    auto system = readLocalSystem(folder, m_sources.http);
    if (!system) {
        const auto sentence
            = folder == m_systemFolder ? u"This machine does not run NixOS."_s : u"This machine has no such system."_s;
        m_known.noSystem = problemSaying(ProblemKind::NotFound, sentence, folder).error();
        return;
    }
    m_known.system = *system;
    m_known.revision = system->revision;
    // The version names a release when the system was built from a channel.
    const auto release = channels::parseReleaseName(u"nixos-"_s + system->version);
    if (!release || isDated(*release))
        return;
    const auto channel = release->stage.isEmpty() ? release->series : u"unstable"_s;
    m_known.folder = u"nixos/%1/nixos-%2"_s.arg(channel, system->version);
}

Task<void> Backward::askChannel()
{
    const auto name = m_known.channel;
    if (!m_known.pointer) {
        const auto reason = why(u"where %1 points"_s.arg(name));
        const hydra::Ask ask{.why = reason, .priority = net::Priority::Interactive};
        auto asking = m_sources.channels.pointerWithRevision(name, ask);
        auto looking = look(&m_known.pointer, true, std::move(asking), reason, m_sources.channels.channelUrl(name));
        const bool good = co_await std::move(looking);
        if (!good)
            co_return;
        m_known.folder = m_known.pointer->folder;
    }
    if (const auto channel = m_sources.graph.channel(name))
        m_known.gate = channel->job;
    auto before = askBefore();
    co_await std::move(before);
}

Task<void> Backward::askBefore()
{
    const auto folder = m_known.folder;
    const auto release = channels::parseReleaseName(folder.section(u'/', -1));
    if (!release || !m_known.before.isEmpty())
        co_return;
    const auto reason = why(u"the releases before"_s);
    const hydra::Ask ask{.why = reason, .priority = net::Priority::Interactive};
    auto listing = m_sources.channels.releases(folder.section(u'/', 0, -2) + u'/', markerBefore(folder, *release), ask);
    auto looking
        = look(&m_known.releases, true, std::move(listing), reason, m_sources.channels.places().releasesBucket);
    const bool good = co_await std::move(looking);
    const auto last = good ? folderBefore(*m_known.releases, folder, *release) : QString();
    if (last.isEmpty())
        co_return;
    const auto lastReason = why(u"the release before"_s);
    const hydra::Ask lastAsk{.why = lastReason, .priority = net::Priority::Interactive};
    auto asking = m_sources.channels.releaseIndex(last, lastAsk);
    auto lookingLast
        = look(&m_known.lastIndex, true, std::move(asking), lastReason, m_sources.channels.releaseUrl(last));
    const bool isThere = co_await std::move(lookingLast);
    if (isThere)
        m_known.before = m_known.lastIndex->revision;
}

Task<void> Backward::askGate()
{
    if (!m_known.gate || m_known.eval.value == 0 || m_known.gateBuild)
        co_return;
    const auto reason = why(u"the gate of %1"_s.arg(m_known.channel));
    const hydra::Ask ask{.why = reason, .priority = net::Priority::Interactive};
    Look<BuildId> id;
    auto finding = m_sources.hydra.evalJobBuild(m_known.eval, m_known.gate->job, ask);
    auto lookingId
        = look(&id, m_budget.allowsHydra(2), std::move(finding), reason, m_sources.hydra.evalUrl(m_known.eval));
    const bool isThere = co_await std::move(lookingId);
    m_known.gateBuild.problem = id.problem;
    m_known.gateBuild.tooDear = id.tooDear;
    if (!isThere)
        co_return;
    auto asking = m_sources.hydra.build(*id, ask);
    auto looking
        = look(&m_known.gateBuild, m_budget.allowsHydra(), std::move(asking), reason, m_sources.hydra.buildUrl(*id));
    co_await std::move(looking);
}

// A system that was built from a branch of a channel has the revision of an evaluation.
Task<void> Backward::findEval()
{
    if (m_known.eval.value != 0 || m_known.revision.isEmpty() || !m_sources.history)
        co_return;
    auto asking = m_sources.history->evalsOfRevision(m_sources.hydra.server().id, m_known.revision);
    const auto evals = co_await std::move(asking);
    if (evals && !evals->isEmpty())
        m_known.eval = evals->first().summary.id;
}

Task<void> Backward::askPath()
{
    if (m_known.report && m_known.report->info)
        co_return;
    const auto target = nix::verifyTarget(m_known.path.isEmpty() ? m_known.hashPart : m_known.path);
    if (!target) {
        m_known.report.problem = target.error();
        co_return;
    }
    auto checking = m_sources.verifier.check(*target);
    auto report = co_await std::move(checking);
    m_known.report.at = m_sources.clock.nowSeconds();
    for (const auto &evidence : report.evidence) {
        m_known.report.answers << evidence.sha256.base16();
        m_known.report.source = evidence.url;
    }
    if (report.path)
        m_known.path = QString::fromUtf8(report.path->text());
    if (report.info && report.info->deriver)
        m_known.drv = QString::fromUtf8(report.info->deriver->text());
    m_known.report.value = std::move(report);
}

Task<void> Backward::findBuild()
{
    if (m_known.build)
        co_return;
    auto own = findInOwnIndex();
    co_await std::move(own);
    if (!m_known.build) {
        auto search = searchBuild();
        co_await std::move(search);
    }
}

Task<void> Backward::findInOwnIndex()
{
    if (!m_sources.history)
        co_return;
    for (const auto &path : {m_known.path, m_known.drv}) {
        if (path.isEmpty())
            continue;
        auto asking = m_sources.history->buildsOfPath(path);
        const auto found = co_await std::move(asking);
        if (!found || found->isEmpty())
            continue;
        m_known.foundBy = u"Narscope's own history"_s;
        m_known.byOwnIndex = true;
        auto build = askBuild(found->last().id);
        co_await std::move(build);
        co_return;
    }
}

Task<void> Backward::searchBuild()
{
    m_known.needsSearch = !m_order.search;
    if (!m_order.search)
        co_return;
    // The derivation's hash is found by an index; an output's makes Hydra read the whole table.
    const auto subject = (m_known.drv.isEmpty() ? m_known.path : m_known.drv).section(u'/', -1);
    const auto query = subject.isEmpty() ? m_known.hashPart : subject.first(qMin<qsizetype>(32, subject.size()));
    constexpr int most = 10;
    const auto reason = why(u"the build of a path"_s);
    Look<hydra::SearchResult> result;
    auto asking = m_sources.hydra.search(query, most, {.why = reason, .priority = net::Priority::Interactive});
    auto looking = look(&result, m_budget.allowsHydra(), std::move(asking), reason, m_sources.hydra.server().url);
    co_await std::move(looking);
    m_known.build.problem = result.problem;
    m_known.build.tooDear = result.tooDear;
    if (!result)
        co_return;
    const auto *build = chosen(result->byDerivation);
    if (!build)
        build = chosen(result->byOutput);
    if (!build) {
        m_known.build.problem = problemSaying(ProblemKind::NotFound,
            u"Hydra's search knows no build of it: a path that is only needed by a job has none of its own."_s, query)
                                    .error();
        co_return;
    }
    m_known.foundBy = u"one search on Hydra"_s;
    auto asked = askBuild(build->id);
    co_await std::move(asked);
}

Task<void> Backward::askBuild(BuildId id)
{
    if (m_known.build && m_known.build->finished)
        co_return;
    const auto reason = why(u"build %1"_s.arg(id.value));
    auto asking = m_sources.hydra.build(id, {.why = reason, .priority = net::Priority::Interactive});
    auto looking
        = look(&m_known.build, m_budget.allowsHydra(), std::move(asking), reason, m_sources.hydra.buildUrl(id));
    const bool good = co_await std::move(looking);
    if (!good)
        co_return;
    const auto &build = *m_known.build;
    if (m_known.drv.isEmpty())
        m_known.drv = build.drvPath;
    // The first evaluation that has it is the one that it was made for.
    if (!build.evals.isEmpty())
        m_known.eval = build.evals.first();
    const auto parts = jobParts(build.job.job, packagePrefix(build.job.jobset.project));
    m_known.attr = parts ? parts->attr : build.job.job;
    m_known.platform = build.system;
    if (m_sources.history)
        m_sources.history->addBuilds(m_sources.hydra.server().id, {history::sightOf(build)});
}

Task<void> Backward::askRelease()
{
    if (m_known.index)
        co_return;
    const auto reason = why(u"a release"_s);
    const hydra::Ask ask{.why = reason, .priority = net::Priority::Interactive};
    auto asking = m_sources.channels.releaseIndex(m_known.folder, ask);
    auto looking = look(&m_known.index, true, std::move(asking), reason, m_sources.channels.releaseUrl(m_known.folder));
    const bool good = co_await std::move(looking);
    if (!good)
        co_return;
    m_known.eval = m_known.index->eval;
    m_known.revision = m_known.index->revision;
}

Task<void> Backward::askEval()
{
    if (m_known.eval.value == 0 || m_known.header)
        co_return;
    const auto reason = why(u"evaluation %1"_s.arg(m_known.eval.value));
    auto asking = m_sources.hydra.evalHeader(m_known.eval, {.why = reason, .priority = net::Priority::Interactive});
    auto looking = look(
        &m_known.header, m_budget.allowsHydra(), std::move(asking), reason, m_sources.hydra.evalUrl(m_known.eval));
    const bool good = co_await std::move(looking);
    if (!good)
        co_return;
    if (const auto revision = m_known.header->nixpkgsRevision(); !revision.isEmpty())
        m_known.revision = revision;
    if (m_known.channel.isEmpty()) // of a channel the release before counts, not the evaluation before
        m_known.before = nixpkgsChange(m_known.header->changes).fromRevision;
    if (m_sources.history)
        m_sources.history->addEvalHeader(m_sources.hydra.server().id, *m_known.header);
}

Task<void> Backward::askWindow()
{
    const bool isAsked = m_known.window.value.has_value();
    if (isAsked || m_known.revision.isEmpty() || m_known.before.isEmpty())
        co_return;
    const auto reason = why(u"commits of the evaluation"_s);
    const github::Ask ask{.why = reason, .priority = net::Priority::Interactive};
    auto asking = m_sources.gitHub.commitsBetween(m_known.before, m_known.revision, mostWindowRequests, ask);
    const QUrl page(
        u"https://github.com/%1/compare/%2...%3"_s.arg(m_known.repository, m_known.before, m_known.revision));
    auto looking = look(&m_known.window, m_budget.allowsGitHub(mostWindowRequests), std::move(asking), reason, page);
    const bool good = co_await std::move(looking);
    if (good)
        readWindow();
}

void Backward::readWindow()
{
    for (const auto &commit : m_known.window->commits) {
        const bool isIt = m_known.attr.isEmpty() || attributesInTitle(commit.headline()).contains(m_known.attr);
        if (!isIt || m_known.touches.size() >= (m_known.attr.isEmpty() ? mostOfAll : mostTouches))
            continue;
        const auto number = pullRequestInMessage(commit.message);
        const bool isTwice
            = number != 0 && std::ranges::contains(m_known.touches, PullRequestNr(number), &KnownTouch::number);
        if (!isTwice)
            m_known.touches << KnownTouch{.sha = commit.sha,
                .headline = commit.headline(),
                .number = PullRequestNr(number),
                .byMessage = number != 0};
    }
}

Task<void> Backward::askTouches()
{
    // Without an attribute everything in the window counts; its messages name the pull requests.
    const bool isOne = !m_known.attr.isEmpty();
    for (auto &touch : m_known.touches) {
        if (touch.pulls || !isOne)
            continue;
        const auto reason = why(u"the pull request of %1"_s.arg(touch.sha.first(12)));
        const github::Ask ask{.why = reason, .priority = net::Priority::Interactive};
        auto asking = m_sources.gitHub.pullsOfCommit(touch.sha, ask);
        auto looking = look(
            &touch.pulls, m_budget.allowsGitHub(), std::move(asking), reason, m_sources.gitHub.commitPage(touch.sha));
        const bool good = co_await std::move(looking);
        if (good && !touch.pulls->isEmpty())
            touch.number = touch.pulls->first().number;
        m_publish();
    }
}

} // namespace narscope::trace
