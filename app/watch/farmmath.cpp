// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/farmmath.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 hour = 3600;
constexpr qint64 window = hour / 2; ///< a pace is measured over
constexpr int windows = 12; ///< of these make an estimate
constexpr qint64 leastSpan = 600; ///< for a pace an hour
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The last point not after the time; null when there is none.
template <typename Points> auto pointAt(const Points &points, qint64 time) -> decltype(&points.front())
{
    const auto after = std::ranges::upper_bound(points, time, {}, [](const auto &point) { return point.time; });
    return after == points.begin() ? nullptr : &*(after - 1);
}

/// What a counter grew by between two times, when points lie close enough to both.
template <typename Points, typename Member>
std::optional<double> growth(const Points &points, Member counter, qint64 from, qint64 to)
{
    const auto *first = pointAt(points, from);
    const auto *last = pointAt(points, to);
    if (!first || !last || from - first->time > window || to - last->time > window || first->time == last->time)
        return {};
    const auto before = first->*counter;
    const auto after = last->*counter;
    if (!before || !after)
        return {};
    // Over the span that was really seen, stretched to the one asked for.
    return std::max(0.0, *after - *before) * double(to - from) / double(last->time - first->time);
}

template <typename Points, typename Member>
std::optional<double> perHour(const Points &points, Member counter, qint64 now)
{
    if (points.isEmpty())
        return {};
    const qint64 from = std::max(now - hour, points.front().time);
    const qint64 to = std::min(now, points.back().time);
    if (to - from < leastSpan || now - to > hour)
        return {};
    const auto grown = growth(points, counter, from, to);
    return grown ? std::optional(*grown * double(hour) / double(to - from)) : std::nullopt;
}

/// Whether something waited at most looks within the stretch: else the pace is that of what came, not of the
/// builders.
bool wasBusy(const QueuePoints &points, qint64 from, qint64 to)
{
    const auto first = std::ranges::upper_bound(points, from, {}, &QueuePoint::time);
    const auto end = std::ranges::upper_bound(points, to, {}, &QueuePoint::time);
    const auto waiting = std::count_if(first, end, [](const QueuePoint &point) { return point.waiting > 0; });
    return first != end && waiting * 2 >= end - first;
}

/// The pace in the half-hours before the time in which something waited, newest first, as steps a second.
std::vector<double> pacesBefore(const QueuePoints &points, qint64 time)
{
    constexpr int furthest = 48; // a day
    std::vector<double> paces;
    for (int i = 0; i < furthest && paces.size() < size_t(windows); ++i) {
        const qint64 to = time - i * window;
        const auto taken = growth(points, &QueuePoint::taken, to - window, to);
        if (taken && wasBusy(points, to - window, to))
            paces.push_back(*taken / double(window));
    }
    return paces;
}

std::optional<ClearBand> bandAt(const QueuePoints &points, const QueuePoint &point)
{
    constexpr size_t fewest = 2;
    if (point.waiting <= 0)
        return {};
    auto paces = pacesBefore(points, point.time);
    if (paces.size() < fewest)
        return {};
    const double fast = quantile(paces, 0.75);
    const double slow = quantile(std::move(paces), 0.25);
    if (fast <= 0)
        return {};
    ClearBand band{.low = qint64(std::ceil(point.waiting / fast))};
    if (slow > 0)
        band.high = qint64(std::ceil(point.waiting / slow));
    return band;
}

/// When as many steps were taken as waited at the point: first come, first served.
std::optional<qint64> clearedAfter(const QueuePoints &points, const QueuePoint &point)
{
    if (!point.taken)
        return {};
    const double goal = *point.taken + point.waiting;
    for (const auto &later : points) {
        if (later.time > point.time && later.taken && *later.taken >= goal)
            return later.time - point.time;
    }
    return {};
}

} // namespace

QList<double> hourlyWaiting(const QueuePoints &points, qint64 now, int hours)
{
    std::vector<std::pair<double, int>> sums(size_t(hours), {0, 0});
    for (const auto &point : points) {
        const qint64 ago = (now - point.time) / hour;
        if (point.time > now || ago >= hours)
            continue;
        auto &[sum, count] = sums[size_t(hours - 1 - ago)];
        sum += point.waiting;
        ++count;
    }
    QList<double> means;
    for (const auto &[sum, count] : sums)
        means << (count == 0 ? unknown : sum / count);
    return means;
}

QList<double> hourlyDone(const BuilderPoints &points, qint64 now, int hours)
{
    QList<double> done;
    for (int i = hours; i > 0; --i)
        done << growth(points, &BuilderPoint::done, now - i * hour, now - (i - 1) * hour).value_or(unknown);
    return done;
}

std::optional<double> takenPerHour(const QueuePoints &points, qint64 now)
{
    return perHour(points, &QueuePoint::taken, now);
}

std::optional<double> donePerHour(const BuilderPoints &points, qint64 now)
{
    return perHour(points, &BuilderPoint::done, now);
}

double continued(double total, double before, double now)
{
    return total + (now >= before ? now - before : now);
}

std::optional<ClearBand> clearBand(const QueuePoints &points)
{
    if (points.isEmpty())
        return {};
    auto band = bandAt(points, points.back());
    if (band)
        band->past = pastError(points);
    return band;
}

std::optional<PastError> pastError(const QueuePoints &points)
{
    PastError error;
    std::vector<double> distances;
    qint64 next = 0;
    for (const auto &point : points) {
        if (point.time < next)
            continue;
        next = point.time + window;
        const auto band = bandAt(points, point);
        const auto truth = clearedAfter(points, point);
        if (!band || !truth)
            continue;
        ++error.judged;
        error.inBand += *truth >= band->low && (!band->high || *truth <= *band->high) ? 1 : 0;
        const double middle = band->high ? double(band->low + *band->high) / 2 : double(band->low);
        distances.push_back(std::abs(middle - double(*truth)) / double(*truth));
    }
    if (error.judged == 0)
        return {};
    error.median = quantile(std::move(distances), 0.5);
    return error;
}

double quantile(std::vector<double> values, double share)
{
    const auto rank = std::clamp<size_t>(size_t(std::ceil(share * double(values.size()))), 1, values.size());
    const auto nth = values.begin() + qsizetype(rank - 1);
    std::ranges::nth_element(values, nth);
    return *nth;
}

UsualAge usualAge(const QString &phase, const std::vector<double> &agesWhenLeft)
{
    // Hydra ends a build after 10 hours unless its package asks for more; everything else is a matter of
    // minutes.
    constexpr qint64 longestBuild = 10 * hour;
    constexpr qint64 longestOther = hour;
    UsualAge usual{.limit = phase == "Building"_L1 ? longestBuild : longestOther, .seen = int(agesWhenLeft.size())};
    if (usual.seen < enoughSteps)
        return usual;
    usual.measured = true;
    usual.limit = qint64(std::ceil(quantile(agesWhenLeft, 0.99)));
    return usual;
}

std::optional<double> medianOf(std::span<const Bucket> buckets)
{
    if (buckets.empty() || buckets.back().count <= 0)
        return {};
    const double half = buckets.back().count / 2;
    double lower = 0;
    double below = 0;
    for (const auto &bucket : buckets) {
        if (bucket.count >= half) {
            // In the last, unbounded bucket only its beginning is known.
            if (std::isinf(bucket.bound) || bucket.count <= below)
                return lower;
            return lower + (bucket.bound - lower) * (half - below) / (bucket.count - below);
        }
        lower = bucket.bound;
        below = bucket.count;
    }
    return lower;
}

} // namespace narscope::watch
