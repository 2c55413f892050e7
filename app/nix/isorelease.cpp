// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/isocheck.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr size_t mostCandidates = 8;

/// nixos-<kind>-<version>-<arch>-linux.iso; the version is a release's: 26.05.4193.a50de1b7d8a5
/// or 26.11pre1.abcdef0.
const QRegularExpression &imageName()
{
    static const QRegularExpression expression(
        u"^nixos-([a-z0-9]+)-((\\d\\d\\.\\d\\d)(pre|beta|\\.)\\d+\\.[0-9a-f]{7,40})-([a-z0-9_]+-linux)\\.iso$"_s);
    return expression;
}

/// How near a store path's name is to the image's: higher is nearer, 0 not at all.
int likeness(const QString &name, const QString &image)
{
    if (name == image)
        return 3;
    const auto kind = image.section(u'-', 0, 1); // "nixos-minimal"
    if (!name.startsWith(kind + u'-') && name != kind)
        return 0;
    const auto arch = image.section(u'-', -2).chopped(4);
    return image.startsWith(name) ? 2 : name.endsWith(arch + u".iso"_s) ? 1 : 0;
}

} // namespace

IsoPlaces isoPlaces(const net::Servers &servers)
{
    const auto *channels = net::findServer(servers, net::ServerKind::Channels);
    const auto *releases = net::findServer(servers, net::ServerKind::Releases);
    return {.channels = channels ? channels->url : QUrl(), .releases = releases ? releases->url : QUrl()};
}

Result<IsoRelease> releaseOfImage(const QString &fileName)
{
    const auto match = imageName().match(fileName);
    if (!match.hasMatch())
        return problemSaying(ProblemKind::Usage,
            u"The file is not named as NixOS names its images, so its release is not known."_s, fileName);
    const auto version = match.captured(2);
    // Images are published for the large channels only.
    const auto channel = match.captured(4) == "."_L1 ? match.captured(3) : u"unstable"_s;
    return IsoRelease{.folder = u"nixos/%1/nixos-%2"_s.arg(channel, version), .image = fileName};
}

Result<IsoRelease> releaseAt(const QString &folder, const QString &file)
{
    const auto release = folder.section(u'/', -1);
    if (!release.startsWith("nixos-"_L1))
        return problemSaying(ProblemKind::Usage, u"This is no release of NixOS."_s, folder);
    const auto version = release.sliced(6);
    static const QRegularExpression latest(u"^latest-(nixos-[a-z0-9]+)-([a-z0-9_]+-linux)\\.iso$"_s);
    if (file.isEmpty())
        return IsoRelease{.folder = folder, .image = u"nixos-minimal-%1-x86_64-linux.iso"_s.arg(version)};
    if (const auto match = latest.match(file); match.hasMatch())
        return IsoRelease{
            .folder = folder, .image = u"%1-%2-%3.iso"_s.arg(match.captured(1), version, match.captured(2))};
    if (!imageName().match(file).hasMatch())
        return problemSaying(ProblemKind::Usage, u"This is no ISO image of a release."_s, file);
    return IsoRelease{.folder = folder, .image = file};
}

std::vector<StorePath> imagePaths(QByteArrayView storePaths, const QString &image)
{
    std::multimap<int, StorePath, std::greater<>> found;
    for (const auto &line : storePaths.toByteArray().split('\n')) {
        if (!line.contains("nixos-"))
            continue;
        const auto path = StorePath::fromText(line.trimmed());
        const auto near = path ? likeness(QString::fromUtf8(path->name().toByteArray()), image) : 0;
        if (near > 0)
            found.insert({near, *path});
    }
    std::vector<StorePath> paths;
    for (const auto &[near, path] : found) {
        if (paths.size() < mostCandidates)
            paths.push_back(path);
    }
    return paths;
}

} // namespace narscope::nix
