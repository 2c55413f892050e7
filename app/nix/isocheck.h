// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"
#include "nix/verifier.h"

#include <atomic>

namespace narscope::nix {

/// From an image to a signature, step by step. The order is that of the check.
enum class IsoStepName {
    Image, ///< the file at hand is an ISO 9660 image, and its hash
    Release, ///< which release it belongs to, by its name or address
    Published, ///< the SHA-256 that the release publishes is that of the file
    StorePath, ///< the store path that holds it, among those that the release lists
    Ladder, ///< that path's NAR under its signature
    Contents, ///< the image inside that NAR has the same hash
};

struct IsoStep {
    IsoStepName name = IsoStepName::Image;
    Verdict verdict = Verdict::Unchecked;
    QString detail;

    bool operator==(const IsoStep &) const = default;
};
[[nodiscard]] QString word(IsoStepName name);

struct IsoReport {
    QString asked; ///< file or address, as given
    Verdict verdict = Verdict::Unchecked; ///< holds only when every step does
    std::vector<IsoStep> steps; ///< all of IsoStepName
    std::optional<PathReport> ladder; ///< of the store path that holds the image, once known
    std::vector<Evidence> evidence;

    bool operator==(const IsoReport &) const = default;
    [[nodiscard]] IsoStep &step(IsoStepName name) { return steps[static_cast<size_t>(name)]; }
    [[nodiscard]] const IsoStep &step(IsoStepName name) const { return steps[static_cast<size_t>(name)]; }
};
[[nodiscard]] QString summary(const IsoReport &report);

/// A release as channels and file names tell it.
struct IsoRelease {
    QString folder; ///< below the releases' address: "nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"
    QString image; ///< "nixos-minimal-26.05.4193.a50de1b7d8a5-x86_64-linux.iso"

    bool operator==(const IsoRelease &) const = default;
};
/// From an image's file name. Usage when it is not named as NixOS names them.
[[nodiscard]] Result<IsoRelease> releaseOfImage(const QString &fileName);
/// From a release's folder and the file asked for: "", "latest-nixos-minimal-x86_64-linux.iso", or an image's
/// name.
[[nodiscard]] Result<IsoRelease> releaseAt(const QString &folder, const QString &file);
/// Store paths among those of a release (one a line) that may hold the image, likeliest first, at most 8.
[[nodiscard]] std::vector<StorePath> imagePaths(QByteArrayView storePaths, const QString &image);

struct IsoPlaces {
    QUrl channels;
    QUrl releases;
};
[[nodiscard]] IsoPlaces isoPlaces(const net::Servers &servers);

/// Checks images. One thread; must outlive its tasks.
class IsoCheck {
public:
    /// Everything must outlive the check. `bytes` counts what is read of the image and its NAR; may be empty.
    IsoCheck(Verifier &verifier, CacheDoors doors, IsoPlaces places, std::shared_ptr<std::atomic<quint64>> bytes = {});

    /// A file, or an address below the channels' or releases' one. `changed` gets the report after each step.
    [[nodiscard]] Task<IsoReport> check(QString fileOrUrl, std::function<void(const IsoReport &)> changed);

private:
    [[nodiscard]] Task<Result<QByteArray>> get(QUrl url, qint64 limit, IsoReport *report);
    [[nodiscard]] Task<Result<IsoRelease>> releaseOfUrl(QUrl url);
    [[nodiscard]] Task<void> climbImage(QString file, IsoReport *report);
    [[nodiscard]] Task<void> climbPublished(IsoRelease release, IsoReport *report);
    [[nodiscard]] Task<std::vector<StorePath>> climbStorePath(IsoRelease release, IsoReport *report);
    [[nodiscard]] Task<void> climbContents(std::vector<StorePath> candidates, IsoReport *report);

    Verifier &m_verifier;
    CacheDoors m_doors;
    IsoPlaces m_places;
    std::shared_ptr<std::atomic<quint64>> m_bytes;
    std::optional<Hash> m_image; ///< of the file at hand
    std::optional<Hash> m_published;
};

} // namespace narscope::nix
