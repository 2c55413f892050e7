// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/command.h"
#include "github/token.h"

// A token for GitHub, for every command that asks it.

namespace narscope::cli {

/// Adds --token-file.
void declareTokenOption(QCommandLineParser &parser);
/// What the file says, empty without one. With a token GitHub is asked as fast as it then allows. Io, Usage.
[[nodiscard]] Result<github::Token> tokenFrom(const QCommandLineParser &parser, Context &context);

} // namespace narscope::cli
