// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/store.h"
#include "history/values.h"

// What is removed, in portions that do not hold up the writer. Private to app/history.

namespace narscope::history {

/// Removes one portion of what is older than the policy allows and gives some room back; the rows removed.
/// Until it returns 0 and `isDone` there is more.
struct Pruned {
    qint64 rows = 0;
    bool isDone = false;
};
[[nodiscard]] Pruned pruneSome(Writing &writing, const Retention &policy, qint64 now);

} // namespace narscope::history
