// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/demo.h"

namespace narscope::cli {

Demo::Demo(DemoChoice choice)
    : m_choice(choice)
    , m_clock(SystemClock().now(), choice.speed)
{
    m_onThread.moveToThread(&m_thread);
}

Demo::~Demo()
{
    if (!m_thread.isRunning())
        return;
    QMetaObject::invokeMethod(&m_onThread, [this] { m_simulator.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

Result<void> Demo::start()
{
    m_thread.start();
    Result<sim::Addresses> started;
    QMetaObject::invokeMethod(
        &m_onThread,
        [&] {
            const sim::Config config{.seed = m_choice.seed, .jobs = m_choice.jobs};
            m_simulator = std::make_unique<sim::Simulator>(config, m_clock);
            started = m_simulator->start();
        },
        Qt::BlockingQueuedConnection);
    if (!started)
        return std::unexpected(started.error());
    m_addresses = *started;
    return {};
}

} // namespace narscope::cli
