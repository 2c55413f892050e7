// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/codec.h"

#include <bzlib.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

/// 9 MB at most, by the format.
class Bzip2Codec final : public Codec {
public:
    ~Bzip2Codec() override { close(); }

    bool start() override
    {
        close();
        m_open = BZ2_bzDecompressInit(&m_stream, 0, 0) == BZ_OK;
        return m_open;
    }

    Step step(QByteArrayView input, std::span<char> output) override
    {
        const auto given = unsigned(std::min(input.size(), qsizetype(1) << 30));
        m_stream.next_in = const_cast<char *>(input.data()); // bzlib knows no const
        m_stream.avail_in = given;
        m_stream.next_out = output.data();
        m_stream.avail_out = unsigned(output.size());
        const int result = BZ2_bzDecompress(&m_stream);
        Step step{.consumed = qsizetype(given - m_stream.avail_in),
            .produced = qsizetype(output.size() - m_stream.avail_out),
            .ended = result == BZ_STREAM_END,
            .fault = {},
            .detail = {}};
        if (result == BZ_MEM_ERROR)
            step.fault = DecoderFault::MemoryLimit;
        else if (result != BZ_OK && result != BZ_STREAM_END)
            step.fault = DecoderFault::Corrupt;
        if (step.fault)
            step.detail = result == BZ_DATA_ERROR_MAGIC ? u"not the format's magic"_s : u"bzlib error %1"_s.arg(result);
        return step;
    }

private:
    void close()
    {
        if (m_open)
            BZ2_bzDecompressEnd(&m_stream);
        m_open = false;
        m_stream = {};
    }

    bz_stream m_stream{};
    bool m_open = false;
};

} // namespace

std::unique_ptr<Codec> makeBzip2Codec()
{
    return std::make_unique<Bzip2Codec>();
}

} // namespace narscope::nix
