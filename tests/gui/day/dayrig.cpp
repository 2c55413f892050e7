// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/day/dayrig.h"

#include "sim/demoservers.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace narscope::test {

namespace {

constexpr qint64 hour = 3600;

PlannedQuestion planned(const QString &what, const QString &path, int perHour)
{
    return {what, QRegularExpression(QRegularExpression::anchoredPattern(path)), perHour};
}

/// Which address was asked, without what differs between two runs: the port.
QString addressOf(const net::LedgerEntry &entry)
{
    auto address = entry.server + entry.url.path(QUrl::FullyEncoded);
    if (entry.url.hasQuery())
        address += u'?' + entry.url.query(QUrl::FullyEncoded);
    return address;
}

ui::SessionConfig configFor(const QString &profile)
{
    ui::SessionConfig config;
    config.source = ui::Source::Live;
    config.profile = profile;
    return config;
}

} // namespace

void Noticing::add(const QString &what, std::optional<qint64> seconds)
{
    ++happened;
    if (!seconds) {
        missed << what;
        return;
    }
    ++noticed;
    latest = std::max(latest, *seconds);
    sum += *seconds;
}

/// Questions that a person asks once (details, logs, traces) may come a few times an hour.
const QList<PlannedQuestion> &plannedQuestions()
{
    static const QList<PlannedQuestion> list{
        planned(u"never by itself"_s,
            u"demo-hydra/(queue|search|api/nrbuilds|api/scmdiff|api/queue|evals\\?.*format=json|eval/\\d+/(builds|store-paths)|build/\\d+/build-deps|jobset/[^/]+/[^/]+/jobs-tab|dashboard/.*)(\\?.*)?"_s,
            0),
        planned(u"projects"_s, u"demo-hydra/?"_s, 1),
        planned(u"newest evaluations"_s, u"demo-hydra/evals(\\?page=1)?"_s, 6),
        planned(u"jobsets of a project"_s, u"demo-hydra/api/jobsets\\?.*"_s, 12),
        // Every 15 minutes where shown or watched, and when a detector tells of something new.
        planned(u"evaluations of a jobset"_s, u"demo-hydra/jobset/[^/]+/[^/]+/evals(\\?page=1)?"_s, 30),
        planned(u"a jobset"_s, u"demo-hydra/jobset/[^/]+/[^/]+(/errors)?"_s, 12),
        planned(u"an evaluation, filtered"_s, u"demo-hydra/eval/\\d+\\?.*"_s, 8),
        planned(u"an evaluation"_s, u"demo-hydra/eval/\\d+"_s, 6),
        planned(u"errors of an evaluation"_s, u"demo-hydra/eval/\\d+/errors"_s, 1),
        planned(u"a job of an evaluation"_s, u"demo-hydra/eval/\\d+/job/.+"_s, 2),
        planned(u"a build"_s, u"demo-hydra/build/\\d+"_s, 62),
        planned(u"constituents"_s, u"demo-hydra/build/\\d+/constituents"_s, 6),
        planned(u"a log"_s, u"demo-hydra/(build/\\d+/nixlog/.+|build/\\d+/step/.+|log/.+)"_s, 12),
        planned(u"a job's badge"_s, u"demo-hydra/job/.+/shield"_s, 2),
        planned(u"a job"_s, u"demo-hydra/job/[^/]+/[^/]+/[^/]+"_s, 3),
        planned(u"what builders do"_s, u"demo-hydra/(machines|queue-runner-status)"_s, 30),
        planned(u"what waits"_s, u"demo-hydra/queue-summary"_s, 12),
        planned(u"the runner's metrics"_s, u"demo-queue-runner/metrics"_s, 60),
        planned(u"where a channel points"_s, u"demo-channels/[^/]+(/git-revision|/nixexprs\\.tar\\.xz)?"_s, 13),
        planned(u"a release"_s, u"demo-releases/.+"_s, 13),
        planned(u"a channel's bucket"_s, u"demo-channels-bucket/[^/]+"_s, 12),
        planned(u"Prometheus now"_s, u"demo-prometheus/api/v1/query\\?.*"_s, 60),
        planned(u"Prometheus over time"_s, u"demo-prometheus/api/v1/query_range\\?.*"_s, 4),
        planned(u"GitHub"_s, u"demo-github/.*"_s, 12),
        planned(u"a cache"_s, u"demo-(second-)?cache/.*"_s, 6),
        planned(u"OfBorg"_s, u"demo-ofborg/.*"_s, 12),
        planned(u"OfBorg's messages"_s, u"demo-ofborg-bus/.*"_s, 12),
    };
    return list;
}

