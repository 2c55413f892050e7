// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/types.h"
#include "ui/models/mark.h"

#include <QJsonObject>

#include <array>

// A trace in one line of a list.

namespace narscope::ui {

enum class TraceGroup { NeedsYou, OnTheWay, Arrived, Offered };

/// The worst of one lane's stops, and whether anything went on from it.
struct LaneState {
    Mark mark = Mark::None; ///< None: not begun
    bool goesOn = false;

    bool operator==(const LaneState &) const = default;
};

struct TraceSummary {
    QString asked; ///< what was pasted; asks the same again
    std::optional<Subject> subject; ///< instead of the text
    QString id; ///< «#429664»; of ways back the path's or build's short name
    QString title;
    QString base;
    std::array<LaneState, 6> lanes;
    TraceGroup group = TraceGroup::OnTheWay;
    QString words; ///< where it is, and what it waits for
    qint64 began = 0; ///< merged, else opened, else asked
    qint64 seenAt = 0; ///< when this was true

    bool operator==(const TraceSummary &) const = default;
};

/// Something about a trace that a person wants to know first, worst first: findings, failures, what waits.
struct TraceNote {
    Mark mark = Mark::None;
    QString text;
    trace::StopId stop;

    bool operator==(const TraceNote &) const = default;
};

[[nodiscard]] QList<TraceNote> notesOf(const trace::Trace &trace, qint64 now);
[[nodiscard]] TraceSummary summaryOf(const trace::Trace &trace, qint64 now);
/// «#429664», «openssh-10.3p1», «build 309998812».
[[nodiscard]] QString idOf(const trace::Trace &trace);
[[nodiscard]] QString titleOf(const trace::Trace &trace);
/// «merged 2 d ago into master», «open for 4 h».
[[nodiscard]] QString stateOf(const trace::Trace &trace, qint64 now);

/// For the settings. What was written by a person's hand or another version reads as nothing.
[[nodiscard]] QJsonObject toJson(const TraceSummary &summary);
[[nodiscard]] std::optional<TraceSummary> summaryFrom(const QJsonObject &json);

} // namespace narscope::ui
