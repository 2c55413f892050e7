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
[[nodiscard]] Result<nix::TrustPolicy> trustPolicy(const QCommandLineParser &parser, const Context &context);

/// Keys of a file: a nix.conf, a list as `keys --json` writes it, or any text with keys in it.
[[nodiscard]] Result<nix::KeyImport> keysOfFile(const QString &name);

} // namespace narscope::cli
