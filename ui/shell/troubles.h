// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/ledger.h"
#include "ui/models/mark.h"
#include "watch/channelboard.h"
#include "watch/noticesource.h"

#include <QList>

namespace narscope::ui {

/// One thing that is wrong, for the tray's menu.
struct Trouble {
    Mark mark = Mark::Failed;
    QString text; ///< one line of plain text; may hold text of a server
    std::optional<Subject> subject; ///< what it opens
    QString place; ///< that it opens when there is no subject

    bool operator==(const Trouble &) const = default;
};

/// How all that is watched stands.
struct Outlook {
    Mark worst = Mark::Queued; ///< Failed, TimedOut, Aborted (no connection), Succeeded; Queued: nothing is
                               ///< known yet
    QList<Trouble> troubles; ///< worst first

    bool operator==(const Outlook &) const = default;
    /// «2 things are wrong», «all is well».
    [[nodiscard]] QString sentence() const;
};

/// Channels that are blocked or stand still, watched things that are bad and neither known nor put off,
/// servers that do not answer as they should.
[[nodiscard]] Outlook outlookOf(const watch::ChannelBoard &board, const QList<watch::Standing> &standings,
    const QList<net::ServerMeter> &meters, Milliseconds now);

} // namespace narscope::ui
