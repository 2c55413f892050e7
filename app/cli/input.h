// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "nix/decoder.h"

#include <QByteArray>
#include <QString>

#include <functional>

// Files that a person names on the command line; "-" is standard input.

namespace narscope::cli {

/// All of it. TooLarge beyond `limit` bytes, NotFound, Io.
[[nodiscard]] Result<QByteArray> readInput(const QString &name, qint64 limit);

/// Piece by piece (256 KiB, only the last is shorter), until `take` says false.
[[nodiscard]] Result<void> readPieces(const QString &name, const std::function<bool(QByteArrayView)> &take);

/// Unpacks an archive at hand, whatever its compression, into `sink`. A sink that stops it is no problem.
[[nodiscard]] Result<void> unpackInput(const QString &name, nix::Decoder::Sink sink);

/// Bytes of unknown origin for a terminal: control characters and what is not UTF-8 as \n, \t, \\ and \xNN.
[[nodiscard]] QString terminalText(QByteArrayView bytes);
/// The same for text of several lines, which stay lines.
[[nodiscard]] QString terminalLines(const QString &text);

} // namespace narscope::cli
