// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/hydrafeed.h"
#include "watch/hydrastore.h"

namespace narscope::watch {

/// The door between window and core for one Hydra: calls become values queued to its own thread, where the
/// store lives; changes come back by the signal. Make it, move it to the core thread, delete it there.
class HydraWatch final : public HydraFeed {
    Q_OBJECT
public:
    HydraWatch(net::Http &http, net::Server server, Pools &pools, Clock &clock, quint32 seed);
    ~HydraWatch() override;
    /// See HydraStore; before the first call of the others, on the core thread.
    void remember(history::History &history) { m_store.remember(history); }

    [[nodiscard]] QString server() const { return m_store.server(); } ///< its id
    /// See HydraStore; on the core thread.
    void keepFresh(const QStringList &projects) { m_store.keepFresh(projects); }

    /// On the core thread.
    void setCircumstances(const Circumstances &circumstances) { m_store.setCircumstances(circumstances); }

    void setInterest(const Interest &interest) override;
    void refresh(const Subject &subject) override;
    void loadOlder(const JobsetName &jobset) override;
    void search(EvalId eval, const QString &text) override;
    void loadAll(EvalId eval) override;
    void cancelLoadAll() override;

private:
    HydraStore m_store;
};

} // namespace narscope::watch
