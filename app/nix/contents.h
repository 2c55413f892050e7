// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/cacheclient.h"
#include "nix/ladder.h"
#include "nix/narcheck.h"

#include <atomic>

// The rungs that need the file served: file-hash, nar-hash, nar-form, references, and the contents' part of
// content-address.

namespace narscope::nix {

/// Reads a NAR as it is served and compares it with its narinfo. Fed on the hash pool.
class ContentCheck final : public ByteConsumer {
public:
    /// `bytes` counts what is read, for progress. `events` may be empty.
    ContentCheck(const NarInfo &info, Depth depth, std::shared_ptr<std::atomic<quint64>> bytes,
        std::shared_ptr<NarEvents> events);

    Result<void> take(QByteArrayView piece) override;

    /// Enough is known to fail: fetching again would change nothing. After the transfer.
    [[nodiscard]] bool isSettled() const { return m_isTooLong; }
    [[nodiscard]] quint64 taken() const { return m_taken; }
    /// Sets the rungs and the evidence; once, after the transfer ended as told.
    void climb(PathReport &report, const Result<Stream> &streamed, const QString &note);

private:
    std::shared_ptr<std::atomic<quint64>> m_bytes;
    std::shared_ptr<NarEvents> m_events; ///< outlives m_nar
    quint64 m_limit; ///< no honest file of this NAR is larger
    quint64 m_taken = 0;
    bool m_isTooLong = false;
    std::optional<Problem> m_compression; ///< why it cannot be unpacked
    std::optional<Hasher> m_file; ///< when only the file's hash is wanted
    std::optional<Hasher> m_declared; ///< as FileHash has it, when that is no SHA-256
    std::optional<NarCheck> m_nar;
};

/// A NAR at hand, with nothing to compare it with: its form, and its hashes told. Reads the file: on a pool
/// only.
void climbNarFile(PathReport &report, const QString &fileName, Milliseconds at, std::atomic<quint64> &bytes);

} // namespace narscope::nix
