// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/verifyinput.h"

#include "nix/decoder.h"

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
    return start.startsWith(QByteArrayView("\x0d\0\0\0\0\0\0\0nix-archive-1", 21)) || name.contains(".nar"_L1)
        || name.endsWith(".br"_L1) || name.endsWith(".lzma"_L1) || sniffCompression(start);
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
        return only(problem(ProblemKind::TooLarge, name));
    auto input = readVerifyInput(file.readAll(), storeDir);
    if (input.targets.empty() && input.images.isEmpty())
        return only(problemSaying(
            ProblemKind::Usage, u"This file is no narinfo, NAR or ISO image, and names no store path."_s, name));
    return input;
}

/// Where a `result` link or another link into the store leads, or the path itself when it is in there.
QString inStore(const QString &name, const QByteArray &storeDir)
{
    const auto store = QString::fromUtf8(storeDir) + u'/';
    const QFileInfo info(name);
    if (info.isSymLink() && info.symLinkTarget().startsWith(store))
        return info.symLinkTarget();
    return info.absoluteFilePath().startsWith(store) ? info.absoluteFilePath() : QString();
}

} // namespace

VerifyInput readVerifyFile(const QString &name, const QByteArray &storeDir)
{
    if (const auto path = inStore(name, storeDir); !path.isEmpty())
        return readVerifyInput(path.toUtf8(), storeDir);
    QFile file(name);
    if (!QFileInfo(name).isFile() || !file.open(QIODevice::ReadOnly))
        return only(problemSaying(ProblemKind::Io, u"The file cannot be read."_s, name, file.errorString()));
    if (isImage(file)) {
        VerifyInput input;
        input.images << name;
        return input;
    }
    const auto start = file.peek(sniffed);
    if (name.endsWith(".narinfo"_L1) || looksLikeNarInfo(start))
        return file.size() > maxNarInfoSize ? only(problem(ProblemKind::TooLarge, name))
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