DayRig::DayRig(int jobs)
    : m_start(m_clock.nowSeconds())
    , m_simulator({.jobs = jobs}, m_clock)
{
    for (auto *pool : {&m_pools.parse, &m_pools.hash, &m_pools.log, &m_pools.store})
        pool->setMaxThreadCount(1); // answers of one moment come in one order
    const auto addresses = m_simulator.start();
    if (!addresses)
        qFatal("the simulator does not start");
    m_servers = sim::demoServers(*addresses, 1);
    m_core = std::make_unique<ui::Core>(configFor(m_profile.path()), m_servers, QList<QByteArray>(), m_clock, m_pools);
    auto *core = m_core.get();
    QObject::connect(&core->client.ledger(), &net::Ledger::changed, &m_simulator,
        [this](const QList<net::LedgerEntry> &entries) { take(entries); });
    QObject::connect(core->watches.front().get(), &watch::HydraFeed::changed, &m_simulator,
        [this](const watch::Change &change) { take(change); });
    QObject::connect(core->channels.get(), &watch::ChannelFeed::changed, &m_simulator,
        [this](const watch::ChannelBoard &board) { take(board); });
    QObject::connect(core->watchList.get(), &watch::NoticeSource::noticed, &m_simulator,
        [this](const watch::Notice &notice) { m_notices << notice; });
    settle();
}

DayRig::~DayRig()
{
    m_core.reset();
    m_pools.waitForDone();
}

std::vector<JobsetName> DayRig::jobsets() const
{
    std::vector<JobsetName> names;
    auto &world = const_cast<sim::Simulator &>(m_simulator).world();
    for (quint16 i = 0; i < world.jobsets().size(); ++i) {
        const auto &facts = world.jobset(sim::JobsetIndex{i});
        const bool isOfUs = facts.project == "nixpkgs" || facts.project == "nixos" || facts.project == "nix";
        if (isOfUs && !world.evaluations(sim::JobsetIndex{i}).empty())
            names.push_back({QString::fromUtf8(facts.project), QString::fromUtf8(facts.name)});
    }
    return names;
}

void DayRig::watch(int jobs)
{
    watch::WatchList list;
    const auto add = [&list](watch::WatchTarget target) {
        list.rules << watch::WatchRule{
            .target = std::move(target), .on = {watch::Transition::Broke, watch::Transition::Fixed}};
    };
    for (const auto &channel : m_simulator.world().channels())
        add({.kind = watch::WatchKind::Channel, .name = QString::fromUtf8(channel.name)});
    for (const auto &jobset : jobsets())
        add({.kind = watch::WatchKind::Jobset, .jobset = jobset});
    const auto &world = m_simulator.world();
    const auto unstable = *world.findJobset("nixpkgs", "unstable");
    const auto count = world.jobCount(unstable);
    for (int i = 0; i < jobs; ++i) {
        const sim::JobIndex job{quint32(i) * count / quint32(jobs)};
        add({.kind = watch::WatchKind::Job,
            .jobset = {u"nixpkgs"_s, u"unstable"_s},
            .name = QString::fromUtf8(world.jobName(unstable, job))});
    }
    m_core->watchList->setList(list);
    settle();
}

void DayRig::watchOnly(const JobName &job)
{
    watch::WatchList list;
    list.rules << watch::WatchRule{.target = {.kind = watch::WatchKind::Job, .jobset = job.jobset, .name = job.job},
        .on = {watch::Transition::Broke, watch::Transition::Fixed}};
    m_core->watchList->setList(list);
    settle();
}

