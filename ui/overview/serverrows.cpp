// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/serverrows.h"

#include "base/format.h"
#include "ui/widgets/health.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

struct ServerRows {
    Q_DECLARE_TR_FUNCTIONS(ServerRows)
};

struct Waits {
    Milliseconds ours{0};
    Milliseconds theirs{0};
    int requests = 0;
};

Waits waitsOf(const QString &server, const QList<net::LedgerEntry> &entries)
{
    Waits waits;
    for (const auto &entry : entries) {
        if (entry.server != server || entry.state != net::RequestState::Done)
            continue;
        waits.ours += entry.waited;
        waits.theirs += entry.took;
        ++waits.requests;
    }
    return waits;
}

QString meanOf(Milliseconds sum, int requests)
{
    return requests == 0 ? QString() : shortTime(sum / requests);
}

/// Let's Encrypt's certificates are renewed 30 days before their end: with half of that left something is wrong.
constexpr qint64 soonEnds = 14 * 24 * 3600;

FactCell certificateCell(const std::optional<qint64> &ends, Milliseconds now)
{
    if (!ends)
        return {.right = true};
    const auto left = *ends - now.count() / 1000;
    const auto text = left > 0 ? formatAge(std::chrono::seconds(left)) : ServerRows::tr("ended");
    return {.text = text,
        .tip = ServerRows::tr("The server's certificate ends on %1.").arg(formatExactTime(*ends)),
        .mark = left < soonEnds ? Mark::Warning : Mark::None,
        .quiet = left >= soonEnds,
        .right = true,
        .bold = left < soonEnds};
}

} // namespace

QStringList serverHeaders()
{
    return {ServerRows::tr("Server"), ServerRows::tr("State"), ServerRows::tr("Last answer"),
        ServerRows::tr("We waited"), ServerRows::tr("It took"), ServerRows::tr("Last hour"),
        ServerRows::tr("Certificate")};
}

FactRows serverRows(const QList<net::ServerMeter> &meters, const QList<net::LedgerEntry> &entries, Milliseconds now)
{
    FactRows rows;
    for (const auto &meter : meters) {
        if (meter.sent == 0 && !meter.lastProblem)
            continue;
        const auto health = healthOf(meter, now);
        const bool fails = isFailing(meter);
        const bool isPaused = meter.backOffUntil && *meter.backOffUntil > now;
        auto state = fails ? meter.lastProblem->sentence : ServerRows::tr("Answers");
        if (isPaused)
            state = ServerRows::tr("Next try in %1. %2").arg(formatDuration(*meter.backOffUntil - now), state);
        const auto waits = waitsOf(meter.server, entries);
        rows.append({.key = meter.server,
            .cells = {{.text = meter.name, .tip = meter.url.toDisplayString(), .mark = health.mark}, {.text = state},
                {.text = meter.lastGood ? formatAge(std::max(Milliseconds(0), now - *meter.lastGood)) : QString(),
                    .quiet = true,
                    .right = true},
                {.text = meanOf(waits.ours, waits.requests),
                    .tip = ServerRows::tr(
                        "in our own queue, so that the server is not asked too often; mean of this session"),
                    .right = true},
                {.text = meanOf(waits.theirs, waits.requests),
                    .tip = ServerRows::tr("the server and the wire; mean of this session"),
                    .right = true},
                {.text = formatCount(meter.lastHour), .right = true, .order = meter.lastHour},
                certificateCell(meter.certificateEnds, now)},
            .copy = u"%1: %2"_s.arg(meter.name, state)});
    }
    std::ranges::stable_sort(rows, {}, [](const FactRow &row) { return row.cells.first().mark == Mark::Succeeded; });
    return rows;
}

} // namespace narscope::ui
