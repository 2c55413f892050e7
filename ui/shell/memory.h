// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/history.h"
#include "log/desk.h"
#include "nix/desk.h"
#include "watch/costrecorder.h"

#include <QTemporaryDir>

#include <optional>

namespace narscope::ui {

/// The window's history and what feeds it besides the stores. Core thread; made before what is remembered of
/// and ended after it.
class Memory {
public:
    /// In the profile's folder; when that is empty, in one that is thrown away at the end.
    Memory(const QString &profile, Clock &clock, Pools &pools);

    [[nodiscard]] history::History &history() { return *m_history; }
    [[nodiscard]] const QString &folder() const { return m_folder; }

    /// Requests are counted by host and hour.
    void follow(net::Ledger &ledger);
    /// Reports are kept as evidence.
    void follow(const nix::Desk &desk);
    /// Logs opened are remembered once what they are is known.
    void follow(const log::LogDesk &desk, const QString &firstHydra);
    /// Removes what is older than the policy allows, now and once a day.
    void keepSmall(const history::Retention &policy);

private:
    Task<void> pruneDaily(history::Retention policy);

    std::optional<QTemporaryDir> m_throwAway;
    QString m_folder; ///< the profile's, or the one thrown away
    Clock &m_clock;
    std::unique_ptr<history::History> m_history;
    std::unique_ptr<watch::CostRecorder> m_cost;
    Scope m_pruning; ///< last, so that it ends before what it uses
};

} // namespace narscope::ui
