// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/ledger.h"

namespace narscope::net {

namespace {

constexpr qint64 hour = 3600;
constexpr auto gatherFor = Milliseconds(100);
constexpr auto age = Milliseconds(1000);

} // namespace

void RateCounter::add(Milliseconds at)
{
    const qint64 second = at.count() / 1000;
    while (!m_seconds.empty() && m_seconds.front().second <= second - hour)
        m_seconds.pop_front();
    if (!m_seconds.empty() && m_seconds.back().second >= second)
        ++m_seconds.back().sent;
    else
        m_seconds.push_back({.second = second, .sent = 1});
}

int RateCounter::count(Milliseconds now, qint64 seconds) const
{
    const qint64 after = now.count() / 1000 - seconds;
    int sum = 0;
    for (auto it = m_seconds.rbegin(); it != m_seconds.rend() && it->second > after; ++it)
        sum += it->sent;
    return sum;
}

Ledger::Ledger(Clock &clock, qsizetype capacity)
    : m_clock(clock)
    , m_capacity(capacity)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(gatherFor);
    m_ageing.setInterval(age);
    connect(&m_soon, &QTimer::timeout, this, &Ledger::flush);
    connect(&m_ageing, &QTimer::timeout, this, &Ledger::sayMeters);
}

QList<LedgerEntry> Ledger::entries() const
{
    QList<LedgerEntry> all;
    all.reserve(qsizetype(m_held.size()));
    for (const auto &held : m_held)
        all.append(held.entry);
    return all;
}

QList<ServerMeter> Ledger::meters() const
{
    QList<ServerMeter> all;
    all.reserve(qsizetype(m_servers.size()));
    for (const auto &counted : m_servers)
        all.append(current(counted));
    return all;
}

ServerMeter Ledger::current(const Counted &counted) const
{
    const auto now = m_clock.now();
    ServerMeter meter = counted.meter;
    meter.lastMinute = counted.sent.count(now, 60);
    meter.lastHour = counted.sent.count(now, hour);
    meter.perSecond = meter.lastMinute / 60.0;
    if (meter.backOffUntil && *meter.backOffUntil <= now)
        meter.backOffUntil.reset();
    return meter;
}

quint64 Ledger::open(LedgerEntry entry)
{
    entry.number = m_next++;
    m_dirty.push_back(entry.number);
    m_held.push_back({.entry = std::move(entry), .isDirty = true});
    if (qsizetype(m_held.size()) > m_capacity)
        m_held.pop_front();
    touch();
    return m_next - 1;
}

Ledger::Held *Ledger::find(quint64 number)
{
    if (m_held.empty() || number < m_held.front().entry.number || number >= m_next)
        return nullptr;
    return &m_held[size_t(number - m_held.front().entry.number)];
}

LedgerEntry *Ledger::change(quint64 number)
{
    auto *held = find(number);
    if (!held)
        return nullptr;
    if (!std::exchange(held->isDirty, true))
        m_dirty.push_back(number);
    touch();
    return &held->entry;
}

void Ledger::addServer(const Server &server)
{
    auto &meter = counted(server.id).meter;
    meter.name = server.name;
    meter.url = server.url;
    meter.allowedPerSecond = server.policy.perSecond;
    touch();
}

Ledger::Counted &Ledger::counted(const QString &server)
{
    const auto it = std::ranges::find(m_servers, server, [](const Counted &c) { return c.meter.server; });
    if (it != m_servers.end())
        return *it;
    m_servers.emplace_back().meter.server = server;
    return m_servers.back();
}

ServerMeter &Ledger::changeMeter(const QString &server)
{
    touch();
    return counted(server).meter;
}

void Ledger::countSent(const QString &server)
{
    auto &its = counted(server);
    its.sent.add(m_clock.now());
    ++its.meter.sent;
    touch();
}

void Ledger::touch()
{
    if (!m_soon.isActive())
        m_soon.start();
}

void Ledger::flush()
{
    m_soon.stop();
    auto numbers = std::exchange(m_dirty, {});
    std::ranges::sort(numbers);
    QList<LedgerEntry> entries;
    for (const auto number : numbers) {
        if (auto *held = find(number)) {
            held->isDirty = false;
            entries.append(held->entry);
        }
    }
    if (!entries.isEmpty())
        Q_EMIT changed(entries);
    sayMeters();
}

void Ledger::sayMeters()
{
    auto now = meters();
    const bool ages = std::ranges::any_of(now, [](const ServerMeter &m) { return m.lastHour > 0 || m.backOffUntil; });
    if (ages && !m_ageing.isActive())
        m_ageing.start();
    else if (!ages)
        m_ageing.stop();
    if (now == m_said)
        return;
    m_said = now;
    Q_EMIT metersChanged(now);
}

void Ledger::sendAll()
{
    Q_EMIT changed(entries());
    Q_EMIT metersChanged(meters());
}

} // namespace narscope::net
