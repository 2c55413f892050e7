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
    tell();
}

void FarmStore::record(const QList<hydra::Machine> &machines)
{
    if (m_history)
        m_history->addMachines(m_servers.hydra.id, machines);
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
