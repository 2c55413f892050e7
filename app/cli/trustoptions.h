// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/trust.h"

#include <QCommandLineParser>

// Whose signatures count, for every command that checks some.

namespace narscope::cli {

struct Context;

/// --key, --keys-file, --no-default-keys, --threshold.
void declareTrustOptions(QCommandLineParser &parser);

/// What the options say, on top of the shipped keys that are trusted by default and those of the demonstration.
/// Usage for a bad --key or --threshold; a file without any key is Malformed.
/// What in a --keys-file looks like a key and is none is told on standard error, and added to `skipped` if given.
[[nodiscard]] Result<nix::TrustPolicy> trustPolicy(
    const QCommandLineParser &parser, const Context &context, std::vector<Problem> *skipped = nullptr);

} // namespace narscope::cli
