// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <algorithm>
#include <cmath>

namespace narscope::net {

/// A token bucket: `burst` at once, then `perSecond`. Full at first. Time is Clock::monotonic().
class TokenBucket {
public:
    /// perSecond 0: no limit.
    TokenBucket(double perSecond, double burst, Milliseconds now)
        : m_perSecond(perSecond)
        , m_burst(std::max(burst, 1.0))
        , m_tokens(m_burst)
        , m_at(now)
    {
    }

    /// How long until a token is there; zero: there is one.
    [[nodiscard]] Milliseconds wait(Milliseconds now)
    {
        if (m_perSecond <= 0)
            return Milliseconds(0);
        refill(now);
        if (m_tokens >= 1 - rounding)
            return Milliseconds(0);
        return Milliseconds(qint64(std::ceil((1 - m_tokens) / m_perSecond * 1000)));
    }
    void take() { m_tokens = std::max(0.0, m_tokens - 1); }

private:
    static constexpr double rounding = 1e-9;

    void refill(Milliseconds now)
    {
        const double seconds = double((now - m_at).count()) / 1000;
        m_tokens = std::min(m_burst, m_tokens + seconds * m_perSecond);
        m_at = now;
    }

    double m_perSecond;
    double m_burst;
    double m_tokens;
    Milliseconds m_at;
};

} // namespace narscope::net
