// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/channelfeed.h"
#include "watch/channelstore.h"
#include "watch/hydrawatch.h"

namespace narscope::watch {

/// The door between window and core for the channels: calls become values queued to its own thread, where the
/// store lives; the board comes back by the signal. Make it, move it to the core thread, delete it there.
class ChannelWatch final : public ChannelFeed {
    Q_OBJECT
public:
    ChannelWatch(net::Http &http, const net::Servers &servers, Pools &pools, Clock &clock, quint32 seed);
    ~ChannelWatch() override;

    /// From now on what the views tell is remembered. Before anybody looks; the history must outlive this.
    void remember(history::History &history) { m_store.remember(history); }

    /// What the window's pages of the Hydra ask for anyway is taken from there, and asked for once. The watch must
    /// outlive this; on the core thread, before anybody looks.
    void follow(HydraWatch &hydra);

    /// On the core thread.
    void setCircumstances(const Circumstances &circumstances) { m_store.setCircumstances(circumstances); }

    void setLook(const QString &viewer, ChannelLook look) override;
    void refresh() override;

private:
    ChannelStore m_store;
};

} // namespace narscope::watch
