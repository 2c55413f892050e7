// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/ledger.h"
#include "ui/models/factsmodel.h"

namespace narscope::ui {

[[nodiscard]] QStringList serverHeaders();
/// Servers that were asked, those in trouble first. `entries`: requests of this session, for what was waited
/// for.
[[nodiscard]] FactRows serverRows(
    const QList<net::ServerMeter> &meters, const QList<net::LedgerEntry> &entries, Milliseconds now);

} // namespace narscope::ui
