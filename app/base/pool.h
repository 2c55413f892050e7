// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/task.h"

#include <QAbstractEventDispatcher>
#include <QThreadPool>

#include <type_traits>

namespace narscope {

/// Runs work() on the pool and comes back to the calling thread with its value. Plain values in and out.
/// Needs an event loop on the calling thread; the pool must be waited for before that thread ends. If the
/// waiting flow is destroyed meanwhile, the work still ends and its value is dropped.
template <typename Work> Task<std::invoke_result_t<Work>> runOn(QThreadPool &pool, Work work)
{
    using Value = std::invoke_result_t<Work>;
    Completion<Value> done;
    auto *home = QAbstractEventDispatcher::instance();
    pool.start([done, home, job = std::move(work)]() mutable {
        auto value = std::make_shared<Value>(job());
        QMetaObject::invokeMethod(home, [done, value] { done.set(std::move(*value)); }, Qt::QueuedConnection);
    });
    co_return co_await done;
}

/// The named pools of design.md, made in main() and handed on by reference.
struct Pools {
    QThreadPool parse; ///< JSON, HTML
    QThreadPool hash; ///< decompression, SHA-256, Ed25519
    QThreadPool log; ///< index, search
    QThreadPool store; ///< questions to the history

    Pools()
    {
        for (auto *pool : {&parse, &hash, &log, &store})
            pool->setMaxThreadCount(qMax(2, QThread::idealThreadCount()));
    }
    ~Pools() { waitForDone(); }
    void waitForDone()
    {
        for (auto *pool : {&parse, &hash, &log, &store})
            pool->waitForDone();
    }
};

} // namespace narscope
