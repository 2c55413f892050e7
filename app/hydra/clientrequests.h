// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/client.h"

// Parts of the client's own sources.

namespace narscope::hydra {

/// The classes of hydra.md §4 as time limits: A quick, B slow, C and D long.
enum class Cost { A, B, C };

[[nodiscard]] net::Request request(QUrl url, net::Expect expect, Cost cost, const Ask &ask);
/// Empty values are left out. Values are encoded here, so that % and + come through as they are.
[[nodiscard]] QUrl withQuery(QUrl url, const QList<std::pair<QString, QString>> &items);
/// Of a list in pages; the first one is 1.
[[nodiscard]] QUrl pageOf(const QUrl &url, int page);
/// One more path segment or several.
[[nodiscard]] QUrl below(QUrl url, const QString &path);

} // namespace narscope::hydra
