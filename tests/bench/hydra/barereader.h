// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace narscope::bench {

/// Reads every field that a BuildTable keeps with simdjson's On-Demand alone and keeps nothing: the yardstick.
/// The array must have simdjson's padding behind it. Returns a sum over all values, so that nothing is left out.
[[nodiscard]] quint64 readBare(const QByteArray &padded);

} // namespace narscope::bench
