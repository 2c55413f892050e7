// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/types.h"
#include "watch/watchrule.h"

// What of a trace can be watched: pure.

namespace narscope::ui {

struct WatchChoice {
    watch::WatchTarget target;
    QString words; ///< «In nixos-unstable», «hello on x86_64-linux is built»
    bool isStop = false; ///< one stop; false: the pull request itself

    bool operator==(const WatchChoice &) const = default;
};

/// The pull request, then each stop that is not reached and whose arrival a watch can tell; each target once.
[[nodiscard]] QList<WatchChoice> watchChoices(const trace::Trace &trace);
/// How a stop is watched: its job's next build is told of however it ends.
[[nodiscard]] watch::WatchRule stopRule(const watch::WatchTarget &target);

} // namespace narscope::ui
