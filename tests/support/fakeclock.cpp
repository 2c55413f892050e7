// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"

namespace narscope::test {

FakeClock::FakeClock(Milliseconds start)
    : m_now(start)
{
}

void FakeClock::callLater(Milliseconds delay, QObject *context, std::function<void()> call)
{
    m_calls.emplace(m_now + std::max(delay, Milliseconds(0)), Call{.context = context, .call = std::move(call)});
}

void FakeClock::advance(Milliseconds by)
{
    const auto end = m_now + by;
    while (!m_calls.empty() && m_calls.begin()->first <= end) {
        auto node = m_calls.extract(m_calls.begin());
        m_now = node.key();
        if (node.mapped().context)
            node.mapped().call();
    }
    m_now = end;
}

} // namespace narscope::test
