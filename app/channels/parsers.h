// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/hash.h"
#include "base/result.h"
#include "channels/types.h"

#include <QByteArrayView>

// Bytes of channels, releases and buckets to values. Pure; any thread.

namespace narscope::channels {

inline constexpr qint64 largestUnpacked = 512LL * 1024 * 1024; ///< bytes of a packages.json; nixpkgs has 100 MB

/// The folder that a redirect's target names below the releases' address, whatever file it names there.
/// Malformed when it does not lead to a release.
[[nodiscard]] Result<QString> releaseFolder(const QUrl &target);
/// Revision and commit time out of `Link: <…?rev=…&lastModified=…>; rel="immutable"`; leaves the pointer as
/// it is when the header tells none.
void readImmutableLink(QByteArrayView link, Pointer &pointer);
/// 40 hex digits, as git-revision holds them; white space around them is no harm.
[[nodiscard]] Result<QString> parseRevision(QByteArrayView body);
/// The file src-url: the address of an evaluation. Its number and the Hydra's base.
[[nodiscard]] Result<std::pair<EvalId, QUrl>> parseSourceUrl(QByteArrayView body);
/// «HEX  NAME», as sha256sum writes it.
[[nodiscard]] Result<Hash> parseFileHash(QByteArrayView body);
[[nodiscard]] Result<ReleaseIndex> parseReleaseIndex(QByteArrayView html);
/// S3's XML. An <Error> is the problem that it tells. No document type, no entities but XML's own.
[[nodiscard]] Result<BucketPage> parseBucketPage(QByteArrayView xml);
/// store-paths.xz: whole store paths, one a line.
[[nodiscard]] Result<QList<QByteArray>> readStorePaths(QByteArrayView xz);
/// packages.json.br, still compressed or not (a CDN or Qt may have unpacked it). By attribute.
[[nodiscard]] Result<QList<Package>> readPackages(QByteArrayView body);

} // namespace narscope::channels
