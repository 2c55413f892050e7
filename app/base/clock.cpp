// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"

#include <QTimer>

namespace narscope {

namespace {

Milliseconds sinceEpoch(auto timePoint)
{
    return std::chrono::duration_cast<Milliseconds>(timePoint.time_since_epoch());
}

} // namespace

Task<void> Clock::sleep(Milliseconds delay)
{
    Completion<bool> elapsed;
    QObject context;
    callLater(delay, &context, [elapsed] { elapsed.set(true); });
    co_await elapsed;
}

Milliseconds SystemClock::now() const
{
    return sinceEpoch(std::chrono::system_clock::now());
}

Milliseconds SystemClock::monotonic() const
{
    return sinceEpoch(std::chrono::steady_clock::now());
}

void SystemClock::callLater(Milliseconds delay, QObject *context, std::function<void()> call)
{
    QTimer::singleShot(std::max(delay, Milliseconds(0)), context, std::move(call));
}

ScaledClock::ScaledClock(Milliseconds start, double speed)
    : m_start(start)
    , m_speed(speed)
    , m_began(std::chrono::steady_clock::now())
{
}

Milliseconds ScaledClock::monotonic() const
{
    const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - m_began;
    return Milliseconds(qint64(elapsed.count() * m_speed));
}

Milliseconds ScaledClock::now() const
{
    return m_start + monotonic();
}

void ScaledClock::callLater(Milliseconds delay, QObject *context, std::function<void()> call)
{
    const auto real = Milliseconds(qint64(double(std::max(delay, Milliseconds(0)).count()) / m_speed));
    QTimer::singleShot(real, context, std::move(call));
}

} // namespace narscope
