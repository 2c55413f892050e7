// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/tracer.h"

#include "trace/backward.h"
#include "trace/picture.h"
#include "trace/places.h"

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

QList<HydraAddress> hydrasOf(const net::Servers &servers)
{
    QList<HydraAddress> addresses;
    for (const auto &server : servers) {
        if (server.kind == net::ServerKind::Hydra)
            addresses << HydraAddress{.id = server.id, .url = server.url};
    }
    return addresses;
}

/// The real one when none of the kind was given: an address that the door does not know is refused with a
/// sentence.
net::Server serverOf(const net::Servers &servers, net::ServerKind kind)
{
    const auto *found = net::findServer(servers, kind);
    return found ? *found : *net::findServer(net::shippedServers(), kind);
}

std::vector<std::shared_ptr<nix::CacheClient>> cachesOf(const net::Servers &servers, const nix::CacheDoors &doors)
{
    std::vector<std::shared_ptr<nix::CacheClient>> caches;
    const auto *cache = net::findServer(servers, net::ServerKind::Cache);
    if (!cache)
        return caches;
    if (auto client = nix::openCache(cache->url.toString(QUrl::FullyEncoded), doors))
        caches.push_back(std::move(*client));
    return caches;
}

nix::VerifyOptions optionsOf(const Order &order, const nix::TrustPolicy &policy, Clock &clock)
{
    nix::VerifyOptions options;
    options.asked.depth = order.contents ? nix::Depth::References : nix::Depth::Signature;
    options.trust = {.policy = policy, .today = clock.nowUtc().date()};
    return options;
}

/// The branch graph, with the releases of all channels that were ever seen.
Task<github::BranchGraph> graphKnownTo(history::History *history)
{
    QStringList channels;
    if (history) {
        auto asking = history->channelsNow();
        const auto spells = co_await std::move(asking);
        for (const auto &spell : spells.value_or(QList<history::ChannelSpell>()))
            channels << spell.channel;
    }
    co_return graphWith(channels);
}

/// One trace: its clients, what it knows, and the round that runs.
class Session {
public:
    using Say = std::function<void(const Trace &)>;

    Session(Order order, const net::Servers &servers, const nix::TrustPolicy &policy, const TracerDoors &doors, Say say,
        std::function<void()> ended);

    void run();
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_trace.isRunning; }

private:
    Task<void> round();
    Task<void> forward(TraceStart start);
    Task<Result<PullRequestNr>> pullOf(TraceStart start);
    [[nodiscard]] Sources sources();
    void publish();
    void end();
    void fail(const Problem &problem);

    Order m_order;
    const net::Servers &m_servers;
    TracerDoors m_doors;
    Say m_say;
    std::function<void()> m_ended;
    Recorder m_http;
    hydra::Client m_hydra;
    github::Client m_gitHub;
    channels::Client m_channels;
    nix::Batch m_batch;
    nix::Verifier m_verifier;
    std::unique_ptr<github::CloneContainment> m_clone;
    Trace m_trace;
    std::optional<Trace> m_said;
    KnownForward m_knownForward;
    KnownBackward m_knownBackward;
    std::optional<PullRequestNr> m_pull;
    std::optional<Problem> m_problem;
    std::unique_ptr<Forward> m_forward;
    std::unique_ptr<Backward> m_backward;
    std::optional<github::BranchGraph> m_graph; ///< from the first round on
    Scope m_scope; ///< last, so that a round ends before what it uses
};

Session::Session(Order order, const net::Servers &servers, const nix::TrustPolicy &policy, const TracerDoors &doors,
    Say say, std::function<void()> ended)
    : m_order(std::move(order))
    , m_servers(servers)
    , m_doors(doors)
    , m_say(std::move(say))
    , m_ended(std::move(ended))
    , m_http(doors.http, servers, doors.clock, doors.history)
    , m_hydra(m_http, serverOf(servers, net::ServerKind::Hydra), doors.pools)
    , m_gitHub(m_http, serverOf(servers, net::ServerKind::GitHub), doors.pools, doors.clock,
          doors.gitHubToken ? doors.gitHubToken() : github::Token())
    , m_channels(m_http, channels::placesOf(servers), doors.pools)
    , m_batch(doors.pools.hash)
    , m_verifier(cachesOf(servers, {.http = m_http, .pools = doors.pools, .clock = doors.clock, .batch = m_batch}), {},
          {.http = m_http, .pools = doors.pools, .clock = doors.clock, .batch = m_batch},
          optionsOf(m_order, policy, doors.clock))
{
    if (!doors.gitClone.isEmpty())
        m_clone = std::make_unique<github::CloneContainment>(doors.gitClone);
    m_trace.run = m_order.run;
    m_trace.asked = m_order.subject ? m_order.subject->text() : m_order.text;
    m_trace.startedAt = doors.clock.nowSeconds();
    m_trace.round = -1;
}

Sources Session::sources()
{
    return {.http = m_http,
        .hydra = m_hydra,
        .gitHub = m_gitHub,
        .channels = m_channels,
        .verifier = m_verifier,
        .clone = m_clone.get(),
        .history = m_doors.history,
        .clock = m_doors.clock,
        .graph = m_graph.value_or(github::BranchGraph::shipped())};
}

