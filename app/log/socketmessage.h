// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/result.h"

#include <optional>

// What Hydra's WebSocket service says and is told (hydra.md §7.2): text frames, one JSON object each.

namespace narscope::log {

struct SocketMessage {
    enum class Kind { Started, LogLine, Ended, StepFinished, BuildFinished, Invalid, Other };
    Kind kind = Kind::Other;
    BuildId build; ///< 0: not told
    std::optional<StepNr> step; ///< nothing: the build's own derivation
    bool success = false; ///< of Started and Ended
    QString details; ///< why not; may hold anything

    bool operator==(const SocketMessage &) const = default;
};

/// Malformed: no JSON object with a type. Pure.
[[nodiscard]] Result<SocketMessage> readSocketMessage(QByteArrayView json);
/// Asks for the lines of a log, and for their end.
[[nodiscard]] QByteArray startMessage(BuildId build, std::optional<StepNr> step);

} // namespace narscope::log
