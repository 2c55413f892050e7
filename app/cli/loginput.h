// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/command.h"
#include "log/bytes.h"
#include "log/lineindex.h"
#include "log/outline.h"

#include <memory>

namespace narscope::cli {

/// A log read to its end.
struct ReadLog {
    std::shared_ptr<const log::Bytes> bytes;
    log::LineIndex index;
    std::vector<log::Phase> phases;
    QString source; ///< who answered: a server's name, a file, «standard input»
};

/// BUILD, STEP, DRV, URL, FILE or «-».
[[nodiscard]] Task<Result<ReadLog>> readLog(Context &context, QString text);

/// Prints the log as it grows, until the build has ended or the file is gone; escapes are kept when `coloured`.
[[nodiscard]] Task<Result<void>> followAndPrint(Context &context, QString text, bool coloured);

/// The line as text: without escapes, or with colours only; control characters never reach the terminal.
[[nodiscard]] QString lineText(const ReadLog &log, log::Line line, bool coloured = false);
/// The same of bytes already at hand.
[[nodiscard]] QString shownLine(QByteArrayView line, bool coloured);

} // namespace narscope::cli
