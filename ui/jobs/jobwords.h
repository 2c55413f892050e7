// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/jobcourse.h"
#include "ui/jobs/markstrip.h"
#include "ui/models/factsmodel.h"
#include "ui/widgets/detailrows.h"
#include "ui/widgets/sentence.h"
#include "watch/channelboard.h"

// What is known of a job in words and rows; plain functions.

namespace narscope::ui {

[[nodiscard]] Sentence sentenceOf(const trace::JobCourse &course, qint64 now);
/// Since when it fails and when it last did not.
[[nodiscard]] QList<DetailRow> turnRows(const trace::JobCourse &course, qint64 now);
/// The last of each kind, for a job that does not fail now.
[[nodiscard]] QList<DetailRow> lastRows(const trace::JobCourse &course, qint64 now);
/// Oldest first, at most `most`.
[[nodiscard]] QList<StripMark> stripOf(const trace::JobCourse &course, qsizetype most, qint64 now);
/// Those that wait first, then newest first.
[[nodiscard]] FactRows jobBuildRows(const trace::JobCourse &course, qint64 now);
[[nodiscard]] FactRows siblingRows(const trace::JobCourse &course, qint64 now);
[[nodiscard]] FactRows suspectRows(const trace::Suspects &suspects, qint64 now);
/// The channels that cannot move because this build failed, as far as they are known.
[[nodiscard]] QList<DetailRow> heldBy(const watch::ChannelBoard &board, const QString &server, BuildId build);

} // namespace narscope::ui
