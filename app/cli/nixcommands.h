// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/command.h"

// The commands about files of Nix at hand: each takes no more than its files, and asks no server.

namespace narscope::cli {

[[nodiscard]] Command keysCommand();
[[nodiscard]] Command narListCommand();
[[nodiscard]] Command narCatCommand();
[[nodiscard]] Command narVerifyCommand();
[[nodiscard]] Command drvPathCommand();
[[nodiscard]] Command narInfoCommand();

/// The worse of two: what fails goes before what could not be checked.
[[nodiscard]] int worse(int a, int b);
/// What breaks its format fails; what cannot be had, or is too large or of an unknown kind, could not be checked.
[[nodiscard]] int codeOf(const Problem &problem);
/// Of a command that was given no file.
[[nodiscard]] Problem noFile(const QString &command);
/// The same problem, saying in which file.
[[nodiscard]] Problem inFile(Problem problem, const QString &file);

} // namespace narscope::cli
