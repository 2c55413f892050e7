// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/packing.h"

#include <brotli/encode.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

namespace narscope::sim {

namespace {

constexpr qsizetype block = 512;

void put(QByteArray &header, qsizetype at, const QByteArray &text)
{
    header.replace(at, text.size(), text);
}

QByteArray octal(qint64 value, qsizetype digits)
{
    return QByteArray::number(value, 8).rightJustified(digits, '0');
}

// POSIX ustar.
QByteArray fileHeader(const QByteArray &path, qint64 size)
{
    QByteArray header(block, '\0');
    put(header, 0, path.first(qMin<qsizetype>(path.size(), 99)));
    put(header, 100, octal(0644, 7));
    put(header, 108, octal(0, 7));
    put(header, 116, octal(0, 7));
    put(header, 124, octal(size, 11));
    put(header, 136, octal(1, 11));
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257,
        QByteArray("ustar\0"
                   "00",
            8));
    qint64 sum = 0;
    for (const char byte : header)
        sum += static_cast<unsigned char>(byte);
    put(header, 148, octal(sum, 6) + QByteArray("\0 ", 2));
    return header;
}

} // namespace

QByteArray makeTarball(const QByteArray &name, const QList<std::pair<QByteArray, QByteArray>> &files)
{
    QByteArray tar;
    for (const auto &[path, contents] : files) {
        tar += fileHeader(name + '/' + path, contents.size()) + contents;
        tar.append((block - tar.size() % block) % block, '\0');
    }
    tar.append(2 * block, '\0');
    return gzipped(tar);
}

QByteArray gzipped(const QByteArray &bytes)
{
    constexpr int gzipWindow = 15 + 16;
    z_stream stream{};
    deflateInit2(&stream, 1, Z_DEFLATED, gzipWindow, 1, Z_DEFAULT_STRATEGY);
    QByteArray out(qsizetype(deflateBound(&stream, uLong(bytes.size()))), Qt::Uninitialized);
    QByteArray in = bytes;
    stream.next_in = reinterpret_cast<Bytef *>(in.data());
    stream.avail_in = uInt(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    deflate(&stream, Z_FINISH);
    out.truncate(qsizetype(stream.total_out));
    deflateEnd(&stream);
    return out;
}

QByteArray xzCompressed(const QByteArray &bytes)
{
    const auto size = static_cast<size_t>(bytes.size());
    QByteArray out(qsizetype(lzma_stream_buffer_bound(size)), Qt::Uninitialized);
    size_t used = 0;
    constexpr uint32_t quick = 1;
    lzma_easy_buffer_encode(quick, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const uint8_t *>(bytes.constData()),
        size, reinterpret_cast<uint8_t *>(out.data()), &used, static_cast<size_t>(out.size()));
    out.truncate(qsizetype(used));
    return out;
}

QByteArray brotliCompressed(const QByteArray &bytes)
{
    size_t size = BrotliEncoderMaxCompressedSize(static_cast<size_t>(bytes.size()));
    QByteArray out(qsizetype(size), Qt::Uninitialized);
    constexpr int quality = 4;
    BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_DEFAULT_MODE, static_cast<size_t>(bytes.size()),
        reinterpret_cast<const uint8_t *>(bytes.constData()), &size, reinterpret_cast<uint8_t *>(out.data()));
    out.truncate(qsizetype(size));
    return out;
}

QByteArray zstdCompressed(const QByteArray &bytes)
{
    QByteArray out(qsizetype(ZSTD_compressBound(static_cast<size_t>(bytes.size()))), Qt::Uninitialized);
    const size_t used = ZSTD_compress(
        out.data(), static_cast<size_t>(out.size()), bytes.constData(), static_cast<size_t>(bytes.size()), 3);
    out.truncate(qsizetype(used));
    return out;
}

} // namespace narscope::sim
