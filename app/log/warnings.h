// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/search.h"

namespace narscope::log {

/// Lines on which a tool warns: «warning:», «WARNING:», «warning[E0123]:», «[WARN]». Reads the log once, on free
/// threads of the pool too. Not for the GUI thread.
[[nodiscard]] Result<Findings> findWarnings(const Bytes &bytes, const LineIndex &index, QThreadPool *pool = nullptr,
    const std::atomic<bool> *cancelled = nullptr);

/// Whether a line as seen is one.
[[nodiscard]] bool isWarning(QByteArrayView visibleLine);

} // namespace narscope::log
