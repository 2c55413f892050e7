// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/farmfeed.h"

namespace narscope::test {

inline constexpr qint64 farmNow = 1'795'000'000;

/// Twelve builders, six systems: one builder is stuck, one gone, one short of memory.
[[nodiscard]] watch::FarmState sampleFarm();

/// Remembers who looks and what was asked for.
class FakeFarm final : public watch::FarmFeed {
public:
    void setView(const QString &viewer, watch::FarmView view) override { views[viewer] = view; }
    void refresh() override { ++refreshes; }
    void tell(const watch::FarmState &state) { Q_EMIT changed(state); }

    QHash<QString, watch::FarmView> views;
    int refreshes = 0;
};

} // namespace narscope::test
