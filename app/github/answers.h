// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArrayView>
#include <QUrl>

#include <chrono>

namespace narscope::github {

/// A problem in GitHub's own terms: which of its refusals this is, and what one can do.
[[nodiscard]] Problem explained(Problem problem, bool hasToken);
/// The quota is used up until then (epoch seconds).
[[nodiscard]] Problem quotaProblem(int limit, qint64 reset, qint64 now, bool hasToken);
[[nodiscard]] std::unexpected<Problem> needsToken(QString sentence);
[[nodiscard]] Problem located(Problem problem, const QUrl &url);

/// Whether a Link header names a next page.
[[nodiscard]] bool hasNextPage(QByteArrayView link);
[[nodiscard]] QUrl onPage(QUrl url, int page);

} // namespace narscope::github
