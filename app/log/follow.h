// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "log/bell.h"
#include "log/fetch.h"

namespace narscope::log {

/// A running build's log, followed by looks at its end (hydra.md §7.2): Hydra's logs have no ranges.
struct LogFollow {
    QUrl url; ///< of the raw log; `?tail=N` gives its last lines
    std::shared_ptr<Spool> spool; ///< with what is known so far, or empty
    QString why;
    std::function<Task<Result<bool>>()> isFinished; ///< whether the build has ended; asked after each look
    std::function<void()> grew; ///< the spool has more
    Milliseconds interval{7'000};
    LogBell *bell = nullptr; ///< says when to look instead, while it listens; null: there is none
};

/// How following ended.
enum class FollowEnd {
    Complete, ///< the build has ended, and the spool holds the server's whole log
    Replaced, ///< the server has another log now: a retry began. The spool holds what was seen of the old one
};

/// Ends with the build, after one complete look. Problems of the network are tried again and told to `onProblem`;
/// NotFound is waited for, since a step's log begins after the step. Ends with a problem only when the spool cannot
/// take more.
[[nodiscard]] Task<Result<FollowEnd>> followLog(
    net::Http &http, Clock &clock, LogFollow follow, std::function<void(const Problem &)> onProblem);

} // namespace narscope::log
