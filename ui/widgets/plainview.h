// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QPlainTextEdit;

namespace narscope::ui {

/// A server's text as it came: monospace, not wrapped, to be read, selected and copied. The caller owns it.
[[nodiscard]] QPlainTextEdit *plainView(const QString &accessibleName);

} // namespace narscope::ui
