// SPDX-License-Identifier: GPL-3.0-or-later
// What the farm's store keeps in the history and begins with at the next start.
#include "watch/farmstore.h"

#include <map>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 day = 24 * 3600;
constexpr qint64 tallyDays = 7;
constexpr qint64 sampleEvery = 300; ///< seconds
constexpr qint64 loadsEvery = 600; ///< seconds; a farm has some sixty builders with six numbers each
const QString loadPrefix = u"builder/"_s;

/// What the history keeps of a builder over time: «builder/load/NAME».
struct LoadSeries {
    QString what;
    std::optional<double> BuilderPoint::*member;
};
const std::array<LoadSeries, 5> &loadSeries()
{
    static const std::array<LoadSeries, 5> all{{{u"load"_s, &BuilderPoint::load}, {u"memory"_s, &BuilderPoint::memory},
        {u"cpu-wait"_s, &BuilderPoint::cpuWait}, {u"memory-wait"_s, &BuilderPoint::memoryWait},
        {u"io-wait"_s, &BuilderPoint::ioWait}}};
    return all;
}
const QString jobsSeries = u"jobs"_s;

QString loadSeriesOf(const QString &what, const QString &builder)
{
    return loadPrefix + what + u'/' + builder;
}

QString seriesOf(const QString &what, const QString &system)
{
    return u"queue/%1/%2"_s.arg(what, system);
}

} // namespace

void FarmStore::remember(history::History &history)
{
    m_history = &history;
    m_recallFlow.start(recall());
}

Task<void> FarmStore::recall()
{
    const auto server = m_servers.hydra.id;
    const qint64 now = m_clock.nowSeconds();
    KeptFarm kept{.talliesSince = now - tallyDays * day};
    auto machines = m_history->machines(server);
    kept.builders = (co_await std::move(machines)).value_or(QList<history::MachinePast>{});
    auto tallies = m_history->tallies(server, kept.talliesSince);
    kept.tallies = (co_await std::move(tallies)).value_or(QList<history::MachineTally>{});
    auto durations = m_history->stepDurations(server, kept.talliesSince);
    kept.durations = (co_await std::move(durations)).value_or(QList<qint64>{});
    // Where a Prometheus remembers the day it knows more than we saw.
    auto names = m_history->seriesNames(server, u"queue/waiting/"_s);
    auto systems = m_servers.prometheus.isEmpty() ? (co_await std::move(names)).value_or(QStringList{}) : QStringList{};
    for (const auto &name : std::as_const(systems)) {
        PastQueue queue{.system = name.section(u'/', 2), .points = {}};
        std::map<qint64, QueuePoint> points;
        for (const auto &[what, member] :
            {std::pair(u"waiting"_s, &QueuePoint::waiting), std::pair(u"running"_s, &QueuePoint::running)}) {
            auto asking = m_history->samples(server, seriesOf(what, queue.system), now - day, now);
            const auto samples = (co_await std::move(asking)).value_or(QList<history::SamplePoint>{});
            for (const auto &sample : samples)
                points[sample.time].*member = sample.value;
        }
        for (auto &[time, point] : points) {
            point.time = time;
            queue.points.append(point);
        }
        kept.queues.append(queue);
    }
    takeKept(m_state, m_memory, std::move(kept), m_clock.nowSeconds());
    m_isRecalled = true;
    tell();
    recallLoadsOnce();
}

/// What only an open farm shows is read when one is opened, once its builders are known.
void FarmStore::recallLoadsOnce()
{
    if (!m_isRecalled || m_areLoadsRecalled || view() != FarmView::Open)
        return;
    m_areLoadsRecalled = true;
    m_loadsFlow.start(recallLoads());
}

Task<void> FarmStore::recallLoads()
{
    const auto server = m_servers.hydra.id;
    const qint64 now = m_clock.nowSeconds();
    auto asking = m_history->seriesNames(server, loadPrefix);
    const auto names = (co_await std::move(asking)).value_or(QStringList{});
    std::map<QString, std::map<qint64, BuilderPoint>> builders;
    for (const auto &name : names) {
        const auto what = name.section(u'/', 1, 1);
        const auto known = std::ranges::find(loadSeries(), what, &LoadSeries::what);
        if (known == loadSeries().end() && what != jobsSeries)
            continue;
        auto question = m_history->samples(server, name, now - day, now);
        const auto samples = (co_await std::move(question)).value_or(QList<history::SamplePoint>{});
        for (const auto &sample : samples) {
            auto &point = builders[name.section(u'/', 2)][sample.time];
            point.time = sample.time;
            if (what == jobsSeries)
                point.jobs = int(sample.value);
            else
                point.*(known->member) = sample.value;
        }
    }
    QList<PastBuilder> past;
    for (const auto &[name, points] : builders) {
        past.append({.name = name, .points = {}});
        for (const auto &[time, point] : points)
            past.back().points.append(point);
    }
    takeLoads(m_state, past);
    tell();
}

void FarmStore::record(const QList<hydra::Machine> &machines)
{
    const qint64 now = m_clock.nowSeconds();
    if (!m_history)
        return;
    m_history->addMachines(m_servers.hydra.id, machines);
    if (now - m_loadsRecordedAt < loadsEvery)
        return;
    m_loadsRecordedAt = now;
    QList<history::Sample> samples;
    for (const auto &machine : machines) {
        const auto *line = m_state.builder(machine.name);
        if (!line || line->points.isEmpty() || !line->isConnected)
            continue;
        const auto &point = line->points.back();
        if (point.jobs)
            samples.append({loadSeriesOf(jobsSeries, machine.name), double(*point.jobs)});
        for (const auto &series : loadSeries()) {
            if (const auto value = point.*(series.member))
                samples.append({loadSeriesOf(series.what, machine.name), *value});
        }
    }
    m_history->addSamples(m_servers.hydra.id, samples);
}

void FarmStore::recordQueues()
{
    const qint64 now = m_clock.nowSeconds();
    if (!m_history || now - m_recordedAt < sampleEvery)
        return;
    m_recordedAt = now;
    QList<history::Sample> samples;
    for (const auto &line : std::as_const(m_state.systems)) {
        samples.append({seriesOf(u"waiting"_s, line.system), double(line.waiting)});
        samples.append({seriesOf(u"running"_s, line.system), double(line.running)});
    }
    m_history->addSamples(m_servers.hydra.id, samples);
}

} // namespace narscope::watch
