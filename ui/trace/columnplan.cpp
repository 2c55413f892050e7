// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/columnplan.h"

#include <algorithm>

namespace narscope::ui {

namespace {

// A picture that is still growing keeps room for what will come, so that nothing jumps.
constexpr int usualPullStops = 4;
constexpr int usualCacheStops = 2;
constexpr int usualChannelStops = 3;

constexpr qreal usualPullWidth = 237; ///< from the first to the last stop
constexpr qreal leastPullStep = 62;
constexpr qreal branchStep = 44;
constexpr qreal trackShift = 24; ///< a track below another stands left of it
constexpr qreal pullTurn = 22; ///< px
constexpr qreal trunkTurn = 22; ///< px
constexpr qreal trunkStep = 10;
constexpr qreal buildLabel = 66;
constexpr qreal bundleWidth = 160;
constexpr qreal cacheStep = 84;
constexpr qreal descentGap = 76;
constexpr qreal descentStep = 16;
constexpr qreal gateGap = 34;
constexpr qreal channelStep = 84;

Lane laneOf(const Picture &picture, int stop)
{
    return picture.rows[picture.stops[stop].row].lane;
}

int columnsOf(const Picture &picture, Lane lane)
{
    int columns = 0;
    for (const auto &stop : picture.stops) {
        if (picture.rows[stop.row].lane == lane)
            columns = std::max(columns, stop.column + 1);
    }
    return columns;
}

/// Rows, ascending, of stops in one lane with lines to another.
QList<int> rowsFeeding(const Picture &picture, Lane from, Lane to)
{
    QList<int> rows;
    for (const auto &hop : picture.hops) {
        if (hop.from >= 0 && laneOf(picture, hop.from) == from && laneOf(picture, hop.to) == to
            && !rows.contains(picture.stops[hop.from].row))
            rows << picture.stops[hop.from].row;
    }
    std::ranges::sort(rows);
    return rows;
}

/// Rows, ascending, of stops in one lane with lines from another.
QList<int> rowsFed(const Picture &picture, Lane from, Lane to)
{
    QList<int> rows;
    for (const auto &hop : picture.hops) {
        if (hop.from >= 0 && laneOf(picture, hop.from) == from && laneOf(picture, hop.to) == to
            && !rows.contains(picture.stops[hop.to].row))
            rows << picture.stops[hop.to].row;
    }
    std::ranges::sort(rows);
    return rows;
}

QHash<int, int> ranked(const QList<int> &rows)
{
    QHash<int, int> rank;
    for (int i = 0; i < rows.size(); ++i)
        rank.insert(rows[i], i);
    return rank;
}

} // namespace

ColumnPlan planOf(const Picture &picture)
{
    ColumnPlan plan;
    plan.planPulls(picture);
    plan.planBranches(picture);
    plan.planBuilds(picture);
    plan.planChannels(picture);
    for (const auto &stop : picture.stops) {
        if (!stop.ahead)
            plan.m_hasStop.insert(stop.row, true);
    }
    return plan;
}

void ColumnPlan::planPulls(const Picture &picture)
{
    const int columns = std::max(usualPullStops, columnsOf(picture, Lane::PullRequest));
    pullStep = std::max(leastPullStep, usualPullWidth / (columns - 1));
    branch0 = pull0 + pullStep * (columns - 1) + 47;
    m_pulls = int(std::ranges::count(picture.rows, Lane::PullRequest, &PictureRow::lane));
}

/// The tracks in the order of their pull requests; a branch stands in the track of the one that leads to it.
void ColumnPlan::planBranches(const Picture &picture)
{
    for (const auto &hop : picture.hops) {
        if (hop.from < 0 || laneOf(picture, hop.to) != Lane::Branch)
            continue;
        const int from = picture.stops[hop.from].row;
        const int track = laneOf(picture, hop.from) == Lane::PullRequest ? from : m_branchShift.value(from, 0);
        m_branchShift.insert(picture.stops[hop.to].row, track);
    }
    eval = branch0 + branchStep * std::max(1, columnsOf(picture, Lane::Branch));
}

void ColumnPlan::planBuilds(const Picture &picture)
{
    const auto feeding = rowsFeeding(picture, Lane::Evaluation, Lane::Build);
    m_trunkRank = ranked(feeding);
    built = eval + 80 + trunkStep * qreal(std::max<qsizetype>(0, feeding.size() - 1));
    const auto bundled = rowsFed(picture, Lane::Build, Lane::Cache);
    m_bundleRank = ranked(bundled);
    bundle = int(bundled.size());
    signedAt = built + bundleWidth + std::clamp<qreal>(3 * (bundle - 4), 0, bundleWidth);
}

void ColumnPlan::planChannels(const Picture &picture)
{
    const auto descending = rowsFeeding(picture, Lane::Evaluation, Lane::Channel);
    m_descentRank = ranked(descending);
    descents = int(descending.size());
    descent0 = signedAt + cacheStep * (std::max(usualCacheStops, columnsOf(picture, Lane::Cache)) - 1) + descentGap;
    gate = descent0 + descentStep * std::max(0, descents - 1) + gateGap;
    now = gate + channelStep * (std::max(usualChannelStops, columnsOf(picture, Lane::Channel)) - 1) + 62;
    ahead = now + 22;
    end = ahead + 36;
}

qreal ColumnPlan::columnOf(Lane lane, int row, int column) const
{
    switch (lane) {
    case Lane::PullRequest:
        return pull0 + pullStep * column;
    case Lane::Branch: {
        const qreal shift = m_pulls > 1 ? std::min(trackShift, 2 * trackShift / m_pulls) : 0;
        return branch0 + branchStep * column - shift * m_branchShift.value(row, 0);
    }
    case Lane::Evaluation:
        return eval;
    case Lane::Build:
        return built;
    case Lane::Cache:
        return signedAt + cacheStep * column;
    case Lane::Channel:
        return gate + channelStep * column;
    }
    return now;
}

qreal ColumnPlan::pullDescent(int row) const
{
    return m_pulls > 1 ? pullTurn * (m_pulls - 1 - row) / (m_pulls - 1) : pullTurn;
}

qreal ColumnPlan::buildTrunk(int row) const
{
    return trunkTurn + trunkStep * qreal(std::max<qsizetype>(0, m_trunkRank.size() - 1 - m_trunkRank.value(row, 0)));
}

qreal ColumnPlan::descentOf(int row) const
{
    return descent0 + descentStep * qreal(std::max(0, descents - 1 - m_descentRank.value(row, 0)));
}

qreal ColumnPlan::tableEnd(Lane lane, int row) const
{
    const bool isEmpty = !m_hasStop.contains(row);
    const qreal rest = descents > 0 ? descent0 : now; // what a row without stops may fill
    switch (lane) {
    case Lane::Build:
        return m_trunkRank.isEmpty() ? isEmpty ? rest : built - 20 : eval + 16;
    case Lane::Cache:
        return bundle > 0 ? built + buildLabel : isEmpty ? rest : signedAt - 20;
    case Lane::Channel:
        return descents > 0 ? descent0 : isEmpty ? now : gate - 30;
    default:
        return now;
    }
}

} // namespace narscope::ui
