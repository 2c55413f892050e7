// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

// Streaming decompression for NARs, logs and listings: one Decoder over the codecs that caches use.

namespace narscope::nix {

enum class Compression { None, Xz, Zstd, Bzip2, Brotli, Gzip, Lz4, Lzip, Lzma };

/// As a narinfo spells it: "none", "xz", "zstd", "bzip2", "br", ...
[[nodiscard]] QByteArray name(Compression compression);
/// The narinfo's word, or that of a Content-Encoding. Unsupported names the word (lzop, lrzip, grzip, compress, ...).
[[nodiscard]] Result<Compression> compressionNamed(QByteArrayView word);
/// From the first bytes (16 are enough) of data. Brotli and lzma have no magic: they are never found.
[[nodiscard]] std::optional<Compression> sniffCompression(QByteArrayView start);
/// Of a file at hand: by its first bytes; the two formats that have no magic by its name's end. None when nothing fits.
[[nodiscard]] Compression compressionOfFile(const QString &name, QByteArrayView start);

/// Why a Decoder stopped.
enum class DecoderFault {
    Corrupt, ///< not this format, or a checksum is wrong
    Truncated, ///< the input ends inside a stream
    Trailing, ///< something that is no further stream follows the end of one
    OutputLimit, ///< there is more than DecoderLimits::output
    MemoryLimit, ///< the stream asks for a larger dictionary or window than DecoderLimits::memory
    Stopped, ///< the sink said so
};
[[nodiscard]] QString word(DecoderFault fault);

struct DecoderLimits {
    std::uint64_t output = std::numeric_limits<std::uint64_t>::max(); ///< the sink never gets more bytes than this
    std::uint64_t memory = 128 * 1024 * 1024; ///< dictionary or window; Nix's own writers need 8 MiB
};

/// Turns compressed bytes into plain ones as they arrive, with constant memory: the format's window and one buffer.
/// Several streams (frames, members) behind one another are one text, where the format's own tool has it so: all but
/// brotli and lzma. No input at all is an empty text, as in Nix. Not thread-safe.
class Decoder {
public:
    /// Called with at most 128 KiB at a time (with compression None: with what was fed); false stops the decoder.
    /// The view lives for the call only.
    using Sink = std::function<bool(QByteArrayView)>;

    Decoder(Compression compression, Sink sink, DecoderLimits limits = {});
    Decoder(Decoder &&) noexcept;
    Decoder &operator=(Decoder &&) noexcept;
    ~Decoder();

    /// After a problem the decoder stays broken and gives the same one again. Kinds: Malformed (corrupt, truncated,
    /// trailing), TooLarge (a limit), Cancelled (the sink); the detail starts with word(fault), the place is the byte
    /// in the compressed data.
    [[nodiscard]] Result<void> feed(QByteArrayView bytes);
    /// Call at the end of the input.
    [[nodiscard]] Result<void> finish();

    [[nodiscard]] std::optional<DecoderFault> fault() const;
    [[nodiscard]] std::uint64_t consumed() const; ///< compressed bytes
    [[nodiscard]] std::uint64_t produced() const; ///< plain bytes given to the sink

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

/// All at once, for texts that fit into memory (logs, listings). `limits.output` bounds it: give one.
[[nodiscard]] Result<QByteArray> decompress(QByteArrayView bytes, Compression compression, DecoderLimits limits);
/// One stream of it; only None, Xz and Zstd (Unsupported otherwise). For caches that we make ourselves.
[[nodiscard]] Result<QByteArray> compress(QByteArrayView bytes, Compression compression);

} // namespace narscope::nix
