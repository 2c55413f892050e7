// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/farmstore.h"

#include "watch/farmjudge.h"
#include "watch/plan.h"

#include <algorithm>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr std::array allSources{
    FarmSource::Metrics, FarmSource::Runner, FarmSource::Activity, FarmSource::Queue, FarmSource::Past};
constexpr qint64 pastSpan = 24 * 3600; ///< seconds
constexpr qint64 pastStep = 300;
constexpr Milliseconds slotsPause = 30min; ///< how builders are configured changes seldom

template <typename T> std::optional<Problem> problemOf(const Result<T> &answer)
{
    return answer ? std::nullopt : std::optional(answer.error());
}

/// One question for all that the day's graphs need.
QString pastQuery()
{
    static const QStringList names{u"machine_type_waiting"_s, u"machine_type_running"_s,
        u"job_wait_time_seconds_count"_s, u"machine_steps_done"_s, u"machine_current_jobs"_s};
    return u"{__name__=~\"hydraqueuerunner_"_s + names.join(u"|hydraqueuerunner_"_s) + u"\"}"_s;
}

/// Series of several names become points of one line, by their label and time.
template <typename Point> class PastLines {
public:
    void add(const QString &key, const QList<channels::Point> &told, void (*set)(Point &, double))
    {
        for (const auto &point : told) {
            if (!std::isfinite(point.value))
                continue;
            auto &line = m_lines[key][qint64(point.time)];
            line.time = qint64(point.time);
            set(line, point.value);
        }
    }
    template <typename Line> [[nodiscard]] QList<Line> lines() const
    {
        QList<Line> made;
        for (const auto &[key, points] : m_lines) {
            Line line{key, {}};
            for (const auto &[time, point] : points)
                line.points.append(point);
            made.append(std::move(line));
        }
        return made;
    }

private:
    std::map<QString, std::map<qint64, Point>> m_lines;
};

struct Past {
    QList<PastQueue> queues;
    QList<PastBuilder> builders;
};

Past pastOf(const QList<channels::Series> &told)
{
    PastLines<QueuePoint> queues;
    PastLines<BuilderPoint> builders;
    for (const auto &series : told) {
        const auto name = series.label(u"__name__"_s);
        const auto system = series.label(u"machine_type"_s);
        const auto builder = series.label(u"hostname"_s);
        if (name.endsWith("_type_waiting"_L1))
            queues.add(system, series.points, [](QueuePoint &point, double value) { point.waiting = value; });
        else if (name.endsWith("_type_running"_L1))
            queues.add(system, series.points, [](QueuePoint &point, double value) { point.running = value; });
        else if (name.endsWith("_seconds_count"_L1))
            queues.add(system, series.points, [](QueuePoint &point, double value) { point.taken = value; });
        else if (name.endsWith("_steps_done"_L1))
            builders.add(builder, series.points, [](BuilderPoint &point, double value) { point.done = value; });
        else if (name.endsWith("_current_jobs"_L1))
            builders.add(builder, series.points,
                [](BuilderPoint &point, double value) { point.jobs = int(std::clamp(value, 0.0, 1e6)); });
    }
    return {queues.lines<PastQueue>(), builders.lines<PastBuilder>()};
}

} // namespace

FarmServers farmServersOf(const net::Server &hydra, const net::Servers &all)
{
    FarmServers servers{.hydra = hydra};
    const auto domain = hydra.url.host().section(u'.', -2);
    const auto near = [&](const net::Server &server) {
        return net::isLoopback(hydra.url) ? net::isLoopback(server.url) : server.url.host().endsWith(domain);
    };
    for (const auto &server : all) {
        if (!near(server))
            continue;
        // A runner's host lies below its Hydra's.
        const bool belongs = net::isLoopback(hydra.url) || server.url.host().endsWith(u'.' + hydra.url.host());
        if (server.kind == net::ServerKind::QueueRunner && belongs && servers.metrics.isEmpty())
            servers.metrics = QUrl(server.url.toString() + u"/metrics"_s);
        if (server.kind == net::ServerKind::Prometheus && servers.prometheus.isEmpty())
            servers.prometheus = server.url;
    }
    if (servers.metrics.isEmpty()) // without a runner's metrics nothing says that Prometheus has this Hydra's
        servers.prometheus.clear();
    return servers;
}

