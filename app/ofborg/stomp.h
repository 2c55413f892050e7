// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>

#include <optional>
#include <utility>

// STOMP 1.1 and 1.2 frames (stomp.github.io), as RabbitMQ's web-STOMP speaks them. Pure.

namespace narscope::ofborg {

struct StompFrame {
    QByteArray command;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< as they mean, not as they are escaped
    QByteArray body;

    bool operator==(const StompFrame &) const = default;
    /// The first of that name counts; empty when there is none.
    [[nodiscard]] QByteArray header(QByteArrayView name) const;
    /// With its NUL at the end.
    [[nodiscard]] QByteArray encoded() const;
};

/// Takes what comes over the wire, in pieces of any size, and gives frames. Line ends between frames
/// (heart-beats) are passed over. Once it has found a fault it stays there.
class StompReader {
public:
    void add(QByteArrayView bytes);
    /// The next whole frame; nothing: it needs more. Malformed, or TooLarge for one over 2 MiB.
    [[nodiscard]] Result<std::optional<StompFrame>> next();

private:
    [[nodiscard]] Result<std::optional<StompFrame>> fail(ProblemKind kind, const QString &detail);

    QByteArray m_bytes;
    std::optional<Problem> m_fault;
};

} // namespace narscope::ofborg
