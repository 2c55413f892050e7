// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/decoder.h"

#include <lzma.h>
#include <zstd.h>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr std::uint32_t xzPreset = 1; // a fast one: what we make is small and read once or twice
constexpr int zstdLevel = 3;

Result<QByteArray> compressXz(QByteArrayView bytes)
{
    QByteArray out(qsizetype(lzma_stream_buffer_bound(size_t(bytes.size()))), Qt::Uninitialized);
    size_t used = 0;
    const auto result
        = lzma_easy_buffer_encode(xzPreset, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const uint8_t *>(bytes.data()),
            size_t(bytes.size()), reinterpret_cast<uint8_t *>(out.data()), &used, size_t(out.size()));
    if (result != LZMA_OK)
        return problemSaying(ProblemKind::TooLarge, u"There is not enough memory to compress."_s);
    out.truncate(qsizetype(used));
    return out;
}

Result<QByteArray> compressZstd(QByteArrayView bytes)
{
    QByteArray out(qsizetype(ZSTD_compressBound(size_t(bytes.size()))), Qt::Uninitialized);
    const auto used = ZSTD_compress(out.data(), size_t(out.size()), bytes.data(), size_t(bytes.size()), zstdLevel);
    if (ZSTD_isError(used))
        return problemSaying(ProblemKind::TooLarge, u"There is not enough memory to compress."_s, {},
            QString::fromLatin1(ZSTD_getErrorName(used)));
    out.truncate(qsizetype(used));
    return out;
}

} // namespace

Result<QByteArray> compress(QByteArrayView bytes, Compression compression)
{
    switch (compression) {
    case Compression::None:
        return bytes.toByteArray();
    case Compression::Xz:
        return compressXz(bytes);
    case Compression::Zstd:
        return compressZstd(bytes);
    default:
        return problemSaying(
            ProblemKind::Unsupported, u"Narscope does not write “%1”."_s.arg(QString::fromLatin1(name(compression))));
    }
}

} // namespace narscope::nix
