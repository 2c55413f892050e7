// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/ledger.h"
#include "ui/models/mark.h"

namespace narscope::ui {

/// How a server fares, as the status bar says it.
struct Health {
    Mark mark = Mark::Queued;
    QString text; ///< «hydra.nixos.org 0.08/s»
    QString tip;

    bool operator==(const Health &) const = default;
};

[[nodiscard]] Health healthOf(const net::ServerMeter &meter, Milliseconds now);
/// How long a request waited or took: «310 ms», «5.0 s», «12 s».
[[nodiscard]] QString shortTime(Milliseconds time);
/// How often a server may be asked: «0.5/s», «1 in 60 s». Not for a rate of zero, which is no limit.
[[nodiscard]] QString rateText(double perSecond);
/// Its latest problem is newer than its latest good answer.
[[nodiscard]] bool isFailing(const net::ServerMeter &meter);
/// When anything last answered as it should; nothing before the first answer.
[[nodiscard]] std::optional<Milliseconds> lastGoodOf(const QList<net::ServerMeter> &meters);
/// Every server that was asked is out of reach.
[[nodiscard]] bool isOffline(const QList<net::ServerMeter> &meters);

} // namespace narscope::ui
