// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace narscope::cli {

/// Ctrl+C and SIGTERM. While one of these lives and `whileWaiting` runs an event loop, they come to a call on
/// its thread; at all other times (a file is being read, say), and the second time, they end the program at once.
class Interrupt {
public:
    explicit Interrupt(std::function<void(int exitCode)> call);
    ~Interrupt();
    void setWaiting(bool waiting);

private:
    int m_pipe[2]{-1, -1};
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace narscope::cli
