// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/input.h"

#include "base/format.h"

#include <QFile>
#include <QStringDecoder>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

constexpr qint64 pieceSize = 256 * 1024;

Result<void> open(QFile &file, const QString &name)
{
    const bool isOpen = name == u"-"_s ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (isOpen)
        return {};
    if (!file.exists())
        return problemSaying(ProblemKind::NotFound, u"There is no such file."_s, name);
    return problemSaying(ProblemKind::Io, u"The file cannot be read."_s, name, file.errorString());
}

/// Pipes give less than asked for; this fills the piece unless the input ends.
Result<QByteArray> readFully(QFile &file, qint64 size)
{
    QByteArray piece(size, Qt::Uninitialized);
    qint64 filled = 0;
    while (filled < size) {
        const auto count = file.read(piece.data() + filled, size - filled);
        if (count < 0)
            return problemSaying(ProblemKind::Io, u"The file cannot be read."_s, file.fileName(), file.errorString());
        if (count == 0)
            break;
        filled += count;
    }
    piece.truncate(filled);
    return piece;
}

} // namespace

Result<QByteArray> readInput(const QString &name, qint64 limit)
{
    QByteArray bytes;
    const auto take = [&](QByteArrayView piece) {
        bytes.append(piece);
        return bytes.size() <= limit;
    };
    if (auto read = readPieces(name, take); !read)
        return std::unexpected(std::move(read.error()));
    if (bytes.size() > limit)
        return problemSaying(ProblemKind::TooLarge,
            u"The file is larger than what is read of such files (%1)."_s.arg(formatSize(limit)), name);
    return bytes;
}

Result<void> readPieces(const QString &name, const std::function<bool(QByteArrayView)> &take)
{
    QFile file(name);
    if (auto opened = open(file, name); !opened)
        return opened;
    while (true) {
        const auto piece = readFully(file, pieceSize);
        if (!piece)
            return std::unexpected(piece.error());
        if (piece->isEmpty() || !take(*piece) || piece->size() < pieceSize)
            return {};
    }
}

Result<void> unpackInput(const QString &name, nix::Decoder::Sink sink)
{
    std::optional<nix::Decoder> decoder;
    Result<void> result;
    const auto take = [&](QByteArrayView piece) {
        if (!decoder)
            decoder.emplace(nix::compressionOfFile(name, piece), std::move(sink));
        result = decoder->feed(piece);
        return result.has_value();
    };
    if (auto read = readPieces(name, take); !read)
        return read;
    if (decoder && result)
        result = decoder->finish();
    if (!result && decoder->fault() == nix::DecoderFault::Stopped)
        return {};
    if (!result)
        result.error().where = name + u", "_s + result.error().where;
    return result;
}

QString terminalText(QByteArrayView bytes)
{
    const bool isPlain = std::ranges::all_of(bytes, [](char c) { return c >= ' ' && c <= '~' && c != '\\'; });
    if (isPlain)
        return QString::fromLatin1(bytes);
    const bool isText = bytes.isValidUtf8();
    QString shown;
    const auto characters = isText ? QString::fromUtf8(bytes) : QString::fromLatin1(bytes);
    for (const auto c : characters) {
        if (c == u'\n')
            shown += u"\\n"_s;
        else if (c == u'\t')
            shown += u"\\t"_s;
        else if (c == u'\\')
            shown += u"\\\\"_s;
        else if ((c.unicode() < 0xa0 && !c.isPrint()) || (!isText && c.unicode() > 0x7e))
            shown += u"\\x%1"_s.arg(int(c.unicode()), 2, 16, QLatin1Char('0'));
        else if (c.category() == QChar::Other_Format)
            shown += u"\\u%1"_s.arg(int(c.unicode()), 4, 16, QLatin1Char('0')); // changes of direction and the like
        else
            shown += c;
    }
    return shown;
}

QString terminalLines(const QString &text)
{
    QStringList lines;
    for (const auto &line : text.split(u'\n'))
        lines << terminalText(line.toUtf8());
    return lines.join(u'\n');
}

} // namespace narscope::cli
