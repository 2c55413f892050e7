// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/codec.h"

#include <lzma.h>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

std::optional<DecoderFault> faultOf(lzma_ret result)
{
    switch (result) {
    case LZMA_OK:
    case LZMA_STREAM_END:
    case LZMA_BUF_ERROR: // no progress: more input is needed
    case LZMA_NO_CHECK:
    case LZMA_GET_CHECK:
        return {};
    case LZMA_MEMLIMIT_ERROR:
    case LZMA_MEM_ERROR:
        return DecoderFault::MemoryLimit;
    default:
        return DecoderFault::Corrupt;
    }
}

QString sentence(lzma_ret result)
{
    switch (result) {
    case LZMA_FORMAT_ERROR:
        return u"not the format's magic"_s;
    case LZMA_OPTIONS_ERROR:
        return u"options that liblzma does not know"_s;
    case LZMA_MEMLIMIT_ERROR:
        return u"dictionary too large"_s;
    case LZMA_MEM_ERROR:
        return u"out of memory"_s;
    case LZMA_UNSUPPORTED_CHECK:
        return u"integrity check of an unknown kind"_s;
    default:
        return u"corrupt data"_s;
    }
}

class LzmaCodec final : public Codec {
public:
    LzmaCodec(Compression compression, std::uint64_t memory)
        : m_compression(compression)
        , m_memory(memory + 1024 * 1024) // liblzma counts its own structures too
    {
    }
    ~LzmaCodec() override { lzma_end(&m_stream); }

    bool start() override
    {
        switch (m_compression) {
        case Compression::Lzip:
            return lzma_lzip_decoder(&m_stream, m_memory, 0) == LZMA_OK;
        case Compression::Lzma:
            return lzma_alone_decoder(&m_stream, m_memory) == LZMA_OK;
        default:
            return lzma_stream_decoder(&m_stream, m_memory, LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
        }
    }

    Step step(QByteArrayView input, std::span<char> output) override
    {
        m_stream.next_in = reinterpret_cast<const uint8_t *>(input.data());
        m_stream.avail_in = size_t(input.size());
        m_stream.next_out = reinterpret_cast<uint8_t *>(output.data());
        m_stream.avail_out = output.size();
        const auto result = lzma_code(&m_stream, LZMA_RUN);
        const auto fault = faultOf(result);
        return {.consumed = input.size() - qsizetype(m_stream.avail_in),
            .produced = qsizetype(output.size() - m_stream.avail_out),
            .ended = result == LZMA_STREAM_END,
            .fault = fault,
            .detail = fault ? sentence(result) : QString()};
    }

    bool concatenates() const override { return m_compression != Compression::Lzma; }
    // .xz file format 1.2, 2.2: stream padding is a multiple of four zero bytes.
    int paddingUnit() const override { return m_compression == Compression::Xz ? 4 : 0; }

private:
    lzma_stream m_stream = LZMA_STREAM_INIT;
    Compression m_compression;
    std::uint64_t m_memory;
};

} // namespace

std::unique_ptr<Codec> makeLzmaCodec(Compression compression, std::uint64_t memory)
{
    return std::make_unique<LzmaCodec>(compression, memory);
}

} // namespace narscope::nix
