// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/decoder.h"

#include "nix/codec.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qsizetype bufferSize = 128 * 1024;
constexpr qsizetype headSize = 8;

struct Named {
    Compression compression;
    QByteArrayView name;
    QByteArrayView magic;
};
constexpr std::array table{
    Named{Compression::None, "none", {}},
    Named{Compression::Xz, "xz", QByteArrayView("\xfd\x37zXZ\0", 6)},
    Named{Compression::Zstd, "zstd", "\x28\xb5\x2f\xfd"},
    Named{Compression::Bzip2, "bzip2", "BZh"},
    Named{Compression::Brotli, "br", {}},
    Named{Compression::Gzip, "gzip", "\x1f\x8b"},
    Named{Compression::Lz4, "lz4", "\x04\x22\x4d\x18"},
    Named{Compression::Lzip, "lzip", "LZIP"},
    Named{Compression::Lzma, "lzma", {}},
};

const Named &row(Compression compression)
{
    return *std::ranges::find(table, compression, &Named::compression);
}

/// As far as the head goes.
bool beginsStream(Compression compression, QByteArrayView head)
{
    const auto agree = [](QByteArrayView a, QByteArrayView b) {
        const auto length = qMin(a.size(), b.size());
        return a.first(length) == b.first(length);
    };
    // Zstandard and LZ4 share skippable frames: 0x184D2A50 to 0x184D2A5F.
    const bool skips = compression == Compression::Zstd || compression == Compression::Lz4;
    if (skips && !head.isEmpty() && (head.front() & '\xf0') == '\x50')
        return agree(head.sliced(1), "\x2a\x4d\x18");
    return agree(head, row(compression).magic);
}

std::unique_ptr<Codec> makeCodec(Compression compression, std::uint64_t memory)
{
    switch (compression) {
    case Compression::None:
        return {};
    case Compression::Xz:
    case Compression::Lzip:
    case Compression::Lzma:
        return makeLzmaCodec(compression, memory);
    case Compression::Zstd:
        return makeZstdCodec(memory);
    case Compression::Bzip2:
        return makeBzip2Codec();
    case Compression::Brotli:
        return makeBrotliCodec();
    case Compression::Gzip:
        return makeGzipCodec();
    case Compression::Lz4:
        return makeLz4Codec();
    }
    return {};
}

ProblemKind kindOf(DecoderFault fault)
{
    switch (fault) {
    case DecoderFault::OutputLimit:
    case DecoderFault::MemoryLimit:
        return ProblemKind::TooLarge;
    case DecoderFault::Stopped:
        return ProblemKind::Cancelled;
    default:
        return ProblemKind::Malformed;
    }
}

QString sentenceOf(DecoderFault fault)
{
    switch (fault) {
    case DecoderFault::Corrupt:
        return u"The compressed data is corrupt."_s;
    case DecoderFault::Truncated:
        return u"The compressed data ends in the middle."_s;
    case DecoderFault::Trailing:
        return u"There are bytes after the end of the compressed data."_s;
    case DecoderFault::OutputLimit:
        return u"The compressed data unpacks to more than it may."_s;
    case DecoderFault::MemoryLimit:
        return u"The compressed data needs more memory to unpack than it may."_s;
    case DecoderFault::Stopped:
        return u"Unpacking was stopped."_s;
    }
    return {};
}

} // namespace

QByteArray name(Compression compression)
{
    return row(compression).name.toByteArray();
}

QString word(DecoderFault fault)
{
    switch (fault) {
    case DecoderFault::Corrupt:
        return u"corrupt"_s;
    case DecoderFault::Truncated:
        return u"truncated"_s;
    case DecoderFault::Trailing:
        return u"trailing"_s;
    case DecoderFault::OutputLimit:
        return u"output-limit"_s;
    case DecoderFault::MemoryLimit:
        return u"memory-limit"_s;
    case DecoderFault::Stopped:
        return u"stopped"_s;
    }
    return {};
}

