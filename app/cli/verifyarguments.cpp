// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/verifyarguments.h"

#include "cli/input.h"

#include <QFile>
#include <QFileInfo>
#include <QSet>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

constexpr qint64 maxInput = 64 * 1024 * 1024;

QByteArray startOf(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.read(4096) : QByteArray();
}

/// ISO 9660: the first volume descriptor stands at sector 16.
bool isImage(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) && file.seek(0x8001) && file.read(5) == "CD001";
}

bool isArchive(const QString &name, const QByteArray &start)
{
    return start.startsWith(QByteArray("\x0d\0\0\0\0\0\0\0nix-archive-1", 21)) || name.contains(".nar"_L1)
        || compressionOf(name, start) != nix::Compression::None;
}

void add(VerifyArguments &all, QSet<QString> &seen, nix::VerifyTarget target)
{
    if (!seen.contains(target.text)) {
        seen.insert(target.text);
        all.targets.push_back(std::move(target));
    }
}

void addText(VerifyArguments &all, QSet<QString> &seen, const QString &name, QByteArrayView text)
{
    auto input = nix::readVerifyInput(text);
    for (auto &target : input.targets) {
        if (target.kind == nix::VerifyTarget::Kind::NarInfoText)
            target.text = name;
        add(all, seen, std::move(target));
    }
    for (auto &problem : input.problems)
        all.problems.push_back(std::move(problem));
}

void addNarInfo(VerifyArguments &all, QSet<QString> &seen, const QString &name)
{
    auto text = readInput(name, nix::maxNarInfoSize);
    if (!text) {
        all.problems.push_back(std::move(text.error()));
        return;
    }
    nix::VerifyTarget target;
    target.kind = nix::VerifyTarget::Kind::NarInfoText;
    target.text = name;
    target.narInfo = std::move(*text);
    // Named as on a cache: then it has to be about that path.
    if (const auto base = QFileInfo(name).completeBaseName().toLatin1(); nix::isHashPart(base))
        target.question.hashPart = base;
    add(all, seen, std::move(target));
}

void addFile(VerifyArguments &all, QSet<QString> &seen, const QString &name)
{
    const auto start = startOf(name);
    nix::VerifyTarget target;
    if (isImage(name)) {
        all.images << name;
    } else if (name.endsWith(".narinfo"_L1) || nix::looksLikeNarInfo(start)) {
        addNarInfo(all, seen, name);
    } else if (isArchive(name, start)) {
        target.kind = nix::VerifyTarget::Kind::NarFile;
        target.text = name;
        target.file = name;
        add(all, seen, std::move(target));
    } else {
        all.problems.push_back(
            problemSaying(ProblemKind::Usage, u"This file is no narinfo, NAR or ISO image."_s, name).error());
    }
}

/// Where a `result` link or another link into the store leads.
QString throughLink(const QString &argument)
{
    const QFileInfo info(argument);
    const auto store = QString::fromUtf8(nix::defaultStoreDir()) + u'/';
    if (!argument.startsWith(store) && info.isSymLink() && info.symLinkTarget().startsWith(store))
        return info.symLinkTarget();
    return argument;
}

bool isImageAddress(const QString &argument)
{
    const bool isUrl = argument.startsWith("http://"_L1) || argument.startsWith("https://"_L1);
    return isUrl && !QUrl(argument).path().endsWith(".narinfo"_L1);
}

void addArgument(VerifyArguments &all, QSet<QString> &seen, const QString &argument)
{
    if (isImageAddress(argument)) {
        all.images << argument;
        return;
    }
    const bool isInStore = argument.startsWith(QString::fromUtf8(nix::defaultStoreDir()) + u'/');
    if (!isInStore && QFileInfo(argument).isFile()) {
        addFile(all, seen, argument);
        return;
    }
    if (auto target = nix::verifyTarget(argument))
        add(all, seen, std::move(*target));
    else
        all.problems.push_back(std::move(target.error()));
}

} // namespace

VerifyArguments readVerifyArguments(const QStringList &arguments)
{
    VerifyArguments all;
    QSet<QString> seen;
    for (const auto &argument : arguments) {
        if (argument != "-"_L1) {
            addArgument(all, seen, throughLink(argument));
            continue;
        }
        if (const auto text = readInput(argument, maxInput))
            addText(all, seen, u"standard input"_s, *text);
        else
            all.problems.push_back(text.error());
    }
    return all;
}

} // namespace narscope::cli
