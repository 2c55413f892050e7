// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/task.h"

#include <QTest>

#include <optional>

namespace narscope::test {

/// A task under way, as a test sees it: started at once, withdrawn when this is destroyed.
template <typename T> class Flow {
public:
    explicit Flow(Task<T> task) { m_scope.start(run(std::move(task), &m_value)); }

    [[nodiscard]] bool isDone() const { return m_value.has_value(); }
    /// Only when it is done.
    [[nodiscard]] const T &value() const { return *m_value; }
    void withdraw() { m_scope.cancelAll(); }

private:
    static Task<void> run(Task<T> task, std::optional<T> *value) { value->emplace(co_await std::move(task)); }

    std::optional<T> m_value;
    Scope m_scope;
};

/// Runs the event loop until the task has its value.
template <typename T> T waitFor(Task<T> task)
{
    Flow<T> flow(std::move(task));
    if (!QTest::qWaitFor([&] { return flow.isDone(); }, 20'000))
        qFatal("a task did not end within 20 s");
    return flow.value();
}

} // namespace narscope::test
