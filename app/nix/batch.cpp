// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/batch.h"

#include <QAbstractEventDispatcher>

#include <algorithm>
#include <deque>
#include <vector>

namespace narscope::nix {

namespace {
/// Bounds how long results wait for the slowest work of their batch.
constexpr size_t largestBatch = 64;
} // namespace

struct Batch::State {
    QThreadPool &pool;
    std::deque<Item> waiting;
    int running = 0;
};

Batch::Batch(QThreadPool &pool)
    : m_state(std::make_shared<State>(pool))
{
}

void Batch::add(Item item)
{
    m_state->waiting.push_back(std::move(item));
    dispatch(m_state);
}

void Batch::dispatch(const std::shared_ptr<State> &state)
{
    const int threads = state->pool.maxThreadCount();
    while (state->running < threads && !state->waiting.empty()) {
        const auto idle = static_cast<size_t>(threads - state->running);
        const auto count = std::clamp<size_t>(state->waiting.size() / idle, 1, largestBatch);
        auto items = std::make_shared<std::vector<Item>>();
        for (size_t i = 0; i < count; ++i) {
            items->push_back(std::move(state->waiting.front()));
            state->waiting.pop_front();
        }
        ++state->running;
        auto *home = QAbstractEventDispatcher::instance();
        state->pool.start([state, items, home] {
            for (const auto &item : *items)
                item.work();
            QMetaObject::invokeMethod(
                home,
                [state, items] {
                    --state->running;
                    dispatch(state);
                    for (const auto &item : *items)
                        item.finish();
                },
                Qt::QueuedConnection);
        });
    }
}

} // namespace narscope::nix
