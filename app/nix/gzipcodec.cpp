// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/codec.h"

#include <zlib.h>

#include <algorithm>

namespace narscope::nix {

namespace {

constexpr int gzipOnly = 16 + MAX_WBITS; // zlib.h, inflateInit2

class GzipCodec final : public Codec {
public:
    ~GzipCodec() override
    {
        if (m_open)
            inflateEnd(&m_stream);
    }

    bool start() override
    {
        if (m_open)
            return inflateReset(&m_stream) == Z_OK;
        m_open = inflateInit2(&m_stream, gzipOnly) == Z_OK;
        return m_open;
    }

    Step step(QByteArrayView input, std::span<char> output) override
    {
        const auto given = unsigned(std::min(input.size(), qsizetype(1) << 30));
        m_stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(input.data())); // zlib only reads it
        m_stream.avail_in = given;
        m_stream.next_out = reinterpret_cast<Bytef *>(output.data());
        m_stream.avail_out = unsigned(output.size());
        const int result = inflate(&m_stream, Z_NO_FLUSH);
        Step step{.consumed = qsizetype(given - m_stream.avail_in),
            .produced = qsizetype(output.size() - m_stream.avail_out),
            .ended = result == Z_STREAM_END,
            .fault = {},
            .detail = {}};
        if (result == Z_MEM_ERROR)
            step.fault = DecoderFault::MemoryLimit;
        else if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            step.fault = DecoderFault::Corrupt;
        if (step.fault)
            step.detail = QString::fromLatin1(m_stream.msg ? m_stream.msg : zError(result));
        return step;
    }

private:
    z_stream m_stream{};
    bool m_open = false;
};

} // namespace

std::unique_ptr<Codec> makeGzipCodec()
{
    return std::make_unique<GzipCodec>();
}

} // namespace narscope::nix
