// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>
#include <QRegularExpression>

#include <utility>

// As much of PromQL as a monitor of channels asks: a selector, alone or in last_over_time(…[15m]).

namespace narscope::sim {

using PromLabels = QList<std::pair<QByteArray, QByteArray>>;

struct PromMatcher {
    QByteArray label; ///< "__name__" for the metric's name
    QByteArray value; ///< of = and !=
    QRegularExpression pattern; ///< of =~ and !~
    bool isRegex = false;
    bool negated = false;

    [[nodiscard]] bool matches(const QByteArray &text) const;
};

struct PromSelector {
    QList<PromMatcher> matchers;
    bool dropsName = false; ///< a function's result has no name

    /// A label that a series does not have counts as empty.
    [[nodiscard]] bool matches(const PromLabels &labels) const;
};

/// Malformed with Prometheus' words; Unsupported for PromQL beyond this.
[[nodiscard]] Result<PromSelector> parsePromQuery(const QByteArray &query);

} // namespace narscope::sim
