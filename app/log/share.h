// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

class QThreadPool;

namespace narscope::log {

/// From here on this thread, one of a pool, runs only when a thread that somebody waits for does not want to: with as
/// many threads as cores a search would else take the window's core for milliseconds in the middle of a frame. There is
/// no way back.
void standBack();

/// Runs `work` on this thread and on those of the pool that are free now, and waits for them; not for the GUI thread.
/// `pieces`: into how many parts the work can fall. The others stand back when this thread does.
void shareWork(QThreadPool *pool, qsizetype pieces, const std::function<void()> &work);

} // namespace narscope::log
