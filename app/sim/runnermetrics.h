// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/world.h"

namespace narscope::sim {

struct MetricSeries {
    QByteArray name;
    QByteArray type; ///< "counter", "gauge"
    QList<std::pair<QByteArray, QByteArray>> labels;
    double value = 0;
};

/// What the queue runner tells of itself on /metrics (Rust runner of 2026), the series of one name together.
[[nodiscard]] std::vector<MetricSeries> runnerMetrics(const World &world);
/// Prometheus' text format.
[[nodiscard]] QByteArray metricsText(const std::vector<MetricSeries> &series);

} // namespace narscope::sim
