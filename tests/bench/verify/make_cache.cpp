// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/decoder.h"
#include "nix/keys.h"
#include "nix/nar.h"
#include "nix/narinfo.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QRandomGenerator>

#include <cstdio>

// A signed binary cache of any size for the verify bench: each path refers to some of those before it.

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::nix;

namespace {

/// Half of it compresses, as real contents do.
QByteArray contents(quint32 seed, qsizetype size, const std::vector<StorePath> &references)
{
    QRandomGenerator random(seed);
    QByteArray bytes;
    bytes.reserve(size + 4096);
    for (const auto &reference : references)
        bytes += reference.text() + '\n';
    while (bytes.size() < size) {
        quint32 noise[8];
        random.fillRange(noise);
        bytes += QByteArray(reinterpret_cast<const char *>(noise), sizeof noise) + "int main() { return 0; } // text\n";
    }
    bytes.truncate(qMax(size, bytes.indexOf('\n') + 1));
    return bytes;
}

StorePath pathNumber(quint32 number)
{
    const auto digest = hashOf(QByteArray::number(number)).digest.first(20);
    return StorePath::fromDigest(digest, "path-" + QByteArray::number(number)).value();
}

bool write(const QString &name, const QByteArray &bytes)
{
    QFile file(name);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

void describe(NarInfo &info, const Hash &file, quint64 fileSize, const Hash &nar, quint64 narSize)
{
    info.fileHash = file;
    info.fileSize = fileSize;
    info.url = "nar/" + file.nix32() + ".nar";
    info.narHash = nar;
    info.narSize = narSize;
}

bool writeNarInfoFile(const QDir &folder, NarInfo info, const SecretKey &key)
{
    info.signatures << sign(fingerprint(info), key).text();
    const auto hashPart = QString::fromLatin1(info.path.hashPart().toByteArray());
    return write(folder.filePath(hashPart + u".narinfo"_s), writeNarInfo(info));
}

/// One file of zeros, larger than memory: zstd frames of 16 MiB one behind the other.
bool writeZeros(const QDir &folder, NarInfo info, quint64 size, const SecretKey &key)
{
    QFile out(folder.filePath(u"nar/zeros"_s));
    bool isWritten = out.open(QIODevice::WriteOnly);
    Hasher nar;
    Hasher file;
    quint64 narSize = 0;
    QByteArray held;
    const auto flush = [&] {
        const auto frame = compress(held, Compression::Zstd).value();
        file.add(frame);
        isWritten = isWritten && out.write(frame) == frame.size();
        held.clear();
    };
    NarWriter writer([&](QByteArrayView bytes) {
        nar.add(bytes);
        narSize += quint64(bytes.size());
        held.append(bytes);
        if (held.size() >= 16 * 1024 * 1024)
            flush();
    });
    writer.beginFile(size, false);
    const QByteArray zeros(1024 * 1024, '\0');
    for (quint64 left = size; left > 0; left -= qMin<quint64>(left, quint64(zeros.size())))
        writer.fileData(QByteArrayView(zeros).first(qMin<qsizetype>(qsizetype(left), zeros.size())));
    writer.endFile();
    flush();
    info.compression = "zstd";
    describe(info, file.finish(), quint64(out.size()), nar.finish(), narSize);
    out.close();
    return isWritten && out.rename(folder.filePath(QString::fromUtf8(info.url))) && writeNarInfoFile(folder, info, key);
}

std::vector<StorePath> referencesOf(quint32 number, quint32 fan)
{
    std::vector<StorePath> references;
    for (quint32 r = 1; r <= fan && r <= number; ++r)
        references.push_back(pathNumber(r == 1 ? number - 1 : (number * 7919U + r * 104729U) % number));
    std::ranges::sort(references);
    const auto repeated = std::ranges::unique(references);
    references.erase(repeated.begin(), repeated.end());
    return references;
}

struct Plan {
    qsizetype size = 0;
    Compression compression = Compression::None;
    bool withFiles = true;
    quint32 fan = 0;
};

bool writePath(const QDir &folder, quint32 number, const Plan &plan, const SecretKey &key)
{
    NarInfo info{.path = pathNumber(number)};
    info.references = referencesOf(number, plan.fan);
    const auto nar
        = writeNar(NarTree::directory({{"file", NarTree::file(contents(number, plan.size, info.references))}}));
    const auto file = plan.withFiles ? compress(nar, plan.compression).value() : nar;
    info.compression = name(plan.compression);
    describe(info, hashOf(file), quint64(file.size()), hashOf(nar), quint64(nar.size()));
    const bool isWritten = !plan.withFiles || write(folder.filePath(QString::fromUtf8(info.url)), file);
    return isWritten && writeNarInfoFile(folder, info, key);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions(
        {{u"paths"_s, u"How many."_s, u"N"_s, u"1000"_s}, {u"size"_s, u"Bytes in each."_s, u"N"_s, u"20000"_s},
            {u"compression"_s, u"none, xz or zstd."_s, u"WORD"_s, u"xz"_s},
            {u"references"_s, u"How many earlier paths each refers to."_s, u"N"_s, u"0"_s},
            {u"zeros"_s, u"Contents of so many zeros instead."_s, u"BYTES"_s},
            {u"no-files"_s, u"Narinfos only: their files are not written."_s}});
    parser.addPositionalArgument(u"FOLDER"_s, u"Where to."_s);
    parser.process(application);
    const QDir folder(parser.positionalArguments().value(0, u"."_s));
    folder.mkpath(u"nar"_s);
    const auto key = secretKeyFromSeed("bench-1", QByteArray(32, 'b')).value();
    const auto count = parser.value(u"paths"_s).toUInt();
    const auto zeros = parser.value(u"zeros"_s).toULongLong();
    const Plan plan{.size = parser.value(u"size"_s).toLongLong(),
        .compression = compressionNamed(parser.value(u"compression"_s).toUtf8()).value(),
        .withFiles = !parser.isSet(u"no-files"_s),
        .fan = parser.value(u"references"_s).toUInt()};
    QByteArray list;
    bool isMade = true;
    for (quint32 i = 0; i < count && isMade; ++i) {
        isMade = zeros > 0 ? writeZeros(folder, NarInfo{.path = pathNumber(i)}, zeros, key)
                           : writePath(folder, i, plan, key);
        list += pathNumber(i).text() + '\n';
    }
    const bool isWritten = isMade && write(folder.filePath(u"paths.txt"_s), list)
        && write(folder.filePath(u"nix-cache-info"_s), "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 40\n");
    std::puts(key.publicKey().text().constData());
    return isWritten ? 0 : 1;
}