Result<Compression> compressionNamed(QByteArrayView word)
{
    const auto found = std::ranges::find(table, word, &Named::name);
    if (found != table.end())
        return found->compression;
    const auto shown = QString::fromUtf8(word.first(qMin(word.size(), 40)));
    return problemSaying(
        ProblemKind::Unsupported, u"The compression “%1” is not one that Narscope can unpack."_s.arg(shown));
}

std::optional<Compression> sniffCompression(QByteArrayView start)
{
    // A NAR begins with the length of its magic, which no other format here does.
    if (start.startsWith(QByteArrayView("\x0d\0\0\0\0\0\0\0", 8)))
        return Compression::None;
    for (const auto &entry : table) {
        if (!entry.magic.isEmpty() && start.startsWith(entry.magic))
            return entry.compression;
    }
    return {};
}

Compression compressionOfFile(const QString &name, QByteArrayView start)
{
    if (const auto found = sniffCompression(start))
        return *found;
    if (name.endsWith(".br"_L1, Qt::CaseInsensitive))
        return Compression::Brotli;
    return name.endsWith(".lzma"_L1, Qt::CaseInsensitive) ? Compression::Lzma : Compression::None;
}

class Decoder::Impl {
public:
    Impl(Compression compression, Sink sink, DecoderLimits limits)
        : m_compression(compression)
        , m_codec(makeCodec(compression, limits.memory))
        , m_sink(std::move(sink))
        , m_left(limits.output)
    {
        if (m_codec)
            m_buffer.resize(bufferSize);
    }

    Result<void> feed(QByteArrayView bytes)
    {
        if (!m_problem && !m_codec) {
            consumed += std::uint64_t(bytes.size());
            give(bytes);
        }
        while (!m_problem && m_codec && advance(bytes)) { }
        return result();
    }

    Result<void> finish()
    {
        if (!m_problem && m_inStream)
            fail(isJunk() ? DecoderFault::Trailing : DecoderFault::Truncated, {});
        else if (!m_problem && m_padding > 0)
            fail(DecoderFault::Trailing, u"incomplete padding"_s);
        return result();
    }

    std::optional<DecoderFault> fault;
    std::uint64_t consumed = 0;
    std::uint64_t produced = 0;

private:
    [[nodiscard]] Result<void> result() const
    {
        if (m_problem)
            return std::unexpected(*m_problem);
        return {};
    }
    /// What stands where a further stream could begin is none.
    [[nodiscard]] bool isJunk() const
    {
        return m_streams > 0 && m_streamProduced == 0 && !beginsStream(m_compression, m_head);
    }

    /// One step; false when the input is used up or there is a problem.
    bool advance(QByteArrayView &bytes)
    {
        if (!m_inStream && !beginStream(bytes))
            return false;
        const auto room = size_t(std::min(std::uint64_t(bufferSize), m_left == noLimit ? m_left : m_left + 1));
        const auto step = m_codec->step(bytes, {m_buffer.data(), room});
        keepHead(bytes.first(step.consumed));
        bytes = bytes.sliced(step.consumed);
        consumed += std::uint64_t(step.consumed);
        m_streamProduced += std::uint64_t(step.produced);
        if (!give(QByteArrayView(m_buffer).first(step.produced)))
            return false;
        if (step.fault) {
            keepHead(bytes); // some libraries do not take what they refuse
            return fail(isJunk() ? DecoderFault::Trailing : *step.fault, step.detail);
        }
        if (step.ended) {
            m_inStream = false;
            ++m_streams;
            return true;
        }
        if (step.consumed == 0 && step.produced == 0 && !bytes.isEmpty())
            return fail(DecoderFault::Corrupt, u"no progress"_s);
        return !bytes.isEmpty() || size_t(step.produced) == room;
    }

