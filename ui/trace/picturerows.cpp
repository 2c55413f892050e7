// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/picturerows.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int mostOpenFolds = 3; ///< more attributes begin closed

/// Stops with the same key stand in one row.
QString rowKey(const trace::Stop &stop, bool isBack)
{
    switch (stop.lane) {
    case Lane::PullRequest:
        return isBack ? stop.id : stop.track; // a way back may end at several
    case Lane::Branch:
    case Lane::Evaluation:
        return stop.id;
    case Lane::Build:
        return QStringList{stop.track, stop.attr, stop.system, stop.name}.join(u'|');
    case Lane::Cache:
        return QStringList{stop.track, stop.attr, stop.system, stop.output}.join(u'|');
    case Lane::Channel:
        return QStringList{stop.track, stop.name}.join(u'|');
    }
    return stop.id;
}

/// The row of where a way back starts is that of the next stop of its lane, if there is one.
void joinStart(std::vector<RowPlan> &rows)
{
    const auto start = std::ranges::find_if(
        rows, [](const RowPlan &row) { return row.stops.front()->kind == trace::StopKind::Start; });
    if (start == rows.end() || rows.size() < 2)
        return;
    const auto *stop = start->stops.front();
    rows.erase(start);
    rows.front().stops << stop;
}

class Rows {
public:
    Rows(const trace::Trace &trace, const QSet<QString> &toggled)
        : m_trace(trace)
        , m_toggled(toggled)
    {
        for (qsizetype i = 0; i < trace.tracks.size(); ++i)
            m_trackRank.insert(trace.tracks[i].id, int(i));
        for (const auto &stop : trace.stops)
            m_stops.insert(stop.id, &stop);
    }

    std::vector<RowPlan> plan()
    {
        for (size_t lane = 0; lane < laneCount; ++lane) {
            auto rows = rowsIn(Lane(lane));
            if (Lane(lane) == Lane::Evaluation)
                orderEvaluations(rows);
            if (Lane(lane) == Lane::Channel)
                orderChannels(rows);
            if (Lane(lane) == Lane::Build || Lane(lane) == Lane::Cache)
                rows = folded(rows);
            if (rows.empty())
                rows.push_back(emptyRow(Lane(lane)));
            std::ranges::move(rows, std::back_inserter(m_plan));
        }
        return std::move(m_plan);
    }

private:
    [[nodiscard]] std::vector<RowPlan> rowsIn(Lane lane) const;
    void orderEvaluations(std::vector<RowPlan> &rows);
    void orderChannels(std::vector<RowPlan> &rows) const;
    [[nodiscard]] std::vector<RowPlan> folded(const std::vector<RowPlan> &rows) const;
    [[nodiscard]] RowPlan emptyRow(Lane lane) const;
    [[nodiscard]] bool leadsTo(const RowPlan &row, Lane lane) const;

    const trace::Trace &m_trace;
    const QSet<QString> &m_toggled;
    QHash<QString, int> m_trackRank;
    QHash<QString, const trace::Stop *> m_stops;
    QHash<QString, int> m_evaluationRank; ///< by stop
    std::vector<RowPlan> m_plan;
};

std::vector<RowPlan> Rows::rowsIn(Lane lane) const
{
    std::vector<RowPlan> rows;
    QHash<QString, size_t> known;
    for (const auto &stop : m_trace.stops) {
        if (stop.lane != lane)
            continue;
        const auto key = rowKey(stop, m_trace.direction == trace::Direction::Backward);
        if (const auto row = known.constFind(key); row != known.cend()) {
            rows[*row].stops << &stop;
            continue;
        }
        known.insert(key, rows.size());
        rows.push_back(
            {.row = {.lane = lane, .id = trace::word(lane) + u'|' + key}, .track = stop.track, .stops = {&stop}});
    }
    std::ranges::stable_sort(rows, {}, [this](const RowPlan &row) { return m_trackRank.value(row.track, 0); });
    if (lane == Lane::Cache || lane == Lane::Channel)
        joinStart(rows);
    return rows;
}

bool Rows::leadsTo(const RowPlan &row, Lane lane) const
{
    return std::ranges::any_of(m_trace.hops, [&](const trace::Hop &hop) {
        const bool out = hop.from == row.stops.front()->id;
        const bool in = hop.to == row.stops.front()->id;
        const auto *other = out ? m_stops.value(hop.to) : in ? m_stops.value(hop.from) : nullptr;
        return other && other->lane == lane;
    });
}

void Rows::orderEvaluations(std::vector<RowPlan> &rows)
{
    std::ranges::stable_sort(rows, {}, [this](const RowPlan &row) {
        const int place = leadsTo(row, Lane::Build) ? 1 : leadsTo(row, Lane::Channel) ? 0 : 2;
        return m_trackRank.value(row.track, 0) * 3 + place;
    });
    for (size_t i = 0; i < rows.size(); ++i)
        m_evaluationRank.insert(rows[i].stops.front()->id, int(i));
}

void Rows::orderChannels(std::vector<RowPlan> &rows) const
{
    const auto rank = [this](const RowPlan &row) {
        for (const auto *stop : row.stops) {
            for (const auto &hop : m_trace.hops) {
                if (hop.to == stop->id && m_evaluationRank.contains(hop.from))
                    return m_evaluationRank.value(hop.from);
            }
        }
        return int(m_evaluationRank.size());
    };
    std::ranges::stable_sort(
        rows, {}, [&](const RowPlan &row) { return std::pair(m_trackRank.value(row.track, 0), rank(row)); });
}

std::vector<RowPlan> Rows::folded(const std::vector<RowPlan> &rows) const
{
    const auto groupOf = [](const RowPlan &row) { return row.track + u'|' + row.stops.front()->attr; };
    QStringList groups;
    for (const auto &row : rows) {
        if (!groups.contains(groupOf(row)))
            groups << groupOf(row);
    }
    if (groups.size() < 2 || m_trace.direction == trace::Direction::Backward)
        return rows;
    std::vector<RowPlan> all;
    for (const auto &group : std::as_const(groups)) {
        RowPlan head;
        for (const auto &row : rows) {
            if (groupOf(row) != group)
                continue;
            if (head.stops.isEmpty()) {
                head.row = {.lane = row.row.lane, .id = u"fold|"_s + group, .name = row.stops.front()->attr};
                head.track = row.track;
                const bool isOpen = (groups.size() <= mostOpenFolds) != m_toggled.contains(head.row.id);
                head.row.fold = isOpen ? Fold::Open : Fold::Closed;
                head.isClosedFold = !isOpen;
            }
            head.stops << row.stops;
        }
        const bool isClosed = head.isClosedFold;
        if (!isClosed)
            head.stops.clear();
        if (const auto *track = m_trace.track(head.track); track && m_trace.tracks.size() > 1 && track->pullRequest > 0)
            head.row.detail = u'#' + QString::number(track->pullRequest);
        all.push_back(head);
        if (!isClosed)
            std::ranges::copy_if(
                rows, std::back_inserter(all), [&](const RowPlan &row) { return groupOf(row) == group; });
    }
    return all;
}

RowPlan Rows::emptyRow(Lane lane) const
{
    const auto words = m_trace.isRunning ? QCoreApplication::translate("Picture", "looking …")
                                         : QCoreApplication::translate("Picture", "nothing known here");
    return {.row = {.lane = lane, .id = trace::word(lane) + u"|none"_s, .words = words}, .track = {}, .stops = {}};
}

} // namespace

std::vector<RowPlan> rowsOf(const trace::Trace &trace, const QSet<QString> &toggled)
{
    return Rows(trace, toggled).plan();
}

} // namespace narscope::ui
