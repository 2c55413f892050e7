// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/listdiff.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace narscope::ui;

namespace {

/// What a view that obeys the announcements ends up with.
std::vector<int> obeyed(std::vector<int> list, const std::vector<int> &after, const ListDiff &diff)
{
    for (auto run = diff.removed.rbegin(); run != diff.removed.rend(); ++run)
        list.erase(list.begin() + run->first, list.begin() + run->last + 1);
    for (const auto &run : diff.inserted)
        list.insert(list.begin() + run.first, after.begin() + run.first, after.begin() + run.last + 1);
    return list;
}

std::vector<int> randomList(std::mt19937 &random, bool shuffled)
{
    std::vector<int> list;
    for (int i = 0; i < 30; ++i) {
        if (random() % 2)
            list.push_back(i);
    }
    if (shuffled)
        std::ranges::shuffle(list, random);
    return list;
}

} // namespace

class ListDiffTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void neighboursAreJoined()
    {
        const auto diff = diffOf<int>({1, 2, 3, 7, 8}, {0, 3, 4, 5, 8, 9});
        QCOMPARE(diff.removed, (std::vector<Run>{{0, 1}, {3, 3}}));
        QCOMPARE(diff.inserted, (std::vector<Run>{{0, 0}, {2, 3}, {5, 5}}));
        QVERIFY(!diff.moved);
    }

    void obeyingTheRunsGivesTheNewList()
    {
        std::mt19937 random(1);
        for (int round = 0; round < 2000; ++round) {
            const auto before = randomList(random, round % 2), after = randomList(random, round % 3);
            auto diff = diffOf(before, after);
            if (diff.moved)
                diff = withoutMoves(diff, int(after.size()));
            QCOMPARE(obeyed(before, after, diff), after);
        }
    }

    void oneRowThatMovedIsTheOnlyOneTouched()
    {
        const std::vector<int> before{1, 2, 3, 4, 5}, after{2, 3, 4, 5, 1};
        const auto diff = withoutMoves(diffOf(before, after), 5);
        QCOMPARE(diff.removed, (std::vector<Run>{{0, 0}}));
        QCOMPARE(diff.inserted, (std::vector<Run>{{4, 4}}));
    }
};

QTEST_APPLESS_MAIN(ListDiffTest)
#include "listdiff_test.moc"
