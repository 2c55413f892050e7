// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>

#include <vector>

// What changed between two lists, by the identity of their rows, as the joined ranges that item models announce.

namespace narscope::ui {

/// Rows first to last, both included.
struct Run {
    int first = 0;
    int last = 0;

    bool operator==(const Run &) const = default;
    [[nodiscard]] int count() const { return last - first + 1; }
};

struct ListDiff {
    std::vector<int> newRow; ///< of each old row; -1: gone
    std::vector<Run> removed; ///< in old rows, ascending
    std::vector<Run> inserted; ///< in new rows, ascending
    bool moved = false; ///< rows that stay are in another order; then the runs alone do not tell everything
};

/// Joins neighbours; `rows` ascending.
[[nodiscard]] std::vector<Run> joined(const std::vector<int> &rows);
[[nodiscard]] ListDiff diffOf(std::vector<int> newRow, int newCount);

template <typename Key> [[nodiscard]] ListDiff diffOf(const std::vector<Key> &before, const std::vector<Key> &after)
{
    QHash<Key, int> place;
    place.reserve(qsizetype(after.size()));
    for (size_t i = 0; i < after.size(); ++i)
        place.insert(after[i], int(i));
    std::vector<int> newRow;
    newRow.reserve(before.size());
    for (const auto &key : before)
        newRow.push_back(place.value(key, -1));
    return diffOf(std::move(newRow), int(after.size()));
}

/// The same with every row that left its order among the gone and the new ones, so that the runs tell all.
[[nodiscard]] ListDiff withoutMoves(const ListDiff &diff, int newCount);

} // namespace narscope::ui
