// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTypes>

namespace narscope::log {

// Loops over all bytes of a log, as fast as memory gives them where the processor has AVX2.

[[nodiscard]] qint64 countLineEnds(const char *begin, const char *end);
/// The next ESC, carriage return or backspace: where a line is seen otherwise than it is written. `end`: there is none.
[[nodiscard]] const char *nextSpecial(const char *begin, const char *end);

} // namespace narscope::log
