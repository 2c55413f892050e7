// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/types.h"
#include "ui/models/mark.h"

#include <QList>

#include <array>
#include <optional>

// What the picture of a trace says, before anybody asks where on the screen it stands. Made from a trace by
// pictureof.h, placed by picturelayout.h.

namespace narscope::ui {

using trace::Lane;
inline constexpr int laneCount = 6;

enum class Fold { None, Open, Closed };

/// One line of a lane. What is at its left reads as a table.
struct PictureRow {
    Lane lane = Lane::PullRequest;
    QString id; ///< stays the same in every state of the trace
    QString name; ///< bold: system, channel
    QString detail; ///< grey: number of a build
    QString strong; ///< bold, before the words: «waits:»
    QString words; ///< builder, path, excuse
    bool mono = false; ///< the words are a path or a hash
    bool plain = false; ///< the words say what matters: ink, not grey
    Fold fold = Fold::None;

    bool operator==(const PictureRow &) const = default;
};

/// A place that a track reaches, fails at, or waits for.
struct PictureStop {
    QString id; ///< stays the same in every state of the trace
    int row = 0; ///< in Picture::rows
    int column = 0; ///< within its lane, from the left; in Branch the depth below the first branch
    bool ahead = false; ///< stands right of now; in Branch and Evaluation its label stays in the column
    Mark mark = Mark::Queued;
    QString label;
    QString quiet; ///< grey, after the label; in PullRequest below the stop
    bool strong = false; ///< the label is bold
    QString said; ///< one sentence, for the tool tip and for who cannot see the picture

    bool operator==(const PictureStop &) const = default;
};

enum class HopLook { Reached, Failed, Waiting };

/// A line between two stops.
struct PictureHop {
    QString id;
    int from = -1; ///< in Picture::stops
    int to = -1;
    HopLook look = HopLook::Reached;
    std::optional<trace::Grade> grade; ///< none while it waits, and where it stands for hops of several grades
    int hop = -1; ///< in Trace::hops: what it rests on; -1: it stands for several

    bool operator==(const PictureHop &) const = default;
};

/// A step of the ruler: between these two stops that much time went by.
struct PictureSpan {
    int from = 0; ///< in Picture::stops
    int to = 0;
    QString text;

    bool operator==(const PictureSpan &) const = default;
};

struct LaneWords {
    QString title;
    QString count; ///< «3 of 4»
    QList<QString> columns; ///< above the stops: «gate», «branch», «served»; in PullRequest of each stop

    bool operator==(const LaneWords &) const = default;
};

struct GradeCount {
    trace::Grade grade;
    int count = 0;

    bool operator==(const GradeCount &) const = default;
};

struct Picture {
    std::array<LaneWords, laneCount> lanes;
    QList<PictureRow> rows; ///< lane by lane, top to bottom
    QList<PictureStop> stops;
    QList<PictureHop> hops; ///< in the order of walking: n goes down this list
    QList<PictureSpan> spans;
    QList<GradeCount> census; ///< of the reached hops; none with 0

    bool operator==(const Picture &) const = default;
};

} // namespace narscope::ui
