// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/world.h"

namespace narscope::sim {

struct MetricSeries {
    QByteArray name;
    QByteArray type; ///< "counter", "gauge", "histogram"
    QList<std::pair<QByteArray, QByteArray>> labels;
    double value = 0;
};

/// What the queue runner tells of itself on /metrics (Rust runner of 2026), the series of one name together.
[[nodiscard]] std::vector<MetricSeries> runnerMetrics(const World &world);
/// The same over time, as far as a Prometheus that scrapes it would be asked for graphs: queues, builders' steps.
struct PastSeries {
    QByteArray name;
    QList<std::pair<QByteArray, QByteArray>> labels;
    std::vector<std::pair<qint64, double>> points; ///< oldest first
};
[[nodiscard]] std::vector<PastSeries> runnerPast(const World &world, qint64 from, qint64 until, qint64 step);
/// Prometheus' text format.
[[nodiscard]] QByteArray metricsText(const std::vector<MetricSeries> &series);

} // namespace narscope::sim