void DayRig::openEverything()
{
    auto &world = m_simulator.world();
    const auto &eval = *world.evaluation(world.evaluations(*world.findJobset("nixpkgs", "unstable")).back());
    const auto build = world.build(eval, sim::JobIndex{0});
    m_core->channels->setLook(u"overview"_s, watch::ChannelLook::Open);
    m_core->farms.front()->setView(u"farm"_s, watch::FarmView::Open);
    watch::Interest interest{.projects = {u"nixpkgs"_s, u"nixos"_s, u"nix"_s},
        .jobset = JobsetName{u"nixpkgs"_s, u"unstable"_s},
        .eval = eval.id,
        .build = build ? std::optional(build->id) : std::nullopt};
    for (const auto &jobset : jobsets())
        interest.jobsets << jobset;
    m_core->watches.front()->setInterest(interest);
    settle();
    m_core->tracer->start({.run = 1, .subject = Subject::ofPullRequest(world.stories().front().pullRequest)});
    if (build) {
        m_core->logDesk->open({.run = 1, .text = build->id.text()});
        const auto path = world.recipes().mainPath(build->drv).text();
        m_core->desk->start({.run = 1, .text = path});
    }
    settle();
}

bool DayRig::isBusy()
{
    const auto meters = m_core->client.ledger().meters();
    const bool asks = std::ranges::any_of(meters, [](const net::ServerMeter &meter) { return meter.inFlight > 0; });
    return asks
        || m_pools.parse.activeThreadCount() + m_pools.hash.activeThreadCount() + m_pools.log.activeThreadCount()
            + m_pools.store.activeThreadCount()
        > 0;
}

/// Everything that happens at this moment.
void DayRig::settle()
{
    auto *events = QAbstractEventDispatcher::instance();
    for (int quiet = 0; quiet < 3;) {
        QCoreApplication::sendPostedEvents();
        if (events->processEvents(QEventLoop::AllEvents))
            quiet = 0;
        else if (isBusy())
            events->processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        else
            ++quiet;
    }
}

void DayRig::run(Milliseconds span)
{
    const auto end = m_clock.now() + span;
    while (m_clock.now() < end) {
        const auto next = m_clock.hasCalls() ? std::min(m_clock.nextDue(), end) : end;
        m_clock.advance(next - m_clock.now());
        settle();
    }
    m_core->client.ledger().flush();
}

int DayRig::hours() const
{
    return int((m_clock.nowSeconds() - m_start + hour - 1) / hour);
}

void DayRig::take(const QList<net::LedgerEntry> &entries)
{
    for (const auto &entry : entries) {
        const bool ended = entry.state != net::RequestState::Waiting && entry.state != net::RequestState::Running;
        if (!ended || !m_counted.insert(entry.number).second)
            continue;
        if (entry.problem && entry.problem->kind == ProblemKind::NotAllowed)
            m_strange[addressOf(entry)] = u"refused by the policy"_s;
        if (entry.status == 0)
            continue;
        const auto at = entry.asked.count() / 1000 - m_start;
        auto &hourly = m_requests[entry.server];
        hourly.resize(std::max<size_t>(hourly.size(), size_t(at / hour) + 1));
        hourly[size_t(at / hour)] += 1 + entry.redirects;
        m_sent += 1 + entry.redirects;
        const auto address = addressOf(entry);
        const auto question = std::ranges::find_if(
            plannedQuestions(), [&](const PlannedQuestion &one) { return one.path.match(address).hasMatch(); });
        if (question == plannedQuestions().end())
            m_strange[address] = u"in no plan"_s;
        else
            ++m_questions[{question->what, at / hour}][address];
    }
}

void DayRig::take(const watch::Change &change)
{
    const auto note = [this](Times &times, const QList<hydra::EvalSummary> &evals) {
        for (const auto &eval : evals)
            times.emplace(eval.id.value, m_clock.nowSeconds());
    };
    if (const auto *latest = std::get_if<watch::LatestEvalsSeen>(&change))
        note(m_latest, latest->evals);
    if (const auto *list = std::get_if<watch::EvalsSeen>(&change); list && list->seen.value)
        note(m_listed, list->seen.value->evals);
}

void DayRig::take(const watch::ChannelBoard &board)
{
    for (const auto &line : board.channels)
        m_revisions.emplace(line.channel.name + u' ' + line.revision, m_clock.nowSeconds());
}

