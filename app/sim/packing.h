// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <utility>

namespace narscope::sim {

/// A `.tar.gz` with these files below the folder `name`: the same bytes for the same input.
[[nodiscard]] QByteArray makeTarball(const QByteArray &name, const QList<std::pair<QByteArray, QByteArray>> &files);

/// gzip, fastest level, without a time or name in the head.
[[nodiscard]] QByteArray gzipped(const QByteArray &bytes);
/// An `.xz` file.
[[nodiscard]] QByteArray xzCompressed(const QByteArray &bytes);
/// A zstd frame.
[[nodiscard]] QByteArray zstdCompressed(const QByteArray &bytes);

[[nodiscard]] QByteArray brotliCompressed(const QByteArray &bytes);

} // namespace narscope::sim
