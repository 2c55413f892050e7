// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/verifyinput.h"

#include "nix/decoder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qint64 largestText = 64LL * 1024 * 1024;
constexpr qint64 sniffed = 4096;

VerifyInput only(VerifyTarget target)
{
    VerifyInput input;
    input.targets.push_back(std::move(target));
    return input;
}

VerifyInput only(Result<void> trouble)
{
    VerifyInput input;
    input.problems.push_back(std::move(trouble.error()));
    return input;
}

/// ISO 9660: the first volume descriptor stands at sector 16.
bool isImage(QFile &file)
{
    const bool found = file.seek(0x8001) && file.read(5) == "CD001";
    return file.seek(0) && found;
}

bool isArchive(const QString &name, QByteArrayView start)
{
    const auto file = QFileInfo(name).fileName();
    return start.startsWith(QByteArrayView("\x0d\0\0\0\0\0\0\0nix-archive-1", 21)) || isArchiveName(file)
        || file.endsWith(".br"_L1) || file.endsWith(".lzma"_L1) || sniffCompression(start);
}

/// What a store path holds stands for that path (`result/bin/hello`), but not an image (`result/iso/…`) and the files
/// of a cache.
bool isMeantItself(const QFileInfo &info)
{
    QFile file(info.filePath());
    if (!info.isFile())
        return false;
    return info.fileName().endsWith(".narinfo"_L1) || isArchiveName(info.fileName())
        || (file.open(QIODevice::ReadOnly) && isImage(file));
}

VerifyInput narInfoFile(const QString &name, QByteArray text)
{
    VerifyTarget target;
    target.kind = VerifyTarget::Kind::NarInfoText;
    target.text = name;
    target.narInfo = std::move(text);
    // Named as on a cache: then it has to be about that path.
    if (const auto base = QFileInfo(name).completeBaseName().toLatin1(); isHashPart(base))
        target.question.hashPart = base;
    return only(std::move(target));
}

VerifyInput textFile(QFile &file, const QByteArray &storeDir)
{
    const auto name = file.fileName();
    if (file.size() > largestText)
        return only(problemSaying(ProblemKind::TooLarge, u"This text is larger than 64 MiB."_s, name));
    auto input = readVerifyInput(file.readAll(), storeDir);
    if (input.targets.empty() && input.images.isEmpty())
        return only(problemSaying(
            ProblemKind::Usage, u"This file is no narinfo, NAR or ISO image, and names no store path."_s, name));
    return input;
}

/// The shortest beginning of the path that is a link, or nothing.
QString firstLink(const QString &path)
{
    for (auto end = path.indexOf(u'/', 1); end >= 0; end = path.indexOf(u'/', end + 1)) {
        if (QFileInfo(path.first(end)).isSymLink())
            return path.first(end);
    }
    return QFileInfo(path).isSymLink() ? path : QString();
}

} // namespace

QString inStore(const QString &name, const QByteArray &storeDir)
{
    constexpr int mostLinks = 40; // as Linux has it
    const auto store = QString::fromUtf8(storeDir) + u'/';
    auto path = QDir::cleanPath(QFileInfo(name).absoluteFilePath());
    for (int links = 0; links < mostLinks; ++links) {
        if (path.startsWith(store))
            return path;
        const auto link = firstLink(path);
        if (link.isEmpty())
            return {};
        path = QDir::cleanPath(QFileInfo(link).symLinkTarget() + path.sliced(link.size()));
    }
    return {};
}

VerifyInput readVerifyFile(const QString &name, const QByteArray &storeDir)
{
    QFile file(name);
    const QFileInfo info(name);
    if (const auto path = inStore(name, storeDir); !path.isEmpty()) {
        const bool isInside = path.indexOf(u'/', storeDir.size() + 1) > 0;
        if (!isInside || !isMeantItself(info))
            return readVerifyInput(path.toUtf8(), storeDir);
    }
    if (!info.exists())
        return only(problemSaying(ProblemKind::NotFound,
            info.isSymLink() ? u"This link leads to nothing."_s : u"There is no such file."_s, name));
    if (info.isDir())
        return only(problemSaying(ProblemKind::Usage, u"This is a folder outside of the store."_s, name));
    if (!info.isFile() || !file.open(QIODevice::ReadOnly))
        return only(problemSaying(ProblemKind::Io, u"The file cannot be read."_s, name, file.errorString()));
    if (isImage(file)) {
        VerifyInput input;
        input.images << name;
        return input;
    }
    const auto start = file.peek(sniffed);
    if (name.endsWith(".narinfo"_L1) || looksLikeNarInfo(start))
        return file.size() > maxNarInfoSize
            ? only(problemSaying(ProblemKind::TooLarge, u"This file is larger than any narinfo (4 MiB)."_s, name))
            : narInfoFile(name, file.readAll());
    if (isArchive(name, start)) {
        VerifyTarget target;
        target.kind = VerifyTarget::Kind::NarFile;
        target.text = name;
        target.file = name;
        return only(std::move(target));
    }
    return textFile(file, storeDir);
}

} // namespace narscope::nix
