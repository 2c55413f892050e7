// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/hash.h"
#include "nix/contentaddress.h"
#include "nix/decoder.h"
#include "nix/nar.h"

#include <QSet>

#include <memory>
#include <optional>
#include <span>

namespace narscope::nix {

/// What to find out about an archive as it is served.
struct NarCheckRequest {
    Compression compression = Compression::None;
    /// More than the declared NarSize is not unpacked; nothing declared: nothing stops a bomb but the caller.
    DecoderLimits limits;
    bool hashFile = true; ///< the bytes as served
    bool references = true; ///< else found and mentioned stay empty
    QSet<QByteArray> wanted; ///< hash parts to look for, see refscan.h
    QByteArray storeDir = defaultStoreDir();
    /// Compute the contents' hash as this address has it.
    std::optional<ContentAddress> contentAddress;
    QByteArray selfHashPart; ///< of the path itself, when a recursive address may hold it; else empty
};

/// Facts, no verdicts: the caller compares them with what is declared.
struct NarFacts {
    std::optional<Hash> fileHash; ///< of what was fed
    std::uint64_t fileSize = 0;
    Hash narHash; ///< of the whole unpacked stream, whether it is an archive or not
    std::uint64_t narSize = 0;
    std::optional<DecoderFault> decoderFault; ///< then narHash and what follows is about a part only
    std::optional<Problem> decoding; ///< set with decoderFault
    std::optional<NarRule> brokenRule; ///< of the archive's form
    std::optional<Problem> form; ///< set with brokenRule
    QSet<QByteArray> found; ///< wanted hash parts in the contents
    QSet<QByteArray> mentioned; ///< others behind the store dir
    /// None when not asked for, or such an address does not fit the contents. Where versions of Nix differ: the one
    /// that agrees with the address given, if one does.
    std::optional<Hash> contentHash;

    bool operator==(const NarFacts &) const = default;
};

/// One pass from the bytes as served to everything that can be said about them. Flat memory (DecoderLimits::memory and
/// some buffers). Pure; one thread at a time.
class NarCheck {
public:
    /// `events` may be null and must outlive the check: what the archive holds, as NarReader tells it.
    explicit NarCheck(NarCheckRequest request, NarEvents *events = nullptr);
    NarCheck(NarCheck &&) noexcept;
    NarCheck &operator=(NarCheck &&) noexcept;
    ~NarCheck();

    /// False when the bytes can no longer be unpacked: further ones count only for fileHash and fileSize.
    bool feed(QByteArrayView bytes);
    /// At the end of the input, once. After an early end the facts are about what was fed.
    [[nodiscard]] NarFacts finish();

    [[nodiscard]] std::uint64_t consumed() const; ///< bytes fed
    [[nodiscard]] std::uint64_t produced() const; ///< bytes unpacked

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

/// All at once.
[[nodiscard]] NarFacts checkNar(QByteArrayView bytes, NarCheckRequest request);

} // namespace narscope::nix
