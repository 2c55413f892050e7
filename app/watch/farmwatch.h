// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/farmfeed.h"
#include "watch/farmstore.h"

namespace narscope::watch {

/// The door between window and core for one Hydra's farm: calls become values queued to its own thread, where
/// the store lives; the picture comes back by the signal. Make it, move it to the core thread, delete it
/// there.
class FarmWatch final : public FarmFeed {
    Q_OBJECT
public:
    FarmWatch(net::Http &http, FarmServers servers, Pools &pools, Clock &clock, quint32 seed);
    ~FarmWatch() override;

    /// See FarmStore; before the first call of the others, on the core thread.
    void remember(history::History &history) { m_store.remember(history); }

    /// On the core thread.
    void setCircumstances(const Circumstances &circumstances) { m_store.setCircumstances(circumstances); }

    void setView(const QString &viewer, FarmView view) override;
    void refresh() override;

private:
    FarmStore m_store;
};

} // namespace narscope::watch
