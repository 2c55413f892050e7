// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/costrecorder.h"

namespace narscope::watch {

namespace {

constexpr std::chrono::hours hour{1};

} // namespace

std::optional<history::RequestCount> costOf(const net::LedgerEntry &entry)
{
    const bool hasEnded = entry.state != net::RequestState::Waiting && entry.state != net::RequestState::Running;
    const bool wasSent = entry.status != 0 || entry.took.count() > 0;
    if (!hasEnded || !wasSent || entry.fromRecord)
        return std::nullopt;
    return history::RequestCount{.server = entry.server,
        .host = entry.url.host(),
        .hour = entry.asked / hour,
        .requests = 1 + entry.redirects,
        .failures = entry.state == net::RequestState::Failed ? 1 : 0,
        .bytes = entry.bytes};
}

CostRecorder::CostRecorder(history::History &history, net::Ledger &ledger)
    : m_history(history)
    , m_ledger(ledger)
{
    connect(&ledger, &net::Ledger::changed, this, &CostRecorder::take);
}

void CostRecorder::take(const QList<net::LedgerEntry> &entries)
{
    QList<history::RequestCount> counts;
    for (const auto &entry : entries) {
        const auto cost = costOf(entry);
        if (cost && m_counted.insert(entry.number).second)
            counts << *cost;
    }
    // What has left the ledger does not come again.
    while (m_counted.size() > size_t(m_ledger.capacity()))
        m_counted.erase(m_counted.begin());
    if (!counts.isEmpty())
        m_history.addRequests(counts);
}

} // namespace narscope::watch
