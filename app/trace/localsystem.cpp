// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/localsystem.h"

#include "trace/recorder.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr qint64 longestVersion = 200; ///< bytes
constexpr qint64 longestScript = 16 * 1024;

QByteArray smallFile(const QString &path, qint64 longest)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(longest).trimmed() : QByteArray();
}

/// The newest profile that leads to this system.
QString generationOf(const QString &system)
{
    const QDir profiles(u"/nix/var/nix/profiles"_s);
    const auto links = profiles.entryInfoList({u"system-*-link"_s}, QDir::AllEntries | QDir::System, QDir::Time);
    for (const auto &link : links) {
        if (link.canonicalFilePath() == system)
            return link.fileName();
    }
    return {};
}

} // namespace

std::optional<LocalSystem> readLocalSystem(const QString &folder, Recorder &http)
{
    const QFileInfo link(folder);
    if (!link.exists())
        return {};
    LocalSystem system{
        .path = link.canonicalFilePath(), .version = {}, .revision = {}, .generation = {}, .answers = {}};
    system.generation = generationOf(system.path);
    const auto read = [&](const QString &name, qint64 longest) {
        const auto file = system.path + name;
        auto bytes = smallFile(file, longest);
        if (!bytes.isEmpty())
            system.answers << http.keepLocal(QUrl::fromLocalFile(file), bytes);
        return bytes;
    };
    system.version = QString::fromUtf8(read(u"/nixos-version"_s, longestVersion));
    // What `nixos-version --json` would print stands in the program itself, which is a script: it need not be run.
    system.revision = nixpkgsRevisionIn(read(u"/sw/bin/nixos-version"_s, longestScript));
    return system;
}

QString nixpkgsRevisionIn(QByteArrayView text)
{
    static const QRegularExpression member(u"\"nixpkgsRevision\"\\s*:\\s*\"([0-9a-f]{40})\""_s);
    return member.match(QString::fromUtf8(text)).captured(1);
}

} // namespace narscope::trace
