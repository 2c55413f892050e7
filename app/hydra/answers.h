// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QUrl>

namespace narscope::hydra {

/// A problem of the network made useful: Hydra answers 500 to what is a person's mistake, and tells its database's
/// words (hydra.md §2.2).
[[nodiscard]] Problem explained(Problem problem);
/// A parser's problem with the address in front of the place in the body.
[[nodiscard]] Problem located(Problem problem, const QUrl &url);

} // namespace narscope::hydra
