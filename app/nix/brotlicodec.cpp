// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/codec.h"

#include <brotli/decode.h>

namespace narscope::nix {

namespace {

/// The window is at most 16 MiB: «large window» streams are off by default.
class BrotliCodec final : public Codec {
public:
    bool start() override
    {
        m_state.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
        return m_state != nullptr;
    }

    Step step(QByteArrayView input, std::span<char> output) override
    {
        auto inputLeft = size_t(input.size()), outputLeft = output.size();
        auto *next = reinterpret_cast<const uint8_t *>(input.data());
        auto *place = reinterpret_cast<uint8_t *>(output.data());
        const auto result
            = BrotliDecoderDecompressStream(m_state.get(), &inputLeft, &next, &outputLeft, &place, nullptr);
        Step step{.consumed = input.size() - qsizetype(inputLeft),
            .produced = qsizetype(output.size() - outputLeft),
            .ended = result == BROTLI_DECODER_RESULT_SUCCESS,
            .fault = {},
            .detail = {}};
        if (result == BROTLI_DECODER_RESULT_ERROR) {
            step.fault = DecoderFault::Corrupt;
            step.detail = QString::fromLatin1(BrotliDecoderErrorString(BrotliDecoderGetErrorCode(m_state.get())));
        }
        return step;
    }

    bool concatenates() const override { return false; }

private:
    std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState *)> m_state{nullptr, &BrotliDecoderDestroyInstance};
};

} // namespace

std::unique_ptr<Codec> makeBrotliCodec()
{
    return std::make_unique<BrotliCodec>();
}

} // namespace narscope::nix
