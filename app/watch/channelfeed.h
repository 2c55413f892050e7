// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/channelboard.h"

#include <QObject>

namespace narscope::watch {

/// How closely somebody looks at the channels.
enum class ChannelLook {
    Hidden, ///< nothing is asked
    Glance, ///< metrics and pointers, which cost Hydra nothing
    Open, ///< also evaluations, gates and what makes them fail
};

/// The channels as the window sees them. ChannelWatch is the real one; tests of the window pass their own.
/// All calls return at once and may come from any thread.
class ChannelFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Each viewer ("overview", "notices") says for itself; the closest look counts.
    virtual void setLook(const QString &viewer, ChannelLook look) = 0;
    /// Ask again now for what is looked at.
    virtual void refresh() = 0;

Q_SIGNALS:
    /// All of it, each time; also at once after setLook(), as it is known.
    void changed(const narscope::watch::ChannelBoard &board);
};

} // namespace narscope::watch
