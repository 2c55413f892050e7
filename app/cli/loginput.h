// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/command.h"
#include "log/desk.h"
#include "log/lineindex.h"
#include "log/outline.h"

#include <memory>

class QCommandLineParser;

namespace narscope::cli {

/// A log read to its end, or as far as it can be.
struct ReadLog {
    std::shared_ptr<const log::Bytes> bytes;
    log::LineIndex index;
    std::vector<log::Phase> phases;
    QString title; ///< «hello-2.12.2»; empty for files and standard input
    QString source; ///< who answered: a server's name, a file, «standard input», this computer's archive
    std::optional<Problem> cut; ///< why the rest of it is missing
};

/// Gets logs as the window does: from its archive, files, Hydra, caches and OfBorg; what came over the network is kept
/// in the archive.
class LogReader {
public:
    /// The context must outlive it.
    LogReader(Context &context, const QCommandLineParser &parser);

    /// BUILD, STEP, DRV, URL, FILE, «archive:DIGEST» or «-».
    [[nodiscard]] Task<Result<ReadLog>> read(QString text);
    /// What stands beside `text`: «last-good», «attempt-before», a system like «aarch64-linux», or another log by
    /// itself.
    [[nodiscard]] Task<Result<ReadLog>> readOther(QString text, QString other);
    /// Prints the log as it grows, until the build has ended, the file is gone or standard input ends; colours are
    /// kept when `coloured`.
    [[nodiscard]] Task<Result<void>> followAndPrint(QString text, bool coloured);

    [[nodiscard]] log::LogDesk &desk() { return *m_desk; }

private:
    void allowNamed(const QString &text);
    struct Arrived {
        std::shared_ptr<const log::Bytes> bytes;
        log::LogAbout about;
        std::optional<Problem> cut;
    };
    [[nodiscard]] Task<Result<ReadLog>> readBy(log::LogOrder order);
    [[nodiscard]] Task<Result<Arrived>> arrive(
        log::LogOrder order, std::function<void(const std::shared_ptr<const log::Bytes> &)> grew);

    Context &m_context;
    std::vector<std::unique_ptr<hydra::Client>> m_hydras;
    std::unique_ptr<log::LogDesk> m_desk;
};

/// The archive that the window keeps in the profile; of a demonstration another one.
[[nodiscard]] std::shared_ptr<log::Archive> logArchive(const QCommandLineParser &parser);

inline constexpr qsizetype longestShown = 16 << 20; ///< bytes of a line

/// The line as text: without escapes, or with colours only; control characters never reach the terminal. What is longer
/// than longestShown ends with «…».
[[nodiscard]] QString shownLine(QByteArrayView line, bool coloured);

} // namespace narscope::cli
