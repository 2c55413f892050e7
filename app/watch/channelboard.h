// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/channelverdict.h"

// All channels with their verdicts, and the evaluations under way, as one value for the window and the
// terminal.

namespace narscope::watch {

class ChannelScout;

struct ChannelLine {
    channels::Channel channel;
    ChannelVerdict verdict;
    QString release; ///< «nixos-26.11pre1027151.04b4e759e843»; empty when only a revision is known
    QString revision;
    QString folder;
    Epoch committedAt;
    EvalId releasedEval;
    QList<GateDay> days; ///< at most 30, oldest first
    std::optional<qint64> usualPause; ///< seconds
    Subject gate; ///< what the row opens: the build that decides, else the newest evaluation, else the job
    std::optional<BuildId> failedBuild; ///< whose log says why it is blocked
    QList<Blocker> blockers; ///< what the gate needs and fails in its newest decided evaluation
    std::array<Seen<Pointing>, pointerViews> views;
    qint64 seenAt = 0; ///< the newest answer about its pointer
};

/// An evaluation that is being made or built.
struct EvalUnderWay {
    JobsetName jobset;
    EvalId eval; ///< 0: not known, or not made yet
    hydra::JobsetTimes times;
    int left = 0;
    int failed = 0;
    int total = 0;
    std::optional<ClearBand> clear;
    QStringList gates; ///< channels

    bool operator==(const EvalUnderWay &) const = default;
};

struct ChannelBoard {
    QList<ChannelLine> channels; ///< worst first, then in the order of the map
    QList<EvalUnderWay> underWay;
    QString server; ///< id of the Hydra
    qint64 seenAt = 0; ///< the newest answer of any kind; 0: none yet
    std::optional<Problem> problem; ///< when no source answers
    bool isWhole = false; ///< everything that the verdicts need was asked for, and answered or failed

    [[nodiscard]] const ChannelLine *find(const QString &channel) const;
    [[nodiscard]] qsizetype count(Severity severity) const;
};

[[nodiscard]] ChannelBoard boardOf(const ChannelScout &scout, qint64 now);
/// What a whole board says first, and what follows from it: «1 of 6 channels is blocked:» «nixos-unstable
/// waits for …».
struct Headline {
    Severity severity = Severity::Unknown;
    QString what;
    QString why;
    QString rest;
};
[[nodiscard]] Headline headlineOf(const ChannelBoard &board);

} // namespace narscope::watch
