// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>

// The HTTP API of Prometheus, version 1 (distribution.md §2.6).

namespace narscope::channels {

using Labels = QHash<QString, QString>; ///< without those that are empty: Prometheus leaves them out

struct Point {
    double time = 0; ///< seconds since 1970
    double value = 0; ///< may be NaN or infinite

    bool operator==(const Point &) const = default;
};

/// One element of an instant vector.
struct Sample {
    Labels labels;
    Point point;

    [[nodiscard]] QString label(const QString &name) const { return labels.value(name); }
    bool operator==(const Sample &) const = default;
};

/// One element of a range vector, oldest point first.
struct Series {
    Labels labels;
    QList<Point> points;

    [[nodiscard]] QString label(const QString &name) const { return labels.value(name); }
    bool operator==(const Series &) const = default;
};

inline constexpr qint64 longestRange = 11'000; ///< points of one series; Prometheus refuses more

/// A query's answer. An answer with «status: error» is the problem that it tells (Usage for bad_data, else
/// ServerError).
[[nodiscard]] Result<QList<Sample>> parseSamples(QByteArrayView body);
/// A range query's answer.
[[nodiscard]] Result<QList<Series>> parseSeries(QByteArrayView body);

} // namespace narscope::channels
