// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUrl>

namespace narscope::ui {

/// Whether a person may be sent there: https to a host, or plain http to this very computer.
[[nodiscard]] bool mayOpen(const QUrl &url);
/// Opens it in the browser when it may be; only after a click or a key. False when it may not.
bool openInBrowser(const QUrl &url);

} // namespace narscope::ui
