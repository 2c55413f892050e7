// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/types.h"

#include <memory>
#include <vector>

namespace narscope::watch {

enum class AttributeEffect : quint8 { None, Added, Changed, Removed };

/// What a pull request does to one attribute on one platform.
struct PlatformEffect {
    AttributeEffect effect = AttributeEffect::None;
    bool isRebuilt = false; ///< its outputs did not exist before

    bool operator==(const PlatformEffect &) const = default;
};

/// How many attributes of a platform.
struct PlatformSum {
    QString platform;
    int added = 0;
    int changed = 0;
    int removed = 0;
    int rebuilt = 0;

    bool operator==(const PlatformSum &) const = default;
};

/// An evaluation's comparison as a table: a row for each attribute, in their order, a column for each platform.
/// A pull request to staging has tens of thousands of rows: make it on a pool, and pass the pointer on.
struct ChangeTable {
    QList<PlatformSum> platforms; ///< at most mostPlatforms
    QStringList attributes; ///< sorted
    std::vector<AttributeEffect> effects; ///< of each attribute over all platforms
    std::vector<PlatformEffect> cells; ///< by row, then platform

    static constexpr qsizetype mostPlatforms = 8;
    [[nodiscard]] PlatformEffect cell(qsizetype row, qsizetype platform) const
    {
        return cells[size_t(row * platforms.size() + platform)];
    }
    bool operator==(const ChangeTable &) const = default;
};
using ChangeTablePtr = std::shared_ptr<const ChangeTable>;

[[nodiscard]] ChangeTable changeTable(const github::EvaluationComparison &comparison);

} // namespace narscope::watch
