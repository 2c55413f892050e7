// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/zip.h"

#include <QtEndian>

#include <zlib.h>

#include <optional>

using namespace Qt::StringLiterals;

namespace narscope::github {

namespace {

constexpr quint32 endSignature = 0x06054b50;
constexpr quint32 entrySignature = 0x02014b50;
constexpr quint32 localSignature = 0x04034b50;
constexpr qsizetype endSize = 22;
constexpr qsizetype entrySize = 46;
constexpr qsizetype localSize = 30;
constexpr qsizetype longestComment = 65535;

struct Entry {
    quint16 flags = 0;
    quint16 method = 0;
    quint32 crc = 0;
    qsizetype packedSize = 0;
    qsizetype size = 0;
    qsizetype local = 0; ///< where its own header is
};

std::unexpected<Problem> broken(const QString &detail)
{
    return problemSaying(ProblemKind::Malformed, u"The zip archive is broken."_s, {}, detail);
}

template <typename Number> Number at(QByteArrayView bytes, qsizetype place)
{
    return qFromLittleEndian<Number>(bytes.data() + place);
}

/// The end record is the last thing but a comment.
std::optional<qsizetype> endRecord(QByteArrayView zip)
{
    const auto first = qMax<qsizetype>(0, zip.size() - endSize - longestComment);
    for (auto place = zip.size() - endSize; place >= first; --place) {
        if (at<quint32>(zip, place) == endSignature)
            return place;
    }
    return {};
}

Result<Entry> find(QByteArrayView zip, QByteArrayView name)
{
    const auto end = endRecord(zip);
    if (!end)
        return broken(u"it has no end record"_s);
    const int count = at<quint16>(zip, *end + 10);
    qsizetype place = at<quint32>(zip, *end + 16);
    for (int i = 0; i < count; ++i) {
        if (place > zip.size() - entrySize || at<quint32>(zip, place) != entrySignature)
            return broken(u"entry %1 of its directory"_s.arg(i));
        const qsizetype nameSize = at<quint16>(zip, place + 28);
        const qsizetype rest = nameSize + at<quint16>(zip, place + 30) + at<quint16>(zip, place + 32);
        if (rest > zip.size() - entrySize - place)
            return broken(u"entry %1 of its directory is cut off"_s.arg(i));
        if (zip.sliced(place + entrySize, nameSize) == name)
            return Entry{.flags = at<quint16>(zip, place + 8),
                .method = at<quint16>(zip, place + 10),
                .crc = at<quint32>(zip, place + 16),
                .packedSize = at<quint32>(zip, place + 20),
                .size = at<quint32>(zip, place + 24),
                .local = at<quint32>(zip, place + 42)};
        place += entrySize + rest;
    }
    return problemSaying(
        ProblemKind::NotFound, u"The zip archive has no file of this name."_s, QString::fromUtf8(name));
}

Result<QByteArrayView> packedBytes(QByteArrayView zip, const Entry &entry)
{
    if (entry.local > zip.size() - localSize || at<quint32>(zip, entry.local) != localSignature)
        return broken(u"the file's own header"_s);
    const qsizetype start
        = entry.local + localSize + at<quint16>(zip, entry.local + 26) + at<quint16>(zip, entry.local + 28);
    if (start > zip.size() || entry.packedSize > zip.size() - start)
        return broken(u"the file is cut off"_s);
    return zip.sliced(start, entry.packedSize);
}

Result<QByteArray> inflated(QByteArrayView packed, qsizetype size)
{
    z_stream stream{};
    // Negative: raw deflate, as zip has it.
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return broken(u"zlib does not start"_s);
    QByteArray out(size, Qt::Uninitialized);
    auto in = packed.toByteArray();
    stream.next_in = reinterpret_cast<Bytef *>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int end = inflate(&stream, Z_FINISH);
    const bool isWhole = end == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    if (!isWhole)
        return broken(u"the file does not unpack to the size that is written"_s);
    return out;
}

} // namespace

Result<QByteArray> fileInZip(QByteArrayView zip, QByteArrayView name, qsizetype most)
{
    if (zip.size() < endSize)
        return broken(u"it is too short"_s);
    const auto entry = find(zip, name);
    if (!entry)
        return std::unexpected(entry.error());
    if (entry->flags & 1)
        return problem(ProblemKind::Unsupported, QString::fromUtf8(name), u"the file is encrypted"_s);
    if (entry->size > most)
        return problem(
            ProblemKind::TooLarge, QString::fromUtf8(name), u"%1 bytes, the limit is %2"_s.arg(entry->size).arg(most));
    const auto packed = packedBytes(zip, *entry);
    if (!packed)
        return std::unexpected(packed.error());
    constexpr quint16 stored = 0;
    constexpr quint16 deflated = 8;
    if (entry->method != stored && entry->method != deflated)
        return problem(
            ProblemKind::Unsupported, QString::fromUtf8(name), u"compression method %1"_s.arg(entry->method));
    if (entry->method == stored && entry->size != entry->packedSize)
        return broken(u"a stored file of two sizes"_s);
    auto bytes = entry->method == stored ? Result<QByteArray>(packed->toByteArray()) : inflated(*packed, entry->size);
    if (bytes
        && crc32(0, reinterpret_cast<const Bytef *>(bytes->constData()), static_cast<uInt>(bytes->size()))
            != entry->crc)
        return broken(u"the file's checksum is wrong"_s);
    return bytes;
}

} // namespace narscope::github
