// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

// What is a reason to ask less often than the plan allows, as plain functions.

namespace narscope::watch {

struct Circumstances {
    /// No window is to be seen. Its views ask nothing then; what is watched is asked for as ever, since notices are all
    /// that is left.
    bool isHidden = false;
    bool isIdle = false; ///< a window is to be seen, but nobody has used it for a while
    bool onBattery = false;
    bool isMetered = false; ///< what goes over the network is paid for by its size

    bool operator==(const Circumstances &) const = default;
};

/// By how much each pause of the plan is longer: 1 to 6 times: what is shown stays of some use.
[[nodiscard]] int stretchOf(const Circumstances &circumstances);
[[nodiscard]] Milliseconds stretched(Milliseconds pause, const Circumstances &circumstances);
/// What is left of a pause that began under other circumstances.
[[nodiscard]] Milliseconds restretched(Milliseconds left, const Circumstances &before, const Circumstances &now);
/// «On battery: everything is asked half as often.»; empty: nothing is stretched.
[[nodiscard]] QString sentence(const Circumstances &circumstances);

} // namespace narscope::watch
