// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/task.h"

#include <QThreadPool>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

namespace narscope::nix {

/// Runs many small works on a pool with few thread hops: what comes in while the pool is busy goes to it
/// together. One thread asks, with an event loop; the pool must be waited for before that thread ends. A work
/// whose flow is destroyed still runs, its value is dropped.
class Batch {
public:
    explicit Batch(QThreadPool &pool);

    template <typename Work> Task<std::invoke_result_t<Work>> run(Work work)
    {
        using Value = std::invoke_result_t<Work>;
        Completion<Value> done;
        auto value = std::make_shared<std::optional<Value>>();
        add({.work = [value, job = std::make_shared<Work>(std::move(work))] { value->emplace((*job)()); },
            .finish = [value, done] { done.set(std::move(**value)); }});
        co_return co_await done;
    }

private:
    struct Item {
        std::function<void()> work; ///< on the pool
        std::function<void()> finish; ///< back on the asking thread
    };
    struct State;

    void add(Item item);
    static void dispatch(const std::shared_ptr<State> &state);

    std::shared_ptr<State> m_state;
};

} // namespace narscope::nix
