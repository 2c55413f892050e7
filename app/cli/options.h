// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/command.h"

#include <QCommandLineParser>

namespace narscope::cli {

/// Adds the options that every command has.
void declareCommonOptions(QCommandLineParser &parser);
/// The servers to ask: of --servers-file or shipped, those of --server first. Usage, Io or Malformed.
[[nodiscard]] Result<net::Servers> chosenServers(const QCommandLineParser &parser);

struct DemoChoice {
    quint64 seed = 1;
    int jobs = 600;
    double speed = 1;
};
/// Usage when a number makes no sense.
[[nodiscard]] Result<DemoChoice> chosenDemo(const QCommandLineParser &parser);

/// The command that the first words name, the longest name first; null when they name none.
[[nodiscard]] const Command *findCommand(const std::vector<Command> &commands, const QStringList &words);

/// A parser with the common options and those of the command.
void declare(QCommandLineParser &parser, const Command &command);

/// A script that completes commands and options: bash, zsh or fish.
[[nodiscard]] Result<QString> completionScript(const QString &shell, const std::vector<Command> &commands);

} // namespace narscope::cli
