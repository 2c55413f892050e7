// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

namespace narscope::github {

/// Usage unless `sha` is 40 hex digits in lower case and `branch` is a name that cannot be taken for an
/// option, a revision expression or a path.
[[nodiscard]] Result<void> checkNames(const QString &branch, const QString &sha);

} // namespace narscope::github
