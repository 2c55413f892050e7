// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/task.h"

#include <deque>
#include <memory>
#include <utility>

namespace narscope::nix {

/// Lets at most so many flows of one thread through at once, in the order they came. A place is given back
/// when it is destroyed, also by a flow that is cancelled. May be destroyed before its places.
class Gate {
    struct State;

public:
    class Place {
    public:
        explicit Place(std::shared_ptr<State> state)
            : m_state(std::move(state))
        {
        }
        Place(Place &&other) noexcept = default;
        Place &operator=(Place &&other) noexcept
        {
            std::swap(m_state, other.m_state);
            return *this;
        }
        ~Place()
        {
            if (m_state)
                m_state->leave(m_state);
        }

    private:
        std::shared_ptr<State> m_state;
    };

    explicit Gate(int places)
        : m_state(std::make_shared<State>())
    {
        m_state->free = places;
    }

    Task<Place> enter() { return enter(m_state); }

private:
    struct State {
        int free = 1;
        std::deque<Completion<Place>> waiting;

        void leave(const std::shared_ptr<State> &self)
        {
            if (waiting.empty()) {
                ++free;
                return;
            }
            const auto next = std::move(waiting.front());
            waiting.pop_front();
            next.set(Place(self));
        }
    };

    static Task<Place> enter(std::shared_ptr<State> state)
    {
        if (state->free > 0) {
            --state->free;
            co_return Place(state);
        }
        Completion<Place> turn;
        state->waiting.push_back(turn);
        co_return co_await turn;
    }

    std::shared_ptr<State> m_state;
};

} // namespace narscope::nix
