// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/codec.h"

#include <bit>
#include <zstd.h>
#include <zstd_errors.h>

namespace narscope::nix {

namespace {

class ZstdCodec final : public Codec {
public:
    explicit ZstdCodec(std::uint64_t memory)
        : m_context(ZSTD_createDCtx(), &ZSTD_freeDCtx)
    {
        const auto bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax);
        const int windowLog = std::clamp(std::bit_width(memory) - 1, bounds.lowerBound, bounds.upperBound);
        if (m_context)
            ZSTD_DCtx_setParameter(m_context.get(), ZSTD_d_windowLogMax, windowLog);
    }

    bool start() override
    {
        return m_context && !ZSTD_isError(ZSTD_DCtx_reset(m_context.get(), ZSTD_reset_session_only));
    }

    Step step(QByteArrayView input, std::span<char> output) override
    {
        ZSTD_inBuffer in{.src = input.data(), .size = size_t(input.size()), .pos = 0};
        ZSTD_outBuffer out{.dst = output.data(), .size = output.size(), .pos = 0};
        const auto left = ZSTD_decompressStream(m_context.get(), &out, &in);
        Step step{.consumed = qsizetype(in.pos),
            .produced = qsizetype(out.pos),
            .ended = left == 0,
            .fault = {},
            .detail = {}};
        if (ZSTD_isError(left)) {
            const bool tooLarge = ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge;
            step.fault = tooLarge ? DecoderFault::MemoryLimit : DecoderFault::Corrupt;
            step.detail = QString::fromLatin1(ZSTD_getErrorName(left));
        }
        return step;
    }

private:
    std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx *)> m_context;
};

} // namespace

std::unique_ptr<Codec> makeZstdCodec(std::uint64_t memory)
{
    return std::make_unique<ZstdCodec>(memory);
}

} // namespace narscope::nix
