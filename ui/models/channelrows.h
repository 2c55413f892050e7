// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/values.h"
#include "ui/models/factsmodel.h"
#include "watch/channelboard.h"

// What the Overview lists: channels with what their verdict rests on, evaluations under way, the farm in a
// few lines, changes. Plain functions of values and the time.

namespace narscope::ui {

enum ChannelColumn { ChannelName, ChannelState, ChannelRelease, ChannelMoved, ChannelDays };

[[nodiscard]] Mark markOf(const watch::ChannelVerdict &verdict);
[[nodiscard]] Mark markOf(watch::Severity severity);

[[nodiscard]] QStringList channelHeaders();
/// A row a channel, and below an unfolded one a row for each piece of evidence: label in the first cell,
/// words with mark in the second. Keys: the channel's name; of evidence the name, a slash and a number.
[[nodiscard]] FactRows channelRows(
    const watch::ChannelBoard &board, const QSet<QString> &unfolded, const QSet<QString> &unseen, qint64 now);
[[nodiscard]] bool isEvidence(const FactRow &row);
/// What «seen» remembers of a channel: another text means that it changed.
[[nodiscard]] QString seenState(const watch::ChannelLine &line);

[[nodiscard]] QStringList underWayHeaders();
[[nodiscard]] FactRows underWayRows(const watch::ChannelBoard &board, qint64 now);

[[nodiscard]] QStringList queueGlanceHeaders();
[[nodiscard]] FactRows queueGlanceRows(const watch::FarmSummary &farm);
[[nodiscard]] QStringList builderGlanceHeaders();
[[nodiscard]] FactRows builderGlanceRows(const watch::FarmSummary &farm, const QString &server);

[[nodiscard]] QStringList changeHeaders();
/// Evaluations, builds whose result turned, channels that moved; newest first.
[[nodiscard]] FactRows changeRows(const QList<history::Event> &events, qint64 now);

} // namespace narscope::ui
