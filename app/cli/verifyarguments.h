// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/verifyinput.h"

#include <QStringList>

namespace narscope::cli {

/// What the arguments of `verify` mean, each thing once.
struct VerifyArguments {
    std::vector<nix::VerifyTarget> targets;
    QStringList images; ///< ISO files, and addresses of channels, releases and ISOs
    std::vector<Problem> problems;
};

/// PATH, HASH, URL or FILE each; "-" reads standard input, a path a line or what else nix::readVerifyInput
/// knows.
[[nodiscard]] VerifyArguments readVerifyArguments(const QStringList &arguments);

} // namespace narscope::cli
