// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/picture.h"

#include <QHash>

namespace narscope::ui {

/// Which column stands where from left to right, in units that the layout stretches to the room there is.
/// Columns that a picture does not need take no room.
struct ColumnPlan {
    qreal pull0 = 16;
    qreal pullStep = 79;
    qreal branch0 = 300;
    qreal eval = 344;
    qreal built = 424;
    qreal signedAt = 584;
    qreal descent0 = 744;
    qreal gate = 810;
    qreal now = 1040;
    qreal ahead = 1062;
    qreal end = 1098;
    int descents = 0;
    int bundle = 0; ///< lines from builds to the cache

    [[nodiscard]] qreal columnOf(Lane lane, int row, int column) const;
    /// px right of its last stop where the line of a pull request goes down.
    [[nodiscard]] qreal pullDescent(int row) const;
    /// px right of an evaluation where its lines to the builds go down.
    [[nodiscard]] qreal buildTrunk(int row) const;
    [[nodiscard]] bool hasDescent(int row) const { return m_descentRank.contains(row); }
    [[nodiscard]] qreal descentOf(int row) const;
    [[nodiscard]] int bundleRank(int row) const { return m_bundleRank.value(row, 0); }
    /// Where the words at the left of a row must end.
    [[nodiscard]] qreal tableEnd(Lane lane, int row) const;

private:
    friend ColumnPlan planOf(const Picture &picture);
    void planPulls(const Picture &picture);
    void planBranches(const Picture &picture);
    void planBuilds(const Picture &picture);
    void planChannels(const Picture &picture);

    int m_pulls = 0; ///< rows
    QHash<int, int> m_branchShift; ///< of a row: how many tracks above it
    QHash<int, int> m_trunkRank; ///< of rows of evaluations, from above
    QHash<int, int> m_descentRank; ///< the same, of those with lines to channels
    QHash<int, int> m_bundleRank; ///< of rows of the cache
    QHash<int, bool> m_hasStop; ///< of rows: something stands in it that is not ahead
};

[[nodiscard]] ColumnPlan planOf(const Picture &picture);

} // namespace narscope::ui
