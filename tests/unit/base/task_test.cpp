// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/pool.h"
#include "base/task.h"
#include "support/fakeclock.h"

#include <QTest>

using namespace narscope;
using namespace std::chrono_literals;

namespace {

struct CountsItsEnd {
    int *ends;
    ~CountsItsEnd() { ++*ends; }
};

Task<int> answerAfter(Completion<int> completion)
{
    co_return co_await completion + 1;
}

Task<void> store(Completion<int> completion, int *into, int *ends)
{
    const CountsItsEnd guard{ends};
    auto inner = answerAfter(completion);
    *into = co_await std::move(inner);
}

Task<void> tick(Clock *clock, int *ticks)
{
    for (;;) {
        co_await clock->sleep(10s);
        ++*ticks;
    }
}

Task<void> onPool(QThreadPool *pool, QThread **workThread, QThread **backThread)
{
    auto work = [] { return QThread::currentThread(); };
    *workThread = co_await runOn(*pool, work);
    *backThread = QThread::currentThread();
}

} // namespace

class TaskTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valueTravelsThroughNestedTasks()
    {
        Completion<int> completion;
        int got = 0, ends = 0;
        Scope scope;
        scope.start(store(completion, &got, &ends));
        QVERIFY(!scope.isEmpty());
        completion.set(41);
        QCOMPARE(got, 42);
        QCOMPARE(ends, 1);
        QVERIFY(scope.isEmpty());
    }

    void destroyingTheScopeEndsWaitingFlowsAndLateAnswersAreForgotten()
    {
        Completion<int> completion;
        int got = 0, ends = 0;
        {
            Scope scope;
            scope.start(store(completion, &got, &ends));
        }
        QCOMPARE(ends, 1);
        completion.set(41);
        QCOMPARE(got, 0);
    }

    void sleepingFlowWakesOnTheClockAndStopsWithItsScope()
    {
        test::FakeClock clock;
        int ticks = 0;
        {
            Scope scope;
            scope.start(tick(&clock, &ticks));
            clock.advance(35s);
            QCOMPARE(ticks, 3);
        }
        clock.advance(60s);
        QCOMPARE(ticks, 3);
    }

    void poolWorkComesBackToItsThread()
    {
        QThreadPool pool;
        QThread *worked = nullptr, *back = nullptr;
        Scope scope;
        scope.start(onPool(&pool, &worked, &back));
        QTRY_VERIFY(scope.isEmpty());
        QVERIFY(worked != QThread::currentThread());
        QCOMPARE(back, QThread::currentThread());
    }
};

QTEST_GUILESS_MAIN(TaskTest)
#include "task_test.moc"
