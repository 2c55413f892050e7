// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/changetable.h"

#include <algorithm>

namespace narscope::watch {

namespace {

using github::AttributeChange;
using github::EvaluationComparison;

/// Platforms with changes and platforms with rebuilds; before 2026-04 only the second are told.
QStringList platformsOf(const EvaluationComparison &comparison)
{
    QStringList names = comparison.byPlatform.keys() + comparison.rebuildsByPlatform.keys();
    std::ranges::sort(names);
    const auto [first, last] = std::ranges::unique(names);
    names.erase(first, last);
    return names.first(std::min(names.size(), ChangeTable::mostPlatforms));
}

QStringList attributesOf(const EvaluationComparison &comparison)
{
    QStringList all = comparison.all.added + comparison.all.changed + comparison.all.removed;
    for (const auto &change : comparison.byPlatform)
        all << change.added << change.changed << change.removed;
    for (const auto &rebuilds : comparison.rebuildsByPlatform)
        all << rebuilds;
    std::ranges::sort(all);
    const auto [first, last] = std::ranges::unique(all);
    all.erase(first, last);
    return all;
}

class Maker {
public:
    explicit Maker(const EvaluationComparison &comparison)
    {
        m_table.attributes = attributesOf(comparison);
        for (const auto &name : platformsOf(comparison))
            m_table.platforms << PlatformSum{.platform = name};
        m_table.effects.resize(size_t(m_table.attributes.size()));
        m_table.cells.resize(size_t(m_table.attributes.size() * m_table.platforms.size()));
    }

    ChangeTable make(const EvaluationComparison &comparison)
    {
        mark(comparison.all, [this](qsizetype row, AttributeEffect effect) { m_table.effects[size_t(row)] = effect; });
        for (qsizetype i = 0; i < m_table.platforms.size(); ++i) {
            auto &sum = m_table.platforms[i];
            const auto change = comparison.byPlatform.value(sum.platform);
            mark(change, [this, i](qsizetype row, AttributeEffect effect) { cell(row, i).effect = effect; });
            const auto rebuilds = comparison.rebuildsByPlatform.value(sum.platform);
            for (const auto &attribute : rebuilds)
                cell(rowOf(attribute), i).isRebuilt = true;
            sum.added = int(change.added.size());
            sum.changed = int(change.changed.size());
            sum.removed = int(change.removed.size());
            sum.rebuilt = int(rebuilds.size());
        }
        return std::move(m_table);
    }

private:
    [[nodiscard]] qsizetype rowOf(const QString &attribute) const
    {
        return std::ranges::lower_bound(m_table.attributes, attribute) - m_table.attributes.begin();
    }
    [[nodiscard]] PlatformEffect &cell(qsizetype row, qsizetype platform)
    {
        return m_table.cells[size_t(row * m_table.platforms.size() + platform)];
    }
    template <typename Put> void mark(const AttributeChange &change, Put put) const
    {
        for (const auto &attribute : change.added)
            put(rowOf(attribute), AttributeEffect::Added);
        for (const auto &attribute : change.changed)
            put(rowOf(attribute), AttributeEffect::Changed);
        for (const auto &attribute : change.removed)
            put(rowOf(attribute), AttributeEffect::Removed);
    }

    ChangeTable m_table;
};

} // namespace

ChangeTable changeTable(const github::EvaluationComparison &comparison)
{
    return Maker(comparison).make(comparison);
}

} // namespace narscope::watch
