// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/codec.h"

#include <lz4frame.h>

namespace narscope::nix {

namespace {

/// The frame format; blocks of 4 MiB at most.
class Lz4Codec final : public Codec {
public:
    Lz4Codec()
    {
        if (LZ4F_isError(LZ4F_createDecompressionContext(&m_context, LZ4F_VERSION)))
            m_context = nullptr;
    }
    ~Lz4Codec() override { LZ4F_freeDecompressionContext(m_context); }

    bool start() override
    {
        if (m_context)
            LZ4F_resetDecompressionContext(m_context);
        return m_context != nullptr;
    }

    Step step(QByteArrayView input, std::span<char> output) override
    {
        auto consumed = size_t(input.size()), produced = output.size();
        const auto left = LZ4F_decompress(m_context, output.data(), &produced, input.data(), &consumed, nullptr);
        Step step{.consumed = qsizetype(consumed),
            .produced = qsizetype(produced),
            .ended = left == 0,
            .fault = {},
            .detail = {}};
        if (LZ4F_isError(left)) {
            step = {.consumed = 0, .produced = 0, .ended = false, .fault = DecoderFault::Corrupt, .detail = {}};
            step.detail = QString::fromLatin1(LZ4F_getErrorName(left));
        }
        return step;
    }

private:
    LZ4F_dctx *m_context = nullptr;
};

} // namespace

std::unique_ptr<Codec> makeLz4Codec()
{
    return std::make_unique<Lz4Codec>();
}

} // namespace narscope::nix
