// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

// A server's text, made safe to show: in a terminal it must not move the cursor.

namespace narscope::hydra {

/// Text for one line: no control characters or terminal escapes, white space collapsed.
[[nodiscard]] QString plainLine(const QString &text);
/// Text of several lines without terminal escapes and control characters but line ends and tabs.
[[nodiscard]] QString plainText(const QString &text);

} // namespace narscope::hydra
