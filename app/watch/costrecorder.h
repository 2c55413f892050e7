// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/history.h"
#include "net/ledger.h"

#include <set>

namespace narscope::watch {

/// Counts the requests of a ledger in the history, by host and hour. Core thread; both must outlive it.
class CostRecorder : public QObject {
    Q_OBJECT
public:
    CostRecorder(history::History &history, net::Ledger &ledger);

private:
    void take(const QList<net::LedgerEntry> &entries);

    history::History &m_history;
    const net::Ledger &m_ledger;
    std::set<quint64> m_counted; ///< of the newest entries: each comes again when it changes
};

/// What an entry that has ended adds to its hour; nothing when no request was sent for it.
[[nodiscard]] std::optional<history::RequestCount> costOf(const net::LedgerEntry &entry);

} // namespace narscope::watch
