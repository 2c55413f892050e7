// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/task.h"

#include <QDateTime>
#include <QObject>
#include <QTimeZone>

#include <chrono>
#include <functional>

namespace narscope {

using Milliseconds = std::chrono::milliseconds;

/// Where time comes from. Everything in app/ that waits or says «now» takes one, so that tests and the
/// demonstration run on their own time. Calls come back on the thread that asked.
class Clock {
public:
    Clock() = default;
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;
    virtual ~Clock() = default;

    /// Milliseconds since 1970, UTC.
    [[nodiscard]] virtual Milliseconds now() const = 0;
    /// Never runs backwards; its zero means nothing.
    [[nodiscard]] virtual Milliseconds monotonic() const = 0;
    /// Calls once after the delay unless the context dies first.
    virtual void callLater(Milliseconds delay, QObject *context, std::function<void()> call) = 0;

    [[nodiscard]] qint64 nowSeconds() const { return now().count() / 1000; }
    [[nodiscard]] QDateTime nowUtc() const { return QDateTime::fromMSecsSinceEpoch(now().count(), QTimeZone::UTC); }
    /// Suspends a flow; destroying the flow drops the timer.
    Task<void> sleep(Milliseconds delay);
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Milliseconds now() const override;
    [[nodiscard]] Milliseconds monotonic() const override;
    void callLater(Milliseconds delay, QObject *context, std::function<void()> call) override;
};

/// Runs `speed` times as fast as the system's clock from a chosen moment: the demonstration's time.
/// Thread-safe: constant after construction.
class ScaledClock final : public Clock {
public:
    ScaledClock(Milliseconds start, double speed);
    [[nodiscard]] Milliseconds now() const override;
    [[nodiscard]] Milliseconds monotonic() const override;
    void callLater(Milliseconds delay, QObject *context, std::function<void()> call) override;
    [[nodiscard]] double speed() const { return m_speed; }

private:
    Milliseconds m_start;
    double m_speed;
    std::chrono::steady_clock::time_point m_began;
};

} // namespace narscope
