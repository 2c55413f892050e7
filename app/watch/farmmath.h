// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/farmstate.h"

#include <span>

// The arithmetic of the farm: rates, estimates and what is usual, as plain functions.

namespace narscope::watch {

/// The mean of what waited in each of the last `hours` hours, oldest first; NaN for an hour without a point.
[[nodiscard]] QList<double> hourlyWaiting(const QueuePoints &points, qint64 now, int hours);
/// How many steps a builder ended in each of the last `hours` hours; NaN for an hour that was not seen.
[[nodiscard]] QList<double> hourlyDone(const BuilderPoints &points, qint64 now, int hours);

/// Steps an hour over the last hour, or over what was seen of it, 10 minutes or more; nothing with less.
[[nodiscard]] std::optional<double> takenPerHour(const QueuePoints &points, qint64 now);
[[nodiscard]] std::optional<double> donePerHour(const BuilderPoints &points, qint64 now);

/// The next value of a counter that only grows, from what a counter that may begin again at zero shows.
[[nodiscard]] double continued(double total, double before, double now);

/// When all that waits at the last point will have been taken, at the pace of the twelve latest half-hours of
/// a day in which something waited: the middle half of them. Nothing when less than two are known, or nothing
/// is taken.
[[nodiscard]] std::optional<ClearBand> clearBand(const QueuePoints &points);
/// Holds the estimates that would have been made in the past, one each half-hour, against what came.
[[nodiscard]] std::optional<PastError> pastError(const QueuePoints &points);

/// The value that `share` (0 to 1) of the values do not exceed (nearest rank). Not of nothing.
[[nodiscard]] double quantile(std::vector<double> values, double share);

/// From fewer steps a 99th percentile means nothing.
inline constexpr int enoughSteps = 100;
/// How old a step of this state usually gets at most, from the ages at which others left it.
[[nodiscard]] UsualAge usualAge(const QString &phase, const std::vector<double> &agesWhenLeft);

/// The median waiting time, in seconds, of a histogram's buckets: upper bounds ascending, counts cumulative.
struct Bucket {
    double bound = 0; ///< may be infinite
    double count = 0;
};
[[nodiscard]] std::optional<double> medianOf(std::span<const Bucket> buckets);

} // namespace narscope::watch
