// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/decoder.h"

#include <span>

namespace narscope::nix {

/// One compression format inside a Decoder: decodes one stream at a time; Decoder puts streams together.
class Codec {
public:
    struct Step {
        qsizetype consumed = 0;
        qsizetype produced = 0;
        bool ended = false; ///< the stream is complete; start() before the next step
        std::optional<DecoderFault> fault;
        QString detail; ///< with a fault: what the library says
    };

    Codec() = default;
    Codec(const Codec &) = delete;
    Codec &operator=(const Codec &) = delete;
    virtual ~Codec() = default;

    /// Before the first and each further stream. False when there is not enough memory.
    [[nodiscard]] virtual bool start() = 0;
    /// The output is never empty; an empty input asks for what is still held back. Not after a fault or an end.
    [[nodiscard]] virtual Step step(QByteArrayView input, std::span<char> output) = 0;
    /// Another stream may follow the end of one.
    [[nodiscard]] virtual bool concatenates() const { return true; }
    /// Between streams groups of this many zero bytes may stand; 0: none.
    [[nodiscard]] virtual int paddingUnit() const { return 0; }
};

[[nodiscard]] std::unique_ptr<Codec> makeLzmaCodec(Compression compression, std::uint64_t memory); ///< xz, lzip, lzma
[[nodiscard]] std::unique_ptr<Codec> makeZstdCodec(std::uint64_t memory);
[[nodiscard]] std::unique_ptr<Codec> makeBzip2Codec();
[[nodiscard]] std::unique_ptr<Codec> makeBrotliCodec();
[[nodiscard]] std::unique_ptr<Codec> makeGzipCodec();
[[nodiscard]] std::unique_ptr<Codec> makeLz4Codec();

} // namespace narscope::nix