std::optional<Milliseconds> farmInterval(FarmSource source, FarmView view, const FarmServers &servers)
{
    if (view == FarmView::Hidden)
        return {};
    const bool open = view == FarmView::Open;
    switch (source) {
    case FarmSource::Metrics:
        return servers.metrics.isEmpty() ? std::nullopt : std::optional<Milliseconds>(1min);
    case FarmSource::Runner:
        if (open)
            return 2min;
        return servers.metrics.isEmpty() ? std::optional<Milliseconds>(5min) : std::nullopt;
    case FarmSource::Activity:
        return open ? Milliseconds(2min) : Milliseconds(10min);
    case FarmSource::Queue:
        return open ? std::optional<Milliseconds>(5min) : std::nullopt;
    case FarmSource::Past:
        return servers.prometheus.isEmpty() ? std::nullopt : std::optional<Milliseconds>(24h);
    }
    return {};
}

FarmStore::FarmStore(net::Http &http, FarmServers servers, Pools &pools, Clock &clock, quint32 seed, Publish publish)
    : m_http(http)
    , m_servers(std::move(servers))
    , m_pools(pools)
    , m_clock(clock)
    , m_publish(std::move(publish))
    , m_hydra(http, m_servers.hydra, pools)
    , m_prometheus(http,
          {.channels = {},
              .releases = {},
              .channelsBucket = {},
              .releasesBucket = {},
              .prometheus = m_servers.prometheus},
          pools)
    , m_jitter(seed)
{
}

FarmView FarmStore::view() const
{
    auto closest = FarmView::Hidden;
    for (const auto &[viewer, view] : m_views)
        closest = std::max(closest, view);
    return closest;
}

std::optional<Milliseconds> FarmStore::pauseOf(FarmSource source) const
{
    return farmInterval(source, view(), m_servers).transform([this](Milliseconds pause) {
        return stretched(pause, m_circumstances);
    });
}

void FarmStore::setCircumstances(const Circumstances &circumstances)
{
    m_circumstances = circumstances;
    withdrawUnwanted();
    replan();
}

void FarmStore::setView(const QString &viewer, FarmView wanted)
{
    m_views[viewer] = wanted;
    withdrawUnwanted();
    for (const auto source : allSources)
        m_state.of(source).isAsked = pauseOf(source).has_value();
    m_publish(m_state);
    recallLoadsOnce();
    replan();
}

void FarmStore::refresh()
{
    for (const auto source : allSources) {
        if (source != FarmSource::Past && pauseOf(source) && !m_tracks.at(size_t(source)).inFlight)
            start(source, net::Priority::Interactive);
    }
}

void FarmStore::replan()
{
    if (m_inLoop)
        return;
    m_loopFlow.cancelAll();
    m_loopFlow.start(loop());
}

Task<void> FarmStore::loop()
{
    for (;;) {
        m_inLoop = true;
        startDue();
        m_inLoop = false;
        auto next = m_clock.monotonic() + 1h;
        for (const auto source : allSources) {
            const auto &track = m_tracks.at(size_t(source));
            if (pauseOf(source) && !track.inFlight)
                next = std::min(next, track.dueAt);
        }
        const auto pause = std::max<Milliseconds>(next - m_clock.monotonic(), 1s);
        co_await m_clock.sleep(pause);
    }
}

void FarmStore::startDue()
{
    for (const auto source : allSources) {
        const auto &track = m_tracks.at(size_t(source));
        const bool never = m_state.of(source).seenAt == 0 && track.failures == 0;
        if (pauseOf(source) && !track.inFlight && track.dueAt <= m_clock.monotonic())
            start(source, never && view() == FarmView::Open ? net::Priority::Interactive : net::Priority::Background);
    }
}

void FarmStore::start(FarmSource source, net::Priority priority)
{
    auto &track = m_tracks.at(size_t(source));
    track.inFlight = true;
    m_state.of(source).loading = priority == net::Priority::Interactive;
    if (m_state.of(source).loading)
        m_publish(m_state);
    const hydra::Ask ask{.why = u"Farm"_s, .priority = priority};
    track.scope->start(run(source, ask));
}

void FarmStore::withdrawUnwanted()
{
    for (const auto source : allSources) {
        auto &track = m_tracks.at(size_t(source));
        const auto pause = pauseOf(source);
        if (!pause && track.inFlight) {
            track.scope->cancelAll();
            track.inFlight = false;
            track.dueAt = 0ms;
            m_state.of(source).loading = false;
        } else if (pause && track.failures == 0) { // somebody looks closer now
            track.dueAt = std::min(track.dueAt, m_clock.monotonic() + *pause);
            const auto age = std::chrono::seconds(m_clock.nowSeconds() - m_state.of(source).seenAt);
            if (m_state.of(source).seenAt != 0 && age >= *pause)
                track.dueAt = m_clock.monotonic();
        }
    }
}

