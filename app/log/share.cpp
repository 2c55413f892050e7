// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/share.h"

#include <QSemaphore>
#include <QThreadPool>

#if defined(Q_OS_LINUX)
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace narscope::log {

namespace {

thread_local bool standsBack = false;

} // namespace

void standBack()
{
    if (std::exchange(standsBack, true))
        return;
#if defined(Q_OS_LINUX)
    // A tenth of the share of an ordinary thread. Linux has this for each thread, whatever POSIX says of processes;
    // Qt's own priorities do nothing there but for SCHED_IDLE, which would stand still beside anything else that runs.
    constexpr int niceness = 10;
    setpriority(PRIO_PROCESS, id_t(gettid()), niceness);
#endif
}

void shareWork(QThreadPool *pool, qsizetype pieces, const std::function<void()> &work)
{
    QSemaphore done;
    const bool isBehind = standsBack;
    const auto help = [&] {
        if (isBehind)
            standBack();
        work();
        done.release();
    };
    const auto useful = pool ? qMin<qsizetype>(pool->maxThreadCount(), pieces) - 1 : 0;
    int helpers = 0;
    // Only threads that are free now: waiting for a busy pool from one of its own threads would never end.
    while (helpers < useful && pool->tryStart(help))
        ++helpers;
    work();
    done.acquire(helpers);
}

} // namespace narscope::log
