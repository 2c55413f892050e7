// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/listdiff.h"

#include <algorithm>

namespace narscope::ui {

std::vector<Run> joined(const std::vector<int> &rows)
{
    std::vector<Run> runs;
    for (const int row : rows) {
        if (!runs.empty() && runs.back().last + 1 == row)
            runs.back().last = row;
        else
            runs.push_back({row, row});
    }
    return runs;
}

ListDiff diffOf(std::vector<int> newRow, int newCount)
{
    ListDiff diff;
    std::vector<bool> old(size_t(newCount), false);
    std::vector<int> gone;
    int highest = -1;
    for (size_t i = 0; i < newRow.size(); ++i) {
        const int row = newRow[i];
        if (row < 0) {
            gone.push_back(int(i));
            continue;
        }
        old[size_t(row)] = true;
        diff.moved |= row < highest;
        highest = std::max(highest, row);
    }
    std::vector<int> fresh;
    for (int i = 0; i < newCount; ++i) {
        if (!old[size_t(i)])
            fresh.push_back(i);
    }
    diff.removed = joined(gone);
    diff.inserted = joined(fresh);
    diff.newRow = std::move(newRow);
    return diff;
}

ListDiff withoutMoves(const ListDiff &diff, int newCount)
{
    // The longest run of rows that keep their order stays (patience sorting).
    std::vector<size_t> tails, previous(diff.newRow.size(), 0);
    for (size_t i = 0; i < diff.newRow.size(); ++i) {
        if (diff.newRow[i] < 0)
            continue;
        const auto at = std::ranges::lower_bound(tails, diff.newRow[i], {}, [&](size_t t) { return diff.newRow[t]; });
        previous[i] = at == tails.begin() ? i : *(at - 1);
        if (at == tails.end())
            tails.push_back(i);
        else
            *at = i;
    }
    std::vector<int> kept(diff.newRow.size(), -1);
    if (!tails.empty()) {
        for (size_t i = tails.back();; i = previous[i]) {
            kept[i] = diff.newRow[i];
            if (previous[i] == i)
                break;
        }
    }
    return diffOf(std::move(kept), newCount);
}

} // namespace narscope::ui
