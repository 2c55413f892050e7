// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <QPointer>

#include <map>

namespace narscope::test {

/// Time that moves only when a test says so.
class FakeClock final : public Clock {
public:
    explicit FakeClock(Milliseconds start = Milliseconds(1'763'700'000'000));
    [[nodiscard]] Milliseconds now() const override { return m_now; }
    [[nodiscard]] Milliseconds monotonic() const override { return m_now; }
    void callLater(Milliseconds delay, QObject *context, std::function<void()> call) override;

    /// Moves on and makes the calls that fall due, in order, each at its own time.
    void advance(Milliseconds by);
    [[nodiscard]] bool hasCalls() const { return !m_calls.empty(); }
    /// When the next call is due; now() when there is none.
    [[nodiscard]] Milliseconds nextDue() const { return m_calls.empty() ? m_now : m_calls.begin()->first; }

private:
    struct Call {
        QPointer<QObject> context;
        std::function<void()> call;
    };
    Milliseconds m_now;
    std::multimap<Milliseconds, Call> m_calls;
};

} // namespace narscope::test
