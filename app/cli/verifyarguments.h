// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/verifyinput.h"

#include <QStringList>

namespace narscope::cli {

/// What the arguments of `verify` mean, each path once: PATH, HASH, URL or FILE each; "-" reads standard input, a path
/// a line or what else nix::readVerifyInput knows.
[[nodiscard]] nix::VerifyInput readVerifyArguments(const QStringList &arguments);

} // namespace narscope::cli
