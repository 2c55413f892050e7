// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/farmstate.h"

#include <QObject>

namespace narscope::watch {

/// How closely somebody looks at the farm.
enum class FarmView {
    Hidden, ///< nothing is asked
    Glance, ///< a few lines of another place: metrics, which cost Hydra nothing, and seldom what runs where
    Open, ///< everything
};

/// One Hydra's farm as the window sees it. FarmWatch is the real one; tests of the window pass their own. All
/// calls return at once and may come from any thread.
class FarmFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Each viewer ("farm", "overview") says for itself; the closest look counts.
    virtual void setView(const QString &viewer, FarmView view) = 0;
    /// Ask again now for what is looked at.
    virtual void refresh() = 0;

Q_SIGNALS:
    /// All of it, each time; also at once after setView(), as it is known.
    void changed(const narscope::watch::FarmState &state);
};

} // namespace narscope::watch