void Session::run()
{
    if (m_trace.isRunning)
        return;
    ++m_trace.round;
    m_trace.isRunning = true;
    m_problem.reset();
    m_http.beginRound();
    m_scope.start(round());
}

void Session::cancel()
{
    if (!m_trace.isRunning)
        return;
    m_scope.cancelAll();
    end();
}

Task<void> Session::round()
{
    const auto start = readStart(m_order, hydrasOf(m_servers));
    if (!start) {
        fail(start.error());
        co_return;
    }
    if (!m_graph) {
        auto knowing = graphKnownTo(m_doors.history);
        m_graph = co_await std::move(knowing);
    }
    m_trace.start = start->subject;
    m_trace.direction = start->isForward() ? Direction::Forward : Direction::Backward;
    if (start->isForward()) {
        auto going = forward(*start);
        co_await std::move(going);
    } else {
        m_knownBackward.hydra = m_hydra.server().id;
        m_knownBackward.repository = m_gitHub.repository().text();
        if (!m_backward)
            m_backward = std::make_unique<Backward>(
                sources(), m_order, m_doors.systemFolder, m_knownBackward, [this] { publish(); });
        auto going = m_backward->round(*start);
        co_await std::move(going);
    }
    end();
}

Task<void> Session::forward(TraceStart start)
{
    if (!m_pull) {
        auto finding = pullOf(start);
        const auto number = co_await std::move(finding);
        if (!number) {
            m_problem = number.error();
            co_return;
        }
        m_pull = *number;
    }
    m_knownForward.hydra = m_hydra.server().id;
    if (!m_forward)
        m_forward = std::make_unique<Forward>(sources(), m_order, m_knownForward, [this] { publish(); });
    auto going = m_forward->round(*m_pull, m_gitHub.repository().text());
    co_await std::move(going);
}

Task<Result<PullRequestNr>> Session::pullOf(TraceStart start)
{
    if (start.kind == TraceStart::Kind::PullRequest) {
        if (start.subject.name.compare(m_gitHub.repository().text(), Qt::CaseInsensitive) != 0)
            co_return problemSaying(
                ProblemKind::Unsupported, u"Only pull requests of nixpkgs can be traced."_s, start.subject.text());
        co_return PullRequestNr(start.subject.number);
    }
    const auto sha = start.subject.name;
    const github::Ask ask{.why = u"Trace: the pull request of a commit"_s, .priority = net::Priority::Interactive};
    auto asking = m_gitHub.pullsOfCommit(sha, ask);
    const auto pulls = co_await std::move(asking);
    if (!pulls)
        co_return std::unexpected(pulls.error());
    if (pulls->isEmpty())
        co_return problemSaying(ProblemKind::NotFound, u"GitHub knows no pull request of this commit."_s, sha);
    co_return pulls->first().number;
}

void Session::publish()
{
    Trace trace = m_trace;
    trace.tracks.clear();
    trace.stops.clear();
    trace.hops.clear();
    trace.excuses.clear();
    trace.findings.clear();
    trace.problems.clear();
    const auto now = m_doors.clock.nowSeconds();
    if (m_forward)
        picture(trace, m_knownForward, now);
    if (m_backward)
        picture(trace, m_knownBackward, now);
    if (m_problem)
        trace.problems.prepend(*m_problem);
    trace.answers = m_http.answers();
    trace.spent = m_http.spent();
    trace.changedAt = m_said ? m_said->changedAt : now;
    if (m_said && *m_said == trace)
        return;
    trace.changedAt = now;
    m_trace = trace;
    m_said = trace;
    m_say(trace);
}

void Session::end()
{
    m_trace.isRunning = false;
    publish();
    m_ended();
}

void Session::fail(const Problem &problem)
{
    m_problem = problem;
    end();
}

} // namespace

struct Tracer::Private {
    net::Servers servers;
    nix::TrustPolicy policy;
    TracerDoors doors;
    std::map<quint64, std::unique_ptr<Session>> sessions;
};

Tracer::Tracer(net::Servers servers, nix::TrustPolicy policy, TracerDoors doors)
    : d(new Private{
          .servers = std::move(servers), .policy = std::move(policy), .doors = std::move(doors), .sessions = {}})
{
}

Tracer::~Tracer() = default;

void Tracer::setPolicy(nix::TrustPolicy policy)
{
    d->policy = std::move(policy);
}

void Tracer::start(const Order &order)
{
    auto &session = d->sessions[order.run];
    session.reset();
    // Said from the loop: a round that ends at once must not destroy or restart itself from inside.
    session = std::make_unique<Session>(
        order, d->servers, d->policy, d->doors, [this](const Trace &trace) { Q_EMIT changed(trace); },
        [this, run = order.run] {
            QMetaObject::invokeMethod(this, [this, run] { Q_EMIT ended(run); }, Qt::QueuedConnection);
        });
    session->run();
}

void Tracer::refresh(quint64 run)
{
    if (const auto found = d->sessions.find(run); found != d->sessions.end())
        found->second->run();
}

void Tracer::cancel(quint64 run)
{
    if (const auto found = d->sessions.find(run); found != d->sessions.end())
        found->second->cancel();
}

void Tracer::forget(quint64 run)
{
    d->sessions.erase(run);
}

} // namespace narscope::trace
