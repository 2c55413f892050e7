// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "ofborg/types.h"

#include <QByteArrayView>

// Pure; any thread. Malformed when something is not what it should be.

namespace narscope::ofborg {

/// The log API's answer, by system and id (OfBorg's own order is random).
[[nodiscard]] Result<QList<Attempt>> parseAttempts(QByteArrayView body);
/// One message of the bus, told apart by its keys as OfBorg's own collector does.
[[nodiscard]] Result<Message> parseMessage(QByteArrayView body);

} // namespace narscope::ofborg
