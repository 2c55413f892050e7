// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "watch/noticesource.h"

class QDataStream;

namespace narscope::ui {

/// What the watch list told since a person looked, newest first; kept over restarts until it is seen.
class WatchNews {
public:
    /// A notice that takes the place of an earlier one does so here too.
    void take(const watch::Notice &notice);
    void markSeen() { m_told.clear(); }
    [[nodiscard]] FactRows rows(qint64 now) const;

    void save(QDataStream &out) const;
    void restore(QDataStream &in);

private:
    struct Told {
        QString id{};
        qint64 time = 0;
        watch::Transition transition = watch::Transition::Broke;
        QString title{};
        QString text{};
        std::optional<Subject> subject{};
    };
    QList<Told> m_told;
};

} // namespace narscope::ui