Noticing DayRig::noticed(const Times &times, const std::vector<JobsetName> &among, qint64 grace) const
{
    Noticing all;
    const auto &world = const_cast<sim::Simulator &>(m_simulator).world();
    for (const auto id : world.allEvaluations()) {
        const auto &eval = *world.evaluation(id);
        const auto &facts = world.jobset(eval.jobset);
        const JobsetName name{QString::fromUtf8(facts.project), QString::fromUtf8(facts.name)};
        const bool counts = eval.time > m_start && eval.time + grace <= m_clock.nowSeconds() && facts.visible;
        if (!counts || (!among.empty() && !std::ranges::contains(among, name)))
            continue;
        const auto seen = times.find(id.value);
        const auto what = u"%1 at %2 s"_s.arg(name.text()).arg(eval.time - m_start);
        all.add(what, seen == times.end() ? std::nullopt : std::optional(seen->second - eval.time));
    }
    return all;
}

Noticing DayRig::evaluationsNoticed(qint64 grace) const
{
    return noticed(m_latest, {}, grace);
}

Noticing DayRig::evaluationsListed(qint64 grace) const
{
    return noticed(m_listed, jobsets(), grace);
}

Noticing DayRig::releasesNoticed(qint64 grace) const
{
    Noticing all;
    const auto &world = const_cast<sim::Simulator &>(m_simulator).world();
    for (quint16 i = 0; i < world.channels().size(); ++i) {
        for (const auto &release : world.releases(sim::ChannelIndex{i})) {
            if (release.time <= m_start || release.time + grace > m_clock.nowSeconds())
                continue;
            const auto key = QString::fromUtf8(world.channels()[i].name) + u' '
                + QString::fromUtf8(world.source().commit(release.commit).sha);
            const auto seen = m_revisions.find(key);
            const auto what = u"%1 at %2 s"_s.arg(key).arg(release.time - m_start);
            // Prometheus tells of an upload minutes before the channel points to it.
            all.add(what,
                seen == m_revisions.end() ? std::nullopt
                                          : std::optional(std::max<qint64>(0, seen->second - release.time)));
        }
    }
    return all;
}

QString DayRig::table() const
{
    QString text = u"%1"_s.arg(u"requests by hour"_s, -22);
    for (int i = 1; i <= hours(); ++i)
        text += u"%1"_s.arg(i, 5);
    text += u"%1%2\n"_s.arg(u"all"_s, 8).arg(u"limit/h"_s, 9);
    for (const auto &server : m_servers) {
        const auto found = m_requests.find(server.id);
        if (found == m_requests.end())
            continue;
        text += u"%1"_s.arg(server.id, -22);
        int all = 0;
        for (int i = 0; i < hours(); ++i) {
            const int count = size_t(i) < found->second.size() ? found->second[size_t(i)] : 0;
            all += count;
            text += u"%1"_s.arg(count, 5);
        }
        const auto &policy = server.policy;
        const auto perSecond = policy.backgroundPerSecond > 0 ? policy.backgroundPerSecond : policy.perSecond;
        text += u"%1%2\n"_s.arg(all, 8).arg(qint64(perSecond * double(hour)), 9);
    }
    return text;
}

QStringList DayRig::breaches() const
{
    QStringList found;
    for (const auto &[address, reason] : m_strange)
        found << u"%1: %2"_s.arg(address, reason);
    for (const auto &[question, addresses] : m_questions) {
        const auto plan = std::ranges::find(plannedQuestions(), question.first, &PlannedQuestion::what);
        for (const auto &[address, count] : addresses) {
            if (count > plan->perHour)
                found << u"%1 was asked %2 times in hour %3; the plan has %4 (%5)"_s.arg(address)
                             .arg(count)
                             .arg(question.second + 1)
                             .arg(plan->perHour)
                             .arg(plan->what);
        }
    }
    for (const auto &server : m_servers) {
        const auto hourly = m_requests.find(server.id);
        if (hourly == m_requests.end() || server.policy.perSecond <= 0)
            continue;
        for (size_t i = 0; i < hourly->second.size(); ++i) {
            const double most = server.policy.perSecond * double(hour) + server.policy.burst;
            if (hourly->second[i] > most)
                found << u"%1 was asked %2 times in hour %3"_s.arg(server.id).arg(hourly->second[i]).arg(i + 1);
        }
    }
    return found;
}

} // namespace narscope::test
