// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/lineindex.h"
#include "log/outline.h"

#include <QString>

#include <vector>

// Which line broke the build. Rules know how tools write their errors, what only follows from an earlier one («make:
// ***», «ninja: build stopped»), and what looks like an error and is none («checking for strerror»).

namespace narscope::log {

enum class ErrorKind {
    Compiler,
    Linker,
    Configure,
    Cmake,
    Meson,
    Python,
    Rust,
    Go,
    Haskell,
    Java,
    Script,
    Patch,
    Test,
    MissingProgram,
    MissingFile,
    Permission,
    Memory,
    Disk,
    Timeout,
    Crash,
    HashMismatch,
    LogLimit,
    Evaluation,
    Network,
    Other,
    Consequence, ///< says that something failed, not why
};

/// «compiler error», «test failure», ...
[[nodiscard]] QString word(ErrorKind kind);
/// Stable, for JSON: "compiler", "hash-mismatch", ...
[[nodiscard]] QString key(ErrorKind kind);

/// One line that may be the cause, judged alone. Pure.
struct ErrorJudgement {
    ErrorKind kind = ErrorKind::Other;
    int weight = 0; ///< 0 to 100: how surely such a line is a cause
    bool lastCounts = false; ///< of several with this weight the last is the cause (the end of a Python traceback)
    QString message; ///< what broke, without place and escapes

    bool operator==(const ErrorJudgement &) const = default;
};
/// Nothing: the line is no error.
[[nodiscard]] std::optional<ErrorJudgement> judge(QByteArrayView visibleLine);

/// A line chosen, best first.
struct ErrorFinding {
    Line line;
    Line begin; ///< with what belongs to it: the lines around that explain it
    Line end;
    ErrorKind kind = ErrorKind::Other;
    int score = 0;
    QString phase; ///< empty when the log has none
    QString message;
    QString why; ///< why this line was chosen, one sentence

    bool operator==(const ErrorFinding &) const = default;
};

struct ErrorExtract {
    std::vector<ErrorFinding> findings; ///< at most maxFindings, the likeliest cause first
    qint64 errorLines = 0; ///< lines that look like errors, in all

    bool operator==(const ErrorExtract &) const = default;
    /// What jobs that broke for the same reason have in common: kind and normalised message of the first finding.
    /// Empty: none.
    [[nodiscard]] QByteArray fingerprint() const;
};

inline constexpr size_t maxFindings = 50;

/// Reads the log once. Not for the GUI thread; uses free threads of the pool.
[[nodiscard]] Result<ErrorExtract> extractErrors(const Bytes &bytes, const LineIndex &index,
    const std::vector<Phase> &phases, QThreadPool *pool = nullptr, const std::atomic<bool> *cancelled = nullptr);

} // namespace narscope::log
