// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>

namespace narscope::nix {

/// Lives in a flow's frame and tells the worker that holds its flag, when the frame goes, that nobody waits any more.
struct Canceller {
    std::shared_ptr<std::atomic<bool>> flag = std::make_shared<std::atomic<bool>>(false);

    Canceller() = default;
    Canceller(const Canceller &) = delete;
    Canceller &operator=(const Canceller &) = delete;
    ~Canceller() { flag->store(true); }
};

} // namespace narscope::nix
