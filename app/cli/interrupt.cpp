// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/interrupt.h"

#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace narscope::cli {

namespace {

constexpr int killedBy = 128;

// What a signal handler may touch.
volatile std::sig_atomic_t isWaiting = 0;
volatile std::sig_atomic_t writeEnd = -1;

extern "C" void onSignal(int number)
{
    const char byte = static_cast<char>(number);
    if (!isWaiting || write(writeEnd, &byte, 1) != 1)
        _exit(killedBy + number);
    isWaiting = 0;
}

} // namespace

Interrupt::Interrupt(std::function<void(int)> call)
{
    if (pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    writeEnd = m_pipe[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this, call = std::move(call)] {
        char number = 0;
        if (read(m_pipe[0], &number, 1) == 1)
            call(killedBy + number);
    });
    for (const int number : {SIGINT, SIGTERM})
        std::signal(number, &onSignal);
}

Interrupt::~Interrupt()
{
    isWaiting = 0;
    for (const int end : m_pipe) {
        if (end >= 0)
            close(end);
    }
}

void Interrupt::setWaiting(bool waiting)
{
    isWaiting = waiting;
}

} // namespace narscope::cli
