// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/joblist.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <numeric>

namespace narscope::ui {

namespace {

/// Rows between two looks at whether the work is still wanted.
constexpr size_t lookEvery = 8192;
/// Announcing a run costs a view a walk over all its rows, so only so many runs times rows: some milliseconds.
constexpr qsizetype runCost = 1'000'000;

SharedRows sorted(const JobRows &rows, const JobQuery &query)
{
    auto order = std::make_shared<RowNumbers>(size_t(rows.size()));
    std::iota(order->begin(), order->end(), 0u);
    std::ranges::sort(*order, [&](quint32 a, quint32 b) {
        const int first = rows.compare(a, b, query.sort);
        const int byName = first != 0 || query.sort == JobColumn::Job ? 0 : rows.compare(a, b, JobColumn::Job);
        if (first != 0)
            return query.descending ? first > 0 : first < 0;
        return byName != 0 ? byName < 0 : a < b;
    });
    return order;
}

bool sameOrder(const JobView &now, const JobRows &rows, const JobQuery &query)
{
    return now.order && now.rows.isSame(rows) && now.query.sort == query.sort
        && now.query.descending == query.descending;
}

/// Typing on only takes rows away: then what is visible is all that has to be looked at.
bool narrows(const JobQuery &before, const JobQuery &query)
{
    const bool kind = !before.kind || before.kind == query.kind;
    const bool system = before.system.isEmpty() || before.system == query.system;
    return kind && system && JobNeedle(query.text).narrows(JobNeedle(before.text));
}

std::optional<RowNumbers> filtered(
    const RowNumbers &from, const JobRows &rows, const JobQuery &query, const std::function<bool()> &overtaken)
{
    const JobNeedle needle(query.text);
    const auto system = query.system.toUtf8();
    RowNumbers visible;
    for (size_t i = 0; i < from.size(); ++i) {
        if (i % lookEvery == 0 && overtaken())
            return {};
        const auto row = from[i];
        if (query.kind && rows.kind(row) != *query.kind)
            continue;
        if (!system.isEmpty() && !rows.hasSystem(row, system))
            continue;
        if (rows.matches(row, needle))
            visible.push_back(row);
    }
    return visible;
}

/// Row of `after` for each row of `before`; -1: gone.
std::vector<int> rowMap(const JobRows &before, const JobRows &after)
{
    std::vector<int> map(size_t(before.size()));
    if (before.isSame(after)) {
        std::iota(map.begin(), map.end(), 0);
        return map;
    }
    QHash<qint64, int> byKey;
    byKey.reserve(after.size());
    for (qsizetype i = 0; i < after.size(); ++i)
        byKey.insert(after.key(i), int(i));
    for (qsizetype i = 0; i < before.size(); ++i)
        map[size_t(i)] = byKey.value(before.key(i), -1);
    return map;
}

std::vector<int> placesAfter(const JobView &now, const JobView &next, const std::vector<int> &rows)
{
    std::vector<int> placeOf(size_t(next.rows.size()), -1);
    for (size_t i = 0; i < next.visible.size(); ++i)
        placeOf[next.visible[i]] = int(i);
    std::vector<int> places;
    places.reserve(now.visible.size());
    for (const auto row : now.visible)
        places.push_back(rows[row] < 0 ? -1 : placeOf[size_t(rows[row])]);
    return places;
}

/// Carries the bars over and adds those of rows that look different now.
void carryUnseen(const JobView &now, JobStep &step, const std::vector<int> &rows, bool isNews)
{
    auto &view = step.view;
    if (now.rows.isSame(view.rows)) {
        view.unseen = now.unseen;
        return;
    }
    std::vector<bool> changedRows(size_t(view.rows.size()), false);
    view.unseen.assign(size_t(view.rows.size()), false);
    for (size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] < 0)
            continue;
        const auto row = size_t(rows[i]);
        changedRows[row] = !view.rows.looksSame(qsizetype(row), now.rows, qsizetype(i));
        view.unseen[row] = (i < now.unseen.size() && now.unseen[i]) || (isNews && changedRows[row]);
    }
    std::vector<int> places;
    for (size_t i = 0; i < view.visible.size(); ++i) {
        if (changedRows[view.visible[i]])
            places.push_back(int(i));
    }
    step.changed = joined(places);
}

} // namespace

