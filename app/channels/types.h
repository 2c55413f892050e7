// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>
#include <QUrl>

#include <optional>

// What the end of the pipeline says, as values: channel pointers, releases, buckets. Times are seconds since
// 1970 (UTC). Text is hostile: show it as plain text. Formats: distribution.md §1.

namespace narscope::channels {

using Epoch = std::optional<qint64>;

/// «nixos-26.11pre1027151.04b4e759e843», «nixos-26.05.4193.a50de1b7d8a5».
struct ReleaseName {
    QString product; ///< "nixos", "nixpkgs"
    QString series; ///< "26.05"
    QString stage; ///< "pre", "beta", "alpha"; empty on a stable series
    qint64 revisionCount = 0; ///< orders the releases of one channel; names do not sort
    QString shortRevision; ///< 7 to 12 hex digits: a prefix, never the revision

    bool operator==(const ReleaseName &) const = default;
};
[[nodiscard]] std::optional<ReleaseName> parseReleaseName(QStringView name);

/// Where a channel points, as one server tells it.
struct Pointer {
    QString channel;
    QString folder; ///< below the releases' address: "nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"
    QString revision; ///< 40 hex digits, from the link that marks nixexprs.tar.xz as immutable; else empty
    Epoch committedAt; ///< from the same link
    QString servedBy; ///< the CDN's nodes: "cache-iad-kiad7000165-IAD, cache-fra-eddf8230179-FRA"; empty
                      ///< without a CDN
    QString cacheState; ///< "MISS, HIT", in the order of the nodes

    [[nodiscard]] QString release() const { return folder.section(QLatin1Char('/'), -1); }
    bool operator==(const Pointer &) const = default;
};

/// A file of a release as its index lists it.
struct ReleaseFile {
    QString name;
    qint64 size = 0;
    QString sha256; ///< base 16

    bool operator==(const ReleaseFile &) const = default;
};

/// The index page of a release: the best single record of it. Its key is written last, so that the page
/// stands for a whole release.
struct ReleaseIndex {
    QString channel; ///< as the title has it
    QString release;
    qint64 releasedAt = 0;
    QString revision; ///< 40 hex digits
    qint64 committedAt = 0;
    EvalId eval;
    QUrl hydra; ///< base of the Hydra that the evaluation is on
    QList<ReleaseFile> files;

    bool operator==(const ReleaseIndex &) const = default;
};

/// An object of a bucket.
struct BucketEntry {
    QString key;
    qint64 lastModified = 0;
    qint64 size = 0;
    QString etag; ///< without quotes

    bool operator==(const BucketEntry &) const = default;
};

/// One answer to ListObjects, version 1 or 2.
struct BucketPage {
    QString bucket;
    QString prefix;
    QList<BucketEntry> entries; ///< by key, bytewise: «pre1027151» before «pre999001»
    QStringList folders; ///< common prefixes, with the slash
    bool isTruncated = false;
    QString nextMarker; ///< version 1
    QString continuation; ///< version 2

    bool operator==(const BucketPage &) const = default;
};

/// A package of packages.json.br, as far as people and files are concerned.
struct Package {
    QString attribute; ///< "python3Packages.requests"
    QString name; ///< pname; without one, the name
    QString version;
    QString position; ///< "pkgs/by-name/he/hello/package.nix:34"; empty when not told
    QStringList maintainers; ///< GitHub names; of a maintainer without one the name
    bool isBroken = false;

    bool operator==(const Package &) const = default;
};

} // namespace narscope::channels