    bool beginStream(QByteArrayView &bytes)
    {
        if (m_streams > 0 && m_codec->paddingUnit() > 0)
            skipPadding(bytes);
        if (bytes.isEmpty())
            return false;
        if (m_streams > 0 && (m_padding > 0 || !m_codec->concatenates()))
            return fail(DecoderFault::Trailing, {});
        if (!m_codec->start())
            return fail(DecoderFault::MemoryLimit, u"out of memory"_s);
        m_inStream = true;
        m_streamProduced = 0;
        m_head.clear();
        return true;
    }

    void skipPadding(QByteArrayView &bytes)
    {
        const auto end = std::ranges::find_if(bytes, [](char c) { return c != '\0'; });
        const auto zeros = end - bytes.begin();
        bytes = bytes.sliced(zeros);
        consumed += std::uint64_t(zeros);
        m_padding = int((m_padding + zeros) % m_codec->paddingUnit());
    }

    void keepHead(QByteArrayView bytes)
    {
        if (m_head.size() < headSize)
            m_head.append(bytes.first(qMin(bytes.size(), headSize - m_head.size())));
    }

    bool give(QByteArrayView bytes)
    {
        const auto part = bytes.first(qsizetype(std::min(std::uint64_t(bytes.size()), m_left)));
        produced += std::uint64_t(part.size());
        if (m_left != noLimit)
            m_left -= std::uint64_t(part.size());
        if (!part.isEmpty() && !m_sink(part))
            return fail(DecoderFault::Stopped, {});
        return part.size() == bytes.size() || fail(DecoderFault::OutputLimit, {});
    }

    bool fail(DecoderFault why, const QString &detail)
    {
        fault = why;
        auto text = word(why);
        if (!detail.isEmpty())
            text += u": "_s + detail;
        const auto where = u"byte %1 of the compressed data"_s.arg(consumed);
        m_problem = problemSaying(kindOf(why), sentenceOf(why), where, text).error();
        return false;
    }

    static constexpr auto noLimit = std::numeric_limits<std::uint64_t>::max();

    Compression m_compression;
    std::unique_ptr<Codec> m_codec; ///< none for Compression::None
    Sink m_sink;
    std::uint64_t m_left; ///< of the output limit
    QByteArray m_buffer;
    QByteArray m_head; ///< the first bytes of the current stream
    bool m_inStream = false;
    std::uint64_t m_streams = 0; ///< complete ones
    std::uint64_t m_streamProduced = 0;
    int m_padding = 0; ///< zero bytes since the last stream, modulo the format's unit
    std::optional<Problem> m_problem;
};

Decoder::Decoder(Compression compression, Sink sink, DecoderLimits limits)
    : m_impl(std::make_unique<Impl>(compression, std::move(sink), limits))
{
}

Decoder::Decoder(Decoder &&) noexcept = default;
Decoder &Decoder::operator=(Decoder &&) noexcept = default;
Decoder::~Decoder() = default;

Result<void> Decoder::feed(QByteArrayView bytes)
{
    return m_impl->feed(bytes);
}

Result<void> Decoder::finish()
{
    return m_impl->finish();
}

std::optional<DecoderFault> Decoder::fault() const
{
    return m_impl->fault;
}

std::uint64_t Decoder::consumed() const
{
    return m_impl->consumed;
}

std::uint64_t Decoder::produced() const
{
    return m_impl->produced;
}

Result<QByteArray> decompress(QByteArrayView bytes, Compression compression, DecoderLimits limits)
{
    QByteArray text;
    const auto sink = [&text](QByteArrayView part) {
        text.append(part);
        return true;
    };
    Decoder decoder(compression, sink, limits);
    if (auto fed = decoder.feed(bytes); !fed)
        return std::unexpected(std::move(fed.error()));
    if (auto ended = decoder.finish(); !ended)
        return std::unexpected(std::move(ended.error()));
    return text;
}

} // namespace narscope::nix