std::optional<JobStep> stepTo(const JobView &now, const JobRows &rows, const JobQuery &query, bool isNews,
    quint64 generation, const Newest &newest)
{
    const auto overtaken = [&] { return newest && newest->load(std::memory_order_relaxed) != generation; };
    JobStep step;
    auto &view = step.view;
    view.rows = rows;
    view.query = query;
    const bool keepOrder = sameOrder(now, rows, query);
    view.order = keepOrder ? now.order : sorted(rows, query);
    auto visible = filtered(keepOrder && narrows(now.query, query) ? now.visible : *view.order, rows, query, overtaken);
    if (!visible || overtaken())
        return {};
    view.visible = std::move(*visible);
    const auto map = rowMap(now.rows, rows);
    step.diff = diffOf(placesAfter(now, view, map), int(view.visible.size()));
    carryUnseen(now, step, map, isNews);
    const auto runs = qsizetype(step.diff.removed.size() + step.diff.inserted.size() + step.changed.size());
    const auto length = qsizetype(std::max(now.visible.size(), view.visible.size()));
    step.byRuns = !step.diff.moved && runs * length <= runCost;
    if (step.byRuns) {
        for (const int place : step.diff.newRow) {
            if (place >= 0)
                step.survivors.push_back(view.visible[size_t(place)]);
        }
    }
    return step;
}

namespace {

/// The systems that everybody knows first, in the order in which nixpkgs counts them; then by name.
bool systemBefore(const QString &a, const QString &b)
{
    static const QStringList known{QStringLiteral("x86_64-linux"), QStringLiteral("aarch64-linux"),
        QStringLiteral("aarch64-darwin"), QStringLiteral("x86_64-darwin")};
    const auto rank
        = [](const QString &system) { return known.contains(system) ? known.indexOf(system) : known.size(); };
    return rank(a) != rank(b) ? rank(a) < rank(b) : a < b;
}

std::optional<int> exactCount(const hydra::EvalHeader &header, JobKind kind)
{
    using hydra::EvalCategory;
    switch (kind) {
    case JobKind::NowFail:
        return header.count(EvalCategory::NowFail);
    case JobKind::NowSucceed:
        return header.count(EvalCategory::NowSucceed);
    case JobKind::StillFail:
        return header.count(EvalCategory::StillFail);
    case JobKind::StillSucceed:
        return header.count(EvalCategory::StillSucceed);
    case JobKind::Aborted:
        return header.count(EvalCategory::Aborted);
    case JobKind::Unfinished:
        return header.count(EvalCategory::Unfinished);
    case JobKind::New:
        return header.count(EvalCategory::New);
    case JobKind::Removed:
        return header.count(EvalCategory::Removed);
    default:
        return {};
    }
}

} // namespace

JobMatrix matrixOf(const JobRows &rows, const std::optional<hydra::EvalHeader> &header)
{
    std::map<QString, std::array<int, jobKinds>, decltype(&systemBefore)> bySystem(&systemBefore);
    std::array<int, jobKinds> totals{};
    QHash<QByteArrayView, std::array<int, jobKinds> *> known; // makes one QString a system, not one a row
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const auto kind = size_t(rows.kind(i));
        auto &counts = known[rows.systemBytes(i)];
        if (!counts)
            counts = &bySystem[rows.system(i)];
        ++(*counts)[kind];
        ++totals[kind];
    }
    JobMatrix matrix;
    for (const auto &[system, counts] : bySystem)
        matrix.systems << system;
    for (size_t k = 0; k < size_t(jobKinds); ++k) {
        const auto kind = JobKind(k);
        const auto exact = header && !rows.isFull() ? exactCount(*header, kind) : std::nullopt;
        JobMatrix::Line line{.kind = kind, .total = exact.value_or(totals[k]), .cut = exact && *exact > totals[k]};
        for (const auto &[system, counts] : bySystem)
            line.bySystem << counts[k];
        if (line.total > 0)
            matrix.lines << line;
        matrix.total += kind == JobKind::Removed ? 0 : line.total;
    }
    return matrix;
}

} // namespace narscope::ui