void FarmStore::settle(FarmSource source, std::optional<Problem> problem)
{
    auto &track = m_tracks.at(size_t(source));
    auto &state = m_state.of(source);
    track.inFlight = false;
    track.failures = problem ? track.failures + 1 : 0;
    auto pause = problem ? retryPause(track.failures, problem->retryAfter) : pauseOf(source).value_or(1min);
    // Up to a fifth later, never sooner: the plan's figures stay upper bounds.
    pause += pause / 1000 * std::uniform_int_distribution<int>(0, 200)(m_jitter);
    if (problem && !problem->retryHelps)
        pause = std::max<Milliseconds>(pause, 15min);
    else if (problem)
        problem->retryAfter = pause;
    track.dueAt = m_clock.monotonic() + pause;
    state.loading = false;
    state.problem = std::move(problem);
    if (!state.problem)
        state.seenAt = m_clock.nowSeconds();
    tell();
    replan();
}

void FarmStore::tell()
{
    judge(m_state, m_memory, m_clock.nowSeconds());
    m_publish(m_state);
}

Task<void> FarmStore::run(FarmSource source, hydra::Ask ask)
{
    switch (source) {
    case FarmSource::Metrics:
        return askMetrics(ask);
    case FarmSource::Runner:
        return askRunner(ask);
    case FarmSource::Activity:
        return askActivity(ask);
    case FarmSource::Queue:
        return askQueue(ask);
    case FarmSource::Past:
        return askPast(ask);
    }
    Q_UNREACHABLE();
}

Task<void> FarmStore::askMetrics(hydra::Ask ask)
{
    auto question = hydra::queueRunnerMetrics(m_http, m_servers.metrics, m_pools, ask);
    const auto answer = co_await std::move(question);
    if (answer) {
        takeMetrics(m_state, m_memory, *answer, m_clock.nowSeconds());
        recordQueues();
    }
    settle(FarmSource::Metrics, problemOf(answer));
}

Task<void> FarmStore::askRunner(hydra::Ask ask)
{
    auto question = m_hydra.queueRunnerStatus(ask);
    const auto answer = co_await std::move(question);
    if (answer)
        takeRunner(m_state, m_memory, *answer, m_state.of(FarmSource::Metrics).seenAt != 0, m_clock.nowSeconds());
    if (answer && answer->reach == hydra::QueueRunnerStatus::Reach::Up) {
        record(answer->machines);
        recordQueues();
    }
    const bool tellsNoSlots = answer && answer->form == hydra::QueueRunnerStatus::Form::Flat;
    if (tellsNoSlots && (m_slotsAskedAt == 0ms || m_clock.monotonic() - m_slotsAskedAt >= slotsPause)) {
        m_slotsAskedAt = m_clock.monotonic();
        auto asking = m_hydra.machines(ask);
        if (const auto machines = co_await std::move(asking))
            takeConfigured(m_state, m_memory, *machines);
    }
    settle(FarmSource::Runner, problemOf(answer));
}

Task<void> FarmStore::askActivity(hydra::Ask ask)
{
    auto question = m_hydra.machineActivity(ask);
    const auto answer = co_await std::move(question);
    if (answer)
        takeActivity(m_state, m_memory, *answer, m_clock.nowSeconds());
    settle(FarmSource::Activity, problemOf(answer));
}

Task<void> FarmStore::askQueue(hydra::Ask ask)
{
    auto question = m_hydra.queueSummary(ask);
    const auto answer = co_await std::move(question);
    if (answer)
        takeQueue(m_state, *answer);
    settle(FarmSource::Queue, problemOf(answer));
}

Task<void> FarmStore::askPast(hydra::Ask ask)
{
    const qint64 now = m_clock.nowSeconds();
    auto question = m_prometheus.queryRange(pastQuery(), now - pastSpan, now, pastStep, ask);
    const auto answer = co_await std::move(question);
    if (answer) {
        auto sorting = runOn(m_pools.parse, [told = *answer] { return pastOf(told); });
        auto past = co_await std::move(sorting);
        takePast(m_state, m_memory, std::move(past.queues), std::move(past.builders), m_clock.nowSeconds());
    }
    settle(FarmSource::Past, problemOf(answer));
}

} // namespace narscope::watch
