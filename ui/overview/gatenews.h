// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "watch/channelboard.h"

#include <QHash>

namespace narscope::ui {

/// What newly stands in the way of a channel, or does no longer, since a person looked. It needs no watch list: every
/// gate that is looked into counts.
class GateNews {
public:
    using Seen = QHash<QString, QStringList>; ///< jobs that blocked a channel when a person looked

    /// A whole board. The first look at a channel is what was seen of it.
    void take(const watch::ChannelBoard &board, qint64 now);
    void markSeen();
    [[nodiscard]] const Seen &seen() const { return m_seen; }
    void setSeen(const Seen &seen);
    [[nodiscard]] FactRows rows(const QString &server, qint64 now) const;

private:
    struct News {
        QString channel{};
        QString job{};
        BuildId build{};
        hydra::BuildState state = hydra::BuildState::Unknown;
        bool isOver = false; ///< it blocks no longer
        qint64 time = 0; ///< when we saw it first
    };
    void takeLine(const watch::ChannelLine &line, qint64 now);

    Seen m_seen;
    Seen m_now;
    QList<News> m_news;
};

} // namespace narscope::ui
