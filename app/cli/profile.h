// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/command.h"
#include "history/history.h"

// The folder with what the program keeps, the same as the window's.

namespace narscope::cli {

/// Adds --profile.
void declareProfile(QCommandLineParser &parser);
[[nodiscard]] QString profileFolder(const QCommandLineParser &parser);

/// NotFound when nothing was ever remembered there: only looking makes no file.
[[nodiscard]] Result<std::unique_ptr<history::History>> openHistory(Context &context, const QCommandLineParser &parser);

/// A moment given as «90m», «12h», «3d», «2w» before now or as a date, «2026-11-20»; nothing for no text.
/// Usage.
[[nodiscard]] Result<std::optional<qint64>> momentOf(const QString &text, const Clock &clock);

} // namespace narscope::cli
