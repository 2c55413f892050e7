// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/task.h"
#include "log/bytes.h"
#include "net/http.h"
#include "nix/decoder.h"

#include <QList>
#include <QStringDecoder>
#include <QUrl>

#include <functional>
#include <memory>

// Getting a log's bytes to a spool, wherever the log is. All on the thread of the Http given.

namespace narscope::log {

/// One place where a log may be.
struct LogSource {
    QString name; ///< shown: «hydra.nixos.org», «cache.nixos.org»
    QUrl url;

    bool operator==(const LogSource &) const = default;
};

/// Unpacks what arrives, whatever it is packed with: caches serve zstd without saying so (hydra.md §7.1). Text that
/// begins with the mark of UTF-16, as some tools write it, becomes UTF-8.
class LogUnpacker {
public:
    /// `assumed`: how it is packed when its first bytes do not tell (brotli and lzma have no magic).
    explicit LogUnpacker(std::shared_ptr<Spool> spool, nix::Compression assumed = nix::Compression::None);
    /// After a problem the spool has what could be unpacked before it.
    [[nodiscard]] Result<void> feed(QByteArrayView bytes);
    [[nodiscard]] Result<void> finish();

private:
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> write(QByteArrayView bytes);
    std::shared_ptr<Spool> m_spool;
    nix::Compression m_assumed;
    QByteArray m_head; ///< until enough is there to tell the packing
    std::optional<nix::Decoder> m_decoder;
    bool m_isSniffed = false; ///< for UTF-16
    std::optional<QStringDecoder> m_utf16;
    Result<void> m_written; ///< what the spool said last
};

struct LogFetch {
    QList<LogSource> sources; ///< asked in this order until one has it
    std::shared_ptr<Spool> spool; ///< empty
    QString why; ///< for the ledger
    net::Priority priority = net::Priority::Interactive;
    std::function<void()> grew; ///< the spool has more; called on the Http's thread, may be empty
};

/// The source that had it, with the whole log in the spool. NotFound: none of them has it. When one could not be asked
/// the others still are, and its problem is told if they have it not. What arrived before a problem stays in the spool,
/// and no further source is asked then.
[[nodiscard]] Task<Result<LogSource>> fetchLog(net::Http &http, LogFetch fetch);

/// A log that was read, as far as that went.
struct LogBytes {
    std::shared_ptr<const Bytes> bytes;
    std::optional<Problem> cut; ///< why the rest of it is missing; nothing: it is whole
};

/// What the unpacker's spool has when it ended with `result`; the problem itself when that is nothing. `where`: the
/// file, or who gave the log.
[[nodiscard]] Result<LogBytes> unpackedLog(
    std::shared_ptr<const Bytes> spool, const Result<void> &result, const QString &where);

/// A log file, compressed ones unpacked into a spool in `folder`; damaged ones as far as they can be. Not for the GUI
/// thread.
[[nodiscard]] Result<LogBytes> openLogFile(const QString &path, const QString &folder, qint64 limit);

/// How a log that is read again in parts goes on: `tail` is its end of now, `known` the end of what we have (of its
/// last lines, at most). The part of `tail` that is new; nothing when they do not meet, and all of it must be read
/// again.
[[nodiscard]] std::optional<QByteArrayView> splice(QByteArrayView known, QByteArrayView tail);

inline constexpr qint64 maxLogSize = qint64(4) << 30; ///< bytes unpacked; Hydra's own limit is 64 MiB by default
inline constexpr qsizetype spliceWindow = 64 * 1024;

} // namespace narscope::log
