// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "watch/channelfacts.h"

// Why a channel has not moved, in one sentence and with what it rests on: plain functions.

namespace narscope::watch {

enum class ChannelVerdictKind {
    Moved, ///< not late, or nothing newer to publish
    Evaluation, ///< late, and what would be published is being evaluated, or cannot be
    Building, ///< late, and the gate of what would be published is not decided
    Blocked, ///< late, and the gate job fails
    Green, ///< late, though the gate succeeded: other builds are unfinished, or it is not published yet
    Unknown,
};
/// Stable, for JSON: "moved", "evaluation", "building", "blocked", "green", "unknown".
[[nodiscard]] QString key(ChannelVerdictKind kind);

enum class Severity { Good, Busy, Unknown, Trouble };

/// One thing that the verdict rests on.
struct Evidence {
    QString label; ///< «Blocked by», «Cause», «Pointer»
    std::optional<hydra::BuildState> state{};
    QString text;
    Subject subject{}; ///< what it opens; of kind Server: nothing
    QUrl source{}; ///< who says so
    qint64 seenAt = 0;

    bool operator==(const Evidence &) const = default;
};

struct ChannelVerdict {
    ChannelVerdictKind kind = ChannelVerdictKind::Unknown;
    Severity severity = Severity::Unknown;
    QString brief; ///< «Blocked, 11 h late»
    QString sentence; ///< whole
    QList<Evidence> evidence;
    QStringList warnings; ///< views that disagree
    Epoch movedAt;
    std::optional<qint64> late; ///< seconds beyond its usual pause

    bool operator==(const ChannelVerdict &) const = default;
};

/// `server` is the id of the Hydra that the gate lives on, `hydra` its address.
[[nodiscard]] ChannelVerdict judge(const ChannelFacts &facts, const QString &server, const QUrl &hydra, qint64 now);

/// A channel whose usual pause is not known is late after a day.
inline constexpr qint64 assumedPause = 86'400;
/// From when on views that disagree are no longer just being published: 20 minutes.
inline constexpr qint64 publishingTime = 1200;

} // namespace narscope::watch
