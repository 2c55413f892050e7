// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "hydra/types.h"

#include <QByteArrayView>

namespace narscope::hydra {

/// A page of the finished builds of one job, newest first.
struct BuildList {
    QList<BuildRow> builds;
    Paging paging;
    PageFacts page;

    bool operator==(const BuildList &) const = default;
};

/// /job/P/J/X/all?page=N: 20 builds a page. A page behind the last one has none.
[[nodiscard]] Result<BuildList> parseJobBuilds(QByteArrayView body);

} // namespace narscope::hydra
