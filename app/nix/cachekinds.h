// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/cacheclient.h"

// For openCache() only.

namespace narscope::nix {

[[nodiscard]] std::shared_ptr<CacheClient> makeHttpCache(const QUrl &base, CacheDoors doors);
[[nodiscard]] std::shared_ptr<CacheClient> makeFolderCache(const QString &folder, CacheDoors doors);

} // namespace narscope::nix
